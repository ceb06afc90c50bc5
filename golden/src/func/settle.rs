//! Where an activation stops answering: arguments beyond which a circuit could not tell it from a constant.

use super::{Activation, Interpolation};

impl Activation {
    /// `(lo, hi)`, `lo ≤ 0 ≤ hi` but for a learned function: for every x below `lo` (above `hi`), H(x) is less than
    /// `tolerance` from the value it tends to on that side; infinite where it tends to none. `tolerance` is
    /// above 0.
    ///
    /// An argument that saturates beyond these ends costs less than `tolerance`. The mathematics is `libm`'s,
    /// because the ends decide formats.
    pub fn settles(&self, tolerance: f64) -> (f64, f64) {
        let t = tolerance;
        let never = f64::INFINITY;
        match self {
            Activation::None => (-never, never),
            Activation::Relu => (0.0, never),
            Activation::LeakyRelu { slope } if *slope == 0.0 => (0.0, never),
            Activation::ParametricSoftplus { a } if *a == 0.0 => Activation::Softplus.settles(t),
            Activation::LeakyRelu { .. } | Activation::ParametricSoftplus { .. } => (-never, never),
            // e^x < t.
            Activation::Elu => (libm::log(t).min(0.0), never),
            // ln(1 + e^x) < t.
            Activation::Softplus => (libm::log(libm::expm1(t)).min(0.0), never),
            // 1/(1 + e^x) < t on the right, the same mirrored on the left.
            Activation::Sigmoid => symmetric(libm::log(1.0 / t - 1.0)),
            // 2/(1 + e^(2x)) < t on the right, the same mirrored on the left.
            Activation::Tanh => symmetric(libm::log(2.0 / t - 1.0) / 2.0),
            // A jump at the last node must be reached exactly, which a rounded argument need not do.
            Activation::Learned(points) if points.interpolation == Interpolation::Constant => (-never, never),
            Activation::Learned(points) => match (points.nodes.first(), points.nodes.last()) {
                (Some(&first), Some(&last)) => (first, last),
                _ => (-never, never),
            },
            // The ends' values are kept outside.
            Activation::Formula(formula) => formula.domain().map_or((-never, never), |[lo, hi]| (lo, hi)),
        }
    }
}

/// Both ends at one distance; a tolerance that everything meets (a logarithm of 0 or less) puts them to 0.
fn symmetric(distance: f64) -> (f64, f64) {
    let distance = if distance > 0.0 { distance } else { 0.0 };
    (-distance, distance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::func::Learned;

    /// The value far out on one side, and whether there is one.
    fn limit(h: &Activation, side: f64) -> Option<f64> {
        let (near, far) = (h.eval(side * 1e3), h.eval(side * 1e4));
        ((near - far).abs() < 1e-12).then_some(far)
    }

    fn all() -> Vec<Activation> {
        let points = Learned {
            nodes: vec![-1.5, 0.25, 3.0],
            ordinates: vec![2.0, -1.0, 0.5],
            interpolation: Interpolation::Linear,
        };
        let mut all = vec![Activation::Learned(points)];
        let named =
            "none relu leaky-relu(0.3) leaky-relu(0) elu softplus psoftplus(0.3) psoftplus(0) sigmoid tanh";
        all.extend(named.split(' ').map(|n| n.parse().expect("an activation")));
        all
    }

    #[test]
    fn beyond_the_ends_the_limit_is_within_the_tolerance_and_before_them_it_is_not() {
        for h in all() {
            for t in [0.3, 0.01, 1.0 / 4096.0, 2.0f64.powi(-20)] {
                let (lo, hi) = h.settles(t);
                for (end, side) in [(lo, -1.0), (hi, 1.0)] {
                    let limit = limit(&h, side);
                    assert_eq!(end.is_finite(), limit.is_some(), "{h}, side {side}");
                    let Some(limit) = limit else { continue };
                    let error = |x: f64| (h.eval(x) - limit).abs();
                    let beyond =
                        (1..200).map(|i| end + side * 0.05 * i as f64).map(error).fold(0.0, f64::max);
                    assert!(beyond < t, "{h}, {t}: {beyond} beyond {end}");
                    let before = error(end - side * 0.05);
                    let least = if matches!(h, Activation::Learned(_)) { 0.0 } else { 0.9 * t };
                    assert!(end == 0.0 || before > least, "{h}, {t}: only {before} before {end}");
                }
            }
        }
    }

    #[test]
    fn a_tolerance_that_everything_meets_leaves_nothing() {
        assert_eq!(Activation::Sigmoid.settles(0.5), (0.0, 0.0));
        assert_eq!(Activation::Sigmoid.settles(8.0), (0.0, 0.0));
        assert_eq!(Activation::Tanh.settles(1.0), (0.0, 0.0));
        assert_eq!(Activation::Elu.settles(4.0).0, 0.0);
    }
}
