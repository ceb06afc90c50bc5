//! Neurons left out: against networks without them, against finite differences, and by what it is for.

use super::gradients::{differences, gradient_config, parameters, random};
use super::{all_neurons, hidden, topology};
use crate::data::{Metrics, Samples};
use crate::func::{Activation, Kind};
use crate::net::{Network, Neuron, Topology};
use crate::train::config::{Cost, TrainConfig};
use crate::train::step::engine::Engine;
use crate::train::step::path::Path;
use crate::train::step::rates::Rates;
use crate::train::{Quiet, train};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A network whose weights behind each hidden neuron are multiplied: what is left of a network that leaves some out.
fn multiplied(network: &Network, shares: &[f64]) -> Network {
    let (mut network, mut shares) = (network.clone(), shares.iter());
    for k in 1..network.layers.len() {
        let layer = &mut network.layers[k];
        for i in 0..layer.inputs {
            let share = shares.next().expect("one for each hidden neuron");
            (0..layer.neurons.len()).for_each(|n| layer.weights[n * layer.inputs + i] *= share);
        }
    }
    network
}

/// What a step leaves out, seen by its gradients: the weights behind a neuron that is left out have none.
#[test]
fn a_step_is_one_of_the_network_without_the_neurons() {
    let shape = topology(vec![hidden(all_neurons(), true), hidden(all_neurons(), false)]);
    let (network, data) = random(&shape, 3);
    let config = TrainConfig { dropout: 0.25, ..gradient_config(Cost::Squared) };
    for (path, stream) in Path::available().into_iter().flat_map(|p| [(p, 5), (p, 6)]) {
        let mut engine = Engine::<f64>::new(path, &network, Rates::new(&config));
        engine.stream = stream;
        engine.steps(&data, &[0], config.cost);
        let mut found = engine.net.unpack_from(&engine.net.m);
        // A neuron is in where a weight behind it has a gradient (averages are kept from being 0); kept ones count 4/3.
        let behind = |layer: &crate::net::Layer, i: usize| {
            (0..layer.neurons.len()).any(|n| layer.weights[n * layer.inputs + i].abs() > 1e-200)
        };
        let layers = found.layers[1..].iter();
        let shares: Vec<f64> = layers
            .flat_map(|l| {
                (0..l.inputs).map(|i| if behind(l, i) { 4.0 / 3.0 } else { 0.0 }).collect::<Vec<_>>()
            })
            .collect();
        let out = shares.iter().filter(|s| **s == 0.0).count();
        assert!((5..40).contains(&out), "{} of {}: {out} left out", path.name(), shares.len());
        // The gradients of the multiplied weights, back to those that are trained.
        let mut expected = network.clone();
        let other = multiplied(&network, &shares);
        let slopes = differences(&other, &data, config.cost);
        parameters(&mut expected).into_iter().zip(slopes).for_each(|(to, slope)| *to = slope);
        let mut expected = multiplied(&expected, &shares);
        let scale = parameters(&mut expected).iter().fold(1e-3f64, |a, g| a.max(g.abs()));
        for (p, (a, e)) in parameters(&mut found).into_iter().zip(parameters(&mut expected)).enumerate() {
            assert!((*a - *e).abs() < 1e-7 * scale, "{} {p}: {a} {e}", path.name());
        }
    }
}

/// A network with one linear neuron and its weight 1: the output's magnitude is what the neuron counts.
#[test]
fn the_share_that_is_left_out_is_the_one_that_is_asked_for() {
    let neurons = vec![Neuron { activation: Activation::None, kind: Kind::Ordinary }; 10];
    let mut network = Topology { hidden: vec![hidden(neurons, true)], ..topology(Vec::new()) }.zeros();
    network.layers[0].bias = Some(vec![1.0; 10]);
    network.layers[1].weights[0..10].fill(1.0);
    let (_, mut data) = random(&topology(Vec::new()), 1);
    data.y = vec![0.0, 0.0];
    // No step: what is counted stays.
    let config = TrainConfig { dropout: 0.2, rate: 1e-300, batch: 1, ..gradient_config(Cost::Squared) };
    let mut engine = Engine::<f64>::new(Path::Scalar, &network, Rates::new(&config));
    let (mut sum, mut squares, samples) = (0.0, 0.0, 4000);
    for _ in 0..samples {
        // The output of all ten; the cost is its square.
        let y = engine.steps(&data, &[0], config.cost).sqrt();
        (sum, squares) = (sum + y, squares + y * y);
    }
    let (mean, n) = (sum / f64::from(samples), f64::from(samples));
    // Ten independent shares of 0 or 1.25: mean 10, variance 10 · 0.25, as far as 4000 samples tell.
    assert!((mean - 10.0).abs() < 4.0 * (2.5f64 / n).sqrt(), "{mean}");
    assert!((squares / n - mean * mean - 2.5).abs() < 0.3, "{}", squares / n - mean * mean);
}

/// Many inputs of which one counts, few samples and much noise: without dropout 50 neurons know them by heart.
#[test]
fn noise_is_learned_less() {
    const INPUTS: usize = 20;
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let x: Vec<f64> = (0..60 * INPUTS).map(|_| random.random_range(-1.0..1.0)).collect();
    let truth = x.chunks_exact(INPUTS).map(|x| (2.0 * x[0]).tanh());
    let y = truth.map(|t| t + random.random_range(-1.0..1.0)).collect();
    let samples = Samples::new(INPUTS, 1, x, y).expect("samples");
    let neurons = vec![Neuron { activation: Activation::Tanh, kind: Kind::Ordinary }; 50];
    let hidden = vec![hidden(neurons, true)];
    let shape = Topology { inputs: INPUTS, hidden, outputs: 1, output_bias: true };
    let error = |dropout: f64| {
        let base = TrainConfig { epochs: 500, restarts: 4, rate: 0.003, ..TrainConfig::default() };
        let config = TrainConfig { dropout, cost: Cost::Squared, ..base };
        let trained = train(&shape, &samples, &config, &Quiet).expect("trained");
        Metrics::of(&trained.network.eval_all(samples.x()), samples.y()).expect("as many").rmse
    };
    let (without, with) = (error(0.0), error(0.5));
    assert!(with > 2.0 * without, "{with} with dropout, {without} without");
}
