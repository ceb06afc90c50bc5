//! From a model to a plan.

use super::evaluate::{self, Judged, in_classes};
use crate::project::{Project, Quantize, Source};
use crate::term;
use gainstage_golden::approx::Effort;
use gainstage_golden::data::Samples;
use gainstage_golden::net::{Model, Network};
use gainstage_golden::plan::{Argmax, Plan};
use gainstage_golden::quant::{
    Calibration, InputConcern, QuantError, QuantOptions, Refinement, quantize_from, quantize_network,
    quiet_network, smallest_widths,
};
use gainstage_golden::text::count;
use std::cell::Cell;
use std::collections::BTreeMap;

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

    /// Where a project's network is calibrated: in a generator's whole range, which random points do not reach, or on the
    /// samples of a file.
    pub fn of_project(project: &Project, samples: &Samples) -> Points {
        match &project.data.source {
            Source::Generator { target, .. } => Points::Box(vec![target.range(); target.inputs()]),
            Source::Shapes { .. } | Source::Csv(_) => Points::Samples(samples.clone()),
        }
    }

    /// What a plan does not see of its inputs there.
    pub fn concerns(&self, network: &Network, plan: &Plan) -> Vec<String> {
        let found = InputConcern::of(network, plan, &self.calibration().points);
        found.iter().map(ToString::to_string).collect()
    }

    fn calibration(&self) -> Calibration {
        match self {
            Points::Samples(samples) => Calibration::from_data(samples.x()),
            Points::Box(ranges) => Calibration::from_box(ranges),
        }
    }
}

/// A project's samples as its model takes them.
pub struct Grounds {
    /// Where values are calibrated.
    pub points: Points,
    /// What network and plan are judged by.
    pub judge: Samples,
    /// Whether training never saw that.
    pub separate: bool,
}

impl Grounds {
    /// Of a project's samples and, if there are others, those to judge by; for the classes that the model knows.
    ///
    /// # Errors
    /// Samples that do not fit the model.
    pub fn of(
        project: &Project,
        model: &Model,
        samples: Samples,
        test: Option<Samples>,
    ) -> anyhow::Result<Grounds> {
        let fit = |samples| {
            let samples = in_classes(samples, &model.classes, model.network.outputs(), "[data]")?;
            evaluate::check_shape(model, &samples).map(|()| samples)
        };
        let samples = fit(samples)?;
        let points = Points::of_project(project, &samples);
        let separate = test.is_some();
        let judge = test.map(fit).transpose()?.unwrap_or(samples);
        Ok(Grounds { points, judge, separate })
    }
}

/// Quantizes a model.
///
/// # Errors
/// Widths that cannot hold the values, tables that cannot be met, overrides of layers that are not there.
pub fn quantize(model: &Model, points: &Points, how: &Quantize) -> anyhow::Result<Plan> {
    let plan = Maker::new(model, points, how).make(&options(model, how)?)?;
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
    let options = options(model, how)?;
    let mut maker = Maker::new(model, points, how);
    let (trials, rough) = (Cell::new(0), Cell::new(true));
    let found = smallest_widths(
        &options,
        model.network.layers.len(),
        |o| {
            trials.set(trials.get() + 1);
            rough.set(o.demand.effort == Effort::Rough);
            let tables = if rough.get() { "rough" } else { "final" };
            let (n, layers) = (trials.get(), layer_bits(o));
            term::say(&format!("plan {n}, {tables} tables: {} bits, layers {layers}", o.bits));
            maker.make(o)
        },
        |plan| {
            let judged = evaluate::judge_fixed(plan, &evaluate::fixed(plan, samples), samples);
            judged.is_ok_and(|fixed| {
                let verdict = match (worth(fixed.clone(), 0.0) >= float, rough.get()) {
                    (true, _) => "good",
                    (false, true) => "too much is lost",
                    (false, false) => "too much is lost with the final tables: a step wider",
                };
                term::say(&format!("plan {}: {}, {verdict}", trials.get(), fixed.figure()));
                verdict == "good"
            })
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
        demand: how.tables.demand(how.max_ulp),
        kinds: how.kinds,
    })
}

/// Makes plans of one model.
struct Maker<'a> {
    model: &'a Model,
    calibration: Calibration,
    refine: bool,
    /// Weights where rounding matters least, by width: widths of single layers hardly move them.
    quiet: BTreeMap<u32, Network>,
}

impl Maker<'_> {
    fn new<'a>(model: &'a Model, points: &Points, how: &Quantize) -> Maker<'a> {
        Maker { model, calibration: points.calibration(), refine: how.refine, quiet: BTreeMap::new() }
    }

    fn make(&mut self, options: &QuantOptions) -> Result<Plan, QuantError> {
        let network = &self.model.network;
        if !self.refine {
            return quantize_network(network, &self.calibration, options);
        }
        let how = Refinement::default();
        if !self.quiet.contains_key(&options.bits) {
            term::say(&format!("looking for weights where rounding to {} bits matters least", options.bits));
            let quiet = quiet_network(network, &self.calibration, options, how)?;
            self.quiet.insert(options.bits, quiet);
        }
        let quiet = self.quiet[&options.bits].clone();
        quantize_from(network, quiet, &self.calibration, options, how)
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
