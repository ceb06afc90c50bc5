//! A training step on registers: forward, backward and Adam for one sample or the mean of a batch, without allocation.
//!
//! The steps of one network and of many differ in what lies in the lanes of a register: see [`Arrangement`].

use super::adam::{Adam, Gather, Gradients};
use super::dropout::Dropout;
use super::lanes::{Lane, Pack};
use super::normal::Normaliser;
use super::rates::StepRates;
use super::shape::Shape;
use crate::train::config::Cost;
use bytemuck::Pod;
use pulp::Simd;

/// What lies in the lanes: neurons of one network, or networks.
pub(in crate::train) trait Arrangement<T: Lane, S: Simd> {
    /// An input of a layer: a number that all neurons see, or a register with a number for each network.
    type Value: Pod;
    /// What costs are summed in.
    type Total;

    /// An input, in every lane that sees it.
    fn spread(s: S, x: Self::Value) -> Pack<T, S>;

    /// What the neuron before gets from the lanes of a sum of w·δ.
    fn gather(sum: Pack<T, S>) -> Self::Value;

    /// Σ w·x, with the bias if asked for, for one register of neurons; `rows` begins with its weights for the first input.
    fn weighted_sum(s: S, shape: &Shape, bias: bool, rows: &[T::V<S>], x: &[Self::Value]) -> Pack<T, S>;

    /// Whether the sums of register `at` are normalised, in a layer where some are.
    fn normalised(&self, at: usize) -> bool;

    /// Outputs and slopes of register `j` of a layer for its sums z.
    fn unit(&self, s: S, shape: &Shape, j: usize, z: Pack<T, S>) -> [Pack<T, S>; 2];

    /// The gradient of the cost with respect to each output of the last layer; what tells an overflow is added to `total`.
    fn errors(
        &mut self,
        y: &[T::V<S>],
        target: &[Self::Value],
        grad: &mut [T::V<S>],
        cost: Cost,
        total: &mut Self::Total,
    );
}

/// Networks in training, seen as registers.
pub(in crate::train) struct Stepper<'a, T: Lane, S: Simd, A> {
    pub simd: S,
    pub shapes: &'a [Shape],
    pub w: &'a mut [T::V<S>],
    pub m: &'a mut [T::V<S>],
    pub v: &'a mut [T::V<S>],
    /// Sums of gradients over a batch.
    pub sum: &'a mut [T::V<S>],
    pub y: &'a mut [T::V<S>],
    pub slope: &'a mut [T::V<S>],
    pub grad: &'a mut [T::V<S>],
    pub norm: Normaliser<'a, T, S>,
    /// Which hidden neurons are left out, if any are.
    pub dropout: Option<Dropout<'a, T>>,
    pub arrangement: A,
}

