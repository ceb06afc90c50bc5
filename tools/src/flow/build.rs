//! All of it: from a project to a proven circuit and its report.

use super::verify::{Options, verify};
use super::{board, evaluate, generate, means, place, quantize, train};
use crate::interrupt::{self, Grace, Interrupted};
use crate::project::{Project, Source};
use crate::report::{BuildReport, Judgement, PlanSummary, ProofReport, Seconds, Seeds, curves_svg, picture};
use crate::term;
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::document::{write_atomic, write_json};
use gainstage_golden::net::Model;
use gainstage_sim::run::Tool;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// The schema version of `report.json`.
const REPORT_SCHEMA: u32 = 1;

/// Tools whose versions the report names.
const TOOLS: &[Tool] = &[Tool::Verilator, Tool::Cxx, Tool::Iverilog];

/// Builds a project into `dir`, with a bitstream if a board is chosen (the project's means must be the board's): `model.json`, the generated files, `report.json`,
/// `picture.svg` and `curves.svg`.
///
/// # Errors
/// Whatever stops a step; a mismatch is no error, the report says so. What was finished before stays: the model first
/// of all.
pub fn build(
    project: &Project,
    model: Option<Model>,
    dir: &Path,
    force: bool,
    choice: Option<&board::Choice>,
) -> anyhow::Result<BuildReport> {
    let start = Instant::now();
    // What would stop the last steps is looked at before the first.
    place::check(dir, force)?;
    Tool::Verilator.find().context("build ends with a simulation")?;
    let (samples, test) = project.samples()?;
    let mut seconds = Seconds::default();

    let model = match model {
        Some(model) => {
            evaluate::check_shape(&model, &samples)?;
            model
        }
        None => timed(&mut seconds.train, || trained(project, &samples, dir))?,
    };
    let how = &project.quantize;
    let points = calibration(project, &samples);
    let plan = timed(&mut seconds.quantize, || quantize::quantize(&model, &points, how))?;
    interrupt::check()?;

    let judge = test.as_ref().unwrap_or(&samples);
    let float = evaluate::float(&model.network, judge);
    let fixed = evaluate::fixed(&plan, judge);
    let judged = Judgement::of(evaluate::judge(&float, judge)?, evaluate::judge_fixed(&plan, &fixed, judge)?);
    let part = choice.map(|c| c.board.device().capacity());
    let means = means::means(&project.build, &plan, part)?;
    timed(&mut seconds.generate, || generate::generate(dir, &plan, &means, Some(&model), force))?;
    let drawn =
        if model.classes.is_empty() { picture(&plan.name, judge, &float, &fixed.values) } else { None };
    if let Some(svg) = drawn {
        write_atomic(&dir.join("picture.svg"), svg.as_bytes())?;
    }
    if let Some(record) = model.training.as_ref().filter(|t| t.curve_stride > 0) {
        write_atomic(&dir.join("curves.svg"), curves_svg(record).as_bytes())?;
    }
    interrupt::check()?;

    let options = Options {
        vectors: project.verify.vectors,
        seed: project.verify.seed,
        data: Some((judge, "the project's samples")),
        lint: false,
        second: true,
    };
    let proof = timed(&mut seconds.verify, || verify(dir, &options))?;
    seconds.total = start.elapsed().as_secs_f64();
    let mut report = BuildReport {
        schema: REPORT_SCHEMA,
        name: plan.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        judged,
        test_samples: judge.rows(),
        test_is_separate: test.is_some(),
        bits: how.bits.0,
        target: means.family,
        clock_mhz: means.clock_mhz,
        proof: ProofReport::of(&proof),
        seeds: seeds(project, &model),
        seconds,
        tools: tools(),
        board: None,
        plan: PlanSummary::of(&plan),
        training: model.training,
    };
    // Before the board's tools, which may fail: what is proven stays said.
    let path = dir.join("report.json");
    write_json(&path, &report)?;
    if let Some(choice) = choice.filter(|_| report.proof.ok) {
        report.board = Some(board::implement(dir, choice)?);
        report.seconds.total = start.elapsed().as_secs_f64();
        write_json(&path, &report)?;
    }
    Ok(report)
}

fn timed<T>(seconds: &mut f64, step: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let start = Instant::now();
    let result = step();
    *seconds = start.elapsed().as_secs_f64();
    result
}

/// Trains, and writes the model at once: nothing that fails later takes it away.
fn trained(project: &Project, samples: &Samples, dir: &Path) -> anyhow::Result<Model> {
    let _grace = Grace::ask();
    let model = train::train(project, samples)?;
    let path = dir.join("model.json");
    model.write(&path)?;
    if train::interrupted(&model) {
        term::say(&format!("interrupted: {} holds the best network so far", path.display()));
        return Err(Interrupted.into());
    }
    Ok(model)
}

/// A generator's whole range, which random points do not reach; or the samples of a file.
fn calibration(project: &Project, samples: &Samples) -> quantize::Points {
    match &project.data.source {
        Source::Generator { target, .. } => quantize::Points::Box(vec![target.range(); target.inputs()]),
        Source::Shapes { .. } | Source::Csv(_) => quantize::Points::Samples(samples.clone()),
    }
}

fn seeds(project: &Project, model: &Model) -> Seeds {
    let data = match project.data.source {
        Source::Generator { seed, .. } | Source::Shapes { seed, .. } => Some(seed),
        Source::Csv(_) => None,
    };
    Seeds { data, train: model.training.as_ref().map(|t| t.seed), verify: project.verify.seed }
}

fn tools() -> BTreeMap<&'static str, String> {
    TOOLS.iter().filter_map(|t| Some((t.info().name, t.version().ok()?))).collect()
}
