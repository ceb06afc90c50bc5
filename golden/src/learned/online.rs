//! The online rule: one sample at a time, memory for a few numbers per parameter and one short window.

use super::LearnError;
use super::scale::{Scale, Set};
use super::shape::{distribution, quantiles, separate, slope};
use super::{Loss, config::MAX_NODES};
use crate::data::Samples;
use crate::func::{Activation, Interpolation, Learned};
use crate::net::{Layer, Network, Neuron};
use crate::watch;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// How a network with one hidden layer is learned sample by sample, by least squares (classes: the largest output).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct OnlineConfig {
    /// Hidden neurons.
    pub units: usize,
    /// Nodes of each.
    pub nodes: usize,
    /// What joins the nodes.
    pub interpolation: Interpolation,
    /// The share of the error that the first gradient steps try to take away, 0 to 1.
    pub rate: f64,
    /// Samples after which the rate has halved; it falls as 1/(1 + samples/this).
    pub rate_samples: f64,
    /// Samples in the window that judges a move of the nodes.
    pub window: usize,
    /// The share of the way to the quantiles that nodes try at the end of a window.
    pub node_share: f64,
    /// What a sample counts for the outputs after one more sample has come: 1 forgets nothing, 0.999 a thousandth.
    pub memory: f64,
    /// Decay of the output weights at the start of their least squares, as a number of samples.
    pub output_decay: f64,
    /// Seed of the first weights and of the order of samples.
    pub seed: u64,
}

impl Default for OnlineConfig {
    fn default() -> OnlineConfig {
        OnlineConfig {
            units: 5,
            nodes: 8,
            interpolation: Interpolation::Linear,
            rate: 0.2,
            rate_samples: 500.0,
            window: 64,
            node_share: 0.25,
            memory: 1.0,
            output_decay: 1.0,
            seed: 1,
        }
    }
}

impl OnlineConfig {
    /// Checks every field.
    ///
    /// # Errors
    /// The first field out of range.
    pub fn validate(&self) -> Result<(), LearnError> {
        let fault = |field, value: String, expected| Err(LearnError::Config { field, value, expected });
        if !(2..=MAX_NODES).contains(&self.nodes) {
            return fault("nodes", self.nodes.to_string(), "2 to 64");
        }
        if !(1..=crate::net::MAX_WIDTH).contains(&self.units) {
            return fault("units", self.units.to_string(), "at least 1, and not more than a layer may have");
        }
        if !(2..=65_536).contains(&self.window) {
            return fault("window", self.window.to_string(), "2 to 65536");
        }
        for (field, v) in [("rate", self.rate), ("node-share", self.node_share)] {
            if !(0.0..=1.0).contains(&v) {
                return fault(field, v.to_string(), "0 to 1");
            }
        }
        if !(self.memory > 0.0 && self.memory <= 1.0) {
            return fault("memory", self.memory.to_string(), "greater than 0, at most 1");
        }
        for (field, v) in [("rate-samples", self.rate_samples), ("output-decay", self.output_decay)] {
            if !(v.is_finite() && v > 0.0) {
                return fault(field, v.to_string(), "a finite number greater than 0");
            }
        }
        Ok(())
    }
}

/// How often a gradient step is halved before it is given up.
const HALVINGS: usize = 3;

/// P's trace is let grow to this many times its first value: without excitation, forgetting would blow it up.
const MOST_DOUBT: f64 = 1e3;

/// The share of the output decay that counts when outputs are fitted anew to a window: they are wrong by then.
const ANEW: f64 = 0.01;

/// The numbers that make the network: what is copied when one becomes the other.
#[derive(Clone, Debug, PartialEq)]
struct State {
    /// Hidden weights, row by row, the bias last in each row.
    w: Vec<f64>,
    /// The activations.
    f: Vec<Learned>,
    /// Output weights, row by row, the bias last in each row.
    a: Vec<f64>,
}

/// What one sample did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// |e| of the sample when it came.
    pub before: f64,
    /// After the gradient step, if one was kept.
    pub middle: f64,
    /// After the outputs' least squares: never more than `before`.
    pub after: f64,
    /// Steps that were tried and taken back because they would have raised |e|.
    pub rejected: usize,
}

