//! Samples in the units that curves are trained in.

use super::fit::Data;
use crate::data::Samples;

/// From raw units to about 0 to 1 for inputs, to deviations from the mean for outputs.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    /// Least value and span of every input.
    pub inputs: Vec<(f64, f64)>,
    /// Mean and deviation of every output.
    pub outputs: Vec<(f64, f64)>,
}

impl Scale {
    pub fn of(samples: &Samples) -> Scale {
        let input = |i: usize| {
            let (lo, hi) = samples.input_range(i);
            (lo, if hi > lo { hi - lo } else { 1.0 })
        };
        let output = |o: usize| {
            let y = || samples.y().iter().skip(o).step_by(samples.outputs());
            let n = samples.rows() as f64;
            let mean = y().sum::<f64>() / n;
            (mean, (y().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt())
        };
        Scale {
            inputs: (0..samples.inputs()).map(input).collect(),
            outputs: (0..samples.outputs()).map(output).collect(),
        }
    }

    /// Some of the samples.
    pub fn data(&self, samples: &Samples, rows: &[usize]) -> Data {
        let scaled = |values: &[f64], scales: &[(f64, f64)]| -> Vec<f64> {
            values.iter().zip(scales).map(|(v, (zero, one))| (v - zero) / one).collect()
        };
        Data {
            inputs: samples.inputs(),
            outputs: samples.outputs(),
            x: rows.iter().flat_map(|&r| scaled(samples.input(r), &self.inputs)).collect(),
            y: rows.iter().flat_map(|&r| scaled(samples.target(r), &self.outputs)).collect(),
        }
    }
}
