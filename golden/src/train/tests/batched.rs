//! Many networks in lanes, against one network across the lanes and against finite differences.

use super::gradients::{differences, gradient_config, parameters, random};
use super::{activations, all_neurons, hidden, kinds, topology};
use crate::net::{Network, Neuron, Topology};
use crate::train::columns::Columns;
use crate::train::config::{Cost, Normalise, TrainConfig};
use crate::train::step::batched::Batched;
use crate::train::step::engine::Engine;
use crate::train::step::lanes::Lane;
use crate::train::step::path::Path;
use crate::train::step::rates::Rates;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A different network for each lane, and samples for all.
pub(super) fn networks(topology: &Topology, count: usize, rows: usize) -> (Vec<Network>, Columns<f64>) {
    let networks = (0..count).map(|seed| random(topology, seed as u64).0).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut values = || (0..2 * rows).map(|_| rng.random_range(-1.0..1.0)).collect::<Vec<f64>>();
    (networks, Columns { inputs: 2, outputs: 2, x: values(), y: values() })
}

/// The weights of every network after steps in lanes, each lane in its own order of samples.
fn in_lanes<T: Lane>(
    path: Path,
    networks: &[Network],
    data: &Columns<f64>,
    config: &TrainConfig,
) -> Vec<Network> {
    let mut engines: Vec<Engine<T>> = networks.iter().map(|n| engine(path, n, data, config)).collect();
    let mut batched = Batched::<T>::new(path, &networks[0]);
    engines.iter().enumerate().for_each(|(lane, e)| batched.load(lane, &e.net));
    let orders: Vec<Vec<u32>> = (0..networks.len()).map(|lane| order(lane, data)).collect();
    let orders: Vec<&[u32]> = orders.iter().map(Vec::as_slice).collect();
    let data = data.convert().expect("small values");
    let mut streams: Vec<u64> = (0..networks.len() as u64).collect();
    batched.steps(&mut Rates::new(config), &data, &orders, &mut streams, config.cost);
    let unload = |(lane, engine): (usize, &mut Engine<T>)| {
        batched.unload(lane, &mut engine.net);
        engine.net.unpack()
    };
    engines.iter_mut().enumerate().map(unload).collect()
}

/// A network as training begins with it.
pub(super) fn engine<T: Lane>(
    path: Path,
    network: &Network,
    data: &Columns<f64>,
    config: &TrainConfig,
) -> Engine<T> {
    let mut engine = Engine::new(path, network, Rates::new(config));
    engine.net.normalise(config.normalise, &data.x);
    engine
}

/// More steps than are staged at a time, different ones in each lane.
pub(super) fn order(lane: usize, data: &Columns<f64>) -> Vec<u32> {
    let rows = data.x.len() / data.inputs;
    (0..40).map(|step| ((step * (lane + 1) + lane) % rows) as u32).collect()
}

fn alone<T: Lane>(
    path: Path,
    network: &Network,
    lane: usize,
    data: &Columns<f64>,
    config: &TrainConfig,
) -> Network {
    let mut engine = engine::<T>(path, network, data, config);
    engine.stream = lane as u64;
    engine.steps(&data.convert().expect("small values"), &order(lane, data), config.cost);
    engine.net.unpack()
}

/// The largest difference of two networks' weights.
pub(super) fn distance(a: &Network, b: &Network) -> f64 {
    let (mut a, mut b) = (a.clone(), b.clone());
    let pairs = parameters(&mut a).into_iter().zip(parameters(&mut b)).map(|(a, b)| (*a - *b).abs());
    // A NaN must not hide.
    pairs.fold(0.0, |most, d| if d > most || d.is_nan() { d } else { most })
}

