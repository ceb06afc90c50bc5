//! Batch of networks of one shape in training at once: what is a number in one network is a register here, with a network
//! in each lane.
//!
//! Lanes never meet: nothing is summed across them, so a network's bits depend neither on its lane nor on its
//! neighbours, and a lane that overflows harms nobody else. Against one network across the lanes (see
//! [`super::layout`]) no lane is padding and no sum leaves its register: several times as many steps per second,
//! as long as there are networks enough to fill the lanes.

use super::buffer::Buffer;
use super::dropout::Dropout;
use super::lanes::Lane;
use super::lanewise::Lanewise;
use super::layout::Packed;
use super::normal::{Norm, Normaliser, follow};
use super::path::Path;
use super::rates::Rates;
use super::shape::{Cell, Shape};
use super::staging::{STAGED, Staged};
use super::stepper::Stepper;
use crate::net::Network;
use crate::train::columns::Columns;
use crate::train::config::Cost;
use pulp::{Simd, WithSimd};

/// Networks of one shape with their optimisers; offsets and lengths are those of a network packed for registers
/// of one number.
pub(in crate::train) struct Batched<T: Lane> {
    path: Path,
    /// Networks it has room for.
    pub lanes: usize,
    pub shapes: Vec<Shape>,
    pub cells: Vec<Cell<T>>,
    pub w: Buffer,
    pub m: Buffer,
    pub v: Buffer,
    /// Sums of gradients over a batch.
    pub sum: Buffer,
    pub y: Buffer,
    pub slope: Buffer,
    pub grad: Buffer,
    /// Running averages of the neurons that are normalised.
    pub norm: Norm,
}

impl<T: Lane> Batched<T> {
    /// Room for networks of the shape of `network`.
    pub fn new(path: Path, network: &Network) -> Batched<T> {
        let lanes = path.lanes::<T>();
        let shapes = Packed::<T>::new(network, 1).shapes;
        let neurons = || network.layers.iter().flat_map(|l| &l.neurons);
        let numbers = |registers: usize| Buffer::zeroed::<T>(registers * lanes);
        let (weights, units) = (network.parameters(), neurons().count());
        Batched {
            path,
            lanes,
            shapes,
            cells: neurons().map(Cell::of).collect(),
            w: numbers(weights),
            m: numbers(weights),
            v: numbers(weights),
            sum: numbers(weights),
            y: numbers(units),
            slope: numbers(units),
            grad: numbers(units),
            norm: Norm::none::<T>(units * lanes),
        }
    }

    /// Puts a network and the state of its optimiser into a lane.
    pub fn load(&mut self, lane: usize, from: &Packed<T>) {
        for (to, from_at) in from.places().enumerate() {
            let at = to * self.lanes + lane;
            self.w.get_mut::<T>()[at] = from.w.get::<T>()[from_at];
            self.m.get_mut::<T>()[at] = from.m.get::<T>()[from_at];
            self.v.get_mut::<T>()[at] = from.v.get::<T>()[from_at];
        }
        for (to, from_at) in from.unit_places().enumerate() {
            self.norm.copy::<T>(to * self.lanes + lane, &from.norm, from_at);
            self.cells[to].normalised |= from.norm.on.get::<T>()[from_at] != T::zero();
        }
        self.shapes.iter_mut().zip(&from.shapes).for_each(|(to, from)| to.normalised |= from.normalised);
    }

    /// Takes a network and the state of its optimiser out of a lane, into a packed network of the same shape.
    pub fn unload(&self, lane: usize, to: &mut Packed<T>) {
        for (from, to_at) in to.places().collect::<Vec<_>>().into_iter().enumerate() {
            let at = from * self.lanes + lane;
            to.w.get_mut::<T>()[to_at] = self.w.get::<T>()[at];
            to.m.get_mut::<T>()[to_at] = self.m.get::<T>()[at];
            to.v.get_mut::<T>()[to_at] = self.v.get::<T>()[at];
        }
        for (from, to_at) in to.unit_places().collect::<Vec<_>>().into_iter().enumerate() {
            to.norm.copy::<T>(to_at, &self.norm, from * self.lanes + lane);
        }
    }

    /// Takes the steps for orders of one length, a batch each; lane `l` through the samples of `orders[l]`, the neurons left
    /// out that `streams[l]` decides.
    /// Returns the sum of the magnitudes of each lane's outputs: it is not finite if the lane overflowed.
    pub fn steps(
        &mut self,
        rates: &mut Rates,
        data: &Columns<T>,
        orders: &[&[u32]],
        streams: &mut [u64],
        cost: Cost,
    ) -> Vec<T> {
        let path = self.path;
        let totals = path.run(Steps { batched: self, rates, data, orders, streams, cost });
        self.norm.absorb::<T>(&self.shapes, self.lanes, [&mut self.w, &mut self.m, &mut self.v]);
        totals
    }
}

struct Steps<'a, T: Lane> {
    batched: &'a mut Batched<T>,
    rates: &'a mut Rates,
    data: &'a Columns<T>,
    orders: &'a [&'a [u32]],
    streams: &'a mut [u64],
    cost: Cost,
}

impl<T: Lane> WithSimd for Steps<'_, T> {
    type Output = Vec<T>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<T> {
        let Steps { batched, rates, data, orders, streams, cost } = self;
        let lanes = [batched.lanes; 2];
        let dropout = Dropout::new(&batched.shapes, lanes, rates.dropout, streams);
        let mut totals = vec![T::zero(); batched.lanes];
        let (mut x, mut y) = (Staged::<T>::new(batched.lanes), Staged::<T>::new(batched.lanes));
        let outputs = batched.shapes.last().map_or(0, |s| s.neurons);
        let mut stepper = Stepper {
            simd,
            shapes: &batched.shapes,
            w: batched.w.get_mut(),
            m: batched.m.get_mut(),
            v: batched.v.get_mut(),
            sum: batched.sum.get_mut(),
            y: batched.y.get_mut(),
            slope: batched.slope.get_mut(),
            grad: batched.grad.get_mut(),
            norm: Normaliser::<T, S>::new(simd, &mut batched.norm, follow(rates.rate)),
            dropout,
            arrangement: Lanewise::new(&batched.cells, outputs),
        };
        let length = orders.first().map_or(0, |o| o.len());
        for from in (0..length).step_by(STAGED) {
            let part = from..length.min(from + STAGED);
            x.stage(orders, part.clone(), &data.x, data.inputs);
            y.stage(orders, part.clone(), &data.y, data.outputs);
            for step in 0..part.len() {
                let (x, y) = (x.sample(step), y.sample(step));
                if rates.batch == 1 {
                    stepper.step(x, y, cost, &rates.next(), &mut totals);
                    continue;
                }
                stepper.gather(x, y, cost, &mut totals);
                let done = from + step + 1;
                if done.is_multiple_of(rates.batch) || done == length {
                    stepper.descend((done - 1) % rates.batch + 1, &rates.next());
                }
            }
        }
        totals
    }
}
