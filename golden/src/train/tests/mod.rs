//! Training against independent oracles: finite differences, steps by hand, the exact functions.

mod flock;
mod gradients;
mod outcomes;
mod protocol;
mod series;

use crate::func::{Activation, Interpolation, Kind, Learned};
use crate::net::{HiddenLayer, Neuron, Topology};

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
