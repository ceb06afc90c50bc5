//! `[network]`: hidden layers by counts, or learned edges.

use gainstage_golden::func::{Activation, Kind};
use gainstage_golden::net::{HiddenLayer, MAX_LAYERS, MAX_WIDTH, Neuron, Topology};
use gainstage_golden::num::Format;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The hidden layers; inputs and outputs follow from the data.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawShape")]
pub struct Shape {
    /// Which neurons have biases.
    bias: Bias,
    /// The layers, first to last.
    hidden: Vec<Hidden>,
    /// What is wanted of a network of learned edges, if it is one.
    edges: Option<Edges>,
    /// The most look-up tables that the circuit of a network with layers may take by estimate.
    max_luts: Option<usize>,
}

/// A network of learned edges: its shape is found.
#[derive(Clone, Debug, PartialEq)]
pub struct Edges {
    /// The most look-up tables it may take by estimate.
    pub max_luts: Option<usize>,
    /// Minutes to search for.
    pub minutes: f64,
    /// Formats of input ports that the user fixed, by the input's name: that of its column, or `x0`, ...
    pub ports: BTreeMap<String, Format>,
}

/// Minutes of a search where the project names none.
const MINUTES: f64 = 1.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawShape {
    bias: Option<Bias>,
    hidden: Option<Vec<Hidden>>,
    edges: Option<EdgeKind>,
    max_luts: Option<usize>,
    minutes: Option<f64>,
    ports: Option<BTreeMap<String, String>>,
}

/// What connects inputs and outputs.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum EdgeKind {
    /// Functions that are learned.
    Learned,
}

impl Default for Shape {
    /// A network that is found.
    fn default() -> Shape {
        let edges = Edges { max_luts: None, minutes: MINUTES, ports: BTreeMap::new() };
        Shape { bias: Bias::All, hidden: Vec::new(), edges: Some(edges), max_luts: None }
    }
}

impl TryFrom<RawShape> for Shape {
    type Error = String;
    fn try_from(raw: RawShape) -> Result<Shape, String> {
        // Without layers the network is found.
        if raw.edges.is_none() && (raw.hidden.is_some() || raw.bias.is_some()) {
            let only = [("minutes", raw.minutes.is_some()), ("ports", raw.ports.is_some())];
            if let Some((key, _)) = only.into_iter().find(|(_, given)| *given) {
                return Err(format!("{key} belongs to networks that are found: remove it, or the layers"));
            }
            let hidden = raw.hidden.ok_or("missing field `hidden`")?;
            return Ok(Shape {
                bias: raw.bias.unwrap_or_default(),
                hidden,
                edges: None,
                max_luts: raw.max_luts,
            });
        }
        let shapes = [("hidden", raw.hidden.is_some()), ("bias", raw.bias.is_some())];
        if let Some((key, _)) = shapes.into_iter().find(|(_, given)| *given) {
            return Err(format!(
                "{key} and edges = \"learned\" are both given: the shape of learned edges is found, remove {key}"
            ));
        }
        let minutes = raw.minutes.unwrap_or(MINUTES);
        if !(minutes > 0.0 && minutes <= 10_000.0) {
            return Err(format!("minutes is {minutes}: use more than 0 and at most 10000"));
        }
        let ports =
            raw.ports.unwrap_or_default().iter().map(|(k, v)| port(k, v)).collect::<Result<_, _>>()?;
        let edges = Edges { max_luts: raw.max_luts, minutes, ports };
        Ok(Shape { bias: Bias::All, hidden: Vec::new(), edges: Some(edges), max_luts: None })
    }
}

/// A port that is fixed: `x3 = "u12.0"`, or `adc = "u12.0"`.
fn port(name: &str, format: &str) -> Result<(String, Format), String> {
    let format = format.parse::<Format>().map_err(|e| format!("ports, {name}: {e}"))?;
    Ok((name.to_owned(), format))
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
#[serde(deny_unknown_fields, expecting = "a layer such as { ordinary = 4, activation = \"tanh\" }")]
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
    /// What is wanted of a network of learned edges, if it is one.
    pub fn edges(&self) -> Option<&Edges> {
        self.edges.as_ref()
    }

    /// The most look-up tables that the circuit of a network with layers may take by estimate, if anything is said of it.
    pub fn max_luts(&self) -> Option<usize> {
        self.max_luts
    }

    /// The network's shape for data with this many inputs and outputs.
    ///
    /// # Errors
    /// Too many layers or weights; learned edges, which are no neurons.
    pub fn topology(&self, inputs: usize, outputs: usize) -> anyhow::Result<Topology> {
        anyhow::ensure!(
            self.edges.is_none(),
            "[network]: edges = \"learned\" is trained as integers: use `gainstage build` or `gainstage pareto`"
        );
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
        topology.validate().map_err(|e| {
            let told = format!("[network]: {e}");
            anyhow::Error::new(e).context(told)
        })?;
        Ok(topology)
    }
}
