//! What a circuit must beat: the best constant, and a linear fit.

use super::front::split;
use super::{EdgeError, Goal, Search};
use crate::data::Samples;
use nalgebra::{DMatrix, DVector};

/// Ridge of the linear fit, relative to the number of samples: inputs may depend on each other.
const RIDGE: f64 = 1e-6;

/// A function in real numbers.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// `constant` or `linear`.
    pub name: &'static str,
    /// Share of errors, or root mean square error in deviations of the target, on samples held out of the fit.
    pub error: f64,
    inputs: usize,
    /// Per output: the constant, then a weight an input.
    weights: Vec<DVector<f64>>,
}

impl Baseline {
    /// The outputs for samples, row-major.
    pub fn outputs(&self, samples: &Samples) -> Vec<f64> {
        (0..samples.rows())
            .flat_map(|s| self.weights.iter().map(move |w| self.output(w, samples.input(s))))
            .collect()
    }

    fn output(&self, w: &DVector<f64>, x: &[f64]) -> f64 {
        w[0] + x.iter().take(self.inputs).zip(w.iter().skip(1)).map(|(x, w)| x * w).sum::<f64>()
    }
}

/// The baselines, fitted to what a search trains on and judged on what it holds out.
///
/// # Errors
/// As [`Goal::of`]; too few samples.
pub fn baselines(samples: &Samples, search: &Search) -> Result<Vec<Baseline>, EdgeError> {
    Goal::of(samples, 0)?;
    let (held, used) = split(samples.rows(), search)?;
    let sides = [("constant", 0), ("linear", samples.inputs())];
    Ok(sides
        .into_iter()
        .map(|(name, inputs)| {
            let weights = fit(samples, &used, inputs);
            let mut baseline = Baseline { name, error: 0.0, inputs, weights };
            baseline.error = judge(&baseline, samples, &held);
            baseline
        })
        .collect())
}

/// Least squares on standardised inputs, brought back to raw units.
fn fit(samples: &Samples, used: &[usize], inputs: usize) -> Vec<DVector<f64>> {
    let rows = used.len() as f64;
    let spread: Vec<(f64, f64)> = (0..inputs)
        .map(|i| {
            let mean = used.iter().map(|&s| samples.input(s)[i]).sum::<f64>() / rows;
            let square = used.iter().map(|&s| (samples.input(s)[i] - mean).powi(2)).sum::<f64>() / rows;
            (mean, if square > 0.0 { square.sqrt() } else { 1.0 })
        })
        .collect();
    let value = |s: usize, k: usize| match k.checked_sub(1) {
        None => 1.0,
        Some(i) => (samples.input(s)[i] - spread[i].0) / spread[i].1,
    };
    let n = inputs + 1;
    let mut normal =
        DMatrix::from_fn(n, n, |a, b| used.iter().map(|&s| value(s, a) * value(s, b)).sum::<f64>());
    (1..n).for_each(|k| normal[(k, k)] += RIDGE * rows);
    let inverse = normal.cholesky();
    (0..samples.outputs())
        .map(|o| {
            let right = DVector::from_fn(n, |k, _| {
                used.iter().map(|&s| value(s, k) * samples.target(s)[o]).sum::<f64>()
            });
            let mut w = inverse.as_ref().map_or_else(|| DVector::zeros(n), |c| c.solve(&right));
            for (i, (mean, deviation)) in spread.iter().enumerate() {
                w[i + 1] /= deviation;
                w[0] -= w[i + 1] * mean;
            }
            w
        })
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
