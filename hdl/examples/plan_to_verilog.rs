//! A plan by hand to Verilog: `cargo run --release -p gainstage-hdl --example plan_to_verilog [DIR]`
//!
//! y = (3/4 · x)² in integers: one amplifying neuron, squared exactly, rounded once. Without DIR the top module is printed.

use gainstage_golden::plan::SCHEMA;
use gainstage_hdl::prelude::*;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (x, weight, z) = (Format::new(true, 8, 6)?, Format::new(true, 4, 2)?, Format::new(true, 9, 6)?);
    let y = Format::new(false, 8, 6)?;
    let stage = Stage::Activated { z, table: None, h: z, tail: Tail::Amplifying, y };
    let neuron = PlanNeuron { weight, weights: vec![3], bias: 0, stage };
    let plan = Plan {
        schema: SCHEMA,
        name: "square".into(),
        inputs: vec![x],
        layers: vec![PlanLayer { neurons: vec![neuron] }],
        tables: Vec::new(),
        argmax: None,
        softmax: None,
        names: Default::default(),
    };
    // The integer model: x = 48/64 gives z = 36/64, y = 20/64.
    println!("x = 48 gives y = {:?}", Engine::new(&plan).run(&[48]));
    let circuit = Circuit::new(&plan, &Build::new(Family::Ecp5))?;
    println!("latency {}, {} files", circuit.manifest.latency, circuit.files.len());
    match std::env::args_os().nth(1).map(PathBuf::from) {
        Some(dir) => {
            for file in &circuit.files {
                let path = dir.join(&file.path);
                path.parent().map(std::fs::create_dir_all).transpose()?;
                std::fs::write(path, &file.text)?;
            }
        }
        None => {
            let top = circuit.files.iter().find(|f| f.path.ends_with("square.v"));
            println!("{}", top.map_or("", |f| f.text.as_str()));
        }
    }
    Ok(())
}
