//! Seeded random networks: every activation × kind, for campaigns that look for disagreements.

use super::{Layer, Network, Neuron};
use crate::func::{Activation, Kind};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The most of each that a random network has.
#[derive(Clone, Copy, Debug)]
pub struct RandomShape {
    /// Inputs.
    pub inputs: usize,
    /// Outputs.
    pub outputs: usize,
    /// Hidden layers.
    pub hidden: usize,
    /// Neurons in a hidden layer.
    pub width: usize,
}

impl Default for RandomShape {
    fn default() -> RandomShape {
        RandomShape { inputs: 4, outputs: 4, hidden: 3, width: 5 }
    }
}

/// A random network of at most this shape; the same seed gives the same network.
///
/// Weights are of order 1/√inputs and parameters are ordinary, so that values stay within a few powers of ten.
pub fn random_network(seed: u64, shape: RandomShape) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut inputs = rng.random_range(1..=shape.inputs);
    let mut layers = Vec::new();
    for _ in 0..rng.random_range(0..=shape.hidden) {
        let neurons = (0..rng.random_range(1..=shape.width)).map(|_| random_neuron(&mut rng)).collect();
        layers.push(random_layer(&mut rng, inputs, neurons));
        inputs = layers[layers.len() - 1].neurons.len();
    }
    let outputs = vec![Neuron::default(); rng.random_range(1..=shape.outputs)];
    layers.push(random_layer(&mut rng, inputs, outputs));
    Network { layers }
}

fn random_layer(rng: &mut ChaCha8Rng, inputs: usize, neurons: Vec<Neuron>) -> Layer {
    let scale = 2.0 / (inputs as f64).sqrt();
    let mut weight = || (rng.random::<f64>() * 2.0 - 1.0) * scale;
    let weights = (0..inputs * neurons.len()).map(|_| weight()).collect();
    let bias: Vec<f64> = neurons.iter().map(|_| weight()).collect();
    Layer { inputs, neurons, weights, bias: rng.random_bool(0.7).then_some(bias) }
}

fn random_neuron(rng: &mut ChaCha8Rng) -> Neuron {
    let activations = [
        Activation::None,
        Activation::Relu,
        Activation::LeakyRelu { slope: rng.random_range(0.01..0.9) },
        Activation::Elu,
        Activation::Softplus,
        Activation::ParametricSoftplus { a: rng.random_range(-0.5..1.5) },
        Activation::Sigmoid,
        Activation::Tanh,
    ];
    let kinds = [Kind::Ordinary, Kind::Amplifying, Kind::Attenuating { b: rng.random_range(0.05..4.0) }];
    // Both lists are never empty.
    let activation = activations.choose(rng).cloned().unwrap_or_default();
    Neuron { activation, kind: kinds.choose(rng).copied().unwrap_or_default() }
}
