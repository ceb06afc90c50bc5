//! A network as training holds it: weights in register-wide columns, everything in aligned memory.
//!
//! The weights of one input for all neurons of a layer are one *row* of `blocks` registers, padded with zeros;
//! the bias of the layer, if any, is one row more. So the forward pass multiplies whole rows by one number and
//! never sums across lanes. Activation and kind of each neuron are coefficients per lane (see [`Unit`]), so
//! that mixed layers need no branches.

use super::lanes::Lane;
use super::normal::Norm;
use crate::func::{Activation, Kind};
use crate::net::{Network, Neuron};
use bytemuck::{Pod, Zeroable};

/// 64 bytes, aligned as the widest registers and the cache lines are.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// Zeroed memory, aligned for every register.
#[derive(Clone)]
pub(super) struct Buffer(Vec<Line>);

impl Buffer {
    /// Room for `len` numbers.
    pub fn zeroed<T: Lane>(len: usize) -> Buffer {
        Buffer(vec![Line::zeroed(); (len * size_of::<T>()).div_ceil(size_of::<Line>())])
    }

    /// The memory as numbers or registers.
    #[inline(always)]
    pub fn get<V: Pod>(&self) -> &[V] {
        bytemuck::cast_slice(&self.0)
    }

    /// The memory as numbers or registers.
    #[inline(always)]
    pub fn get_mut<V: Pod>(&mut self) -> &mut [V] {
        bytemuck::cast_slice_mut(&mut self.0)
    }
}

/// Where a layer lies; offsets and lengths in registers.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Inputs, not counting the bias.
    pub inputs: usize,
    /// Neurons.
    pub neurons: usize,
    /// Registers per row: neurons / lanes, rounded up.
    pub blocks: usize,
    /// Whether a bias row follows the rows of the inputs.
    pub bias: bool,
    /// First row, in the weights.
    pub weights: usize,
    /// First register of this layer, in outputs, slopes and gradients.
    pub units: usize,
    /// Which functions occur.
    pub needs: Needs,
    /// Whether sums of neurons of this layer are normalised.
    pub normalised: bool,
    /// Neurons with a function given by points, which are evaluated one by one.
    pub learned: Vec<(usize, Activation)>,
}

impl Shape {
    /// Rows: inputs, and the bias if there is one.
    pub fn rows(&self) -> usize {
        self.inputs + usize::from(self.bias)
    }
}

/// Which functions occur in a layer; the others are skipped.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    pub activation: bool,
    pub softplus: bool,
    pub sigmoid: bool,
    pub elu: bool,
    pub tanh: bool,
    pub kind: bool,
    pub attenuating: bool,
    pub learned: bool,
}

impl Needs {
    /// What one neuron needs.
    pub fn of(unit: &Unit) -> Needs {
        Needs {
            activation: unit.linear != 1.0 || unit.softplus != 0.0,
            softplus: unit.softplus != 0.0,
            sigmoid: unit.sigmoid != 0.0,
            elu: unit.elu != 0.0,
            tanh: unit.tanh != 0.0,
            kind: unit.ordinary != 1.0,
            attenuating: unit.attenuating != 0.0,
            learned: unit.learned,
        }
    }

    /// What the neurons of a layer need.
    fn of_layer(neurons: &[Neuron]) -> Needs {
        neurons.iter().map(|n| Needs::of(&Unit::of(n))).fold(Needs::default(), Needs::or)
    }

    /// What either needs.
    fn or(self, b: Needs) -> Needs {
        Needs {
            activation: self.activation || b.activation,
            softplus: self.softplus || b.softplus,
            sigmoid: self.sigmoid || b.sigmoid,
            elu: self.elu || b.elu,
            tanh: self.tanh || b.tanh,
            kind: self.kind || b.kind,
            attenuating: self.attenuating || b.attenuating,
            learned: self.learned || b.learned,
        }
    }

    /// Whether e^-|z| is needed.
    pub fn exp(&self) -> bool {
        self.softplus || self.sigmoid || self.elu || self.tanh
    }
}

/// The coefficients of one lane. H is their combination of z, max(z, 0), softplus, sigmoid, ELU and tanh; G is
/// `h · (ordinary + amplifying · h + attenuating / (h² + b))`.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    pub linear: f64,
    pub relu: f64,
    pub softplus: f64,
    pub sigmoid: f64,
    pub elu: f64,
    pub tanh: f64,
    pub ordinary: f64,
    pub amplifying: f64,
    pub attenuating: f64,
    pub b: f64,
    /// Given by points, which are evaluated apart.
    pub learned: bool,
}

impl Unit {
    /// Coefficients per neuron.
    pub const COUNT: usize = 10;

    /// A padding lane: constant 0.
    const PADDING: Unit = Unit {
        linear: 0.0,
        relu: 0.0,
        softplus: 0.0,
        sigmoid: 0.0,
        elu: 0.0,
        tanh: 0.0,
        ordinary: 0.0,
        amplifying: 0.0,
        attenuating: 0.0,
        b: 1.0,
        learned: false,
    };

    pub fn of(neuron: &Neuron) -> Unit {
        let mut unit = Unit::PADDING;
        match neuron.activation {
            Activation::None => unit.linear = 1.0,
            Activation::Relu => unit.relu = 1.0,
            Activation::LeakyRelu { slope } => (unit.linear, unit.relu) = (slope, 1.0 - slope),
            Activation::Elu => unit.elu = 1.0,
            Activation::Softplus => unit.softplus = 1.0,
            Activation::ParametricSoftplus { a } => (unit.linear, unit.softplus) = (a, 1.0 - a),
            Activation::Sigmoid => unit.sigmoid = 1.0,
            Activation::Tanh => unit.tanh = 1.0,
            Activation::Learned(_) | Activation::Formula(_) => unit.learned = true,
        }
        match neuron.kind {
            Kind::Ordinary => unit.ordinary = 1.0,
            Kind::Amplifying => unit.amplifying = 1.0,
            // b held inside what single precision can tell from 0 and square.
            Kind::Attenuating { b } => (unit.attenuating, unit.b) = (1.0, b.clamp(1e-18, 1e18)),
        }
        unit
    }

    /// The coefficients in their order.
    pub fn values(&self) -> [f64; Unit::COUNT] {
        let u = self;
        [u.linear, u.relu, u.softplus, u.sigmoid, u.elu, u.tanh, u.ordinary, u.amplifying, u.attenuating, u.b]
    }
}

/// A network with the state of its optimiser.
#[derive(Clone)]
pub(super) struct Packed<T: Lane> {
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
                    learned: layer.neurons.iter().enumerate().filter_map(learned).collect(),
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

    /// Where each weight lies, in numbers: row by row, neuron by neuron. The same order for every width of registers.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        let (shapes, lanes) = (&self.shapes, self.lanes);
        shapes.iter().flat_map(move |shape| {
            (0..shape.rows()).flat_map(move |i| (0..shape.neurons).map(move |n| place(shape, lanes, i, n)))
        })
    }

    /// Where the neurons lie in what there is one of per neuron, in numbers. The same order for every width of registers.
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

fn learned((n, neuron): (usize, &Neuron)) -> Option<(usize, Activation)> {
    match &neuron.activation {
        given @ (Activation::Learned(_) | Activation::Formula(_)) => Some((n, given.clone())),
        _ => None,
    }
}
