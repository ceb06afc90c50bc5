//! Circuit against integer model: every output of every cycle, latency and interval included.
//!
//! [`verify`] drives the Verilator model of a directory with a list of vectors, in bursts and with gaps, with
//! resets at the start and in mid-stream of every piece. `in_ready`, where there is one, must be high just when the
//! stated interval is over; samples are offered before that too, and must not be taken. `out_valid` must be high the
//! stated latency after a sample was taken, and else low, in every cycle; outputs must be right in every valid cycle, and in *all* cycles where the data path
//! runs freely. One more run, if asked for, is long and has no reset (`endurance`). On a mismatch the run is repeated
//! with a waveform, which is read back to name the first neuron that is wrong.

mod compare;
mod endurance;
mod golden;
mod locate;
mod model;
mod plan;
mod report;

pub(crate) use compare::{Expected, Place, Tally, compare};
pub use golden::Golden;
pub use model::PlanModel;
pub(crate) use plan::Plan;
pub(crate) use report::Times;
pub use report::{Located, Mismatch, Report, What};

use crate::SimError;
use crate::cycles::Response;
use crate::run::{RunError, Tool, cancelled};
use crate::vectors::Vectors;
use crate::verilator::{self, Model};
use gainstage_golden::watch::{self, Watch};
use gainstage_hdl::wrap::manifest::Manifest;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The most vectors of a run, so that memory is bounded and progress is seen.
const LONGEST_RUN: u64 = 1 << 14;

/// How to verify.
pub struct Options<'a> {
    /// Decides gaps, resets, and what registers hold after power-up.
    pub seed: u64,
    /// Threads that simulate and compare.
    pub threads: usize,
    /// How the model is built. (The waveform of a mismatch takes a second model, with `trace`.)
    pub build: verilator::Options,
    /// Whether one run goes on for more than 140,000 clocks without a reset, with idle times of 1 to 1,000 clocks and one
    /// of 70,000: the samples of the list once more, some of them.
    pub endurance: bool,
    /// Where the waveform of a mismatch goes; `None`: it is not kept.
    pub waveform: Option<PathBuf>,
    /// Told what is going on, from any thread.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
}

/// What a verification is about to do, or has done: for people who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A model was found in the cache.
    Cached,
    /// A model is being built, which may take minutes.
    Building,
    /// A run of so many vectors has ended.
    Simulated(u64),
    /// Something was wrong: the run is repeated with a waveform, in a model of its own.
    Tracing,
}

impl Options<'_> {
    fn tell(&self, progress: Progress) {
        self.progress.iter().for_each(|tell| tell(progress));
    }

    fn model(&self, dir: &Path, manifest: &Manifest, build: &verilator::Options) -> Result<Model, SimError> {
        Model::build_with(dir, manifest, build, &|cached| {
            self.tell(if cached { Progress::Cached } else { Progress::Building });
        })
    }
}

impl Default for Options<'_> {
    fn default() -> Self {
        let build = verilator::Options::default();
        Options { seed: 1, threads: 2, build, endurance: false, waveform: None, progress: None }
    }
}

/// A mismatch: the run, the place in it, and what was wrong.
type Found = (u64, Place, What);

/// A verification in progress.
struct Check<'a> {
    dir: &'a Path,
    manifest: &'a Manifest,
    vectors: &'a Vectors,
    golden: &'a dyn Golden,
    options: &'a Options<'a>,
    model: Model,
}

/// Verifies the circuit that lies in `dir` against `golden` with `vectors`.
///
/// A wrong circuit is a [`Report`] with mismatches; an error means that nothing could be found out.
pub fn verify(
    dir: &Path,
    manifest: &Manifest,
    vectors: &Vectors,
    golden: &dyn Golden,
    options: &Options,
) -> Result<Report, SimError> {
    fits(manifest, vectors)?;
    let start = Instant::now();
    let model = options.model(dir, manifest, &options.build)?;
    let built = Instant::now();
    let check = Check { dir, manifest, vectors, golden, options, model };

    let (latency, first) = check.latency()?;
    let (tally, found) = check.all()?;
    // What follows a mismatch is not simulation of the vectors.
    let times = Times { build: built - start, run: built.elapsed() };
    let first = match (first, found) {
        (Some(wrong), _) => Some(wrong),
        (None, Some((run, place, what))) => Some(check.explain(run, place, what)?),
        (None, None) => None,
    };
    Ok(Report::of(Tool::Verilator, manifest, &tally, latency, first, times))
}

/// Whether the vectors are those of the circuit's inputs, and there are some.
pub(crate) fn fits(manifest: &Manifest, vectors: &Vectors) -> Result<(), SimError> {
    let inputs: Vec<_> = manifest.inputs.iter().map(|p| p.format).collect();
    if inputs != vectors.formats() {
        let list = |formats: &[_]| formats.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let (has, given) = (list(&inputs), list(vectors.formats()));
        let problem =
            format!("formats {given}, but the circuit's inputs are {has}; use the circuit's formats");
        return Err(SimError::Vectors { problem });
    }
    if vectors.is_empty() {
        return Err(SimError::Vectors { problem: "there is none; nothing would be proved".into() });
    }
    Ok(())
}

