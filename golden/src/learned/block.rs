//! The block rule: all samples at once, and nothing is kept that raises the objective.

use super::finish::{normalise, snap};
use super::objective::{Objective, forward};
use super::parameters::{Parameters, learned, learned_mut};
use super::scale::{Scale, Set};
use super::shape::{distribution, quantiles};
use super::{LearnConfig, LearnError, Loss, Shapes};
use crate::data::Samples;
use crate::func::{Activation, Learned};
use crate::least_squares::{Damping, Pass, Rule, Tries};
use crate::net::{Network, Topology};
use crate::watch::{self, Task};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Shares of the way to the quantiles that are tried, the longest first.
const SHARES: [f64; 3] = [1.0, 0.5, 0.125];

/// Damping of steps: so many are tried per sweep before the weights are left as they are.
const RULE: Rule =
    Rule { start: 1e-2, range: [1e-9, 1e8], easier: 4.0, harder: 5.0, tries: Tries::AtMost(5) };

/// Newton steps when outputs are refitted; one is exact for squares.
const REFITS: usize = 2;

/// A sweep that gains less than this share counts as idle; this many idle ones end learning.
const IDLE_GAIN: f64 = 1e-5;
const IDLE_SWEEPS: usize = 4;

/// What an update changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Everything that has a gradient, by a Gauss-Newton step.
    Weights,
    /// Weights and biases of the outputs, to their best for what the hidden neurons say.
    Outputs,
    /// The nodes, towards the quantiles of their arguments, and the outputs after them.
    Nodes,
}

/// One update that was tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update {
    /// What it changes.
    pub what: What,
    /// The objective before.
    pub before: f64,
    /// The objective of what was tried; infinite where there was no step, or no number.
    pub proposed: f64,
    /// The objective after: what was tried where it was kept, else `before`.
    pub after: f64,
    /// The objective of the network that stands after the update, by an evaluation that decides nothing: what the
    /// guarantee is measured by.
    pub measured: f64,
    /// Whether it was kept.
    pub accepted: bool,
}

/// Two evaluations of one network add up in different orders.
const SAME: f64 = 1e-10;

/// Updates after which the network that stands was measured to be worse than before: none, if the rule holds.
pub fn risen(updates: &[Update]) -> usize {
    let rose =
        |pair: &[Update]| pair[1].measured > pair[0].measured + SAME * pair[0].measured.abs().max(1e-3);
    updates.windows(2).filter(|pair| rose(pair)).count()
}

/// Updates that were tried and taken back because they would have raised the objective.
pub fn rejected(updates: &[Update]) -> usize {
    updates.iter().filter(|u| !u.accepted && u.proposed > u.before).count()
}

/// A network with learned activations.
#[derive(Clone, Debug)]
pub struct Learnt {
    /// The network, on unscaled inputs and targets; nodes reach from -1 to 1.
    pub network: Network,
    /// The objective it reached, in scaled units; after rounding of the nodes, if that was asked for.
    pub energy: f64,
    /// Every update that the kept restart tried, in order.
    pub updates: Vec<Update>,
    /// Index of that restart.
    pub restart: usize,
}

