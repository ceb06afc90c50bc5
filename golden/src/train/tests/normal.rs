//! Running normalisation, against sums written out, finite differences and the network it is folded into.

use super::batched::{distance, engine, networks};
use super::gradients::{differences, parameters};
use super::{activations, all_neurons, hidden, topology};
use crate::data::Samples;
use crate::func::{Activation, Kind};
use crate::net::{HiddenLayer, Network, Neuron, Topology};
use crate::train::columns::Columns;
use crate::train::config::{Cost, Normalise, Optimiser, TrainConfig};
use crate::train::step::batched::Batched;
use crate::train::step::path::Path;
use crate::train::step::rates::Rates;
use crate::train::{Protocol, Quiet, train};

const PAPER_ADAM: Optimiser = Optimiser::PaperAdam { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };

fn amplifying(activation: Activation) -> Neuron {
    Neuron { activation, kind: Kind::Amplifying }
}

/// y = c·((w·x - mean + b)·scale)², with and without b: averages, gradients and Adam written out.
#[test]
fn steps_by_hand() {
    let (x, y) = ([0.5, -1.5, 2.0, 1.0], [0.3, -0.2, 0.8, 0.1]);
    let data = Columns { inputs: 1, outputs: 1, x: x.to_vec(), y: y.to_vec() };
    let (cost, rate) = (Cost::Squared, 0.01);
    let config = TrainConfig {
        cost,
        rate,
        optimiser: PAPER_ADAM,
        normalise: Normalise::Amplifying,
        ..TrainConfig::default()
    };
    for (bias, path) in Path::available().into_iter().flat_map(|p| [(true, p), (false, p)]) {
        let hidden = vec![HiddenLayer { neurons: vec![amplifying(Activation::None)], bias }];
        let mut network = Topology { inputs: 1, hidden, outputs: 1, output_bias: false }.zeros();
        (network.layers[0].weights[0], network.layers[1].weights[0]) = (2.0, 0.5);
        // The sums 1, -3, 4, 2 have the mean 1 and the variance 6.5; about 0 it is 7.5.
        let (mut mean, variance): (f64, f64) = if bias { (1.0, 6.5) } else { (0.0, 7.5) };
        let first = 1.0 / variance.sqrt();
        let (mut p, mut variance) = ([2.0 * first, 0.0, 0.5], 1.0);
        mean *= first;
        if let Some(b) = &mut network.layers[0].bias {
            (b[0], p[1]) = (0.7, 0.7 * first);
        }
        let order: Vec<u32> = (0..40).map(|i| i * 7 % 4).collect();
        let (mut m, mut v) = ([0.0; 3], [0.0; 3]);
        for (x, y) in order.iter().map(|&s| (x[s as usize], y[s as usize])) {
            let [w, b, c] = p;
            let off = w * x - mean;
            let z = (off + b) / f64::sqrt(variance);
            let dz = 2.0 * (c * z * z - y) * c * 2.0 * z / variance.sqrt();
            let gradients = [dz * x, if bias { dz } else { 0.0 }, 2.0 * (c * z * z - y) * z * z];
            for (k, g) in gradients.into_iter().enumerate() {
                m[k] = 0.9 * m[k] + 0.1 * g;
                v[k] = 0.99 * v[k] + 0.01 * g * g;
                p[k] -= rate * m[k] / (v[k] + 1e-8).sqrt();
            }
            mean += if bias { rate * off } else { 0.0 };
            variance += rate * (off * off - variance);
        }
        let scale = 1.0 / variance.sqrt();
        let expected = [p[0] * scale, (p[1] - mean) * scale, p[2]];
        let mut alone = engine::<f64>(path, &network, &data, &config);
        let mut batched = Batched::<f64>::new(path, &network);
        batched.load(batched.lanes - 1, &alone.net);
        batched.steps(&mut Rates::new(&config), &data, &vec![&order[..]; batched.lanes], &mut [], cost);
        alone.steps(&data, &order, cost);
        for turn in ["alone", "in a lane"] {
            let mut found = alone.net.unpack();
            let expected = expected.iter().enumerate().filter(|(k, _)| bias || *k != 1);
            for (found, (_, expected)) in parameters(&mut found).into_iter().zip(expected) {
                assert!(
                    (*found - expected).abs() < 1e-9,
                    "{} {turn} {bias}: {found} {expected}",
                    path.name()
                );
            }
            batched.unload(batched.lanes - 1, &mut alone.net);
        }
    }
}

