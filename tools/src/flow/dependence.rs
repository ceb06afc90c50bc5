//! What the circuit's outputs depend on: partial dependence (Friedman 2001) and permutation importance (Breiman 2001).

use super::evaluate;
use crate::interrupt;
use crate::report::{Counted, Course, Dependence, InputEffect};
use gainstage_golden::data::Samples;
use gainstage_golden::num::{Rounding, quantize};
use gainstage_golden::plan::{Engine, Plan};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Samples that are averaged over, at most.
const SAMPLES: usize = 400;

/// The fewest of them, however large the circuit.
const FEWEST: usize = 50;

/// Multiplications that may be spent on one of both figures.
const WORK: usize = 2_000_000_000;

/// Inputs whose course is followed.
const FOLLOWED: usize = 12;

/// Values of an input on its course; all there are, if they are no more.
const POINTS: usize = 33;

/// Intervals of a histogram.
const BINS: usize = 24;

/// How often each input is shuffled.
const SHUFFLES: usize = 5;

/// Seed of the shuffles.
const SEED: u64 = 1;

/// What a plan makes of each input, on samples held out if there are any; none for one input, over which outputs are drawn outright.
///
/// # Errors
/// An end that was asked for.
pub fn dependence(
    plan: &Plan,
    train: &Samples,
    test: Option<&Samples>,
) -> anyhow::Result<Option<Dependence>> {
    if train.inputs() < 2 {
        return Ok(None);
    }
    let samples = evaluate::some(test.unwrap_or(train), affordable(plan));
    let judge = Judge::new(plan, &samples);
    let error = judge.errors(&judge.codes);
    let mut inputs = Vec::new();
    for input in 0..samples.inputs() {
        interrupt::check()?;
        inputs.push(judge.effect(input, &error));
    }
    // A stable sort: of equal ones the first stays first.
    inputs.sort_by(|a, b| b.importance.total_cmp(&a.importance));
    for effect in inputs.iter_mut().take(FOLLOWED) {
        interrupt::check()?;
        effect.course = Some(judge.course(effect.input, train));
    }
    let measure = if judge.labels.is_empty() { Counted::MeanAbsoluteError } else { Counted::WrongClasses };
    let (held_out, shuffles, seed) = (test.is_some(), SHUFFLES, SEED);
    Ok(Some(Dependence { samples: samples.rows(), held_out, shuffles, seed, measure, error, inputs }))
}

/// Samples that can be averaged over in a short time.
fn affordable(plan: &Plan) -> usize {
    let weights: usize = plan.layers.iter().flat_map(|l| &l.neurons).map(|n| n.weights.len()).sum();
    let inputs = plan.inputs.len();
    let passes = (inputs * SHUFFLES).max(inputs.min(FOLLOWED) * POINTS);
    (WORK / (passes * weights.max(1))).clamp(FEWEST, SAMPLES)
}

/// A plan and what it is judged by.
struct Judge<'a> {
    plan: &'a Plan,
    engine: Engine,
    samples: &'a Samples,
    /// The samples' input codes, row-major.
    codes: Vec<i64>,
    /// The true classes; none of values.
    labels: Vec<usize>,
    /// The span of each target; 1 where it has none.
    spans: Vec<f64>,
}

