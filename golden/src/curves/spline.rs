//! A smooth function through noisy samples of one input: a cubic spline whose second differences are penalised (Eilers and
//! Marx, *Flexible Smoothing with B-splines and Penalties*, 1996). Cross-validation chooses the penalty.

use super::banded::Banded;
use super::basis::{Knots, Place, READ, bend_square};

/// Intervals between knots, at most.
const INTERVALS: usize = 256;

/// Parts of the cross-validation.
const PARTS: usize = 5;

/// Penalties that are tried: powers of ten, by halves, relative to the samples an interval.
const PENALTIES: std::ops::RangeInclusive<i32> = -20..=16;

/// A cubic spline on equal intervals.
#[derive(Clone, Debug, PartialEq)]
pub struct Spline {
    pub(super) knots: Knots,
    pub(super) coefficients: Vec<f64>,
}

impl Spline {
    /// The smooth function of samples, and its mean square error on samples that it was not fitted to.
    pub fn fit(x: &[f64], y: &[f64]) -> (Spline, f64) {
        let ends = x.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
        let intervals = INTERVALS.min(2 * x.len()).max(1);
        let step = (ends.1 - ends.0) / intervals as f64;
        let knots = Knots { lo: ends.0, step, intervals };
        let placed: Vec<Place> = x.iter().map(|&x| knots.place(x)).collect();
        let density = x.len() as f64 / intervals as f64;
        let penalty = |half: i32| density * libm::pow(10.0, f64::from(half) / 2.0);
        // What the samples add is the same at every penalty: of all, and of all but a part.
        let others: Vec<Normal> =
            (0..PARTS).map(|part| Normal::of(knots, &placed, y, &|s| part_of(s) != part)).collect();
        let tried = PENALTIES.map(|half| {
            let square = |(part, others): (usize, &Normal)| {
                let fitted = others.solved(penalty(half));
                let left = (0..y.len()).filter(|&s| part_of(s) == part);
                left.map(|s| (placed[s].value(&fitted) - y[s]).powi(2)).sum::<f64>()
            };
            (others.iter().enumerate().map(square).sum::<f64>() / y.len() as f64, half)
        });
        // Of equal ones the smoothest.
        let best = tried.reduce(|best, next| if next.0 <= best.0 { next } else { best });
        let (error, half) = best.unwrap_or((0.0, 0));
        let coefficients = Normal::of(knots, &placed, y, &|_| true).solved(penalty(half));
        (Spline { knots, coefficients }, error)
    }

    /// The function at x; beyond its samples, the tangent at their end.
    pub fn eval(&self, x: f64) -> f64 {
        self.knots.place(x).value(&self.coefficients)
    }
}

/// The least-squares problem of samples.
struct Normal {
    square: Banded<READ>,
    right: Vec<f64>,
}

impl Normal {
    /// Of the samples that are used.
    fn of(knots: Knots, placed: &[Place], y: &[f64], used: &dyn Fn(usize) -> bool) -> Normal {
        let n = knots.coefficients();
        let (mut square, mut right) = (Banded::new(n), vec![0.0; n]);
        for (s, place) in placed.iter().enumerate().filter(|(s, _)| used(*s)) {
            for (a, wa) in place.weights.iter().enumerate() {
                right[place.first + a] += wa * y[s];
                (0..=a).for_each(|b| square.add(place.first + a, place.first + b, wa * place.weights[b]));
            }
        }
        Normal { square, right }
    }

    /// The coefficients, second differences penalised.
    fn solved(&self, penalty: f64) -> Vec<f64> {
        let mut square = self.square.clone();
        (0..self.right.len() - 2)
            .for_each(|k| bend_square(k, penalty, |row, column, v| square.add(row, column, v)));
        square.solve(self.right.clone())
    }
}

/// The part of the cross-validation that a sample is left out in. Files are often sorted: parts follow a hash of the row.
fn part_of(s: usize) -> usize {
    ((s as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize % PARTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};

    fn samples(rows: usize, noise: f64, f: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<f64>) {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let between = |_| 100.0 + 5.0 * random.random::<f64>();
        let x: Vec<f64> = [100.0, 105.0].into_iter().chain((2..rows).map(between)).collect();
        let mut normal = || (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        let y = x.iter().map(|&x| f(x) + noise * normal()).collect();
        (x, y)
    }

    fn error(spline: &Spline, f: impl Fn(f64) -> f64) -> f64 {
        let grid = (0..2001).map(|k| 100.0 + 5.0 * f64::from(k) / 2000.0);
        (grid.map(|x| (spline.eval(x) - f(x)).powi(2)).sum::<f64>() / 2001.0).sqrt()
    }

    #[test]
    fn exact_samples_are_met_and_noise_is_averaged() {
        let f = |x: f64| libm::sin(3.0 * x) + 0.2 * x;
        let (x, y) = samples(400, 0.0, f);
        let (spline, held) = Spline::fit(&x, &y);
        assert!(error(&spline, f) < 1e-4 && held.sqrt() < 1e-3, "{} {held}", error(&spline, f));

        let (x, y) = samples(2000, 0.1, f);
        let (spline, held) = Spline::fit(&x, &y);
        // A smooth function has some 30 degrees of freedom: the noise of 2000 samples shrinks to about an eighth.
        assert!(error(&spline, f) < 0.02, "{}", error(&spline, f));
        assert!((0.095..0.108).contains(&held.sqrt()), "{}", held.sqrt());
    }

    /// A straight line is a straight line at any penalty, between samples and where there are none.
    #[test]
    fn gaps_are_bridged() {
        let x: Vec<f64> = (0..30).map(|k| f64::from(if k < 20 { k } else { k + 60 })).collect();
        let y: Vec<f64> = x.iter().map(|x| 2.0 - 0.5 * x).collect();
        let (spline, _) = Spline::fit(&x, &y);
        for k in 0..=89 {
            let at = f64::from(k);
            assert!((spline.eval(at) - (2.0 - 0.5 * at)).abs() < 1e-6, "{at}: {}", spline.eval(at));
        }
        // Beyond the samples too.
        assert!((spline.eval(-100.0) - 52.0).abs() < 1e-4 && (spline.eval(200.0) + 98.0).abs() < 1e-4);
    }

    #[test]
    fn the_same_x_many_times_has_a_mean() {
        let (spline, _) = Spline::fit(&[1.0, 1.0, 2.0, 2.0], &[0.0, 1.0, 4.0, 5.0]);
        assert!((spline.eval(1.0) - 0.5).abs() < 0.1 && (spline.eval(2.0) - 4.5).abs() < 0.1, "{spline:?}");
    }
}