/// The outputs of a network whose amplifying neurons are normalised, from the definition.
fn normalised(network: &Network, mean: f64, scale: f64, x: &[f64]) -> Vec<f64> {
    network.layers.iter().fold(x.to_vec(), |x, layer| {
        let sum = |n: usize| layer.sum(n, &x);
        let shift = if layer.bias.is_some() { mean } else { 0.0 };
        let neurons = layer.neurons.iter().enumerate();
        let z = neurons.map(|(n, neuron)| match neuron.kind {
            Kind::Amplifying => (neuron, (sum(n) - shift) * scale),
            _ => (neuron, sum(n)),
        });
        z.map(|(neuron, z)| neuron.kind.eval(neuron.activation.eval(z))).collect()
    })
}

#[test]
fn the_folded_network_is_the_normalised_one() {
    let shape = topology(vec![hidden(all_neurons(), true), hidden(all_neurons(), false)]);
    let (networks, data) = networks(&shape, 3, 9);
    let config = TrainConfig { normalise: Normalise::Amplifying, ..TrainConfig::default() };
    for network in &networks {
        let mut net = engine::<f64>(Path::best(), network, &data, &config).net;
        let on: Vec<usize> = net.unit_places().filter(|&p| net.norm.on.get::<f64>()[p] == 1.0).collect();
        assert_eq!(on.len(), 2 * activations().len());
        for &place in &on {
            net.norm.mean.get_mut::<f64>()[place] = 0.3;
            net.norm.scale.get_mut::<f64>()[place] = 0.7;
        }
        if shape.hidden.iter().any(|l| !l.bias) {
            // Where there are no biases the mean is 0.
            let second = net.shapes[1].units * net.lanes();
            net.norm.mean.get_mut::<f64>()[second..].fill(0.0);
        }
        let raw = net.unpack_from(&net.w);
        let folded = net.unpack();
        for x in data.x.chunks_exact(2) {
            let expected = normalised(&raw, 0.3, 0.7, x);
            let found = folded.eval(x);
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-12 * (1.0 + expected.abs()), "{found} {expected}");
            }
        }
        net.absorb();
        assert!(distance(&net.unpack(), &folded) < 1e-12, "absorbing changes nothing");
        assert!(on.iter().all(|&p| net.norm.scale.get::<f64>()[p] == 1.0));
    }
}

/// With the averages held still, the gradient in normalised weights is that of the plain network they are folded into.
#[test]
fn gradients_are_what_finite_differences_say() {
    let shape = topology(vec![hidden(all_neurons(), true), hidden(all_neurons(), false)]);
    let (networks, data) = networks(&shape, 3, 9);
    let optimiser = Optimiser::PaperAdam { beta1: 0.0, beta2: 0.99, epsilon: 1e-8 };
    let first = Columns { inputs: 2, outputs: 2, x: data.x[..2].to_vec(), y: data.y[..2].to_vec() };
    let ways =
        Path::available().into_iter().flat_map(|p| [Normalise::Amplifying, Normalise::All].map(|n| (p, n)));
    let ways: Vec<_> = ways.collect();
    for (network, (path, normalise)) in networks.iter().flat_map(|n| ways.iter().map(move |&w| (n, w))) {
        let config = TrainConfig { optimiser, rate: 1e-15, normalise, ..TrainConfig::default() };
        let mut engine = engine::<f64>(path, network, &data, &config);
        for place in engine.net.unit_places().collect::<Vec<_>>() {
            if engine.net.norm.on.get::<f64>()[place] == 1.0 {
                engine.net.norm.variance.get_mut::<f64>()[place] = 4.0;
                engine.net.norm.scale.get_mut::<f64>()[place] = 0.5;
            }
        }
        let expected = differences(&engine.net.unpack(), &first, Cost::Paper);
        let scale = expected.iter().fold(1e-3f64, |a, g| a.max(g.abs()));
        engine.steps(&first, &[0], Cost::Paper);
        let mut found = engine.net.unpack_from(&engine.net.m);
        for (p, (found, expected)) in parameters(&mut found).into_iter().zip(&expected).enumerate() {
            assert!((*found - expected).abs() < 1e-7 * scale, "{} {p}: {found} {expected}", path.name());
        }
    }
}

fn parabola() -> Samples {
    // A constant column, which no amplifying neuron can scale to a variance of 1.
    let x: Vec<f64> = (0..60).flat_map(|i| [i as f64 / 20.0 - 1.5, 3.0]).collect();
    let y = x.chunks_exact(2).map(|x| x[0] * x[0]).collect();
    Samples::new(2, 1, x, y).expect("finite samples")
}

