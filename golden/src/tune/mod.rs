//! Integer fine-tuning: the codes of a plan move while the exact integer error falls.
//!
//! Rounding to the nearest moves every weight by up to half a step, whatever that does to the outputs. Here single codes move, weights by
//! ±1, ±2, ±4, ... and biases by as many steps of their neuron's argument, and a move is kept if the error of the plan on the samples
//! falls: the mean absolute error of values, the cross-entropy of classes' scores. With a price on adders a move may also be kept for the
//! digits that a weight loses by it. The arithmetic is that of the plan, with its rounding, saturation and
//! tables, so that what is reported is what the circuit has. A move is judged incrementally: only samples whose rounded
//! result it changes go through the layers behind.
//!
//! Formats and topology stay, and tables but in [`tune_tables`]; no random number is drawn, so that the same plan and samples give the same codes.

mod aim;
mod neuron;
mod state;
mod tables;

pub use aim::Aim;
pub(crate) use aim::Judge;
pub use tables::tune_tables;

use crate::plan::Plan;
use crate::watch::{self, Task};
use neuron::Move;
use rayon::prelude::*;
use state::State;

/// How much work goes into tuning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// Passes over all codes at most.
    pub passes: usize,
    /// Multiplications at most, about: a pass that is begun is ended.
    pub work: f64,
    /// A pass that gains less than this share of the error is the last.
    pub least: f64,
    /// What adders are worth: tuning reduces E/E₀ + price · A/A₀, where E is the error and A the bits of the adders that the
    /// weights need as sums of signed digits. With 0 only the error counts; with 0.1 a tenth of the adders may cost a hundredth of
    /// the error.
    pub price: f64,
    /// Whether weights that are 0 stay so: those of a pruned network do.
    pub sparse: bool,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { passes: 30, work: 2e10, least: 0.002, price: 0.0, sparse: false }
    }
}

/// What tuning did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tuned {
    /// The error before: the mean over the samples.
    pub before: f64,
    /// The error after.
    pub after: f64,
    /// Bits of the adders before and after.
    pub adders: [u64; 2],
    /// Moves that were kept.
    pub moves: usize,
    /// Passes over all codes.
    pub passes: usize,
}

/// Tunes the codes of a validated plan on samples: input codes, sample after sample, and what their outputs should be. A
/// plan that decides a class is tuned by its scores.
///
/// # Panics
/// If `x` and `aim` have not as many samples.
pub fn tune(plan: &mut Plan, x: &[i64], aim: &Aim, effort: Effort) -> Tuned {
    let rows = aim.rows(plan.layers.last().map_or(1, |l| l.neurons.len()));
    assert_eq!(x.len(), rows * plan.inputs.len(), "a row of inputs for every sample");
    let mut tuned = Tuned::default();
    let Some(mut state) = State::new(plan, x, aim) else { return tuned };
    (tuned.before, tuned.after) = (state.error(), state.error());
    tuned.adders = [state.adders(); 2];
    state.price(effort.price);
    let mut objective = state.objective();
    let units: Vec<(usize, usize)> = plan
        .layers
        .iter()
        .enumerate()
        .flat_map(|(l, layer)| (0..layer.neurons.len()).map(move |n| (l, n)))
        .collect();
    let task = Task::begin("moving codes", (effort.passes * units.len()) as u64);
    let budget = (effort.work / state.work().max(1.0)) as usize;
    let mut spent = 0;
    while tuned.passes < effort.passes && spent < budget.max(1) {
        for &(l, n) in units.iter().rev() {
            let mut moves = state.moves(l, n);
            if effort.sparse {
                moves.retain(|m| !state.revives(l, n, *m));
            }
            spent += moves.len();
            tuned.moves += neuron(&mut state, l, n, moves);
            task.step();
        }
        tuned.passes += 1;
        (tuned.after, tuned.adders[1]) = (state.error(), state.adders());
        let before = std::mem::replace(&mut objective, state.objective());
        if before - objective <= effort.least * objective {
            break;
        }
    }
    state.store(plan);
    tuned
}

/// Tries all moves of a neuron at once, then keeps those that still gain, the best first. Gives how many.
fn neuron(state: &mut State, l: usize, n: usize, moves: Vec<Move>) -> usize {
    let watch = watch::here();
    let tried = |&m: &Move| watch.within(|| (state.gain(l, n, m), m));
    let mut good: Vec<(f64, Move)> = moves.par_iter().map(tried).filter(|(gain, _)| *gain > 0.0).collect();
    good.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut kept = 0;
    for (first, (_, m)) in good.into_iter().enumerate() {
        watch::check();
        // The best stands as it was judged; after it each is judged anew.
        if first == 0 || (state.allows(l, n, m) && state.gain(l, n, m) > 0.0) {
            state.keep(l, n, m);
            kept += 1;
        }
    }
    kept
}
