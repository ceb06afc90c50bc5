//! One training step of every network of a [`Flock`]: forward, backward and Adam, without allocation.

use super::adam::{Adam, Gather, Gradients};
use super::batched::Flock;
use super::buffer::Buffer;
use super::lanes::{Lane, Pack};
use super::normal::Normaliser;
use super::rates::StepRates;
use super::shape::{Cell, Shape};
use super::unit::unit;
use crate::train::config::Cost;
use pulp::Simd;
use std::ops::Range;

/// Steps whose samples are brought into lanes at a time.
pub(in crate::train) const STAGED: usize = 32;

/// Samples of some steps, a register per step and column with each lane's own sample.
pub(in crate::train) struct Batch<T: Lane> {
    lanes: usize,
    width: usize,
    numbers: Buffer,
    number: std::marker::PhantomData<T>,
}

impl<T: Lane> Batch<T> {
    pub fn new(lanes: usize) -> Batch<T> {
        Batch { lanes, width: 0, numbers: Buffer::zeroed::<T>(0), number: std::marker::PhantomData }
    }

    /// Brings in the samples `orders[lane][steps]` of `values`, `width` columns each. Lanes without an order get 0.
    pub fn stage(&mut self, orders: &[&[u32]], steps: Range<usize>, values: &[T], width: usize) {
        if self.width != width {
            self.width = width;
            self.numbers = Buffer::zeroed::<T>(STAGED * width * self.lanes);
        }
        let lanes = self.lanes;
        let to: &mut [T] = self.numbers.get_mut();
        for (lane, order) in orders.iter().enumerate() {
            for (step, &sample) in order[steps.clone()].iter().enumerate() {
                let sample = &values[sample as usize * width..][..width];
                for (column, &value) in sample.iter().enumerate() {
                    to[(step * width + column) * lanes + lane] = value;
                }
            }
        }
    }

    /// The registers of a staged step.
    #[inline(always)]
    pub fn sample<V: bytemuck::Pod>(&self, step: usize) -> &[V] {
        &self.numbers.get()[step * self.width..][..self.width]
    }
}

/// A flock seen as registers.
pub(in crate::train) struct FlockStepper<'a, T: Lane, S: Simd> {
    simd: S,
    shapes: &'a [Shape],
    cells: &'a [Cell<T>],
    w: &'a mut [T::V<S>],
    m: &'a mut [T::V<S>],
    v: &'a mut [T::V<S>],
    sum: &'a mut [T::V<S>],
    y: &'a mut [T::V<S>],
    slope: &'a mut [T::V<S>],
    grad: &'a mut [T::V<S>],
    norm: Normaliser<'a, T, S>,
    /// Outputs, targets and gradients of one network, for costs that look at all outputs together.
    outputs: [Vec<T>; 3],
}

impl<'a, T: Lane, S: Simd> FlockStepper<'a, T, S> {
    #[inline(always)]
    pub fn new(simd: S, flock: &'a mut Flock<T>, follow: f64) -> Self {
        let outputs = flock.shapes.last().map_or(0, |s| s.neurons);
        FlockStepper {
            simd,
            shapes: &flock.shapes,
            cells: &flock.cells,
            w: flock.w.get_mut(),
            m: flock.m.get_mut(),
            v: flock.v.get_mut(),
            sum: flock.sum.get_mut(),
            y: flock.y.get_mut(),
            slope: flock.slope.get_mut(),
            grad: flock.grad.get_mut(),
            norm: Normaliser::new(simd, &mut flock.norm, follow),
            outputs: [(); 3].map(|()| vec![T::zero(); outputs]),
        }
    }

    /// Forward, backward, Adam; adds the magnitudes of each lane's outputs before the step to `totals`.
    #[inline(always)]
    pub fn step(
        &mut self,
        x: &[T::V<S>],
        target: &[T::V<S>],
        cost: Cost,
        rates: &StepRates,
        totals: &mut [T],
    ) {
        self.forward(x);
        self.errors(target, cost, totals);
        let adam = Adam::new(self.simd, rates);
        for k in (0..self.shapes.len()).rev() {
            self.backward(k, x, &adam);
        }
    }

    /// Forward and backward; the gradients are added to those of the batch so far, the outputs to `totals`.
    #[inline(always)]
    pub fn gather(&mut self, x: &[T::V<S>], target: &[T::V<S>], cost: Cost, totals: &mut [T]) {
        self.forward(x);
        self.errors(target, cost, totals);
        for k in (0..self.shapes.len()).rev() {
            self.backward(k, x, &Gather);
        }
    }

    /// Adam with the mean gradient of a batch of so many samples.
    #[inline(always)]
    pub fn descend(&mut self, samples: usize, rates: &StepRates) {
        Adam::<T, S>::new(self.simd, rates).descend(samples, self.w, self.m, self.v, self.sum);
    }

    /// Outputs and slopes of all layers.
    #[inline(always)]
    fn forward(&mut self, x: &[T::V<S>]) {
        for k in 0..self.shapes.len() {
            if self.shapes[k].normalised {
                self.layer::<true>(k, x);
            } else {
                self.layer::<false>(k, x);
            }
        }
    }

