//! The derivatives of one output, for least-squares methods: training's polish and quantization's corrections.

use super::{Layer, Network};

/// The derivative of output `o` by every weight and bias, in the order of [`Network`]'s parameters, into `row`.
///
/// `values` holds each layer's input, `slopes` G' and H' of each neuron; both as the forward pass over one sample found
/// them.
pub(crate) fn output_gradient(
    network: &Network,
    values: &[Vec<f64>],
    slopes: &[Vec<[f64; 2]>],
    o: usize,
    row: &mut [f64],
) {
    let mut end = row.len();
    let mut upstream = vec![0.0; network.outputs()];
    upstream[o] = 1.0;
    for (l, layer) in network.layers.iter().enumerate().rev() {
        let start = end - layer.weights.len() - layer.bias.as_ref().map_or(0, Vec::len);
        let delta: Vec<f64> =
            upstream.iter().zip(&slopes[l]).map(|(u, [outer, inner])| u * (outer * inner)).collect();
        fill(layer, &delta, &values[l], &mut row[start..end]);
        upstream = vec![0.0; layer.inputs];
        for (d, weights) in delta.iter().zip(layer.weights.chunks_exact(layer.inputs)) {
            upstream.iter_mut().zip(weights).for_each(|(u, w)| *u += d * w);
        }
        end = start;
    }
}

/// The derivatives by the weights and biases of one layer.
fn fill(layer: &Layer, delta: &[f64], input: &[f64], row: &mut [f64]) {
    let (weights, bias) = row.split_at_mut(layer.weights.len());
    for (d, weights) in delta.iter().zip(weights.chunks_exact_mut(layer.inputs)) {
        weights.iter_mut().zip(input).for_each(|(w, x)| *w = d * x);
    }
    bias.iter_mut().zip(delta).for_each(|(b, d)| *b = *d);
}
