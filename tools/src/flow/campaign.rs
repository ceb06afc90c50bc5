//! Random networks through everything that computes them: Verilator, C, Icarus Verilog; and planted faults.

mod faults;
mod mutate;

pub use faults::{FaultTally, faults};

use super::generate::generate;
use crate::interrupt;
use anyhow::Context;
use gainstage_golden::net::{Network, RandomShape, random_network};
use gainstage_golden::plan::{Argmax, Plan};
use gainstage_golden::quant::{Calibration, Granularity, LayerBits, QuantOptions, quantize_network};
use gainstage_hdl::device::Family;
use gainstage_hdl::units::Multiplier;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::Architecture;
use gainstage_sim::check::{self, PlanModel};
use gainstage_sim::native::{Machine, Program};
use gainstage_sim::vectors::Vectors;
use gainstage_sim::{icarus, verilator};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How large a campaign is.
pub struct Options {
    /// Random networks.
    pub networks: u64,
    /// Random vectors of all networks together, in Verilator and again in C.
    pub samples: u64,
    /// Decides everything.
    pub seed: u64,
}

/// What a campaign showed.
#[derive(Debug, Default, Serialize)]
pub struct Tally {
    /// Networks that were run.
    pub networks: u64,
    /// Seeds whose network has no plan at the widths that were drawn.
    pub without_plan: u64,
    /// Pairs of activation and kind that occurred, of 24.
    pub functions: usize,
    /// The narrowest and the widest format of any value.
    pub widths: (u32, u32),
    /// Networks by architecture.
    pub architectures: BTreeMap<String, u64>,
    /// Samples compared in Verilator.
    pub verilator: u64,
    /// Samples compared in C.
    pub c99: u64,
    /// Networks that Icarus Verilog ran too.
    pub icarus_networks: u64,
    /// Samples compared there.
    pub icarus: u64,
    /// Samples or cycles that were wrong, in all of them.
    pub mismatches: u64,
    /// What was wrong first, with the seed of its network.
    pub first: Option<String>,
}

/// Every tenth network goes through the slow simulator too.
const ICARUS_EVERY: u64 = 10;

/// Vectors there.
const ICARUS_VECTORS: u64 = 400;

/// Runs the networks; `progress` is told after each.
///
/// # Errors
/// A missing tool, a place that cannot be written, an interruption. A mismatch is no error: the tally says so.
pub fn networks(options: &Options, mut progress: impl FnMut(&Tally)) -> anyhow::Result<Tally> {
    let mut tally = Tally { widths: (u32::MAX, 0), ..Tally::default() };
    let mut functions = BTreeSet::new();
    let work =
        gainstage_golden::scratch::Scratch::temporary().context("cannot write a temporary directory")?;
    let vectors = options.samples.div_ceil(options.networks.max(1));
    for seed in options.seed.. {
        if tally.networks == options.networks {
            break;
        }
        interrupt::check()?;
        let network = random_network(seed, RandomShape::default());
        let Some(plan) = plan(&network, seed) else {
            tally.without_plan += 1;
            continue;
        };
        let hidden = network.layers.iter().rev().skip(1).flat_map(|l| &l.neurons);
        functions.extend(hidden.map(|n| {
            let name = |text: String| text.split('(').next().unwrap_or_default().to_owned();
            (name(n.activation.to_string()), name(n.kind.to_string()))
        }));
        tally.functions = functions.len();
        widths(&plan, &mut tally.widths);
        one(plan, seed, vectors, work.path(), &mut tally)
            .with_context(|| format!("network of seed {seed}"))?;
        tally.networks += 1;
        progress(&tally);
    }
    Ok(tally)
}

