//! One restart: a network from its own random weights through its own order of samples.

use super::context::Context;
use super::stages::{Stages, check_stride, curve_stride};
use crate::net::{Network, Outcome, RestartRecord};
use crate::train::config::{Protocol, Sampling, TrainConfig};
use crate::train::init::random_network;
use crate::train::polish::{Aim, DECAY, decay_path, polish};
use crate::train::state::Best;
use crate::train::step::engine::Engine;
use crate::train::step::lanes::Lane;
use crate::train::step::rates::Rates;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A restart between two epochs.
pub(in crate::train) struct Restart<T: Lane> {
    pub index: usize,
    pub epoch: usize,
    pub best: Option<Best>,
    /// None while it runs.
    pub outcome: Option<Outcome>,
    pub(in crate::train) engine: Engine<T>,
    pub(in crate::train) order: Vec<u32>,
    pub(in crate::train) rng: ChaCha8Rng,
    /// Costs at multiples of [`curve_stride`].
    pub(in crate::train) curve: Vec<f64>,
    /// Costs on the training samples at the same epochs, where [`Context::apart`] has them.
    pub(in crate::train) training_curve: Vec<f64>,
    /// How far it is from what it does not know: its leave-one-out error, or its distance from samples and consensus.
    pub strays: Option<f64>,
    /// How often it began again after its numbers overflowed.
    pub(in crate::train) again: u64,
}

/// Samples between two questions whether to stop.
pub(in crate::train) const STEPS_PER_POLL: usize = 4096;

/// How often a restart whose numbers overflow begins again, from other random weights.
const AGAIN: u64 = 2;

/// The random numbers of a restart.
pub(in crate::train) fn random_numbers(index: usize, again: u64, config: &TrainConfig) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
    rng.set_stream(index as u64 | again << 32);
    rng
}

impl<T: Lane> Restart<T> {
    pub fn new(index: usize, context: &Context<T>) -> Restart<T> {
        let samples = context.training.x.len() / context.training.inputs;
        let (engine, rng) = Restart::begin(index, 0, context);
        let order = (0..samples as u32).collect();
        let mut restart = Restart {
            index,
            epoch: 0,
            best: None,
            outcome: None,
            engine,
            order,
            rng,
            curve: Vec::new(),
            training_curve: Vec::new(),
            strays: None,
            again: 0,
        };
        restart.check(context);
        restart
    }

    /// Random numbers, and a network from them.
    fn begin(index: usize, again: u64, context: &Context<T>) -> (Engine<T>, ChaCha8Rng) {
        let mut rng = random_numbers(index, again, context.config);
        let mut network = random_network(context.topology, context.config.init, context.start, &mut rng);
        context.stages.hold_back(&mut network, 0);
        let mut engine = Engine::new(context.path, &network, Rates::new(context.config));
        engine.net.normalise(context.config.normalise, context.start);
        (engine, rng)
    }

    /// After an overflow, begins again from other random weights; the best so far is kept. False if it is not the case,
    /// or was too often.
    pub fn begin_again(&mut self, context: &Context<T>) -> bool {
        let again = self.outcome == Some(Outcome::Diverged) && self.again < AGAIN;
        if again {
            self.again += 1;
            (self.engine, self.rng) = Restart::begin(self.index, self.again, context);
            (self.epoch, self.outcome) = (0, None);
            self.curve.clear();
            self.training_curve.clear();
            self.check(context);
        }
        again
    }

    /// Trains alone up to the epoch `end`, unless it diverges or is interrupted before.
    pub fn run_until(&mut self, end: usize, context: &Context<T>) {
        while self.epoch < end && self.outcome.is_none() {
            self.draw(context.config);
            self.engine.rates.set_rate(context.stages.rate(context.config, self.epoch));
            let mut total = 0.0;
            for part in self.order.chunks(self.engine.rates.whole_batches(STEPS_PER_POLL)) {
                if context.progress.cancelled() {
                    self.outcome = Some(Outcome::Interrupted);
                    return;
                }
                total += self.engine.steps(context.training, part, context.config.cost);
            }
            if self.end_epoch(total.is_finite(), end, &context.stages) {
                self.check(context);
            }
        }
    }

    /// Draws the order of samples of an epoch, and which neurons its steps leave out.
    pub fn draw(&mut self, config: &TrainConfig) {
        match config.sampling {
            Sampling::Shuffled => self.order.shuffle(&mut self.rng),
            Sampling::Replacement => {
                let n = self.order.len() as u32;
                self.order.iter_mut().for_each(|o| *o = self.rng.random_range(0..n));
            }
        }
        if config.dropout > 0.0 {
            self.engine.stream = self.rng.random();
        }
    }

