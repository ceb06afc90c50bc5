//! Circuits of a network: tried with rough tables, and the promising ones made with final ones.

use super::Scale;
use super::circuit::{Curves, Widths, circuit};
use super::fit::Data;
use super::network::Network;
use super::sweep::{Stop, Stops};
use crate::approx::{Cost, Effort};
use crate::watch::Task;
use rayon::prelude::*;

/// Final tables are cheaper than rough ones, by no more than this factor,
const NARROWED: f64 = 0.75;

/// and sizes say little about circuits of fewer look-up tables, whose contents decide.
const SMALL: f64 = 20.0;

/// A circuit.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its integers.
    pub curves: Curves,
    /// Root mean square error in deviations of the target, on samples that training did not see.
    pub error: f64,
}

/// How good a circuit is whose outputs are counted in 2^-bits of their deviations.
pub(super) type Judge<'a> = dyn Fn(&Curves, i32) -> f64 + Sync + 'a;

/// What the circuits of a network are made with.
pub(super) struct Maker<'a> {
    pub network: &'a Network,
    pub scale: &'a Scale,
    /// Samples of training.
    pub seen: &'a Data,
    pub judge: &'a Judge<'a>,
    pub cost: &'a dyn Cost,
    pub stops: Stops<'a>,
}

/// A circuit whose tables are rough.
pub(super) struct Tried<'a> {
    maker: &'a Maker<'a>,
    widths: Widths,
    pub error: f64,
    cost: f64,
}

impl Maker<'_> {
    /// Circuits with these widths, those whose tables can be had.
    pub fn tries<'a>(&'a self, wanted: impl Iterator<Item = Widths>) -> Vec<Tried<'a>> {
        let wanted: Vec<Widths> = wanted.collect();
        let task = Task::begin("trying circuits of curves", wanted.len() as u64);
        let one = |widths: Widths| {
            let made = self.made(&widths, self.stops.tried);
            task.tell();
            let Candidate { curves, error } = made?;
            Some(Tried { maker: self, widths, error, cost: curves.cost(self.cost) })
        };
        wanted.into_par_iter().filter_map(one).collect()
    }

    fn made(&self, widths: &Widths, stop: &Stop) -> Option<Candidate> {
        let made = (!stop()).then(|| circuit(self.network, self.scale, self.seen, widths, self.cost));
        made.flatten().map(|curves| Candidate { error: (self.judge)(&curves, widths.result), curves })
    }
}

/// The circuits that may be better than all cheaper ones, with final tables.
pub(super) fn finished(mut tried: Vec<Tried>) -> Vec<Candidate> {
    tried.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let beaten = |t: &Tried| {
        tried.iter().any(|other| other.cost + SMALL < NARROWED * t.cost && other.error <= t.error)
    };
    let task = Task::begin("making circuits of curves", tried.len() as u64);
    let one = |t: &Tried| {
        let widths = Widths { effort: Effort::Usual, ..t.widths.clone() };
        let made = if beaten(t) { None } else { t.maker.made(&widths, t.maker.stops.made) };
        task.tell();
        made
    };
    tried.par_iter().filter_map(one).collect()
}
