//! A front of circuits: searched, judged, written.

use super::edges::{figure, samples};
use super::found::{Found, Front, hunt, is_curve};
use super::hunt::{Budget, Hunt, SPLIT};
use super::verify::{Options, verify};
use super::{evaluate, generate, slurm};
use crate::exit::CheckFailed;
use crate::interrupt;
use crate::project::{Project, Sets, Verify};
use crate::report::{FrontReport, Row};
use crate::term::Progress;
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::document::{write_atomic, write_json};
use gainstage_golden::edge::{Search, baselines};
use gainstage_golden::plan::Plan;
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::Build;
use gainstage_sim::netlist;
use gainstage_sim::run::Tool;
use std::ffi::OsString;
use std::path::Path;

/// What is asked for.
pub struct Request {
    /// How long to search.
    pub budget: Budget,
    /// Whether Slurm runs the trials.
    pub slurm: bool,
    /// Whether yosys counts.
    pub synthesize: bool,
    /// Whether every circuit is simulated.
    pub verify: bool,
}

/// Searches and writes the front of a project, read from `file`, into `dir`.
///
/// # Errors
/// Samples that nothing can be learned from, a place that cannot be written, a tool that is missing where it is needed.
pub fn pareto(project: &Project, file: &Path, dir: &Path, request: &Request) -> anyhow::Result<FrontReport> {
    let tools = [(request.synthesize, Tool::Yosys), (request.verify, Tool::Verilator)];
    tools.into_iter().filter(|(wanted, _)| *wanted).try_for_each(|(_, tool)| tool.find().map(|_| ()))?;
    let Sets { train: samples, test, .. } = samples(project)?;
    if request.slurm && !is_curve(&samples) {
        on_slurm(file, &hunt(project, &samples, request.budget, Some(dir))?, dir)?;
    }
    let Front { found, looked_at } = Front::search(project, &samples, request.budget, Some(dir))?;
    // The front that was there before stays, unless there is a whole one in its place.
    interrupt::check()?;
    let (plans, mut rows) = circuits(test.as_ref(), found, dir)?;
    rows.splice(0..0, baseline_rows(&samples, test.as_ref())?);
    let mut report = FrontReport { classes: !samples.classes().is_empty(), rows, looked_at };
    // What comes now is long: what was found is there before it, and whatever ends it.
    write(dir, &report)?;
    if request.synthesize || request.verify {
        let first = report.rows.len() - plans.len();
        let judge = test.as_ref().unwrap_or(&samples);
        let mut bar = Progress::new("examining circuits", plans.len() as u64);
        for (n, (plan, row)) in plans.iter().zip(&mut report.rows[first..]).enumerate() {
            interrupt::check()?;
            bar.update(n as u64, &examine(plan, (judge, &project.verify), request, row)?);
        }
        write(dir, &report)?;
    }
    interrupt::check()?;
    Ok(report)
}

/// Finishes a single trial, and says how many circuits it has.
///
/// # Errors
/// As [`pareto`].
pub fn trial(project: &Project, dir: &Path, number: usize) -> anyhow::Result<usize> {
    let samples = samples(project)?.train;
    anyhow::ensure!(
        !is_curve(&samples),
        "values of one input have no trials: run pareto without --only-trial"
    );
    let points = hunt(project, &samples, Budget::Trials(number + 1), Some(dir))?.one(number)?;
    interrupt::check()?;
    Ok(points.len())
}

/// Has Slurm finish the trials that are not.
fn on_slurm(file: &Path, hunt: &Hunt, dir: &Path) -> anyhow::Result<()> {
    let open = hunt.unfinished();
    if open.is_empty() {
        return Ok(());
    }
    // Once, for all jobs to read.
    hunt.teacher()?;
    interrupt::check()?;
    let dir = dir.canonicalize().with_context(|| format!("cannot find {}", dir.display()))?;
    let program = std::env::current_exe().context("cannot find this program's file")?;
    let file = file.canonicalize().with_context(|| format!("cannot find {}", file.display()))?;
    let command: [OsString; 6] = [
        program.into(),
        "pareto".into(),
        file.into(),
        "-o".into(),
        dir.clone().into(),
        "--only-trial".into(),
    ];
    let logs = dir.join("slurm");
    let name = format!("gainstage-pareto-{}-{}", std::process::id(), rand::random::<u32>());
    slurm::run(&slurm::Array { name: &name, numbers: &open, command: &command, logs: &logs })?;
    let left = hunt.unfinished();
    anyhow::ensure!(
        left.is_empty(),
        "{} of {} jobs did not finish, trial {} the first of them: {} has what each said; what the others finished is \
         kept, and the same command submits only what is left",
        left.len(),
        open.len(),
        left[0],
        logs.display()
    );
    Ok(())
}