/// A plan with widths of its own for everything in each layer; `None` where no plan meets them.
fn plan(network: &Network, seed: u64) -> Option<Plan> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x00ca_3eed);
    let mut bits = |most: u32| rng.random_range(4..=most);
    let options = QuantOptions {
        name: format!("net{seed}"),
        bits: bits(24),
        granularity: Granularity::Neuron,
        layers: network
            .layers
            .iter()
            // Every code of z is run to certify a table, in each of the many that a search tries.
            .map(|_| LayerBits {
                weights: Some(bits(24)),
                z: Some(bits(14)),
                h: Some(bits(18)),
                y: Some(bits(24)),
                guard: None,
                scores: None,
            })
            .collect(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    // Every fifth network decides a class, some two in order, or give the margin.
    let decides = rng.random_range(0..5) == 0;
    let ranges = vec![(-2.0, 2.0); network.inputs()];
    let mut plan = quantize_network(network, &Calibration::from_box(&ranges), &options).ok()?;
    let (top, margin) = (1 + (seed / 2 % 2) as usize, seed.is_multiple_of(2));
    plan.argmax = decides.then(|| Argmax { top, margin, ..Argmax::default() });
    plan.validate().is_ok().then_some(plan)
}

fn widths(plan: &Plan, (least, most): &mut (u32, u32)) {
    let tables = plan.tables.iter().flat_map(|t| [t.input.width, t.output.width]);
    let weights = plan.layers.iter().flat_map(|l| &l.neurons).map(|n| n.weight.width);
    let layers = (0..=plan.layers.len()).flat_map(|l| plan.input_formats(l)).map(|f| f.width);
    for width in tables.chain(weights).chain(layers) {
        (*least, *most) = ((*least).min(width), (*most).max(width));
    }
}

/// One network through everything.
fn one(plan: Plan, seed: u64, random: u64, work: &Path, tally: &mut Tally) -> anyhow::Result<()> {
    let families =
        [(Family::Generic, 50.0), (Family::Ecp5, 120.0), (Family::Ice40Up, 24.0), (Family::Xc7, 250.0)];
    let (family, clock_mhz) = families[seed as usize % families.len()];
    let weights = if seed.is_multiple_of(3) { Multiplier::Dsp } else { Multiplier::ShiftAdd };
    let architecture = match seed % 5 {
        3 => Architecture::Folded,
        4 => Architecture::Sequential,
        _ => Architecture::Parallel,
    };
    let build = Build { clock_mhz, weights, architecture, ..Build::new(family) };
    let dir = work.join("net");
    let manifest = generate(&dir, &plan, &build, None, true)?.manifest;
    *tally.architectures.entry(manifest.architecture.name().to_owned()).or_default() += 1;

    let vectors = Vectors::new(plan.inputs.clone()).corners(seed).random(random, seed);
    let program = Program::build(&plan, Machine::Host)?;
    let model = PlanModel::new(plan);
    let mut wrong = |what: &str, count: u64, first: Option<String>| {
        tally.mismatches += count;
        if let (None, Some(first)) = (&tally.first, first) {
            tally.first = Some(format!("network of seed {seed}, {what}: {first}"));
        }
    };
    // A cache of its own: nobody needs these models again.
    let cache = work.join("cache");
    let options = check::Options {
        seed,
        threads: std::thread::available_parallelism().map_or(1, |n| n.get()),
        build: verilator::Options { cache: Some(cache.clone()), ..Default::default() },
        endurance: false,
        waveform: None,
        progress: None,
    };
    let report = check::verify(&dir, &manifest, &vectors, &model, &options)?;
    wrong("Verilator", report.mismatches, report.first.map(|m| m.to_string()));
    tally.verilator += report.samples;
    // What cannot be removed now goes with the temporary directory.
    let _ = std::fs::remove_dir_all(cache);

    let c = program.verify(&model, &vectors)?;
    let first = c.first.map(|(x, expected, got)| format!("inputs {x:?}: expected {expected:?}, got {got:?}"));
    wrong("C", c.mismatches, first);
    tally.c99 += c.samples;

    if tally.networks.is_multiple_of(ICARUS_EVERY) {
        let few = vectors.sample(ICARUS_VECTORS);
        let options = icarus::Options { seed, ..Default::default() };
        let report = icarus::verify(&dir, &manifest, &few, &model, &options)?;
        wrong("Icarus Verilog", report.mismatches, report.first.map(|m| m.to_string()));
        tally.icarus += report.samples;
        tally.icarus_networks += 1;
    }
    Ok(())
}
