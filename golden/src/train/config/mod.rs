//! The training configuration: what a project file says about training.

mod choices;
mod protocol;

pub use choices::{Cost, Init, Normalise, Optimiser, Precision, Sampling, Schedule, Standardise};
pub use protocol::Protocol;

use super::error::TrainError;
use choices::{beta1, beta2, epsilon};
use protocol::Written;
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
    /// The share by which the root mean square error on the samples may rise for weights that go: those that matter least are
    /// removed from the network that is kept, and the others, polished again, make up for them. 0: all stay. With `polish` only.
    pub prune: f64,
    /// Seed of everything random: weights, order of samples, the held-out samples.
    pub seed: u64,
    /// Samples of a step, which follows the mean of their gradients; the last of an epoch takes what is left.
    pub batch: usize,
    /// The share of hidden neurons that each sample leaves out of its step, others each time; the rest counts as much more. For
    /// more neurons than the samples can tell about; the network that is kept has all of them. 0: none is left out.
    pub dropout: f64,
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
    /// Whether the weighted sums of hidden neurons, of all or of amplifying ones, are brought to mean 0 and variance 1 while
    /// training, by running averages that are folded into weights and biases at the end; polishing begins after that. In a
    /// layer without biases only their scale is.
    pub normalise: Normalise,
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
            prune: 0.0,
            seed: 1,
            batch: 1,
            dropout: 0.0,
            sampling: Sampling::Shuffled,
            init: Init::Calibrated,
            precision: Precision::F32,
            validation: 0.0,
            standardise: Standardise::None,
            normalise: Normalise::None,
        }
    }
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
        let share = (0.0..=0.9).contains(&self.dropout);
        faults.unless(share, "dropout", self.dropout, "at least 0 and at most 0.9");
        let expected = "0 with polish, which fits all samples closely with all neurons";
        faults.unless(!share || self.dropout == 0.0 || self.polish == 0, "dropout", self.dropout, expected);
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
        let finite = self.prune.is_finite() && self.prune >= 0.0;
        faults.unless(finite, "prune", self.prune, "at least 0 and finite");
        let expected = "0 without polish: what is left has to make up for what goes";
        faults.unless(!finite || self.prune == 0.0 || self.polish > 0, "prune", self.prune, expected);
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
