//! Adam on registers of weights, and gradients summed over a batch.

use super::lanes::{Lane, Pack};
use super::rates::StepRates;
use pulp::Simd;

/// What becomes of the gradient of a register of weights.
pub(in crate::train) trait Gradients<T: Lane, S: Simd> {
    /// Takes the gradient `g` for a weight, its averages m and v, and its sum over the batch.
    fn take(&self, numbers: [&mut T::V<S>; 4], g: Pack<T, S>);
}

/// Gradients are summed over a batch.
pub(in crate::train) struct Gather;

impl<T: Lane, S: Simd> Gradients<T, S> for Gather {
    #[inline(always)]
    fn take(&self, [_, _, _, sum]: [&mut T::V<S>; 4], g: Pack<T, S>) {
        *sum = (Pack::new(g.simd(), *sum) + g).v;
    }
}

impl<T: Lane, S: Simd> Gradients<T, S> for Adam<T, S> {
    #[inline(always)]
    fn take(&self, [w, m, v, _]: [&mut T::V<S>; 4], g: Pack<T, S>) {
        self.update(w, m, v, g);
    }
}

/// [`StepRates`] in registers.
pub(in crate::train) struct Adam<T: Lane, S: Simd> {
    beta1: Pack<T, S>,
    gain1: Pack<T, S>,
    beta2: Pack<T, S>,
    gain2: Pack<T, S>,
    rate: Pack<T, S>,
    inside: Pack<T, S>,
    keep: Pack<T, S>,
    tiny: Pack<T, S>,
}

impl<T: Lane, S: Simd> Adam<T, S> {
    #[inline(always)]
    pub fn new(s: S, r: &StepRates) -> Self {
        Adam {
            beta1: Pack::of(s, r.beta1),
            gain1: Pack::of(s, 1.0 - r.beta1),
            beta2: Pack::of(s, r.beta2),
            gain2: Pack::of(s, 1.0 - r.beta2),
            rate: Pack::of(s, -r.rate),
            inside: Pack::of(s, r.inside),
            keep: Pack::of(s, r.keep),
            tiny: Pack::splat(s, T::TINY),
        }
    }

    /// A step of all weights with the mean of the gradients of so many samples; their sums begin anew.
    #[inline(always)]
    pub fn descend(
        &self,
        samples: usize,
        w: &mut [T::V<S>],
        m: &mut [T::V<S>],
        v: &mut [T::V<S>],
        sum: &mut [T::V<S>],
    ) {
        let s = self.rate.simd();
        let (share, zero) = (Pack::of(s, 1.0 / samples as f64), Pack::<T, S>::of(s, 0.0));
        for (((w, m), v), sum) in w.iter_mut().zip(m).zip(v).zip(sum) {
            self.update(w, m, v, Pack::new(s, *sum) * share);
            *sum = zero.v;
        }
    }

    /// One step of a register of weights with the gradient `g`.
    #[inline(always)]
    pub fn update(&self, w: &mut T::V<S>, m: &mut T::V<S>, v: &mut T::V<S>, g: Pack<T, S>) {
        let s = g.simd();
        let mean = self.beta1.fma(Pack::new(s, *m), self.gain1.fma(g, self.tiny));
        let square = self.beta2.fma(Pack::new(s, *v), (self.gain2 * g).fma(g, self.tiny));
        let step = mean * (square + self.inside).inverse_root();
        let weight = self.rate.fma(step, Pack::new(s, *w)) * self.keep;
        (*w, *m, *v) = (weight.v, mean.v, square.v);
    }
}
