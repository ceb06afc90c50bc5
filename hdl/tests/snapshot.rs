//! Committed Verilog and ROM files of small circuits: a change of the generator shows up as a diff.
//!
//! After a wanted change: `GAINSTAGE_BLESS=1 cargo test -p gainstage-hdl --test snapshot`, then read the diff.

use gainstage_golden::approx::{Demand, approximate};
use gainstage_golden::func::{Activation, Function, Kind};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Plan, PlanLayer, PlanNeuron, SCHEMA, Stage, Tail};
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::{Build, Circuit};
use std::path::Path;

fn s(width: u32, frac: i32) -> Format {
    Format::new(true, width, frac).unwrap()
}

/// Two inputs; an amplifying, an attenuating and a linear neuron; one output.
fn network() -> Plan {
    let (x, h, y) = (s(8, 5), s(8, 4), s(8, 4));
    let function = Function::new(Activation::ParametricSoftplus { a: 0.3 }, Kind::Ordinary);
    let table = approximate(&function, h, h, &Demand::default()).unwrap();
    let activated = |tail| Stage::Activated { z: h, table: Some(0), h, tail, y };
    let neuron =
        |weights: &[i64], bias, stage| PlanNeuron { weight: s(8, 6), weights: weights.into(), bias, stage };
    let hidden = vec![
        neuron(&[57, -30], 200, activated(Tail::Amplifying)),
        neuron(&[-64, 19], -77, activated(Tail::Attenuating { b: 256 })),
        neuron(&[0, 127], 0, Stage::Linear { y }),
    ];
    let output = vec![neuron(&[33, -100, 5], 12, Stage::Linear { y: s(10, 5) })];
    let layers = [hidden, output].map(|neurons| PlanLayer { neurons }).into();
    Plan {
        schema: SCHEMA,
        name: "sample".into(),
        inputs: vec![x, x],
        layers,
        tables: vec![table],
        argmax: None,
        softmax: None,
        names: Default::default(),
    }
}

#[test]
fn generated_files_are_the_committed_ones() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshot");
    let bless = std::env::var_os("GAINSTAGE_BLESS").is_some();
    let circuit = Circuit::new(&network(), &Build::new(Family::Ecp5)).unwrap();
    for file in circuit.files {
        let path = dir.join(&file.path);
        if bless {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &file.text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            file.text == committed,
            "{} differs from what is committed: see the test's head",
            path.display()
        );
    }
}

#[test]
fn the_example_of_a_plan_by_hand_writes_its_files() {
    let test = std::env::current_exe().expect("a program");
    let program = test.ancestors().nth(2).expect("a directory").join("examples/plan_to_verilog");
    if !program.exists() {
        // As in `cargo test --test snapshot`, which builds no examples.
        println!("skipped: the example plan_to_verilog is not built");
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let done = std::process::Command::new(program).arg(dir.path()).output().expect("it runs");
    let text = String::from_utf8_lossy(&done.stdout);
    // (3/4 · 48/64)² = 20.25/64.
    assert!(done.status.success() && text.contains("x = 48 gives y = [20]"), "{done:?}");
    let manifest = gainstage_hdl::wrap::manifest::Manifest::read(dir.path()).expect("a manifest");
    assert!(dir.path().join(&manifest.files.verilog[0]).exists() && manifest.top == "square");
}
