//! SIMD layout of a network in training: weights in register-wide columns, everything in aligned memory.
//!
//! The weights of one input for all neurons of a layer are one *row* of `blocks` registers, padded with zeros;
//! the bias of the layer, if any, is one row more. So the forward pass multiplies whole rows by one number and
//! never sums across lanes. Activation and kind of each neuron are coefficients per lane (see [`Unit`]), so
//! that mixed layers need no branches.

use super::buffer::Buffer;
use super::lanes::Lane;
use super::normal::Norm;
use super::shape::{Needs, Shape, Unit, learned};
use crate::func::Kind;
use crate::net::Network;

/// A network with the state of its optimiser.
#[derive(Clone)]
pub(in crate::train) struct Packed<T: Lane> {
    /// The layers, first to last.
    pub shapes: Vec<Shape>,
    /// Weights, and Adam's averages m and v, row by row.
    pub w: Buffer,
    pub m: Buffer,
    pub v: Buffer,
    /// Sums of gradients over a batch.
    pub sum: Buffer,
    /// Coefficients: for each register of units, [`Unit::COUNT`] registers.
    pub units: Buffer,
    /// Outputs y of all neurons, their slopes H'·G', and the gradients of the cost with respect to y.
    pub y: Buffer,
    pub slope: Buffer,
    pub grad: Buffer,
    /// Running averages of the neurons that are normalised.
    pub norm: Norm,
    /// The network it came from, which carries neurons and sizes.
    template: Network,
    lanes: usize,
    number: std::marker::PhantomData<T>,
}

impl<T: Lane> Packed<T> {
    /// Packs a valid network for registers of `lanes` numbers.
    pub fn new(network: &Network, lanes: usize) -> Packed<T> {
        let (mut weights, mut units) = (0, 0);
        let shapes: Vec<Shape> = network
            .layers
            .iter()
            .map(|layer| {
                let blocks = layer.neurons.len().div_ceil(lanes);
                let shape = Shape {
                    inputs: layer.inputs,
                    neurons: layer.neurons.len(),
                    blocks,
                    bias: layer.bias.is_some(),
                    weights,
                    units,
                    needs: Needs::of_layer(&layer.neurons),
                    normalised: false,
                    learned: (0..)
                        .zip(&layer.neurons)
                        .filter_map(|(n, neuron)| Some((n, learned(neuron)?)))
                        .collect(),
                };
                weights += shape.rows() * blocks;
                units += blocks;
                shape
            })
            .collect();
        let numbers = |registers: usize| Buffer::zeroed::<T>(registers * lanes);
        let mut packed = Packed {
            shapes,
            w: numbers(weights),
            m: numbers(weights),
            v: numbers(weights),
            sum: numbers(weights),
            units: numbers(units * Unit::COUNT),
            y: numbers(units),
            slope: numbers(units),
            grad: numbers(units),
            norm: Norm::none::<T>(units * lanes),
            template: network.clone(),
            lanes,
            number: std::marker::PhantomData,
        };
        packed.fill_units();
        packed.fill_weights();
        packed
    }

    /// Gives the neurons of layer `k` other kinds; weights and the state of the optimiser stay.
    pub fn set_kinds(&mut self, k: usize, kinds: impl Iterator<Item = Kind>) {
        let neurons = &mut self.template.layers[k].neurons;
        neurons.iter_mut().zip(kinds).for_each(|(n, kind)| n.kind = kind);
        self.shapes[k].needs = Needs::of_layer(neurons);
        self.fill_units();
    }

    fn fill_units(&mut self) {
        let lanes = self.lanes;
        let to: &mut [T] = self.units.get_mut();
        for (shape, layer) in self.shapes.iter().zip(&self.template.layers) {
            for n in 0..shape.blocks * lanes {
                let unit = layer.neurons.get(n).map_or(Unit::PADDING, Unit::of);
                let register = (shape.units + n / lanes) * Unit::COUNT;
                for (k, value) in unit.values().into_iter().enumerate() {
                    to[(register + k) * lanes + n % lanes] = T::of(value);
                }
            }
        }
    }

    fn fill_weights(&mut self) {
        let to: &mut [T] = self.w.get_mut();
        for (shape, layer) in self.shapes.iter().zip(&self.template.layers) {
            for n in 0..shape.neurons {
                for i in 0..shape.inputs {
                    to[place(shape, self.lanes, i, n)] = T::of(layer.weights[n * shape.inputs + i]);
                }
                if let Some(bias) = &layer.bias {
                    to[place(shape, self.lanes, shape.inputs, n)] = T::of(bias[n]);
                }
            }
        }
    }

    /// Scalar index of each weight: row by row, neuron by neuron. The same order for every width of registers.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        let (shapes, lanes) = (&self.shapes, self.lanes);
        shapes.iter().flat_map(move |shape| {
            (0..shape.rows()).flat_map(move |i| (0..shape.neurons).map(move |n| place(shape, lanes, i, n)))
        })
    }

    /// Scalar index of each neuron in per-neuron buffers. The same order for every width of registers.
    pub fn unit_places(&self) -> impl Iterator<Item = usize> {
        self.shapes.iter().flat_map(|shape| (0..shape.neurons).map(|n| shape.units * self.lanes + n))
    }

    /// Numbers per register.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// The network with the weights as they are now, normalised sums folded in.
    pub fn unpack(&self) -> Network {
        self.norm.fold::<T>(&self.shapes, self.lanes, self.unpack_from(&self.w))
    }

    /// A buffer laid out like the weights, in the places of the weights of a network.
    pub fn unpack_from(&self, buffer: &Buffer) -> Network {
        let from: &[T] = buffer.get();
        let mut network = self.template.clone();
        for (shape, layer) in self.shapes.iter().zip(&mut network.layers) {
            for n in 0..shape.neurons {
                for i in 0..shape.inputs {
                    layer.weights[n * shape.inputs + i] = from[place(shape, self.lanes, i, n)].to();
                }
                if let Some(bias) = &mut layer.bias {
                    bias[n] = from[place(shape, self.lanes, shape.inputs, n)].to();
                }
            }
        }
        network
    }
}

/// Where the weight of input `i` (or the bias, `i` = inputs) of neuron `n` lies, in numbers.
fn place(shape: &Shape, lanes: usize, i: usize, n: usize) -> usize {
    (shape.weights + i * shape.blocks) * lanes + n
}
