//! One network across the lanes: a register holds neighbouring neurons of a layer.

use super::lanes::{Lane, Pack};
use super::shape::{Shape, Unit};
use super::stepper::Arrangement;
use super::unit::{learned, unit};
use crate::train::config::Cost;
use pulp::Simd;

/// The coefficients of every register of neurons.
pub(in crate::train) struct Across<'a, V>(pub &'a [V]);

impl<T: Lane, S: Simd> Arrangement<T, S> for Across<'_, T::V<S>> {
    type Value = T;
    type Total = f64;

    #[inline(always)]
    fn spread(s: S, x: T) -> Pack<T, S> {
        Pack::splat(s, x)
    }

    #[inline(always)]
    fn gather(sum: Pack<T, S>) -> T {
        sum.sum()
    }

    /// In four chains, so that additions overlap.
    #[inline(always)]
    fn weighted_sum(s: S, shape: &Shape, bias: bool, rows: &[T::V<S>], x: &[T]) -> Pack<T, S> {
        let row = |i: usize| Pack::<T, S>::new(s, rows[i * shape.blocks]);
        let mut sums = [Pack::of(s, 0.0); 4];
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
            sums[c] = row(shape.inputs / 4 * 4 + c).fma(Pack::splat(s, x), sums[c]);
        }
        (sums[0] + sums[1]) + (sums[2] + sums[3])
    }

    #[inline(always)]
    fn normalised(&self, _: usize) -> bool {
        true
    }

    #[inline(always)]
    fn unit(&self, s: S, shape: &Shape, j: usize, z: Pack<T, S>) -> [Pack<T, S>; 2] {
        let c = &self.0[(shape.units + j) * Unit::COUNT..][..Unit::COUNT];
        let c: &[T::V<S>; Unit::COUNT] = c.try_into().expect("the coefficients of one register");
        let coefficient = |k: usize| Pack::new(s, c[k]);
        let points = |z: &_, h: &mut _, dh: &mut _| learned(shape, j, z, h, dh);
        unit(s, shape.needs, coefficient, points, z).into()
    }

    #[inline(always)]
    fn errors(&mut self, y: &[T::V<S>], target: &[T], grad: &mut [T::V<S>], cost: Cost, total: &mut f64) {
        let (y, grad): (&[T], &mut [T]) = (bytemuck::cast_slice(y), bytemuck::cast_slice_mut(grad));
        // The registers may be wider than the layer.
        let n = target.len();
        *total += cost.grade(&y[..n], target, &mut grad[..n]).to();
    }
}
