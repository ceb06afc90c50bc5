//! From a trained network to ever smaller ones: the edges that are worth the least go, the others learn on.

use super::network::Network;
use super::train::{self, Setting};
use super::{Circuit, Coded, Goal, Port};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Share of the edges that go at a time.
const SHARE: f64 = 0.045;

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
        let edges = circuit.edges();
        if stop() || edges == 0 || !each(circuit) || edges == 1 {
            return;
        }
        let mut worths = worths(&network, samples, &rows, ports, goal);
        worths.sort_by(|a, b| a.worth.total_cmp(&b.worth));
        let count = ((edges as f64 * SHARE) as usize).max(1);
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

fn worths(network: &Network, samples: &Coded, rows: &[usize], ports: &[Port], goal: &Goal) -> Vec<Worth> {
    let mut trace = network.trace();
    let before = network.mean_loss(samples, rows, &mut trace);
    let means = means(network, samples, rows);
    let mut all = Vec::new();
    let mut trial = network.clone();
    let whole = network.circuit(ports).simplified(goal);
    let full = super::price(&whole, false) as f64;
    for (l, bank) in network.banks.iter().enumerate() {
        for i in 0..bank.inputs {
            for j in (0..bank.outputs).filter(|&j| bank.is_alive(i, j)) {
                let mean = means[l][i * bank.lanes + j];
                let saved = trial.banks[l].clone();
                trial.banks[l].remove(i, j, mean);
                let loss = trial.mean_loss(samples, rows, &mut trace) - before;
                let gain = full - super::price(&trial.circuit(ports).simplified(goal), false) as f64;
                trial.banks[l] = saved;
                let gain = gain.max(0.5);
                // A removal that even helps is the better, the more it saves.
                let worth = if loss > 0.0 { loss / gain } else { loss * gain };
                all.push(Worth { bank: l, i, j, mean, worth });
            }
        }
    }
    all
}

/// The mean result of every edge over some samples.
fn means(network: &Network, samples: &Coded, rows: &[usize]) -> Vec<Vec<f32>> {
    let mut sums: Vec<Vec<f32>> = network.banks.iter().map(|b| vec![0.0; b.inputs * b.lanes]).collect();
    let mut trace = network.trace();
    for &s in rows {
        network.forward(samples.row(s), &mut trace);
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
