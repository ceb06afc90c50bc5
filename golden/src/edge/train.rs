//! Training: epochs of small batches, Adam, a cosine rate; first with real values, then with the circuit's roundings.

use super::bank::{Bank, Rates};
use super::network::Network;
use super::{Coded, Goal};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a network is like and how it is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Bits of the argument of joint tables, at most; 0: sums of functions, as the rest says.
    pub joint: u32,
    /// Bits of each input in tables of a few inputs' bits, at most; 0: a table reads one input.
    pub tuple: u32,
    /// Of how many of these tables' arguments an input is a part.
    pub covers: u32,
    /// Hidden sums; 0: functions of the inputs add up to the outputs.
    pub hidden: usize,
    /// Bits of the inputs' arguments, 3 to 8.
    pub input_bits: u32,
    /// Bits of hidden arguments.
    pub hidden_bits: u32,
    /// Bits of hidden sums below their arguments.
    pub hidden_shift: u32,
    /// Results are counted in 2^-bits of a logit, or of a target's standard deviation.
    pub result_bits: i32,
    /// Arguments from node to node of functions of inputs.
    pub input_stride: usize,
    /// The same of functions of hidden sums.
    pub hidden_stride: usize,
    /// Weight of the group lasso.
    pub shrink: f32,
    /// Passes through the samples.
    pub epochs: usize,
    /// The first learning rate, in units of the results.
    pub rate: f32,
    /// Seed of everything random.
    pub seed: u64,
}

impl Setting {
    /// Whether a circuit with this setting is of a trial: a joint table counts results as its confidence says.
    pub fn is_of(&self, trial: &Setting) -> bool {
        let result_bits = if trial.joint > 0 { self.result_bits } else { trial.result_bits };
        *self == Setting { result_bits, ..trial.clone() }
    }
}

/// Samples of a batch.
const BATCH: usize = 128;

/// Share of the epochs that run without rounding.
const REAL: f32 = 0.4;

/// The largest magnitude of a function's result.
const LIMIT: f32 = 1024.0;

/// A network with small random functions.
pub fn start(samples: &Coded, goal: &Goal, s: &Setting, random: &mut ChaCha8Rng) -> Network {
    let (n, outputs) = (samples.inputs, goal.outputs());
    let (hidden, goal) = ((s.hidden_shift, s.hidden_bits), goal.clone());
    let (means, used) = (means(samples, outputs), used(samples));
    if s.hidden == 0 {
        let mut bank = Bank::new(&used, outputs, s.input_bits, s.input_stride, LIMIT);
        bank.bias.value[..outputs].copy_from_slice(&means);
        return Network { banks: vec![bank], hidden, goal };
    }
    let mut first = Bank::new(&used, s.hidden, s.input_bits, s.input_stride, LIMIT);
    let all = vec![1 << s.hidden_bits; s.hidden];
    let mut second = Bank::new(&all, outputs, s.hidden_bits, s.hidden_stride, LIMIT);
    let spread = spreads(samples);
    let (middle, step) = ((1u32 << (s.hidden_bits - 1)) as f32, libm::ldexpf(1.0, s.hidden_shift as i32));
    // Together the inputs move a hidden sum by a fifth of its range, a standard deviation.
    let reach = 0.4 * middle * step / (n as f32).sqrt();
    let mut normal = || (0..4).map(|_| random.random::<f32>() - 0.5).sum::<f32>() * 1.7;
    let slopes: Vec<f32> = (0..n * s.hidden).map(|_| reach * normal()).collect();
    first.draw(|i, c, j| {
        let (mean, deviation) = spread[i];
        slopes[i * s.hidden + j] * ((c as f32 - mean) / deviation).clamp(-2.5, 2.5)
    });
    first.bias.value[..s.hidden].fill(middle * step);
    second.bias.value[..outputs].copy_from_slice(&means);
    let unit = match &goal {
        Goal::Classes { unit, .. } => 1.0 / unit,
        Goal::Values { deviation, .. } => deviation.iter().sum::<f32>() / deviation.len() as f32,
    };
    let slopes: Vec<f32> = (0..s.hidden * outputs).map(|_| unit * normal()).collect();
    second.draw(|i, c, j| slopes[i * outputs + j] * (c as f32 / middle - 1.0));
    Network { banks: vec![first, second], hidden, goal }
}

