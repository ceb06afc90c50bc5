use super::course::{Course, Ground};
use super::forward::{LANES, zeros};
use super::{Effort, Freedom, forward::Pass, train};
use crate::func::{Activation, Kind};
use crate::net::{Layer, Network, Neuron, RandomShape, random_network};
use crate::num::{Format, Rounding, quantize};
use crate::plan::{Engine, Plan};
use crate::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use crate::tune::{Aim, Judge};

/// Inputs of samples, from -1 to 1.
fn points(inputs: usize, rows: usize) -> Vec<f64> {
    (0..inputs * rows).map(|i| ((i * 7919 + 13) % 2003) as f64 / 1001.0 - 1.0).collect()
}

fn rounded(network: &Network, x: &[f64], bits: u32, granularity: Granularity) -> Option<Plan> {
    let options = QuantOptions { granularity, ..QuantOptions::new("trained", bits) };
    quantize_network(network, &Calibration::from_data(x), &options).ok()
}

/// Every output code of the engine, for the same inputs.
fn codes(plan: &Plan, x: &[f64]) -> Vec<i64> {
    let code = |(&v, &f): (&f64, &Format)| quantize(v, f, Rounding::HalfUp).expect("a number");
    Engine::new(plan).run(&x.iter().zip(plan.inputs.iter().cycle()).map(code).collect::<Vec<_>>())
}

/// A network with every kind of neuron.
fn mixed() -> Network {
    let neuron = |activation, kind| Neuron { activation, kind };
    let layer = |inputs: usize, neurons: Vec<Neuron>, phase: usize| {
        let weight = |i: usize| ((i * 37 + phase * 11) % 29) as f64 / 14.0 - 1.0;
        let weights = (0..inputs * neurons.len()).map(weight).collect();
        let bias = Some((0..neurons.len()).map(|i| weight(i + 5) / 2.0).collect());
        Layer { inputs, neurons, weights, bias }
    };
    let hidden = vec![
        neuron(Activation::Tanh, Kind::Ordinary),
        neuron(Activation::ParametricSoftplus { a: 0.3 }, Kind::Amplifying),
        neuron(Activation::Softplus, Kind::Attenuating { b: 1.0 }),
        neuron(Activation::None, Kind::Attenuating { b: 0.5 }),
        neuron(Activation::None, Kind::Ordinary),
    ];
    Network { layers: vec![layer(2, hidden, 1), layer(5, vec![Neuron::default(); 2], 2)] }
}

