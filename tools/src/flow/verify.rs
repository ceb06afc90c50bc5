//! Proof by running the files that lie there.

use super::certified;
use super::evaluate::{check_columns, input_codes};
use super::inventory;
use super::roms;
use crate::exit::CheckFailed;
use crate::interrupt;
use crate::report::Proof;
use crate::term::{self, Progress, Step};
use gainstage_golden::data::Samples;
use gainstage_golden::plan::Plan;
use gainstage_hdl::wrap::manifest::{self, Load, Manifest, Port, Probe};
use gainstage_hdl::wrap::{BUILD_FILE, Build, Circuit, PLAN_FILE};
use gainstage_sim::check::{self, PlanModel, Report};
use gainstage_sim::lint::{Linter, lint};
use gainstage_sim::run::Tool;
use gainstage_sim::vectors::{Kind, Vectors};
use gainstage_sim::{icarus, subset, verilator};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What the slow second simulator may take: about as many clocks.
const SECOND_OPINION: Duration = Duration::from_secs(5);

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
    /// Whether to ask a second simulator, if it is installed.
    pub second: bool,
}

/// Verifies a generated directory: all of its files are looked at or named, memory files are compared with the plan; then
/// all vectors run in Verilator, and a sample in Icarus Verilog if it is installed.
///
/// # Errors
/// A directory that cannot be read, files that do not belong together, a missing tool. A circuit that computes
/// something else is no error: the proof says so.
pub fn verify(dir: &Path, options: &Options) -> anyhow::Result<Proof> {
    let listing = dir.join(manifest::FILE_NAME);
    anyhow::ensure!(
        listing.is_file(),
        "{}: no such file; give the directory that `gainstage generate` or `gainstage build` wrote",
        listing.display()
    );
    let manifest = Manifest::read(dir)?;
    let plan = certified::read(&dir.join(PLAN_FILE))?;
    // Before the minutes of work that it would take to find out otherwise.
    Tool::Verilator.find()?;
    let second = options.second && has_second()?;
    let expected = promised(dir, &manifest, &plan)?;
    subset::check(dir, &manifest)?;
    let files = inventory::take(dir, &manifest, &expected)?;
    let memories = roms::check(dir, &manifest.files.roms, &expected.files)?;
    interrupt::check()?;

    let vectors = vectors(&plan, options)?;
    let golden = PlanModel::new(plan);
    let mut simulators = vec![run_verilator(dir, &manifest, &vectors, &golden, options.seed)?];
    interrupt::check()?;
    if second {
        simulators.push(second_opinion(dir, &manifest, &vectors, &golden, options.seed)?);
    }
    let no_second = match (second, options.second) {
        (true, _) => None,
        (false, true) => Some("not installed"),
        (false, false) => Some("left out (--no-second)"),
    };
    let lint = if options.lint { lint_all(dir, &manifest)? } else { BTreeMap::new() };
    let kinds = vectors.kinds().map(|(kind, count)| (name(kind), count)).collect();
    Ok(Proof { files, memories, vectors: kinds, simulators, no_second, lint })
}

/// The circuit that the plan and the means in `dir` lead to, after a look whether the manifest promises just that and
/// all its files are there.
///
/// # Errors
/// Files that do not belong together, or are missing.
pub fn promised(dir: &Path, manifest: &Manifest, plan: &Plan) -> anyhow::Result<Circuit> {
    let build = Build::read(&dir.join(BUILD_FILE))?;
    let expected = Circuit::new(plan, &build)?;
    belongs(dir, manifest, &expected.manifest)?;
    is_complete(dir, manifest)?;
    Ok(expected)
}

/// What is measured (latency, interval) is left to the simulation.
fn belongs(dir: &Path, found: &Manifest, wanted: &Manifest) -> anyhow::Result<()> {
    let name = |text: &String| format!("`{text}`");
    let ports = |ports: &[Port]| {
        let all: Vec<String> = ports.iter().map(|p| format!("{} {}", p.name, p.format)).collect();
        all.join(", ")
    };
    let load = |l: &Load| {
        format!("{} {} {} {}: {} words of {}", l.start, l.valid, l.data, l.loaded, l.words, l.file)
    };
    let probe = |p: &Probe| format!("{}.{} {} {} {}", p.layer, p.neuron, p.signal, p.format, p.latency);
    let fields = |m: &Manifest| {
        [
            ("top", name(&m.top)),
            ("clock", name(&m.clock)),
            ("reset", name(&m.reset)),
            ("in_valid", name(&m.in_valid)),
            ("out_valid", name(&m.out_valid)),
            ("in_ready", m.in_ready.as_ref().map_or_else(|| "none".into(), name)),
            ("rom_dir", m.rom_dir.as_ref().map_or_else(|| "none".into(), name)),
            ("load", m.load.as_ref().map_or_else(|| "none".into(), load)),
            ("architecture", m.architecture.name().to_owned()),
            ("family", name(&m.family)),
            ("clock_mhz", m.clock_mhz.to_string()),
            ("inputs", ports(&m.inputs)),
            ("outputs", ports(&m.outputs)),
            ("files.verilog", m.files.verilog.join(", ")),
            ("files.roms", m.files.roms.join(", ")),
            ("probes", m.probes.iter().map(probe).collect::<Vec<_>>().join(", ")),
        ]
    };
    match fields(found).into_iter().zip(fields(wanted)).find(|(found, wanted)| found != wanted) {
        None => Ok(()),
        Some(((field, found), (_, wanted))) => Err(CheckFailed(format!(
            "{}: {field} is {found}, but the circuit of {PLAN_FILE} and {BUILD_FILE} beside it has {wanted}: restore \
             the file, or generate the directory again",
            dir.join(manifest::FILE_NAME).display()
        ))
        .into()),
    }
}

