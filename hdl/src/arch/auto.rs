//! The smallest architecture that is quick enough.

use super::cost::estimate;
use super::network::network;
use crate::board::Capacity;
use crate::target::Family;
use crate::wrap::manifest::Architecture;
use crate::wrap::{Build, BuildError};
use gainstage_golden::plan::Plan;

/// An architecture that was looked at.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Candidate {
    /// Which.
    pub architecture: Architecture,
    /// Clocks from one sample to the next.
    pub interval: u32,
    /// Clocks from a sample to its outputs.
    pub latency: u32,
    /// Estimated size.
    pub cost: Capacity,
    /// The largest share of any resource of the part that it takes; above 1 it does not fit.
    pub share: f64,
}

/// What was chosen, and what else there was.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The means that were given, with the architecture filled in.
    pub build: Build,
    /// All architectures that keep the interval, the chosen one first, then the others from small to large.
    pub candidates: Vec<Candidate>,
    /// Why others are missing.
    pub refused: Vec<String>,
}

/// The share of a part that an estimate may take where the part need not be filled: estimates are rough, the board's
/// own logic takes something, and nearly full parts are slow to route and slow when routed.
const ROOM: f64 = 0.6;

/// The architecture that takes the smallest share of a part and a sample every `interval` clocks at most. If nothing is
/// demanded, the quickest that leaves room on the part; if none does, the smallest.
///
/// # Errors
/// Means that contradict each other; fewer multipliers allowed than any architecture needs.
pub fn choose(
    plan: &Plan,
    means: &Build,
    interval: Option<u32>,
    part: Capacity,
) -> Result<Choice, BuildError> {
    let mut found: Vec<(Build, Candidate)> = Vec::new();
    let mut refused: Vec<BuildError> = Vec::new();
    for architecture in [Architecture::Sequential, Architecture::Folded, Architecture::Parallel] {
        let interval = interval.filter(|_| architecture != Architecture::Parallel);
        let build = Build { architecture, interval, reuse: Vec::new(), ..means.clone() };
        match candidate(plan, build, part) {
            Ok(candidate) => found.push(candidate),
            Err(e @ (BuildError::Interval { .. } | BuildError::Dsp { .. } | BuildError::Memory { .. })) => {
                refused.push(e);
            }
            Err(e) => return Err(e),
        }
    }
    if found.is_empty() {
        // The parallel architecture keeps every interval, so it is for multipliers: the smallest circuit's say how many.
        let lacking = refused.iter().position(|e| matches!(e, BuildError::Dsp { .. }));
        return Err(refused.swap_remove(lacking.unwrap_or(0)));
    }
    found.sort_by(|a, b| a.1.share.total_cmp(&b.1.share));
    let quickest =
        (0..found.len()).filter(|&i| found[i].1.share <= ROOM).min_by_key(|&i| found[i].1.interval);
    if let (None, Some(i)) = (interval, quickest) {
        found[..=i].rotate_right(1);
    }
    let build = found.first().map_or_else(|| means.clone(), |(b, _)| b.clone());
    Ok(Choice {
        build,
        candidates: found.into_iter().map(|(_, c)| c).collect(),
        refused: refused.iter().map(ToString::to_string).collect(),
    })
}

/// An architecture's circuit; if it takes more multipliers than there are on the part, one that makes do with them where
/// that is the smaller share.
fn candidate(plan: &Plan, build: Build, part: Capacity) -> Result<(Build, Candidate), BuildError> {
    let free = measured(plan, build, part)?;
    if free.1.cost.dsp <= part.dsp {
        return Ok(free);
    }
    let there = u32::try_from(part.dsp).unwrap_or(u32::MAX);
    match measured(plan, Build { max_dsp: Some(there), ..free.0.clone() }, part) {
        Ok(limited) if limited.1.share < free.1.share => Ok(limited),
        Ok(_) | Err(BuildError::Dsp { .. }) => Ok(free),
        Err(e) => Err(e),
    }
}

fn measured(plan: &Plan, build: Build, part: Capacity) -> Result<(Build, Candidate), BuildError> {
    let network = network(plan, &build)?;
    let (architecture, cost) = (build.architecture, estimate(&network.top));
    let (interval, latency, share) = (network.interval, network.latency, share(cost, part));
    Ok((build, Candidate { architecture, interval, latency, cost, share }))
}