/// What a period of samples did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    /// Σ|e|² of the champion over the samples of the period.
    pub champion: f64,
    /// Σ|e|² of the challenger over the same samples.
    pub challenger: f64,
    /// Whether the challenger became champion.
    pub promoted: bool,
}

/// A learner and the two copies of it that are judged.
///
/// The learner changes with each sample. The champion is the network that is used. The challenger is the learner as it
/// was at the last [`Online::end_period`]: both are run on every sample of the period, and at its end the challenger
/// takes the champion's place only if its error was not greater.
pub struct Online {
    config: OnlineConfig,
    inputs: usize,
    outputs: usize,
    learner: State,
    champion: State,
    challenger: State,
    /// Σ|e|² of champion and challenger in this period.
    judged: (f64, f64),
    /// Quantiles as they are estimated, by neuron.
    shadow: Vec<Vec<f64>>,
    /// Inverse of the outputs' normal matrix.
    inverse_covariance: Vec<f64>,
    window: Vec<(Vec<f64>, Vec<f64>)>,
    placed: bool,
    seen: f64,
    moves: (usize, usize),
}

impl State {
    /// Hidden outputs with a 1 at the end, and their arguments.
    fn hidden(&self, x: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let rows = self.w.chunks_exact(x.len() + 1);
        let dot = |row: &[f64]| row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + row[x.len()];
        let u: Vec<f64> = rows.map(dot).collect();
        let mut h: Vec<f64> = u.iter().zip(&self.f).map(|(&u, f)| f.eval(u)).collect();
        h.push(1.0);
        (h, u)
    }

    /// t - y.
    fn errors(&self, h: &[f64], t: &[f64]) -> Vec<f64> {
        let rows = self.a.chunks_exact(h.len());
        rows.zip(t).map(|(row, t)| t - row.iter().zip(h).map(|(a, h)| a * h).sum::<f64>()).collect()
    }

    /// |t - y|² of a sample.
    fn square(&self, x: &[f64], t: &[f64]) -> f64 {
        self.errors(&self.hidden(x).0, t).iter().map(|e| e * e).sum()
    }

    fn network(&self, inputs: usize, outputs: usize) -> Network {
        let units = self.f.len();
        let split = |rows: &[f64], width: usize| -> (Vec<f64>, Vec<f64>) {
            let rows = rows.chunks_exact(width + 1);
            (rows.clone().flat_map(|r| r[..width].to_vec()).collect(), rows.map(|r| r[width]).collect())
        };
        let (weights, bias) = split(&self.w, inputs);
        let neuron = |f: &Learned| Neuron { activation: Activation::Learned(f.clone()), ..Neuron::default() };
        let hidden =
            Layer { inputs, neurons: self.f.iter().map(neuron).collect(), weights, bias: Some(bias) };
        let (weights, bias) = split(&self.a, units);
        let last =
            Layer { inputs: units, neurons: vec![Neuron::default(); outputs], weights, bias: Some(bias) };
        Network { layers: vec![hidden, last] }
    }
}

impl Online {
    /// A learner that has seen nothing. Inputs should have about mean 0 and deviation 1, targets likewise.
    ///
    /// # Errors
    /// A field of the configuration out of range, no inputs or no outputs.
    pub fn new(inputs: usize, outputs: usize, config: &OnlineConfig) -> Result<Online, LearnError> {
        config.validate()?;
        for (what, found) in [("inputs", inputs), ("outputs", outputs)] {
            if found == 0 {
                return Err(LearnError::Shape { what, found, expected: 1 });
            }
        }
        let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
        let size = (3.0 / inputs as f64).sqrt();
        let w = (0..config.units * (inputs + 1)).map(|_| size * rng.random_range(-1.0..1.0)).collect();
        let nodes = distribution(config.nodes);
        let f = Learned { ordinates: nodes.clone(), nodes, interpolation: config.interpolation };
        let state = State { w, f: vec![f; config.units], a: vec![0.0; outputs * (config.units + 1)] };
        Ok(Online {
            config: config.clone(),
            inputs,
            outputs,
            champion: state.clone(),
            challenger: state.clone(),
            learner: state,
            judged: (0.0, 0.0),
            shadow: Vec::new(),
            inverse_covariance: first_inverse_covariance(config, 1.0),
            window: Vec::new(),
            placed: false,
            seen: 0.0,
            moves: (0, 0),
        })
    }