#[test]
fn lanes_go_where_single_networks_go() {
    let costs = [(Cost::Paper, 1), (Cost::Squared, 1), (Cost::Logistic, 7), (Cost::Softmax, 1)];
    let ways = [(Normalise::None, 0.0), (Normalise::Amplifying, 0.0), (Normalise::All, 0.2)];
    for ((cost, batch), (normalise, dropout)) in costs.into_iter().flat_map(|c| ways.map(|way| (c, way))) {
        let config = TrainConfig { cost, batch, normalise, dropout, l2: 0.01, ..TrainConfig::default() };
        let shape = topology(vec![hidden(all_neurons(), true), hidden(all_neurons(), false)]);
        for path in Path::available() {
            // One lane is left empty where there is more than one.
            let count = (path.lanes::<f32>() - 1).max(1);
            let (networks, data) = networks(&shape, count, 7);
            let narrow = in_lanes::<f32>(path, &networks, &data, &config);
            let wide = in_lanes::<f64>(path, &networks[..count.div_ceil(2)], &data, &config);
            for (lane, start) in networks.iter().enumerate() {
                let single = alone::<f64>(Path::Scalar, start, lane, &data, &config);
                assert!(distance(&single, start) > 1e-3, "a test that sees nothing");
                let apart = distance(&narrow[lane], &single);
                assert!(apart < 5e-3, "{} f32, lane {lane}: {apart}", path.name());
                if let Some(wide) = wide.get(lane) {
                    let apart = distance(wide, &single);
                    assert!(apart < 1e-8, "{} f64, lane {lane}: {apart}", path.name());
                }
            }
        }
    }
}

/// With β1 = 0 the average m after one step is the gradient itself.
#[test]
fn gradients_are_what_finite_differences_say() {
    for (seed, activation) in activations().into_iter().enumerate() {
        for kind in kinds() {
            let neurons = vec![Neuron { activation: activation.clone(), kind }; 3];
            let shape = topology(vec![hidden(neurons.clone(), true), hidden(neurons, false)]);
            let (network, data) = random(&shape, seed as u64);
            let expected = differences(&network, &data, Cost::Paper);
            let scale = expected.iter().fold(1e-3f64, |a, g| a.max(g.abs()));
            for path in Path::available() {
                let found = gradients(path, &network, &data);
                for (p, (found, expected)) in found.iter().zip(&expected).enumerate() {
                    assert!(
                        (found - expected).abs() < 1e-7 * scale,
                        "{} {p}: {found} {expected}",
                        path.name()
                    );
                }
            }
        }
    }
}

fn gradients(path: Path, network: &Network, data: &Columns<f64>) -> Vec<f64> {
    let config = gradient_config(Cost::Paper);
    let mut engine = Engine::<f64>::new(path, network, Rates::new(&config));
    let mut batched = Batched::<f64>::new(path, network);
    let last = batched.lanes - 1;
    batched.load(last, &engine.net);
    batched.steps(&mut Rates::new(&config), data, &vec![&[0][..]; last + 1], &mut [], config.cost);
    batched.unload(last, &mut engine.net);
    let mut means = engine.net.unpack_from(&engine.net.m);
    parameters(&mut means).into_iter().map(|m| *m).collect()
}

#[test]
fn a_lane_that_overflows_harms_nobody_and_bits_do_not_depend_on_the_lane() {
    let shape = topology(vec![hidden(all_neurons(), true)]);
    let wide = Path::available().into_iter().map(|p| (p, p.lanes::<f32>())).filter(|p| p.1 > 1);
    for ((path, lanes), normalise) in wide.flat_map(|p| [(p, Normalise::None), (p, Normalise::All)]) {
        let dropout = if normalise == Normalise::All { 0.3 } else { 0.0 };
        let config = TrainConfig { normalise, dropout, ..TrainConfig::default() };
        let (mut networks, data) = networks(&shape, lanes, 5);
        let before = in_lanes::<f32>(path, &networks, &data, &config);
        networks[0].layers[0].weights.fill(f64::from(f32::MAX));
        let after = in_lanes::<f32>(path, &networks, &data, &config);
        assert!(distance(&after[0], &before[0]).is_nan(), "{}: lane 0 overflows", path.name());
        assert!(after[1..] == before[1..], "{}: another lane changed", path.name());
        // All lanes the same network and, by its lane, another order: the order decides.
        let same = vec![networks[lanes - 1].clone(); lanes];
        let together = in_lanes::<f32>(path, &same, &data, &config);
        assert!(together[lanes - 1] == before[lanes - 1], "{}: neighbours matter", path.name());
    }
}

#[test]
fn instruction_sets_with_fused_sums_agree_to_the_bit() {
    let shape = topology(vec![hidden(all_neurons(), true), hidden(all_neurons(), true)]);
    let paths: Vec<Path> = Path::available().into_iter().filter(|p| p.name() != "scalar").collect();
    let Some((first, others)) = paths.split_first() else { return };
    let (networks, data) = networks(&shape, 4, 6);
    let expected = in_lanes::<f32>(*first, &networks, &data, &TrainConfig::default());
    for path in others {
        assert_eq!(
            in_lanes::<f32>(*path, &networks, &data, &TrainConfig::default()),
            expected,
            "{}",
            path.name()
        );
    }
}
