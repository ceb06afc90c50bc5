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
/// Means that contradict each other. (The parallel architecture keeps every interval.)
pub fn choose(
    plan: &Plan,
    means: &Build,
    interval: Option<u32>,
    part: Capacity,
) -> Result<Choice, BuildError> {
    let mut found: Vec<(Build, Candidate)> = Vec::new();
    let mut refused = Vec::new();
    for architecture in [Architecture::Sequential, Architecture::Folded, Architecture::Parallel] {
        let interval = interval.filter(|_| architecture != Architecture::Parallel);
        let build = Build { architecture, interval, reuse: Vec::new(), ..means.clone() };
        match network(plan, &build) {
            Ok(n) => {
                let cost = estimate(&n.top);
                let share = share(cost, part);
                let (interval, latency) = (n.interval, n.latency);
                found.push((build, Candidate { architecture, interval, latency, cost, share }));
            }
            Err(e @ BuildError::Interval { .. }) => refused.push(e.to_string()),
            Err(e) => return Err(e),
        }
    }
    found.sort_by(|a, b| a.1.share.total_cmp(&b.1.share));
    let quickest =
        (0..found.len()).filter(|&i| found[i].1.share <= ROOM).min_by_key(|&i| found[i].1.interval);
    if let (None, Some(i)) = (interval, quickest) {
        found[..=i].rotate_right(1);
    }
    let build = found.first().map_or_else(|| means.clone(), |(b, _)| b.clone());
    Ok(Choice { build, candidates: found.into_iter().map(|(_, c)| c).collect(), refused })
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
    use crate::arch::fixture::plan;

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
}
