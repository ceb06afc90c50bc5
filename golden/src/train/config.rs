//! The training configuration: what a project file says about training.

use super::TrainError;
use super::protocol::{Protocol, Written};
use serde::{Deserialize, Serialize};

/// How to train. Every field has a default. The defaults are a start that suits small networks without noise in
/// mind: to fit noise-free samples as closely as the paper's examples do, ask for [`TrainConfig::polish`] too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", rename_all = "kebab-case")]
pub struct TrainConfig {
    /// Where values come from that are not given.
    pub protocol: Protocol,
    /// What is minimised.
    pub cost: Cost,
    /// How weights follow gradients.
    pub optimiser: Optimiser,
    /// Learning rate at the start; greater than 0.
    pub rate: f64,
    /// How the learning rate changes.
    pub schedule: Schedule,
    /// Decoupled weight decay λ: after each step, every weight loses the share rate · λ (the paper: 0.002).
    pub l2: f64,
    /// Epochs at the start in which all neurons are ordinary; their types are set thereafter. 0: from the start.
    pub stabilise: usize,
    /// Epochs after each layer's types are set, first to last, where there are stabilising epochs.
    pub settle: usize,
    /// Epochs of a restart that is not abandoned, after those for setting types; an epoch takes as many samples as there are for training.
    pub epochs: usize,
    /// Networks started from different random weights; the best is kept.
    pub restarts: usize,
    /// Shares of the epochs, ascending, after which the worse half of the remaining restarts is abandoned.
    pub halve_at: Vec<f64>,
    /// Levenberg-Marquardt steps at the end of every restart that was not abandoned, on the squared error of all
    /// samples; 0 for none. They fit noise-free samples closely, and noise as well.
    pub polish: usize,
    /// The weight decay of the squared errors (μ in Σe² + μ‖w‖²) where polishing begins; it falls by halves as long as the
    /// leave-one-out error does, with `polish` steps at each, and networks are compared by that error. 0: 1e-6 throughout.
    /// For few samples and many weights, with two or more inputs.
    pub anneal: f64,
    /// Rounds in which the polished networks that are left agree on what is between the samples, and the half that strays
    /// is abandoned; 0 for none. For samples without noise and few inputs; no targets but those of the samples are used.
    pub consensus: usize,
    /// Seed of everything random: weights, order of samples, the held-out samples.
    pub seed: u64,
    /// Samples of a step, which follows the mean of their gradients; the last of an epoch takes what is left.
    pub batch: usize,
    /// How the samples of an epoch are drawn.
    pub sampling: Sampling,
    /// How weights start.
    pub init: Init,
    /// The number type of the inner loop.
    pub precision: Precision,
    /// Share of the samples held out of training, by which restarts are compared; 0 compares them by the
    /// training samples.
    pub validation: f64,
    /// Whether inputs and targets are scaled while training.
    pub standardise: Standardise,
    /// Whether the weighted sums of amplifying neurons are brought to mean 0 and variance 1 while training, by running
    /// averages that are folded into weights and biases at the end; polishing begins after that. In a layer without biases
    /// only their scale is. Without amplifying neurons it changes nothing.
    pub normalise: bool,
}

impl Default for TrainConfig {
    fn default() -> TrainConfig {
        TrainConfig {
            protocol: Protocol::Gainstage,
            cost: Cost::Paper,
            optimiser: Optimiser::Adam { beta1: beta1(), beta2: beta2(), epsilon: epsilon() },
            rate: 0.001,
            schedule: Schedule::Cosine { floor: 0.0 },
            l2: 0.0,
            stabilise: 0,
            settle: 0,
            epochs: 30_000,
            restarts: 8,
            halve_at: vec![0.1, 0.25, 0.5],
            polish: 0,
            anneal: 0.0,
            consensus: 0,
            seed: 1,
            batch: 1,
            sampling: Sampling::Shuffled,
            init: Init::Calibrated,
            precision: Precision::F32,
            validation: 0.0,
            standardise: Standardise::None,
            normalise: false,
        }
    }
}

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