    /// Counts an epoch; returns whether the weights are to be judged now.
    pub fn end_epoch(&mut self, finite: bool, end: usize, stages: &Stages) -> bool {
        self.epoch += 1;
        if !finite {
            self.outcome = Some(Outcome::Diverged);
        } else if self.epoch == stages.total {
            self.outcome = Some(Outcome::Finished);
        }
        self.epoch.is_multiple_of(check_stride(stages.total)) || self.epoch == end || self.outcome.is_some()
    }

    /// Sets the types of the layers whose turn it is; what was found before was another network.
    pub fn place(&mut self, context: &Context<T>) {
        let mut placed = false;
        for k in context.stages.due(self.epoch).filter(|_| self.outcome.is_none()) {
            self.engine.net.set_kinds(k, context.topology.hidden[k].neurons.iter().map(|n| n.kind));
            placed = true;
        }
        if placed {
            self.engine.net.normalise(context.config.normalise, context.start);
            self.best = None;
            self.check(context);
        }
    }

    /// The last stretch of a finished restart, from its best weights.
    pub fn polish(&mut self, aim: &Aim, context: &Context<T>) {
        let TrainConfig { polish: steps, anneal: from, .. } = *context.config;
        let (Some(Outcome::Finished), Some(best), true) = (self.outcome, &self.best, steps > 0) else {
            return;
        };
        let mut network = best.network.clone();
        if from == 0.0 {
            polish(&mut network, aim, DECAY, steps, context.progress);
            self.judge(network, context);
        } else if let Some(error) = decay_path(&mut network, aim, from, steps, context.progress) {
            self.agree(network, error, context);
        }
    }

    /// Takes over what it became by annealing, or when finished networks agreed, whatever its cost.
    pub fn agree(&mut self, network: Network, strays: f64, context: &Context<T>) {
        let cost = context.check.mean_cost(&network, context.config.cost);
        self.best = Some(Best { cost, epoch: self.epoch, network });
        self.strays = Some(strays);
    }

    /// Judges the weights as they are now and keeps them if they are the best so far (by the paper's protocol: always).
    pub fn check(&mut self, context: &Context<T>) {
        let network = self.engine.net.unpack();
        let due = self.epoch == self.curve.len() * curve_stride(context.stages.total);
        let apart = context.apart.filter(|_| due).map(|c| c.mean_cost(&network, context.config.cost));
        let cost = self.judge(network, context);
        if due && cost.is_finite() {
            self.curve.push(cost);
            self.training_curve.extend(apart);
        }
    }

    /// Judges a network; returns its cost.
    fn judge(&mut self, network: Network, context: &Context<T>) -> f64 {
        let cost = context.check.mean_cost(&network, context.config.cost);
        if !cost.is_finite() {
            self.outcome = Some(Outcome::Diverged);
        } else if context.config.protocol == Protocol::JungKwon
            || self.best.as_ref().is_none_or(|b| cost < b.cost)
        {
            self.best = Some(Best { cost, epoch: self.epoch, network });
        }
        context.progress.update(self.index, self.epoch, context.stages.total, cost);
        cost
    }

    /// Its best cost, or infinity.
    pub fn cost(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |b| b.cost)
    }

    /// What restarts are compared by at the end, the smaller the better: how far they stray, where it is known, else the
    /// best cost.
    pub fn rank(&self) -> (bool, f64) {
        (self.strays.is_none(), self.strays.unwrap_or(self.cost()))
    }

    /// Whether it diverged before it was better than the weights it began with; by the paper's protocol, where the last
    /// weights count, whether it diverged at all: the last finite ones were on their way to infinity.
    pub fn is_lost(&self, protocol: Protocol) -> bool {
        let nothing = protocol == Protocol::JungKwon || self.best.as_ref().is_none_or(|b| b.epoch == 0);
        self.outcome == Some(Outcome::Diverged) && nothing
    }

    /// What becomes of it in the training record.
    pub fn record(&self) -> RestartRecord {
        RestartRecord {
            outcome: self.outcome.unwrap_or(Outcome::Abandoned),
            epochs: self.epoch,
            cost: self.best.as_ref().map(|b| b.cost),
            curve: self.curve.clone(),
            training_curve: self.training_curve.clone(),
        }
    }
}
