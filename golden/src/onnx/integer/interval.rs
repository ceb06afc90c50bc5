//! What a function of a neuron can be for an argument that is known to within rounding errors: the programs that run
//! such files compute in 32-bit floating point, each in another order and with another tanh.

use super::super::curve::Curve;
use super::super::expression::Expression::{self, Add, Call, Divide, Multiply, Number, X};

/// A closed interval.
pub(super) type Bounds = (f64, f64);

/// The relative error of a few roundings to 32-bit floating point.
pub(super) const ROUNDING: f64 = 1.0 / (1u64 << 22) as f64;

/// What a function such as tanh may be off by in these programs, beside 1 or its value.
const FUNCTION: f64 = 6e-7;

/// Nothing is known.
const ANY: Bounds = (f64::NEG_INFINITY, f64::INFINITY);

/// Wider by this much of its ends.
fn wider((lo, hi): Bounds, by: f64) -> Bounds {
    (lo - by * lo.abs(), hi + by * hi.abs())
}

/// What an operation gives: a number of 32-bit floating point as it is, another one with its rounding error.
fn rounded((lo, hi): Bounds) -> Bounds {
    let exact = |v: f64| f64::from(v as f32) == v;
    if lo.is_nan() || hi.is_nan() {
        return ANY;
    }
    if lo == hi && exact(lo) { (lo, hi) } else { wider((lo, hi), ROUNDING) }
}

fn product(a: Bounds, b: Bounds) -> Bounds {
    let all = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
    all.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)))
}

/// Whether a function never falls.
fn rises(curve: &Curve) -> bool {
    match curve {
        Curve::Quantize(_)
        | Curve::Relu
        | Curve::Clip(..)
        | Curve::Sigmoid
        | Curve::Tanh
        | Curve::Softplus
        | Curve::Softsign
        | Curve::Erf => true,
        Curve::LeakyRelu(a) | Curve::Elu(a) | Curve::HardSigmoid(a, _) => *a >= 0.0,
        Curve::Celu(a) => *a > 0.0,
        Curve::Selu(a, gamma) => *a >= 0.0 && *gamma >= 0.0,
        Curve::Named(name) => ["exp", "ln", "sqrt", "asin", "atan", "sinh", "tanh"].contains(name),
        _ => false,
    }
}

/// Whether a function's values are exact but for the rounding of a product.
fn plain(curve: &Curve) -> bool {
    matches!(
        curve,
        Curve::Relu | Curve::Clip(..) | Curve::LeakyRelu(_) | Curve::HardSigmoid(..) | Curve::Named("abs")
    )
}

fn applied(curve: &Curve, (lo, hi): Bounds) -> Bounds {
    if lo.is_nan() || hi.is_nan() {
        return ANY;
    }
    if let Curve::Quantize(q) = curve {
        let (lo, hi) = if q.exact() { (lo, hi) } else { wider((lo, hi), ROUNDING) };
        return (q.code(lo), q.code(hi));
    }
    let ends = match curve {
        _ if rises(curve) || lo == hi => (curve.value(lo), curve.value(hi)),
        Curve::Named("abs") if lo >= 0.0 => (lo, hi),
        Curve::Named("abs") if hi <= 0.0 => (-hi, -lo),
        Curve::Named("abs") => (0.0, hi.max(-lo)),
        _ => return ANY,
    };
    // At 0 every program has the same sigmoid and the same tanh.
    if plain(curve) || (lo, hi) == (0.0, 0.0) {
        return rounded(ends);
    }
    if ends.0.is_nan() || ends.1.is_nan() {
        return ANY;
    }
    let off = |v: f64| FUNCTION * v.abs().max(1.0);
    (ends.0 - off(ends.0), ends.1 + off(ends.1))
}

/// The values of a function for the arguments of an interval.
pub(super) fn bounds(e: &Expression, x: Bounds) -> Bounds {
    match e {
        X => x,
        Number(v) => (*v, *v),
        Call(curve, inner) => applied(curve, bounds(inner, x)),
        Add(a, b) => {
            let (a, b) = (bounds(a, x), bounds(b, x));
            rounded((a.0 + b.0, a.1 + b.1))
        }
        Multiply(a, b) if a == b => {
            let (lo, hi) = bounds(a, x);
            let (p, q) = (lo * lo, hi * hi);
            rounded((if lo <= 0.0 && hi >= 0.0 { 0.0 } else { p.min(q) }, p.max(q)))
        }
        Multiply(a, b) => rounded(product(bounds(a, x), bounds(b, x))),
        Divide(a, b) => {
            let (lo, hi) = bounds(b, x);
            if lo <= 0.0 && hi >= 0.0 {
                return ANY;
            }
            let a = bounds(a, x);
            let all = [a.0 / lo, a.0 / hi, a.1 / lo, a.1 / hi];
            rounded(
                all.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v))),
            )
        }
    }
}

/// 1 for a function that never falls, -1 for one that never rises, 0 for a constant; none if that is not known.
pub(super) fn direction(e: &Expression) -> Option<i8> {
    match e {
        X => Some(1),
        Number(_) => Some(0),
        Call(curve, inner) if rises(curve) => direction(inner),
        Call(..) => None,
        Add(a, b) => match (direction(a)?, direction(b)?) {
            (0, d) | (d, 0) => Some(d),
            (a, b) if a == b => Some(a),
            _ => None,
        },
        Multiply(a, b) => match (&**a, &**b) {
            (Number(k), e) | (e, Number(k)) => Some(direction(e)? * if *k < 0.0 { -1 } else { 1 }),
            _ => None,
        },
        Divide(a, b) => match &**b {
            Number(k) => Some(direction(a)? * if *k < 0.0 { -1 } else { 1 }),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_operations_stay_exact_and_others_are_widened() {
        let relu = X.call(Curve::Relu);
        assert_eq!(bounds(&relu, (0.375, 0.375)), (0.375, 0.375));
        let third = X.times(&Number(1.0 / 3.0));
        let (lo, hi) = bounds(&third, (1.0, 1.0));
        assert!(lo < 1.0 / 3.0 && hi > f64::from((1.0f64 / 3.0) as f32) && hi - lo < 1e-6);
        assert_eq!(bounds(&X.call(Curve::Tanh), (0.0, 0.0)), (0.0, 0.0));
        let (lo, hi) = bounds(&X.call(Curve::Tanh), (1.0, 1.0));
        assert!(lo < libm::tanh(1.0) && libm::tanh(1.0) < hi);
        assert_eq!(bounds(&X.times(&X), (-2.0, 1.0)), (0.0, 4.0 * (1.0 + ROUNDING)));
        assert_eq!(bounds(&Number(1.0).over(&X), (-1.0, 1.0)), ANY);
    }

    #[test]
    fn directions_are_known() {
        assert_eq!(direction(&X.call(Curve::Tanh).times(&Number(-2.0)).plus(&Number(1.0))), Some(-1));
        assert_eq!(direction(&X.call(Curve::Relu).plus(&X)), Some(1));
        assert_eq!(direction(&X.times(&X)), None);
        assert_eq!(direction(&X.call(Curve::Named("sin"))), None);
        assert_eq!(direction(&X.call(Curve::LeakyRelu(-0.5))), None);
    }
}