pub(super) fn beta1() -> f64 {
    0.9
}
fn beta2() -> f64 {
    0.999
}
pub(super) fn paper_beta2() -> f64 {
    0.99
}
pub(super) fn epsilon() -> f64 {
    1e-8
}

/// The learning rate over the epochs, as a factor of [`TrainConfig::rate`].
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

impl TrainConfig {
    /// Checks every field.
    ///
    /// # Errors
    /// The first field that is out of range, with its value and what is allowed.
    pub fn validate(&self) -> Result<(), TrainError> {
        let fault = |field: &'static str, value: String, expected: &'static str| {
            Err(TrainError::Config { field, value, expected })
        };
        let share = |v: f64| (0.0..1.0).contains(&v);
        if !(self.rate.is_finite() && self.rate > 0.0) {
            return fault("rate", self.rate.to_string(), "greater than 0 and finite");
        }
        if !(self.l2 >= 0.0 && self.l2 * self.rate < 1.0) {
            return fault("l2", self.l2.to_string(), "at least 0 and less than 1 / rate");
        }
        if self.epochs == 0 {
            return fault("epochs", "0".into(), "at least 1");
        }
        if self.batch == 0 {
            return fault("batch", "0".into(), "at least 1");
        }
        if self.restarts == 0 {
            return fault("restarts", "0".into(), "at least 1");
        }
        let ascending = self.halve_at.windows(2).all(|w| w[0] < w[1]);
        if !ascending || !self.halve_at.iter().all(|&v| v > 0.0 && v < 1.0) {
            return fault("halve-at", format!("{:?}", self.halve_at), "ascending numbers between 0 and 1");
        }
        if self.cost.of_probabilities() && self.standardise == Standardise::Both {
            let expected =
                "\"none\" or \"inputs\" where the cost is logistic or softmax: targets are classes";
            return fault("standardise", "\"both\"".into(), expected);
        }
        if self.cost.of_probabilities() && self.polish > 0 {
            let expected = "0 where the cost is logistic or softmax: it minimises squared errors";
            return fault("polish", self.polish.to_string(), expected);
        }
        if !(self.anneal.is_finite() && self.anneal >= 0.0) {
            return fault("anneal", self.anneal.to_string(), "at least 0 and finite");
        }
        if self.anneal > 0.0 && (self.polish == 0 || self.validation > 0.0) {
            let expected = "0 without polish, or where samples are held out: these then compare the networks";
            return fault("anneal", self.anneal.to_string(), expected);
        }
        if self.consensus > 0 && (self.polish == 0 || self.validation > 0.0) {
            let expected = "0 without polish, or where samples are held out: these then compare the networks";
            return fault("consensus", self.consensus.to_string(), expected);
        }
        if !share(self.validation) {
            return fault("validation", self.validation.to_string(), "at least 0 and less than 1");
        }
        let (Optimiser::Adam { beta1, beta2, epsilon } | Optimiser::PaperAdam { beta1, beta2, epsilon }) =
            self.optimiser;
        for (field, value) in [("optimiser.beta1", beta1), ("optimiser.beta2", beta2)] {
            if !share(value) {
                return fault(field, value.to_string(), "at least 0 and less than 1");
            }
        }
        if !(epsilon.is_finite() && epsilon > 0.0) {
            return fault("optimiser.epsilon", epsilon.to_string(), "greater than 0 and finite");
        }
        match self.schedule {
            Schedule::Step { factor, .. } if !(factor > 0.0 && factor <= 1.0) => {
                fault("schedule.factor", factor.to_string(), "greater than 0 and at most 1")
            }
            Schedule::Step { every: 0, .. } => fault("schedule.every", "0".into(), "at least 1 epoch"),
            Schedule::Cosine { floor } if !(0.0..=1.0).contains(&floor) => {
                fault("schedule.floor", floor.to_string(), "between 0 and 1")
            }
            _ => Ok(()),
        }
    }
}
