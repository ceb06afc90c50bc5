//! The beginning of a running normalisation: averages of the first samples, layer after layer.

use super::lanes::Lane;
use super::layout::Packed;
use super::normal::CONSTANT;
use crate::func::Kind;
use crate::net::Network;
use crate::train::config::Normalise;

/// Samples that the averages begin with.
const SAMPLES: usize = 256;

impl<T: Lane> Packed<T> {
    /// Begins to normalise the hidden neurons that are to be and are not yet, with averages over the first of the inputs `x`,
    /// layer after layer: what these neurons put out is another thing from then on.
    pub fn normalise(&mut self, which: Normalise, x: &[f64]) {
        if which == Normalise::None {
            return;
        }
        let lanes = self.lanes();
        for k in 0..self.shapes.len() - 1 {
            let network = self.unpack();
            let layer = &network.layers[k];
            let shape = &mut self.shapes[k];
            let on = |n: usize| shape.units * lanes + n;
            let wanted = |n: &usize| which == Normalise::All || layer.neurons[*n].kind == Kind::Amplifying;
            let new: Vec<usize> = (0..shape.neurons)
                .filter(wanted)
                .filter(|&n| self.norm.on.get::<T>()[on(n)] == T::zero())
                .collect();
            if new.is_empty() {
                continue;
            }
            let rows = (x.len() / network.inputs()).min(SAMPLES);
            let inputs = outputs_before(&network, k, &x[..rows * network.inputs()]);
            for n in new {
                let bias = layer.bias.as_ref().map(|b| b[n]);
                let [mean, variance] =
                    averages(inputs.chunks_exact(layer.inputs).map(|x| layer.sum(n, x)), bias);
                let scale = if variance < CONSTANT { 1.0 } else { 1.0 / variance.sqrt() };
                let at = on(n);
                self.norm.on.get_mut::<T>()[at] = T::one();
                self.norm.mean.get_mut::<T>()[at] = T::of(mean);
                self.norm.variance.get_mut::<T>()[at] = T::of(variance);
                self.norm.scale.get_mut::<T>()[at] = T::of(scale);
            }
        }
        self.mark_normalised();
        self.absorb();
    }

    /// Marks the layers in which neurons are normalised.
    pub fn mark_normalised(&mut self) {
        let lanes = self.lanes();
        let on: &[T] = self.norm.on.get();
        for shape in &mut self.shapes {
            shape.normalised = on[shape.units * lanes..][..shape.neurons].contains(&T::one());
        }
    }

    /// Takes the scales into the weights.
    pub fn absorb(&mut self) {
        let lanes = self.lanes();
        self.norm.absorb::<T>(&self.shapes, lanes, [&mut self.w, &mut self.m, &mut self.v]);
    }
}

/// The inputs of layer `k` for the inputs `x` of the network.
fn outputs_before(network: &Network, k: usize, x: &[f64]) -> Vec<f64> {
    let (mut values, mut y) = (x.to_vec(), Vec::new());
    for layer in &network.layers[..k] {
        let mut next = Vec::with_capacity(values.len() / layer.inputs * layer.neurons.len());
        for x in values.chunks_exact(layer.inputs) {
            layer.eval(x, &mut y);
            next.extend_from_slice(&y);
        }
        values = next;
    }
    values
}

/// Mean and variance of the sums without their bias; where there is none, 0 and the mean square.
fn averages(sums: impl Iterator<Item = f64>, bias: Option<f64>) -> [f64; 2] {
    let sums: Vec<f64> = sums.map(|s| s - bias.unwrap_or(0.0)).collect();
    let count = sums.len().max(1) as f64;
    let mean = if bias.is_some() { sums.iter().sum::<f64>() / count } else { 0.0 };
    [mean, sums.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / count]
}
