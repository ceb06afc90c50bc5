//! What a circuit must beat: the best constant, a linear fit, and a sum of cubic polynomials, one of each input.

use super::front::split;
use super::{EdgeError, Goal, Search};
use crate::data::Samples;
use nalgebra::{DMatrix, DVector};

/// Ridge of the linear fit, relative to the number of samples: inputs may depend on each other.
const RIDGE: f64 = 1e-6;

/// Inputs of a cubic fit at most: its normal equations grow with their square.
const CUBIC_INPUTS: usize = 64;

/// A function in real numbers: of each output a constant, and a polynomial of each input.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// `constant`, `linear` or `cubic`.
    pub name: &'static str,
    /// Share of errors, or root mean square error in deviations of the target, on samples held out of the fit.
    pub error: f64,
    terms: Terms,
    /// Per output: the weights of the terms.
    weights: Vec<DVector<f64>>,
}

/// The constant 1, and the powers of the standardised inputs.
#[derive(Clone, Debug)]
struct Terms {
    /// Mean and deviation of each input.
    spread: Vec<(f64, f64)>,
    degree: usize,
}

impl Terms {
    fn of(samples: &Samples, used: &[usize], degree: usize) -> Terms {
        let rows = used.len() as f64;
        let spread = |i: usize| {
            let mean = used.iter().map(|&s| samples.input(s)[i]).sum::<f64>() / rows;
            let square = used.iter().map(|&s| (samples.input(s)[i] - mean).powi(2)).sum::<f64>() / rows;
            (mean, if square > 0.0 { square.sqrt() } else { 1.0 })
        };
        Terms { spread: (0..samples.inputs()).map(spread).collect(), degree }
    }

    fn count(&self) -> usize {
        1 + self.spread.len() * self.degree
    }

    /// Term by term, the powers of an input side by side.
    fn values<'a>(&'a self, x: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        let powers = x.iter().zip(&self.spread).flat_map(|(x, (mean, deviation))| {
            let z = (x - mean) / deviation;
            (1..=self.degree).map(move |p| z.powi(p as i32))
        });
        std::iter::once(1.0).chain(powers)
    }
}

impl Baseline {
    /// The outputs for samples, row-major.
    pub fn outputs(&self, samples: &Samples) -> Vec<f64> {
        (0..samples.rows())
            .flat_map(|s| self.weights.iter().map(move |w| self.output(w, samples.input(s))))
            .collect()
    }

    fn output(&self, w: &DVector<f64>, x: &[f64]) -> f64 {
        self.terms.values(x).zip(w.iter()).map(|(v, w)| v * w).sum()
    }
}

/// The baselines, fitted to what a search trains on and judged on what it holds out.
///
/// # Errors
/// As [`Goal::of`]; too few samples.
pub fn baselines(samples: &Samples, search: &Search) -> Result<Vec<Baseline>, EdgeError> {
    Goal::of(samples, 0)?;
    let (held, used) = split(samples.rows(), search)?;
    let sides = [("constant", 0), ("linear", 1), ("cubic", 3)];
    let few = samples.inputs() <= CUBIC_INPUTS;
    Ok(sides
        .into_iter()
        .filter(|(_, degree)| *degree < 2 || few)
        .map(|(name, degree)| {
            let terms = Terms::of(samples, &used, degree);
            let weights = fit(samples, &used, &terms);
            let mut baseline = Baseline { name, error: 0.0, terms, weights };
            baseline.error = judge(&baseline, samples, &held);
            baseline
        })
        .collect())
}

/// Least squares.
fn fit(samples: &Samples, used: &[usize], terms: &Terms) -> Vec<DVector<f64>> {
    let (n, outputs) = (terms.count(), samples.outputs());
    let (mut normal, mut right) = (DMatrix::zeros(n, n), DMatrix::zeros(n, outputs));
    for &s in used {
        let values = DVector::from_iterator(n, terms.values(samples.input(s)));
        normal.ger(1.0, &values, &values, 1.0);
        right.ger(1.0, &values, &DVector::from_column_slice(samples.target(s)), 1.0);
    }
    (1..n).for_each(|k| normal[(k, k)] += RIDGE * used.len() as f64);
    let inverse = normal.cholesky();
    (0..outputs)
        .map(|o| inverse.as_ref().map_or_else(|| DVector::zeros(n), |c| c.solve(&right.column(o))))
        .collect()
}

fn judge(baseline: &Baseline, samples: &Samples, held: &[usize]) -> f64 {
    let outputs = |s: usize| -> Vec<f64> {
        baseline.weights.iter().map(|w| baseline.output(w, samples.input(s))).collect()
    };
    let n = held.len() as f64;
    if !samples.classes().is_empty() {
        let labels = samples.labels();
        let class = |y: &[f64]| match y {
            [one] => usize::from(*one > 0.5),
            all => (1..all.len()).fold(0, |best, i| if all[i] > all[best] { i } else { best }),
        };
        return held.iter().filter(|&&s| class(&outputs(s)) != labels[s]).count() as f64 / n;
    }
    let m = samples.outputs();
    let total = (0..m).map(|o| {
        let mean = (0..samples.rows()).map(|s| samples.target(s)[o]).sum::<f64>() / samples.rows() as f64;
        let spread = (0..samples.rows()).map(|s| (samples.target(s)[o] - mean).powi(2)).sum::<f64>()
            / samples.rows() as f64;
        held.iter().map(|&s| (outputs(s)[o] - samples.target(s)[o]).powi(2)).sum::<f64>() / n / spread
    });
    (total.sum::<f64>() / m as f64).sqrt()
}
