//! What makes a network well formed, and the errors that say where it is not.
//!
//! Layers, neurons and inputs are counted from 0, as they stand in `model.json`.

use super::{Layer, Network, Neuron};
use crate::func::FunctionError;
use crate::text::count;
use thiserror::Error;

/// The most layers a network may have.
pub const MAX_LAYERS: usize = 256;
/// The most inputs or neurons a layer may have: as many as samples may have columns.
pub const MAX_WIDTH: usize = crate::data::MAX_WIDTH;
/// The most weights a network may have.
pub const MAX_WEIGHTS: usize = 1 << 24;

/// Why a network or a topology is refused.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum NetError {
    /// There is no layer, or a layer without inputs or neurons.
    #[error("{place} is 0: a network needs at least one input, one layer and one neuron in each layer")]
    Empty {
        /// What is zero.
        place: String,
    },
    /// A size is beyond what can be a circuit.
    #[error("{place} is {value}, but at most {max} are supported")]
    TooLarge {
        /// What is too large.
        place: String,
        /// Its value.
        value: usize,
        /// The limit.
        max: usize,
    },
    /// A layer does not take what the layer before it gives.
    #[error(
        "layer {layer} has {}, but layer {} has {}: they must be equal",
        count(*found, "input"),
        layer - 1,
        count(*expected, "neuron")
    )]
    Inputs {
        /// The layer.
        layer: usize,
        /// Its inputs.
        found: usize,
        /// Neurons of the layer before.
        expected: usize,
    },
    /// The number of weights or biases does not fit the layer.
    #[error("layer {layer}: `{what}` has {}, but needs {expected} ({formula})", count(*found, "value"))]
    Count {
        /// The layer.
        layer: usize,
        /// `weights` or `bias`.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
        /// How the expected number comes about.
        formula: &'static str,
    },
    /// A weight is NaN or infinite.
    #[error(
        "layer {layer}, neuron {neuron}: the weight of input {input} is {value}: weights must be finite; \
         train again or correct the file"
    )]
    Weight {
        /// The layer.
        layer: usize,
        /// The neuron.
        neuron: usize,
        /// The input.
        input: usize,
        /// The weight.
        value: f64,
    },
    /// A bias is NaN or infinite.
    #[error(
        "layer {layer}, neuron {neuron}: the bias is {value}: it must be finite; train again or correct the file"
    )]
    Bias {
        /// The layer.
        layer: usize,
        /// The neuron.
        neuron: usize,
        /// The bias.
        value: f64,
    },
    /// The activation or the kind of a neuron has a parameter out of range.
    #[error("{place}: {source}")]
    Function {
        /// The layer and the neuron.
        place: String,
        /// The fault.
        source: FunctionError,
    },
    /// The first paper's shape cannot be built from these numbers.
    #[error("{message}")]
    Shape {
        /// What is wrong, with the value and the cure.
        message: String,
    },
}

impl Network {
    /// Checks sizes, weights and parameters.
    ///
    /// # Errors
    /// The first fault, with its layer, neuron and value.
    pub fn validate(&self) -> Result<(), NetError> {
        check_size("the number of layers", self.layers.len(), MAX_LAYERS)?;
        let mut before: Option<usize> = None;
        let mut weights = 0usize;
        for (index, layer) in self.layers.iter().enumerate() {
            layer.validate(index, before)?;
            before = Some(layer.neurons.len());
            weights += layer.weights.len();
        }
        check_size("the number of weights", weights, MAX_WEIGHTS)
    }
}

