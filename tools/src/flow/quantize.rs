//! From a model to a plan.

use super::evaluate::{self, in_classes};
use crate::project::{Project, Quantize, Source};
use crate::term;
use gainstage_golden::data::Samples;
use gainstage_golden::net::{Model, Network};
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{
    Calibration, Conditioned, InputConcern, QuantError, QuantOptions, Refinement, quantize_from,
    quantize_network, quiet_network,
};
use gainstage_golden::text::count;
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

    pub(super) fn calibration(&self) -> Calibration {
        match self {
            Points::Samples(samples) => Calibration::of_samples(samples),
            Points::Box(ranges) => Calibration::from_box(ranges),
        }
    }
}

/// A project's samples as its model takes them.
pub struct Grounds {
    /// Where values are calibrated.
    pub points: Points,
    /// The samples of training, which widths are chosen by.
    pub seen: Samples,
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
        let judge = test.map(fit).transpose()?.unwrap_or_else(|| samples.clone());
        Ok(Grounds { points, seen: samples, judge, separate })
    }
}

/// Bits that scores have beyond the width of everything else, where they do not come out themselves.
const SCORE_BITS: u32 = 4;

pub(super) fn options(model: &Model, how: &Quantize) -> anyhow::Result<QuantOptions> {
    let mut layers = how.layer_bits(model.network.layers.len())?;
    if let Some(last) = layers.last_mut().filter(|_| !model.classes.is_empty() && (how.argmax || how.softmax))
    {
        last.scores = Some(SCORE_BITS);
    }
    Ok(QuantOptions {
        name: model.name.clone(),
        bits: how.bits.bits(),
        granularity: how.granularity(),
        layers,
        demand: how.tables.demand(how.max_ulp),
        kinds: how.kinds,
    })
}

/// Makes plans of one model.
pub(super) struct Maker {
    /// What is quantized: the model's network, or what stands behind its conditioned inputs.
    network: Network,
    calibration: Calibration,
    conditioned: Option<Conditioned>,
    refine: bool,
    /// Weights where rounding matters least, by width: widths of single layers hardly move them.
    quiet: BTreeMap<u32, Network>,
}

impl Maker {
    pub(super) fn new(model: &Model, points: &Points, how: &Quantize) -> Maker {
        let (network, calibration) = (model.network.clone(), points.calibration());
        let conditioned = Conditioned::of(&network, &calibration);
        let (network, calibration) = match &conditioned {
            Some(c) => (c.inner.clone(), c.points(&calibration)),
            None => (network, calibration),
        };
        Maker { network, calibration, conditioned, refine: how.refine, quiet: BTreeMap::new() }
    }

    /// The network that is layer by layer what the plans compute.
    pub(super) fn network(&self) -> Network {
        self.conditioned.as_ref().map_or_else(|| self.network.clone(), Conditioned::network)
    }

    /// What a plan does not see of its inputs, for people.
    pub(super) fn concerns(&self, plan: &Plan) -> Vec<String> {
        let behind = match &self.conditioned {
            // Ports are as wide as their offsets need.
            Some(_) => {
                Plan { inputs: plan.input_formats(1), layers: plan.layers[1..].to_vec(), ..plan.clone() }
            }
            None => plan.clone(),
        };
        let found = InputConcern::of(&self.network, &behind, &self.calibration.points);
        found.iter().map(ToString::to_string).collect()
    }

    pub(super) fn make(&mut self, options: &QuantOptions) -> Result<Plan, QuantError> {
        if let Some(c) = &self.conditioned {
            c.check(options.bits)?;
        }
        let plan = self.behind_inputs(options)?;
        match &self.conditioned {
            Some(c) => c.plan(plan),
            None => Ok(plan),
        }
    }

    fn behind_inputs(&mut self, options: &QuantOptions) -> Result<Plan, QuantError> {
        if !self.refine {
            return quantize_network(&self.network, &self.calibration, options);
        }
        let how = Refinement::default();
        if !self.quiet.contains_key(&options.bits) {
            term::say(&format!("looking for weights where rounding to {} bits matters least", options.bits));
            let quiet = quiet_network(&self.network, &self.calibration, options, how)?;
            self.quiet.insert(options.bits, quiet);
        }
        let quiet = self.quiet[&options.bits].clone();
        let (plan, closer) = quantize_from(&self.network, quiet, &self.calibration, options, how)?;
        if !closer {
            term::say(&format!(
                "at {} bits refining found nothing better than rounding to the nearest",
                options.bits
            ));
        }
        Ok(plan)
    }
}

/// The plan with the outputs that are wanted of a classifier.
pub(super) fn decided(plan: Plan, model: &Model, how: &Quantize) -> anyhow::Result<Plan> {
    // Scores of networks that are trained by cross-entropy are logits.
    let mut plan = how.headed(plan, &model.classes, 1.0)?;
    // Scores have no names: the column tells the class.
    plan.names = model.names.clone();
    if !model.classes.is_empty() && plan.head().is_none() {
        plan.names.outputs.clear();
    }
    plan.validate()?;
    Ok(plan)
}
