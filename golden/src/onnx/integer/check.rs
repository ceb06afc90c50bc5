//! The plan against the file: every code, on all inputs of a small plan and on random ones of a large one.

use super::super::Checked;
use super::super::error::Fault;
use super::super::feed::Feed;
use super::super::finish::{Outcome, What};
use super::super::graph::Graph;
use super::super::numbers::{Work, largest};
use super::super::run;
use super::super::value::Value;
use super::assemble::Made;
use crate::plan::Plan;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Samples of a plan with more input codes.
const SAMPLES: usize = 4096;

/// Multiplications of the plan, about.
const MOST_PRODUCTS: usize = 1 << 25;

/// How far sums that the file does not round to codes may be from the plan's, which are exact.
const TOLERANCE: f64 = 1e-5;

/// Compares every code.
///
/// # Errors
/// A difference.
pub(super) fn check(
    graph: &Graph,
    feed: &Feed,
    outcome: &Outcome,
    made: &Made,
    work: &Work,
) -> Result<Checked, Fault> {
    let rows = samples(&made.plan);
    let width = made.plan.inputs.len();
    let dying = run::dying(graph);
    let mut checked = Checked { samples: rows.len() / width.max(1), largest_difference: 0.0 };
    for (block, chunk) in rows.chunks(width * feed.batch).enumerate() {
        let filled: Vec<i64> =
            chunk.iter().chain(rows.iter().cycle()).take(width * feed.batch).copied().collect();
        let x: Vec<f64> =
            filled.iter().zip(made.inputs.iter().cycle()).map(|(&c, &unit)| c as f64 * unit).collect();
        let values = run::numbers(graph, &dying, feed.values(&x), work, true)?;
        for (k, codes) in chunk.chunks(width).enumerate() {
            let found = made.plan.trace(codes);
            for ((port, value), what) in graph.outputs.iter().zip(&values).zip(&outcome.shown) {
                let sample =
                    Sample { at: block * feed.batch + k, place: k, batch: feed.batch, port: &port.name };
                let off = sample.compare(what, value, &found, outcome, made)?;
                checked.largest_difference = checked.largest_difference.max(off);
            }
        }
    }
    Ok(checked)
}

/// Input codes: all of a plan that has few, else the ends and random ones.
fn samples(plan: &Plan) -> Vec<i64> {
    let bits: u32 = plan.inputs.iter().map(|f| f.width).sum();
    let products: usize = plan.layers.iter().flat_map(|l| &l.neurons).map(|n| n.weights.len()).sum();
    let count = SAMPLES.min(MOST_PRODUCTS / products.max(1)).max(64);
    let mut random = ChaCha8Rng::seed_from_u64(0x6761_696e);
    if bits < 24 && 1usize << bits <= count {
        let code = |k: usize, at: usize| {
            let below: u32 = plan.inputs.iter().take(at).map(|f| f.width).sum();
            plan.inputs
                .get(at)
                .map_or(0, |f| (k >> below) as i64 & ((1 << f.width) - 1))
                .wrapping_add(plan.inputs.get(at).map_or(0, |f| f.min_code()))
        };
        return (0..1usize << bits).flat_map(|k| (0..plan.inputs.len()).map(move |at| code(k, at))).collect();
    }
    let mut rows = Vec::with_capacity(count * plan.inputs.len());
    for k in 0..count {
        for f in &plan.inputs {
            let (lo, hi) = (f.min_code(), f.max_code());
            let near = (1i64 << (f.width / 2)).min(hi);
            rows.push(match k % 8 {
                0 if k == 0 => lo,
                0 if k == 8 => hi,
                0 => [lo, hi][random.random_range(0..2)],
                1 => random.random_range((-near).max(lo)..=near),
                _ => random.random_range(lo..=hi),
            });
        }
    }
    rows
}

/// One sample of an output.
struct Sample<'a> {
    at: usize,
    place: usize,
    batch: usize,
    port: &'a str,
}

