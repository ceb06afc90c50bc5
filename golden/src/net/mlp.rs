//! The first paper's `.mlp` files: a trained network and how it was trained.
//!
//! Little-endian: int32 n_in (with a constant 1), n_out, n_neuron, n_depth; int32 method, cost,
//! regularisation; float64 learning rate, λ, β1, β2, ε; float64 weights, a matrix per layer, column-major;
//! then for every neuron of every layer, inputs and outputs included, float64 drop-out masks, int32
//! activations, int32 types.
//!
//! The contested decision: what those programs call the bias neuron of a hidden layer is imported as what it
//! computes, a linear neuron with a trained row of weights. Only the constant input becomes a bias, that of the
//! first hidden layer. The published errors come out so, and in no other way.

use super::{Layer, MAX_LAYERS, MAX_WIDTH, Network, Neuron};
use crate::data::{ByteProblem, Bytes, BytesError, read_file};
use crate::func::{Activation, Kind};
use std::path::Path;

/// A network from an `.mlp` file.
#[derive(Clone, Debug, PartialEq)]
pub struct Mlp {
    /// The network, without the constant input: hidden layers first, then linear outputs.
    pub network: Network,
    /// How it was trained, as far as the file says.
    pub meta: MlpMeta,
}

/// What an `.mlp` file says about the training.
#[derive(Clone, Debug, PartialEq)]
pub struct MlpMeta {
    /// The authors' code of the optimiser.
    pub method: i32,
    /// The authors' code of the cost: 1 is e², 2 is |e| + 1/(|e|+1) - 1.
    pub cost: i32,
    /// The authors' code of the regularisation (2: L2).
    pub regularisation: i32,
    /// The learning rate at the end of the training.
    pub learning_rate: f64,
    /// Weight decay λ.
    pub lambda: f64,
    /// Adam's β1.
    pub beta1: f64,
    /// Adam's β2.
    pub beta2: f64,
    /// Adam's ε.
    pub epsilon: f64,
}

const ACTIVATIONS: &str = "0 (none), 1 (sigmoid), 2 (ReLU), 3 (leaky ReLU), 4 (softplus), 5 (parametric \
                           softplus) and 6 (ELU)";
const TYPES: &str = "1 (ordinary), 2 (amplifying) and 3 (attenuating)";
const HEADER: u128 = 7 * 4 + 5 * 8;

impl Mlp {
    /// Reads a file.
    pub fn read(file: &Path) -> Result<Mlp, BytesError> {
        Mlp::parse(file, &read_file(file)?)
    }

    /// Reads the bytes of a file; `file` is the name that errors give.
    pub fn parse(file: &Path, data: &[u8]) -> Result<Mlp, BytesError> {
        let mut bytes = Bytes::new(file, data);
        bytes.demand(".mlp", HEADER, false)?;
        let shape = Shape::read(&mut bytes)?;
        let meta = MlpMeta::read(&mut bytes)?;
        bytes.demand(".mlp", HEADER + shape.body_bytes(), true)?;
        let weights = (1..=shape.depth + 1)
            .map(|layer| shape.read_weights(layer, &mut bytes))
            .collect::<Result<Vec<_>, _>>()?;
        shape.check_masks(&mut bytes)?;
        let neurons = shape.read_neurons(&mut bytes)?;
        Ok(Mlp { network: shape.network(weights, neurons), meta })
    }
}

impl MlpMeta {
    fn read(bytes: &mut Bytes) -> Result<MlpMeta, BytesError> {
        let (method, cost, regularisation) = (bytes.i32(), bytes.i32(), bytes.i32());
        let mut real = |name: &str| bytes.finite(|| name.to_owned());
        Ok(MlpMeta {
            method,
            cost,
            regularisation,
            learning_rate: real("the learning rate")?,
            lambda: real("lambda")?,
            beta1: real("beta1")?,
            beta2: real("beta2")?,
            epsilon: real("epsilon")?,
        })
    }
}

/// The sizes of a network as the file counts them.
struct Shape {
    inputs: usize,
    outputs: usize,
    width: usize,
    depth: usize,
}

impl Shape {
    fn read(bytes: &mut Bytes) -> Result<Shape, BytesError> {
        Ok(Shape {
            inputs: bytes.size("the number of inputs (with the constant)", 2, MAX_WIDTH + 1)?,
            outputs: bytes.size("the number of outputs", 1, MAX_WIDTH)?,
            width: bytes.size("the number of neurons of a hidden layer", 1, MAX_WIDTH)?,
            depth: bytes.size("the number of hidden layers", 1, MAX_LAYERS - 1)?,
        })
    }

    /// Bytes after the header, in integers that no size can overflow.
    fn body_bytes(&self) -> u128 {
        let [inputs, outputs, width, depth] =
            [self.inputs, self.outputs, self.width, self.depth].map(|n| n as u128);
        let weights = width * inputs + (depth - 1) * width * width + outputs * width;
        let neurons = inputs + depth * width + outputs;
        8 * weights + (8 + 4 + 4) * neurons
    }

