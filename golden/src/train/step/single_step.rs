//! One training step: forward, backward and Adam for one sample or the mean of a batch, without allocation.

use super::adam::{Adam, Gather, Gradients};
use super::buffer::Buffer;
use super::lanes::{Lane, Pack};
use super::layout::Packed;
use super::normal::Normaliser;
use super::rates::StepRates;
use super::shape::{Shape, Unit};
use super::unit::{learned, unit};
use crate::train::config::Cost;
use pulp::Simd;

/// A packed network seen as registers.
pub(in crate::train) struct Stepper<'a, T: Lane, S: Simd> {
    simd: S,
    shapes: &'a [Shape],
    w: &'a mut [T::V<S>],
    m: &'a mut [T::V<S>],
    v: &'a mut [T::V<S>],
    sum: &'a mut [T::V<S>],
    units: &'a [T::V<S>],
    y: &'a mut [T::V<S>],
    slope: &'a mut [T::V<S>],
    grad: &'a mut [T::V<S>],
    norm: Normaliser<'a, T, S>,
}

impl<'a, T: Lane, S: Simd> Stepper<'a, T, S> {
    #[inline(always)]
    pub fn new(simd: S, net: &'a mut Packed<T>, follow: f64) -> Self {
        fn split<V: bytemuck::Pod>(b: &mut Buffer) -> &mut [V] {
            b.get_mut()
        }
        Stepper {
            simd,
            shapes: &net.shapes,
            w: split(&mut net.w),
            m: split(&mut net.m),
            v: split(&mut net.v),
            sum: split(&mut net.sum),
            units: net.units.get(),
            y: split(&mut net.y),
            slope: split(&mut net.slope),
            grad: split(&mut net.grad),
            norm: Normaliser::new(simd, &mut net.norm, follow),
        }
    }

    /// Forward, backward, Adam; returns the cost of the sample before the step.
    #[inline(always)]
    pub fn step(&mut self, x: &[T], target: &[T], cost: Cost, rates: &StepRates) -> T {
        self.forward(x);
        let total = self.errors(target, cost);
        let adam = Adam::new(self.simd, rates);
        for k in (0..self.shapes.len()).rev() {
            self.backward(k, x, &adam);
        }
        total
    }

    /// Forward and backward; the gradients are added to those of the batch so far. Returns the cost of the sample.
    #[inline(always)]
    pub fn gather(&mut self, x: &[T], target: &[T], cost: Cost) -> T {
        self.forward(x);
        let total = self.errors(target, cost);
        for k in (0..self.shapes.len()).rev() {
            self.backward(k, x, &Gather);
        }
        total
    }

    /// Adam with the mean gradient of a batch of so many samples.
    #[inline(always)]
    pub fn descend(&mut self, samples: usize, rates: &StepRates) {
        Adam::<T, S>::new(self.simd, rates).descend(samples, self.w, self.m, self.v, self.sum);
    }

