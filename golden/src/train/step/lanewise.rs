//! A network in each lane: a register holds one neuron of every network.

use super::lanes::{Lane, Pack};
use super::shape::{Cell, Shape};
use super::stepper::Arrangement;
use super::unit::unit;
use crate::train::config::Cost;
use pulp::Simd;

/// What the neurons compute, and room for the outputs of one network.
pub(in crate::train) struct Lanewise<'a, T> {
    cells: &'a [Cell<T>],
    /// Outputs, targets and gradients of one network, for costs that look at all outputs together.
    outputs: [Vec<T>; 3],
}

impl<'a, T: Lane> Lanewise<'a, T> {
    /// For networks of these neurons, `outputs` of them outputs.
    pub fn new(cells: &'a [Cell<T>], outputs: usize) -> Lanewise<'a, T> {
        Lanewise { cells, outputs: [(); 3].map(|()| vec![T::zero(); outputs]) }
    }
}

impl<T: Lane, S: Simd> Arrangement<T, S> for Lanewise<'_, T> {
    type Value = T::V<S>;
    /// The magnitudes of each lane's outputs: not finite if the lane overflowed.
    type Total = Vec<T>;

    #[inline(always)]
    fn spread(s: S, x: T::V<S>) -> Pack<T, S> {
        Pack::new(s, x)
    }

    #[inline(always)]
    fn gather(sum: Pack<T, S>) -> T::V<S> {
        sum.v
    }

    #[inline(always)]
    fn weighted_sum(s: S, shape: &Shape, bias: bool, rows: &[T::V<S>], x: &[T::V<S>]) -> Pack<T, S> {
        let mut z = Pack::<T, S>::of(s, 0.0);
        if bias {
            z = Pack::new(s, rows[shape.inputs * shape.blocks]);
        }
        for (w, x) in rows.iter().step_by(shape.blocks).zip(x) {
            z = Pack::new(s, *w).fma(Pack::new(s, *x), z);
        }
        z
    }

    #[inline(always)]
    fn normalised(&self, at: usize) -> bool {
        self.cells[at].normalised
    }

    #[inline(always)]
    fn unit(&self, s: S, shape: &Shape, j: usize, z: Pack<T, S>) -> [Pack<T, S>; 2] {
        let cell = &self.cells[shape.units + j];
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
        unit(s, cell.needs, at, learned, z).into()
    }

    #[inline(always)]
    fn errors(
        &mut self,
        y: &[T::V<S>],
        target: &[T::V<S>],
        grad: &mut [T::V<S>],
        cost: Cost,
        totals: &mut Vec<T>,
    ) {
        let (y, target): (&[T], &[T]) = (bytemuck::cast_slice(y), bytemuck::cast_slice(target));
        let grad: &mut [T] = bytemuck::cast_slice_mut(grad);
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
}