    /// Outputs and slopes of layer `k`, whose neurons may be normalised. Compiled twice: plain layers pay nothing.
    #[inline(always)]
    fn layer<const NORMALISED: bool>(&mut self, k: usize, x: &[T::V<S>]) {
        let (s, shape) = (self.simd, &self.shapes[k]);
        let (before, here) = self.y.split_at_mut(shape.units);
        let x = if k == 0 { x } else { &before[self.shapes[k - 1].units..] };
        let x = &x[..shape.inputs];
        let neurons = shape.neurons;
        let rows = &self.w[shape.weights..][..shape.rows() * neurons];
        let cells = &self.cells[shape.units..][..neurons];
        let slopes = &mut self.slope[shape.units..][..neurons];
        for (n, ((cell, y), slope)) in cells.iter().zip(&mut here[..neurons]).zip(slopes).enumerate() {
            let normalised = NORMALISED && cell.normalised;
            let (mut z, mut scale) = (Pack::<T, S>::of(s, 0.0), None);
            if shape.bias && !normalised {
                z = Pack::new(s, rows[shape.inputs * neurons + n]);
            }
            for (row, x) in rows.chunks_exact(neurons).zip(x) {
                z = Pack::new(s, row[n]).fma(Pack::new(s, *x), z);
            }
            if normalised {
                let bias = shape.bias.then(|| Pack::new(s, rows[shape.inputs * neurons + n]));
                let [normal, by] = self.norm.normalise(shape.units + n, z, bias);
                (z, scale) = (normal, Some(by));
            }
            let at = |k: usize| Pack::splat(s, cell.unit[k]);
            let learned = |z: &Pack<T, S>, h: &mut Pack<T, S>, dh: &mut Pack<T, S>| {
                if let Some(function) = &cell.learned {
                    for lane in 0..Pack::<T, S>::LANES {
                        let z = z.lane(lane);
                        h.set_lane(lane, function.eval(z));
                        dh.set_lane(lane, function.derivative(z));
                    }
                }
            };
            let (value, rise) = unit(s, cell.needs, at, learned, z);
            (*y, *slope) = (value.v, scale.map_or(rise, |scale| rise * scale).v);
        }
    }

    /// The gradients of the costs with respect to the outputs.
    #[inline(always)]
    fn errors(&mut self, target: &[T::V<S>], cost: Cost, totals: &mut [T]) {
        let Some(last) = self.shapes.last() else { return };
        let y: &[T] = bytemuck::cast_slice(&self.y[last.units..][..last.neurons]);
        let grad: &mut [T] = bytemuck::cast_slice_mut(&mut self.grad[last.units..][..last.neurons]);
        let target: &[T] = bytemuck::cast_slice(target);
        let lanes = Pack::<T, S>::LANES;
        for y in y.chunks_exact(lanes) {
            totals.iter_mut().zip(y).for_each(|(total, y)| *total += y.abs());
        }
        if cost != Cost::Softmax {
            // Each output stands for itself, whichever network it is of.
            cost.grade(y, target, grad);
            return;
        }
        for lane in 0..lanes {
            let [one_y, one_target, one_grad] = &mut self.outputs;
            for (o, at) in (lane..y.len()).step_by(lanes).enumerate() {
                (one_y[o], one_target[o]) = (y[at], target[at]);
            }
            cost.grade(one_y, one_target, one_grad);
            for (g, at) in one_grad.iter().zip((lane..grad.len()).step_by(lanes)) {
                grad[at] = *g;
            }
        }
    }

    /// The gradients of layer `k`: handed to the layer before, and to `gradients`.
    #[inline(always)]
    fn backward(&mut self, k: usize, x: &[T::V<S>], gradients: &impl Gradients<T, S>) {
        let (s, shape) = (self.simd, &self.shapes[k]);
        let all = shape.rows() * shape.neurons;
        let (before, here) = self.grad.split_at_mut(shape.units);
        let delta = &mut here[..shape.neurons];
        for (d, slope) in delta.iter_mut().zip(&self.slope[shape.units..]) {
            let value = Pack::<T, S>::new(s, *d) * Pack::new(s, *slope);
            // Gradients that small cannot matter, but would be denormal one layer on.
            let zero = Pack::of(s, 0.0);
            *d = value.abs().less(Pack::splat(s, T::FLUSH), zero, value).v;
        }
        let w = self.w[shape.weights..][..all].chunks_exact_mut(shape.neurons);
        let m = self.m[shape.weights..][..all].chunks_exact_mut(shape.neurons);
        let v = self.v[shape.weights..][..all].chunks_exact_mut(shape.neurons);
        let sums = self.sum[shape.weights..][..all].chunks_exact_mut(shape.neurons);
        let rows = w.zip(m).zip(v).zip(sums).enumerate();
        let from = if k == 0 { 0 } else { self.shapes[k - 1].units };
        let one = Pack::<T, S>::of(s, 1.0);
        for (i, (((w, m), v), sums)) in rows {
            let x = match i {
                i if i == shape.inputs => one,
                i if k == 0 => Pack::new(s, x[i]),
                i => Pack::new(s, self.y[from + i]),
            };
            let mut sum = Pack::<T, S>::of(s, 0.0);
            for ((((w, m), v), total), d) in w.iter_mut().zip(m).zip(v).zip(sums).zip(&*delta) {
                let d = Pack::new(s, *d);
                sum = Pack::new(s, *w).fma(d, sum);
                gradients.take([w, m, v, total], d * x);
            }
            if k > 0 && i < shape.inputs {
                before[from + i] = sum.v;
            }
        }
    }
}
