//! A trained network as a graph on 32-bit floating-point numbers.

use super::TooLarge;
use super::function::activation;
use super::graph::{Graph, Type, whole};
use crate::func::{Activation, Kind};
use crate::net::{Layer, Model};

/// The file of a model. Its outputs are those of the network: of classes the scores.
///
/// # Errors
/// A number that 32 bits do not hold.
pub(super) fn file(model: &Model) -> Result<Vec<u8>, TooLarge> {
    let mut g = Graph::default();
    let mut x = "x".to_owned();
    for (at, l) in model.network.layers.iter().enumerate() {
        x = layer(&mut g, l, &x);
        if let Some(value) = g.too_large {
            return Err(TooLarge { layer: at, value });
        }
    }
    let json = |texts: &[String]| serde_json::json!(texts).to_string();
    let about = [
        ("design", model.name.clone()),
        ("input_names", json(&model.names.inputs)),
        ("output_names", json(&model.names.outputs)),
        ("classes", json(&model.classes)),
    ];
    let ports = [model.network.inputs(), model.network.outputs()].map(|n| (Type::Float, n));
    Ok(g.file(&model.name, ports, &x, &about))
}

/// The outputs of a layer: neurons of the same function together.
fn layer(g: &mut Graph, layer: &Layer, x: &str) -> String {
    let count = layer.neurons.len();
    let weights = g.floats(&[count, layer.inputs], &layer.weights);
    let transposed = vec![whole("transB", 1)];
    let sum = match &layer.bias {
        Some(bias) => {
            let bias = g.floats(&[count], bias);
            g.node("Gemm", &[x, &weights, &bias], transposed)
        }
        None => g.node("Gemm", &[x, &weights], transposed),
    };
    let mut groups: Vec<(&Activation, Vec<usize>)> = Vec::new();
    for (n, neuron) in layer.neurons.iter().enumerate() {
        match groups.iter_mut().find(|(a, _)| **a == neuron.activation) {
            Some((_, places)) => places.push(n),
            None => groups.push((&neuron.activation, vec![n])),
        }
    }
    let mut parts = Vec::with_capacity(groups.len());
    for (function, places) in groups {
        let own = g.columns(&sum, &places, count);
        parts.push((places, activation(g, function, &own)));
    }
    let h = g.joined(&parts);
    kinds(g, layer, &h)
}

/// G of h, neurons of the same kind together.
fn kinds(g: &mut Graph, layer: &Layer, h: &str) -> String {
    let count = layer.neurons.len();
    let of = |k: usize| move |n: &usize| discriminant(layer.neurons[*n].kind) == k;
    let mut parts = Vec::new();
    for k in 0..3 {
        let places: Vec<usize> = (0..count).filter(of(k)).collect();
        if places.is_empty() {
            continue;
        }
        let own = g.columns(h, &places, count);
        let y = match k {
            0 => own,
            1 => g.op("Mul", &[&own, &own]),
            _ => {
                let constants: Vec<f64> = places.iter().map(|&n| constant(layer.neurons[n].kind)).collect();
                let b = g.floats(&[constants.len()], &constants);
                let square = g.op("Mul", &[&own, &own]);
                let below = g.op("Add", &[&square, &b]);
                g.op("Div", &[&own, &below])
            }
        };
        parts.push((places, y));
    }
    g.joined(&parts)
}

/// The place of a kind in the order of its variants.
fn discriminant(kind: Kind) -> usize {
    match kind {
        Kind::Ordinary => 0,
        Kind::Amplifying => 1,
        Kind::Attenuating { .. } => 2,
    }
}

/// The b of an attenuating kind.
fn constant(kind: Kind) -> f64 {
    if let Kind::Attenuating { b } = kind { b } else { 0.0 }
}
