//! Random weights to start from.

use super::config::Init;
use crate::net::{Layer, Network, Topology};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Samples that [`Init::Calibrated`] looks at.
const SAMPLES: usize = 256;

/// A network of this shape with random weights and biases, for the inputs `x` (samples one after the other).
pub(super) fn random_network(topology: &Topology, init: Init, x: &[f64], rng: &mut ChaCha8Rng) -> Network {
    let mut network = topology.zeros();
    let constant = usize::from(network.layers[0].bias.is_some());
    let hidden: usize = topology.hidden.iter().map(|l| l.neurons.len()).sum();
    let total = topology.inputs + constant + topology.outputs + hidden;
    let last = network.layers.len() - 1;
    for (k, layer) in network.layers.iter_mut().enumerate() {
        let scale = if k == last { 1.0 } else { 0.3 };
        let reach = (3.0 / layer.inputs as f64).sqrt();
        let mut draw = || match init {
            Init::Paper => {
                let k = rng.random_range(1..=total as u64) as f64;
                let sign = if rng.random::<bool>() { 1.0 } else { -1.0 };
                sign * k / (total as f64).sqrt() * scale
            }
            Init::Calibrated | Init::FanIn => rng.random_range(-reach..=reach),
        };
        layer.weights.iter_mut().for_each(|w| *w = draw());
        if let Some(bias) = &mut layer.bias {
            bias.iter_mut().for_each(|b| *b = draw());
        }
    }
    if init == Init::Calibrated {
        let rows = (x.len() / topology.inputs).min(SAMPLES);
        calibrate(&mut network, &x[..rows * topology.inputs]);
    }
    network
}

/// Scales the weights and the bias of each neuron so that its pre-activation has a root mean square of 1.
fn calibrate(network: &mut Network, x: &[f64]) {
    let mut values = x.to_vec();
    let mut y = Vec::new();
    for layer in &mut network.layers {
        for n in 0..layer.neurons.len() {
            let squares = values.chunks_exact(layer.inputs).map(|x| layer.sum(n, x).powi(2));
            let rms = (squares.sum::<f64>() / (values.len() / layer.inputs) as f64).sqrt();
            if rms.is_normal() {
                scale_neuron(layer, n, 1.0 / rms);
            }
        }
        let mut next = Vec::with_capacity(values.len() / layer.inputs * layer.neurons.len());
        for x in values.chunks_exact(layer.inputs) {
            layer.eval(x, &mut y);
            next.extend_from_slice(&y);
        }
        values = next;
    }
}

fn scale_neuron(layer: &mut Layer, n: usize, by: f64) {
    layer.weights[n * layer.inputs..][..layer.inputs].iter_mut().for_each(|w| *w *= by);
    if let Some(bias) = &mut layer.bias {
        bias[n] *= by;
    }
}