/// Learns weights and activations of a network of any depth from all samples at once.
///
/// Hidden neurons of `topology` whose activation is [`Activation::Learned`] are learned (their points say nothing yet);
/// other neurons keep their activation and kind, and their weights are learned with the rest. All layers get biases.
/// Every update is kept only if the objective does not grow: see [`Update`].
///
/// # Errors
/// A configuration, shape or samples that make no sense; an objective that is not finite from the start.
pub fn learn(topology: &Topology, samples: &Samples, config: &LearnConfig) -> Result<Learnt, LearnError> {
    config.validate()?;
    topology.validate()?;
    let hidden = topology.hidden.iter().flat_map(|l| &l.neurons);
    if !hidden.into_iter().any(|n| matches!(n.activation, Activation::Learned(_))) {
        return Err(LearnError::NothingToLearn);
    }
    let pairs =
        [("inputs", samples.inputs(), topology.inputs), ("outputs", samples.outputs(), topology.outputs)];
    if let Some(class) = samples.only_class() {
        return Err(LearnError::OneClass { class: class.to_owned() });
    }
    let scale = Scale::of(samples, config.loss)?;
    if let Some(&(what, found, expected)) = pairs.iter().find(|(_, a, b)| a != b) {
        return Err(LearnError::Shape { what, found, expected });
    }
    let set = scale.apply(samples);
    let mut best: Option<Learnt> = None;
    let task = Task::begin("learning activations", (config.restarts * config.sweeps) as u64);
    for restart in 0..config.restarts {
        let network = begin(topology, &set, config, restart as u64);
        let learnt = Sweeper::new(network, &set, config).run(restart, &task);
        if best.as_ref().is_none_or(|b| learnt.energy < b.energy) {
            best = Some(learnt);
        }
    }
    let mut best = best.filter(|b| b.energy.is_finite()).ok_or(LearnError::Diverged)?;
    scale.undo(&mut best.network);
    Ok(best)
}

/// Random directions, nodes at the quantiles they give, outputs 0.
pub(super) fn begin(topology: &Topology, set: &Set, config: &LearnConfig, restart: u64) -> Network {
    let mut topology = topology.clone();
    topology.output_bias = true;
    topology.hidden.iter_mut().for_each(|l| l.bias = true);
    let mut network = topology.zeros();
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed.wrapping_add(restart.wrapping_mul(0x9e37_79b9)));
    let last = network.layers.len() - 1;
    for layer in &mut network.layers[..last] {
        let size = (3.0 / layer.inputs as f64).sqrt();
        layer.weights.iter_mut().for_each(|w| *w = size * rng.random_range(-1.0..1.0));
        layer.bias.iter_mut().flatten().for_each(|b| *b = 0.5 * rng.random_range(-1.0..1.0));
        for n in 0..layer.neurons.len() {
            if let Some(f) = learned_mut(layer, n) {
                let nodes = distribution(config.nodes);
                *f = Learned { ordinates: nodes.clone(), nodes, interpolation: config.interpolation };
            }
        }
    }
    // Layer by layer: the arguments of one depend on the nodes of the one before.
    for l in 0..last {
        let wanted = wanted_nodes(&network, set, config);
        place(&mut network, &wanted, 1.0, l..l + 1);
    }
    network
}

/// The quantiles of every learned neuron's argument, by layer and neuron.
fn wanted_nodes(network: &Network, set: &Set, config: &LearnConfig) -> Vec<Vec<Vec<f64>>> {
    let mut arguments: Vec<Vec<Vec<f64>>> =
        network.layers.iter().map(|l| vec![Vec::new(); l.neurons.len()]).collect();
    let mut pass = Pass::default();
    for (x, _) in set.iter() {
        forward(&mut pass, network, x);
        for (columns, sums) in arguments.iter_mut().zip(&pass.sums) {
            columns.iter_mut().zip(sums).for_each(|(column, &z)| column.push(z));
        }
    }
    let layers = network.layers.iter().zip(arguments).map(|(layer, mut columns)| {
        let learns = |n: &usize| learned(layer, *n).is_some();
        if config.shapes == Shapes::Layer {
            let mut all: Vec<f64> =
                (0..columns.len()).filter(learns).flat_map(|n| columns[n].clone()).collect();
            let shared = if all.is_empty() { Vec::new() } else { quantiles(&mut all, config.nodes) };
            return columns.iter().map(|_| shared.clone()).collect();
        }
        let mut one = |n| if learns(&n) { quantiles(&mut columns[n], config.nodes) } else { Vec::new() };
        (0..layer.neurons.len()).map(&mut one).collect()
    });
    layers.collect()
}

/// Moves the nodes of some layers a share of the way.
fn place(network: &mut Network, wanted: &[Vec<Vec<f64>>], share: f64, layers: std::ops::Range<usize>) {
    for l in layers {
        let layer = &mut network.layers[l];
        for (n, wanted) in wanted[l].iter().enumerate() {
            let Some(f) = learned_mut(layer, n) else { continue };
            for (node, to) in f.nodes.iter_mut().zip(wanted) {
                *node = if share == 1.0 { *to } else { *node + share * (to - *node) };
            }
        }
    }
}