    /// Outputs and slopes of all layers.
    #[inline(always)]
    fn forward(&mut self, x: &[T]) {
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
    fn layer<const NORMALISED: bool>(&mut self, k: usize, x: &[T]) {
        let (s, shape) = (self.simd, &self.shapes[k]);
        let (before, here) = self.y.split_at_mut(shape.units);
        let x = if k == 0 { x } else { inputs_of(before, self.shapes[k - 1].units) };
        let x = &x[..shape.inputs];
        let rows = &self.w[shape.weights..][..shape.rows() * shape.blocks];
        for j in 0..shape.blocks {
            let mut z = weighted_sum(s, shape, shape.bias && !NORMALISED, &rows[j..], x);
            let (at, mut scale) = (shape.units + j, None);
            if NORMALISED {
                let bias = shape.bias.then(|| Pack::new(s, rows[shape.inputs * shape.blocks + j]));
                let [normal, by] = self.norm.normalise(at, z, bias);
                (z, scale) = (normal, Some(by));
            }
            let c = &self.units[at * Unit::COUNT..][..Unit::COUNT];
            let c: &[T::V<S>; Unit::COUNT] = c.try_into().expect("the coefficients of one register");
            let coefficient = |k: usize| Pack::new(s, c[k]);
            let points = |z: &_, h: &mut _, dh: &mut _| learned(shape, j, z, h, dh);
            let (y, slope) = unit(s, shape.needs, coefficient, points, z);
            here[j] = y.v;
            self.slope[at] = scale.map_or(slope, |scale| slope * scale).v;
        }
    }

    /// The gradient of the cost with respect to each output; returns the cost.
    #[inline(always)]
    fn errors(&mut self, target: &[T], cost: Cost) -> T {
        let Some(last) = self.shapes.last() else { return T::zero() };
        let y: &[T] = bytemuck::cast_slice(&self.y[last.units..]);
        let grad: &mut [T] = bytemuck::cast_slice_mut(&mut self.grad[last.units..]);
        // The registers may be wider than the layer.
        cost.grade(&y[..target.len()], target, &mut grad[..target.len()])
    }

    /// The gradients of layer `k`: handed to the layer before, and applied to the weights.
    #[inline(always)]
    fn backward(&mut self, k: usize, x: &[T], gradients: &impl Gradients<T, S>) {
        let (s, shape) = (self.simd, &self.shapes[k]);
        let n = shape.inputs * shape.blocks;
        let all = shape.rows() * shape.blocks;
        let w = &mut self.w[shape.weights..][..all];
        let m = &mut self.m[shape.weights..][..all];
        let v = &mut self.v[shape.weights..][..all];
        let sum = &mut self.sum[shape.weights..][..all];
        let (before, here) = self.grad.split_at_mut(shape.units);
        let delta = &mut here[..shape.blocks];
        for (d, slope) in delta.iter_mut().zip(&self.slope[shape.units..]) {
            let value = Pack::<T, S>::new(s, *d) * Pack::new(s, *slope);
            // Gradients that small cannot matter, but would be denormal one layer on.
            let zero = Pack::of(s, 0.0);
            *d = value.abs().less(Pack::splat(s, T::FLUSH), zero, value).v;
        }
        let x = if k == 0 {
            x
        } else {
            let from = self.shapes[k - 1].units;
            let dx: &mut [T] = bytemuck::cast_slice_mut(&mut before[from..]);
            for (row, dx) in w[..n].chunks_exact(shape.blocks).zip(dx) {
                *dx = dot(s, row, delta);
            }
            inputs_of(&self.y[..shape.units], from)
        };
        let x = &x[..shape.inputs];
        let rows = w.chunks_exact_mut(shape.blocks).zip(m.chunks_exact_mut(shape.blocks));
        let rows = rows.zip(v.chunks_exact_mut(shape.blocks)).zip(sum.chunks_exact_mut(shape.blocks));
        for ((((w, m), v), sum), &x) in rows.zip(x.iter().chain(std::iter::once(&T::one()))) {
            let x = Pack::splat(s, x);
            for ((((w, m), v), sum), d) in w.iter_mut().zip(m).zip(v).zip(sum).zip(&*delta) {
                gradients.take([w, m, v, sum], Pack::new(s, *d) * x);
            }
        }
    }
}

/// The outputs of the layer whose first register is `from`, as numbers.
#[inline(always)]
fn inputs_of<T: Lane, V: bytemuck::Pod>(y: &[V], from: usize) -> &[T] {
    bytemuck::cast_slice(&y[from..])
}

/// Σ w·x, with the bias if asked for, for one register of neurons, in four chains so that additions overlap.
#[inline(always)]
fn weighted_sum<T: Lane, S: Simd>(s: S, shape: &Shape, bias: bool, rows: &[T::V<S>], x: &[T]) -> Pack<T, S> {
    let row = |i: usize| Pack::<T, S>::new(s, rows[i * shape.blocks]);
    let zero = Pack::of(s, 0.0);
    let mut sums = [zero; 4];
    if bias {
        sums[0] = row(shape.inputs);
    }
    let fours = x.chunks_exact(4);
    let rest = fours.remainder();
    for (q, four) in fours.enumerate() {
        for (c, &x) in four.iter().enumerate() {
            sums[c] = row(4 * q + c).fma(Pack::splat(s, x), sums[c]);
        }
    }
    for (c, &x) in rest.iter().enumerate() {
        sums[c] = row(x_len(shape) + c).fma(Pack::splat(s, x), sums[c]);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// Inputs that fill whole groups of four.
#[inline(always)]
fn x_len(shape: &Shape) -> usize {
    shape.inputs / 4 * 4
}

/// Σ w·δ over the neurons of a layer.
#[inline(always)]
fn dot<T: Lane, S: Simd>(s: S, row: &[T::V<S>], delta: &[T::V<S>]) -> T {
    let mut sum = Pack::<T, S>::of(s, 0.0);
    for (w, d) in row.iter().zip(delta) {
        sum = Pack::new(s, *w).fma(Pack::new(s, *d), sum);
    }
    sum.sum()
}