/// The plans of a front, written, and their rows.
fn circuits(test: Option<&Samples>, front: Vec<Found>, dir: &Path) -> anyhow::Result<(Vec<Plan>, Vec<Row>)> {
    let one = |(n, found): (usize, Found)| {
        let test = test.map(|t| figure(&found.plan, t)).transpose()?;
        let (lut_estimate, edges, kind) = (Some(found.lut), found.edges, found.kind);
        let row = Row {
            lut_estimate,
            edges,
            kind,
            merit: Some(found.merit),
            test,
            ..Row::new(plan_file(n), found.error)
        };
        Ok((found.plan, row))
    };
    let (plans, rows): (Vec<Plan>, Vec<Row>) =
        front.into_iter().enumerate().map(one).collect::<anyhow::Result<Vec<_>>>()?.into_iter().unzip();
    interrupt::check()?;
    clear(&dir.join("plans"))?;
    plans.iter().enumerate().try_for_each(|(n, plan)| plan.write(&dir.join(plan_file(n))))?;
    Ok((plans, rows))
}

fn plan_file(n: usize) -> String {
    format!("plans/{n:03}.json")
}

/// Makes the directory of plans, without those of an earlier front.
fn clear(dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    for entry in dir.read_dir().with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        let number = path.file_stem().is_some_and(|s| s.as_encoded_bytes().iter().all(u8::is_ascii_digit));
        if number && path.extension().is_some_and(|e| e == "json") {
            std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// What tools say of a plan's parallel circuit, for its row and in words: yosys' count, the decision between scores left
/// out as in the estimate; Verilator's results, with it.
fn examine(
    plan: &Plan,
    (judge, how): (&Samples, &Verify),
    request: &Request,
    row: &mut Row,
) -> anyhow::Result<String> {
    let work = Scratch::temporary()?;
    let mut said = Vec::new();
    if request.synthesize {
        let scores = Plan { argmax: None, softmax: None, ..plan.clone() };
        let dir = work.path().join("scores");
        let build = Build { block_ram: false, ..Build::new(Family::Xc7) };
        let manifest = generate::generate(&dir, &scores, &build, None, false)?.manifest;
        let options = netlist::Options { dsp: false, bram: false, ..netlist::Options::new(Family::Xc7) };
        let counts = netlist::synthesize(&dir, &manifest, &options)?;
        (row.lut, row.ff) = (Some(counts.lut), Some(counts.ff));
        said.push(format!("{} LUT, estimate {}", counts.lut, row.lut_estimate.unwrap_or(0)));
    }
    if request.verify {
        let dir = work.path().join("circuit");
        generate::generate(&dir, plan, &Build::new(Family::Xc7), None, false)?;
        let data = Some((judge, "the project's samples"));
        let (vectors, seed) = (how.vectors, how.seed);
        let proof = verify(&dir, &Options { vectors, seed, data, lint: false, second: false })?;
        let first = proof.simulators.first();
        if !proof.passed() {
            let wrong = proof.mismatches();
            return Err(CheckFailed(format!("{}: {wrong} wrong cycles in Verilator", row.circuit)).into());
        }
        row.simulated = first.map(|r| r.samples);
        said.push(format!("{} samples simulated, 0 mismatches", row.simulated.unwrap_or(0)));
    }
    Ok(format!("{}: {}", row.circuit, said.join("; ")))
}

/// The front as table, picture and JSON.
fn write(dir: &Path, report: &FrontReport) -> anyhow::Result<()> {
    write_atomic(&dir.join("front.csv"), report.csv().as_bytes())?;
    write_atomic(&dir.join("front.svg"), report.svg().as_bytes())?;
    write_json(&dir.join("front.json"), report)?;
    Ok(())
}

/// The best constant and a linear fit, in real numbers: what a circuit must beat to be worth anything.
fn baseline_rows(samples: &Samples, test: Option<&Samples>) -> anyhow::Result<Vec<Row>> {
    let rows = baselines(samples, &Search { fixed: Vec::new(), seed: SPLIT })?.into_iter().map(|b| {
        let test = test.map(|t| evaluate::judge(&b.outputs(t), t).map(|j| j.number())).transpose()?;
        Ok(Row { test, ..Row::new(b.name.to_owned(), b.error) })
    });
    rows.collect()
}
