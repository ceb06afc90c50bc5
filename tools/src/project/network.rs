//! `[network]`: hidden layers by counts.

use gainstage_golden::func::{Activation, Kind};
use gainstage_golden::net::{HiddenLayer, MAX_LAYERS, MAX_WIDTH, Neuron, Topology};
use serde::Deserialize;

/// The hidden layers; inputs and outputs follow from the data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Which neurons have biases.
    #[serde(default)]
    bias: Bias,
    /// The layers, first to last.
    hidden: Vec<Hidden>,
}

/// Which neurons have biases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Bias {
    /// All of them, outputs included.
    #[default]
    All,
    /// The first hidden layer (the first paper's networks).
    First,
    /// None.
    None,
}

/// One or more equal hidden layers.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawHidden")]
struct Hidden {
    repeat: usize,
    neurons: Vec<Neuron>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHidden {
    repeat: Option<Count>,
    #[serde(default)]
    linear: Count,
    #[serde(default)]
    ordinary: Count,
    #[serde(default)]
    amplifying: Count,
    #[serde(default)]
    attenuating: Count,
    #[serde(default = "psoftplus", deserialize_with = "super::learned::activation")]
    activation: Activation,
    #[serde(default)]
    b: Constant,
}

/// A number of neurons or layers, so that negative and absurd ones are refused in plain words.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(try_from = "i64")]
struct Count(usize);

impl TryFrom<i64> for Count {
    type Error = String;
    fn try_from(n: i64) -> Result<Count, String> {
        match usize::try_from(n) {
            Ok(n) if n <= MAX_WIDTH => Ok(Count(n)),
            _ => Err(format!("{n} is not a possible number of neurons or layers: use 0 to {MAX_WIDTH}")),
        }
    }
}

/// The attenuating neurons' b.
#[derive(Deserialize)]
#[serde(try_from = "f64")]
struct Constant(f64);

impl Default for Constant {
    fn default() -> Constant {
        Constant(1.0)
    }
}

impl TryFrom<f64> for Constant {
    type Error = String;
    fn try_from(b: f64) -> Result<Constant, String> {
        Kind::Attenuating { b }.validate().map(|()| Constant(b)).map_err(|e| e.to_string())
    }
}

fn psoftplus() -> Activation {
    Activation::ParametricSoftplus { a: 0.3 }
}

impl TryFrom<RawHidden> for Hidden {
    type Error = String;
    fn try_from(raw: RawHidden) -> Result<Hidden, String> {
        let repeat = raw.repeat.map_or(1, |n| n.0);
        if !(1..MAX_LAYERS).contains(&repeat) {
            return Err(format!("repeat is {repeat}: use 1 to {}", MAX_LAYERS - 1));
        }
        let counts = [raw.linear, raw.ordinary, raw.amplifying, raw.attenuating].map(|n| n.0);
        let total: usize = counts.iter().sum();
        if total == 0 || total > MAX_WIDTH {
            return Err(format!(
                "the layer has {total} neurons: give 1 to {MAX_WIDTH} in all as linear, ordinary, amplifying \
                 and attenuating"
            ));
        }
        let neuron = |kind| Neuron { activation: raw.activation.clone(), kind };
        let kinds = [
            Neuron::default(),
            neuron(Kind::Ordinary),
            neuron(Kind::Amplifying),
            neuron(Kind::Attenuating { b: raw.b.0 }),
        ];
        let neurons = kinds.into_iter().zip(counts).flat_map(|(n, count)| std::iter::repeat_n(n, count));
        Ok(Hidden { repeat, neurons: neurons.collect() })
    }
}

impl Shape {
    /// The network's shape for data with this many inputs and outputs.
    ///
    /// # Errors
    /// Too many layers or weights.
    pub fn topology(&self, inputs: usize, outputs: usize) -> anyhow::Result<Topology> {
        let layers = self.hidden.iter().flat_map(|h| std::iter::repeat_n(&h.neurons, h.repeat));
        let hidden: Vec<HiddenLayer> = layers
            // One more than there may be is enough to be refused.
            .take(MAX_LAYERS)
            .enumerate()
            .map(|(k, neurons)| HiddenLayer {
                neurons: neurons.clone(),
                bias: self.bias == Bias::All || (self.bias == Bias::First && k == 0),
            })
            .collect();
        let topology = Topology { inputs, hidden, outputs, output_bias: self.bias == Bias::All };
        topology.validate().map_err(|e| anyhow::anyhow!("[network]: {e}"))?;
        Ok(topology)
    }
}