impl Check<'_> {
    /// A run: vectors `start..end` of the list.
    fn run_range(&self, run: u64) -> (u64, u64) {
        let length = self.run_length();
        (run * length, ((run + 1) * length).min(self.vectors.len()))
    }

    /// Runs that take the list once, each its part. The long run, if there is one, has the number behind them.
    fn runs(&self) -> u64 {
        self.vectors.len().div_ceil(self.run_length())
    }

    /// The number in the list of vector `index` of a run.
    fn number(&self, run: u64, index: u64) -> u64 {
        match run < self.runs() {
            true => self.run_range(run).0 + index,
            // The list from its beginning, as often as it takes.
            false => index % self.vectors.len(),
        }
    }

    fn run_length(&self) -> u64 {
        // Several runs for each thread, so that none waits long for another.
        self.vectors.len().div_ceil(4 * self.options.threads.max(1) as u64).clamp(256, LONGEST_RUN)
    }

    /// The vectors and the plan of a run: always the same.
    fn prepare(&self, run: u64) -> (Vec<i64>, Plan) {
        let width = self.manifest.inputs.len();
        if run >= self.runs() {
            let mut vectors = vec![0; endurance::samples(self.manifest) * width];
            for piece in vectors.chunks_mut(self.vectors.len() as usize * width) {
                self.vectors.fill(0, piece);
            }
            let plan = endurance::plan(self.manifest, &vectors, self.options.seed, run);
            return (vectors, plan);
        }
        let (start, end) = self.run_range(run);
        let mut vectors = vec![0; (end - start) as usize * width];
        self.vectors.fill(start, &mut vectors);
        let plan = Plan::new(self.manifest, &vectors, self.options.seed, run);
        (vectors, plan)
    }

    /// What registers hold after power-up in a run.
    fn power_up(&self, run: u64) -> u32 {
        (self.options.seed ^ run.wrapping_mul(0x9e37_79b9)) as u32
    }

    /// Measures the latency with a single sample.
    fn latency(&self) -> Result<(Option<u32>, Option<Mismatch>), SimError> {
        let mut vector = vec![0; self.manifest.inputs.len()];
        self.vectors.fill(0, &mut vector);
        let plan = Plan::single(self.manifest, &vector);
        let mut got = Response::default();
        self.model.instance(self.power_up(0))?.run(&plan.stimulus, &mut got)?;
        let measured = measured_latency(&plan, &got);
        let stated = self.manifest.latency;
        if measured == Some(stated) {
            return Ok((measured, None));
        }
        let row = measured.map_or(plan.cycles() - 1, |m| answer(&plan, m));
        let what = What::Latency { stated, measured };
        Ok((measured, Some(self.describe(&plan, 0, Place::row(row), what, 0..plan.cycles())?)))
    }

    /// All runs; the sum of their tallies, and the first mismatch with its run and row.
    fn all(&self) -> Result<(Tally, Option<Found>), SimError> {
        let runs = self.runs() + u64::from(self.options.endurance);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.options.threads.max(1));
        let pool = pool.build().map_err(|e| SimError::Vectors { problem: format!("no threads: {e}") })?;
        // The pool's threads do not know who watches this one.
        let watch = watch::here();
        let tallies: Result<Vec<Tally>, SimError> =
            pool.install(|| (0..runs).into_par_iter().map(|run| self.one(run, &watch)).collect());
        let mut sum = Tally::default();
        let mut first = None;
        for (run, tally) in (0..).zip(tallies?) {
            sum.samples += tally.samples;
            sum.cycles += tally.cycles;
            sum.mismatches += tally.mismatches;
            sum.unbroken = sum.unbroken.max(tally.unbroken);
            first = first.or(tally.first.map(|(place, what)| (run, place, what)));
        }
        Ok((sum, first))
    }

    fn one(&self, run: u64, watch: &Watch) -> Result<Tally, SimError> {
        if cancelled() || watch.cancelled() {
            return Err(RunError::Cancelled { tool: Tool::Verilator.info().name }.into());
        }
        let (vectors, plan) = self.prepare(run);
        let mut got = Response::default();
        self.model.instance(self.power_up(run))?.run(&plan.stimulus, &mut got)?;
        let expected = Expected::new(self.manifest, self.golden, &vectors, &plan);
        let mut tally = compare(self.manifest, &plan, &expected, &got);
        if run < self.runs() {
            let (start, end) = self.run_range(run);
            self.options.tell(Progress::Simulated(end - start));
        } else {
            tally.unbroken = plan.clocks();
        }
        Ok(tally)
    }
}

/// The row in which the only sample of a plan goes in.
pub(crate) fn entry(plan: &Plan) -> usize {
    plan.source.iter().position(Option::is_some).unwrap_or(0)
}

/// Clocks from the only sample of a plan to the first `out_valid`.
pub(crate) fn measured_latency(plan: &Plan, got: &Response) -> Option<u32> {
    let entry = entry(plan);
    let row = entry + got.out_valid[entry..].iter().position(|&v| v == 1)?;
    let clocks = plan.stimulus.clock(row) - plan.stimulus.clock(entry) + u64::from(got.clock[row]);
    u32::try_from(clocks).ok()
}

/// The row of the clock that is so many clocks behind the only sample of a plan.
pub(crate) fn answer(plan: &Plan, latency: u32) -> usize {
    plan.row_at(plan.stimulus.clock(entry(plan)) + u64::from(latency))
}

#[cfg(test)]
mod tests;
