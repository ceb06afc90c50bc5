//! Dense networks of neurons y = G(H(Σ w·x + bias)), and the file that carries a trained one.
//!
//! A [`Network`] holds the real-valued weights; [`Topology`] describes its shape before training (with the
//! first paper's shape in [`PaperShape`]); a [`Model`] is a network with its name, the input ranges seen in
//! training and the record of how it was trained: the contents of `model.json`.

mod eval;
mod gradient;
mod mlp;
mod model;
mod paper;
mod random;
mod topology;
mod validate;

pub use eval::Scratch;
pub(crate) use gradient::output_gradient;
pub use mlp::{Mlp, MlpMeta};
pub use model::{MODEL_SCHEMA, Model, ModelError, Outcome, RestartRecord, TrainingRecord};
pub use paper::PaperNetwork;
pub use random::{RandomShape, random_network};
pub use topology::{HiddenLayer, PaperShape, Topology};
pub use validate::{MAX_LAYERS, MAX_WEIGHTS, MAX_WIDTH, NetError};

use crate::func::{Activation, Kind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What one neuron computes from its pre-activation.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Neuron {
    /// The activation H.
    #[serde(default)]
    pub activation: Activation,
    /// The kind G.
    #[serde(default)]
    pub kind: Kind,
}

/// One dense layer: `neurons.len()` outputs from `inputs` inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Number of inputs.
    pub inputs: usize,
    /// The neurons, in output order.
    pub neurons: Vec<Neuron>,
    /// Weights, row-major: the weight of neuron `n` for input `i` is at `n · inputs + i`.
    pub weights: Vec<f64>,
    /// One bias per neuron, or none at all (the first paper's hidden layers).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bias: Option<Vec<f64>>,
}

/// A feed-forward network; the last layer's neurons are the outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The layers, first to last.
    pub layers: Vec<Layer>,
}

impl Network {
    /// Number of inputs.
    pub fn inputs(&self) -> usize {
        self.layers.first().map_or(0, |l| l.inputs)
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |l| l.neurons.len())
    }

    /// Every weight and bias, layer by layer, the biases of a layer behind its weights: the order of all derivatives.
    pub(crate) fn weights_and_biases(&self) -> impl Iterator<Item = &f64> {
        self.layers.iter().flat_map(|l| l.weights.iter().chain(l.bias.iter().flatten()))
    }

    /// The same, to be changed.
    pub(crate) fn weights_and_biases_mut(&mut self) -> impl Iterator<Item = &mut f64> {
        self.layers.iter_mut().flat_map(|l| l.weights.iter_mut().chain(l.bias.iter_mut().flatten()))
    }

    /// Whether weights are exactly 0, as pruning leaves them. An input that no weight follows, as a constant column is, says nothing.
    pub fn is_pruned(&self) -> bool {
        let zero = |w: &f64| *w == 0.0;
        self.layers.iter().enumerate().any(|(l, layer)| {
            let column = |i: usize| layer.weights.iter().skip(i).step_by(layer.inputs.max(1));
            (0..layer.inputs).any(|i| column(i).any(zero) && !(l == 0 && column(i).all(zero)))
        })
    }

    /// Takes pruned weights out of derivatives: what is 0 stays 0, because nothing is said to depend on it.
    pub(crate) fn hold_pruned(&self, derivatives: &mut [f64]) {
        let mut rest = derivatives;
        for layer in &self.layers {
            let (own, behind) = rest.split_at_mut(layer.weights.len());
            own.iter_mut().zip(&layer.weights).filter(|(_, w)| **w == 0.0).for_each(|(d, _)| *d = 0.0);
            rest = &mut behind[layer.bias.as_ref().map_or(0, Vec::len)..];
        }
    }

    /// Number of trained parameters: weights and biases (430 in the first paper's Network 5).
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|l| l.weights.len() + l.bias.as_ref().map_or(0, Vec::len)).sum()
    }
}
