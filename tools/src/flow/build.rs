//! All of it: from a project to a proven circuit and its report.

use super::budget::Budget;
use super::edges::missed;
use super::evidence::Origins;
use super::quantize::Grounds;
use super::simpler::{as_good, simpler};
use super::verify::{Options, verify};
use super::widths::{Sized, sized};
use super::{board, evaluate, folds, generate, loss, means, place, train};
use crate::exit::Interrupted;
use crate::interrupt::{self, Grace};
use crate::lock::Lock;
use crate::project::{Project, Sets, Source};
use crate::report::{
    self, BuildReport, Judgement, PlanSummary, ProofReport, REPORT_SCHEMA, Seconds, Seeds, curves_svg,
    picture,
};
use crate::term;
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::document::write_atomic;
use gainstage_golden::net::Model;
use gainstage_hdl::board::Capacity;
use gainstage_sim::implement;
use gainstage_sim::run::Tool;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Tools whose versions the report names.
const TOOLS: &[Tool] = &[Tool::Verilator, Tool::Cxx, Tool::Iverilog];

/// Builds a project into `dir`, with a bitstream if a board is chosen (the project's means must be the board's): `model.json`, the generated files,
/// `report.json`, `report.html`, `picture.svg` and `curves.svg`.
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
    let _lock = Lock::take(dir)?;
    Tool::Verilator.find().context("build ends with a simulation")?;
    choice.map(|choice| implement::find_tools(&choice.board)).transpose()?;
    means::demanded(&project.build)?;
    let sets = project.samples()?;
    let origins = Origins::of(project, &sets);
    folds::possible(project)?;
    let Sets { train: samples, test, .. } = sets;
    let mut seconds = Seconds::default();

    let (model, held_out) = match model {
        Some(model) => (model, None),
        None => {
            let model = timed(&mut seconds.train, || trained(project, &samples, dir))?;
            let held_out = train::held_out(project, &model, &samples)?;
            (model, held_out)
        }
    };
    let part = choice.map(|c| c.board.device().capacity());
    let (Sized { plan, network, concerns, bits, layers, method }, grounds) =
        timed(&mut seconds.quantize, || plan(project, &model, (samples, test), part))?;
    let how = &project.quantize.at(bits);
    let Grounds { seen, judge, separate, .. } = &grounds;
    interrupt::check()?;

    let float = evaluate::float(&model.network, judge);
    let fixed = evaluate::fixed(&plan, judge);
    let integers = evaluate::judge_fixed(&plan, &fixed, judge)?;
    let simpler = simpler(seen, judge);
    let as_good = as_good(&simpler, &integers);
    let test = separate.then_some(judge);
    let evidence = origins.evidence(&plan, Some(&model.network), seen, test)?;
    let judged = Judgement::of(evaluate::judge(&float, judge)?, integers);
    let concerns: Vec<String> =
        as_good.into_iter().chain(missed(&evidence.errors, project.data.balanced)).chain(concerns).collect();
    concerns.iter().for_each(|w| term::say(&format!("warning: {w}")));
    let loss = loss::loss(&network, &plan, judge, how, how.max_loss.map(|p| p.0))?;
    if !loss.held {
        term::say(&format!("warning: {loss}"));
    }
    let means = means::means(&project.build, &plan, part)?;
    let generate::Generated { manifest, resources } =
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
        evidence,
        baselines: simpler.figures,
        test_samples: judge.rows(),
        test_is_separate: *separate,
        held_out,
        loss,
        warnings: concerns,
        bits,
        layer_bits: layers,
        method,
        architecture: manifest.architecture.name(),
        target: means.family,
        clock_mhz: means.clock_mhz,
        resources,
        proof: ProofReport::of(&proof),
        seeds: seeds(project, &model),
        seconds,
        tools: tools(),
        board: None,
        plan: PlanSummary::of(&plan),
        training: model.training,
    };
    // Before the board's tools, which may fail: what is proven stays said.
    report::write(dir, &report.json()?)?;
    if let Some(found) = folds::cross_validated(project)? {
        report.evidence.cross_validation = Some(found);
        report::write(dir, &report.json()?)?;
    }
    // A bitstream takes minutes, and is for what is worth loading.
    if let Some(choice) = choice.filter(|_| report.held()) {
        report.board = Some(board::implement(dir, choice)?);
        report.seconds.total = start.elapsed().as_secs_f64();
        report::write(dir, &report.json()?)?;
    }
    Ok(report)
}

