//! Proof by running the files that lie there.

use super::evaluate::{check_columns, input_codes};
use super::roms;
use crate::exit::CheckFailed;
use crate::interrupt;
use crate::term::{self, Progress};
use gainstage_golden::data::Samples;
use gainstage_golden::plan::Plan;
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_hdl::wrap::{BUILD_FILE, Build, Circuit, PLAN_FILE};
use gainstage_sim::check::{self, PlanModel, Report};
use gainstage_sim::lint::{Linter, lint};
use gainstage_sim::run::Tool;
use gainstage_sim::vectors::{Kind, Vectors};
use gainstage_sim::{icarus, verilator};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

/// Vectors times neurons that the slow second simulator runs: some ten seconds of work.
const SECOND_OPINION: u64 = 20_000;

/// What to try.
pub struct Options<'a> {
    /// Random vectors.
    pub vectors: u64,
    /// Their seed, and that of gaps, resets and power-up states.
    pub seed: u64,
    /// Samples to try as well, and the name of their file.
    pub data: Option<(&'a Samples, &'a str)>,
    /// Whether to run the linters that are installed.
    pub lint: bool,
}

/// What a verification showed.
pub struct Proof {
    /// Memory files that were read back and compared.
    pub memories: usize,
    /// Vectors by kind, such as `corners` and `random`.
    pub vectors: Vec<(&'static str, u64)>,
    /// A report per simulator; the first ran all vectors.
    pub simulators: Vec<Report>,
    /// What each linter complained about; empty if none was asked for.
    pub lint: BTreeMap<&'static str, Vec<String>>,
}

impl Proof {
    /// Whether everything held.
    pub fn passed(&self) -> bool {
        let clean = self.lint.values().all(Vec::is_empty);
        clean && !self.simulators.is_empty() && self.simulators.iter().all(Report::passed)
    }

    /// Wrong cycles of all simulators.
    pub fn mismatches(&self) -> u64 {
        self.simulators.iter().map(|r| r.mismatches).sum()
    }
}

/// Verifies a generated directory: memory files against the plan, then all vectors in Verilator, then a sample in
/// Icarus Verilog if it is installed.
///
/// # Errors
/// A directory that cannot be read, a memory that differs, a missing tool. A circuit that computes something else is
/// no error: the proof says so.
pub fn verify(dir: &Path, options: &Options) -> anyhow::Result<Proof> {
    let manifest = Manifest::read(dir)?;
    let plan = Plan::read(&dir.join(PLAN_FILE))?;
    let build = Build::read(&dir.join(BUILD_FILE))?;
    check_ports(&manifest, &plan)?;
    // Before the minutes of work that it would take to find out otherwise.
    Tool::Verilator.find()?;
    let expected = Circuit::new(&plan, &build)?.files;
    let memories = roms::check(dir, &manifest.files.roms, &expected)?;
    interrupt::check()?;

    let vectors = vectors(&plan, options)?;
    let golden = PlanModel::new(plan);
    term::say("building the Verilator model (kept for next time)");
    let mut simulators = vec![run_verilator(dir, &manifest, &vectors, &golden, options.seed)?];
    interrupt::check()?;
    simulators.extend(second_opinion(dir, &manifest, &vectors, &golden, options.seed)?);
    let lint = if options.lint { lint_all(dir, &manifest)? } else { BTreeMap::new() };
    let kinds = vectors.kinds().map(|(kind, count)| (name(kind), count)).collect();
    Ok(Proof { memories, vectors: kinds, simulators, lint })
}

/// The manifest's ports must be those of the plan: otherwise it is not the plan's circuit that lies there.
pub fn check_ports(manifest: &Manifest, plan: &Plan) -> anyhow::Result<()> {
    for (what, ports, formats) in
        [("inputs", &manifest.inputs, &plan.inputs), ("outputs", &manifest.outputs, &plan.output_formats())]
    {
        let found: Vec<String> = ports.iter().map(|p| p.format.to_string()).collect();
        let wanted: Vec<String> = formats.iter().map(ToString::to_string).collect();
        if found != wanted {
            let (found, wanted) = (found.join(" "), wanted.join(" "));
            let text = format!(
                "manifest.json has {what} {found}, but plan.json has {wanted}: the files do not belong together; \
                 generate the directory again"
            );
            return Err(CheckFailed(text).into());
        }
    }
    Ok(())
}

fn vectors(plan: &Plan, options: &Options) -> anyhow::Result<Vectors> {
    let codes = match options.data {
        Some((samples, file)) => {
            // Labels are no targets of the scores: only the inputs are taken.
            let outputs =
                if samples.classes().is_empty() { plan.score_formats().len() } else { samples.outputs() };
            check_columns(samples, plan.inputs.len(), outputs, file)?;
            input_codes(plan, samples)
        }
        None => Vec::new(),
    };
    Ok(Vectors::standard(plan.inputs.clone(), &codes, options.vectors, options.seed)?)
}

fn run_verilator(
    dir: &Path,
    manifest: &Manifest,
    vectors: &Vectors,
    golden: &PlanModel,
    seed: u64,
) -> anyhow::Result<Report> {
    let progress = Mutex::new((Progress::new("simulating", vectors.len()), 0));
    let tell = |done: u64| {
        let mut progress = progress.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        progress.1 += done;
        let total = progress.1;
        progress.0.update(total, "vectors");
    };
    let options = check::Options {
        seed,
        threads: std::thread::available_parallelism().map_or(1, |n| n.get()),
        build: verilator::Options::default(),
        waveform: Some(dir.join("mismatch.vcd")),
        progress: Some(&tell),
    };
    let report = check::verify(dir, manifest, vectors, golden, &options);
    progress.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).0.finish();
    Ok(report?)
}

/// A sample of the vectors in another simulator, where it is installed.
fn second_opinion(
    dir: &Path,
    manifest: &Manifest,
    vectors: &Vectors,
    golden: &PlanModel,
    seed: u64,
) -> anyhow::Result<Option<Report>> {
    if let Err(e) = Tool::Iverilog.find().and_then(|_| Tool::Vvp.find()) {
        term::say(&format!("note: no second simulator: {e}"));
        return Ok(None);
    }
    let neurons = golden.plan().layers.iter().map(|l| l.neurons.len() as u64).sum::<u64>();
    let sample = vectors.sample((SECOND_OPINION / neurons.max(1)).clamp(64, 2_000));
    let options = icarus::Options { seed, ..icarus::Options::default() };
    Ok(Some(icarus::verify(dir, manifest, &sample, golden, &options)?))
}

/// The complaints of every linter that is installed, by its name.
fn lint_all(dir: &Path, manifest: &Manifest) -> anyhow::Result<BTreeMap<&'static str, Vec<String>>> {
    let mut complaints = BTreeMap::new();
    for linter in Linter::ALL {
        interrupt::check()?;
        match linter.tool().find() {
            Ok(_) => {
                complaints.insert(linter.tool().info().name, lint(dir, manifest, linter)?);
            }
            Err(e) => term::say(&format!("note: not linted: {e}")),
        }
    }
    Ok(complaints)
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Corners => "corners",
        Kind::Exhaustive => "exhaustive",
        Kind::Data => "data",
        Kind::Random => "random",
    }
}
