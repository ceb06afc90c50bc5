//! What a network is to come close to: samples, and what each counts.

use crate::net::Network;
use crate::train::columns::Columns;

/// What a network is to come close to.
#[derive(Clone, Debug)]
pub(in crate::train) struct Aim {
    pub data: Columns<f64>,
    /// The weight of each squared error, one per sample and output.
    pub weights: Vec<f64>,
}

impl Aim {
    /// All samples alike.
    pub fn of(data: Columns<f64>) -> Aim {
        let weights = vec![1.0; data.y.len()];
        Aim { data, weights }
    }

    /// Σ w·e².
    pub(in crate::train) fn squares(&self, network: &Network) -> f64 {
        let outputs = network.eval_all(&self.data.x);
        let errors = outputs.iter().zip(&self.data.y).map(|(y, t)| y - t);
        errors.zip(&self.weights).map(|(e, w)| w * e * e).sum()
    }

    /// The root of the weighted mean square error of a network.
    pub fn distance(&self, network: &Network) -> f64 {
        (self.squares(network) / self.weights.iter().sum::<f64>()).sqrt()
    }
}