#[test]
fn the_pass_in_training_is_the_engine_to_the_bit() {
    let networks = (0..6).map(|seed| random_network(seed, RandomShape::default()));
    let mut compared = 0;
    for network in std::iter::once(mixed()).chain(networks) {
        let x = points(network.inputs(), 100);
        for (bits, granularity) in
            [(6, Granularity::Neuron), (9, Granularity::Value), (11, Granularity::Layer)]
        {
            let Some(plan) = rounded(&network, &x, bits, granularity) else { continue };
            let Some(course) = Course::of(&plan, &x, false) else { continue };
            let expected = codes(&plan, &x);
            let (outputs, formats) = (network.outputs(), plan.score_formats());
            course.outputs(&(0..100).collect::<Vec<_>>(), |row, results, lane| {
                for (o, block) in results.iter().enumerate() {
                    assert_eq!(
                        block[lane],
                        formats[o].value(expected[row * outputs + o]),
                        "row {row}, {bits} bits"
                    );
                    compared += 1;
                }
            });
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn gradients_of_fine_formats_are_those_of_the_real_network() {
    let (network, x) = (mixed(), points(2, LANES));
    let plan = rounded(&network, &x, 16, Granularity::Value).expect("a plan");
    let targets = vec![0.25; 2 * LANES];
    let rows: Vec<usize> = (0..LANES).collect();
    let judge = Judge::new(&Aim::Values(targets), &[1.0; 2]);
    let ground = Ground { x: &x, judge, seen: &rows, some: Vec::new(), held: &rows, batch: LANES, seed: 1 };
    let course = Course::of(&plan, &x, false).expect("exact sums");
    let mut gradients = zeros(&course.all);
    course.add(&ground, &rows, &mut Pass::of(&plan), &mut gradients);
    let loss = |n: &Network| n.eval_all(&x).iter().map(|y| (y - 0.25) * (y - 0.25) / 2.0).sum::<f64>();
    let step = 1e-5;
    for (l, layer) in network.layers.iter().enumerate() {
        for (n, gradients) in gradients[l].iter().enumerate() {
            for (i, &found) in gradients.iter().enumerate() {
                let at = |by: f64| {
                    let mut other = network.clone();
                    match (i < layer.inputs, &mut other.layers[l].bias) {
                        (true, _) => other.layers[l].weights[n * layer.inputs + i] += by,
                        (false, Some(bias)) => bias[n] += by,
                        _ => unreachable!("biases are there"),
                    }
                    loss(&other)
                };
                let slope = (at(step) - at(-step)) / (2.0 * step);
                assert!((found - slope).abs() < 4e-3 * (1.0 + slope.abs()), "{l} {n} {i}: {found}, {slope}");
            }
        }
    }
}

fn effort(freedom: Freedom) -> Effort {
    Effort { rounds: 2, epochs: 80, rates: vec![0.01, 0.001], freedom, ..Effort::default() }
}

#[test]
fn a_trained_plan_is_nearer_to_its_network_and_the_same_on_any_number_of_threads() {
    let (network, x) = (mixed(), points(2, 600));
    let aim = Aim::Values(network.eval_all(&x));
    let rows: Vec<usize> = (0..600).collect();
    let (seen, held) = rows.split_at(450);
    let before = rounded(&network, &x, 7, Granularity::Neuron).expect("a plan");
    let run = |threads: usize, freedom| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let mut plan = before.clone();
        let trained = pool.install(|| train(&mut plan, (&x, &aim), (seen, held), &effort(freedom)));
        (plan, trained.expect("exact sums"))
    };
    let (plan, trained) = run(1, Freedom::Neuron);
    assert_eq!((&plan, &trained), (&run(2, Freedom::Neuron).0, &run(2, Freedom::Neuron).1));
    assert!(trained.after < 0.8 * trained.before, "{trained:?}");
    // The error again, from the engine: that of values, in units of the output that varies most.
    let judge = Judge::new(&aim, &plan.score_formats().iter().map(|f| f.ulp()).collect::<Vec<_>>());
    let all = codes(&plan, &x);
    let error = |row: &usize| judge.error(*row, &all[2 * row..][..2]);
    let error = held.iter().map(error).sum::<f64>() / held.len() as f64;
    assert!((error - trained.after).abs() < 1e-12, "{error}, {trained:?}");
    // Formats that may not move do not.
    let (plan, _) = run(2, Freedom::None);
    let formats = |p: &Plan| {
        p.layers.iter().flat_map(|l| &l.neurons).map(|n| (n.weight, n.stage.clone())).collect::<Vec<_>>()
    };
    assert_eq!((formats(&plan), &plan.inputs), (formats(&before), &before.inputs));
    assert_ne!(plan, before);
}

#[test]
fn classes_are_found_more_often_and_wide_sums_are_left_alone() {
    let relu = Neuron { activation: Activation::Relu, kind: Kind::Ordinary };
    let mut network = mixed();
    network.layers[0].neurons = vec![relu; 5];
    network.layers[1] =
        Layer { neurons: vec![Neuron::default(); 3], weights: vec![], ..network.layers[1].clone() };
    network.layers[1].weights = (0..15).map(|i| ((i * 7) % 15) as f64 / 7.0 - 1.0).collect();
    network.layers[1].bias = Some(vec![0.1, -0.2, 0.3]);
    let x = points(2, 900);
    let scores = network.eval_all(&x);
    let decide = |row: &[f64]| (0..3).max_by(|&a, &b| row[a].total_cmp(&row[b])).expect("a class");
    let labels: Vec<usize> = scores.chunks(3).map(decide).collect();
    let aim = Aim::scores(scores, &labels);
    let rows: Vec<usize> = (0..900).collect();
    let mut plan = rounded(&network, &x, 5, Granularity::Neuron).expect("a plan");
    let right = |plan: &Plan| {
        let formats = plan.score_formats();
        let scores: Vec<f64> =
            codes(plan, &x).iter().zip(formats.iter().cycle()).map(|(&c, f)| f.value(c)).collect();
        scores.chunks(3).zip(&labels).filter(|(row, label)| decide(row) == **label).count()
    };
    let before = right(&plan);
    let trained =
        train(&mut plan, (&x, &aim), rows.split_at(700), &effort(Freedom::Neuron)).expect("exact sums");
    assert!(right(&plan) > before, "{before}, {}, {trained:?}", right(&plan));
    network.layers[0].neurons = vec![Neuron::default(); 5];
    let mut wide = rounded(&network, &x, 30, Granularity::Neuron).expect("a plan");
    let untouched = wide.clone();
    assert_eq!(train(&mut wide, (&x, &aim), rows.split_at(700), &effort(Freedom::Neuron)), None);
    assert_eq!(wide, untouched);
}
