//! One step of the inner loop, on every instruction set of this machine.

use super::{activations, all_neurons, hidden, kinds, topology};
use crate::net::{Network, Neuron, Topology};
use crate::train::columns::Columns;
use crate::train::config::{Cost, Init, Optimiser, TrainConfig};
use crate::train::init::random_network;
use crate::train::step::batched::Batched;
use crate::train::step::engine::Engine;
use crate::train::step::lanes::Lane;
use crate::train::step::path::Path;
use crate::train::step::rates::Rates;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// With β1 = 0 the average m after one step is the gradient itself.
pub(super) fn gradient_config(cost: Cost) -> TrainConfig {
    let optimiser = Optimiser::PaperAdam { beta1: 0.0, beta2: 0.99, epsilon: 1e-8 };
    TrainConfig { cost, optimiser, ..TrainConfig::default() }
}

pub(super) fn random(topology: &Topology, seed: u64) -> (Network, Columns<f64>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let network = random_network(topology, Init::FanIn, &[], &mut rng);
    let mut values = || (0..2).map(|_| rng.random_range(-2.0..2.0)).collect::<Vec<f64>>();
    let data = Columns { inputs: 2, outputs: 2, x: values(), y: values() };
    (network, data)
}

/// Every weight and bias of a network, in one fixed order.
pub(super) fn parameters(network: &mut Network) -> Vec<&mut f64> {
    let layers = network.layers.iter_mut();
    layers.flat_map(|l| l.weights.iter_mut().chain(l.bias.iter_mut().flatten())).collect()
}

/// Gradients of the cost of the one sample by central differences.
pub(super) fn differences(network: &Network, data: &Columns<f64>, cost: Cost) -> Vec<f64> {
    let mut network = network.clone();
    let step = 1e-6;
    (0..network.parameters())
        .map(|p| {
            let w = *parameters(&mut network)[p];
            let mut at = |value: f64| {
                *parameters(&mut network)[p] = value;
                2.0 * data.mean_cost(&network, cost)
            };
            let slope = (at(w + step) - at(w - step)) / (2.0 * step);
            at(w);
            slope
        })
        .collect()
}

/// Gradients as the inner loop computes them on `path`.
fn stepped<T: Lane>(path: Path, network: &Network, data: &Columns<f64>, cost: Cost) -> Vec<f64> {
    let mut engine = Engine::<T>::new(path, network, Rates::new(&gradient_config(cost)));
    engine.steps(&data.convert().expect("small values"), &[0], cost);
    let mut means = engine.net.unpack_from(&engine.net.m);
    parameters(&mut means).into_iter().map(|m| *m).collect()
}

fn check(topology: &Topology, seed: u64) {
    let (network, data) = random(topology, seed);
    for cost in [Cost::Paper, Cost::Squared, Cost::Logistic, Cost::Softmax] {
        let expected = differences(&network, &data, cost);
        let scale = expected.iter().fold(1e-3f64, |a, g| a.max(g.abs()));
        assert!(expected.iter().any(|g| *g != 0.0), "a test that sees nothing");
        for path in Path::available() {
            let wide = stepped::<f64>(path, &network, &data, cost);
            let narrow = stepped::<f32>(path, &network, &data, cost);
            for (p, e) in expected.iter().enumerate() {
                let name = path.name();
                assert!((wide[p] - e).abs() < 1e-7 * scale, "{name} {cost:?} {p}: {} {e}", wide[p]);
                assert!((narrow[p] - e).abs() < 3e-5 * scale, "{name} {cost:?} {p}: {} {e}", narrow[p]);
            }
        }
    }
}

#[test]
fn every_activation_times_kind() {
    for (seed, activation) in activations().into_iter().enumerate() {
        for kind in kinds() {
            let neurons = vec![Neuron { activation: activation.clone(), kind }; 3];
            check(&topology(vec![hidden(neurons.clone(), true), hidden(neurons, false)]), seed as u64);
        }
    }
}

#[test]
fn mixed_layers_wider_than_a_register() {
    for seed in 0..4 {
        check(&topology(vec![hidden(all_neurons(), true), hidden(all_neurons(), true)]), seed);
    }
}

#[test]
fn a_linear_map() {
    check(&topology(vec![]), 7);
}

