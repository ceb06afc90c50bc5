//! The imported network against the file, on random samples.

use super::Checked;
use super::error::Fault;
use super::feed::Feed;
use super::finish::{Link, Outcome, What};
use super::graph::Graph;
use super::numbers::{Work, largest, normalized, shares};
use super::run;
use super::symbols::Step;
use super::value::Value;
use crate::net::Network;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Random samples.
pub(super) const SAMPLES: usize = 256;

/// Samples that must give numbers.
const LEAST: usize = 32;

/// How far values may be apart, relative to the largest of the same output.
const TOLERANCE: f64 = 1e-9;

/// The same where products are differences of squares.
const TOLERANCE_OF_SQUARES: f64 = 1e-6;

/// What counts as the largest value of an output that is smaller.
const SMALLEST: f64 = 1e-4;

/// The most operations of the check.
const MOST_WORK: u64 = 1 << 34;

/// Compares the network with the file; `squares` if products of the network are differences of squares.
///
/// # Errors
/// A difference, or too few samples with numbers to compare.
pub(super) fn check(
    graph: &Graph,
    feed: &Feed,
    outcome: &Outcome,
    network: &Network,
    squares: bool,
) -> Result<Checked, Fault> {
    let x = samples(network);
    let width = network.inputs();
    let (work, dying) = (Work::new(MOST_WORK), run::dying(graph));
    let mut comparison = Comparison::new(outcome, graph);
    for chunk in x.chunks(width * feed.batch) {
        // The last samples of a file with a fixed batch are filled up with the first ones.
        let filled: Vec<f64> =
            chunk.iter().chain(x.iter().cycle()).take(width * feed.batch).copied().collect();
        let values = run::numbers(graph, &dying, feed.values(&filled), &work, false)?;
        let y: Vec<Vec<f64>> = chunk.chunks(width).map(|sample| network.eval(sample)).collect();
        for (output, value) in values.iter().enumerate() {
            comparison.add(output, value, feed.batch, &y)?;
        }
    }
    comparison.finish(if squares { TOLERANCE_OF_SQUARES } else { TOLERANCE })
}

/// Random samples: standard normal, between 0 and 1, and so that the first layer's sums are of ordinary size.
fn samples(network: &Network) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(0x6761_696e);
    let width = network.inputs();
    let first = network.layers.first();
    let size = |input: usize| {
        let column = first.into_iter().flat_map(|l| l.weights.iter().skip(input).step_by(width));
        let most = column.fold(0.0f64, |most, w| most.max(w.abs()));
        if most > 0.0 { (1.0 / most).clamp(1e-6, 1e6) } else { 1.0 }
    };
    let sizes: Vec<f64> = (0..width).map(size).collect();
    let mut normal = || {
        let (u, v): (f64, f64) = (1.0 - random.random::<f64>(), random.random());
        ((-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos(), v)
    };
    let kind = |sample: usize, (normal, uniform): (f64, f64), size: f64| match sample % 3 {
        0 => normal,
        1 => uniform,
        _ => normal * size,
    };
    (0..SAMPLES).flat_map(|s| sizes.iter().map(|&size| kind(s, normal(), size)).collect::<Vec<_>>()).collect()
}

/// What was found so far.
struct Comparison<'a> {
    outcome: &'a Outcome,
    names: Vec<&'a str>,
    /// Of each output the values of the file and of the network, one sample after the other.
    pairs: Vec<Vec<Vec<(f64, f64)>>>,
}

