//! Engines that share the hard multipliers of a part: where there are too few, activations multiply in look-up tables.

use super::Lanes;
use super::engine::{Engine, engine};
use crate::arch::{Library, estimate};
use crate::board::Capacity;
use crate::device::Target;
use crate::options::BuildError;
use gainstage_golden::plan::Plan;
use std::ops::Range;

/// The engines of a chain, with at most `most` hard multipliers by estimate.
///
/// The products of the sums keep theirs: a multiplier is busy in nearly every clock there, in an activation in one clock
/// for each neuron.
///
/// # Errors
/// The sums alone take more.
pub fn engines(
    plan: &Plan,
    target: &Target,
    parts: &[(Range<usize>, Lanes)],
    most: Option<u32>,
) -> Result<Vec<Engine>, BuildError> {
    let mut library = Library::new(plan, target);
    let mut all: Vec<Engine> = (0..parts.len()).map(|e| build(&mut library, parts, e)).collect();
    let Some(most) = most else { return Ok(all) };
    let mut total: u64 = all.iter().map(|e| cost(e).dsp).sum();
    if total > u64::from(most) {
        let mut library = library.in_logic();
        let mut other: Vec<(usize, Engine)> =
            (0..parts.len()).map(|e| (e, build(&mut library, parts, e))).collect();
        other.sort_by(|(e, a), (f, b)| price(&all[*e], a).total_cmp(&price(&all[*f], b)));
        for (e, engine) in other {
            if total <= u64::from(most) {
                break;
            }
            total = total - cost(&all[e]).dsp + cost(&engine).dsp;
            all[e] = engine;
        }
    }
    let architecture = if parts.len() == 1 { "sequential" } else { "folded" };
    match total <= u64::from(most) {
        true => Ok(all),
        false => Err(BuildError::Dsp { architecture, least: total, most }),
    }
}

fn build(library: &mut Library<'_>, parts: &[(Range<usize>, Lanes)], e: usize) -> Engine {
    let (layers, lanes) = &parts[e];
    let name = format!("{}_engine{e}", library.plan().name);
    engine(library, &name, layers.clone(), *lanes)
}

fn cost(engine: &Engine) -> Capacity {
    estimate(&engine.module)
}

/// Look-up tables and flip-flops for each multiplier that an engine saves.
fn price(with: &Engine, without: &Engine) -> f64 {
    let cells = |c: Capacity| (c.lut + c.ff) as f64;
    let (with, without) = (cost(with), cost(without));
    let saved = with.dsp.saturating_sub(without.dsp) as f64;
    if saved > 0.0 { (cells(without) - cells(with)) / saved } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::super::layers_apart;
    use super::*;
    use crate::arch::fixture::plan_with_products;
    use crate::device::Family;
    use crate::options::Build;

    #[test]
    fn every_budget_is_kept_or_refused_with_what_is_needed() {
        let (plan, means) = (plan_with_products(), Build::new(Family::Ecp5));
        let (target, parts) = (means.target().expect("valid"), layers_apart(&plan, &means).expect("layers"));
        let total = |engines: &[Engine]| engines.iter().map(|e| cost(e).dsp).sum::<u64>();
        let free = total(&engines(&plan, &target, &parts, None).expect("no limit"));
        let least = match engines(&plan, &target, &parts, Some(0)) {
            Err(BuildError::Dsp { least, .. }) => least,
            _ => panic!("sums without multipliers"),
        };
        assert!(0 < least && least < free, "{least} of {free}");
        let mut cells = u64::MAX;
        for most in least..=free {
            let all = engines(&plan, &target, &parts, Some(most as u32)).expect("enough");
            assert!(total(&all) <= most);
            let now: u64 = all.iter().map(|e| cost(e).lut + cost(e).ff).sum();
            assert!(now <= cells, "{now} with {most} multipliers, {cells} with one less");
            cells = now;
        }
        assert!(engines(&plan, &target, &parts, Some(least as u32 - 1)).is_err());
    }
}
