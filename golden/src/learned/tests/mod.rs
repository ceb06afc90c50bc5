mod crossval;
mod online;

use super::*;
use crate::data::{Samples, Target};
use crate::func::{Activation, Interpolation, Kind};
use crate::net::{HiddenLayer, Network, Neuron, Topology};

pub(super) fn learned_neuron(kind: Kind) -> Neuron {
    Neuron { activation: LearnConfig::default().activation(), kind }
}

fn topology(inputs: usize, hidden: &[usize], outputs: usize) -> Topology {
    let layer = |&n: &usize| HiddenLayer { neurons: vec![learned_neuron(Kind::Ordinary); n], bias: true };
    Topology { inputs, hidden: hidden.iter().map(layer).collect(), outputs, output_bias: true }
}

/// Two moons: two classes no line parts.
fn moons(rows: usize) -> Samples {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for i in 0..rows {
        let (class, angle) = (i % 2, 3.1 * (i as f64 / rows as f64));
        let wobble = 0.15 * (i as f64 * 2.7).sin();
        let (s, c) = angle.sin_cos();
        x.extend(if class == 0 { [c + wobble, s - wobble] } else { [1.0 - c - wobble, 0.4 - s + wobble] });
        y.extend(if class == 0 { [1.0, 0.0] } else { [0.0, 1.0] });
    }
    Samples::new(2, 2, x, y).expect("samples")
}

fn accuracy(network: &Network, samples: &Samples) -> f64 {
    let right = (0..samples.rows()).filter(|&r| {
        let y = network.eval(samples.input(r));
        (y[0] > y[1]) == (samples.target(r)[0] > samples.target(r)[1])
    });
    right.count() as f64 / samples.rows() as f64
}

fn never_grows(learnt: &Learnt) {
    let mut last = f64::INFINITY;
    for u in &learnt.updates {
        assert!(u.before <= last && u.after <= u.before, "{u:?} after {last}");
        assert!(u.accepted || u.after == u.before);
        last = u.after;
    }
    assert_eq!(last, learnt.energy);
    assert_eq!(risen(&learnt.updates), 0);
    for u in &learnt.updates {
        assert!((u.measured - u.after).abs() <= 1e-9 * (1.0 + u.after.abs()), "{u:?}");
    }
}

#[test]
fn a_rule_that_kept_what_raises_the_objective_would_be_seen() {
    let config = LearnConfig { sweeps: 6, restarts: 1, ..LearnConfig::default() };
    let learnt = learn(&topology(1, &[5], 1), &Target::Figure1.train(3, 40), &config).expect("learns");
    let mut updates = learnt.updates;
    assert_eq!(risen(&updates), 0);
    assert_eq!(rejected(&updates), updates.iter().filter(|u| !u.accepted).count());
    // What an inverted comparison would have left: the measure rises, whatever `before` and `after` say.
    let last = updates.last_mut().expect("updates");
    last.measured = 1.001 * last.measured + 1e-6;
    assert_eq!(risen(&updates), 1);
}

fn variants() -> Vec<LearnConfig> {
    let mut all = Vec::new();
    for interpolation in [Interpolation::Constant, Interpolation::Linear, Interpolation::MonotoneCubic] {
        for ordinates in [Ordinates::Distribution, Ordinates::Monotone, Ordinates::Free] {
            for placement in [Placement::Quantiles, Placement::Gradient, Placement::Alternate] {
                for shapes in [Shapes::Neuron, Shapes::Layer] {
                    let base = LearnConfig { sweeps: 8, restarts: 1, ..LearnConfig::default() };
                    all.push(LearnConfig { interpolation, ordinates, placement, shapes, ..base });
                }
            }
        }
    }
    all
}

#[test]
fn the_objective_never_grows_whatever_is_learned() {
    let moons = moons(50);
    let wave = Target::Figure1.train(3, 40);
    for (i, config) in variants().into_iter().enumerate() {
        let softmax = LearnConfig { loss: Loss::Softmax, ..config.clone() };
        let learnt = learn(&topology(2, &[4], 2), &moons, &softmax).expect("learns");
        never_grows(&learnt);
        let accepted = learnt.updates.iter().filter(|u| u.accepted).count();
        assert!(accepted > 3, "variant {i}: {accepted} updates accepted");
        assert!(accuracy(&learnt.network, &moons) > 0.8, "variant {i}: {softmax:?}");
        let learnt = learn(&topology(1, &[5], 1), &wave, &config).expect("learns");
        never_grows(&learnt);
        learnt.network.validate().expect("a sound network");
    }
}

#[test]
fn depth_kinds_and_fixed_activations_mix() {
    let mut mixed = topology(2, &[3, 3], 2);
    mixed.hidden[0].neurons[0] = Neuron { activation: Activation::Tanh, kind: Kind::Amplifying };
    mixed.hidden[0].neurons[1].kind = Kind::Attenuating { b: 0.5 };
    mixed.hidden[1].neurons[2].kind = Kind::Amplifying;
    let config = LearnConfig {
        loss: Loss::Softmax,
        placement: Placement::Alternate,
        ordinates: Ordinates::Free,
        ..LearnConfig::default()
    };
    let moons = moons(80);
    let learnt = learn(&mixed, &moons, &config).expect("learns");
    never_grows(&learnt);
    assert!(accuracy(&learnt.network, &moons) > 0.95);
    assert_eq!(learnt.network.layers[0].neurons[0], mixed.hidden[0].neurons[0]);
}

