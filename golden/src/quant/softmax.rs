//! Formats and the table of a plan that gives probabilities.

use super::QuantError;
use crate::approx::{Demand, approximate};
use crate::num::{Format, MAX_WIDTH, bits_unsigned};
use crate::plan::{Argmax, Plan, Softmax};

/// The plan with the softmax of its scores in `bits` bits each; the table of exp meets a demand. A score of 1 stands for `unit`
/// logits.
///
/// Bits are kept so that all that happens before the last rounding moves a probability by about a quarter of its last bit
/// at most: [`Softmax::worst_error`] has the proven number.
///
/// # Errors
/// A table that cannot be had, formats that the contract refuses.
pub fn with_softmax(
    mut plan: Plan,
    bits: u32,
    unit: f64,
    classes: Vec<String>,
    demand: &Demand,
) -> Result<Plan, QuantError> {
    let scores = plan.score_formats();
    // One ulp of a faithful table and half an ulp of z, times the terms of the sum; the table may be demanded coarser.
    let terms = (Argmax::count(scores.len()) - 1) as f64;
    let spare = libm::ceil(libm::log2((demand.max_ulp.max(1.0) + 0.5) * terms)) as i32 + 2;
    let frac = bits as i32 + spare;
    let z = distance(&scores, frac, unit);
    let refused = |source| QuantError::Table { place: "softmax".into(), source };
    let exp = Softmax::exp(unit).map_err(|e| refused(e.into()))?;
    // exp(0) is 1.
    let share = Format { signed: false, width: (frac + 1) as u32, frac };
    let table = approximate(&exp, z, share, demand).map_err(refused)?;
    plan.softmax = Some(Softmax { classes, z, unit, table: plan.tables.len(), bits });
    plan.tables.push(table);
    plan.validate()?;
    Ok(plan)
}

/// The format of how far scores are below the largest, where their shares have `frac` fraction bits: no finer than scores and
/// shares are, and as wide as scores reach, or as exp takes to vanish.
fn distance(scores: &[Format], frac: i32, unit: f64) -> Format {
    let fraction = Argmax::point(scores).min(frac + libm::ceil(libm::log2(unit)) as i32);
    let vanishes = f64::from(frac + 1) * std::f64::consts::LN_2 / unit;
    let reach = Argmax::margin_format(scores);
    let end = vanishes.min(reach.value(reach.max_code()));
    let codes = libm::ceil(libm::ldexp(end, fraction));
    let width = bits_unsigned(codes as i128).clamp(2, MAX_WIDTH);
    Format { signed: false, width, frac: fraction }
}
