//! Dense networks of neurons y = G(H(Σ w·x + bias)).

use crate::func::{Activation, Kind};
use serde::{Deserialize, Serialize};

/// What one neuron computes from its pre-activation.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The layers, first to last.
    pub layers: Vec<Layer>,
}
