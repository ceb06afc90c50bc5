//! A network in training: packed for one instruction set, stepped through batches of samples.

use super::across::Across;
use super::dropout::Dropout;
use super::lanes::Lane;
use super::layout::Packed;
use super::normal::{Normaliser, follow};
use super::path::Path;
use super::rates::Rates;
use super::stepper::Stepper;
use crate::net::Network;
use crate::train::columns::Columns;
use crate::train::config::Cost;
use crate::train::error::TrainError;
use pulp::{Simd, WithSimd};

/// A network with its optimiser, on one instruction set.
#[derive(Clone)]
pub(in crate::train) struct Engine<T: Lane> {
    path: Path,
    pub net: Packed<T>,
    pub rates: Rates,
    /// Decides which neurons are left out.
    pub stream: u64,
}

impl<T: Lane> Engine<T> {
    pub fn new(path: Path, network: &Network, rates: Rates) -> Engine<T> {
        let lanes = path.lanes::<T>();
        Engine { path, net: Packed::new(network, lanes), rates, stream: 0 }
    }

    /// A step for each batch of samples of `order`; returns the sum of their costs, each before its step.
    pub fn steps(&mut self, data: &Columns<T>, order: &[u32], cost: Cost) -> f64 {
        let Engine { path, net, rates, stream } = self;
        let total = path.run(Steps { net, rates, stream, data, order, cost });
        self.net.absorb();
        total
    }
}

struct Steps<'a, T: Lane> {
    net: &'a mut Packed<T>,
    rates: &'a mut Rates,
    stream: &'a mut u64,
    data: &'a Columns<T>,
    order: &'a [u32],
    cost: Cost,
}

impl<T: Lane> WithSimd for Steps<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Steps { net, rates, stream, data, order, cost } = self;
        let dropout =
            Dropout::new(&net.shapes, [net.lanes(), 1], rates.dropout, std::slice::from_mut(stream));
        let mut stepper = Stepper {
            simd,
            shapes: &net.shapes,
            w: net.w.get_mut(),
            m: net.m.get_mut(),
            v: net.v.get_mut(),
            sum: net.sum.get_mut(),
            y: net.y.get_mut(),
            slope: net.slope.get_mut(),
            grad: net.grad.get_mut(),
            norm: Normaliser::<T, S>::new(simd, &mut net.norm, follow(rates.rate)),
            dropout,
            arrangement: Across::<T::V<S>>(net.units.get()),
        };
        let mut total = 0.0;
        let sample = |&s: &u32| {
            let s = s as usize;
            (&data.x[s * data.inputs..][..data.inputs], &data.y[s * data.outputs..][..data.outputs])
        };
        for batch in order.chunks(rates.batch) {
            if let [one] = batch {
                let (x, y) = sample(one);
                stepper.step(x, y, cost, &rates.next(), &mut total);
                continue;
            }
            for (x, y) in batch.iter().map(sample) {
                stepper.gather(x, y, cost, &mut total);
            }
            stepper.descend(batch.len(), &rates.next());
        }
        total
    }
}

impl Columns<f64> {
    /// The same numbers in the type of the inner loop.
    ///
    /// # Errors
    /// A value whose square would come near the limits of the type. Rows are those of the training samples.
    pub fn convert<T: Lane>(&self) -> Result<Columns<T>, TrainError> {
        let limit = T::max_value().to().sqrt() * 1e-4;
        for (values, width, letter) in [(&self.x, self.inputs, 'x'), (&self.y, self.outputs, 'y')] {
            if let Some(at) = values.iter().position(|v| v.abs() > limit) {
                let column = format!("{letter}{}", at % width);
                return Err(TrainError::TooLarge { row: at / width, column, value: values[at] });
            }
        }
        let convert = |values: &[f64]| values.iter().map(|&v| T::of(v)).collect();
        Ok(Columns { inputs: self.inputs, outputs: self.outputs, x: convert(&self.x), y: convert(&self.y) })
    }
}
