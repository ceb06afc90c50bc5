//! Learned edges: a circuit within a budget, built and proven.

use super::build::tools;
use super::evidence::Origins;
use super::found::{Found, Front};
use super::hunt::{Budget, SPLIT};
use super::simpler::{as_good, fits};
use super::verify::{Options, verify};
use super::{board, evaluate, folds, generate, means, place};
use crate::exit::Interrupted;
use crate::interrupt;
use crate::lock::Lock;
use crate::project::{Edges, Project, Quantize, Sets};
use crate::report::{
    self, EdgeReport, Errors, PlanSummary, ProofReport, Quality, REPORT_SCHEMA, SearchSeconds, Seeds, Tried,
};
use crate::term;
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::document::write_atomic;
use gainstage_golden::edge::Point;
use gainstage_golden::plan::Plan;
use gainstage_hdl::wrap::{self, BuildError};
use gainstage_sim::implement;
use gainstage_sim::run::Tool;
use std::path::Path;
use std::time::Instant;

/// The project's samples; two classes have one target, because one score decides between them.
///
/// # Errors
/// As [`Project::samples`]; inputs whose spans lie too far apart.
pub fn samples(project: &Project) -> anyhow::Result<Sets> {
    let mut sets = project.samples()?;
    can_be_read(&sets.train)?;
    sets.train = sets.train.with_one_target();
    sets.test = sets.test.map(Samples::with_one_target);
    Ok(sets)
}

/// Octaves between the spans of two inputs that a plan can read side by side: a sum has 63 bits, an argument up to 8.
const APART: f64 = 48.0;

/// Refuses inputs that no plan can read side by side.
fn can_be_read(samples: &Samples) -> anyhow::Result<()> {
    // The span decides about a port's step.
    let exponent = |i: usize| {
        let (lo, hi) = samples.input_range(i);
        (hi > lo).then(|| (hi - lo).log2())
    };
    let mut spans: Vec<(f64, usize)> =
        (0..samples.inputs()).filter_map(|i| Some((exponent(i)?, i))).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    if let (Some((small, narrow)), Some((large, wide))) = (spans.first(), spans.last()) {
        anyhow::ensure!(
            large - small <= APART,
            "{} spans 2^{small:.0} and {} 2^{large:.0}: more than {APART} octaves apart, no sum holds both; scale \
             one of them",
            samples.names().input(*narrow),
            samples.names().input(*wide)
        );
    }
    Ok(())
}

/// The plan of a circuit, with the outputs that `how` wants of the samples' classes.
///
/// # Errors
/// What the contract refuses.
pub fn plan(name: &str, how: &Quantize, samples: &Samples, point: &Point) -> anyhow::Result<Plan> {
    // So finely scores were counted in training.
    let unit = 2f64.powi(-point.setting.result_bits);
    let plan = how.headed(point.circuit.plan(name, false)?, samples.classes(), unit)?;
    let plan = named(plan, samples);
    plan.validate()?;
    Ok(plan)
}

/// A plan with the names of the samples' columns; scores have none.
pub fn named(mut plan: Plan, samples: &Samples) -> Plan {
    plan.names = samples.names().clone();
    if !samples.classes().is_empty() && plan.head().is_none() {
        plan.names.outputs.clear();
    }
    plan
}

/// The accuracy or the mean absolute error of a plan's integers.
///
/// # Errors
/// Samples without targets.
pub fn figure(plan: &Plan, test: &Samples) -> anyhow::Result<f64> {
    evaluate::judge_fixed(plan, &evaluate::fixed(plan, test), test).map(|j| j.number())
}

