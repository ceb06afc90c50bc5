//! Vectors of `f32` or `f64` as wide as the machine's registers, with operators.
//!
//! [`Pack`] wraps one register of the `pulp` crate together with its proof that the instruction set is there,
//! so that the arithmetic of a training step reads like the formula it implements.

use crate::func::Real;
use bytemuck::Pod;
use pulp::Simd;
use std::ops::{Add, Div, Mul, Sub};

/// A number type that training runs in.
pub(in crate::train) trait Lane: Real + Pod {
    /// A register of this type.
    type V<S: Simd>: Pod;
    /// Added to running averages so that they cannot decay into denormal numbers, which are slow.
    const TINY: Self;
    /// Gradients of smaller magnitude are taken as 0, for the same reason.
    const FLUSH: Self;
    /// The largest t for which e^-t is computed; beyond it e^-t is constant, small and its square is normal.
    const EXP_LIMIT: Self;
    /// 1.5 · 2^(mantissa bits): adding it rounds to an integer that stands in the low mantissa bits.
    const ROUNDER: Self;
    /// Terms of the series of e^r, |r| ≤ ln 2 / 2, and of artanh(s) / s, |s| ≤ 1/3, to half an ulp.
    const TERMS: (usize, usize);

    /// Steps y·(a - b·x·y²) after [`Lane::root_guess`], with (a, b) = [`Lane::ROOT_STEP`].
    const ROOT_STEPS: usize;
    /// Newton's (1.5, 0.5) where steps follow each other; for a single step, what makes the worst error smallest.
    const ROOT_STEP: (f64, f64);

    /// 2^n where `self` is `ROUNDER + n`.
    fn power_of_two(self) -> Self;
    /// About 1/√self, from halving the exponent.
    fn root_guess(self) -> Self;

    fn v_splat<S: Simd>(s: S, a: Self) -> Self::V<S>;
    fn v_add<S: Simd>(s: S, a: Self::V<S>, b: Self::V<S>) -> Self::V<S>;
    fn v_sub<S: Simd>(s: S, a: Self::V<S>, b: Self::V<S>) -> Self::V<S>;
    fn v_mul<S: Simd>(s: S, a: Self::V<S>, b: Self::V<S>) -> Self::V<S>;
    fn v_div<S: Simd>(s: S, a: Self::V<S>, b: Self::V<S>) -> Self::V<S>;
    fn v_fma<S: Simd>(s: S, a: Self::V<S>, b: Self::V<S>, c: Self::V<S>) -> Self::V<S>;
    fn v_min<S: Simd>(s: S, a: Self::V<S>, b: Self::V<S>) -> Self::V<S>;
    fn v_max<S: Simd>(s: S, a: Self::V<S>, b: Self::V<S>) -> Self::V<S>;
    fn v_abs<S: Simd>(s: S, a: Self::V<S>) -> Self::V<S>;
    fn v_sum<S: Simd>(s: S, a: Self::V<S>) -> Self;
    /// `if a < b { x } else { y }`, lane by lane.
    fn v_less<S: Simd>(s: S, a: Self::V<S>, b: Self::V<S>, x: Self::V<S>, y: Self::V<S>) -> Self::V<S>;
}

macro_rules! lane {
    ($t:ident, $v:ident, tiny $tiny:expr, flush $flush:expr, limit $limit:expr, mantissa $mantissa:expr,
     terms $terms:expr, guess $guess:expr, root $steps:expr, $step:expr, $splat:ident $add:ident $sub:ident $mul:ident $div:ident $fma:ident $min:ident $max:ident
     $abs:ident $sum:ident $less:ident $select:ident) => {
        impl Lane for $t {
            type V<S: Simd> = S::$v;
            const TINY: $t = $tiny;
            const FLUSH: $t = $flush;
            const EXP_LIMIT: $t = $limit;
            const ROUNDER: $t = 1.5 * (1u64 << $mantissa) as $t;
            const TERMS: (usize, usize) = $terms;
            const ROOT_STEPS: usize = $steps;
            const ROOT_STEP: (f64, f64) = $step;

            #[inline(always)]
            fn power_of_two(self) -> $t {
                $t::from_bits((self.to_bits() << $mantissa).wrapping_add($t::to_bits(1.0)))
            }
            #[inline(always)]
            fn root_guess(self) -> $t {
                // Wraps for a negative NaN only; the steps make it NaN again.
                $t::from_bits($guess.wrapping_sub(self.to_bits() >> 1))
            }
            #[inline(always)]
            fn v_splat<S: Simd>(s: S, a: $t) -> S::$v {
                s.$splat(a)
            }
            #[inline(always)]
            fn v_add<S: Simd>(s: S, a: S::$v, b: S::$v) -> S::$v {
                s.$add(a, b)
            }
            #[inline(always)]
            fn v_sub<S: Simd>(s: S, a: S::$v, b: S::$v) -> S::$v {
                s.$sub(a, b)
            }
            #[inline(always)]
            fn v_mul<S: Simd>(s: S, a: S::$v, b: S::$v) -> S::$v {
                s.$mul(a, b)
            }
            #[inline(always)]
            fn v_div<S: Simd>(s: S, a: S::$v, b: S::$v) -> S::$v {
                s.$div(a, b)
            }
            #[inline(always)]
            fn v_fma<S: Simd>(s: S, a: S::$v, b: S::$v, c: S::$v) -> S::$v {
                s.$fma(a, b, c)
            }
            #[inline(always)]
            fn v_min<S: Simd>(s: S, a: S::$v, b: S::$v) -> S::$v {
                s.$min(a, b)
            }
            #[inline(always)]
            fn v_max<S: Simd>(s: S, a: S::$v, b: S::$v) -> S::$v {
                s.$max(a, b)
            }
            #[inline(always)]
            fn v_abs<S: Simd>(s: S, a: S::$v) -> S::$v {
                s.$abs(a)
            }
            #[inline(always)]
            fn v_sum<S: Simd>(s: S, a: S::$v) -> $t {
                s.$sum(a)
            }
            #[inline(always)]
            fn v_less<S: Simd>(s: S, a: S::$v, b: S::$v, x: S::$v, y: S::$v) -> S::$v {
                s.$select(s.$less(a, b), x, y)
            }
        }
    };
}