impl<T: Lane, S: Simd, A: Arrangement<T, S>> Stepper<'_, T, S, A> {
    /// Forward, backward, Adam; the cost before the step is added to `total`.
    #[inline(always)]
    pub fn step(
        &mut self,
        x: &[A::Value],
        target: &[A::Value],
        cost: Cost,
        rates: &StepRates,
        total: &mut A::Total,
    ) {
        self.forward(x);
        self.errors(target, cost, total);
        let adam = Adam::new(self.simd, rates);
        for k in (0..self.shapes.len()).rev() {
            self.backward(k, x, &adam);
        }
    }

    /// Forward and backward; the gradients are added to those of the batch so far, the cost to `total`.
    #[inline(always)]
    pub fn gather(&mut self, x: &[A::Value], target: &[A::Value], cost: Cost, total: &mut A::Total) {
        self.forward(x);
        self.errors(target, cost, total);
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
    fn forward(&mut self, x: &[A::Value]) {
        if let Some(dropout) = &mut self.dropout {
            dropout.draw();
        }
        for k in 0..self.shapes.len() {
            self.layer(k, x);
        }
    }

    /// Outputs and slopes of layer `k`, whose neurons may be normalised.
    #[inline(always)]
    fn layer(&mut self, k: usize, x: &[A::Value]) {
        let (s, shape) = (self.simd, &self.shapes[k]);
        let (before, here) = self.y.split_at_mut(shape.units);
        let x = if k == 0 { x } else { values(&before[self.shapes[k - 1].units..]) };
        let x = &x[..shape.inputs];
        let rows = &self.w[shape.weights..][..shape.rows() * shape.blocks];
        for j in 0..shape.blocks {
            let (at, mut scale) = (shape.units + j, None);
            let normalised = shape.normalised && self.arrangement.normalised(at);
            let mut z = A::weighted_sum(s, shape, shape.bias && !normalised, &rows[j..], x);
            if normalised {
                let bias = shape.bias.then(|| Pack::new(s, rows[shape.inputs * shape.blocks + j]));
                let [normal, by] = self.norm.normalise(at, z, bias);
                (z, scale) = (normal, Some(by));
            }
            let [mut y, mut slope] = self.arrangement.unit(s, shape, j, z);
            if let Some(dropout) = &self.dropout {
                let share = Pack::new(s, dropout.share(at));
                (y, slope) = (y * share, slope * share);
            }
            here[j] = y.v;
            self.slope[at] = scale.map_or(slope, |scale| slope * scale).v;
        }
    }

    /// The gradient of the cost with respect to each output.
    #[inline(always)]
    fn errors(&mut self, target: &[A::Value], cost: Cost, total: &mut A::Total) {
        let Some(last) = self.shapes.last() else { return };
        let (y, grad) = (&self.y[last.units..][..last.blocks], &mut self.grad[last.units..][..last.blocks]);
        self.arrangement.errors(y, target, grad, cost, total);
    }

    /// The gradients of layer `k`: handed to the layer before, and to `gradients`.
    #[inline(always)]
    fn backward(&mut self, k: usize, x: &[A::Value], gradients: &impl Gradients<T, S>) {
        let (s, shape) = (self.simd, &self.shapes[k]);
        let (blocks, all) = (shape.blocks, shape.rows() * shape.blocks);
        let (before, here) = self.grad.split_at_mut(shape.units);
        let delta = &mut here[..blocks];
        for (d, slope) in delta.iter_mut().zip(&self.slope[shape.units..]) {
            let value = Pack::<T, S>::new(s, *d) * Pack::new(s, *slope);
            // Gradients that small cannot matter, but would be denormal one layer on.
            let zero = Pack::of(s, 0.0);
            *d = value.abs().less(Pack::splat(s, T::FLUSH), zero, value).v;
        }
        let from = if k == 0 { shape.units } else { self.shapes[k - 1].units };
        let x = if k == 0 { x } else { values(&self.y[from..shape.units]) };
        let x = &x[..shape.inputs];
        let handed: &mut [A::Value] = bytemuck::cast_slice_mut(&mut before[from..]);
        let w = self.w[shape.weights..][..all].chunks_exact_mut(blocks);
        let m = self.m[shape.weights..][..all].chunks_exact_mut(blocks);
        let v = self.v[shape.weights..][..all].chunks_exact_mut(blocks);
        let sums = self.sum[shape.weights..][..all].chunks_exact_mut(blocks);
        for (i, (((w, m), v), sums)) in w.zip(m).zip(v).zip(sums).enumerate() {
            let x = x.get(i).map_or(Pack::of(s, 1.0), |&x| A::spread(s, x));
            let mut sum = Pack::<T, S>::of(s, 0.0);
            for ((((w, m), v), total), d) in w.iter_mut().zip(m).zip(v).zip(sums).zip(&*delta) {
                let d = Pack::new(s, *d);
                sum = Pack::new(s, *w).fma(d, sum);
                gradients.take([w, m, v, total], d * x);
            }
            if k > 0 && i < shape.inputs {
                handed[i] = A::gather(sum);
            }
        }
    }
}

/// Registers as inputs of a layer.
#[inline(always)]
fn values<V: Pod, X: Pod>(registers: &[V]) -> &[X] {
    bytemuck::cast_slice(registers)
}
