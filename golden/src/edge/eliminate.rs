//! From a trained network to ever smaller ones: the edges that are worth the least go, the others learn on.

use super::bank::Bank;
use super::network::{Network, Trace, likelihoods, logistic};
use super::saving::{Place, savings};
use super::train::{self, Setting};
use super::{Circuit, Coded, Goal, Port};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;

/// Share of the edges that go at a time; twice as many while there are more than [`MANY`].
const SHARE: f64 = 0.045;

/// So many edges differ little in worth.
const MANY: usize = 300;

/// Samples on which the worth of an edge is measured.
const SAMPLES: usize = 3000;

/// Epochs after each elimination, as a share of the first training's.
const AGAIN: f64 = 0.2;

/// Trains, then eliminates edge after edge; `each` gets the circuit after every round and says whether to go on.
pub fn chain(
    samples: &Coded,
    goal: &Goal,
    ports: &[Port],
    setting: &Setting,
    stop: &dyn Fn() -> bool,
    each: &mut dyn FnMut(Circuit) -> bool,
) {
    let mut network = train::train(samples, goal, setting, stop);
    let mut random = ChaCha8Rng::seed_from_u64(setting.seed ^ 0x5eed);
    let mut rows: Vec<usize> = (0..samples.rows()).collect();
    rows.shuffle(&mut random);
    rows.truncate(SAMPLES);
    let again = (setting.epochs as f64 * AGAIN).ceil() as usize;
    let rate = 0.4 * setting.rate * train::rate_scale(goal);
    loop {
        let circuit = network.circuit(ports).simplified(goal);
        let (edges, savings) = (circuit.edges(), savings(&circuit));
        if stop() || edges == 0 || !each(circuit) || edges == 1 {
            return;
        }
        let mut worths = worths(&network, samples, &rows, &savings);
        worths.sort_by(|a, b| a.worth.total_cmp(&b.worth));
        let share = if edges > MANY { 2.0 * SHARE } else { SHARE };
        let count = ((edges as f64 * share) as usize).max(1);
        for Worth { bank, i, j, mean, .. } in worths.into_iter().take(count) {
            network.banks[bank].remove(i, j, mean);
        }
        train::run(&mut network, samples, again, 0, rate, setting.shrink, &mut random, stop);
    }
}

/// An edge, and what the loss rises by for every look-up table that goes with it.
struct Worth {
    bank: usize,
    i: usize,
    j: usize,
    /// Its mean result, which would stay.
    mean: f32,
    worth: f64,
}

fn worths(network: &Network, samples: &Coded, rows: &[usize], savings: &HashMap<Place, usize>) -> Vec<Worth> {
    let traces = traces(network, samples, rows);
    let means = means(network, samples, rows, &traces);
    let mut scores = network.trace().scores;
    let losses: Vec<f32> = rows
        .iter()
        .zip(&traces)
        .map(|(&s, trace)| {
            scores.copy_from_slice(&trace.scores);
            network.loss(samples, s, &mut scores)
        })
        .collect();
    let known = Known { samples, rows, traces: &traces, likely: likely(network, &traces) };
    let mut all = Vec::new();
    for (l, bank) in network.banks.iter().enumerate() {
        for i in 0..bank.inputs {
            for j in (0..bank.outputs).filter(|&j| bank.is_alive(i, j)) {
                let (place, mean) = ((l, i, j), means[l][i * bank.lanes + j]);
                let loss = match network.goal {
                    Goal::Classes { unit, .. } if l + 1 == network.banks.len() => {
                        known.rise_of_score(bank, l == 0, (i, j), mean, unit)
                    }
                    _ => known.rise(network, place, mean, &losses, &mut scores),
                };
                // What simplifies away saves nothing.
                let gain = savings.get(&place).map_or(0.5, |&n| (n as f64).max(0.5));
                // A removal that even helps is the better, the more it saves.
                let worth = if loss > 0.0 { loss / gain } else { loss * gain };
                all.push(Worth { bank: l, i, j, mean, worth });
            }
        }
    }
    all
}

