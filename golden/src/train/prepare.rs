//! From samples to what the inner loop reads: checked, scaled, split.

use super::columns::Columns;
use super::config::{Cost, Precision, Standardise, TrainConfig};
use super::error::TrainError;
use crate::data::{Samples, moments};
use crate::memory;
use crate::net::{Network, Topology};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Mean and standard deviation of each column, or (0, 1) where nothing is scaled.
///
/// The deviation of an input that is constant is infinite: it becomes 0 in training, and its weights when that is undone, so
/// that a circuit does not answer to what the samples say nothing of. A constant target has 1.
#[derive(Clone, Debug)]
pub(super) struct Scaling {
    x: Vec<[f64; 2]>,
    y: Vec<[f64; 2]>,
}

impl Scaling {
    fn of(samples: &Samples, standardise: Standardise) -> Scaling {
        let none = |width| vec![[0.0, 1.0]; width];
        let of = |values: &[f64], width, constant: f64| -> Vec<[f64; 2]> {
            let scale =
                |[mean, deviation]: [f64; 2]| [mean, if deviation > 0.0 { deviation } else { constant }];
            moments(values, width).into_iter().map(scale).collect()
        };
        let x = || of(samples.x(), samples.inputs(), f64::INFINITY);
        let y = || of(samples.y(), samples.outputs(), 1.0);
        match standardise {
            Standardise::None => Scaling { x: none(samples.inputs()), y: none(samples.outputs()) },
            Standardise::Inputs => Scaling { x: x(), y: none(samples.outputs()) },
            Standardise::Both => Scaling { x: x(), y: y() },
        }
    }

    /// The network on unscaled data that does what `network` does on scaled data.
    pub fn undo(&self, mut network: Network) -> Network {
        if let Some(first) = network.layers.first_mut() {
            for n in 0..first.neurons.len() {
                let row = &mut first.weights[n * first.inputs..][..first.inputs];
                let mut shift = 0.0;
                for (w, [mean, deviation]) in row.iter_mut().zip(&self.x) {
                    // Plus 0, so that no weight of a constant input is -0.
                    *w = *w / deviation + 0.0;
                    shift += *w * mean;
                }
                if let Some(bias) = &mut first.bias {
                    bias[n] -= shift;
                }
            }
        }
        if let Some(last) = network.layers.last_mut() {
            for (n, [mean, deviation]) in self.y.iter().enumerate() {
                last.weights[n * last.inputs..][..last.inputs].iter_mut().for_each(|w| *w *= deviation);
                if let Some(bias) = &mut last.bias {
                    bias[n] = bias[n] * deviation + mean;
                }
            }
        }
        network
    }
}

/// Scaled samples in `f64`, and what was done to them.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub scaling: Scaling,
    /// What is trained on.
    pub training: Columns<f64>,
    /// What restarts are compared by, if by others.
    pub check: Option<Columns<f64>>,
    /// Samples trained on, samples held out.
    pub counts: [usize; 2],
}

/// The samples in the order in which they are split, and how many at its beginning are held out.
fn order(rows: usize, config: &TrainConfig) -> Result<(Vec<usize>, usize), TrainError> {
    let held = (rows as f64 * config.validation).round() as usize;
    if held >= rows {
        return Err(TrainError::NothingLeft { share: config.validation, left: rows - held, rows });
    }
    let mut order: Vec<usize> = (0..rows).collect();
    if held > 0 {
        let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
        rng.set_stream(HELD_OUT);
        order.shuffle(&mut rng);
    }
    Ok((order, held))
}

/// Which of so many samples a training with this configuration holds out, in ascending order; none without `validation`.
///
/// # Errors
/// No sample would be left to train on.
pub fn held_out(rows: usize, config: &TrainConfig) -> Result<Vec<usize>, TrainError> {
    let (mut order, held) = order(rows, config)?;
    order.truncate(held);
    order.sort_unstable();
    Ok(order)
}

/// Checks samples against topology and configuration, scales and splits them.
pub(super) fn prepare(
    topology: &Topology,
    samples: &Samples,
    config: &TrainConfig,
) -> Result<Prepared, TrainError> {
    for (what, found, expected) in
        [("inputs", samples.inputs(), topology.inputs), ("targets", samples.outputs(), topology.outputs)]
    {
        if found != expected {
            return Err(TrainError::Width { what, found, expected });
        }
    }
    let first_bias = topology.hidden.first().map_or(topology.output_bias, |l| l.bias);
    if config.standardise != Standardise::None && !first_bias {
        return Err(TrainError::NoBias { place: "the first layer" });
    }
    if config.standardise == Standardise::Both && !topology.output_bias {
        return Err(TrainError::NoBias { place: "the outputs" });
    }
    check_targets(samples, config)?;
    let (order, held) = order(samples.rows(), config)?;
    let rows = samples.rows();
    check_memory(rows, samples.inputs() + samples.outputs(), config, memory::available)?;
    let scaling = Scaling::of(samples, config.standardise);
    let take = |rows: &[usize]| scaled(samples, &scaling, &samples.counted(rows));
    let training = take(&order[held..]);
    let check = (held > 0).then(|| take(&order[..held]));
    Ok(Prepared { scaling, training, check, counts: [rows - held, held] })
}