    /// The champion.
    pub fn network(&self) -> Network {
        self.champion.network(self.inputs, self.outputs)
    }

    /// The learner as it stands.
    pub fn learner(&self) -> Network {
        self.learner.network(self.inputs, self.outputs)
    }

    /// Node moves tried, and kept.
    pub fn moves(&self) -> (usize, usize) {
        self.moves
    }

    /// Learns from one sample. Until the first window is full, it is only collected: the first quantiles come from it.
    ///
    /// # Panics
    /// If `x` or `t` have the wrong length.
    pub fn observe(&mut self, x: &[f64], t: &[f64]) -> Step {
        assert_eq!((x.len(), t.len()), (self.inputs, self.outputs), "inputs and targets of a sample");
        self.judged.0 += self.champion.square(x, t);
        self.judged.1 += self.challenger.square(x, t);
        self.window.push((x.to_vec(), t.to_vec()));
        let before = self.learner.square(x, t).sqrt();
        if !self.placed {
            if self.window.len() == self.config.window {
                self.place();
            }
            return Step { before, middle: before, after: before, rejected: 0 };
        }
        self.follow_quantiles(x);
        let (middle, turns) = self.turn(x, t, before);
        let (after, fits) = self.fit_outputs(x, t, middle);
        self.seen += 1.0;
        if self.window.len() == self.config.window {
            self.move_nodes();
        }
        Step { before, middle, after, rejected: turns + fits }
    }

    /// Ends a period: the champion gives way if the challenger's error was not greater on the same samples; then the
    /// learner as it is becomes the challenger.
    pub fn end_period(&mut self) -> Period {
        let (champion, challenger) = std::mem::take(&mut self.judged);
        let promoted = challenger <= champion;
        if promoted {
            self.champion.clone_from(&self.challenger);
        }
        self.challenger.clone_from(&self.learner);
        Period { champion, challenger, promoted }
    }

    /// The first nodes: quantiles of the first window; then its samples teach the outputs.
    fn place(&mut self) {
        for h in 0..self.config.units {
            let mut u: Vec<f64> = self.window.iter().map(|(x, _)| self.learner.hidden(x).1[h]).collect();
            self.learner.f[h].nodes = quantiles(&mut u, self.config.nodes);
        }
        self.shadow = self.learner.f.iter().map(|f| f.nodes.clone()).collect();
        self.placed = true;
        for (x, t) in std::mem::take(&mut self.window) {
            let before = self.learner.square(&x, &t).sqrt();
            self.fit_outputs(&x, &t, before);
        }
    }

    /// q_k += η·range·(k/(K-1) - [u < q_k]): where it comes to rest, the share k/(K-1) of all u is below.
    fn follow_quantiles(&mut self, x: &[f64]) {
        let u = self.learner.hidden(x).1;
        let last = self.config.nodes - 1;
        // Slower as samples come, but never asleep: the weights go on turning.
        let rate = (1.0 / (1.0 + self.seen / 8.0)).max(0.01);
        for (q, u) in self.shadow.iter_mut().zip(u) {
            let range = q[last] - q[0];
            for (k, node) in q.iter_mut().enumerate() {
                // The outermost would drift to infinity; they aim at the middle of the first and last 1/(2K).
                let share =
                    (k as f64 / last as f64).clamp(0.5 / (last + 1) as f64, 1.0 - 0.5 / (last + 1) as f64);
                *node += rate * range * (share - (u < *node) as u8 as f64);
            }
            q.sort_by(f64::total_cmp);
            separate(q);
        }
    }

