//! Neurons' outputs inside a circuit.

use gainstage_golden::num::Format;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A neuron's output inside the circuit: used to tell which neuron is the first to be wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// The layer, counted from 0 at the input.
    pub layer: usize,
    /// The neuron in its layer, counted from 0.
    pub neuron: usize,
    /// Instances and signal below the top module, with `.` between, such as `layer0.neuron3.y`.
    pub signal: String,
    /// The format of the signal.
    pub format: Format,
    /// Clocks from `in_valid` until the signal belongs to that sample.
    pub latency: u32,
}
