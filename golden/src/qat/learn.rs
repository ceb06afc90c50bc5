//! Rounds of formats and steps, from several rates, and the best that there was.

use super::course::{Course, Ground};
use super::formats::{self, Freedom};
use super::latent::store;
use crate::approx::Demand;
use crate::plan::Plan;
use crate::tune::{Aim, Judge};
use crate::watch::{self, Task};
use rayon::prelude::*;

/// How much work goes into training.
#[derive(Clone, Debug, PartialEq)]
pub struct Effort {
    /// Rounds: steps are made, and before all rounds but the first formats move.
    pub rounds: usize,
    /// Epochs of a round at most.
    pub epochs: usize,
    /// Multiplications of a rate in a round, about.
    pub work: f64,
    /// Rates that are tried, in shares of the largest weight of a neuron: each is a training of its own.
    pub rates: Vec<f64>,
    /// Samples of a step.
    pub batch: usize,
    /// The seed of the order of samples.
    pub seed: u64,
    /// Whether weights that are 0 stay so: those of a pruned network do.
    pub sparse: bool,
    /// Which formats may move.
    pub freedom: Freedom,
    /// What is demanded of tables whose formats move.
    pub demand: Demand,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort {
            rounds: 3,
            epochs: 1000,
            work: 2e9,
            rates: vec![0.01, 0.002, 0.0005, 0.0001, 0.00003],
            batch: 128,
            seed: 1,
            sparse: false,
            freedom: Freedom::default(),
            demand: Demand::default(),
        }
    }
}

/// What training did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trained {
    /// The mean error on the samples held out, before.
    pub before: f64,
    /// The same, after.
    pub after: f64,
    /// The rates that came best, round by round.
    pub rates: Vec<f64>,
    /// Formats that moved.
    pub moved: usize,
}

/// Samples that formats are chosen by, at most.
const SOME: usize = 1000;

/// Trains a validated plan on the samples `seen`, and keeps what is best on those `held` out; a plan that decides a class is
/// trained by its scores. Nothing is known of a plan whose sums may be wider than 52 bits.
///
/// # Panics
/// If `x` and `aim` have not as many samples, or a sample is not there.
pub fn train(
    plan: &mut Plan,
    (x, aim): (&[f64], &Aim),
    (seen, held): (&[usize], &[usize]),
    effort: &Effort,
) -> Option<Trained> {
    let outputs = plan.layers.last().map_or(1, |l| l.neurons.len());
    assert_eq!(x.len(), aim.rows(outputs) * plan.inputs.len(), "a row of inputs for every sample");
    let some = seen.iter().copied().step_by(seen.len().div_ceil(SOME).max(1)).collect();
    let judge = Judge::new(aim, &vec![1.0; outputs]);
    let (batch, seed) = (effort.batch.max(1), effort.seed);
    let ground = Ground { x, judge, seen, some, held, batch, seed };
    let mut course = Course::of(plan, x, effort.sparse)?;
    let before = course.error(&ground, held);
    let mut best = (before, course.clone());
    let epochs = (effort.work / course.work(&ground).max(1.0)) as usize;
    let epochs = epochs.clamp(1, effort.epochs.max(1));
    let mut trained = Trained { before, after: before, ..Trained::default() };
    let task = Task::begin("training integers", (effort.rounds * epochs * effort.rates.len()) as u64);
    for round in 0..effort.rounds {
        let mut moved = 0;
        // Not before the first: what saturates has no gradient, and weights that cancel are still to be found.
        if round > 0 {
            (course, moved) = formats::moved(course, &ground, effort.freedom, &effort.demand);
        }
        let watch = watch::here();
        let one = |&rate: &f64| {
            watch.within(|| {
                let mut course = course.clone();
                (course.run(&ground, rate, epochs, &task), rate, course)
            })
        };
        let found: Vec<_> = effort.rates.par_iter().map(one).collect();
        let Some((error, rate, next)) = found.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
        course = next;
        if error < best.0 {
            best = (error, course.clone());
            trained.moved += moved;
            trained.rates.push(rate);
        } else {
            break;
        }
    }
    if best.0 < before {
        let mut found = Plan::clone(&best.1.plan);
        store(&best.1.all, &mut found);
        formats::tidy(&mut found);
        // A format that no architecture's words hold.
        if found.validate().is_ok() {
            trained.after = best.0;
            *plan = found;
        }
    }
    Some(trained)
}