#[test]
fn shared_shapes_stay_shared() {
    let config = LearnConfig {
        shapes: Shapes::Layer,
        placement: Placement::Alternate,
        ordinates: Ordinates::Monotone,
        ..LearnConfig::default()
    };
    let learnt = learn(&topology(1, &[4], 1), &Target::Figure1.train(1, 60), &config).expect("learns");
    let neurons = &learnt.network.layers[0].neurons;
    assert!(neurons.iter().all(|n| n == &neurons[0]));
}

/// Constant inputs, ties, fewer samples than nodes, one sample, one class only: all have an answer.
#[test]
fn difficult_samples_are_learned_as_far_as_they_go() {
    let samples = |inputs, outputs, x: &[f64], y: &[f64]| {
        Samples::new(inputs, outputs, x.to_vec(), y.to_vec()).expect("samples")
    };
    let squares = [
        samples(2, 1, &[3.0, 0.0, 3.0, 1.0, 3.0, 2.0, 3.0, 3.0], &[0.0, 1.0, 4.0, 9.0]),
        samples(1, 1, &[5.0; 12], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0]),
        samples(1, 1, &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0], &[0.0, 0.0, 0.0, 0.0, 2.0, 2.0]),
        samples(1, 1, &[1e9], &[-7.0]),
        samples(1, 1, &[1e-9, 2e-9, 3e-9], &[1e12, 2e12, 4e12]),
    ];
    for (i, set) in squares.iter().enumerate() {
        let learnt = learn(&topology(set.inputs(), &[3], 1), set, &LearnConfig::default()).expect("learns");
        never_grows(&learnt);
        learnt.network.validate().expect("a sound network");
        let mean = set.y().iter().sum::<f64>() / set.rows() as f64;
        let spread = set.y().iter().map(|y| (y - mean).abs()).sum::<f64>();
        let error: f64 =
            (0..set.rows()).map(|r| (learnt.network.eval(set.input(r))[0] - set.y()[r]).abs()).sum();
        // Never worse than the mean, which is the best there is for a constant input.
        assert!(error <= spread * 1.001 + 1e-5, "set {i}: {error} against {spread}");
    }
    let softmax = LearnConfig { loss: Loss::Softmax, ..LearnConfig::default() };
    let one_class = samples(1, 2, &[0.0, 1.0, 2.0], &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
    let learnt = learn(&topology(1, &[3], 2), &one_class, &softmax).expect("learns");
    never_grows(&learnt);
    assert_eq!(accuracy(&learnt.network, &one_class), 1.0);
}

#[test]
fn what_cannot_be_learned_is_said() {
    let set = Target::Figure1.train(1, 5);
    let text = |t: &Topology, c: &LearnConfig| learn(t, &set, c).expect_err("a fault").to_string();
    let good = LearnConfig::default();
    assert_eq!(
        text(&topology(1, &[2], 1), &LearnConfig { nodes: 1, ..good.clone() }),
        "nodes is 1: use 2 to 64"
    );
    let bad = LearnConfig { input_decay: f64::NAN, ..good.clone() };
    assert_eq!(text(&topology(1, &[2], 1), &bad), "input-decay is NaN: use a finite number, at least 0");
    assert!(text(&topology(2, &[2], 1), &good).contains("the samples have 1 inputs, the network 2"));
    let mut fixed = topology(1, &[2], 1);
    fixed.hidden[0].neurons = vec![Neuron::default()];
    assert!(text(&fixed, &good).starts_with("no hidden neuron has a learned activation"));
    let softmax = LearnConfig { loss: Loss::Softmax, ..good };
    assert!(text(&topology(1, &[2], 1), &softmax).starts_with("sample 0: the targets of a classification"));
}

#[test]
fn the_same_seed_gives_the_same_network() {
    let set = Target::Eq6.train(2, 50);
    let config = LearnConfig { sweeps: 5, ..LearnConfig::default() };
    let one = learn(&topology(1, &[5], 1), &set, &config).expect("learns");
    assert_eq!(learn(&topology(1, &[5], 1), &set, &config).expect("learns").network, one.network);
}

#[test]
fn finished_networks_compute_the_same_and_have_nodes_on_the_grid() {
    let moons = moons(60);
    let base = LearnConfig { loss: Loss::Softmax, sweeps: 8, restarts: 1, ..LearnConfig::default() };
    for shapes in [Shapes::Neuron, Shapes::Layer] {
        let config = LearnConfig { shapes, ..base.clone() };
        let free = learn(&topology(2, &[4], 2), &moons, &config).expect("learns");
        let snapped =
            learn(&topology(2, &[4], 2), &moons, &LearnConfig { snap: Some(4), ..config }).expect("learns");
        assert!(snapped.energy < 1.2 * free.energy + 0.05, "{} and {}", snapped.energy, free.energy);
        for neuron in &snapped.network.layers[0].neurons {
            let Activation::Learned(f) = &neuron.activation else { unreachable!("all are learned") };
            assert_eq!((f.nodes[0], f.nodes[7]), (-1.0, 1.0));
            assert!(f.nodes.iter().all(|n| (n * 16.0).fract() == 0.0), "{:?}", f.nodes);
            assert!(f.validate().is_ok());
        }
        assert!(accuracy(&snapped.network, &moons) > 0.8);
    }
    let few = LearnConfig { snap: Some(1), ..base };
    let text = learn(&topology(2, &[4], 2), &moons, &few).expect_err("no room").to_string();
    assert!(text.starts_with("snap is 1: use 1 to 16"), "{text}");
}
