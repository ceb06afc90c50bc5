//! A teacher: what larger networks in real numbers say of samples that they did not see.
//!
//! A label is one class; where kinds overlap, the likelihood of each is what there is to learn, and a small network
//! learns it better than it guesses it from labels (Hinton, Vinyals and Dean, *Distilling the Knowledge in a Neural
//! Network*, 2015). Networks know the labels that they were trained with, so that each sample's teachers are those of the
//! other parts. Networks of hidden sums teach, or straight functions of the inputs where these say better what they did not see.

use super::coded::{Coded, Goal};
use super::front::{Search, ports, split};
use super::network::{Network, likelihoods, logistic};
use super::train::{self, Setting};
use super::{EdgeError, Progress, Window};
use crate::data::Samples;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Parts, each taught by networks that were trained with the others.
const PARTS: usize = 5;

/// Networks for a part; their mean teaches.
const NETWORKS: u64 = 4;

/// Hidden sums of a teacher: for each class, and at least and at most in all. Many classes need many to be told apart.
const HIDDEN: usize = 2;
const LIMITS: (usize, usize) = (12, 64);

/// Its learning rate. Slower than the students', and fewer nodes a function: what counts is what it says of samples that it
/// did not see.
const RATE: f32 = 0.03;

/// Results of functions that all teachers together add up, so that they take some seconds; but so many epochs at least.
const WORK: usize = 5_000_000_000;
const EPOCHS: (usize, usize) = (30, 200);

/// So many times that work takes minutes: nobody teaches.
const LONG: usize = 3;

/// Fewer samples than this have too little to teach with.
const LEAST: usize = 100;

/// The likelihood of every class for every sample, row-major, by networks that did not see it; those that select none did.
/// Nothing where there are no classes, or few samples.
///
/// # Errors
/// As [`super::front`].
pub fn teach(
    samples: &Samples,
    search: &Search,
    progress: &dyn Progress,
) -> Result<Option<Vec<f32>>, EdgeError> {
    let setting = curved(samples);
    let goal = Goal::of(samples, setting.result_bits)?;
    let (held, mut used) = split(samples.rows(), search)?;
    if samples.classes().is_empty() || used.len() < LEAST || work(samples) * EPOCHS.0 > LONG * WORK {
        return Ok(None);
    }
    let ports = ports(samples, search, |fixed| Window::new(setting.input_bits, true, fixed))?;
    let coded = Coded::new(samples, &ports, &goal);
    used.shuffle(&mut ChaCha8Rng::seed_from_u64(search.seed ^ 0x7eac4));
    let parts: Vec<Vec<usize>> =
        (0..PARTS).map(|p| used.iter().skip(p).step_by(PARTS).copied().collect()).collect();
    let mut best: Option<(f64, Vec<f32>)> = None;
    for setting in [setting.clone(), straight(&setting)] {
        let said = told((samples, &coded), &goal, (&parts, &held), &setting, progress);
        let surprise = surprise(&said, &coded, &used);
        if best.as_ref().is_none_or(|(least, _)| surprise < *least) {
            best = Some((surprise, said));
        }
    }
    Ok(best.filter(|_| !progress.cancelled()).map(|(_, said)| said))
}

/// Hidden sums of a teacher.
fn hidden(samples: &Samples) -> usize {
    (HIDDEN * samples.classes().len()).clamp(LIMITS.0, LIMITS.1)
}

/// Results of functions that all teachers add up in an epoch.
fn work(samples: &Samples) -> usize {
    let sums = hidden(samples) * (samples.inputs() + samples.classes().len());
    PARTS * NETWORKS as usize * samples.rows() * sums
}

/// Many hidden sums of functions that bend.
fn curved(samples: &Samples) -> Setting {
    Setting {
        joint: 0,
        tuple: 0,
        covers: 0,
        hidden: hidden(samples),
        input_bits: 7,
        hidden_bits: 6,
        hidden_shift: 0,
        result_bits: 1,
        input_stride: 32,
        hidden_stride: 8,
        shrink: 0.01,
        epochs: (WORK / work(samples).max(1)).clamp(EPOCHS.0, EPOCHS.1),
        rate: RATE,
        seed: 0,
    }
}

/// Sums of straight functions of the inputs, which is logistic regression: few samples teach no more.
fn straight(setting: &Setting) -> Setting {
    Setting { hidden: 0, input_stride: (1 << setting.input_bits) - 1, ..setting.clone() }
}

/// What the networks of a setting say of samples that they were not trained with: of each part those of the others, of what
/// selects all of them.
fn told(
    (samples, coded): (&Samples, &Coded),
    goal: &Goal,
    (parts, held): (&[Vec<usize>], &[usize]),
    setting: &Setting,
    progress: &dyn Progress,
) -> Vec<f32> {
    let classes = samples.classes().len();
    let jobs: Vec<(usize, u64)> = (0..PARTS).flat_map(|p| (0..NETWORKS).map(move |n| (p, n))).collect();
    let all_said: Vec<[Vec<f32>; 2]> = jobs
        .par_iter()
        .map(|&(p, n)| {
            let others = parts.iter().enumerate().filter(|(q, _)| *q != p).flat_map(|(_, part)| part);
            let others: Vec<usize> = others.copied().collect();
            let setting = Setting { seed: n, ..setting.clone() };
            let others = coded.pick(&samples.counted(&others));
            let network = train::train_real(&others, goal, &setting, &|| progress.cancelled());
            [said(&network, coded, &parts[p]), said(&network, coded, held)]
        })
        .collect();
    let mut all = vec![0.0; samples.rows() * classes];
    let mut add = |rows: &[usize], said: &[f32], networks: usize| {
        for (&s, said) in rows.iter().zip(said.chunks(classes)) {
            let to = &mut all[s * classes..][..classes];
            to.iter_mut().zip(said).for_each(|(to, v)| *to += v / networks as f32);
        }
    };
    for (&(p, _), [of_part, of_held]) in jobs.iter().zip(&all_said) {
        add(&parts[p], of_part, NETWORKS as usize);
        add(held, of_held, jobs.len());
    }
    all
}

/// The mean of -log of the likelihood that samples' labels were given, in nats.
fn surprise(said: &[f32], coded: &Coded, rows: &[usize]) -> f64 {
    let classes = said.len() / coded.rows();
    let one = |&s: &usize| -libm::log(f64::from(said[s * classes + coded.labels[s]]).max(1e-9));
    rows.iter().map(one).sum::<f64>() / rows.len() as f64
}

/// The likelihood of every class, row-major.
pub(super) fn said(network: &Network, samples: &Coded, rows: &[usize]) -> Vec<f32> {
    let Goal::Classes { scores, unit } = network.goal else { return Vec::new() };
    let mut trace = network.trace();
    let mut all = Vec::with_capacity(rows.len() * scores.max(2));
    for &s in rows {
        network.forward(samples.row(s), &mut trace);
        let scores = &mut trace.scores[..scores];
        if let [one] = scores {
            logistic(one, unit);
            all.extend([1.0 - *one, *one]);
        } else {
            likelihoods(scores, unit);
            all.extend_from_slice(scores);
        }
    }
    all
}
