//! The smallest widths that are still good enough.

use super::{LayerBits, QuantError, QuantOptions};
use crate::approx::{Demand, Effort};
use crate::num::MAX_WIDTH;
use crate::plan::Plan;

/// The narrowest width that is tried.
const NARROWEST: u32 = 4;

/// The width that is tried first, and the steps up from it.
const FIRST: u32 = 8;
const STRIDE: u32 = 4;

/// The smallest widths with which a network of `layers` layers is still good: first one width for all, then, from the
/// first layer to the last, less in each as long as it stays good. `quantize` makes a plan; `good` judges it.
///
/// Widths are tried with tables found in a hurry ([`Effort::Rough`]). What is returned has those that `options` ask for and
/// was judged with them: where they lose more than the rough ones did, it is a step or more wider.
///
/// Widths up to `options.bits` are tried; guard bits and those of scores stay as they are, other overrides are not taken over. `None` if not
/// even that many are good; widths that have no plan are not.
///
/// # Errors
/// Those of `quantize` at `options.bits`.
pub fn smallest_widths(
    options: &QuantOptions,
    layers: usize,
    mut quantize: impl FnMut(&QuantOptions) -> Result<Plan, QuantError>,
    mut good: impl FnMut(&Plan) -> bool,
) -> Result<Option<(QuantOptions, Plan)>, QuantError> {
    let widest = options.bits.min(MAX_WIDTH);
    let given = |l: usize| options.layers.get(l).copied().unwrap_or_default();
    let unset =
        |l: usize| LayerBits { guard: given(l).guard, scores: given(l).scores, ..LayerBits::default() };
    let demand = Demand { effort: Effort::Rough, ..options.demand.clone() };
    let rough =
        QuantOptions { layers: (0..layers).map(unset).collect(), demand, bits: widest, ..options.clone() };
    let same = |bits: u32| QuantOptions { bits, ..rough.clone() };
    // Errors fall with every bit but for luck: halving finds a border, and what it finds was tried. Wide tables take
    // longest, so that the border is approached from below.
    let (mut bad, mut enough, mut widest) = (NARROWEST - 1, FIRST.min(widest), widest);
    let mut planned = false;
    loop {
        match quantize(&same(enough)) {
            Ok(plan) if good(&plan) => break,
            Ok(_) if enough == widest => return Ok(None),
            Ok(_) => {
                planned = true;
                (bad, enough) = (enough, (enough + STRIDE).min(widest));
            }
            // Wider than the contract allows: the widest that has a plan lies between.
            Err(_) if planned && enough - bad > 1 => (widest, enough) = (enough - 1, bad + 1),
            Err(_) if planned => return Ok(None),
            Err(e) if enough == widest => return Err(e),
            // Too narrow for its values.
            Err(_) => (bad, enough) = (enough, (enough + STRIDE).min(widest)),
        }
    }
    let mut try_it = |candidate: &QuantOptions| quantize(candidate).is_ok_and(|plan| good(&plan));
    while enough - bad > 1 {
        let bits = bad.midpoint(enough);
        if try_it(&same(bits)) { enough = bits } else { bad = bits }
    }
    // All that was good, each narrower than the one before.
    let mut steps: Vec<QuantOptions> = (enough..=widest).rev().map(same).collect();
    for l in 0..layers {
        for bits in (NARROWEST..enough).rev() {
            let Some(mut candidate) = steps.last().cloned() else { break };
            let width = Some(bits);
            candidate.layers[l] = LayerBits { weights: width, z: width, h: width, y: width, ..unset(l) };
            if !try_it(&candidate) {
                break;
            }
            steps.push(candidate);
        }
    }
    for step in steps.into_iter().rev() {
        let last = QuantOptions { demand: options.demand.clone(), ..step };
        // Widths between those that were tried may have no plan.
        if let Ok(plan) = quantize(&last)
            && good(&plan)
        {
            return Ok(Some((last, plan)));
        }
    }
    Ok(None)
}
