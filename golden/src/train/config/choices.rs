//! Choices of the training configuration: costs, optimisers, schedules and the like.

use serde::{Deserialize, Serialize};

/// The cost of a sample: a sum over its outputs, each a function of its error e = y - t or of the output y and its
/// target t; for [`Cost::Softmax`] a function of all outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// |e| + 1/(|e| + 1) - 1: about e² for small errors, about |e| for large ones (Jung & Kwon).
    #[default]
    Paper,
    /// e².
    Squared,
    /// ln(1 + e^y) - t·y: the outputs are scores of classes that do not exclude each other (or the one score of two
    /// classes), targets are 0 or 1, and the sigmoid of a score is a probability.
    Logistic,
    /// -Σ t·ln p with p = e^y / Σe^y: the outputs are scores of classes that exclude each other; one target is 1.
    Softmax,
}

impl Cost {
    /// Its name in the project file.
    pub fn name(self) -> &'static str {
        match self {
            Cost::Paper => "paper",
            Cost::Squared => "squared",
            Cost::Logistic => "logistic",
            Cost::Softmax => "softmax",
        }
    }
}

/// The rule that turns gradients into steps. m and v are running averages of the gradient and its square.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Optimiser {
    /// Adam with bias correction: w -= rate · m̂ / √(v̂ + ε²) (Kingma & Ba, but for ε² under the root instead of
    /// ε beside it, which only matters where gradients are as small as ε).
    Adam {
        /// Decay of m per step, in [0, 1).
        #[serde(default = "beta1")]
        beta1: f64,
        /// Decay of v per step, in [0, 1).
        #[serde(default = "beta2")]
        beta2: f64,
        /// ε > 0.
        #[serde(default = "epsilon")]
        epsilon: f64,
    },
    /// Adam as the first paper's program computes it, without bias correction: w -= rate · m / √(v + ε).
    PaperAdam {
        /// Decay of m per step, in [0, 1).
        #[serde(default = "beta1")]
        beta1: f64,
        /// Decay of v per step, in [0, 1).
        #[serde(default = "paper_beta2")]
        beta2: f64,
        /// ε > 0.
        #[serde(default = "epsilon")]
        epsilon: f64,
    },
}

pub(in crate::train) fn beta1() -> f64 {
    0.9
}
pub(in crate::train) fn beta2() -> f64 {
    0.999
}
pub(in crate::train) fn paper_beta2() -> f64 {
    0.99
}
pub(in crate::train) fn epsilon() -> f64 {
    1e-8
}

/// The learning rate over the epochs, as a factor of [`TrainConfig::rate`](super::TrainConfig::rate).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Schedule {
    /// The same throughout.
    Constant,
    /// Times `factor` after every `every` epochs (the paper: 0.95 every 1000).
    Step {
        /// The factor, in (0, 1].
        factor: f64,
        /// Epochs between two changes, at least 1.
        every: usize,
    },
    /// From 1 down to `floor` along half a cosine.
    Cosine {
        /// The factor reached at the end, in [0, 1].
        #[serde(default)]
        floor: f64,
    },
}

impl Schedule {
    /// The factor in epoch `epoch` (from 0) of `epochs`.
    pub fn factor(&self, epoch: usize, epochs: usize) -> f64 {
        match *self {
            Schedule::Constant => 1.0,
            Schedule::Step { factor, every } => factor.powf((epoch / every) as f64),
            Schedule::Cosine { floor } => {
                let phase = std::f64::consts::PI * epoch as f64 / epochs as f64;
                floor + (1.0 - floor) * 0.5 * (1.0 + phase.cos())
            }
        }
    }
}

/// How the samples of an epoch are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sampling {
    /// Every sample once, in a new random order.
    #[default]
    Shuffled,
    /// Each drawn at random from all (the paper).
    Replacement,
}

/// The random weights a restart begins with. Biases are drawn like the weights of their layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Init {
    /// As `fan-in`, then each neuron's weights are scaled so that its pre-activation has a root mean square of 1
    /// over the training samples: chains of amplifying neurons start neither vanishing nor exploding.
    #[default]
    Calibrated,
    /// ±k/√T with k uniform in 1..=T, T the number of inputs, outputs and hidden neurons together; times 0.3 in
    /// hidden layers (Jung & Kwon, who train all neurons as ordinary ones first: with amplifying neurons from
    /// the start, deep networks diverge).
    Paper,
    /// Uniform in ±√(3 / inputs of the layer): unit variance is kept through linear neurons.
    FanIn,
}

/// The number type of the inner loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Single precision, the faster one.
    #[default]
    F32,
    /// Double precision.
    F64,
}

/// Whose weighted sums are normalised while training; folded into the trained weights. Written as `false`, `true`, `"all"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Switch", into = "Switch")]
pub enum Normalise {
    /// Nobody's.
    #[default]
    None,
    /// Those of amplifying neurons.
    Amplifying,
    /// Those of all hidden neurons: batch normalisation, by running averages instead of those of a batch.
    All,
}

/// How [`Normalise`] is written.
#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "use true (amplifying neurons), false or \"all\"")]
enum Switch {
    Is(bool),
    Named(String),
}

impl TryFrom<Switch> for Normalise {
    type Error = String;
    fn try_from(written: Switch) -> Result<Normalise, String> {
        match written {
            Switch::Is(amplifying) => Ok(amplifying.into()),
            Switch::Named(name) if name == "all" => Ok(Normalise::All),
            Switch::Named(name) => {
                Err(format!("normalise is {name:?}: use true (amplifying neurons), false or \"all\""))
            }
        }
    }
}

impl From<Normalise> for Switch {
    fn from(normalise: Normalise) -> Switch {
        match normalise {
            Normalise::All => Switch::Named("all".into()),
            some => Switch::Is(some == Normalise::Amplifying),
        }
    }
}

impl From<bool> for Normalise {
    fn from(amplifying: bool) -> Normalise {
        if amplifying { Normalise::Amplifying } else { Normalise::None }
    }
}

/// What is brought to mean 0 and standard deviation 1 while training; undone in the trained weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standardise {
    /// Nothing.
    #[default]
    None,
    /// The inputs; the first layer needs biases.
    Inputs,
    /// Inputs and targets; the first layer and the outputs need biases. Costs are then in scaled units.
    Both,
}
