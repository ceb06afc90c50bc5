//! From a model to a plan.

use super::evaluate::{self, Judged};
use crate::project::Quantize;
use crate::term;
use gainstage_golden::approx::Demand;
use gainstage_golden::data::Samples;
use gainstage_golden::net::Model;
use gainstage_golden::plan::{Argmax, Plan};
use gainstage_golden::quant::{
    Calibration, QuantError, QuantOptions, Refinement, quantize_network, quantize_refined, smallest_widths,
};
use gainstage_golden::text::count;
use std::cell::Cell;

/// Where the ranges of all values are looked at.
pub enum Points {
    /// On samples.
    Samples(Samples),
    /// In a box, one range per input.
    Box(Vec<(f64, f64)>),
}

impl Points {
    /// A range per input from those given: one for all, or one each.
    ///
    /// # Errors
    /// Another number of ranges.
    pub fn from_ranges(ranges: &[(f64, f64)], inputs: usize) -> anyhow::Result<Points> {
        match ranges {
            [one] => Ok(Points::Box(vec![*one; inputs])),
            all if all.len() == inputs => Ok(Points::Box(all.to_vec())),
            all => anyhow::bail!(
                "{} for {}: give one for all, or one for each",
                count(all.len(), "input range"),
                count(inputs, "input")
            ),
        }
    }

    fn calibration(&self) -> Calibration {
        match self {
            Points::Samples(samples) => Calibration::from_data(samples.x()),
            Points::Box(ranges) => Calibration::from_box(ranges),
        }
    }
}

/// Quantizes a model.
///
/// # Errors
/// Widths that cannot hold the values, tables that cannot be met, overrides of layers that are not there.
pub fn quantize(model: &Model, points: &Points, how: &Quantize) -> anyhow::Result<Plan> {
    let plan = make(model, &points.calibration(), how.refine, &options(model, how)?)?;
    decided(plan, model, how)
}

/// Quantizes a model with the smallest widths, `how.bits` at most, whose error on `samples` is at most the share `loss`
/// above that of the real-valued network; for a classifier, whose accuracy is at most `loss` below.
///
/// # Errors
/// As [`quantize`]; or no such widths.
pub fn smallest(
    model: &Model,
    points: &Points,
    how: &Quantize,
    samples: &Samples,
    loss: f64,
) -> anyhow::Result<(Plan, QuantOptions)> {
    let float = worth(evaluate::judge(&evaluate::float(&model.network, samples), samples)?, loss);
    let calibration = points.calibration();
    let options = options(model, how)?;
    let progress = Cell::new(0);
    let found = smallest_widths(
        &options,
        model.network.layers.len(),
        |o| {
            progress.set(progress.get() + 1);
            term::say(&format!("plan {}: {} bits, layers {}", progress.get(), o.bits, layer_bits(o)));
            make(model, &calibration, how.refine, o)
        },
        |plan| {
            let judged = evaluate::judge_fixed(plan, &evaluate::fixed(plan, samples), samples);
            judged.is_ok_and(|fixed| worth(fixed, 0.0) >= float)
        },
    )?;
    let Some((options, plan)) = found else {
        anyhow::bail!(
            "{} bits lose more than {} %: allow more bits (--bits) or a greater loss, or take --refine and --formats value",
            options.bits,
            100.0 * loss
        );
    };
    Ok((decided(plan, model, how)?, options))
}

/// A figure of merit, larger is better, reduced by the loss that is allowed.
fn worth(judged: Judged, loss: f64) -> f64 {
    match judged {
        Judged::Values(m) => -m.mae * (1.0 + loss),
        Judged::Classes(c) => c.accuracy() - loss,
    }
}

/// The widths of the layers where they differ, for people.
pub fn layer_bits(options: &QuantOptions) -> String {
    let bits = options.layers.iter().map(|l| l.weights.unwrap_or(options.bits).to_string());
    bits.collect::<Vec<_>>().join(" ")
}

fn options(model: &Model, how: &Quantize) -> anyhow::Result<QuantOptions> {
    Ok(QuantOptions {
        name: model.name.clone(),
        bits: how.bits.0,
        granularity: how.formats,
        layers: how.layer_bits(model.network.layers.len())?,
        demand: Demand { max_ulp: how.max_ulp.0, ..Demand::default() },
        kinds: how.kinds,
    })
}

fn make(
    model: &Model,
    calibration: &Calibration,
    refine: bool,
    options: &QuantOptions,
) -> Result<Plan, QuantError> {
    match refine {
        true => quantize_refined(&model.network, calibration, options, Refinement::default()),
        false => quantize_network(&model.network, calibration, options),
    }
}

/// The plan of a classifier decides the class, unless scores are wanted.
fn decided(mut plan: Plan, model: &Model, how: &Quantize) -> anyhow::Result<Plan> {
    if !model.classes.is_empty() && how.argmax {
        plan.argmax = Some(Argmax { classes: model.classes.clone() });
        plan.validate()?;
    }
    Ok(plan)
}
