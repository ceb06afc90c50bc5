//! How far outputs are from their targets, as the first paper counts it.

use super::SamplesError;
use schemars::JsonSchema;

/// Error figures of a set of outputs.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize, JsonSchema)]
pub struct Metrics {
    /// Mean of |e|.
    pub mae: f64,
    /// Sample standard deviation (n - 1) of the signed error; 0 for a single value.
    pub sd: f64,
    /// Largest |e|.
    pub max: f64,
    /// Root of the mean of e².
    pub rmse: f64,
}

impl Metrics {
    /// Figures of e = output - target over all values, summed in order (the same on every machine).
    pub fn of(outputs: &[f64], targets: &[f64]) -> Result<Metrics, SamplesError> {
        if outputs.len() != targets.len() {
            return Err(SamplesError::Compare { found: outputs.len(), expected: targets.len() });
        }
        if outputs.is_empty() {
            return Err(SamplesError::Empty);
        }
        let errors = || outputs.iter().zip(targets).map(|(o, t)| o - t);
        let n = outputs.len() as f64;
        let mean = errors().sum::<f64>() / n;
        let spread = errors().map(|e| (e - mean) * (e - mean)).sum::<f64>();
        Ok(Metrics {
            mae: errors().map(f64::abs).sum::<f64>() / n,
            sd: (spread / (n - 1.0).max(1.0)).sqrt(),
            // `f64::max` would hide a NaN that an output carries.
            max: errors().map(f64::abs).fold(0.0, |m, e| if e > m || e.is_nan() { e } else { m }),
            rmse: (errors().map(|e| e * e).sum::<f64>() / n).sqrt(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        // Errors 1, -1, 3, 1: mean 1, squares 12, spread 0 + 4 + 4 + 0.
        let m = Metrics::of(&[1.0, 1.0, 5.0, 2.0], &[0.0, 2.0, 2.0, 1.0]).expect("metrics");
        assert_eq!(m, Metrics { mae: 1.5, sd: (8.0f64 / 3.0).sqrt(), max: 3.0, rmse: 3f64.sqrt() });
        assert_eq!(Metrics::of(&[2.0], &[1.0]).expect("metrics").sd, 0.0);
    }

    #[test]
    fn a_nan_is_not_hidden() {
        let m = Metrics::of(&[f64::NAN, 1.0], &[0.0, 0.0]).expect("metrics");
        assert!(m.max.is_nan() && m.mae.is_nan() && m.sd.is_nan() && m.rmse.is_nan());
    }

    #[test]
    fn lengths_must_match() {
        assert_eq!(Metrics::of(&[1.0], &[]), Err(SamplesError::Compare { found: 1, expected: 0 }));
        assert_eq!(Metrics::of(&[], &[]), Err(SamplesError::Empty));
    }
}
