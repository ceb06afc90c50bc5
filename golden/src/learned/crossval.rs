//! Cross-validation: folds, choice of settings inside each training part, and a paired comparison.
//!
//! The test fold takes no part in any choice: settings are compared by an inner cross-validation of the training part
//! alone, then the chosen one learns the whole training part.

use super::Loss;
use crate::data::Samples;
use crate::net::Network;
use crate::watch::{self, Task};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// A way to get a network from samples, with settings to choose between.
pub trait Method: Sync {
    /// Why it failed.
    type Error: Send;
    /// Number of settings, at least 1, the most cautious first: among those that do about equally well (within one
    /// standard error of the best) the first is taken.
    fn settings(&self) -> usize;
    /// Learns the samples with setting `setting`.
    ///
    /// # Errors
    /// Whatever the method refuses.
    fn fit(&self, samples: &Samples, setting: usize) -> Result<Network, Self::Error>;
}

/// How samples are divided.
#[derive(Clone, Debug, PartialEq)]
pub struct Folds {
    /// The fold of every sample.
    pub of: Vec<usize>,
    /// Number of folds.
    pub count: usize,
}

impl Folds {
    /// Seeded folds of nearly equal size. With `Loss::Softmax` each class is spread evenly over them.
    pub fn new(samples: &Samples, loss: Loss, count: usize, seed: u64) -> Folds {
        let mut rows: Vec<usize> = (0..samples.rows()).collect();
        rows.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        if loss == Loss::Softmax {
            rows.sort_by_key(|&r| top(samples.target(r)));
        }
        let mut of = vec![0; samples.rows()];
        rows.iter().enumerate().for_each(|(i, &r)| of[r] = i % count);
        Folds { of, count }
    }

    /// The samples outside and inside of a fold; `None` if either is empty.
    pub fn split(&self, samples: &Samples, fold: usize) -> Option<(Samples, Samples)> {
        let part = |inside: bool| {
            let (mut x, mut y) = (Vec::new(), Vec::new());
            for row in (0..samples.rows()).filter(|&r| (self.of[r] == fold) == inside) {
                x.extend_from_slice(samples.input(row));
                y.extend_from_slice(samples.target(row));
            }
            Samples::new(samples.inputs(), samples.outputs(), x, y).ok()
        };
        Some((part(false)?, part(true)?))
    }
}

/// What one fold showed.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldResult {
    /// Share of the fold's samples classified correctly, or the root of the mean squared error.
    pub score: f64,
    /// The setting the training part chose.
    pub setting: usize,
}

/// The largest output: the class.
fn top(y: &[f64]) -> usize {
    (0..y.len()).fold(0, |best, i| if y[i] > y[best] { i } else { best })
}

/// Accuracy for `Loss::Softmax` (by the largest output), else the root of the mean squared error over all outputs.
pub fn score(network: &Network, samples: &Samples, loss: Loss) -> f64 {
    let rows = samples.rows();
    match loss {
        Loss::Softmax => {
            let right = (0..rows).filter(|&r| top(&network.eval(samples.input(r))) == top(samples.target(r)));
            right.count() as f64 / rows as f64
        }
        Loss::Squares => {
            let y = network.eval_all(samples.x());
            let sum: f64 = y.iter().zip(samples.y()).map(|(y, t)| (y - t) * (y - t)).sum();
            (sum / y.len() as f64).sqrt()
        }
    }
}

/// Samples missed and how surely, for comparing settings: 1 - accuracy, ties by the mean loss; or the squared error.
fn regret(network: &Network, samples: &Samples, loss: Loss) -> f64 {
    let value = score(network, samples, loss);
    match loss {
        Loss::Squares => value * value,
        Loss::Softmax => {
            let mut surprise = 0.0;
            for r in 0..samples.rows() {
                let y = network.eval(samples.input(r));
                let most = y[top(&y)];
                let total: f64 = y.iter().map(|v| (v - most).exp()).sum();
                surprise += total.ln() + most - y[top(samples.target(r))];
            }
            (1.0 - value) + surprise / samples.rows() as f64
        }
    }
}

/// Cross-validates a method over given folds, in parallel; `inner` folds of each training part choose the setting.
///
/// # Errors
/// The first failure of the method. Folds that are empty are left out.
pub fn crossval<M: Method>(
    samples: &Samples,
    method: &M,
    loss: Loss,
    folds: &Folds,
    inner: usize,
) -> Result<Vec<FoldResult>, M::Error> {
    let settings = method.settings();
    let fits = 1 + if settings < 2 { 0 } else { settings * inner };
    let task = Task::begin("cross-validating", (folds.count * fits) as u64);
    let fit = |samples: &Samples, setting| {
        let network = method.fit(samples, setting);
        task.step();
        network
    };
    let one = |fold: usize| {
        let (train, test) = folds.split(samples, fold)?;
        Some(choose(&train, settings, &fit, loss, inner, fold as u64).and_then(|setting| {
            let network = fit(&train, setting)?;
            Ok(FoldResult { score: score(&network, &test, loss), setting })
        }))
    };
    let watch = watch::here();
    (0..folds.count).into_par_iter().filter_map(|fold| watch.within(|| one(fold))).collect()
}

/// The first setting whose mean regret over inner folds is within one standard error of the least.
fn choose<E>(
    samples: &Samples,
    settings: usize,
    fit: &dyn Fn(&Samples, usize) -> Result<Network, E>,
    loss: Loss,
    inner: usize,
    seed: u64,
) -> Result<usize, E> {
    if settings < 2 {
        return Ok(0);
    }
    let folds = Folds::new(samples, loss, inner, seed);
    let mut found = Vec::with_capacity(settings);
    for setting in 0..settings {
        let mut regrets = Vec::with_capacity(inner);
        for fold in 0..inner {
            let Some((train, test)) = folds.split(samples, fold) else { continue };
            regrets.push(regret(&fit(&train, setting)?, &test, loss));
        }
        let (mean, deviation) = mean_and_deviation(&regrets);
        found.push((mean, deviation / (regrets.len() as f64).sqrt()));
    }
    let best = found.iter().copied().fold((f64::INFINITY, 0.0), |b, f| if f.0 < b.0 { f } else { b });
    Ok(found.iter().position(|f| f.0 <= best.0 + best.1).unwrap_or(0))
}

/// Mean and standard deviation (n - 1) of the scores.
pub fn mean_and_deviation(scores: &[f64]) -> (f64, f64) {
    let n = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / n;
    let squares: f64 = scores.iter().map(|s| (s - mean) * (s - mean)).sum();
    (mean, (squares / (n - 1.0).max(1.0)).sqrt())
}

/// Two-sided p of the paired differences under exchange of the two methods in each fold: the share of all sign
/// patterns whose |sum| is at least the one seen. Exact, and no distribution is assumed; up to 20 folds.
///
/// # Panics
/// If the lengths differ or there are more than 20.
pub fn sign_flip_p(a: &[f64], b: &[f64]) -> f64 {
    assert!(a.len() == b.len() && a.len() <= 20, "paired scores, at most 20");
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let seen = differences.iter().sum::<f64>().abs() - 1e-12;
    let sum = |pattern: u32| {
        let signed = differences.iter().enumerate().map(|(i, d)| if pattern >> i & 1 == 1 { -d } else { *d });
        signed.sum::<f64>().abs()
    };
    let patterns = 1u32 << differences.len();
    (0..patterns).filter(|&p| sum(p) >= seen).count() as f64 / patterns as f64
}