impl Layer {
    fn validate(&self, layer: usize, before: Option<usize>) -> Result<(), NetError> {
        check_size(&format!("layer {layer}: the number of inputs"), self.inputs, MAX_WIDTH)?;
        check_size(&format!("layer {layer}: the number of neurons"), self.neurons.len(), MAX_WIDTH)?;
        match before {
            Some(expected) if expected != self.inputs => {
                return Err(NetError::Inputs { layer, found: self.inputs, expected });
            }
            _ => {}
        }
        let biases = self.bias.as_ref().map_or(self.neurons.len(), Vec::len);
        for (what, found, expected, formula) in [
            ("weights", self.weights.len(), self.inputs * self.neurons.len(), "inputs × neurons"),
            ("bias", biases, self.neurons.len(), "one per neuron, or no bias at all"),
        ] {
            if found != expected {
                return Err(NetError::Count { layer, what, found, expected, formula });
            }
        }
        if let Some(at) = self.weights.iter().position(|w| !w.is_finite()) {
            let (neuron, input) = (at / self.inputs, at % self.inputs);
            return Err(NetError::Weight { layer, neuron, input, value: self.weights[at] });
        }
        if let Some(neuron) = self.bias.as_ref().and_then(|b| b.iter().position(|b| !b.is_finite())) {
            let value = self.bias.as_ref().map_or(f64::NAN, |b| b[neuron]);
            return Err(NetError::Bias { layer, neuron, value });
        }
        for (n, neuron) in self.neurons.iter().enumerate() {
            neuron.validate(|| format!("layer {layer}, neuron {n}"))?;
        }
        Ok(())
    }
}

impl Neuron {
    /// Checks the parameters of the activation and the kind; `place` names the neuron in an error.
    pub(super) fn validate(&self, place: impl Fn() -> String) -> Result<(), NetError> {
        self.activation
            .validate()
            .and_then(|()| self.kind.validate())
            .map_err(|source| NetError::Function { place: place(), source })
    }
}

/// Refuses zero and more than `max`.
pub(super) fn check_size(place: &str, value: usize, max: usize) -> Result<(), NetError> {
    match value {
        0 => Err(NetError::Empty { place: place.into() }),
        v if v > max => Err(NetError::TooLarge { place: place.into(), value, max }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::func::Kind;
    use crate::net::{PaperShape, Topology};

    fn sample() -> Network {
        Topology::paper(&PaperShape::new(1, 1, 4, 2)).expect("a valid shape").zeros()
    }

    /// The message of the fault that `change` makes.
    fn message(change: impl FnOnce(&mut Network)) -> String {
        let mut net = sample();
        net.validate().expect("valid before the change");
        change(&mut net);
        net.validate().expect_err("a fault").to_string()
    }

    #[test]
    fn faults_name_place_and_value() {
        assert!(message(|n| n.layers.clear()).starts_with("the number of layers is 0"));
        let text = message(|n| n.layers[1].weights[6] = f64::NAN);
        assert!(text.starts_with("layer 1, neuron 1: the weight of input 2 is NaN"), "{text}");
        let text = message(|n| n.layers[0].bias = Some(vec![0.0, f64::INFINITY, 0.0, 0.0]));
        assert!(text.starts_with("layer 0, neuron 1: the bias is inf"), "{text}");
        let text = message(|n| n.layers[1].inputs = 3);
        assert_eq!(text, "layer 1 has 3 inputs, but layer 0 has 4 neurons: they must be equal");
        let text = message(|n| n.layers[2].weights.truncate(3));
        assert_eq!(text, "layer 2: `weights` has 3 values, but needs 4 (inputs × neurons)");
        let text = message(|n| n.layers[0].bias = Some(vec![]));
        assert!(text.starts_with("layer 0: `bias` has 0 values, but needs 4"), "{text}");
        let text = message(|n| n.layers[1].neurons[2].kind = Kind::Attenuating { b: -1.0 });
        assert!(text.starts_with("layer 1, neuron 2: ") && text.contains("-1"), "{text}");
        let text = message(|n| n.layers[0].inputs = usize::MAX);
        assert_eq!(
            text,
            format!("layer 0: the number of inputs is {}, but at most 65536 are supported", usize::MAX)
        );
    }
}
