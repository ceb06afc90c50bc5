//! The logistic family: softplus, its derivatives, and tanh's, through exponentials of negative arguments only.

use super::Scalar;

/// r(|x|) = ln(1 + e^-|x|): what softplus lacks to max(x, 0).
pub(super) fn residual<T: Scalar>(x: T) -> T {
    (-x.abs()).exp().ln_1p()
}

/// 1 / (1 + e^-x).
pub(super) fn sigmoid<T: Scalar>(x: T) -> T {
    let one = T::from_f64(1.0);
    let e = (-x.abs()).exp();
    let s = one / (one + e);
    if x < T::from_f64(0.0) { e * s } else { s }
}

/// s·(1 - s) as e/(1 + e)², e = e^-|x|: no cancellation for large |x|.
pub(super) fn sigmoid_slope<T: Scalar>(x: T) -> T {
    let e = (-x.abs()).exp();
    let d = T::from_f64(1.0) + e;
    e / (d * d)
}

/// s·(1 - s)·(1 - 2s), where 1 - 2s = -tanh(x/2).
pub(super) fn sigmoid_curvature<T: Scalar>(x: T) -> T {
    -(sigmoid_slope(x) * (x * T::from_f64(0.5)).tanh())
}

/// 1 - tanh² x = 4s(1 - s) at 2x: no cancellation for large |x|.
pub(super) fn tanh_slope<T: Scalar>(x: T) -> T {
    T::from_f64(4.0) * sigmoid_slope(x + x)
}
