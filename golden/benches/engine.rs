//! Integer inference on one core: `cargo bench -p gainstage-golden --bench engine`
//!
//! Network (b) of the published comparisons (1-9-9-9-9-9-1, h² neurons, 16 bits with 11 fractional ones) in every type
//! of lane that holds it, and Network 5's shape. `GAINSTAGE_REFERENCE` says where `net_b.json` lies.

use gainstage_golden::net::{Network, PaperShape, Topology};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Engine, LaneType, Plan, PlanLayer, PlanNeuron, SCHEMA, Stage, Tail};
use gainstage_golden::quant::{Calibration, QuantOptions, quantize_network};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::PathBuf;
use std::time::Instant;

fn main() {
    match network_b() {
        Some(plan) => rows("network (b), 16 bits", &plan),
        None => println!("skipped: net_b.json is not where GAINSTAGE_REFERENCE points"),
    }
    for bits in [8, 12, 18] {
        rows(&format!("Network 5's shape, {bits} bits"), &network5(bits));
    }
}

/// Samples per second in every type of lane; the best of five runs, each checked against the widest lanes' bits.
fn rows(name: &str, plan: &Plan) {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let samples = 1 << 16;
    let x: Vec<i64> = (0..samples)
        .flat_map(|_| plan.inputs.iter().map(|f| rng.random_range(f.codes())).collect::<Vec<_>>())
        .collect();
    let chosen = Engine::new(plan).lanes();
    let mut expected: Option<Vec<i64>> = None;
    for lanes in [LaneType::I64, LaneType::F64, LaneType::F32] {
        let Some(engine) = Engine::with_lanes(plan, lanes) else { continue };
        let mut y = vec![0; samples * engine.outputs()];
        let seconds = (0..5).map(|_| {
            let start = Instant::now();
            engine.run_into(&x, &mut y);
            start.elapsed().as_secs_f64()
        });
        let best = seconds.fold(f64::INFINITY, f64::min);
        assert_eq!(*expected.get_or_insert_with(|| y.clone()), y, "{lanes:?} differ");
        let mark = if lanes == chosen { "chosen" } else { "" };
        println!("{name:<30}{:<6}{:>14.0} samples/s  {mark}", format!("{lanes:?}"), samples as f64 / best);
    }
}

/// The published integers of network (b).
fn network_b() -> Option<Plan> {
    let dir = std::env::var_os("GAINSTAGE_REFERENCE").map_or("../shared/reference".into(), PathBuf::from);
    // Benchmarks run in the crate's directory, the rest of the project counts from its root.
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(dir);
    let text = std::fs::read_to_string(dir.join("net_b.json")).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let codes = |v: &serde_json::Value| -> Vec<i64> {
        v.as_array().expect("a list").iter().map(|v| v.as_i64().expect("an integer")).collect()
    };
    let f = Format { signed: true, width: 16, frac: 11 };
    let biases = json["b"].as_array().expect("biases");
    let layers = json["W"].as_array().expect("weights").iter().zip(biases).enumerate().map(|(l, (w, b))| {
        let rows: Vec<Vec<i64>> = w.as_array().expect("a matrix").iter().map(codes).collect();
        let stage = if l + 1 == biases.len() {
            Stage::Linear { y: f }
        } else {
            Stage::Activated { z: f, table: None, h: f, tail: Tail::Amplifying, y: f }
        };
        let neuron = |(j, bias): (usize, i64)| PlanNeuron {
            weight: f,
            weights: rows.iter().map(|row| row[j]).collect(),
            bias: bias << f.frac,
            stage: stage.clone(),
        };
        PlanLayer { neurons: codes(b).into_iter().enumerate().map(neuron).collect() }
    });
    let layers = layers.collect();
    let plan = Plan {
        schema: SCHEMA,
        name: "net_b".into(),
        inputs: vec![f],
        layers,
        tables: Vec::new(),
        argmax: None,
        softmax: None,
        names: Default::default(),
    };
    plan.validate().expect("a valid plan");
    Some(plan)
}

/// Network 5's shape with seeded weights of ordinary size.
fn network5(bits: u32) -> Plan {
    let shape = PaperShape { amplifying: 4, attenuating: 1, ..PaperShape::new(1, 1, 10, 5) };
    let mut network: Network = Topology::paper(&shape).expect("the paper's shape").zeros();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for layer in &mut network.layers {
        let bias = layer.bias.iter_mut().flatten();
        layer.weights.iter_mut().chain(bias).for_each(|w| *w = rng.random_range(-0.4..0.4));
    }
    let options = QuantOptions::new("network5", bits);
    let range = [(0.0, std::f64::consts::TAU)];
    quantize_network(&network, &Calibration::from_box(&range), &options).expect("a plan")
}
