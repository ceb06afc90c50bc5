//! A network in training: packed for one instruction set, stepped through batches of samples.

use super::config::Cost;
use super::flock::Flock;
use super::lanes::Lane;
use super::normal::follow;
use super::packed::Packed;
use super::path::Path;
use super::rates::Rates;
use super::step::Stepper;
use crate::net::Network;
use pulp::{Simd, WithSimd};

/// Samples in the number type of the inner loop.
#[derive(Clone, Debug)]
pub(super) struct Columns<T> {
    pub inputs: usize,
    pub outputs: usize,
    pub x: Vec<T>,
    pub y: Vec<T>,
}

/// A network with its optimiser, on one instruction set.
#[derive(Clone)]
pub(super) struct Engine<T: Lane> {
    path: Path,
    pub net: Packed<T>,
    pub rates: Rates,
}

impl<T: Lane> Engine<T> {
    pub fn new(path: Path, network: &Network, rates: Rates) -> Engine<T> {
        let lanes = Flock::<T>::width(path);
        Engine { path, net: Packed::new(network, lanes), rates }
    }

    /// A step for each batch of samples of `order`; returns the sum of their costs, each before its step.
    pub fn steps(&mut self, data: &Columns<T>, order: &[u32], cost: Cost) -> f64 {
        let total =
            self.path.run(Steps { engine_net: &mut self.net, rates: &mut self.rates, data, order, cost });
        self.net.absorb();
        total
    }
}

struct Steps<'a, T: Lane> {
    engine_net: &'a mut Packed<T>,
    rates: &'a mut Rates,
    data: &'a Columns<T>,
    order: &'a [u32],
    cost: Cost,
}

impl<T: Lane> WithSimd for Steps<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Steps { engine_net, rates, data, order, cost } = self;
        let mut stepper = Stepper::<T, S>::new(simd, engine_net, follow(rates.rate));
        let mut total = 0.0;
        let sample = |&s: &u32| {
            let s = s as usize;
            (&data.x[s * data.inputs..][..data.inputs], &data.y[s * data.outputs..][..data.outputs])
        };
        for batch in order.chunks(rates.batch) {
            if let [one] = batch {
                let (x, y) = sample(one);
                total += stepper.step(x, y, cost, &rates.next()).to();
                continue;
            }
            for (x, y) in batch.iter().map(sample) {
                total += stepper.gather(x, y, cost).to();
            }
            stepper.descend(batch.len(), &rates.next());
        }
        total
    }
}
