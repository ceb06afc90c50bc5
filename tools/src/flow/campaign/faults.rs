//! Planted faults: each is caught, or shown to change nothing by trying every input code.

use super::mutate::{self, Mutation};
use crate::flow::generate::generate;
use crate::interrupt;
use anyhow::Context;
use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::plan::{Plan, Stage};
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::{Architecture, Manifest};
use gainstage_sim::SimError;
use gainstage_sim::check::{self, PlanModel};
use gainstage_sim::run::RunError;
use gainstage_sim::vectors::Vectors;
use gainstage_sim::{icarus, verilator};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Faults planted in one circuit.
const PER_CIRCUIT: usize = 4;

/// Circuits take turns.
const ARCHITECTURES: [Architecture; 3] =
    [Architecture::Parallel, Architecture::Folded, Architecture::Sequential];

/// Bits of the only input: all its codes are tried.
const INPUT_BITS: u32 = 8;

/// What became of planted faults.
#[derive(Debug, Default, Serialize)]
pub struct FaultTally {
    /// Faults that were planted and ran.
    pub planted: usize,
    /// Faults that made a difference, and were seen.
    pub caught: usize,
    /// Faults that change no output of any input code, in two simulators.
    pub equivalent: usize,
    /// Faults that one simulator saw and the other did not.
    pub disputed: usize,
    /// Planted faults by kind.
    pub kinds: BTreeMap<&'static str, usize>,
    /// Planted faults by architecture.
    pub architectures: BTreeMap<String, usize>,
    /// Places of the equivalent and the disputed ones.
    pub places: Vec<String>,
}

/// Plants faults in circuits of one narrow input; `progress` is told after each.
///
/// # Errors
/// A missing tool, a place that cannot be written, an interruption.
pub fn faults(count: usize, seed: u64, mut progress: impl FnMut(&FaultTally)) -> anyhow::Result<FaultTally> {
    let mut tally = FaultTally::default();
    let work =
        gainstage_golden::scratch::Scratch::temporary().context("cannot write a temporary directory")?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let plans = (seed..).filter_map(|network| Some((network, plan(network)?)));
    for ((network, plan), architecture) in plans.zip(ARCHITECTURES.into_iter().cycle()) {
        if tally.planted >= count {
            break;
        }
        let dir = work.path().join("net");
        let build = Build { clock_mhz: 100.0, architecture, ..Build::new(Family::Ecp5) };
        let manifest = generate(&dir, &plan, &build, None, true)?.manifest;
        let bench = Bench { dir: &dir, manifest: &manifest, model: &PlanModel::new(plan), work: work.path() };
        anyhow::ensure!(
            !bench.icarus()?,
            "the circuit of network {network} is wrong before any fault is planted"
        );
        for _ in 0..PER_CIRCUIT.min(count - tally.planted) {
            interrupt::check()?;
            bench.plant(&mut rng, network, &mut tally)?;
            progress(&tally);
        }
    }
    Ok(tally)
}

/// A network of one input with a table and a kind that is not ordinary.
fn plan(seed: u64) -> Option<Plan> {
    let network = random_network(seed, RandomShape { inputs: 1, outputs: 2, hidden: 2, width: 3 });
    let options = QuantOptions {
        name: format!("net{seed}"),
        bits: INPUT_BITS,
        granularity: Granularity::Neuron,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    let plan = quantize_network(&network, &Calibration::from_box(&[(-2.0, 2.0)]), &options).ok()?;
    let activated = |s: &Stage| matches!(s, Stage::Activated { .. });
    let rich = plan.layers.iter().flat_map(|l| &l.neurons).any(|n| activated(&n.stage));
    (rich && !plan.tables.is_empty()).then_some(plan)
}

struct Bench<'a> {
    dir: &'a Path,
    manifest: &'a Manifest,
    model: &'a PlanModel,
    work: &'a Path,
}

impl Bench<'_> {
    /// Every input code.
    fn vectors(&self) -> Vectors {
        Vectors::new(self.model.plan().inputs.clone()).exhaustive()
    }

    /// Whether Icarus Verilog sees a difference. A circuit that it refuses to run is one, and so is one that is refused before
    /// any tool reads it: a fault in a file that all designs share.
    fn icarus(&self) -> anyhow::Result<bool> {
        match icarus::verify(self.dir, self.manifest, &self.vectors(), self.model, &Default::default()) {
            Ok(report) => Ok(!report.passed()),
            Err(
                SimError::Run(RunError::Failed { .. })
                | SimError::Simulator { .. }
                | SimError::Refused { .. },
            ) => Ok(true),
            Err(e) => Err(e.into()),
        }
    }

    /// Whether Verilator sees one.
    fn verilator(&self) -> anyhow::Result<bool> {
        let build = verilator::Options { cache: Some(self.work.join("cache")), ..Default::default() };
        let options = check::Options { build, ..Default::default() };
        let report = check::verify(self.dir, self.manifest, &self.vectors(), self.model, &options)?;
        Ok(!report.passed())
    }

    /// Plants one fault, looks, and takes it away again.
    fn plant(&self, rng: &mut ChaCha8Rng, network: u64, tally: &mut FaultTally) -> anyhow::Result<()> {
        let Some((file, mutation)) = self.choose(rng)? else { return Ok(()) };
        let path = self.dir.join(&file);
        let text = std::fs::read_to_string(&path)?;
        std::fs::write(&path, mutation.apply(&text))?;
        let caught = self.icarus()?;
        tally.planted += 1;
        *tally.kinds.entry(mutation.kind).or_default() += 1;
        let architecture = self.manifest.architecture.name().to_owned();
        let place = || {
            let old = text.lines().nth(mutation.line - 1).unwrap_or_default().trim();
            format!("seed {network}, {architecture}, {file}:{}: {} in `{old}`", mutation.line, mutation.kind)
        };
        if caught {
            tally.caught += 1;
        } else if self.verilator()? {
            tally.disputed += 1;
            tally.places.push(format!("{} (only Verilator sees it)", place()));
        } else {
            tally.equivalent += 1;
            tally.places.push(place());
        }
        *tally.architectures.entry(architecture).or_default() += 1;
        std::fs::write(&path, text)?;
        Ok(())
    }

    /// A fault in any of the files: first the kind is drawn, so that rare kinds occur too.
    fn choose(&self, rng: &mut ChaCha8Rng) -> anyhow::Result<Option<(String, Mutation)>> {
        let mut by_kind: BTreeMap<&'static str, Vec<(String, Mutation)>> = BTreeMap::new();
        let files = &self.manifest.files;
        for (list, sites) in [
            (&files.verilog, mutate::verilog as fn(&str) -> Vec<Mutation>),
            (&files.roms, mutate::memory as fn(&str) -> Vec<Mutation>),
        ] {
            for file in list {
                for mutation in sites(&std::fs::read_to_string(self.dir.join(file))?) {
                    by_kind.entry(mutation.kind).or_default().push((file.clone(), mutation));
                }
            }
        }
        let kinds: Vec<_> = by_kind.into_values().collect();
        if kinds.is_empty() {
            return Ok(None);
        }
        let kind = rng.random_range(0..kinds.len());
        Ok(kinds[kind].choose(rng).cloned())
    }
}
