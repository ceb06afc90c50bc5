//! The smallest widths that are still good enough.

use super::{LayerBits, QuantError, QuantOptions};
use crate::num::MAX_WIDTH;
use crate::plan::Plan;

/// The narrowest width that is tried.
const NARROWEST: u32 = 4;

/// The smallest widths with which a network of `layers` layers is still good: first one width for all, then, from the
/// first layer to the last, less in each as long as it stays good. `quantize` makes a plan; `good` judges it.
///
/// Widths up to `options.bits` are tried; guard bits stay as they are, other overrides are not taken over. `None` if not even that many are good; widths that have no plan are not.
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
    let guard = |l: usize| options.layers.get(l).and_then(|b| b.guard);
    let unset = (0..layers).map(|l| LayerBits { guard: guard(l), ..LayerBits::default() }).collect();
    let mut best = QuantOptions { layers: unset, ..options.clone() };
    let mut plan = quantize(&best)?;
    if !good(&plan) {
        return Ok(None);
    }
    let mut try_it = |candidate: &QuantOptions| quantize(candidate).ok().filter(|plan| good(plan));
    // Errors fall with every bit but for luck: halving finds a border, and what it finds was tried.
    let (mut bad, mut enough) = (NARROWEST - 1, widest);
    while enough - bad > 1 {
        let bits = bad.midpoint(enough);
        match try_it(&QuantOptions { bits, ..best.clone() }) {
            Some(found) => (enough, plan) = (bits, found),
            None => bad = bits,
        }
    }
    best.bits = enough;
    for l in 0..layers {
        for bits in (NARROWEST..enough).rev() {
            let mut candidate = best.clone();
            let width = Some(bits);
            candidate.layers[l] =
                LayerBits { weights: width, z: width, h: width, y: width, guard: best.layers[l].guard };
            let Some(found) = try_it(&candidate) else { break };
            (best, plan) = (candidate, found);
        }
    }
    Ok(Some((best, plan)))
}