impl<'a> Judge<'a> {
    fn new(plan: &'a Plan, samples: &'a Samples) -> Judge<'a> {
        let labels = if samples.classes().is_empty() { Vec::new() } else { samples.labels() };
        let span = |k: usize| {
            let targets = samples.y().iter().skip(k).step_by(samples.outputs());
            let (lo, hi) = targets.fold((f64::MAX, f64::MIN), |(l, h), &t| (l.min(t), h.max(t)));
            if hi > lo { hi - lo } else { 1.0 }
        };
        let spans = (0..samples.outputs()).map(span).collect();
        let codes = evaluate::input_codes(plan, samples);
        Judge { plan, engine: Engine::new(plan), samples, codes, labels, spans }
    }

    /// The circuit's outputs, as values, or the classes that samples are taken for.
    fn outputs(&self, codes: &[i64]) -> Outputs {
        let found = self.engine.run(codes);
        if self.labels.is_empty() {
            return Outputs::Values(evaluate::values(self.plan, &found));
        }
        Outputs::Classes(evaluate::classes(self.plan, &found))
    }

    /// The mean absolute error of each output, or the share of wrong classes.
    fn errors(&self, codes: &[i64]) -> Vec<f64> {
        let rows = self.samples.rows() as f64;
        match self.outputs(codes) {
            Outputs::Classes(found) => {
                let wrong = found.iter().zip(&self.labels).filter(|(f, t)| f != t).count();
                vec![wrong as f64 / rows]
            }
            Outputs::Values(values) => {
                let width = self.samples.outputs();
                let mut sums = vec![0.0; width];
                for (i, (v, t)) in values.iter().zip(self.samples.y()).enumerate() {
                    sums[i % width] += (v - t).abs();
                }
                sums.iter().map(|s| s / rows).collect()
            }
        }
    }

    /// What is lost where an input is shuffled among the samples.
    fn effect(&self, input: usize, error: &[f64]) -> InputEffect {
        let width = self.samples.inputs();
        let shuffled = |shuffle: usize| {
            let mut chance = ChaCha8Rng::seed_from_u64(SEED);
            chance.set_stream((input * SHUFFLES + shuffle) as u64);
            let mut column: Vec<i64> = self.codes.iter().skip(input).step_by(width).copied().collect();
            column.shuffle(&mut chance);
            let mut codes = self.codes.clone();
            codes.iter_mut().skip(input).step_by(width).zip(column).for_each(|(to, from)| *to = from);
            self.errors(&codes)
        };
        let all: Vec<Vec<f64>> = (0..SHUFFLES).into_par_iter().map(shuffled).collect();
        let rises: Vec<f64> = all.iter().map(|e| self.rise(e, error)).collect();
        let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / SHUFFLES as f64;
        let importance = mean(&mut rises.iter().copied());
        // Of equal ones the mean may be off by a rounding.
        let off = |r: &f64| if rises.iter().all(|other| other == r) { 0.0 } else { r - importance };
        let spread = rises.iter().map(|r| off(r) * off(r)).sum::<f64>();
        InputEffect {
            input,
            shuffled: (0..error.len()).map(|k| mean(&mut all.iter().map(|e| e[k]))).collect(),
            importance,
            deviation: (spread / (SHUFFLES - 1) as f64).sqrt(),
            course: None,
        }
    }

    /// How much larger errors are, in ranges of their outputs; of classes outright.
    fn rise(&self, errors: &[f64], before: &[f64]) -> f64 {
        let span = |k: usize| if self.labels.is_empty() { self.spans[k] } else { 1.0 };
        errors.iter().zip(before).enumerate().map(|(k, (e, b))| (e - b) / span(k)).sum()
    }

    /// How outputs follow an input over its range.
    fn course(&self, input: usize, train: &Samples) -> Course {
        let column: Vec<f64> = train.x().iter().skip(input).step_by(train.inputs()).copied().collect();
        let (low, high) = train.input_range(input);
        let at = points(&column, low, high);
        let mean = at.par_iter().map(|&v| self.mean(input, v)).collect();
        Course { at, mean, histogram: histogram(&column, low, high) }
    }

    /// The mean of each output, or the share taken for each class, with one input at a value in every sample.
    fn mean(&self, input: usize, value: f64) -> Vec<f64> {
        // The value lies between two of the samples, which are finite.
        let code = quantize(value, self.plan.inputs[input], Rounding::HalfUp).unwrap_or(0);
        let mut codes = self.codes.clone();
        codes.iter_mut().skip(input).step_by(self.samples.inputs()).for_each(|c| *c = code);
        let rows = self.samples.rows() as f64;
        match self.outputs(&codes) {
            Outputs::Classes(found) => {
                let mut counts = vec![0u64; self.samples.classes().len()];
                found.iter().for_each(|&class| counts[class] += 1);
                counts.iter().map(|&n| n as f64 / rows).collect()
            }
            Outputs::Values(values) => {
                let width = self.samples.outputs();
                let sum = |k: usize| values.iter().skip(k).step_by(width).sum::<f64>();
                (0..width).map(|k| sum(k) / rows).collect()
            }
        }
    }
}

/// What a circuit gives.
enum Outputs {
    /// Values, row-major.
    Values(Vec<f64>),
    /// The class of each sample.
    Classes(Vec<usize>),
}

/// The values of a column, if they are few, or as many from the least to the largest at equal distances.
fn points(column: &[f64], low: f64, high: f64) -> Vec<f64> {
    let mut distinct = column.to_vec();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    if distinct.len() <= POINTS {
        return distinct;
    }
    let last = (POINTS - 1) as f64;
    (0..POINTS).map(|i| low + (high - low) * i as f64 / last).collect()
}

/// How many values lie in which of the intervals between the least and the largest.
fn histogram(column: &[f64], low: f64, high: f64) -> Vec<u64> {
    let mut counts = vec![0; BINS];
    let scale = if high > low { BINS as f64 / (high - low) } else { 0.0 };
    column.iter().for_each(|v| counts[(((v - low) * scale) as usize).min(BINS - 1)] += 1);
    counts
}

#[cfg(test)]
mod tests;
