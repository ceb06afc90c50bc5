//! One sample's values on the way forward through a network, with the slopes that derivatives need.

use crate::func::Scalar;
use crate::net::{Layer, Network};
use std::marker::PhantomData;

/// Values and slopes, with functions computed in the arithmetic `S`.
pub(crate) struct Pass<S> {
    /// Inputs of each layer, then the outputs of the last.
    pub values: Vec<Vec<f64>>,
    /// z of each neuron of each layer.
    pub sums: Vec<Vec<f64>>,
    /// G'(h) and H'(z) of each neuron of each layer.
    pub slopes: Vec<Vec<[f64; 2]>>,
    /// What z, h and y of each neuron of each layer are moved by; empty for nothing.
    pub noise: Vec<Vec<[f64; 3]>>,
    arithmetic: PhantomData<S>,
}

impl<S> Default for Pass<S> {
    fn default() -> Pass<S> {
        let (values, sums, slopes, noise) = Default::default();
        Pass { values, sums, slopes, noise, arithmetic: PhantomData }
    }
}

impl<S: Scalar> Pass<S> {
    /// Computes everything for the inputs `x`.
    pub fn forward(&mut self, network: &Network, x: &[f64]) {
        self.forward_by(network, x, |layer, n, z| layer.neurons[n].activation.derivative(z).to_f64());
    }

    /// The same, with a slope of its own for the activation of neuron `n` of a layer at z.
    pub fn forward_by(&mut self, network: &Network, x: &[f64], slope: impl Fn(&Layer, usize, S) -> f64) {
        let layers = network.layers.len();
        self.values.resize(layers + 1, Vec::new());
        self.sums.resize(layers, Vec::new());
        self.slopes.resize(layers, Vec::new());
        self.values[0].clear();
        self.values[0].extend_from_slice(x);
        for (l, layer) in network.layers.iter().enumerate() {
            let (before, after) = self.values.split_at_mut(l + 1);
            let (input, output) = (&before[l], &mut after[0]);
            output.clear();
            self.sums[l].clear();
            self.slopes[l].clear();
            for (n, neuron) in layer.neurons.iter().enumerate() {
                let [dz, dh, dy] = self.noise.get(l).map_or([0.0; 3], |layer| layer[n]);
                let sum = layer.sum(n, input) + dz;
                let z = S::from_f64(sum);
                let h = S::from_f64(neuron.activation.eval(z).to_f64() + dh);
                output.push(neuron.kind.eval(h).to_f64() + dy);
                self.sums[l].push(sum);
                self.slopes[l].push([neuron.kind.derivative(h).to_f64(), slope(layer, n, z)]);
            }
        }
    }

    /// Outputs of the network.
    pub fn outputs(&self) -> &[f64] {
        self.values.last().map_or(&[], |v| v)
    }

    /// Outputs of the network, to be changed.
    pub fn outputs_mut(&mut self) -> &mut [f64] {
        self.values.last_mut().map_or(&mut [], |v| v)
    }

    /// Turns the disturbance round.
    pub fn mirror(&mut self) {
        self.noise.iter_mut().flatten().flatten().for_each(|d| *d = -*d);
    }
}
