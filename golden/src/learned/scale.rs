//! Scaling of inputs and targets while learning, and its undoing in the weights.

use super::{LearnError, Loss};
use crate::data::{Samples, moments};
use crate::net::Network;

/// Means and deviations of the columns. A constant input has an infinite deviation: it becomes 0, and so do its weights when
/// that is undone. A constant target has 1, and is learned as a bias.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    x: Vec<(f64, f64)>,
    y: Vec<(f64, f64)>,
}

/// Scaled samples, row by row.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub inputs: usize,
    pub outputs: usize,
    pub x: Vec<f64>,
    pub t: Vec<f64>,
}

impl Set {
    pub fn rows(&self) -> usize {
        self.x.len() / self.inputs
    }

    /// Inputs and targets of one sample.
    pub fn sample(&self, row: usize) -> (&[f64], &[f64]) {
        (&self.x[row * self.inputs..][..self.inputs], &self.t[row * self.outputs..][..self.outputs])
    }

    /// Inputs and targets of every sample.
    pub fn iter(&self) -> impl Iterator<Item = (&[f64], &[f64])> {
        self.x.chunks_exact(self.inputs).zip(self.t.chunks_exact(self.outputs))
    }
}

/// Means and deviations, `constant` standing for the deviation of a constant column.
fn scales(values: &[f64], width: usize, constant: f64) -> Vec<(f64, f64)> {
    let scale = |[mean, deviation]: [f64; 2]| (mean, if deviation > 0.0 { deviation } else { constant });
    moments(values, width).into_iter().map(scale).collect()
}

fn scaled(values: &[f64], by: &[(f64, f64)]) -> Vec<f64> {
    values.iter().zip(by.iter().cycle()).map(|(v, (mean, deviation))| (v - mean) / deviation).collect()
}

impl Scale {
    /// The scaling that suits the samples; one-hot targets stay as they are.
    pub fn of(samples: &Samples, loss: Loss) -> Result<Scale, LearnError> {
        if samples.outputs() == 0 {
            return Err(LearnError::NoTargets);
        }
        let y = match loss {
            Loss::Squares => scales(samples.y(), samples.outputs(), 1.0),
            Loss::Softmax => {
                for (row, values) in samples.y().chunks_exact(samples.outputs()).enumerate() {
                    let one_hot = values.iter().all(|&v| v == 0.0 || v == 1.0);
                    if !one_hot || values.iter().sum::<f64>() != 1.0 {
                        return Err(LearnError::NotOneHot { row, values: values.to_vec() });
                    }
                }
                vec![(0.0, 1.0); samples.outputs()]
            }
        };
        Ok(Scale { x: scales(samples.x(), samples.inputs(), f64::INFINITY), y })
    }

    /// The scaled samples.
    pub fn apply(&self, samples: &Samples) -> Set {
        let (x, t) = (scaled(samples.x(), &self.x), scaled(samples.y(), &self.y));
        Set { inputs: samples.inputs(), outputs: samples.outputs(), x, t }
    }

    /// The network on unscaled inputs and targets. First and last layer have biases.
    pub fn undo(&self, network: &mut Network) {
        let first = &mut network.layers[0];
        let rows = first.weights.chunks_exact_mut(self.x.len());
        for (row, bias) in rows.zip(first.bias.iter_mut().flatten()) {
            for (w, (mean, deviation)) in row.iter_mut().zip(&self.x) {
                // Plus 0, so that no weight of a constant input is -0.
                *w = *w / deviation + 0.0;
                *bias -= *w * mean;
            }
        }
        let Some(last) = network.layers.last_mut() else { return };
        let rows = last.weights.chunks_exact_mut(last.inputs);
        for ((row, bias), (mean, deviation)) in rows.zip(last.bias.iter_mut().flatten()).zip(&self.y) {
            row.iter_mut().for_each(|w| *w *= deviation);
            *bias = *bias * deviation + mean;
        }
    }
}
