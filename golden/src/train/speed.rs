//! How fast training steps run, for benchmarks and for `doctor`.

use super::config::{Precision, TrainConfig};
use super::engine::{Columns, Engine};
use super::init::random_network;
use super::lanes::Lane;
use super::path::Path;
use super::rates::Rates;
use crate::net::{NetError, Topology};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::{Duration, Instant};

/// A measured speed.
#[derive(Clone, Debug, PartialEq)]
pub struct Speed {
    /// The instruction set.
    pub path: &'static str,
    /// Steps per second on one core: forward, backward and Adam for one sample.
    pub steps_per_second: f64,
}

/// Times training steps of one network of this shape, for about `time` on each instruction set of this machine,
/// the widest set first. The fastest of many bursts counts: what a core does when it is not disturbed.
///
/// # Errors
/// A topology that is not valid.
pub fn speed(topology: &Topology, precision: Precision, time: Duration) -> Result<Vec<Speed>, NetError> {
    topology.validate()?;
    let paths = Path::available().into_iter();
    Ok(paths
        .map(|path| match precision {
            Precision::F32 => measure::<f32>(topology, path, time),
            Precision::F64 => measure::<f64>(topology, path, time),
        })
        .collect())
}

fn measure<T: Lane>(topology: &Topology, path: Path, time: Duration) -> Speed {
    let config = TrainConfig::default();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let samples = 194;
    let mut numbers =
        |width: usize| -> Vec<f64> { (0..samples * width).map(|_| rng.random_range(0.0..6.0)).collect() };
    let (x, y) = (numbers(topology.inputs), numbers(topology.outputs));
    let network = random_network(topology, config.init, &x, &mut rng);
    let mut engine = Engine::<T>::new(path, &network, Rates::new(&config));
    let narrow = |values: &[f64]| values.iter().map(|&v| T::of(v)).collect();
    let data = Columns { inputs: topology.inputs, outputs: topology.outputs, x: narrow(&x), y: narrow(&y) };
    let order: Vec<u32> = (0..samples as u32).collect();
    let (mut best, start) = (Duration::MAX, Instant::now());
    while start.elapsed() < time {
        let burst = Instant::now();
        for _ in 0..ROUNDS {
            engine.steps(&data, &order, config.cost);
        }
        best = best.min(burst.elapsed());
    }
    Speed { path: path.name(), steps_per_second: (ROUNDS * samples) as f64 / best.as_secs_f64() }
}

/// Rounds through the samples in a burst: a few milliseconds.
const ROUNDS: usize = 16;
