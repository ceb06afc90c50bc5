//! Training against independent oracles: finite differences, steps by hand, the exact functions.

mod batched;
mod dropout;
mod gradients;
mod normal;
mod outcomes;
mod protocol;
mod resume;
mod series;

use super::columns::Columns;
use super::polish::Aim;
use crate::func::{Activation, Interpolation, Kind, Learned};
use crate::net::{HiddenLayer, Network, Neuron, Topology};

/// Every activation, with uncommon parameters.
fn activations() -> Vec<Activation> {
    vec![
        Activation::None,
        Activation::Relu,
        Activation::LeakyRelu { slope: 0.3 },
        Activation::Elu,
        Activation::Softplus,
        Activation::ParametricSoftplus { a: 0.3 },
        Activation::ParametricSoftplus { a: 1.7 },
        Activation::Sigmoid,
        Activation::Tanh,
        Activation::Learned(Learned {
            nodes: vec![-2.0, -0.3, 0.9, 2.5],
            ordinates: vec![-1.0, 0.2, 0.4, 1.5],
            interpolation: Interpolation::MonotoneCubic,
        }),
        "{x*exp(-x^2)}".parse().expect("a formula"),
    ]
}

fn kinds() -> [Kind; 4] {
    [Kind::Ordinary, Kind::Amplifying, Kind::Attenuating { b: 1.0 }, Kind::Attenuating { b: 0.2 }]
}

/// All activations times all kinds.
fn all_neurons() -> Vec<Neuron> {
    let all = activations()
        .into_iter()
        .flat_map(|activation| kinds().map(|kind| Neuron { activation: activation.clone(), kind }));
    all.collect()
}

fn hidden(neurons: Vec<Neuron>, bias: bool) -> HiddenLayer {
    HiddenLayer { neurons, bias }
}

/// Two inputs, two outputs, the given hidden layers.
fn topology(hidden: Vec<HiddenLayer>) -> Topology {
    Topology { inputs: 2, hidden, outputs: 2, output_bias: true }
}

/// Samples that fit nothing in particular.
pub(super) fn aim(network: &Network, rows: usize) -> Aim {
    let (inputs, outputs) = (network.inputs(), network.outputs());
    let x: Vec<f64> = (0..rows * inputs).map(|i| (i as f64 * 0.37).sin() * 2.0).collect();
    let y: Vec<f64> = (0..rows * outputs).map(|i| (i as f64 * 0.91).cos()).collect();
    let weights = (0..y.len()).map(|i| 0.3 + (i % 3) as f64).collect();
    Aim { data: Columns { inputs, outputs, x, y }, weights }
}
