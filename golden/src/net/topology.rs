//! The shape of a network before it has weights.

use super::validate::check_size;
use super::{Layer, MAX_LAYERS, MAX_WEIGHTS, MAX_WIDTH, NetError, Network, Neuron};
use crate::func::{Activation, Kind};
use serde::{Deserialize, Serialize};

/// One hidden layer of a [`Topology`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HiddenLayer {
    /// The neurons, in output order.
    pub neurons: Vec<Neuron>,
    /// Whether each neuron has a bias.
    #[serde(default = "yes")]
    pub bias: bool,
}

/// The shape of a feed-forward network. The outputs are linear neurons (no activation, ordinary).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topology {
    /// Number of inputs.
    pub inputs: usize,
    /// Hidden layers, first to last; none at all is a linear map.
    pub hidden: Vec<HiddenLayer>,
    /// Number of outputs.
    pub outputs: usize,
    /// Whether the outputs have biases.
    #[serde(default = "yes")]
    pub output_bias: bool,
}

fn yes() -> bool {
    true
}

/// The first paper's family of shapes (Jung & Kwon), in the paper's own counting.
///
/// Every hidden layer has `neurons` neurons, of which neuron 0 is linear (no activation, ordinary) and
/// trained like the others; the paper counts it as the bias. Then come the ordinary neurons, then
/// `amplifying`, then `attenuating` ones. Only the first hidden layer has biases: the weights of the constant
/// input. Network 5 is 1 input, 1 output, 10 neurons, depth 5, 4 amplifying, 1 attenuating: 430 weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperShape {
    /// Inputs, not counting the constant 1.
    pub inputs: usize,
    /// Outputs.
    pub outputs: usize,
    /// Neurons per hidden layer, counting the linear one.
    pub neurons: usize,
    /// Hidden layers.
    pub depth: usize,
    /// Amplifying neurons (h²) in each typed layer.
    #[serde(default)]
    pub amplifying: usize,
    /// Attenuating neurons (h / (h² + b)) in each typed layer.
    #[serde(default)]
    pub attenuating: usize,
    /// The typed hidden layers, first and last, counted from 1 as the paper does; all of them by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed_layers: Option<[usize; 2]>,
    /// The activation of all neurons but the linear one (the paper: parametric softplus, a = 0.3).
    #[serde(default = "paper_activation")]
    pub activation: Activation,
    /// The constant b of attenuating neurons (the paper: 1).
    #[serde(default = "paper_b")]
    pub b: f64,
}

fn paper_activation() -> Activation {
    Activation::ParametricSoftplus { a: 0.3 }
}

fn paper_b() -> f64 {
    1.0
}

impl PaperShape {
    /// A shape with ordinary neurons only, the paper's activation and b; set the other fields as needed.
    pub fn new(inputs: usize, outputs: usize, neurons: usize, depth: usize) -> PaperShape {
        PaperShape {
            inputs,
            outputs,
            neurons,
            depth,
            amplifying: 0,
            attenuating: 0,
            typed_layers: None,
            activation: paper_activation(),
            b: paper_b(),
        }
    }

    fn check(&self) -> Result<[usize; 2], NetError> {
        check_size("neurons", self.neurons, MAX_WIDTH)?;
        check_size("depth", self.depth, MAX_LAYERS - 1)?;
        let fault = |message| Err(NetError::Shape { message });
        let typed = self.amplifying.saturating_add(self.attenuating);
        if typed > self.neurons - 1 {
            return fault(format!(
                "{} amplifying and {} attenuating neurons do not fit into layers of {} neurons, of which one \
                 is linear: raise neurons to {} or more",
                self.amplifying,
                self.attenuating,
                self.neurons,
                typed.saturating_add(1)
            ));
        }
        match self.typed_layers {
            None => Ok([1, self.depth]),
            Some([first, last]) if first >= 1 && first <= last && last <= self.depth => Ok([first, last]),
            Some([first, last]) => fault(format!(
                "typed_layers is [{first}, {last}], but must name a first and a last hidden layer between 1 \
                 and {}",
                self.depth
            )),
        }
    }

    /// The neurons of a layer, typed or all ordinary but for the linear one.
    fn layer(&self, typed: bool) -> Vec<Neuron> {
        let attenuating = if typed { self.neurons - self.attenuating } else { self.neurons };
        let amplifying = if typed { attenuating - self.amplifying } else { self.neurons };
        (0..self.neurons)
            .map(|n| match n {
                0 => Neuron::default(),
                n if n >= attenuating => self.neuron(Kind::Attenuating { b: self.b }),
                n if n >= amplifying => self.neuron(Kind::Amplifying),
                _ => self.neuron(Kind::Ordinary),
            })
            .collect()
    }

    fn neuron(&self, kind: Kind) -> Neuron {
        Neuron { activation: self.activation.clone(), kind }
    }
}

