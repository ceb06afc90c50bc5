//! What makes a learned network fit for a circuit: arguments of one size, nodes on a grid.

use super::parameters::learned_mut;
use super::shape::span;
use crate::net::{Layer, Network};

/// Scales the weights, the bias and the nodes of every learned neuron so that its nodes reach from -1 to 1: the network
/// computes the same, and one format suits the arguments of a layer. A shared activation is scaled for all at once.
pub(super) fn normalise(network: &mut Network) {
    for layer in &mut network.layers {
        for n in 0..layer.neurons.len() {
            let Some(f) = learned_mut(layer, n) else { continue };
            let (by, middle) = (2.0 / span(f), 0.5 * (f.nodes[0] + f.nodes[f.nodes.len() - 1]));
            let last = f.nodes.len() - 1;
            for (k, node) in f.nodes.iter_mut().enumerate() {
                *node = if k == 0 {
                    -1.0
                } else if k == last {
                    1.0
                } else {
                    (*node - middle) * by
                };
            }
            row(layer, n).iter_mut().for_each(|w| *w *= by);
            layer.bias.iter_mut().for_each(|bias| bias[n] = (bias[n] - middle) * by);
        }
    }
}

fn row(layer: &mut Layer, n: usize) -> &mut [f64] {
    &mut layer.weights[n * layer.inputs..][..layer.inputs]
}

/// Rounds the nodes of normalised neurons to multiples of 2^-bits, at least one step apart.
pub(super) fn snap(network: &mut Network, bits: u32) {
    let steps = (1u32 << bits) as f64;
    for layer in &mut network.layers {
        for n in 0..layer.neurons.len() {
            let Some(f) = learned_mut(layer, n) else { continue };
            let last = f.nodes.len() - 1;
            let mut at: Vec<f64> = f.nodes.iter().map(|s| (s * steps).round()).collect();
            // From the left every node leaves room for those that follow it.
            for k in 1..last {
                at[k] = at[k].max(at[k - 1] + 1.0).min(steps - (last - k) as f64);
            }
            f.nodes = at.into_iter().map(|a| a / steps).collect();
        }
    }
}
