//! The forward pass in `f64`: the reference that quantized networks are judged against.
//!
//! Functions come from the `libm` crate and sums run in input order, so that the same network gives the same
//! bits on every machine.

use super::{Layer, Network};
use crate::func::Portable;

/// Buffers of a forward pass, so that evaluating many samples allocates once.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    current: Vec<f64>,
    next: Vec<f64>,
}

impl Network {
    /// The outputs for one sample.
    ///
    /// # Panics
    /// If `x` is not as long as the network has inputs, or the network is not [valid](Network::validate).
    pub fn eval(&self, x: &[f64]) -> Vec<f64> {
        let mut scratch = Scratch::default();
        self.eval_into(x, &mut scratch).to_vec()
    }

    /// The outputs for one sample, in the buffers of `scratch`.
    ///
    /// # Panics
    /// As [`Network::eval`].
    pub fn eval_into<'s>(&self, x: &[f64], scratch: &'s mut Scratch) -> &'s [f64] {
        assert_eq!(x.len(), self.inputs(), "inputs of a sample and of the network");
        scratch.current.clear();
        scratch.current.extend_from_slice(x);
        for layer in &self.layers {
            layer.eval(&scratch.current, &mut scratch.next);
            std::mem::swap(&mut scratch.current, &mut scratch.next);
        }
        &scratch.current
    }

    /// The outputs for samples stored one after the other, likewise one after the other.
    ///
    /// # Panics
    /// As [`Network::eval`]; `x` must hold whole samples.
    pub fn eval_all(&self, x: &[f64]) -> Vec<f64> {
        let mut scratch = Scratch::default();
        let mut y = Vec::with_capacity(x.len() / self.inputs().max(1) * self.outputs());
        for sample in x.chunks(self.inputs().max(1)) {
            y.extend_from_slice(self.eval_into(sample, &mut scratch));
        }
        y
    }
}

impl Layer {
    /// The outputs of this layer for one vector of inputs, into `y` (cleared first).
    ///
    /// # Panics
    /// If `x` is not `inputs` long or the layer is not valid.
    pub fn eval(&self, x: &[f64], y: &mut Vec<f64>) {
        y.clear();
        y.extend((0..self.neurons.len()).map(|n| {
            let neuron = &self.neurons[n];
            neuron.kind.eval(neuron.activation.eval(Portable(self.sum(n, x)))).0
        }));
    }

    /// The pre-activation z = Σ w·x + bias of neuron `n`, summed in input order, the bias last.
    ///
    /// # Panics
    /// As [`Layer::eval`].
    pub fn sum(&self, n: usize, x: &[f64]) -> f64 {
        let row = &self.weights[n * self.inputs..(n + 1) * self.inputs];
        let z: f64 = row.iter().zip(x).map(|(w, x)| w * x).sum();
        z + self.bias.as_ref().map_or(0.0, |b| b[n])
    }
}

#[cfg(test)]
mod tests {
    use crate::func::{Activation, Kind};
    use crate::net::{Layer, Network, Neuron};

    fn neuron(activation: Activation, kind: Kind) -> Neuron {
        Neuron { activation, kind }
    }

    #[test]
    fn two_layers_by_hand() {
        let net = Network {
            layers: vec![
                Layer {
                    inputs: 2,
                    neurons: vec![
                        neuron(Activation::Relu, Kind::Amplifying),
                        neuron(Activation::None, Kind::Attenuating { b: 1.0 }),
                    ],
                    weights: vec![1.0, 2.0, -1.0, 0.5],
                    bias: Some(vec![0.5, 0.0]),
                },
                Layer { inputs: 2, neurons: vec![Neuron::default()], weights: vec![2.0, 10.0], bias: None },
            ],
        };
        // z = (1·3 + 2·(-0.5) + 0.5, -3 - 0.25) = (2.5, -3.25); y = (6.25, -3.25 / 11.5625).
        let expected = 2.0 * 6.25 + 10.0 * (-3.25 / 11.5625);
        assert!((net.eval(&[3.0, -0.5])[0] - expected).abs() < 1e-15);
        // A sample on ReLU's flat side: z0 = -1 - 2 + 0.5 < 0, z1 = 1 - 0.5.
        let expected = 10.0 * (0.5 / 1.25);
        assert_eq!(net.eval_all(&[3.0, -0.5, -1.0, -1.0])[1], expected);
        assert_eq!(net.parameters(), 8);
    }
}
