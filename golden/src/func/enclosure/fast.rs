//! `f64` with outward rounding.
//!
//! Sums, products, quotients and roots are rounded by their exact error, so that what is exact stays a point. The
//! functions are `libm`'s, whose error its own tests hold to 2 units in the last place for those used here, and which
//! [`super::tests`] holds against many digits; twice as much and more is allowed.

use super::{Call, Digits};

/// Arithmetic in `f64`.
#[derive(Clone, Copy, Default, Debug)]
pub struct Fast;

/// Relative error allowed to a function of `libm`: at least four units in the last place.
const FUNCTION: f64 = 8.881784197001252e-16;

/// Below this a product's exact error may itself be too small for a number.
const SMALL: f64 = 1e-280;

/// Neighbours of `v`, whose exact value is `v` plus something of the sign of `error`.
fn rounded(v: f64, error: f64, certain: bool) -> (f64, f64) {
    if v.is_nan() || error.is_nan() || !certain {
        return around(v);
    }
    (if error < 0.0 { v.next_down() } else { v }, if error > 0.0 { v.next_up() } else { v })
}

/// A number and its neighbours; everything if it is none. An infinity is what a number beyond the largest becomes.
fn around(v: f64) -> (f64, f64) {
    if v.is_nan() { (f64::NEG_INFINITY, f64::INFINITY) } else { (v.next_down(), v.next_up()) }
}

impl Digits for Fast {
    type N = f64;

    fn of(&self, v: f64) -> f64 {
        v
    }

    fn add(&self, &a: &f64, &b: &f64) -> (f64, f64) {
        let s = a + b;
        if s.is_infinite() || s.is_nan() {
            // An infinite end stays; an overflow becomes the largest number and infinity.
            return if a.is_infinite() ^ b.is_infinite() || a == b {
                exact_or_overflow(s, a, b)
            } else {
                around(s)
            };
        }
        let part = s - a;
        rounded(s, (a - (s - part)) + (b - part), true)
    }

    fn mul(&self, &a: &f64, &b: &f64) -> (f64, f64) {
        // 0 times whatever an infinity stands for.
        if a == 0.0 || b == 0.0 {
            return (0.0, 0.0);
        }
        let p = a * b;
        if p.is_infinite() {
            return exact_or_overflow(p, a, b);
        }
        rounded(p, a.mul_add(b, -p), p.abs() > SMALL)
    }

    fn div(&self, &a: &f64, &b: &f64) -> (f64, f64) {
        if a == 0.0 {
            return (0.0, 0.0);
        }
        let q = a / b;
        if b.is_infinite() || q.is_infinite() {
            // From 0 to what the largest numbers give.
            return if a.is_infinite() && b.is_infinite() {
                (f64::NEG_INFINITY, f64::INFINITY)
            } else if b.is_infinite() {
                around(0.0)
            } else {
                exact_or_overflow(q, a, b)
            };
        }
        let rest = (-q).mul_add(b, a);
        rounded(q, if b < 0.0 { -rest } else { rest }, q.abs() > SMALL && a.abs() > SMALL)
    }

    fn call(&self, f: Call, &a: &f64) -> (f64, f64) {
        if let Some(v) = known(f, a) {
            return (v, v);
        }
        let v = match f {
            Call::Sqrt => {
                let root = libm::sqrt(a);
                return rounded(root, (-root).mul_add(root, a), a > SMALL && a.is_finite());
            }
            Call::Exp => libm::exp(a),
            Call::Ln => libm::log(a),
            Call::Log2 => libm::log2(a),
            Call::Log10 => libm::log10(a),
            Call::Sin => libm::sin(a),
            Call::Cos => libm::cos(a),
            Call::Asin => libm::asin(a),
            Call::Atan => libm::atan(a),
            Call::Sinh => libm::sinh(a),
            Call::Cosh => libm::cosh(a),
            Call::Tanh => libm::tanh(a),
            Call::ExpM1 => libm::expm1(a),
            Call::Ln1p => libm::log1p(a),
            // Intervals make these of the others.
            Call::Tan | Call::Abs | Call::Acos => f64::NAN,
        };
        let (lo, hi) = padded(v);
        match f {
            Call::Exp | Call::Cosh => (lo.max(0.0), hi),
            Call::Tanh => (lo.max(-1.0), hi.min(1.0)),
            Call::ExpM1 => (lo.max(-1.0), hi),
            _ => (lo, hi),
        }
    }

    fn pow(&self, &a: &f64, &n: &f64) -> (f64, f64) {
        let (lo, hi) = padded(libm::pow(a, n));
        (lo.max(0.0), hi)
    }

    fn pi(&self) -> (f64, f64) {
        around(std::f64::consts::PI)
    }

    fn e(&self) -> (f64, f64) {
        around(std::f64::consts::E)
    }

    fn neg(&self, a: &f64) -> f64 {
        -a
    }

    fn less(&self, a: &f64, b: &f64) -> bool {
        a < b
    }

    fn to_f64(&self, a: &f64, _: bool) -> f64 {
        *a
    }
}

/// An infinite result: as it is if an operand is infinite, else the largest number to infinity.
fn exact_or_overflow(v: f64, a: f64, b: f64) -> (f64, f64) {
    if a.is_infinite() || b.is_infinite() {
        return if v.is_nan() { (f64::NEG_INFINITY, f64::INFINITY) } else { (v, v) };
    }
    if v > 0.0 { (f64::MAX, v) } else { (v, f64::MIN) }
}

/// Values that are exact.
fn known(f: Call, a: f64) -> Option<f64> {
    match f {
        Call::Exp | Call::Cos | Call::Cosh if a == 0.0 => Some(1.0),
        Call::Ln | Call::Log2 | Call::Log10 if a == 1.0 => Some(0.0),
        Call::Sqrt
        | Call::Sin
        | Call::Asin
        | Call::Atan
        | Call::Sinh
        | Call::Tanh
        | Call::ExpM1
        | Call::Ln1p
            if a == 0.0 =>
        {
            Some(0.0)
        }
        _ => None,
    }
}

fn padded(v: f64) -> (f64, f64) {
    if v == f64::INFINITY {
        return (f64::MAX, v);
    }
    if v == f64::NEG_INFINITY {
        return (v, f64::MIN);
    }
    if v.is_nan() {
        return around(v);
    }
    let error = v.abs() * FUNCTION;
    ((v - error).next_down(), (v + error).next_up())
}
