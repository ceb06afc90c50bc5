//! How fast training steps run, for benchmarks and for `doctor`.

use super::columns::Columns;
use super::config::{Precision, TrainConfig};
use super::init::random_network;
use super::step::batched::Batched;
use super::step::engine::Engine;
use super::step::lanes::Lane;
use super::step::path::Path;
use super::step::rates::Rates;
use crate::net::{NetError, Network, Topology};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::{Duration, Instant};

/// A measured speed.
#[derive(Clone, Debug, PartialEq)]
pub struct Speed {
    /// The instruction set.
    pub path: &'static str,
    /// Networks in training at once: 1, or one in each lane of a register.
    pub networks: usize,
    /// Steps per second on one core, of all these networks together: forward, backward and Adam for one sample.
    pub steps_per_second: f64,
}

/// Times training steps of networks of this shape, for about `time` on each instruction set of this machine, the
/// widest set first: one network across the lanes, then a network in every lane. The fastest of many bursts counts:
/// what a core does when it is not disturbed.
///
/// # Errors
/// A topology that is not valid.
pub fn speed(topology: &Topology, precision: Precision, time: Duration) -> Result<Vec<Speed>, NetError> {
    topology.validate()?;
    let paths = Path::available().into_iter();
    Ok(paths
        .flat_map(|path| match precision {
            Precision::F32 => measure::<f32>(topology, path, time),
            Precision::F64 => measure::<f64>(topology, path, time),
        })
        .collect())
}

fn measure<T: Lane>(topology: &Topology, path: Path, time: Duration) -> [Speed; 2] {
    let config = TrainConfig::default();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut numbers =
        |width: usize| -> Vec<f64> { (0..SAMPLES * width).map(|_| rng.random_range(0.0..6.0)).collect() };
    let (x, y) = (numbers(topology.inputs), numbers(topology.outputs));
    let lanes = path.lanes::<T>();
    let networks: Vec<Network> =
        (0..lanes).map(|_| random_network(topology, config.init, &x, &mut rng)).collect();
    let narrow = |values: &[f64]| values.iter().map(|&v| T::of(v)).collect();
    let data = Columns { inputs: topology.inputs, outputs: topology.outputs, x: narrow(&x), y: narrow(&y) };
    let order: Vec<u32> = (0..SAMPLES as u32).collect();

    let mut engines: Vec<Engine<T>> =
        networks.iter().map(|n| Engine::new(path, n, Rates::new(&config))).collect();
    let mut batched = Batched::<T>::new(path, &networks[0]);
    engines.iter().enumerate().for_each(|(lane, e)| batched.load(lane, &e.net));
    let (mut rates, orders) = (Rates::new(&config), vec![order.as_slice(); lanes]);

    let engine = &mut engines[0];
    let single = best(time, || {
        engine.steps(&data, &order, config.cost);
    });
    let many = best(time, || {
        batched.steps(&mut rates, &data, &orders, &mut [], config.cost);
    });
    [(1, single), (lanes, many)].map(|(networks, burst)| Speed {
        path: path.name(),
        networks,
        steps_per_second: (SAMPLES * networks) as f64 / burst.as_secs_f64(),
    })
}

/// The shortest time of a round: well below a millisecond, so that another process seldom comes between.
fn best(time: Duration, mut round: impl FnMut()) -> Duration {
    let (mut best, start) = (Duration::MAX, Instant::now());
    while start.elapsed() < time {
        let burst = Instant::now();
        round();
        best = best.min(burst.elapsed());
    }
    best
}

/// Samples of a round.
const SAMPLES: usize = 194;