    /// A normalised gradient step on the hidden weights, halved up to three times, given up if |e| would grow.
    /// Gives |e| and the number of steps taken back.
    fn turn(&mut self, x: &[f64], t: &[f64], before: f64) -> (f64, usize) {
        let (h, u) = self.learner.hidden(x);
        let e = self.learner.errors(&h, t);
        let width = h.len();
        // ∂(½|e|²)/∂u_h = -φ'·Σ_o a_oh·e_o; ‖∂y/∂W‖² = Σ_h (φ'·‖a_h‖)²·‖x,1‖².
        let norm = 1.0 + x.iter().map(|v| v * v).sum::<f64>();
        let (mut pull, mut power) = (vec![0.0; u.len()], 1e-6);
        for (i, pull) in pull.iter_mut().enumerate() {
            let bend = slope(&self.learner.f[i], u[i]);
            let column = || self.learner.a.iter().skip(i).step_by(width);
            *pull = bend * column().zip(&e).map(|(a, e)| a * e).sum::<f64>();
            power += bend * bend * column().map(|a| a * a).sum::<f64>() * norm;
        }
        let mut by = self.config.rate / (1.0 + self.seen / self.config.rate_samples) / power;
        let old = self.learner.w.clone();
        for halvings in 0..=HALVINGS {
            for (row, pull) in self.learner.w.chunks_exact_mut(x.len() + 1).zip(&pull) {
                let (bias, weights) = row.split_last_mut().expect("a row has a bias");
                weights.iter_mut().zip(x).for_each(|(w, x)| *w += by * pull * x);
                *bias += by * pull;
            }
            let after = self.learner.square(x, t).sqrt();
            if after <= before {
                return (after, halvings);
            }
            self.learner.w.copy_from_slice(&old);
            by *= 0.5;
        }
        (before, HALVINGS + 1)
    }

    /// Recursive least squares on the outputs: |e| is multiplied by m/(m + h·P·h), m the memory. Rejected where
    /// rounding would make it grow. Gives |e| and the number of steps taken back.
    fn fit_outputs(&mut self, x: &[f64], t: &[f64], before: f64) -> (f64, usize) {
        let h = self.learner.hidden(x).0;
        let e = self.learner.errors(&h, t);
        let width = h.len();
        let rows = self.inverse_covariance.chunks_exact(width);
        let ph: Vec<f64> = rows.map(|row| row.iter().zip(&h).map(|(p, h)| p * h).sum()).collect();
        let trace: f64 = (0..width).map(|i| self.inverse_covariance[i * width + i]).sum();
        let most = MOST_DOUBT * width as f64 / self.config.output_decay;
        let memory = if trace < most { self.config.memory } else { 1.0 };
        let total = memory + ph.iter().zip(&h).map(|(p, h)| p * h).sum::<f64>();
        let old = self.learner.a.clone();
        for (row, e) in self.learner.a.chunks_exact_mut(width).zip(&e) {
            row.iter_mut().zip(&ph).for_each(|(a, p)| *a += e * p / total);
        }
        for i in 0..width {
            for j in 0..width {
                let p = &mut self.inverse_covariance[i * width + j];
                *p = (*p - ph[i] * ph[j] / total) / memory;
            }
        }
        let after = self.learner.square(x, t).sqrt();
        if after <= before {
            return (after, 0);
        }
        self.learner.a = old;
        (before, 1)
    }

    /// At the end of a window: nodes go a share of the way to the quantiles if the window's error does not grow. If it
    /// would, they may go all the way with outputs fitted anew to the window, if that more than halves its error: what
    /// happens when the stream has moved away from the nodes.
    fn move_nodes(&mut self) {
        let present = self.window_error(&self.learner);
        let gentle = self.moved(self.config.node_share);
        let mut kept = self.window_error(&gentle) <= present;
        if kept {
            self.learner = gentle;
        } else {
            let far = self.moved(1.0);
            let old = std::mem::replace(&mut self.learner, far);
            let inverse_covariance =
                std::mem::replace(&mut self.inverse_covariance, first_inverse_covariance(&self.config, ANEW));
            let window = std::mem::take(&mut self.window);
            for (x, t) in &window {
                self.fit_outputs(x, t, f64::INFINITY);
            }
            self.window = window;
            kept = self.window_error(&self.learner) < 0.5 * present;
            if !kept {
                (self.learner, self.inverse_covariance) = (old, inverse_covariance);
            }
        }
        self.moves = (self.moves.0 + 1, self.moves.1 + kept as usize);
        self.window.clear();
    }

