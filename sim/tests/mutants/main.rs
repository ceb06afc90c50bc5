//! Textual mutants of generated directories: each is refused, or caught, or proved to be the same circuit.
//!
//! A few here; `make mutants` plants 500 (`GAINSTAGE_MUTANTS`, `GAINSTAGE_SEED`) and prints what became of them. The
//! circuits have one narrow input, so that a simulator tries every code.

#[path = "../common/mod.rs"]
mod common;
mod mutate;
mod prove;

use common::{generate, have};
use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::plan::{Plan, Stage};
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::{Architecture, Manifest};
use gainstage_sim::check::{self, PlanModel};
use gainstage_sim::run::{RunError, Tool};
use gainstage_sim::vectors::Vectors;
use gainstage_sim::{SimError, icarus, subset, verilator};
use mutate::Mutation;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const ARCHITECTURES: [Architecture; 3] =
    [Architecture::Parallel, Architecture::Folded, Architecture::Sequential];

const FAMILIES: [Family; 3] = [Family::Ecp5, Family::Generic, Family::Ice40];

/// Mutants of one circuit.
const PER_CIRCUIT: u64 = 10;

/// What became of a mutant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fate {
    /// The subset check, before any tool.
    Refused,
    /// A simulator.
    Caught,
    /// yosys proved it equal.
    Equivalent,
    /// None of these.
    Undecided,
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// A network of one input of 6 bits with a table and a kind that is not ordinary.
fn plan(seed: u64) -> Option<Plan> {
    let network = random_network(seed, RandomShape { inputs: 1, outputs: 2, hidden: 2, width: 2 });
    let options = QuantOptions {
        name: format!("net{seed}"),
        bits: 6,
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

fn icarus_options() -> icarus::Options {
    icarus::Options { limit: Duration::from_secs(120), ..Default::default() }
}

struct Bench<'a> {
    dir: &'a Path,
    sound: &'a Path,
    manifest: &'a Manifest,
    model: &'a PlanModel,
    cache: &'a Path,
}

impl Bench<'_> {
    fn vectors(&self) -> Vectors {
        Vectors::new(self.model.plan().inputs.clone()).exhaustive()
    }

    /// What a simulator says: whether it saw something. A circuit that its tool refuses is seen.
    fn seen(result: Result<check::Report, SimError>) -> bool {
        match result {
            Ok(report) => !report.passed(),
            // One that never settles takes for ever.
            Err(SimError::Run(RunError::Failed { .. } | RunError::TimedOut { .. })) => true,
            Err(SimError::Simulator { .. } | SimError::Ports { .. } | SimError::Refused { .. }) => true,
            Err(e) => panic!("{e}"),
        }
    }

    /// What `verify` would do, the quick simulator first, and proofs where it sees nothing.
    fn fate(&self) -> Fate {
        match subset::check(self.dir, self.manifest) {
            Err(SimError::Refused { .. }) => return Fate::Refused,
            other => other.expect("readable"),
        }
        let (dir, manifest, vectors) = (self.dir, self.manifest, self.vectors());
        if Bench::seen(icarus::verify(dir, manifest, &vectors, self.model, &icarus_options())) {
            return Fate::Caught;
        }
        if prove::same_registers(self.sound, dir, manifest) {
            return Fate::Equivalent;
        }
        let build = verilator::Options { cache: Some(self.cache.to_path_buf()), ..Default::default() };
        let options = check::Options { build, endurance: true, ..Default::default() };
        if Bench::seen(check::verify(dir, manifest, &vectors, self.model, &options)) {
            return Fate::Caught;
        }
        if prove::same_outputs(self.sound, dir, manifest) { Fate::Equivalent } else { Fate::Undecided }
    }
}

#[derive(Default)]
struct Table {
    rows: BTreeMap<&'static str, BTreeMap<Fate, usize>>,
    architectures: BTreeMap<String, BTreeMap<Fate, usize>>,
    undecided: Vec<String>,
}

impl Table {
    fn add(&mut self, mutation: &Mutation, architecture: Architecture, fate: Fate) {
        *self.rows.entry(mutation.kind).or_default().entry(fate).or_default() += 1;
        let name = format!("({})", architecture.name());
        *self.architectures.entry(name).or_default().entry(fate).or_default() += 1;
    }

    fn print(&self) {
        println!(
            "{:<18} {:>7} {:>7} {:>7} {:>10} {:>9}",
            "mutants", "all", "refused", "caught", "equivalent", "undecided"
        );
        let line = |name: &str, row: &BTreeMap<Fate, usize>| {
            let n = |fate| row.get(&fate).copied().unwrap_or(0);
            let all: usize = row.values().sum();
            println!(
                "{name:<18} {all:>7} {:>7} {:>7} {:>10} {:>9}",
                n(Fate::Refused),
                n(Fate::Caught),
                n(Fate::Equivalent),
                n(Fate::Undecided)
            );
        };
        let mut total = BTreeMap::new();
        for row in self.rows.values() {
            row.iter().for_each(|(fate, n)| *total.entry(*fate).or_default() += n);
        }
        self.rows.iter().for_each(|(kind, row)| line(kind, row));
        self.architectures.iter().for_each(|(name, row)| line(name, row));
        line("all", &total);
        self.undecided.iter().for_each(|place| println!("undecided: {place}"));
    }
}

#[test]
fn every_mutant_is_refused_caught_or_the_same_circuit() {
    if ![Tool::Verilator, Tool::Iverilog, Tool::Yosys].into_iter().all(have) {
        return;
    }
    let (wanted, seed) = (number("GAINSTAGE_MUTANTS", 12), number("GAINSTAGE_SEED", 1));
    let per_circuit = PER_CIRCUIT.min(wanted.div_ceil(3));
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut table, mut planted) = (Table::default(), 0);
    let cache = tempfile::tempdir().expect("a directory");
    let plans = (seed..).filter_map(plan).enumerate();
    for (i, plan) in plans {
        if planted >= wanted {
            break;
        }
        let (architecture, family) = (ARCHITECTURES[i % 3], FAMILIES[i / 3 % 3]);
        let build = Build { clock_mhz: 60.0, architecture, ..Build::new(family) };
        let ((dir, manifest), (sound, _)) = (generate(&plan, &build), generate(&plan, &build));
        let model = PlanModel::new(plan);
        let bench = Bench {
            dir: dir.path(),
            sound: sound.path(),
            manifest: &manifest,
            model: &model,
            cache: cache.path(),
        };
        let vectors = bench.vectors();
        let clean = icarus::verify(dir.path(), &manifest, &vectors, &model, &Default::default());
        assert!(!Bench::seen(clean), "{} is wrong before it is changed", manifest.top);
        for _ in 0..per_circuit.min(wanted - planted) {
            let file = &manifest.files.verilog[rng.random_range(0..manifest.files.verilog.len())];
            let path = dir.path().join(file);
            let text = std::fs::read_to_string(&path).expect("there");
            let mutation = mutate::draw(&text, &mut rng);
            std::fs::write(&path, &mutation.text).expect("written");
            let fate = bench.fate();
            table.add(&mutation, manifest.architecture, fate);
            if fate == Fate::Undecided {
                table
                    .undecided
                    .push(format!("{} {:?} {file}: {}", manifest.top, manifest.architecture, mutation.what));
            }
            std::fs::write(&path, text).expect("written");
            planted += 1;
            if planted % 50 == 0 {
                println!("{planted} of {wanted}");
            }
        }
    }
    table.print();
    assert!(table.undecided.is_empty(), "{:#?}", table.undecided);
}
