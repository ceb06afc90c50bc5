//! Generated circuits in temporary directories, for the tests of this crate.
#![allow(dead_code)] // Each test file uses its own part.

use gainstage_golden::approx::Demand;
use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::plan::{Argmax, Plan};
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network, with_softmax};
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_hdl::wrap::{Build, Circuit};
use gainstage_sim::SimError;
use gainstage_sim::check::{self, PlanModel, Report};
use gainstage_sim::run::Tool;
use gainstage_sim::vectors::Vectors;
use std::path::Path;
use tempfile::TempDir;

/// Whether the tool is there; says `skipped` if not.
pub fn have(tool: Tool) -> bool {
    let found = tool.find().is_ok();
    if !found {
        println!("skipped: {} is not installed", tool.info().name);
    }
    found
}

/// Means for a family at a clock.
pub fn means(family: Family, clock_mhz: f64) -> Build {
    Build { clock_mhz, ..Build::new(family) }
}

/// The files of a plan's circuit, as they would lie on a user's disk.
pub fn generate(plan: &Plan, build: &Build) -> (TempDir, Manifest) {
    let circuit = Circuit::new(plan, build).expect("the plan can be built");
    let dir = tempfile::tempdir().expect("a temporary directory");
    std::fs::create_dir(dir.path().join("rtl")).expect("writable");
    for file in &circuit.files {
        std::fs::write(dir.path().join(&file.path), &file.text).expect("writable");
    }
    let manifest = Manifest::read(dir.path()).expect("what was written reads back");
    (dir, manifest)
}

/// The plan of the random network of a seed with one or two inputs, `bits` wide.
pub fn random_plan(seed: u64, bits: u32) -> Option<Plan> {
    shaped(seed, bits, RandomShape { inputs: 2, outputs: 2, hidden: 2, width: 4 })
}

/// A plan with up to six scores, which become something by kind.
pub fn classifier(seed: u64, bits: u32, kind: u64) -> Option<Plan> {
    let plan = shaped(seed, bits, RandomShape { inputs: 2, outputs: 6, hidden: 1, width: 4 })?;
    headed(kind, plan)
}

/// Ways for scores to come out.
pub const HEADS: u64 = 5;

/// A plan with what its scores may become: by kind the class, the class and its margin, all classes in order, two with the
/// margin, or probabilities. None where the contract refuses it.
pub fn headed(kind: u64, mut plan: Plan) -> Option<Plan> {
    let count = Argmax::count(plan.score_formats().len());
    let (top, margin) = match kind % HEADS {
        0 => (1, false),
        1 => (1, true),
        2 => (count, false),
        3 => (2, true),
        // 2 to 11 bits.
        _ => {
            let (bits, unit) = (2 + (kind / HEADS * 3 % 10) as u32, [1.0, 0.125][kind as usize % 2]);
            return with_softmax(plan, bits, unit, Vec::new(), &Demand::default()).ok();
        }
    };
    plan.argmax = Some(Argmax { top, margin, ..Argmax::default() });
    plan.validate().is_ok().then_some(plan)
}

fn shaped(seed: u64, bits: u32, shape: RandomShape) -> Option<Plan> {
    let network = random_network(seed, shape);
    let options = QuantOptions {
        name: format!("random{seed}"),
        bits,
        granularity: Granularity::Neuron,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    let ranges = vec![(-2.0, 2.0); network.layers[0].inputs];
    quantize_network(&network, &Calibration::from_box(&ranges), &options).ok()
}

/// Verilator against the plan: corners, every code where they are few, and random vectors.
pub fn verify(dir: &Path, manifest: &Manifest, plan: &Plan, random: u64) -> Result<Report, SimError> {
    let vectors = Vectors::standard(plan.inputs.clone(), &[], random, 1)?;
    let waveform = Some(dir.join("mismatch.vcd"));
    let options = check::Options { waveform, ..Default::default() };
    check::verify(dir, manifest, &vectors, &PlanModel::new(plan.clone()), &options)
}
