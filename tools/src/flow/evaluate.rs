//! Outputs of a model or a plan for samples, and how far they are from the targets.

use crate::report::Judged;
use anyhow::Context;
use gainstage_golden::data::{Confusion, Metrics, Samples};
use gainstage_golden::net::{Model, Network};
use gainstage_golden::num::{Format, Rounding, quantize};
use gainstage_golden::plan::{Engine, Head, Plan};
use gainstage_golden::text::count;

/// Outputs of a plan, row-major.
pub struct Fixed {
    /// Output codes.
    pub codes: Vec<i64>,
    /// Their values.
    pub values: Vec<f64>,
}

/// Refuses samples with another number of inputs than the computation has.
pub fn check_columns(samples: &Samples, inputs: usize, outputs: usize, file: &str) -> anyhow::Result<()> {
    anyhow::ensure!(
        samples.inputs() == inputs,
        "{file}: {}, but the network has {}: give columns {}",
        count(samples.inputs(), "input column"),
        count(inputs, "input"),
        names('x', inputs),
    );
    anyhow::ensure!(
        [0, outputs].contains(&samples.outputs()),
        "{file}: {}, but the network has {}: give columns {}, or none",
        count(samples.outputs(), "target column"),
        count(outputs, "output"),
        names('y', outputs),
    );
    Ok(())
}

/// Refuses a model that does not fit samples with targets.
pub fn check_shape(model: &Model, samples: &Samples) -> anyhow::Result<()> {
    let (inputs, outputs) = (model.network.inputs(), model.network.outputs());
    anyhow::ensure!(
        (samples.inputs(), samples.outputs()) == (inputs, outputs),
        "the model has {} and {}, but the project's samples have {} and {}: give a model that was trained for them",
        count(inputs, "input"),
        count(outputs, "output"),
        samples.inputs(),
        samples.outputs()
    );
    Ok(())
}

fn names(letter: char, count: usize) -> String {
    match count {
        0..=3 => (0..count).map(|i| format!("{letter}{i}")).collect::<Vec<_>>().join(","),
        _ => format!("{letter}0,...,{letter}{}", count - 1),
    }
}

/// The outputs of the network in `f64`, row-major.
pub fn float(network: &Network, samples: &Samples) -> Vec<f64> {
    network.eval_all(samples.x())
}

/// The input codes of samples, row-major: rounded, then saturated.
pub fn input_codes(plan: &Plan, samples: &Samples) -> Vec<i64> {
    codes_of(plan, samples.x())
}

/// The same of row-major values.
pub fn codes_of(plan: &Plan, x: &[f64]) -> Vec<i64> {
    let formats = plan.inputs.iter().cycle();
    // Samples hold finite numbers only, so none is refused.
    let code = |(&x, &f): (&f64, &Format)| quantize(x, f, Rounding::HalfUp).unwrap_or(0);
    x.iter().zip(formats).map(code).collect()
}

/// Says how many inputs of samples lie outside of their ports, where they saturate; nothing if none do.
pub fn outside(plan: &Plan, samples: &Samples) -> Option<String> {
    let beyond = |i: usize| {
        let format = plan.inputs[i];
        // What rounds to an end is inside.
        let room = 0.5 * (format.value(1) - format.value(0));
        let (lo, hi) = (format.value(format.min_code()) - room, format.value(format.max_code()) + room);
        samples.x().iter().skip(i).step_by(samples.inputs()).filter(|&&v| v < lo || v > hi).count()
    };
    let found = (0..plan.inputs.len()).map(|i| (i, beyond(i))).filter(|&(_, n)| n > 0);
    let all: Vec<String> =
        found.map(|(i, n)| format!("{} of {}", count(n, "value"), plan.names.input(i))).collect();
    (!all.is_empty()).then(|| format!("outside of the port, and saturated: {}", all.join(", ")))
}

/// Samples whose codes are in memory at a time: enough for every core, and little beside the samples.
const BLOCK: usize = 1 << 16;

/// The outputs of the plan.
pub fn fixed(plan: &Plan, samples: &Samples) -> Fixed {
    let engine = Engine::new(plan);
    let blocks = samples.x().chunks(BLOCK * samples.inputs());
    let codes: Vec<i64> = blocks.flat_map(|x| engine.run(&codes_of(plan, x))).collect();
    let values = values(plan, &codes);
    Fixed { codes, values }
}

/// The values of output codes, row-major.
pub fn values(plan: &Plan, codes: &[i64]) -> Vec<f64> {
    let formats = plan.output_formats();
    codes.iter().zip(formats.iter().cycle()).map(|(&c, f)| f.value(c)).collect()
}

/// Evenly picked samples.
pub fn some(samples: &Samples, most: usize) -> Samples {
    let step = samples.rows().div_ceil(most).max(1);
    let rows: Vec<usize> = (0..samples.rows()).step_by(step).collect();
    samples.select(&rows).unwrap_or_else(|| samples.clone())
}

/// Judges outputs by targets, or scores by labels.
///
/// # Errors
/// Samples without targets.
pub fn judge(values: &[f64], samples: &Samples) -> anyhow::Result<Judged> {
    if samples.classes().is_empty() {
        return Ok(Judged::Values(Metrics::of(values, samples.y())?));
    }
    judge_classes(&Confusion::decide(values, samples.outputs()), samples)
}

/// Judges what a plan gives: values, scores or classes.
///
/// # Errors
/// Samples without targets.
pub fn judge_fixed(plan: &Plan, fixed: &Fixed, samples: &Samples) -> anyhow::Result<Judged> {
    if samples.classes().is_empty() {
        return judge(&fixed.values, samples);
    }
    judge_classes(&classes(plan, &fixed.codes), samples)
}

/// The classes that samples are taken for: those that come out first, or have the largest scores or probabilities.
pub fn classes(plan: &Plan, codes: &[i64]) -> Vec<usize> {
    let outputs = plan.outputs().len();
    match plan.head() {
        // Class indices are never negative.
        Some(Head::Argmax(_)) => codes.iter().step_by(outputs).map(|&c| c as usize).collect(),
        _ => Confusion::decide(&values(plan, codes), outputs),
    }
}

fn judge_classes(found: &[usize], samples: &Samples) -> anyhow::Result<Judged> {
    Ok(Judged::Classes(Confusion::of(found, &samples.labels(), samples.classes())?))
}

/// The samples with the targets of a classifier that knows `classes` and has so many scores.
///
/// # Errors
/// A label it does not know.
pub fn in_classes(
    samples: Samples,
    classes: &[String],
    scores: usize,
    file: &str,
) -> anyhow::Result<Samples> {
    if samples.classes().is_empty() || classes.is_empty() {
        return Ok(samples);
    }
    let samples = samples.in_classes(classes).with_context(|| file.to_owned())?;
    Ok(if scores == 1 { samples.with_one_target() } else { samples })
}