impl<'a> Comparison<'a> {
    /// A comparison without samples yet.
    fn new(outcome: &'a Outcome, graph: &'a Graph) -> Comparison<'a> {
        let names: Vec<&str> = graph.outputs.iter().map(|p| p.name.as_str()).collect();
        Comparison { outcome, pairs: vec![Vec::new(); names.len()], names }
    }

    /// Adds what an output shows for a batch, of which the first samples count.
    fn add(&mut self, output: usize, value: &Value, batch: usize, y: &[Vec<f64>]) -> Result<(), Fault> {
        let (Some(what), Some(pairs)) = (self.outcome.shown.get(output), self.pairs.get_mut(output)) else {
            return Ok(());
        };
        let mixed = || Fault::Port {
            port: format!("output {:?}", self.names.get(output).copied().unwrap_or_default()),
            problem: format!("for {batch} samples it has the shape {:?}: samples are mixed", value.shape()),
            help: "export with a batch of 1, or use no operation along the batch axis".into(),
        };
        for (sample, y) in y.iter().enumerate() {
            let scores = scores(self.outcome.link, y);
            let found = match what {
                What::Label | What::Index => {
                    pairs.push(self.outcome.judged(what, value, sample, batch, &scores).ok_or_else(mixed)?);
                    continue;
                }
                What::Values(first, count) => y.get(*first..first + count).unwrap_or_default().to_vec(),
                What::Second => scores.get(1..2).unwrap_or_default().to_vec(),
                What::Shares(steps) => steps.iter().fold(scores, |s, step| stepped(step, s)),
            };
            let Value::Numbers { tensor, .. } = value else { return Err(mixed()) };
            let count = tensor.data().len() / batch;
            let own = tensor.data().chunks(count.max(1)).nth(sample).unwrap_or_default();
            if count * batch != tensor.data().len() || own.len() != found.len() || count == 0 {
                return Err(mixed());
            }
            pairs.push(own.iter().copied().zip(found).collect());
        }
        Ok(())
    }

    /// The largest difference, if none is too large.
    fn finish(self, tolerance: f64) -> Result<Checked, Fault> {
        let mut checked = Checked { samples: SAMPLES, largest_difference: 0.0 };
        let both = |p: &&(f64, f64)| p.0.is_finite() && p.1.is_finite();
        for (pairs, name) in self.pairs.iter().zip(self.names) {
            let finite = pairs.iter().filter(|sample| sample.iter().all(|p| both(&p))).count();
            if finite < LEAST {
                return Err(Fault::Unchecked { finite, samples: SAMPLES });
            }
            checked.samples = checked.samples.min(finite);
            for (place, kind) in
                (0..pairs.first().map_or(0, Vec::len)).flat_map(|p| (0..3).map(move |k| (p, k)))
            {
                let column =
                    || pairs.iter().enumerate().skip(kind).step_by(3).map(|(s, row)| (s, row.get(place)));
                let values = column().filter_map(|(_, p)| p).filter(both);
                let scale = values.fold(SMALLEST, |most, p| most.max(p.0.abs()));
                for (sample, &(expected, found)) in column().filter_map(|(s, p)| Some((s, p?))) {
                    let difference =
                        if both(&&(expected, found)) { (expected - found).abs() / scale } else { 0.0 };
                    // Not a number times a weight of 0 is not a number, so what one output lacks all outputs may lack.
                    let undefined =
                        !expected.is_nan() && !found.is_nan() && expected.is_finite() != found.is_finite();
                    if difference > tolerance || undefined {
                        let output = format!("value {place} of output {name:?}");
                        let (expected, found) = (format!("{expected:?}"), format!("{found:?}"));
                        return Err(Fault::Different { sample, output, expected, found });
                    }
                    checked.largest_difference = checked.largest_difference.max(difference);
                }
            }
        }
        Ok(checked)
    }
}

impl Outcome {
    /// The place of the class that the file chose, and of what the network chose; equal where two are as good.
    fn judged(
        &self,
        what: &What,
        value: &Value,
        sample: usize,
        batch: usize,
        scores: &[f64],
    ) -> Option<Vec<(f64, f64)>> {
        let labels = value.labels();
        if labels.len() != batch {
            return None;
        }
        let best = largest(scores.iter().copied());
        let of =
            |k: usize| if *what == What::Index { Some(k.to_string()) } else { self.labels.get(k).cloned() };
        let expected = labels.get(sample)?;
        let chosen = (0..scores.len()).find(|&k| of(k).as_ref() == Some(expected));
        let most = scores.iter().fold(0.0f64, |most, s| most.max(s.abs()));
        let near = |k: usize| {
            (scores.get(k).unwrap_or(&f64::NAN) - scores.get(best).unwrap_or(&0.0)).abs() <= 1e-9 * most
        };
        let expected = chosen.map_or(-1.0, |k| if near(k) { best as f64 } else { k as f64 });
        let undefined = scores.iter().any(|s| !s.is_finite());
        Some(vec![if undefined { (f64::NAN, f64::NAN) } else { (expected, best as f64) }])
    }
}

/// The scores of classes that follow from the outputs of the network.
fn scores(link: Link, y: &[f64]) -> Vec<f64> {
    let logistic = |v: f64| 1.0 / (1.0 + libm::exp(-v));
    let first = y.first().copied().unwrap_or(f64::NAN);
    match link {
        Link::Same => y.to_vec(),
        Link::Logistic => y.iter().map(|&v| logistic(v)).collect(),
        Link::Opposite => vec![-first, first],
        Link::LogisticPair => vec![1.0 - logistic(first), logistic(first)],
    }
}

/// The scores after a step.
fn stepped(step: &Step, scores: Vec<f64>) -> Vec<f64> {
    match step {
        Step::Softmax => shares(&scores, false),
        Step::LogSoftmax => shares(&scores, true),
        Step::Logistic => scores.iter().map(|v| 1.0 / (1.0 + libm::exp(-v))).collect(),
        Step::Norm(norm) => normalized(&scores, norm).unwrap_or_default(),
    }
}
