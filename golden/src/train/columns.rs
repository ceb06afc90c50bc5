//! Samples as training reads them: inputs and targets in two lists, row by row.

use super::config::Cost;
use crate::net::{Network, Scratch};

/// Samples in the number type of the inner loop.
#[derive(Clone, Debug)]
pub(super) struct Columns<T> {
    pub inputs: usize,
    pub outputs: usize,
    pub x: Vec<T>,
    pub y: Vec<T>,
}

impl Columns<f64> {
    /// The mean cost of a network over all samples and outputs.
    pub fn mean_cost(&self, network: &Network, cost: Cost) -> f64 {
        let mut scratch = Scratch::default();
        let mut total = 0.0;
        let mut gradient = vec![0.0; self.outputs];
        for (x, y) in self.x.chunks_exact(self.inputs).zip(self.y.chunks_exact(self.outputs)) {
            let out = network.eval_into(x, &mut scratch);
            total += cost.grade(out, y, &mut gradient);
        }
        total / self.y.len() as f64
    }
}