/// Fewer bytes are taken without asking whether they are there.
const LITTLE: u64 = 1 << 28;

/// Refuses samples for whose copies there is no memory: scaled ones, those in the number type of the inner loop, and those that
/// are polished on.
fn check_memory(
    rows: usize,
    columns: usize,
    config: &TrainConfig,
    available: impl FnOnce() -> Option<u64>,
) -> Result<(), TrainError> {
    let scaled = if config.polish > 0 { 2 * size_of::<f64>() } else { size_of::<f64>() };
    let looped = if config.precision == Precision::F32 { size_of::<f32>() } else { size_of::<f64>() };
    let orders = config.restarts * size_of::<u32>();
    let needed = (columns * (scaled + looped) + orders) as u64 * rows as u64;
    match (needed > LITTLE).then(available).flatten() {
        Some(room) if needed > room => Err(TrainError::Memory { rows, needed, room }),
        _ => Ok(()),
    }
}

/// Targets of the costs that are made for classes must be probabilities.
fn check_targets(samples: &Samples, config: &TrainConfig) -> Result<(), TrainError> {
    if let Some(class) = samples.only_class() {
        return Err(TrainError::OneClass { class: class.to_owned() });
    }
    if !config.cost.of_probabilities() {
        return Ok(());
    }
    let fault = |row, value: f64, cost, expected| Err(TrainError::Probability { row, value, cost, expected });
    for row in 0..samples.rows() {
        let target = samples.target(row);
        if let Some(&value) = target.iter().find(|t| !(0.0..=1.0).contains(*t)) {
            return fault(row, value, config.cost.name(), "a target between 0 and 1");
        }
        let sum: f64 = target.iter().sum();
        if config.cost == Cost::Softmax && (sum - 1.0).abs() > 1e-6 {
            return fault(row, sum, "softmax", "targets that add up to 1");
        }
    }
    Ok(())
}

/// The stream of random numbers that picks the held-out samples; restarts use their index.
const HELD_OUT: u64 = u64::MAX;

fn scaled(samples: &Samples, scaling: &Scaling, rows: &[usize]) -> Columns<f64> {
    let apply = |to: &mut Vec<f64>, values: &[f64], by: &[[f64; 2]]| {
        to.extend(values.iter().zip(by).map(|(v, [mean, deviation])| (v - mean) / deviation));
    };
    let (inputs, outputs) = (samples.inputs(), samples.outputs());
    // Many samples fill most of the memory: lists that grow would take twice as much.
    let (mut x, mut y) = (Vec::with_capacity(rows.len() * inputs), Vec::with_capacity(rows.len() * outputs));
    for &row in rows {
        apply(&mut x, samples.input(row), &scaling.x);
        apply(&mut y, samples.target(row), &scaling.y);
    }
    Columns { inputs, outputs, x, y }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_not_there_is_not_taken() {
        let one = TrainConfig { restarts: 1, ..TrainConfig::default() };
        let told = |config: &TrainConfig, room| check_memory(10_000_000, 16, config, || Some(room));
        // 16 columns as f64 and as f32, and an order.
        let needed = 10_000_000 * (16 * 12 + 4);
        assert_eq!(told(&one, needed), Ok(()));
        let fault = told(&one, needed - 1).expect_err("refused");
        assert_eq!(fault, TrainError::Memory { rows: 10_000_000, needed, room: needed - 1 });
        assert!(
            fault.to_string().starts_with("training on 10000000 samples takes 1.8 GiB of memory"),
            "{fault}"
        );
        // A copy to polish on, and one order more.
        let two = TrainConfig { restarts: 2, polish: 5, ..TrainConfig::default() };
        assert_eq!(told(&two, needed + 10_000_000 * (16 * 8 + 4)), Ok(()));
        assert!(told(&two, needed + 10_000_000 * (16 * 8 + 4) - 1).is_err());
        // Where nobody knows what is free, and for little, nothing is refused.
        assert_eq!(check_memory(10_000_000, 16, &one, || None), Ok(()));
        assert_eq!(check_memory(1000, 16, &one, || panic!("asked for little")), Ok(()));
    }
}