/// Steps of Adam, written out a second time in the plainest way.
#[test]
fn steps_of_both_optimisers() {
    let shape = topology(vec![hidden(all_neurons(), true)]);
    let (network, data) = random(&shape, 3);
    for (optimiser, corrected) in [
        (Optimiser::Adam { beta1: 0.8, beta2: 0.99, epsilon: 1e-3 }, true),
        (Optimiser::PaperAdam { beta1: 0.8, beta2: 0.99, epsilon: 1e-3 }, false),
    ] {
        let config = TrainConfig { optimiser, rate: 0.01, l2: 0.5, ..TrainConfig::default() };
        for path in Path::available() {
            let mut engine = Engine::<f64>::new(path, &network, Rates::new(&config));
            let mut plain = network.clone();
            let count = plain.parameters();
            let (mut m, mut v) = (vec![0.0; count], vec![0.0; count]);
            for t in 1..=3 {
                engine.steps(&data, &[0], Cost::Squared);
                let gradients = stepped::<f64>(Path::Scalar, &plain, &data, Cost::Squared);
                for (p, w) in parameters(&mut plain).into_iter().enumerate() {
                    m[p] = 0.8 * m[p] + 0.2 * gradients[p];
                    v[p] = 0.99 * v[p] + 0.01 * gradients[p] * gradients[p];
                    *w -= 0.01
                        * if corrected {
                            let mean = m[p] / (1.0 - 0.8f64.powi(t));
                            mean / (v[p] / (1.0 - 0.99f64.powi(t)) + 1e-6).sqrt()
                        } else {
                            m[p] / (v[p] + 1e-3).sqrt()
                        };
                    *w -= 0.01 * 0.5 * *w;
                }
            }
            let mut trained = engine.net.unpack();
            for (p, (a, b)) in parameters(&mut trained).into_iter().zip(parameters(&mut plain)).enumerate() {
                assert!((*a - *b).abs() < 1e-10, "{} {optimiser:?} {p}: {a} {b}", path.name());
            }
        }
    }
}

/// What a batch does to Adam's averages, alone and in lanes, is what the mean of the single gradients does.
#[test]
fn a_batch_follows_the_mean_of_its_gradients() {
    let shape = topology(vec![hidden(all_neurons(), true), hidden(all_neurons(), false)]);
    for cost in [Cost::Paper, Cost::Softmax] {
        let (network, _) = random(&shape, 5);
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let mut values = || (0..10).map(|_| rng.random_range(-1.0..1.0)).collect::<Vec<f64>>();
        let data = Columns { inputs: 2, outputs: 2, x: values(), y: values() };
        let one = |s: usize| {
            let (x, y) = (data.x[2 * s..][..2].to_vec(), data.y[2 * s..][..2].to_vec());
            stepped::<f64>(Path::Scalar, &network, &Columns { inputs: 2, outputs: 2, x, y }, cost)
        };
        let order = [4, 0, 3, 3];
        let singles = order.map(one);
        let config = TrainConfig { batch: 4, ..gradient_config(cost) };
        for path in Path::available() {
            let mut engine = Engine::<f64>::new(path, &network, Rates::new(&config));
            let mut batched = Batched::<f64>::new(path, &network);
            let lanes = batched.lanes;
            (0..lanes).for_each(|lane| batched.load(lane, &engine.net));
            let orders = vec![&[4u32, 0, 3, 3][..]; lanes];
            batched.steps(&mut Rates::new(&config), &data, &orders, &mut [], cost);
            engine.steps(&data, &[4, 0, 3, 3], cost);
            let alone = engine.net.unpack_from(&engine.net.m);
            batched.unload(lanes - 1, &mut engine.net);
            for mut found in [alone, engine.net.unpack_from(&engine.net.m)] {
                for (p, found) in parameters(&mut found).into_iter().enumerate() {
                    let mean = singles.iter().map(|g| g[p]).sum::<f64>() / 4.0;
                    let scale = 1.0 + singles.iter().map(|g| g[p].abs()).fold(0.0, f64::max);
                    assert!((*found - mean).abs() < 1e-12 * scale, "{} {p}: {found} {mean}", path.name());
                }
            }
        }
    }
}
