//! Shapes of layers in registers, and what their neurons compute as coefficients.

use super::lanes::Lane;
use crate::func::{Activation, Kind};
use crate::net::Neuron;

/// Where a layer lies; offsets and lengths in registers.
#[derive(Clone, Debug)]
pub(in crate::train) struct Shape {
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
pub(in crate::train) struct Needs {
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
    pub(in crate::train) fn of_layer(neurons: &[Neuron]) -> Needs {
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
pub(in crate::train) struct Unit {
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
    pub(in crate::train) const PADDING: Unit = Unit {
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

/// The function of a neuron that is given by points, and evaluated apart.
pub(in crate::train) fn learned(neuron: &Neuron) -> Option<Activation> {
    match &neuron.activation {
        given @ (Activation::Learned(_) | Activation::Formula(_)) => Some(given.clone()),
        _ => None,
    }
}

/// What a neuron computes, the same in all lanes.
pub(in crate::train) struct Cell<T> {
    pub needs: Needs,
    /// Coefficients in the order of [`Unit`].
    pub unit: [T; Unit::COUNT],
    /// A function given by points, evaluated lane by lane.
    pub learned: Option<Activation>,
    /// Whether its sums are normalised.
    pub normalised: bool,
}

impl<T: Lane> Cell<T> {
    pub(in crate::train) fn of(neuron: &Neuron) -> Cell<T> {
        let unit = Unit::of(neuron);
        let unit_values = unit.values().map(T::of);
        Cell { needs: Needs::of(&unit), unit: unit_values, learned: learned(neuron), normalised: false }
    }
}
