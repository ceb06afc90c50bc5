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
        self.faults().into_iter().next().map_or(Ok(()), Err)
    }

    /// Every field that is out of range, with its value and what is allowed.
    pub fn faults(&self) -> Vec<TrainError> {
        let mut faults = Faults::default();
        self.check_steps(&mut faults);
        self.check_classes(&mut faults);
        self.check_polish(&mut faults);
        self.check_rates(&mut faults);
        faults.0
    }

    fn check_steps(&self, faults: &mut Faults) {
        let rate = self.rate.is_finite() && self.rate > 0.0;
        faults.unless(rate, "rate", self.rate, "greater than 0 and finite");
        // Where the rate is at fault, the limit that follows from it says nothing.
        let decay = self.l2 >= 0.0 && self.l2.is_finite() && (!rate || self.l2 * self.rate < 1.0);
        faults.unless(decay, "l2", self.l2, "at least 0 and less than 1 / rate");
        for (field, value) in [("epochs", self.epochs), ("batch", self.batch), ("restarts", self.restarts)] {
            faults.unless(value > 0, field, value, "at least 1");
        }
        let ascending = self.halve_at.windows(2).all(|w| w[0] < w[1]);
        let inside = self.halve_at.iter().all(|&v| v > 0.0 && v < 1.0);
        let written = format!("{:?}", self.halve_at);
        faults.unless(ascending && inside, "halve-at", written, "ascending numbers between 0 and 1");
    }

    fn check_classes(&self, faults: &mut Faults) {
        if !self.cost.of_probabilities() {
            return;
        }
        let expected = "\"none\" or \"inputs\" where the cost is logistic or softmax: targets are classes";
        faults.unless(self.standardise != Standardise::Both, "standardise", "\"both\"", expected);
        let expected = "0 where the cost is logistic or softmax: it minimises squared errors";
        faults.unless(self.polish == 0, "polish", self.polish, expected);
    }

    fn check_polish(&self, faults: &mut Faults) {
        let finite = self.anneal.is_finite() && self.anneal >= 0.0;
        faults.unless(finite, "anneal", self.anneal, "at least 0 and finite");
        let compared = self.polish > 0 && self.validation <= 0.0;
        let expected = "0 without polish, or where samples are held out: these then compare the networks";
        faults.unless(!finite || self.anneal == 0.0 || compared, "anneal", self.anneal, expected);
        faults.unless(self.consensus == 0 || compared, "consensus", self.consensus, expected);
        let share = (0.0..1.0).contains(&self.validation);
        faults.unless(share, "validation", self.validation, "at least 0 and less than 1");
    }

    fn check_rates(&self, faults: &mut Faults) {
        let (Optimiser::Adam { beta1, beta2, epsilon } | Optimiser::PaperAdam { beta1, beta2, epsilon }) =
            self.optimiser;
        for (field, value) in [("optimiser.beta1", beta1), ("optimiser.beta2", beta2)] {
            faults.unless((0.0..1.0).contains(&value), field, value, "at least 0 and less than 1");
        }
        let positive = epsilon.is_finite() && epsilon > 0.0;
        faults.unless(positive, "optimiser.epsilon", epsilon, "greater than 0 and finite");
        match self.schedule {
            Schedule::Step { factor, every } => {
                let right = factor > 0.0 && factor <= 1.0;
                faults.unless(right, "schedule.factor", factor, "greater than 0 and at most 1");
                faults.unless(every > 0, "schedule.every", every, "at least 1 epoch");
            }
            Schedule::Cosine { floor } => {
                let right = (0.0..=1.0).contains(&floor);
                faults.unless(right, "schedule.floor", floor, "between 0 and 1");
            }
            Schedule::Constant => {}
        }
    }
}

/// What is out of range.
#[derive(Default)]
struct Faults(Vec<TrainError>);

impl Faults {
    fn unless(&mut self, right: bool, field: &'static str, value: impl ToString, expected: &'static str) {
        if !right {
            self.0.push(TrainError::Config { field, value: value.to_string(), expected });
        }
    }
}