/// Trained networks: the sums of amplifying neurons, or of all, vary by 1 where they vary, whatever the protocol, and threads do
/// not matter.
#[test]
fn sums_are_normalised_by_every_protocol() {
    let layer = |bias| {
        let other = Neuron { activation: Activation::Tanh, kind: Kind::Ordinary };
        let square = amplifying(Activation::ParametricSoftplus { a: 0.3 });
        HiddenLayer { neurons: vec![square.clone(), other.clone(), other, square], bias }
    };
    let shape =
        Topology { inputs: 2, hidden: vec![layer(true), layer(false)], outputs: 1, output_bias: true };
    let ours = TrainConfig { restarts: 6, epochs: 200, rate: 0.01, ..TrainConfig::default() };
    let papers =
        TrainConfig { restarts: 6, epochs: 200, stabilise: 40, settle: 5, ..Protocol::JungKwon.defaults() };
    let all = TrainConfig { normalise: Normalise::All, ..ours.clone() };
    let amplifying = [ours.clone(), TrainConfig { batch: 7, ..ours }, papers];
    let amplifying = amplifying.map(|c| TrainConfig { normalise: Normalise::Amplifying, ..c });
    for config in amplifying.into_iter().chain([all]) {
        let wanted: &[usize] = if config.normalise == Normalise::All { &[0, 1, 2, 3] } else { &[0, 3] };
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| train(&shape, &parabola(), &config, &Quiet)).expect("trained")
        };
        let trained = with(1);
        assert_eq!(trained, with(3));
        trained.network.validate().expect("finite weights");
        let samples = parabola();
        let mut squares = vec![0.0; 2 * wanted.len()];
        let count = samples.rows() as f64;
        for row in 0..samples.rows() {
            let [first, second] = [&trained.network.layers[0], &trained.network.layers[1]];
            let mut between = Vec::new();
            first.eval(samples.input(row), &mut between);
            // In the first layer the mean is that of x, which is 0, and of the constant, which is not seen.
            let varying = |n: usize| first.weights[2 * n] * samples.input(row)[0];
            let sums = wanted.iter().flat_map(|&n| [varying(n), second.sum(n, &between)]);
            squares.iter_mut().zip(sums).for_each(|(total, s)| *total += s * s / count);
        }
        for square in &squares {
            assert!((square - 1.0).abs() < 0.25, "{:?}: {squares:?}", config.protocol);
        }
    }
}

/// A neuron that sees only constants is left as it is, and classes and polishing go together with the rest.
#[test]
fn constant_neurons_and_classes_are_safe() {
    for normalise in [Normalise::Amplifying, Normalise::All] {
        let config = TrainConfig { normalise, epochs: 400, restarts: 4, ..TrainConfig::default() };
        constant_and_classes(&config);
    }
}

fn constant_and_classes(config: &TrainConfig) {
    let neurons = vec![amplifying(Activation::Tanh); 3];
    let shape = |inputs, outputs| Topology {
        inputs,
        hidden: vec![hidden(neurons.clone(), true), hidden(neurons.clone(), false)],
        outputs,
        output_bias: true,
    };
    let same = Samples::new(1, 1, vec![2.0; 20], vec![0.5; 20]).expect("finite samples");
    let polished = TrainConfig { polish: 20, ..config.clone() };
    for (config, expected) in [(config, 0.05), (&polished, 1e-3)] {
        let trained = train(&shape(1, 1), &same, config, &Quiet).expect("trained");
        trained.network.validate().expect("finite weights");
        assert!(trained.record.mae < expected, "{}", trained.record.mae);
    }
    // Two classes that a square tells apart.
    let x: Vec<f64> = (0..60).map(|i| i as f64 / 20.0 - 1.5).collect();
    let y: Vec<f64> = x.iter().flat_map(|x| if x * x > 0.5 { [1.0, 0.0] } else { [0.0, 1.0] }).collect();
    let samples = Samples::new(1, 2, x, y).expect("finite samples");
    for cost in [Cost::Softmax, Cost::Logistic] {
        let trained =
            train(&shape(1, 2), &samples, &TrainConfig { cost, ..config.clone() }, &Quiet).expect("trained");
        let right = (0..samples.rows()).filter(|&row| {
            let scores = trained.network.eval(samples.input(row));
            (scores[0] > scores[1]) == (samples.target(row)[0] == 1.0)
        });
        assert!(right.count() >= 57, "{cost:?}");
    }
}