/// The plan of a project's model, calibrated on the project's samples, and what it stands on. `part` is that of a board.
pub(super) fn plan(
    project: &Project,
    model: &Model,
    (samples, test): (Samples, Option<Samples>),
    part: Option<Capacity>,
) -> anyhow::Result<(Sized, Grounds)> {
    let grounds = Grounds::of(project, model, samples, test)?;
    let budget = Budget::of(project, part);
    let sized = sized(model, &grounds.points, &project.quantize, Some(&grounds.seen), budget.as_ref())?;
    Ok((sized, grounds))
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

fn seeds(project: &Project, model: &Model) -> Seeds {
    let data = match project.data.source {
        Source::Generator { seed, .. } | Source::Shapes { seed, .. } => Some(seed),
        Source::Csv(_) => None,
    };
    Seeds { data, train: model.training.as_ref().map(|t| t.seed), verify: project.verify.seed }
}

pub(super) fn tools() -> BTreeMap<&'static str, String> {
    TOOLS.iter().filter_map(|t| Some((t.info().name, t.version().ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::{Cli, run};
    use crate::project::templates;
    use clap::Parser;
    use gainstage_golden::plan::Plan;
    use toml::Value;

    /// The template with hardly any training and few bits: what is left is what it calibrates and quantizes with.
    fn hurried(toml: &str) -> String {
        let mut project: toml::Table = toml.parse().expect("TOML");
        let mut set = |table: &str, pairs: &[(&str, Value)]| {
            let entry = project.entry(table).or_insert_with(|| Value::Table(toml::Table::new()));
            let inner = entry.as_table_mut().expect("a table");
            pairs.iter().for_each(|(key, value)| drop(inner.insert((*key).into(), value.clone())));
        };
        let (none, one) = (Value::Integer(0), Value::Integer(1));
        let numbers =
            [("epochs", &one), ("restarts", &one), ("polish", &none), ("consensus", &none), ("prune", &none)];
        set("train", &numbers.map(|(key, value)| (key, value.clone())));
        set("train", &[("anneal", Value::Float(0.0)), ("halve-at", Value::Array(Vec::new()))]);
        set("learned", &[("sweeps", one.clone()), ("restarts", one)]);
        set("quantize", &[("bits", Value::Integer(7)), ("refine", Value::Boolean(false))]);
        // Training of integers takes seconds a template, and nothing of the steps depends on it.
        set("quantize", &[("method", Value::String("tune".into()))]);
        toml::to_string(&project).expect("TOML")
    }

    /// `train` and `quantize --project` come to the model and the plan of `build`, whatever the template and its data.
    #[test]
    fn the_steps_of_a_build_give_its_plan() {
        let neurons = |toml: &str| !toml.contains("\nedges = ");
        for template in templates().filter(|t| neurons(&t.toml)) {
            let dir = tempfile::tempdir().expect("a directory");
            let at = |name: &str| dir.path().join(name).display().to_string();
            std::fs::write(at("gainstage.toml"), hurried(&template.toml)).expect("written");
            template.files.iter().for_each(|(name, text)| std::fs::write(at(name), text).expect("written"));
            for args in [
                vec!["gainstage", "train", &at(""), "-o", &at("model.json")],
                vec![
                    "gainstage",
                    "quantize",
                    &at("model.json"),
                    "--project",
                    &at(""),
                    "-o",
                    &at("plan.json"),
                ],
            ] {
                let cli = Cli::try_parse_from(args).unwrap_or_else(|e| panic!("{e}"));
                run(&cli.command, false).unwrap_or_else(|e| panic!("{}: {e:#}", template.name));
            }
            let project = Project::read(dir.path()).unwrap_or_else(|e| panic!("{e}"));
            let Sets { train: samples, test, .. } = project.samples().expect("samples");
            let model = train::train(&project, &samples).expect("a model");
            let step = Model::read(&dir.path().join("model.json")).expect("a model");
            assert_eq!(model.network, step.network, "{}", template.name);
            let (Sized { plan, .. }, _) = plan(&project, &model, (samples, test), None).expect("a plan");
            assert_eq!(plan, Plan::read(&dir.path().join("plan.json")).expect("a plan"), "{}", template.name);
        }
    }
}
