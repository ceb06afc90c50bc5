//! When which vector goes in: bursts, gaps, and a reset in mid-stream.

use crate::cycles::Stimulus;
use crate::vectors::random_row;
use gainstage_golden::num::Format;
use gainstage_hdl::wrap::manifest::Manifest;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::VecDeque;

/// Rows of reset at the start.
const RESET_ROWS: usize = 2;

/// The rows of one run of a circuit, and what they mean.
pub(crate) struct Plan {
    pub(crate) stimulus: Stimulus,
    /// The vector that a row carries. Rows without one carry random codes with `in_valid` low (or ignored).
    pub(crate) source: Vec<Option<u32>>,
    /// Whether `out_valid` must be high in a row. It is not known before the first reset.
    pub(crate) out_valid: Vec<bool>,
    /// Whether `in_ready` must be high in a row. It is not known before the first reset.
    pub(crate) in_ready: Vec<bool>,
    /// The clock in which each row begins.
    starts: Vec<u64>,
}

/// From this interval on, waiting clocks in which nothing may happen are rows of many clocks but for some at both ends: rows of
/// each clock, with all inputs of a large network, would take more memory than there is.
const LONG: u32 = 4096;

/// Rows of a clock at each end of a long wait.
const EDGE: u64 = 16;

/// Random choices that a run makes. The same seed gives the same run.
struct Builder<'a> {
    manifest: &'a Manifest,
    formats: Vec<Format>,
    rng: ChaCha8Rng,
    idle: Vec<i64>,
    plan: Plan,
    /// Clocks so far.
    now: u64,
    /// When results are due, the earliest first.
    due: VecDeque<u64>,
}

impl Plan {
    /// A run that takes every vector through the circuit (`vectors`: rows of codes), with resets at the start and
    /// once in mid-stream. Vectors that the reset catches inside the circuit go in again.
    pub(crate) fn new(manifest: &Manifest, vectors: &[i64], seed: u64, stream: u64) -> Plan {
        let width = manifest.inputs.len();
        let count = vectors.len() / width;
        let mut b = Builder::new(manifest, seed, stream);
        let mut reset_before = Some(b.rng.random_range(0..count.max(1)));
        b.reset(RESET_ROWS, 0.5);
        let (mut next, mut burst, mut gap) = (0, 0, 0.0);
        while next < count {
            if reset_before == Some(next) {
                // At any moment of a sample, also where a sample takes many clocks.
                reset_before = None;
                let clocks = b.rng.random_range(1..=manifest.interval);
                b.vector(next, &vectors[next * width..][..width], clocks);
                next = next + 1 - b.caught();
                let rows = b.rng.random_range(1..=3);
                b.reset(rows, 0.5);
                continue;
            }
            if burst == 0 {
                // Mostly bursts without gaps, which show the interval; then some rows with many gaps.
                (burst, gap) = if b.rng.random_bool(0.7) { (256, 0.0) } else { (64, 0.5) };
            }
            burst -= 1;
            while gap > 0.0 && b.rng.random_bool(gap) {
                b.bubble();
            }
            b.vector(next, &vectors[next * width..][..width], manifest.interval);
            next += 1;
        }
        b.finish()
    }

    /// A run with a reset at the start alone, and with as many idle clocks before each vector as `idle` says for its
    /// number.
    pub(crate) fn unbroken(
        manifest: &Manifest,
        vectors: &[i64],
        seed: u64,
        stream: u64,
        idle: impl Fn(usize) -> Option<u32>,
    ) -> Plan {
        let mut b = Builder::new(manifest, seed, stream);
        b.reset(RESET_ROWS, 0.5);
        for (index, codes) in vectors.chunks_exact(manifest.inputs.len()).enumerate() {
            b.idle(idle(index).unwrap_or(0));
            b.vector(index, codes, manifest.interval);
        }
        b.finish()
    }

