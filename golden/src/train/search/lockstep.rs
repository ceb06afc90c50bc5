//! Restarts in lockstep: those at the same epoch run batched, a network in each lane, as long as they fill enough lanes; the
//! few that are left at the end run alone, across the lanes.
//!
//! How many there are decides, never the number of threads, so that the result does not depend on it.

use super::context::Context;
use super::restart::{Restart, STEPS_PER_POLL};
use crate::net::Outcome;
use crate::train::state::State;
use crate::train::step::batched::Batched;
use crate::train::step::lanes::Lane;
use rayon::prelude::*;

/// Weights, averages m and v of batched networks stay below this: what the level-2 caches of current machines hold.
const LARGEST: usize = 1 << 20;

/// A share of the lanes, 1 in so many, below which networks run faster alone.
const FEW: usize = 4;

/// Trains all restarts that still run up to the epoch `end`. Those that overflow begin again and catch up. After each stretch
/// the state can be kept, with how often the worse half was abandoned.
pub(in crate::train) fn run_all<T: Lane>(
    restarts: &mut [Restart<T>],
    end: usize,
    halved: usize,
    context: &Context<T>,
) {
    let lanes = lanes(context);
    loop {
        let running = restarts.iter_mut().filter(|r| r.outcome.is_none() && r.epoch < end);
        let mut running: Vec<&mut Restart<T>> = running.collect();
        running.sort_by_key(|r| r.epoch);
        if running.is_empty() {
            let again = restarts.iter_mut().map(|r| r.begin_again(context)).filter(|again| *again).count();
            if again == 0 {
                return;
            }
            continue;
        }
        let groups = running.chunk_by_mut(|a, b| a.epoch == b.epoch).flat_map(|same| same.chunks_mut(lanes));
        groups.collect::<Vec<_>>().into_par_iter().for_each(|group| {
            let stop = context.stages.next_stop(group[0].epoch, end);
            if group.len() * FEW > lanes && lanes > 1 {
                run_batched(group, stop, context);
            } else {
                group.par_iter_mut().for_each(|r| r.run_until(stop, context));
            }
            group.iter_mut().for_each(|r| r.place(context));
        });
        if restarts.iter().all(|r| r.outcome != Some(Outcome::Interrupted)) {
            context.progress.stretch(&|| State::of(restarts, halved, context));
        }
    }
}

/// Networks that are batched; 1 if they would be too large for the caches.
fn lanes<T: Lane>(context: &Context<T>) -> usize {
    let lanes = context.path.lanes::<T>();
    let weights = context.topology.zeros().parameters();
    if weights * lanes * size_of::<[T; 3]>() > LARGEST { 1 } else { lanes }
}

/// Trains restarts of one epoch, at most one for each lane, up to the epoch `end`.
fn run_batched<T: Lane>(restarts: &mut [&mut Restart<T>], end: usize, context: &Context<T>) {
    let config = context.config;
    let Some(first) = restarts.first() else { return };
    let mut batched = Batched::<T>::new(context.path, &first.engine.net.unpack());
    let mut rates = first.engine.rates.clone();
    // Idle lanes repeat the others: weights of 0 would move by next to nothing, to denormal sums, which are slow.
    for lane in 0..batched.lanes {
        batched.load(lane, &restarts[lane % restarts.len()].engine.net);
    }
    let mut epoch = first.epoch;
    while epoch < end && restarts.iter().any(|r| r.outcome.is_none()) {
        restarts.iter_mut().for_each(|r| r.draw(config));
        rates.set_rate(context.stages.rate(config, epoch));
        let mut finite = vec![true; restarts.len()];
        let streams = restarts.iter().cycle().take(batched.lanes).map(|r| r.engine.stream);
        let mut streams: Vec<u64> = streams.collect();
        let stride = rates.whole_batches(STEPS_PER_POLL / batched.lanes);
        for from in (0..first_len(restarts)).step_by(stride) {
            if context.progress.cancelled() {
                let running = restarts.iter_mut().filter(|r| r.outcome.is_none());
                running.for_each(|r| r.outcome = Some(Outcome::Interrupted));
                return;
            }
            let orders = restarts.iter().cycle().take(batched.lanes).map(|r| part(&r.order, from, stride));
            let orders: Vec<&[u32]> = orders.collect();
            let totals = batched.steps(&mut rates, context.training, &orders, &mut streams, config.cost);
            finite.iter_mut().zip(totals).for_each(|(f, total)| *f &= total.to().is_finite());
        }
        epoch += 1;
        for (lane, restart) in restarts.iter_mut().enumerate().filter(|(_, r)| r.outcome.is_none()) {
            if restart.end_epoch(finite[lane], end, &context.stages) {
                batched.unload(lane, &mut restart.engine.net);
                restart.engine.rates = rates.clone();
                restart.check(context);
            }
        }
    }
}

fn first_len<T: Lane>(restarts: &[&mut Restart<T>]) -> usize {
    restarts.first().map_or(0, |r| r.order.len())
}

/// The samples from `from` to the next question whether to stop.
fn part(order: &[u32], from: usize, stride: usize) -> &[u32] {
    &order[from..order.len().min(from + stride)]
}