/// What is known of the samples that edges are judged by.
struct Known<'a> {
    samples: &'a Coded,
    rows: &'a [usize],
    traces: &'a [Trace],
    /// The likelihood that the network gives every class, or of two the second; row-major.
    likely: Vec<f32>,
}

impl Known<'_> {
    /// What the loss rises by, over all samples, without an edge: the network runs again.
    fn rise(
        &self,
        network: &Network,
        place: (usize, usize, usize),
        mean: f32,
        losses: &[f32],
        scores: &mut [f32],
    ) -> f64 {
        let mut rise = 0.0;
        for ((&s, trace), before) in self.rows.iter().zip(self.traces).zip(losses) {
            if network.forward_without(place, mean, self.samples.row(s), trace, scores) {
                rise += f64::from(network.loss(self.samples, s, scores) - before);
            }
        }
        rise
    }

    /// The same of an edge (i, j) whose results go into score j: where that changes by d, the cross-entropy changes by
    /// log(1 + p (exp d - 1)) - w d, of likelihood p and wanted w of its class.
    fn rise_of_score(&self, bank: &Bank, first: bool, (i, j): (usize, usize), mean: f32, unit: f32) -> f64 {
        let scores = self.likely.len() / self.rows.len();
        let classes = self.samples.wanted.len() / self.samples.rows();
        // A single score is that of the second class.
        let class = if scores == 1 { 1 } else { j };
        let change = |c: usize| {
            let by = (mean - bank.code(i, c, j)) * unit;
            (libm::expm1f(by), by)
        };
        let changes: Vec<(f32, f32)> = (0..bank.cells).map(change).collect();
        let one = |(k, (&s, trace)): (usize, (&usize, &Trace))| {
            let argument = if first { self.samples.row(s)[i] as usize } else { trace.argument(i) };
            let (odds, by) = changes[argument];
            let grown = libm::logf((1.0 + self.likely[k * scores + j] * odds).max(f32::MIN_POSITIVE));
            f64::from(grown - self.samples.wanted[s * classes + class] * by)
        };
        self.rows.iter().zip(self.traces).enumerate().map(one).sum()
    }
}

/// The likelihoods that scores of classes stand for.
fn likely(network: &Network, traces: &[Trace]) -> Vec<f32> {
    let Goal::Classes { scores, unit } = network.goal else { return Vec::new() };
    let one = |trace: &Trace| {
        let mut said = trace.scores[..scores].to_vec();
        match &mut said[..] {
            [one] => _ = logistic(one, unit),
            all => _ = likelihoods(all, unit),
        }
        said
    };
    traces.iter().flat_map(one).collect()
}

/// What the samples leave behind in a network that rounds.
fn traces(network: &Network, samples: &Coded, rows: &[usize]) -> Vec<Trace> {
    let one = |&s: &usize| {
        let mut trace = network.trace();
        network.forward(samples.row(s), &mut trace);
        trace
    };
    rows.iter().map(one).collect()
}

/// The mean result of every edge over some samples.
fn means(network: &Network, samples: &Coded, rows: &[usize], traces: &[Trace]) -> Vec<Vec<f32>> {
    let mut sums: Vec<Vec<f32>> = network.banks.iter().map(|b| vec![0.0; b.inputs * b.lanes]).collect();
    for (&s, trace) in rows.iter().zip(traces) {
        for (l, bank) in network.banks.iter().enumerate() {
            for i in 0..bank.inputs {
                let argument = if l == 0 { samples.row(s)[i] as usize } else { trace.argument(i) };
                let row = &bank.codes[bank.row(i, argument)];
                sums[l][i * bank.lanes..][..bank.lanes].iter_mut().zip(row).for_each(|(s, v)| *s += v);
            }
        }
    }
    sums.iter_mut().flatten().for_each(|s| *s = (*s / rows.len() as f32).round());
    sums
}

#[cfg(test)]
mod tests;
