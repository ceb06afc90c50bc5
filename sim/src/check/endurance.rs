//! The long run: no reset for so many clocks that counters of 16 bits wrap, and idle times of every length.
//!
//! A circuit that forgets, or that counts something it should not, is right in short bursts. So one run goes on for more
//! than 2^16 clocks at full speed, then idles for every number of clocks up to a thousand with samples in between, then
//! for more than 2^16 clocks at once, all without a reset. Idle clocks cost next to nothing: the driver steps them in one
//! row.

use super::plan::Plan;
use gainstage_hdl::wrap::manifest::Manifest;

/// Clocks of samples as close as they may be.
const BUSY: u32 = 72_000;

/// The longest idle times between samples that are tried one by one.
const GAPS: u32 = 1_000;

/// The one that is longer.
const LONGEST: u32 = 70_000;

/// Samples behind each idle time.
const AFTER: u32 = 2;

/// Codes in and out that the rows of all gaps may hold, so that memory and time stay bounded.
const VALUES: u32 = 4_000_000;

/// The fewest gaps.
const FEWEST: u32 = 100;

/// Samples that the long run takes.
pub(super) fn samples(m: &Manifest) -> usize {
    (BUSY.div_ceil(m.interval) + AFTER * (gaps(m).len() as u32 + 1)) as usize
}

/// The run, with [`samples`] vectors.
pub(super) fn plan(m: &Manifest, vectors: &[i64], seed: u64, stream: u64) -> Plan {
    let gaps: Vec<u32> = gaps(m).into_iter().chain([LONGEST]).collect();
    let busy = BUSY.div_ceil(m.interval) as usize;
    Plan::unbroken(m, vectors, seed, stream, |sample| {
        let behind = sample.checked_sub(busy)?;
        let first = behind.is_multiple_of(AFTER as usize);
        gaps.get(behind / AFTER as usize).copied().filter(|_| first)
    })
}

/// Lengths of idle times: all up to [`GAPS`] or, where a sample takes long, the short ones and some of the others.
fn gaps(m: &Manifest) -> Vec<u32> {
    let rows = AFTER * m.interval + m.latency.max(m.interval);
    let values = rows.saturating_mul((m.inputs.len() + m.outputs.len()) as u32);
    let count = (VALUES / values.max(1)).clamp(FEWEST, GAPS);
    let short = if count < GAPS { count / 2 } else { GAPS };
    let step = (GAPS - short).div_ceil((count - short).max(1)).max(1);
    (1..=short).chain((short + 1..=GAPS).rev().step_by(step as usize)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use gainstage_hdl::wrap::manifest::Architecture;

    #[test]
    fn the_long_run_has_every_gap_and_no_reset() {
        for (latency, interval) in [(0, 1), (4, 1), (80, 1), (26, 16), (900, 2000)] {
            let architecture = if interval == 1 { Architecture::Parallel } else { Architecture::Folded };
            let in_ready = (interval > 1).then(|| "in_ready".to_owned());
            let m = Manifest { latency, interval, architecture, in_ready, ..fixture::manifest() };
            let count = samples(&m);
            let plan = plan(&m, &vec![1; count * m.inputs.len()], 1, 0);
            let s = &plan.stimulus;
            let begins: Vec<u64> = s
                .clocks
                .iter()
                .scan(0, |sum, &c| Some(std::mem::replace(sum, *sum + u64::from(c))))
                .collect();
            let last_reset = s.reset.iter().rposition(|&r| r == 1).expect("one at the start");
            assert!(s.clock(s.cycles()) - begins[last_reset] > 140_000 && last_reset < 4);
            assert_eq!(plan.out_valid.iter().filter(|v| **v).count(), count, "all come out");
            // Idle clocks before each sample: those since the last one could be followed.
            let taken: Vec<usize> = (0..s.cycles()).filter(|&r| plan.source[r].is_some()).collect();
            let idle: std::collections::BTreeSet<u64> =
                taken.windows(2).map(|w| begins[w[1]] - begins[w[0]] - u64::from(interval)).collect();
            assert!(idle.contains(&37) && idle.contains(&1000) && idle.contains(&70_000), "{idle:?}");
            assert!((1..=50).all(|n| idle.contains(&n)));
            assert!(interval > 1 || (1..=1000).all(|n| idle.contains(&n)));
            // Rows of many clocks stand where nothing changes.
            for row in (0..s.cycles()).filter(|&r| s.clocks[r] > 1) {
                let inputs = |r: usize| &s.inputs[r * m.inputs.len()..][..m.inputs.len()];
                assert!(
                    (row - latency as usize..row).all(|r| inputs(r) == inputs(row) && s.in_valid[r] == 0)
                );
                assert!(plan.in_ready[row] && !plan.out_valid[row] && s.in_valid[row] == 0);
            }
        }
    }
}