impl Topology {
    /// The first paper's shape.
    ///
    /// # Errors
    /// Sizes that are zero or absurd, more typed neurons than there are, a layer range that does not exist.
    pub fn paper(shape: &PaperShape) -> Result<Topology, NetError> {
        let [first, last] = shape.check()?;
        let hidden = (1..=shape.depth)
            .map(|k| HiddenLayer { neurons: shape.layer((first..=last).contains(&k)), bias: k == 1 })
            .collect();
        let topology = Topology { inputs: shape.inputs, hidden, outputs: shape.outputs, output_bias: false };
        topology.validate()?;
        Ok(topology)
    }

    /// Checks sizes and parameters.
    ///
    /// # Errors
    /// The first fault, with its layer, neuron and value.
    pub fn validate(&self) -> Result<(), NetError> {
        check_size("inputs", self.inputs, MAX_WIDTH)?;
        check_size("outputs", self.outputs, MAX_WIDTH)?;
        check_size("the number of layers", self.hidden.len() + 1, MAX_LAYERS)?;
        let (mut before, mut weights) = (self.inputs, 0usize);
        for (k, layer) in self.hidden.iter().enumerate() {
            check_size(&format!("the number of hidden[{k}].neurons"), layer.neurons.len(), MAX_WIDTH)?;
            for (n, neuron) in layer.neurons.iter().enumerate() {
                neuron.validate(|| format!("hidden layer {k}, neuron {n}"))?;
            }
            weights += before * layer.neurons.len();
            before = layer.neurons.len();
        }
        check_size("the number of weights", weights + before * self.outputs, MAX_WEIGHTS)
    }

    /// The network of this shape with all weights and biases 0.
    pub fn zeros(&self) -> Network {
        let output = HiddenLayer { neurons: vec![Neuron::default(); self.outputs], bias: self.output_bias };
        let mut inputs = self.inputs;
        let mut layers = Vec::with_capacity(self.hidden.len() + 1);
        for layer in self.hidden.iter().chain(std::iter::once(&output)) {
            let neurons = layer.neurons.len();
            layers.push(Layer {
                inputs,
                neurons: layer.neurons.clone(),
                weights: vec![0.0; inputs * neurons],
                bias: layer.bias.then(|| vec![0.0; neurons]),
            });
            inputs = neurons;
        }
        Network { layers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_5_has_430_weights() {
        let shape = PaperShape { amplifying: 4, attenuating: 1, ..PaperShape::new(1, 1, 10, 5) };
        let net = Topology::paper(&shape).expect("the paper's shape").zeros();
        assert_eq!(net.parameters(), 430);
        for layer in &net.layers[..5] {
            let kinds: Vec<Kind> = layer.neurons.iter().map(|n| n.kind).collect();
            assert_eq!(layer.neurons[0], Neuron::default());
            assert!(layer.neurons[1..].iter().all(|n| n.activation == paper_activation()));
            assert_eq!(kinds[..5], [Kind::Ordinary; 5]);
            assert_eq!(kinds[5..9], [Kind::Amplifying; 4]);
            assert_eq!(kinds[9], Kind::Attenuating { b: 1.0 });
        }
        assert_eq!(net.layers.iter().filter(|l| l.bias.is_some()).count(), 1);
    }

    #[test]
    fn network_10_types_the_middle_layers() {
        let shape = PaperShape {
            amplifying: 3,
            attenuating: 1,
            typed_layers: Some([2, 5]),
            ..PaperShape::new(2, 1, 10, 6)
        };
        let net = Topology::paper(&shape).expect("the paper's shape").zeros();
        let typed = |k: usize| net.layers[k].neurons.iter().any(|n| n.kind != Kind::Ordinary);
        assert_eq!((0..6).map(typed).collect::<Vec<_>>(), [false, true, true, true, true, false]);
    }

    #[test]
    fn impossible_shapes_say_the_cure() {
        let shape = PaperShape { amplifying: 9, attenuating: 1, ..PaperShape::new(1, 1, 10, 5) };
        let text = Topology::paper(&shape).expect_err("too many").to_string();
        assert!(text.ends_with("raise neurons to 11 or more"), "{text}");
        let shape = PaperShape { typed_layers: Some([0, 9]), ..PaperShape::new(1, 1, 10, 5) };
        let text = Topology::paper(&shape).expect_err("no such layers").to_string();
        assert!(text.contains("[0, 9]") && text.ends_with("between 1 and 5"), "{text}");
        assert!(Topology::paper(&PaperShape::new(0, 1, 10, 5)).is_err());
        assert!(Topology::paper(&PaperShape::new(1, 1, 65_536, 200)).is_err());
        let mut topology = Topology::paper(&PaperShape::new(1, 1, 3, 1)).expect("valid");
        topology.hidden[0].neurons[2].kind = Kind::Attenuating { b: 0.0 };
        let text = topology.validate().expect_err("b is 0").to_string();
        assert!(text.starts_with("hidden layer 0, neuron 2: "), "{text}");
    }
}
