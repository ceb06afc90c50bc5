//! Costs of a sample's outputs, with their gradients.

use super::config::Cost;
use crate::func::Real;

impl Cost {
    /// The cost of the outputs `y` for the targets `t`, summed over the outputs; its gradient goes to `grad`.
    #[inline(always)]
    pub(super) fn grade<T: Real>(self, y: &[T], t: &[T], grad: &mut [T]) -> T {
        match self {
            Cost::Paper => each(y, t, grad, |y, t| paper(y - t)),
            Cost::Squared => each(y, t, grad, |y, t| ((y - t) * (y - t), y - t + (y - t))),
            Cost::Logistic => each(y, t, grad, logistic),
            Cost::Softmax => softmax(y, t, grad),
        }
    }

    /// Whether targets are probabilities: between 0 and 1, and of all outputs together 1 for [`Cost::Softmax`].
    pub(super) fn of_probabilities(self) -> bool {
        matches!(self, Cost::Logistic | Cost::Softmax)
    }
}

/// A cost that every output has on its own.
#[inline(always)]
fn each<T: Real>(y: &[T], t: &[T], grad: &mut [T], cost: impl Fn(T, T) -> (T, T)) -> T {
    let mut total = T::zero();
    for ((&y, &t), grad) in y.iter().zip(t).zip(grad) {
        let (c, g) = cost(y, t);
        total += c;
        *grad = g;
    }
    total
}

/// |e| + 1/(|e|+1) - 1 = e²/(|e|+1) and sign(e)·(1 - 1/(|e|+1)²) = e·(|e|+2)/(|e|+1)², without the cancellation at
/// small errors.
#[inline(always)]
fn paper<T: Real>(e: T) -> (T, T) {
    let one = T::one();
    let a = e.abs();
    let q = one / (a + one);
    (e * e * q, e * (a + one + one) * q * q)
}

/// ln(1 + e^y) - t·y and σ(y) - t, through e^-|y|, which cannot overflow.
#[inline(always)]
fn logistic<T: Real>(y: T, t: T) -> (T, T) {
    let e = (-y.abs()).exp();
    let inverse = (T::one() + e).recip();
    let sigmoid = if y < T::zero() { e * inverse } else { inverse };
    (y.max(T::zero()) + e.ln_1p() - t * y, sigmoid - t)
}

/// Σt · ln Σe^y - Σ t·y and Σt · softmax(y) - t, with the largest y taken out first.
#[inline(always)]
fn softmax<T: Real>(y: &[T], t: &[T], grad: &mut [T]) -> T {
    let most = y.iter().fold(T::neg_infinity(), |m, &y| m.max(y));
    let mut sum = T::zero();
    for (grad, &y) in grad.iter_mut().zip(y.iter().zip(t).map(|(y, _)| y)) {
        *grad = (y - most).exp();
        sum += *grad;
    }
    let weight = t.iter().fold(T::zero(), |s, &t| s + t);
    let scale = weight / sum;
    let mut total = weight * (most + sum.ln());
    for ((grad, &y), &t) in grad.iter_mut().zip(y).zip(t) {
        total -= t * y;
        *grad = *grad * scale - t;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_by_hand() {
        let mut grad = [0.0; 3];
        // Scores 0, ln 2, ln 5: probabilities 1/8, 2/8, 5/8.
        let cost = Cost::Softmax.grade(&[0.0, 2f64.ln(), 5f64.ln()], &[0.0, 1.0, 0.0], &mut grad);
        assert!((cost - 4f64.ln()).abs() < 1e-15);
        let close =
            |found: &[f64], expected: &[f64]| found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-15);
        assert!(close(&grad, &[0.125, -0.75, 0.625]), "{grad:?}");
        // Odds of 3 to 1 and 1 to 3.
        let cost = Cost::Logistic.grade(&[3f64.ln(), -(3f64.ln())], &[1.0, 1.0], &mut grad);
        assert!((cost - (4.0f64 / 3.0).ln() - 4f64.ln()).abs() < 1e-15);
        assert!(close(&grad[..2], &[-0.25, -0.75]), "{grad:?}");
    }

    #[test]
    fn far_scores_stay_finite() {
        for cost in [Cost::Softmax, Cost::Logistic] {
            for far in [1e4f32, -1e4] {
                let mut grad = [0.0; 2];
                let total = cost.grade(&[far, -far], &[1.0, 0.0], &mut grad);
                let expected = if far > 0.0 { 0.0 } else { 2e4 };
                assert_eq!((total, grad[0]), (expected, if far > 0.0 { 0.0 } else { -1.0 }), "{cost:?}");
            }
        }
    }
}