/// Finds a circuit, writes it into `dir`, proves it.
///
/// # Errors
/// As [`super::build::build`]; a budget that cannot be met.
pub fn build(
    project: &Project,
    edges: &Edges,
    dir: &Path,
    force: bool,
    choice: Option<&board::Choice>,
) -> anyhow::Result<EdgeReport> {
    let start = Instant::now();
    place::check(dir, force)?;
    // Also shows that there can be written.
    let _lock = Lock::take(dir)?;
    Tool::Verilator.find().context("build ends with a simulation")?;
    choice.map(|choice| implement::find_tools(&choice.board)).transpose()?;
    let sets = samples(project)?;
    let origins = Origins::of(project, &sets);
    let Sets { train: samples, test, .. } = sets;
    folds::possible(project)?;
    let unheard = project.unheard();
    unheard.iter().for_each(|said| term::say(&format!("warning: {said}")));
    let begun = Instant::now();
    let front = Front::search(project, &samples, Budget::Minutes(edges.minutes), None)?;
    let train = begun.elapsed().as_secs_f64();
    let (tried, looked_at) = (tried(&front.found), front.looked_at);
    let candidates = front.choose(edges.max_luts, &samples)?;
    if interrupt::check().is_err() {
        return Err(interrupted(&candidates[0].plan, dir)?.into());
    }
    let (found, means, generate::Generated { manifest, resources }, refused) =
        fitted(candidates, project, dir, force, choice)?;
    let Found { plan, lut, edges, setting, kind, model, .. } = found;
    let judge = test.as_ref().unwrap_or(&samples);
    let fixed = evaluate::fixed(&plan, judge);
    let judged = evaluate::judge_fixed(&plan, &fixed, judge)?;
    let baselines = fits(&samples, judge);
    let evidence = origins.evidence(&plan, model.as_ref().map(|m| &m.network), &samples, test.as_ref())?;
    let concerns = [
        as_good(&baselines, &judged),
        missed(&evidence.errors, samples.is_balanced()),
        evaluate::outside(&plan, judge),
    ];
    let concerns: Vec<String> = concerns.into_iter().flatten().collect();
    concerns.iter().for_each(|w| term::say(&format!("warning: {w}")));
    let warnings = [unheard.into_iter().collect(), refused, concerns].concat();
    let options = Options {
        second: true,
        vectors: project.verify.vectors,
        seed: project.verify.seed,
        data: Some((judge, "the project's samples")),
        lint: false,
    };
    let proof = verify(dir, &options)?;
    let mut report = EdgeReport {
        schema: REPORT_SCHEMA,
        name: plan.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        judged: judged.into(),
        evidence,
        test_samples: judge.rows(),
        test_is_separate: test.is_some(),
        lut_estimate: lut,
        kind,
        edges,
        found: tried,
        looked_at,
        setting,
        baselines: baselines.figures,
        warnings,
        architecture: manifest.architecture.name(),
        target: means.family.clone(),
        clock_mhz: means.clock_mhz,
        resources,
        proof: ProofReport::of(&proof),
        board: None,
        plan: PlanSummary::of(&plan),
        seconds: SearchSeconds { search: train, total: start.elapsed().as_secs_f64() },
        seeds: Seeds { data: None, train: Some(SPLIT), verify: project.verify.seed },
        tools: tools(),
    };
    report::write(dir, &report.json()?)?;
    // After what is proven is there: it takes as long again for every fold.
    if let Some(found) = folds::cross_validated(project)? {
        report.evidence.cross_validation = Some(found);
        report::write(dir, &report.json()?)?;
    }
    if let Some(choice) = choice.filter(|_| report.proof.ok) {
        report.board = Some(board::implement(dir, choice)?);
        report::write(dir, &report.json()?)?;
    }
    Ok(report)
}

/// What a search found, for the report.
fn tried(found: &[Found]) -> Vec<Tried> {
    let one = |f: &Found| Tried {
        kind: f.kind.clone(),
        lut_estimate: f.lut,
        held_out_error: f.error,
        merit: f.merit,
    };
    found.iter().map(one).collect()
}

/// Keeps the best circuit of a search that was ended.
fn interrupted(plan: &Plan, dir: &Path) -> anyhow::Result<Interrupted> {
    let path = dir.join("interrupted-plan.json");
    std::fs::create_dir_all(dir)?;
    write_atomic(&path, serde_json::to_string_pretty(plan)?.as_bytes())?;
    term::say(&format!("interrupted: {} holds the best circuit so far", path.display()));
    Ok(Interrupted)
}

/// Of circuits that the part does not hold, only those are tried next that have less than this share of the look-up tables.
const SMALLER: f64 = 0.8;