/// Every file that the manifest lists must be there.
fn is_complete(dir: &Path, manifest: &Manifest) -> anyhow::Result<()> {
    let mut files = manifest.files.verilog.iter().chain(&manifest.files.roms).map(|f| dir.join(f));
    match files.find(|f| !f.is_file()) {
        None => Ok(()),
        Some(missing) => anyhow::bail!(
            "{}: no such file, but {} lists it: restore the file, or generate the directory again",
            missing.display(),
            manifest::FILE_NAME
        ),
    }
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
    let watcher = Watcher { total: vectors.len(), activity: Mutex::default() };
    let tell = |progress| watcher.tell(progress);
    let options = check::Options {
        seed,
        threads: std::thread::available_parallelism().map_or(1, |n| n.get()),
        build: verilator::Options::default(),
        endurance: true,
        waveform: Some(dir.join("mismatch.vcd")),
        progress: Some(&tell),
    };
    Ok(check::verify(dir, manifest, vectors, golden, &options)?)
}

/// Shows what the simulation is at.
struct Watcher {
    /// Vectors in all.
    total: u64,
    activity: Mutex<Activity>,
}

#[derive(Default)]
enum Activity {
    #[default]
    None,
    Step(#[expect(dead_code, reason = "its end is shown when it is dropped")] Step),
    /// Progress in vectors, and how many have been run.
    Simulating(Progress, u64),
}

impl Watcher {
    fn tell(&self, progress: check::Progress) {
        let mut activity = self.activity.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            check::Progress::Cached => {
                *activity = Activity::None;
                term::say("using the cached Verilator model");
            }
            check::Progress::Building => {
                *activity = Activity::None;
                *activity = Activity::Step(Step::begin("building the Verilator model (kept for next time)"));
            }
            check::Progress::Simulated(vectors) => {
                if !matches!(*activity, Activity::Simulating(..)) {
                    *activity = Activity::None;
                    *activity = Activity::Simulating(Progress::new("simulating", self.total), 0);
                }
                if let Activity::Simulating(progress, done) = &mut *activity {
                    *done += vectors;
                    progress.update(*done, "vectors");
                }
            }
            check::Progress::Tracing => {
                *activity = Activity::None;
                term::say("a mismatch: running it again in a model with a waveform");
            }
        }
    }
}

/// Whether there is a second simulator.
///
/// # Errors
/// One that the environment names, and that is not there.
fn has_second() -> anyhow::Result<bool> {
    for tool in [Tool::Iverilog, Tool::Vvp] {
        if tool.find_optional()?.is_none() {
            let info = tool.info();
            term::say(&format!("note: no second simulator: {} is not on the path; {}", info.name, info.hint));
            return Ok(false);
        }
    }
    Ok(true)
}

/// A sample of the vectors in another simulator.
fn second_opinion(
    dir: &Path,
    manifest: &Manifest,
    vectors: &Vectors,
    golden: &PlanModel,
    seed: u64,
) -> anyhow::Result<Report> {
    let options = icarus::Options { seed, budget: Some(SECOND_OPINION), ..icarus::Options::default() };
    let _step = Step::begin("running a sample of the vectors in Icarus Verilog");
    Ok(icarus::verify(dir, manifest, vectors, golden, &options)?)
}

/// The complaints of every linter that is installed, by its name.
fn lint_all(dir: &Path, manifest: &Manifest) -> anyhow::Result<BTreeMap<&'static str, Vec<String>>> {
    let mut complaints = BTreeMap::new();
    for linter in Linter::ALL {
        interrupt::check()?;
        let name = linter.tool().info().name;
        match linter.tool().find_optional()? {
            Some(_) => {
                let _step = Step::begin(&format!("lint by {name}"));
                complaints.insert(name, lint(dir, manifest, linter)?);
            }
            None => term::say(&format!("note: not linted by {name}, which is not on the path")),
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