    /// Neurons of a layer; layer 0 is the input.
    fn neurons(&self, layer: usize) -> usize {
        match layer {
            0 => self.inputs,
            l if l > self.depth => self.outputs,
            _ => self.width,
        }
    }

    /// Layer and neuron of everything that the file lists per neuron, in its order.
    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..=self.depth + 1).flat_map(|layer| (0..self.neurons(layer)).map(move |n| (layer, n)))
    }

    fn layer_name(&self, layer: usize) -> String {
        match layer {
            0 => "the input layer".to_owned(),
            l if l > self.depth => "the output layer".to_owned(),
            l => format!("hidden layer {l}"),
        }
    }

    /// The weights of a layer, turned from column-major to row-major.
    fn read_weights(&self, layer: usize, bytes: &mut Bytes) -> Result<Vec<f64>, BytesError> {
        let (neurons, inputs) = (self.neurons(layer), self.neurons(layer - 1));
        let mut weights = vec![0.0; neurons * inputs];
        for input in 0..inputs {
            for neuron in 0..neurons {
                weights[neuron * inputs + input] = bytes.finite(|| {
                    format!("the weight of neuron {neuron} of {} for input {input}", self.layer_name(layer))
                })?;
            }
        }
        Ok(weights)
    }

    /// Drop-out is over when a network is exported: every mask must be 1.
    fn check_masks(&self, bytes: &mut Bytes) -> Result<(), BytesError> {
        for (layer, n) in self.places() {
            let name = || format!("the drop-out mask of neuron {n} of {}", self.layer_name(layer));
            let offset = bytes.offset();
            let mask = bytes.finite(name)?;
            if mask != 1.0 {
                let cure = "export the network after training, with drop-out switched off";
                return Err(bytes.error(offset, unsupported(name(), mask.to_string(), "1", cure)));
            }
        }
        Ok(())
    }

    /// What every neuron computes: all activations, then all types. Inputs and outputs must be linear.
    fn read_neurons(&self, bytes: &mut Bytes) -> Result<Vec<Neuron>, BytesError> {
        let activations = self.read_codes(bytes, "the activation", ACTIVATIONS, "0", activation)?;
        let kinds = self.read_codes(bytes, "the type", TYPES, "1", kind)?;
        Ok(activations.into_iter().zip(kinds).map(|(activation, kind)| Neuron { activation, kind }).collect())
    }

    fn read_codes<T: Default + PartialEq>(
        &self,
        bytes: &mut Bytes,
        what: &str,
        known: &'static str,
        linear: &'static str,
        decode: fn(i32) -> Option<T>,
    ) -> Result<Vec<T>, BytesError> {
        let mut decoded = Vec::with_capacity(self.places().count());
        for (layer, n) in self.places() {
            let name = || format!("{what} of neuron {n} of {}", self.layer_name(layer));
            let (offset, value) = (bytes.offset(), bytes.i32());
            let code = decode(value)
                .ok_or_else(|| bytes.error(offset, ByteProblem::Code { name: name(), value, known }))?;
            if (layer == 0 || layer > self.depth) && code != T::default() {
                let cure = "inputs and outputs are linear; move the function into a hidden layer";
                return Err(bytes.error(offset, unsupported(name(), value.to_string(), linear, cure)));
            }
            decoded.push(code);
        }
        Ok(decoded)
    }

    /// The network, its constant input turned into the bias of the first hidden layer.
    fn network(&self, weights: Vec<Vec<f64>>, neurons: Vec<Neuron>) -> Network {
        let mut neurons = neurons.into_iter().skip(self.inputs);
        let mut layers: Vec<Layer> = weights
            .into_iter()
            .zip(1..)
            .map(|(weights, layer)| Layer {
                inputs: self.neurons(layer - 1),
                neurons: neurons.by_ref().take(self.neurons(layer)).collect(),
                weights,
                bias: None,
            })
            .collect();
        let first = &mut layers[0];
        let rows = || first.weights.chunks_exact(self.inputs);
        first.bias = Some(rows().map(|row| row[0]).collect());
        first.weights = rows().flat_map(|row| &row[1..]).copied().collect();
        first.inputs = self.inputs - 1;
        Network { layers }
    }
}

fn unsupported(name: String, value: String, expected: &'static str, cure: &'static str) -> ByteProblem {
    ByteProblem::Unsupported { name, value, expected, cure }
}

/// The activation of a code, with the constants of the paper.
fn activation(code: i32) -> Option<Activation> {
    Some(match code {
        0 => Activation::None,
        1 => Activation::Sigmoid,
        2 => Activation::Relu,
        3 => Activation::LeakyRelu { slope: 0.3 },
        4 => Activation::Softplus,
        5 => Activation::ParametricSoftplus { a: 0.3 },
        6 => Activation::Elu,
        _ => return None,
    })
}

/// The kind of a type code, with the constant of the paper.
fn kind(code: i32) -> Option<Kind> {
    Some(match code {
        1 => Kind::Ordinary,
        2 => Kind::Amplifying,
        3 => Kind::Attenuating { b: 1.0 },
        _ => return None,
    })
}
