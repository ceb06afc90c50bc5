//! From a model to a plan.

use crate::project::Quantize;
use gainstage_golden::approx::Demand;
use gainstage_golden::data::Samples;
use gainstage_golden::net::Model;
use gainstage_golden::plan::{Argmax, Plan};
use gainstage_golden::quant::{Calibration, QuantOptions, quantize_network};

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
                "{} input ranges for {inputs} inputs: give one for all, or one for each",
                all.len()
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
    let options = QuantOptions {
        name: model.name.clone(),
        bits: how.bits.0,
        granularity: how.formats,
        layers: how.layer_bits(model.network.layers.len())?,
        demand: Demand { max_ulp: how.max_ulp.0, ..Demand::default() },
    };
    let mut plan = quantize_network(&model.network, &points.calibration(), &options)?;
    if !model.classes.is_empty() && how.argmax {
        plan.argmax = Some(Argmax { classes: model.classes.clone() });
        plan.validate()?;
    }
    Ok(plan)
}