/// Writes the first circuit that the part holds; gives also what was said of those before it.
fn fitted(
    candidates: Vec<Found>,
    project: &Project,
    dir: &Path,
    force: bool,
    choice: Option<&board::Choice>,
) -> anyhow::Result<(Found, wrap::Build, generate::Generated, Vec<String>)> {
    let (mut first, mut most, mut said) = (None, f64::INFINITY, Vec::new());
    for found in candidates {
        if found.lut as f64 > most {
            continue;
        }
        let made = means::means(&project.build, &found.plan, choice.map(|c| c.board.device().capacity()))
            .and_then(|means| {
                Ok((generate::generate(dir, &found.plan, &means, found.model.as_ref(), force)?, means))
            });
        match made {
            Ok((made, means)) => return Ok((found, means, made, said)),
            Err(e) if does_not_fit(&e) => {
                let refused = format!("a better circuit of {} look-up tables does not fit: {e:#}", found.lut);
                term::say(&format!("warning: {refused}"));
                said.push(refused);
                most = SMALLER * found.lut as f64;
                first.get_or_insert(e);
            }
            Err(e) => return Err(e),
        }
    }
    let first = first.unwrap_or_else(|| anyhow::anyhow!("nothing was found"));
    Err(first.context("none of the circuits found fits: give more minutes, another target, or fewer inputs"))
}

/// Whether an error says that a part is too small.
fn does_not_fit(error: &anyhow::Error) -> bool {
    let small = |e: &BuildError| {
        matches!(e, BuildError::Memory { .. } | BuildError::NothingFits { .. } | BuildError::Dsp { .. })
    };
    error.chain().any(|cause| cause.downcast_ref::<BuildError>().is_some_and(small))
}

/// Says which classes no sample is ever taken for, held out or of training; and the cure, unless classes count alike already.
pub fn missed(errors: &Errors, balanced: bool) -> Option<String> {
    let parts = errors.held_out.iter().chain([&errors.training]);
    parts.into_iter().find_map(|part| never_found(&part.integer, balanced))
}

/// Says which classes no sample is ever taken for.
fn never_found(quality: &Quality, balanced: bool) -> Option<String> {
    let Quality::Classes { confusion, .. } = quality else { return None };
    let missed = (0..confusion.classes.len()).filter(|&k| {
        confusion.counts[k].iter().sum::<u64>() > 0 && confusion.counts.iter().all(|row| row[k] == 0)
    });
    let missed: Vec<&str> = missed.map(|k| confusion.classes[k].as_str()).collect();
    (!missed.is_empty()).then(|| {
        let them = if missed.len() == 1 { "it" } else { "them" };
        let cure = match balanced {
            true => "give more",
            false => "class-weights = \"balanced\" in [data] counts them more often",
        };
        format!(
            "no sample is ever taken for {}: there may be too few samples of {them}; {cure}",
            missed.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use gainstage_golden::data::Confusion;
    use gainstage_hdl::device::Family;

    #[test]
    fn classes_that_nothing_is_taken_for_are_named() {
        let classes = ["a", "b", "c"].map(str::to_owned);
        // There is no sample of c; both of b are taken for a.
        let confusion = Confusion::of(&[0, 0, 0], &[0, 1, 1], &classes).expect("counts");
        let said = never_found(&Quality::classes(confusion.clone()), false).expect("b is not found");
        assert!(said.starts_with("no sample is ever taken for b:") && said.contains("balanced"), "{said}");
        // Not what is there already.
        let said = never_found(&Quality::classes(confusion), true).expect("b is not found");
        assert!(said.ends_with("of it; give more"), "{said}");
        let confusion = Confusion::of(&[0, 1, 0], &[0, 1, 1], &classes).expect("counts");
        assert_eq!(never_found(&Quality::classes(confusion), false), None);
    }

    #[test]
    fn only_small_parts_make_circuits_smaller() {
        let memory = BuildError::Memory { family: Family::Ecp5, blocks: 300, most: 208 };
        assert!(does_not_fit(&anyhow::Error::from(memory).context("build")));
        assert!(!does_not_fit(&anyhow::Error::from(BuildError::Clock(0.0))));
        assert!(!does_not_fit(&anyhow::anyhow!("the disk is full")));
    }
}