    fn window_error(&self, state: &State) -> f64 {
        self.window.iter().map(|(x, t)| state.square(x, t)).sum()
    }

    /// The learner with its nodes a share of the way to the shadow quantiles.
    fn moved(&self, share: f64) -> State {
        let mut moved = self.learner.clone();
        for (f, q) in moved.f.iter_mut().zip(&self.shadow) {
            f.nodes.iter_mut().zip(q).for_each(|(node, to)| *node += share * (to - *node));
            separate(&mut f.nodes);
        }
        moved
    }
}

/// P before any sample, for `share` of the configured decay.
fn first_inverse_covariance(config: &OnlineConfig, share: f64) -> Vec<f64> {
    let width = config.units + 1;
    let mut inverse_covariance = vec![0.0; width * width];
    (0..width).for_each(|i| inverse_covariance[i * width + i] = 1.0 / (share * config.output_decay));
    inverse_covariance
}

/// One pass over all samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// Mean |e|² of the learner over all samples after the epoch, in scaled units.
    pub learner: f64,
    /// Mean |e|² of the champion over all samples after the epoch.
    pub champion: f64,
    /// Samples whose |e| their own update made larger, as the learner's network was measured before and after it by an
    /// evaluation that decides nothing: none, if the rule holds. Samples at which nodes moved are left out.
    pub risen: usize,
    /// Steps taken back because they would have made their sample's |e| larger.
    pub rejected: usize,
}

/// What the online rule learned.
#[derive(Clone, Debug)]
pub struct OnlineLearnt {
    /// The champion, on unscaled inputs and targets.
    pub network: Network,
    /// What each epoch did.
    pub epochs: Vec<Epoch>,
    /// Node moves tried, and kept.
    pub moves: (usize, usize),
}

/// Shows the samples `epochs` times, each time in a new order; a period is an epoch.
///
/// # Errors
/// A configuration or samples that make no sense.
pub fn learn_online(
    samples: &Samples,
    epochs: usize,
    config: &OnlineConfig,
) -> Result<OnlineLearnt, LearnError> {
    let scale = Scale::of(samples, Loss::Squares)?;
    let set = scale.apply(samples);
    let mut online = Online::new(set.inputs, set.outputs, config)?;
    let mut order: Vec<usize> = (0..set.rows()).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed ^ 0x6f72_6465_7200);
    let mut records = Vec::with_capacity(epochs);
    for _ in 0..epochs {
        watch::check();
        order.shuffle(&mut rng);
        let (mut risen, mut rejected) = (0, 0);
        for &row in &order {
            let (x, t) = set.sample(row);
            let (before, moves, placed) = (measured(&online, x, t), online.moves.0, online.placed);
            rejected += online.observe(x, t).rejected;
            if placed && moves == online.moves.0 {
                risen += rose(before, measured(&online, x, t)) as usize;
            }
        }
        online.end_period();
        let (learner, champion) = (mean_square(&online.learner, &set), mean_square(&online.champion, &set));
        records.push(Epoch { learner, champion, risen, rejected });
    }
    let mut network = online.network();
    scale.undo(&mut network);
    Ok(OnlineLearnt { network, epochs: records, moves: online.moves() })
}

/// |e| of the learner's network at a sample, through the evaluation that users of the network have.
fn measured(online: &Online, x: &[f64], t: &[f64]) -> f64 {
    let y = online.learner().eval(x);
    y.iter().zip(t).map(|(y, t)| (t - y).powi(2)).sum::<f64>().sqrt()
}

/// Whether an error grew by more than two evaluations of it differ.
fn rose(before: f64, after: f64) -> bool {
    after > before * (1.0 + 1e-9) + 1e-9
}

fn mean_square(state: &State, set: &Set) -> f64 {
    set.iter().map(|(x, t)| state.square(x, t)).sum::<f64>() / set.rows() as f64
}