fn share(cost: Capacity, part: Capacity) -> f64 {
    let of = |used: u64, there: u64| if used == 0 { 0.0 } else { used as f64 / there as f64 };
    let shares =
        [of(cost.lut, part.lut), of(cost.ff, part.ff), of(cost.dsp, part.dsp), of(cost.bram, part.bram)];
    shares.into_iter().fold(0.0, f64::max)
}

/// What a usual small part of a family has: iCE40HX8K, iCE40UP5K, LFE5U-25F (also for no family in particular), LIFCL-17,
/// xc7a35t.
pub fn usual_part(family: Family) -> Capacity {
    match family {
        Family::Ice40 => Capacity { lut: 7680, ff: 7680, dsp: 0, bram: 32 },
        Family::Ice40Up => Capacity { lut: 5280, ff: 5280, dsp: 8, bram: 30 },
        Family::Ecp5 | Family::Generic => Capacity { lut: 24_288, ff: 24_288, dsp: 28, bram: 56 },
        Family::Nexus => Capacity { lut: 17_000, ff: 17_000, dsp: 24, bram: 24 },
        Family::Xc7 => Capacity { lut: 20_800, ff: 41_600, dsp: 90, bram: 100 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::fixture::{plan, plan_with_products};

    #[test]
    fn a_demand_takes_the_smallest_and_none_the_quickest_with_room() {
        let (plan, means) = (plan(3), Build::new(Family::Ecp5));
        let large = Capacity { lut: 1 << 20, ff: 1 << 20, dsp: 1 << 12, bram: 1 << 12 };
        let choose = |interval, part| choose(&plan, &means, interval, part).expect("means that can be had");

        let free = choose(None, large);
        assert_eq!(free.build.architecture, Architecture::Parallel);
        let parallel = free.candidates[0].cost;
        let slow = choose(Some(10_000), large);
        assert_ne!(slow.build.architecture, Architecture::Parallel);
        let shares = |c: &Choice| c.candidates.iter().map(|c| c.share).collect::<Vec<_>>();
        assert!(shares(&slow).is_sorted(), "{:?}", shares(&slow));

        // A part that the parallel circuit would fill: something slower that leaves room.
        let full = choose(None, Capacity { lut: parallel.lut, ..large });
        assert_ne!(full.build.architecture, Architecture::Parallel);
        assert!(full.candidates[0].share <= ROOM, "{:?}", shares(&full));
        // A part too small for all of them: the smallest, and synthesis says what is lacking.
        let tiny = choose(None, Capacity { lut: 10, ff: 10, ..large });
        assert!(shares(&tiny).is_sorted() && shares(&tiny)[0] > 1.0);
        // Not even a sample every clock changes the parallel circuit.
        assert_eq!(choose(Some(1), large).build.architecture, Architecture::Parallel);
    }

    /// An architecture with fewer multipliers than it likes makes do with them, or is left out, or nothing is left.
    #[test]
    fn multipliers_are_budgeted() {
        let (plan, means) = (plan_with_products(), Build::new(Family::Ecp5));
        let large = Capacity { lut: 1 << 20, ff: 1 << 20, dsp: 1 << 12, bram: 1 << 12 };
        let folded = |part| {
            let all = choose(&plan, &means, Some(1000), part).expect("means that can be had").candidates;
            all.into_iter().find(|c| c.architecture == Architecture::Folded).expect("among them").cost
        };
        let free = folded(large);
        let few = folded(Capacity { dsp: free.dsp - 1, ..large });
        assert!(few.dsp < free.dsp && few.lut > free.lut, "{few:?} {free:?}");

        let allowed = |most| choose(&plan, &Build { max_dsp: Some(most), ..means.clone() }, None, large);
        let shared = allowed(few.dsp as u32).expect("shared");
        assert!(shared.candidates.iter().all(|c| c.cost.dsp <= few.dsp), "{:?}", shared.candidates);
        assert!(matches!(allowed(0), Err(BuildError::Dsp { most: 0, .. })));
    }
}