    /// A run with a single vector, and time enough to see a latency that is not the stated one.
    pub(crate) fn single(manifest: &Manifest, vector: &[i64]) -> Plan {
        let mut b = Builder::new(manifest, 0, 0);
        b.reset(RESET_ROWS, 0.0);
        b.vector(0, vector, 1);
        let latency = u64::from(manifest.latency);
        // A clock of a large circuit takes long.
        b.wait(if b.is_long() { latency + u64::from(LONG) } else { 3 * latency + 64 }, 0.0);
        b.finish()
    }

    /// The row that holds a clock.
    pub(crate) fn row_at(&self, clock: u64) -> usize {
        self.starts.partition_point(|&start| start <= clock).saturating_sub(1)
    }

    /// The row in which a sample went in whose result is seen in a row.
    pub(crate) fn entered(&self, row: usize, latency: u32) -> Option<usize> {
        Some(self.row_at(self.starts[row].checked_sub(u64::from(latency))?))
    }

    /// The number of rows.
    pub(crate) fn cycles(&self) -> usize {
        self.source.len()
    }

    /// The number of clocks.
    pub(crate) fn clocks(&self) -> u64 {
        self.stimulus.clock(self.cycles())
    }
}

impl<'a> Builder<'a> {
    fn new(manifest: &'a Manifest, seed: u64, stream: u64) -> Builder<'a> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        let formats: Vec<Format> = manifest.inputs.iter().map(|p| p.format).collect();
        let idle = vec![0; formats.len()];
        let plan = Plan {
            stimulus: Stimulus::default(),
            source: Vec::new(),
            out_valid: Vec::new(),
            in_ready: Vec::new(),
            starts: Vec::new(),
        };
        Builder { manifest, formats, rng, idle, plan, now: 0, due: VecDeque::new() }
    }

    fn is_long(&self) -> bool {
        self.manifest.interval >= LONG
    }

    fn row(&mut self, valid: bool, reset: bool) {
        random_row(&self.formats, &mut self.rng, &mut self.idle);
        self.held(valid, reset, 1);
    }

    /// A row with the inputs of the last one without a vector.
    fn held(&mut self, valid: bool, reset: bool, clocks: u64) {
        self.plan.stimulus.push(&self.idle, valid, reset);
        if let Some(last) = self.plan.stimulus.clocks.last_mut() {
            *last = clocks as u32;
        }
        self.plan.source.push(None);
        self.now += clocks;
        while self.due.front().is_some_and(|&due| due < self.now) {
            self.due.pop_front();
        }
    }

    /// Clocks without a vector, with `in_valid` high in a share `offered` of the rows.
    fn wait(&mut self, clocks: u64, offered: f64) {
        let end = self.now + clocks;
        while self.now < end {
            let valid = offered > 0.0 && self.rng.random_bool(offered);
            let left = end - self.now;
            // A result has a row of its own.
            let quiet = self.due.front().map_or(left, |&due| due.saturating_sub(self.now));
            let quiet = quiet.min(left.saturating_sub(EDGE));
            if self.is_long() && clocks - left >= EDGE && quiet > 0 {
                random_row(&self.formats, &mut self.rng, &mut self.idle);
                self.held(valid, false, quiet);
            } else {
                self.row(valid, false);
            }
        }
    }

    fn bubble(&mut self) {
        self.row(false, false);
    }

    /// Idle clocks. Of many, all but the first have the same inputs, and the last row stands for all in which no earlier
    /// sample can be seen any more.
    fn idle(&mut self, clocks: u32) {
        if self.is_long() {
            return self.wait(u64::from(clocks), 0.0);
        }
        let settling = self.manifest.latency.max(self.manifest.interval) + 1;
        let held = clocks > settling;
        for row in 0..clocks.min(settling + 1) {
            match held && row > 0 {
                false => self.bubble(),
                true => self.held(false, false, 1),
            }
        }
        if let Some(last) = self.plan.stimulus.clocks.last_mut().filter(|_| held) {
            *last = clocks - settling;
            self.now += u64::from(clocks - settling - 1);
        }
    }

