//! e^-t and ln(1 + e^-t) for whole registers, as training needs them.
//!
//! Own series instead of library calls, because a library call per lane would take longer than all the rest of
//! a training step. Errors are a few units in the last place; the trained network is judged with the exact
//! functions of [`crate::func`].

use super::lanes::{Lane, Pack};
use pulp::Simd;
use std::f64::consts::LOG2_E;

/// The high part of ln 2 in 11 bits, so that its products with exponents are exact in `f32` and `f64`.
const LN_2_HIGH: f64 = 1419.0 / 2048.0;
/// ln 2 less its high part.
const LN_2_LOW: f64 = 2.760868099453094e-4;

/// e^-t for t ≥ 0; constant from [`Lane::EXP_LIMIT`] on.
///
/// t = n·ln 2 - r with |r| ≤ ln 2 / 2, then the Taylor series of e^r.
#[inline(always)]
pub(in crate::train) fn exp_neg<T: Lane, S: Simd>(s: S, t: Pack<T, S>) -> Pack<T, S> {
    let t = t.min(Pack::splat(s, T::EXP_LIMIT));
    let rounder = Pack::splat(s, T::ROUNDER);
    let shifted = t.fma(Pack::of(s, -LOG2_E), rounder);
    let n = shifted - rounder;
    let r = n.fma(Pack::of(s, -LN_2_HIGH), Pack::of(s, 0.0) - t);
    let r = n.fma(Pack::of(s, -LN_2_LOW), r);
    series(s, r, T::TERMS.0, |k| 1.0 / FACTORIAL[k]) * shifted.power_of_two()
}

/// ln(1 + e) for 0 ≤ e ≤ 1, given `s = e / (2 + e)`: 2·artanh(s), small arguments to full relative accuracy.
#[inline(always)]
pub(in crate::train) fn ln_1p<T: Lane, S: Simd>(simd: S, s: Pack<T, S>) -> Pack<T, S> {
    (s + s) * series(simd, s * s, T::TERMS.1, |k| 1.0 / (2 * k + 1) as f64)
}

const FACTORIAL: [f64; 14] = [
    1.0,
    1.0,
    2.0,
    6.0,
    24.0,
    120.0,
    720.0,
    5040.0,
    40320.0,
    362880.0,
    3628800.0,
    39916800.0,
    479001600.0,
    6227020800.0,
];

/// Σ c(k)·x^k for k = 0..=degree: even and odd powers apart, so that two chains run side by side.
#[inline(always)]
fn series<T: Lane, S: Simd>(s: S, x: Pack<T, S>, degree: usize, c: impl Fn(usize) -> f64) -> Pack<T, S> {
    let square = x * x;
    let (mut high, mut low) = (Pack::of(s, c(degree)), Pack::of(s, c(degree - 1)));
    let mut k = degree;
    while k >= 3 {
        high = high.fma(square, Pack::of(s, c(k - 2)));
        low = low.fma(square, Pack::of(s, c(k - 3)));
        k -= 2;
    }
    if k == 2 {
        // high holds x², low x¹: one more coefficient below.
        return high.fma(square, low.fma(x, Pack::of(s, c(0))));
    }
    high.fma(x, low)
}
