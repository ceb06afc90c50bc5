//! From plan to simulation, Network 5 at 18 bits: `cargo bench -p gainstage-sim --bench network5`
//!
//! Inference runs on one core, simulation on two; goals and the best peer's figures stand beside the measured ones.

use gainstage_golden::net::{Network, PaperShape, Topology};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Engine, Plan};
use gainstage_golden::quant::{Calibration, QuantOptions, quantize_network};
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_hdl::wrap::{Build, Circuit};
use gainstage_sim::check::{self, PlanModel};
use gainstage_sim::vectors::Vectors;
use gainstage_sim::verilator;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;
use std::time::Instant;

fn main() {
    let start = Instant::now();
    let plan = plan();
    row("quantization, tables certified", start.elapsed().as_secs_f64(), "s", "-");
    row("integer inference, one core", inference(&plan), "samples/s", "2,000,000 (alkaid: 152,000)");
    let start = Instant::now();
    let circuit = Circuit::new(&plan, &Build::new(Family::Ecp5)).expect("a valid plan");
    row("generation", start.elapsed().as_secs_f64(), "s", "1 (da4ml: 1.3)");
    let dir = tempfile::tempdir().expect("a temporary directory");
    for file in &circuit.files {
        let path = dir.path().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap_or(dir.path())).expect("writable");
        std::fs::write(path, &file.text).expect("writable");
    }
    // A cache of its own, empty at first, so that the first run builds.
    let cache = tempfile::tempdir().expect("a temporary directory");
    let (build, _) = simulate(dir.path(), &circuit.manifest, &plan, cache.path());
    row("Verilator build, two jobs", build, "s", "60 (da4ml: 104)");
    let (again, speed) = simulate(dir.path(), &circuit.manifest, &plan, cache.path());
    row("Verilator build, second run", again, "s", "cached");
    row("simulation and comparison, two threads", speed, "samples/s", "300,000 (da4ml: 157,000)");
}

fn row(what: &str, value: f64, unit: &str, goal: &str) {
    let value = if value >= 1000.0 { format!("{value:.0}") } else { format!("{value:.3}") };
    println!("{what:<40}{value:>12} {unit:<10} goal {goal}");
}

/// The shape of Network 5 with seeded weights of ordinary size, at 18 bits.
fn plan() -> Plan {
    let shape = PaperShape { amplifying: 4, attenuating: 1, ..PaperShape::new(1, 1, 10, 5) };
    let mut network: Network = Topology::paper(&shape).expect("the paper's shape").zeros();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for layer in &mut network.layers {
        let bias = layer.bias.iter_mut().flatten();
        layer.weights.iter_mut().chain(bias).for_each(|w| *w = rng.random_range(-0.4..0.4));
    }
    let options = QuantOptions {
        name: "network5".into(),
        bits: 18,
        granularity: Default::default(),
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    let range = [(0.0, std::f64::consts::TAU)];
    quantize_network(&network, &Calibration::from_box(&range), &options).expect("18 bits carry it")
}

/// Samples per second on this thread.
fn inference(plan: &Plan) -> f64 {
    let engine = Engine::new(plan);
    let format: Format = plan.inputs[0];
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let x: Vec<i64> = (0..1 << 16).map(|_| rng.random_range(format.codes())).collect();
    let mut y = vec![0; x.len()];
    let mut best: f64 = 0.0;
    for _ in 0..20 {
        let start = Instant::now();
        engine.run_into(&x, &mut y);
        best = best.max(x.len() as f64 / start.elapsed().as_secs_f64());
    }
    best
}

/// Seconds to build (or to find) the model, and samples per second with comparison.
fn simulate(dir: &Path, manifest: &Manifest, plan: &Plan, cache: &Path) -> (f64, f64) {
    let vectors = Vectors::new(plan.inputs.clone()).corners(1).random(500_000, 1);
    let build = verilator::Options { cache: Some(cache.into()), ..Default::default() };
    let options = check::Options { build, ..Default::default() };
    let model = PlanModel::new(plan.clone());
    let report = check::verify(dir, manifest, &vectors, &model, &options).expect("Verilator runs");
    assert!(report.passed(), "{:?}", report.first);
    (report.build_seconds, report.samples_per_second())
}