/// The mean of every target, where the first biases stand; 0 for scores.
fn means(samples: &Coded, outputs: usize) -> Vec<f32> {
    let mean = |o: usize| {
        let column = samples.targets.iter().skip(o).step_by(outputs);
        column.map(|&v| v as f64).sum::<f64>() / samples.rows() as f64
    };
    (0..outputs).map(|o| mean(o) as f32).collect()
}

/// How many arguments every input has, from 0 to the largest of the samples.
fn used(samples: &Coded) -> Vec<usize> {
    let column = |i: usize| samples.x.iter().skip(i).step_by(samples.inputs).map(|&x| 1 + x as usize);
    (0..samples.inputs).map(|i| column(i).max().unwrap_or(1)).collect()
}

/// Mean and standard deviation of every argument.
fn spreads(samples: &Coded) -> Vec<(f32, f32)> {
    let rows = samples.rows() as f32;
    let column = |i: usize| samples.x.iter().skip(i).step_by(samples.inputs).map(|&x| x as f32);
    let spread = |i: usize| {
        let mean = column(i).sum::<f32>() / rows;
        let square = column(i).map(|x| (x - mean) * (x - mean)).sum::<f32>() / rows;
        (mean, square.sqrt().max(0.5))
    };
    (0..samples.inputs).map(spread).collect()
}

/// Trains a network anew, in the end with the circuit's roundings.
pub fn train(samples: &Coded, goal: &Goal, setting: &Setting, stop: &dyn Fn() -> bool) -> Network {
    trained(samples, goal, setting, (setting.epochs as f32 * REAL) as usize, stop)
}

/// Trains a network that never rounds.
pub fn train_real(samples: &Coded, goal: &Goal, setting: &Setting, stop: &dyn Fn() -> bool) -> Network {
    let mut network = trained(samples, goal, setting, setting.epochs, stop);
    network.set_rounded(false);
    network
}

/// A new network after all its epochs, the first `real` of them without rounding.
fn trained(samples: &Coded, goal: &Goal, setting: &Setting, real: usize, stop: &dyn Fn() -> bool) -> Network {
    let mut random = ChaCha8Rng::seed_from_u64(setting.seed);
    let mut network = start(samples, goal, setting, &mut random);
    let rate = setting.rate * rate_scale(goal);
    run(&mut network, samples, setting.epochs, real, rate, setting.shrink, &mut random, stop);
    network
}

/// Learning rates are in units of a result: where results are counted finely, steps are larger.
pub fn rate_scale(goal: &Goal) -> f32 {
    match goal {
        Goal::Classes { unit, .. } => 0.5 / unit,
        Goal::Values { deviation, .. } => deviation.iter().sum::<f32>() / deviation.len() as f32 / 8.0,
    }
}

/// Epochs from a rate down to nothing, the first `real` of them without rounding.
#[allow(clippy::too_many_arguments)]
pub fn run(
    network: &mut Network,
    samples: &Coded,
    epochs: usize,
    real: usize,
    rate: f32,
    shrink: f32,
    random: &mut ChaCha8Rng,
    stop: &dyn Fn() -> bool,
) {
    let mut order: Vec<usize> = (0..samples.rows()).collect();
    let batch = BATCH.min(samples.rows());
    let steps = epochs * samples.rows().div_ceil(batch);
    let mut trace = network.trace();
    network.banks.iter_mut().for_each(Bank::forget);
    let mut step = 0;
    for epoch in 0..epochs {
        if stop() {
            break;
        }
        if epoch == 0 || epoch == real {
            network.set_rounded(epoch >= real);
        }
        order.shuffle(random);
        for rows in order.chunks(batch) {
            let weight = 1.0 / rows.len() as f32;
            rows.iter().for_each(|&s| network.backward(samples, s, weight, &mut trace));
            step += 1;
            let phase = std::f32::consts::PI * step as f32 / steps as f32;
            let rates = Rates::new(rate * (0.505 + 0.495 * libm::cosf(phase)), step, shrink);
            network.banks.iter_mut().for_each(|b| b.step(rates));
        }
    }
    network.set_rounded(true);
}
