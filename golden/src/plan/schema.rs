//! The schema of `plan.json`.

use super::{Argmax, Softmax};
use crate::approx::Table;
use crate::data::Names;
use crate::num::Format;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The schema version this crate writes.
pub const SCHEMA: u32 = 1;

/// A quantized network: topology, formats, integer weights, tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Schema version.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// Name of the design: a plain identifier, used as the name of the top module.
    pub name: String,
    /// Format of each input.
    pub inputs: Vec<Format>,
    /// Layers, first to last; the last layer's neurons are the outputs, unless `argmax` decides between them.
    pub layers: Vec<PlanLayer>,
    /// Tables that the neurons refer to by index.
    #[serde(default)]
    pub tables: Vec<Table>,
    /// If given, what it decides comes out instead of the last layer's codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub argmax: Option<Argmax>,
    /// If given, probabilities come out instead of the last layer's codes; never beside `argmax`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub softmax: Option<Softmax>,
    /// What inputs and outputs are called, for people and reports; may be empty. No bit depends on them.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub names: Names,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanLayer {
    /// Neurons in output order.
    pub neurons: Vec<PlanNeuron>,
}

/// One neuron: an exact sum, then its stage.
///
/// `acc = Σ w_i·x_i + bias`, exact, at `acc_frac = max_i(weight.frac + x_i.frac)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanNeuron {
    /// Format of the weights of this neuron.
    pub weight: Format,
    /// Weight codes, one per input of the layer.
    pub weights: Vec<i64>,
    /// Bias code, rounded once to `acc_frac`.
    pub bias: i64,
    /// What happens to the sum.
    pub stage: Stage,
}

/// From the exact sum to the output of a neuron.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Stage {
    /// No activation, ordinary: y = requantize(acc), half up. Every output neuron, and the first paper's
    /// linear hidden neuron.
    Linear {
        /// Output format.
        y: Format,
    },
    /// z = requantize(acc), half up; h = table(z), or requantize(z) without a table; y = tail(h).
    Activated {
        /// Format of the table argument.
        z: Format,
        /// Index into [`Plan::tables`]; none for the identity activation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table: Option<usize>,
        /// Format of h; equals the table's output format.
        h: Format,
        /// The kind.
        tail: Tail,
        /// Output format.
        y: Format,
    },
    /// z = requantize(acc); y = table(z), where the table approximates G(H(z)) as a whole.
    Fused {
        /// Format of the table argument.
        z: Format,
        /// Index into [`Plan::tables`].
        table: usize,
    },
}

impl Stage {
    /// The format that the exact sum is rounded to.
    pub fn argument(&self) -> Format {
        match *self {
            Stage::Linear { y } => y,
            Stage::Activated { z, .. } | Stage::Fused { z, .. } => z,
        }
    }
}

/// The kind G on codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Tail {
    /// y = requantize(h), half up (no change where the formats are the same).
    Ordinary,
    /// y = requantize(h²), half up.
    Amplifying,
    /// y = h/(h²+b), correctly rounded, half away from zero.
    Attenuating {
        /// B = round(b · 2^(2·h.frac)), at least 1.
        b: i64,
    },
}
