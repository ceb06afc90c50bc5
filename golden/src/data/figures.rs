//! Error figures of one set of samples, output by output.

use super::{Metrics, Samples, SamplesError};
use schemars::JsonSchema;
use serde::Serialize;

/// How far one output is from its target, in the units of the target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OutputFigures {
    /// Mean, deviation, largest, root of the mean square.
    #[serde(flatten)]
    pub metrics: Metrics,
    /// The |e| that 95 % of the samples do not exceed (the nearest rank).
    pub p95: f64,
    /// Share of the target's variance that is explained: 1 - Σe² / Σ(t - mean)²; none where the target is constant.
    pub r2: Option<f64>,
}

/// How far values are from their targets.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ValueFigures {
    /// Over all outputs.
    #[serde(flatten)]
    pub all: OutputFigures,
    /// Of each output.
    pub outputs: Vec<OutputFigures>,
}

impl ValueFigures {
    /// Figures of outputs, row-major, on samples with targets.
    ///
    /// # Errors
    /// Another number of outputs than of targets; none at all.
    pub fn of(outputs: &[f64], samples: &Samples) -> Result<ValueFigures, SamplesError> {
        let width = samples.outputs().max(1);
        let column =
            |values: &[f64], k: usize| values.iter().copied().skip(k).step_by(width).collect::<Vec<_>>();
        let one = |k: usize| OutputFigures::of(&column(outputs, k), &column(samples.y(), k));
        let all = OutputFigures::of(outputs, samples.y())?;
        Ok(ValueFigures { all, outputs: (0..samples.outputs()).map(one).collect::<Result<_, _>>()? })
    }
}

impl OutputFigures {
    fn of(outputs: &[f64], targets: &[f64]) -> Result<OutputFigures, SamplesError> {
        let metrics = Metrics::of(outputs, targets)?;
        let mut errors: Vec<f64> = outputs.iter().zip(targets).map(|(o, t)| (o - t).abs()).collect();
        errors.sort_by(f64::total_cmp);
        // The nearest rank: at least 95 % of the samples lie at or below it.
        let rank = (errors.len() * 95).div_ceil(100);
        let p95 = errors[rank.saturating_sub(1)];
        let mean = targets.iter().sum::<f64>() / targets.len() as f64;
        let spread = targets.iter().map(|t| (t - mean) * (t - mean)).sum::<f64>();
        let squares = metrics.rmse * metrics.rmse * targets.len() as f64;
        let r2 = (spread > 0.0).then(|| 1.0 - squares / spread).filter(|r| r.is_finite());
        Ok(OutputFigures { metrics, p95, r2 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        // Output 0: targets 1 to 4, errors 0, 0, 0, 2. Output 1: constant, errors 1.
        let y = vec![1.0, 7.0, 2.0, 7.0, 3.0, 7.0, 4.0, 7.0];
        let samples = Samples::new(1, 2, vec![0.0; 4], y.clone()).expect("samples");
        let found: Vec<f64> =
            y.iter().enumerate().map(|(i, y)| y + [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 2.0, 1.0][i]).collect();
        let figures = ValueFigures::of(&found, &samples).expect("figures");
        let [one, other] = figures.outputs[..] else { panic!("two outputs") };
        assert_eq!((one.metrics.mae, one.metrics.max, one.p95), (0.5, 2.0, 2.0));
        // Squares 4, spread 5.
        assert!((one.r2.expect("varies") - 0.2).abs() < 1e-12);
        assert_eq!((other.metrics.mae, other.p95, other.r2), (1.0, 1.0, None));
        assert_eq!(figures.all.metrics.mae, 0.75);
        let samples = Samples::new(1, 1, vec![0.0; 100], vec![0.0; 100]).expect("samples");
        let found: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(ValueFigures::of(&found, &samples).expect("figures").all.p95, 95.0);
        assert!(ValueFigures::of(&found[1..], &samples).is_err());
    }
}