/// One restart.
struct Sweeper<'a> {
    objective: Objective<'a>,
    parameters: Parameters,
    outputs: Parameters,
    network: Network,
    energy: f64,
    damping: Damping,
    updates: Vec<Update>,
}

impl<'a> Sweeper<'a> {
    fn new(network: Network, set: &'a Set, config: &'a LearnConfig) -> Sweeper<'a> {
        let objective = Objective { set, config };
        let parameters = Parameters::new(&network, config);
        let outputs = Parameters::of_outputs(&network, config);
        let energy = objective.energy(&network);
        Sweeper {
            objective,
            parameters,
            outputs,
            network,
            energy,
            damping: Damping::new(RULE),
            updates: Vec::new(),
        }
    }

    fn run(mut self, restart: usize, task: &Task) -> Learnt {
        let config = self.objective.config;
        self.refit();
        let mut idle = 0;
        for _ in 0..config.sweeps {
            task.step();
            let before = self.energy;
            self.step();
            if config.loss == Loss::Squares {
                self.refit();
            }
            if config.placement.relocates() {
                self.relocate();
            }
            idle = if before - self.energy > IDLE_GAIN * before.abs() { 0 } else { idle + 1 };
            if idle == IDLE_SWEEPS || !self.energy.is_finite() {
                break;
            }
        }
        normalise(&mut self.network);
        if let Some(bits) = config.snap {
            snap(&mut self.network, bits);
            self.network = self.refitted(self.network.clone()).unwrap_or(self.network);
            self.energy = self.objective.energy(&self.network);
        }
        Learnt { network: self.network, energy: self.energy, updates: self.updates, restart }
    }

    /// Keeps `next` if the objective does not grow, and says whether it did not.
    fn keep(&mut self, what: What, next: Option<Network>) -> bool {
        let before = self.energy;
        let tried = next.map(|n| (self.objective.energy(&n), n));
        let proposed = tried.as_ref().map_or(f64::INFINITY, |(energy, _)| *energy);
        let kept = tried.filter(|(energy, _)| *energy <= before);
        let accepted = kept.is_some();
        if let Some((energy, network)) = kept {
            (self.energy, self.network) = (energy, network);
        }
        let measured = self.objective.measure(&self.network);
        self.updates.push(Update { what, before, proposed, after: self.energy, measured, accepted });
        accepted
    }

    fn step(&mut self) {
        let system = self.objective.system(&self.network, &self.parameters);
        let mut damping = self.damping.clone();
        damping.descend(|lambda| {
            watch::check();
            let next = system.step(lambda).and_then(|d| self.parameters.moved(&self.network, &d));
            self.keep(What::Weights, next).then_some(())
        });
        self.damping = damping;
    }

    fn refit(&mut self) {
        if let Some(next) = self.refitted(self.network.clone()) {
            self.keep(What::Outputs, Some(next));
        }
    }

    /// The network with outputs that suit its hidden neurons: exact for squares, Newton steps for a softmax.
    fn refitted(&self, network: Network) -> Option<Network> {
        let steps = if self.objective.config.loss == Loss::Squares { 1 } else { REFITS };
        let mut network = network;
        for _ in 0..steps {
            let system = self.objective.system(&network, &self.outputs);
            network = self.outputs.moved(&network, &system.step(0.0)?)?;
        }
        Some(network)
    }

    /// Nodes towards the quantiles, as far as the objective allows.
    fn relocate(&mut self) {
        let wanted = wanted_nodes(&self.network, self.objective.set, self.objective.config);
        let hidden = 0..self.network.layers.len() - 1;
        for share in SHARES {
            let mut moved = self.network.clone();
            place(&mut moved, &wanted, share, hidden.clone());
            let next = self.refitted(moved);
            if self.keep(What::Nodes, next) {
                return;
            }
        }
    }
}