impl Sample<'_> {
    fn different(&self, place: usize, expected: impl ToString, found: impl ToString) -> Fault {
        let output = format!("value {place} of output {:?}", self.port);
        Fault::Different { sample: self.at, output, expected: expected.to_string(), found: found.to_string() }
    }

    fn mixed(&self, value: &Value) -> Fault {
        Fault::Port {
            port: format!("output {:?}", self.port),
            problem: format!(
                "for {} samples it has the shape {:?}: samples are mixed",
                self.batch,
                value.shape()
            ),
            help: "export with a batch of 1, or use no operation along the batch axis".into(),
        }
    }

    /// The file's numbers for this sample.
    fn numbers<'v>(&self, value: &'v Value) -> Result<&'v [f64], Fault> {
        let Value::Numbers { tensor, .. } = value else { return Err(self.mixed(value)) };
        let count = tensor.data().len() / self.batch.max(1);
        let own = tensor.data().chunks(count.max(1)).nth(self.place);
        own.filter(|_| count * self.batch == tensor.data().len() && count > 0)
            .ok_or_else(|| self.mixed(value))
    }

    /// The difference of an output's values, in its largest.
    fn compare(
        &self,
        what: &What,
        value: &Value,
        trace: &[Vec<i64>],
        outcome: &Outcome,
        made: &Made,
    ) -> Result<f64, Fault> {
        let class = trace.last().and_then(|c| c.first()).copied().unwrap_or(-1);
        match what {
            What::Values(first, count) => {
                let codes = trace.get(made.plan.layers.len() - 1).map(Vec::as_slice).unwrap_or_default();
                self.values(*first, *count, value, codes, made)
            }
            What::Index | What::Label => {
                let labels = value.labels();
                let chosen = match what {
                    What::Index => Some(class.to_string()),
                    _ => outcome.labels.get(class as usize).cloned(),
                };
                let expected = labels
                    .get(self.place)
                    .filter(|_| labels.len() == self.batch)
                    .ok_or_else(|| self.mixed(value))?;
                match chosen.as_ref() == Some(expected) {
                    true => Ok(0.0),
                    false => Err(self.different(0, expected, chosen.unwrap_or_default())),
                }
            }
            What::Second => {
                let share = self.numbers(value)?.first().copied().unwrap_or(f64::NAN);
                match (share - 0.5).abs() < 1e-6 || (share > 0.5) == (class == 1) {
                    true => Ok(0.0),
                    false => Err(self.different(0, share, format!("class {class}"))),
                }
            }
            What::Shares(_) => {
                let shares = self.numbers(value)?;
                let best = largest(shares.iter().copied());
                let at = |k: usize| shares.get(k).copied().unwrap_or(f64::NAN);
                match at(best) - at(class as usize) <= 1e-6 * at(best).abs() {
                    true => Ok(0.0),
                    false => Err(self.different(best, at(best), format!("class {class}"))),
                }
            }
        }
    }

    fn values(
        &self,
        first: usize,
        count: usize,
        value: &Value,
        codes: &[i64],
        made: &Made,
    ) -> Result<f64, Fault> {
        let own = self.numbers(value)?;
        if own.len() != count {
            return Err(self.mixed(value));
        }
        let mut most = 0.0f64;
        for (k, &expected) in own.iter().enumerate() {
            let missing = || self.mixed(value);
            let at = first + k;
            let code = *codes.get(at).ok_or_else(missing)? as f64;
            let (&(_, (step, zero)), &rounded) =
                made.ports.outputs.get(at).zip(made.rounded.get(at)).ok_or_else(missing)?;
            let found = code * step + zero;
            let off = (found - expected).abs();
            // Codes are the same or not; sums may be rounded by the file, not by the plan.
            let allowed = if rounded { 0.25 * step.abs() } else { TOLERANCE * found.abs().max(step.abs()) };
            if expected.is_nan() || off > allowed {
                return Err(self.different(k, expected, found));
            }
            most = most.max(if rounded { 0.0 } else { off / found.abs().max(step.abs()) });
        }
        Ok(most)
    }
}
