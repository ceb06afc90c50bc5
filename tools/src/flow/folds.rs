//! Cross-validation: a project's whole way from samples to integers, once for each fold, judged by that fold.

use super::build::plan;
use super::edges::figure;
use super::found::Front;
use super::hunt::Budget;
use super::train;
use super::widths::Sized;
use crate::interrupt;
use crate::project::{Edges, Project};
use crate::report::{CrossValidation, Fold};
use crate::term;
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::learned::{Folds, Loss};

/// Seed of the folds.
const SEED: u64 = 5;

/// Whether there are samples enough for the folds that a project asks for.
///
/// # Errors
/// Fewer than two a fold.
pub fn possible(project: &Project) -> anyhow::Result<()> {
    let Some(count) = project.data.folds else { return Ok(()) };
    let rows = project.whole()?.rows();
    anyhow::ensure!(rows >= 2 * count, "{count} folds of {rows} samples: give at least two samples a fold");
    Ok(())
}

/// Cross-validates a project on all of its samples but those of a file for tests. Nothing if it asks for no folds.
///
/// # Errors
/// What stops training or quantization of a fold.
pub fn cross_validated(project: &Project) -> anyhow::Result<Option<CrossValidation>> {
    let Some(count) = project.data.folds else { return Ok(None) };
    let all = project.whole()?;
    let classes = !all.classes().is_empty();
    let divided = Folds::new(&all, if classes { Loss::Softmax } else { Loss::Squares }, count, SEED);
    if let Some(edges) = project.network.edges() {
        term::say(&format!("{count} folds, a search of up to {} min each", edges.minutes));
    }
    let mut folds = Vec::new();
    for number in 0..count {
        let part = |inside: bool| {
            let rows: Vec<usize> = (0..all.rows()).filter(|&r| (divided.of[r] == number) == inside).collect();
            all.select(&rows).context("a fold without samples")
        };
        let fold = one(project, &part(false)?, &part(true)?)
            .with_context(|| format!("fold {} of {count}", number + 1))?;
        term::say(&format!("fold {} of {count}: {}", number + 1, fold.text(classes)));
        folds.push(fold);
        interrupt::check()?;
    }
    Ok(Some(CrossValidation::of(classes, folds)))
}

/// Learns from some samples, and judges by others.
fn one(project: &Project, seen: &Samples, judge: &Samples) -> anyhow::Result<Fold> {
    match project.network.edges() {
        Some(edges) => found(project, edges, seen, judge),
        None => trained(project, seen, judge),
    }
}

fn found(project: &Project, edges: &Edges, seen: &Samples, judge: &Samples) -> anyhow::Result<Fold> {
    let (seen, judge) = (seen.clone().with_one_target(), judge.clone().with_one_target());
    let front = Front::search(project, &seen, Budget::Minutes(edges.minutes), None)?;
    interrupt::check()?;
    let best = front.choose(edges.max_luts, &seen)?.into_iter().next();
    let best = best.context("nothing was found")?;
    let (samples, lut_estimate) = (judge.rows(), Some(best.lut));
    Ok(Fold { samples, figure: figure(&best.plan, &judge)?, lut_estimate, kind: Some(best.kind) })
}

fn trained(project: &Project, seen: &Samples, judge: &Samples) -> anyhow::Result<Fold> {
    let model = train::train(project, seen)?;
    interrupt::check()?;
    let (Sized { plan, .. }, grounds) = plan(project, &model, (seen.clone(), Some(judge.clone())), None)?;
    Ok(Fold { samples: judge.rows(), figure: figure(&plan, &grounds.judge)?, lut_estimate: None, kind: None })
}