    /// A reset that wins over `in_valid`, which is high in a share `marked` of its rows. (It stays low where no
    /// register could tell.)
    fn reset(&mut self, rows: usize, marked: f64) {
        for _ in 0..rows {
            let valid = self.manifest.latency > 0 && self.rng.random_bool(marked);
            self.row(valid, true);
            self.due.clear();
        }
    }

    /// A vector, and the rows until the next one may follow.
    fn vector(&mut self, index: usize, codes: &[i64], clocks: u32) {
        self.plan.stimulus.push(codes, true, false);
        self.plan.source.push(Some(u32::try_from(index).expect("a run is far shorter")));
        self.due.push_back(self.now + u64::from(self.manifest.latency));
        self.now += 1;
        // Offered too early, often: where there is an `in_ready`, it is low, and nothing may be taken.
        self.wait(u64::from(clocks - 1), if self.manifest.in_ready.is_some() { 0.3 } else { 0.0 });
    }

    /// How many vectors have gone in but would not be out before a reset in the next row.
    fn caught(&self) -> usize {
        self.due.iter().filter(|&&due| due > self.now).count()
    }

    fn finish(mut self) -> Plan {
        self.wait(u64::from(self.manifest.latency.max(self.manifest.interval)) + 1, 0.0);
        let latency = u64::from(self.manifest.latency);
        let handshake = self.manifest.in_ready.is_some();
        let s = &self.plan.stimulus;
        // The clock; clocks since the last reset, that of the row itself not counted; clocks until a sample can be taken again.
        let (mut now, mut clean, mut busy) = (0, 0, 0u32);
        let mut due = VecDeque::new();
        for row in 0..s.cycles() {
            let (clocks, ready) = (s.clocks[row], !handshake || busy == 0);
            self.plan.starts.push(now);
            self.plan.in_ready.push(ready);
            let taken = s.in_valid[row] == 1 && ready;
            busy = match (s.reset[row], taken) {
                (1, _) => 0,
                (_, true) => self.manifest.interval - 1,
                _ => busy.saturating_sub(clocks),
            };
            if taken {
                due.push_back(now + latency);
            }
            // A reset forgets those whose clock has no row of its own.
            while due.front().is_some_and(|&due| due < now) {
                due.pop_front();
            }
            let marked = due.front() == Some(&now);
            self.plan.out_valid.push(marked && clean >= latency);
            clean = if s.reset[row] == 1 { 0 } else { clean + u64::from(clocks) };
            now += u64::from(clocks);
        }
        self.plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use gainstage_hdl::wrap::manifest::Architecture;

    fn timed(latency: u32, interval: u32) -> Manifest {
        Manifest { latency, interval, architecture: Architecture::Folded, ..fixture::manifest() }
    }

    /// Every vector comes out exactly once, in order, and never closer than the interval.
    #[test]
    fn every_vector_comes_out_once() {
        for (latency, interval) in [(0, 1), (1, 1), (4, 1), (3, 2), (40, 7), (7, 40)] {
            for stream in 0..20 {
                let m = timed(latency, interval);
                let vectors: Vec<i64> = (0..2 * 300).collect();
                let plan = Plan::new(&m, &vectors, 5, stream);
                let out: Vec<u32> = (0..plan.cycles())
                    .filter(|&row| plan.out_valid[row])
                    .map(|row| plan.source[row - latency as usize].expect("a vector"))
                    .collect();
                assert_eq!(out, (0..300).collect::<Vec<_>>(), "{latency} {interval} {stream}");
                let s = &plan.stimulus;
                assert_eq!((s.inputs.len(), s.reset.len()), (2 * plan.cycles(), plan.cycles()));
                let taken: Vec<usize> = (0..plan.cycles()).filter(|&r| plan.source[r].is_some()).collect();
                // A reset frees the circuit at once.
                let apart = |w: &&[usize]| s.reset[w[0]..w[1]].iter().all(|&r| r == 0);
                let closest = taken.windows(2).filter(apart).map(|w| w[1] - w[0]).min();
                assert_eq!(closest, Some(interval as usize));
                assert!(s.reset.iter().filter(|&&r| r == 1).count() > RESET_ROWS, "no reset in mid-stream");
            }
        }
    }
}
