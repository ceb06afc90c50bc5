//! The smallest architecture that is quick enough.

use super::cost::estimate_with_clock;
use super::network::network_sharing;
use super::parallel::SharedSums;
use crate::board::Capacity;
use crate::device::Family;
use crate::options::{Architecture, Build, BuildError};
use gainstage_golden::plan::Valid;

/// An architecture that was looked at.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Candidate {
    /// Which.
    pub architecture: Architecture,
    /// Clocks from one sample to the next.
    pub interval: u32,
    /// Clocks from a sample to its outputs.
    pub latency: u32,
    /// The quickest clock that its slowest stage allows, by estimate, MHz.
    pub reached_mhz: f64,
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
/// Means that contradict each other; fewer multipliers allowed than any architecture needs; a part that all are too large
/// for.
pub fn choose(
    plan: Valid<'_>,
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
            Err(
                e @ (BuildError::Interval { .. }
                | BuildError::Dsp { .. }
                | BuildError::Memory { .. }
                | BuildError::Spram { .. }
                | BuildError::NoSpram { .. }),
            ) => {
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
    if let Some((_, smallest)) = found.first().filter(|(_, c)| c.share > 1.0) {
        return Err(nothing_fits(smallest, part, interval.is_some()));
    }
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

/// What the smallest circuit lacks most.
fn nothing_fits(smallest: &Candidate, part: Capacity, hurried: bool) -> BuildError {
    let (used, there) = (resources(smallest.cost), resources(part));
    let over = |i: &usize| share_of(used[*i].1, there[*i].1);
    let worst = (0..used.len()).max_by(|a, b| over(a).total_cmp(&over(b))).unwrap_or(0);
    let (resource, used, there) = (used[worst].0, used[worst].1, there[worst].1);
    let architecture = smallest.architecture.name();
    let cure = if hurried { "allow a longer interval" } else { "share tables (--formats network)" };
    BuildError::NothingFits { architecture, resource, used, there, over: used.saturating_sub(there), cure }
}

/// An architecture's circuit; if it takes more multipliers than there are on the part, one that makes do with them where
/// that is the smaller share.
fn candidate(plan: Valid<'_>, build: Build, part: Capacity) -> Result<(Build, Candidate), BuildError> {
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

fn measured(plan: Valid<'_>, build: Build, part: Capacity) -> Result<(Build, Candidate), BuildError> {
    measured_sharing(plan, build, part, &SharedSums::default())
}

fn measured_sharing(
    plan: Valid<'_>,
    build: Build,
    part: Capacity,
    sums: &SharedSums,
) -> Result<(Build, Candidate), BuildError> {
    let network = network_sharing(plan, &build, sums)?;
    let (architecture, (cost, reached_mhz)) = (build.architecture, estimate_with_clock(&network.top));
    let (interval, latency, share) = (network.interval, network.latency, share(cost, part));
    Ok((build, Candidate { architecture, interval, latency, reached_mhz, cost, share }))
}

/// What the circuit of some means takes of a part.
///
/// # Errors
/// Means that contradict each other, an interval or a number of multipliers that cannot be kept.
pub fn measure(plan: Valid<'_>, build: Build, part: Capacity) -> Result<Candidate, BuildError> {
    measured(plan, build, part).map(|(_, candidate)| candidate)
}

/// What the circuits of several means take of a part. What does not depend on the clock is worked out once.
pub fn measure_all(
    plan: Valid<'_>,
    builds: Vec<Build>,
    part: Capacity,
) -> Vec<Result<Candidate, BuildError>> {
    let sums = SharedSums::default();
    let one = |build| measured_sharing(plan, build, part, &sums).map(|(_, candidate)| candidate);
    builds.into_iter().map(one).collect()
}

/// Resources by name.
fn resources(c: Capacity) -> [(&'static str, u64); 5] {
    [
        ("look-up tables", c.lut),
        ("flip-flops", c.ff),
        ("hard multipliers", c.dsp),
        ("block RAMs", c.bram),
        ("SPRAM blocks", c.spram),
    ]
}

fn share_of(used: u64, there: u64) -> f64 {
    if used == 0 { 0.0 } else { used as f64 / there as f64 }
}

fn share(cost: Capacity, part: Capacity) -> f64 {
    let pairs = resources(cost).into_iter().zip(resources(part));
    pairs.map(|(used, there)| share_of(used.1, there.1)).fold(0.0, f64::max)
}

/// What a usual small part of a family has: iCE40HX8K, iCE40UP5K, LFE5U-25F (also for no family in particular), LIFCL-17,
/// xc7a35t.
pub fn usual_part(family: Family) -> Capacity {
    match family {
        Family::Ice40 => Capacity { lut: 7680, ff: 7680, dsp: 0, bram: 32, spram: 0 },
        Family::Ice40Up => Capacity { lut: 5280, ff: 5280, dsp: 8, bram: 30, spram: 4 },
        Family::Ecp5 | Family::Generic => Capacity { lut: 24_288, ff: 24_288, dsp: 28, bram: 56, spram: 0 },
        Family::Nexus => Capacity { lut: 17_000, ff: 17_000, dsp: 24, bram: 24, spram: 0 },
        Family::Xc7 => Capacity { lut: 20_800, ff: 41_600, dsp: 90, bram: 100, spram: 0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::fixture::{plan, plan_with_products};

    #[test]
    fn a_demand_takes_the_smallest_and_none_the_quickest_with_room() {
        // 52 weights: of a network half as large, counters and multiplexers leave no room on a part that it would fill.
        let (plan, means) = (plan(2), Build::new(Family::Ecp5));
        let large = Capacity { lut: 1 << 20, ff: 1 << 20, dsp: 1 << 12, bram: 1 << 12, spram: 0 };
        let choose = |interval, part| {
            choose(plan.valid().expect("a valid plan"), &means, interval, part)
                .expect("means that can be had")
        };

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
        // A part that the smallest fills beyond the room, but holds.
        let fewest = |c: &Choice| c.candidates.iter().map(|c| c.cost).min_by_key(|c| c.lut).expect("one");
        let smallest = fewest(&slow);
        let tight = choose(None, Capacity { lut: smallest.lut, ff: 2 * smallest.ff, ..large });
        assert!(shares(&tight).is_sorted() && shares(&tight)[0] <= 1.0, "{:?}", shares(&tight));
        // Not even a sample every clock changes the parallel circuit.
        assert_eq!(choose(Some(1), large).build.architecture, Architecture::Parallel);
    }

    /// A part too small for all of them: refused, with what is short and by how much.
    #[test]
    fn where_nothing_fits_the_short_resource_is_named() {
        let (plan, means) = (plan(3), Build::new(Family::Ecp5));
        let large = Capacity { lut: 1 << 20, ff: 1 << 20, dsp: 1 << 12, bram: 1 << 12, spram: 0 };
        let all = choose(plan.valid().expect("a valid plan"), &means, Some(10_000), large)
            .expect("one that fits")
            .candidates;
        let fewest = all.iter().map(|c| c.cost.lut).min().expect("one");
        let lacking = Capacity { lut: fewest - 7, ..large };
        match choose(plan.valid().expect("a valid plan"), &means, Some(10_000), lacking) {
            Err(e @ BuildError::NothingFits { resource: "look-up tables", over: 7, there, .. }) => {
                assert_eq!(there, lacking.lut);
                let text = e.to_string();
                assert!(
                    text.contains("7 more than the") && text.contains("allow a longer interval"),
                    "{text}"
                );
            }
            other => panic!("{:?}", other.map(|c| c.candidates)),
        }
        let none = Capacity { ff: 1, lut: 1 << 20, ..large };
        assert!(matches!(
            choose(plan.valid().expect("a valid plan"), &means, None, none),
            Err(BuildError::NothingFits { resource: "flip-flops", there: 1, .. })
        ));
    }

    /// An architecture with fewer multipliers than it likes makes do with them, or is left out, or nothing is left.
    #[test]
    fn multipliers_are_budgeted() {
        let (plan, means) = (plan_with_products(), Build::new(Family::Ecp5));
        let large = Capacity { lut: 1 << 20, ff: 1 << 20, dsp: 1 << 12, bram: 1 << 12, spram: 0 };
        let folded = |part| {
            let all = choose(plan.valid().expect("a valid plan"), &means, Some(1000), part)
                .expect("means that can be had")
                .candidates;
            all.into_iter().find(|c| c.architecture == Architecture::Folded).expect("among them").cost
        };
        let free = folded(large);
        let few = folded(Capacity { dsp: free.dsp - 1, ..large });
        assert!(few.dsp < free.dsp && few.lut > free.lut, "{few:?} {free:?}");

        let allowed = |most| {
            choose(
                plan.valid().expect("a valid plan"),
                &Build { max_dsp: Some(most), ..means.clone() },
                None,
                large,
            )
        };
        let shared = allowed(few.dsp as u32).expect("shared");
        assert!(shared.candidates.iter().all(|c| c.cost.dsp <= few.dsp), "{:?}", shared.candidates);
        assert!(matches!(allowed(0), Err(BuildError::Dsp { most: 0, .. })));
    }
}