lane!(f32, f32s, tiny 1e-30, flush 1e-18, limit 40.0, mantissa 23, terms (7, 7),
    guess 0x5f1f_fff9_u32, root 1, (1.681_914_09, 0.703_952_253),
    splat_f32s add_f32s sub_f32s mul_f32s div_f32s mul_add_e_f32s min_f32s max_f32s
    abs_f32s reduce_sum_f32s less_than_f32s select_f32s);
lane!(f64, f64s, tiny 1e-290, flush 1e-145, limit 330.0, mantissa 52, terms (13, 16),
    guess 0x5fe6_eb50_c7b5_37a9_u64, root 4, (1.5, 0.5),
    splat_f64s add_f64s sub_f64s mul_f64s div_f64s mul_add_e_f64s min_f64s max_f64s
    abs_f64s reduce_sum_f64s less_than_f64s select_f64s);

/// One register with operators.
#[derive(Clone, Copy)]
pub(in crate::train) struct Pack<T: Lane, S: Simd> {
    simd: S,
    /// The register, as it lies in memory.
    pub v: T::V<S>,
}

impl<T: Lane, S: Simd> Pack<T, S> {
    /// Numbers per register.
    pub const LANES: usize = size_of::<T::V<S>>() / size_of::<T>();

    #[inline(always)]
    pub fn new(simd: S, v: T::V<S>) -> Self {
        Pack { simd, v }
    }

    #[inline(always)]
    pub fn splat(simd: S, a: T) -> Self {
        Pack { simd, v: T::v_splat(simd, a) }
    }

    /// The same constant in all lanes.
    #[inline(always)]
    pub fn of(simd: S, a: f64) -> Self {
        Pack::splat(simd, T::of(a))
    }

    /// `self · b + c`, with one rounding where the machine has such an instruction.
    #[inline(always)]
    pub fn fma(self, b: Self, c: Self) -> Self {
        Pack { v: T::v_fma(self.simd, self.v, b.v, c.v), ..self }
    }

    #[inline(always)]
    pub fn min(self, b: Self) -> Self {
        Pack { v: T::v_min(self.simd, self.v, b.v), ..self }
    }

    #[inline(always)]
    pub fn max(self, b: Self) -> Self {
        Pack { v: T::v_max(self.simd, self.v, b.v), ..self }
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        Pack { v: T::v_abs(self.simd, self.v), ..self }
    }

    /// The proof that the instruction set is there.
    #[inline(always)]
    pub fn simd(self) -> S {
        self.simd
    }

    /// 1/√self for positive normal numbers: relative error below 7e-4 in `f32`, a few units in the last place in
    /// `f64`. Faster than a root and a division, and enough for the length of a step; the same bits on every machine,
    /// unlike the machines' own estimates.
    #[inline(always)]
    pub fn inverse_root(self) -> Self {
        let mut guess = self;
        for lane in bytemuck::cast_slice_mut::<T::V<S>, T>(std::slice::from_mut(&mut guess.v)) {
            *lane = lane.root_guess();
        }
        let (a, b) = T::ROOT_STEP;
        let (a, less) = (Pack::of(self.simd, a), self * Pack::of(self.simd, -b));
        for _ in 0..T::ROOT_STEPS {
            guess = guess * (less * guess).fma(guess, a);
        }
        guess
    }

    /// The sum over the lanes.
    #[inline(always)]
    pub fn sum(self) -> T {
        T::v_sum(self.simd, self.v)
    }

    /// Lane by lane: `x` where `self < b`, else `y`.
    #[inline(always)]
    pub fn less(self, b: Self, x: Self, y: Self) -> Self {
        Pack { v: T::v_less(self.simd, self.v, b.v, x.v, y.v), ..self }
    }

    /// One lane.
    pub fn lane(&self, lane: usize) -> T {
        bytemuck::cast_slice(std::slice::from_ref(&self.v))[lane]
    }

    /// Replaces one lane.
    pub fn set_lane(&mut self, lane: usize, value: T) {
        bytemuck::cast_slice_mut(std::slice::from_mut(&mut self.v))[lane] = value;
    }

    /// 2^n, lane by lane, where `self` is `ROUNDER + n`.
    #[inline(always)]
    pub fn power_of_two(mut self) -> Self {
        for lane in bytemuck::cast_slice_mut::<T::V<S>, T>(std::slice::from_mut(&mut self.v)) {
            *lane = lane.power_of_two();
        }
        self
    }
}

macro_rules! operator {
    ($trait:ident $method:ident $lanes:ident) => {
        impl<T: Lane, S: Simd> $trait for Pack<T, S> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, b: Self) -> Self {
                Pack { v: T::$lanes(self.simd, self.v, b.v), ..self }
            }
        }
    };
}

operator!(Add add v_add);
operator!(Sub sub v_sub);
operator!(Mul mul v_mul);
operator!(Div div v_div);
