//! Files are read back by the importer. That another program computes the same is for `make verify-onnx`.

mod machine;

use super::*;
use crate::func::{Activation, Formula, Kind};
use crate::net::{Layer, Network, Neuron, RandomShape, random_network};
use crate::num::Format;
use crate::onnx::tests::from_bytes;
use crate::plan::{Argmax, Plan, Stage, Tail};
use crate::quant::{Calibration, Granularity, QuantOptions, quantize_network, with_softmax};
use std::path::Path;

/// A network of two inputs with a neuron for each activation and kind, and two outputs.
fn model() -> Model {
    let formula = |text: &str, domain| Activation::Formula(Formula::new(text, domain).expect("a formula"));
    let activations = [
        Activation::None,
        Activation::Relu,
        Activation::LeakyRelu { slope: 0.25 },
        Activation::Elu,
        Activation::Softplus,
        Activation::ParametricSoftplus { a: 0.25 },
        Activation::Sigmoid,
        Activation::Tanh,
        formula("x*exp(-x^2)", None),
        formula("x^3-2*x", Some([-1.0, 2.0])),
        formula("log2(1+x^2)/(1+abs(x))-pi", None),
    ];
    let kinds = [Kind::Ordinary, Kind::Amplifying, Kind::Attenuating { b: 0.5 }];
    let neurons: Vec<Neuron> =
        activations.iter().flat_map(|a| kinds.map(|kind| Neuron { activation: a.clone(), kind })).collect();
    let count = neurons.len();
    let weights = |n: usize| (0..n).map(|k| ((k * 37 % 23) as f64 - 11.0) / 16.0).collect::<Vec<f64>>();
    let first = Layer { inputs: 2, weights: weights(2 * count), bias: Some(weights(count)), neurons };
    let linear = vec![Neuron { activation: Activation::None, kind: Kind::Ordinary }; 2];
    let last = Layer { inputs: count, weights: weights(2 * count), bias: None, neurons: linear };
    Model::new("all", Network { layers: vec![first, last] }, Vec::new())
}

#[test]
fn a_model_is_read_back_with_the_same_outputs() {
    let model = model();
    let read = from_bytes(model_to_onnx(&model).expect("small numbers"), Path::new("."), "all")
        .unwrap_or_else(|e| panic!("{e}"));
    for k in 0..200 {
        let x = [f64::from(k % 17) / 4.0 - 2.0, f64::from(k % 29) / 8.0 - 1.5];
        let (expected, found) = (model.network.eval(&x), read.model.network.eval(&x));
        for (e, f) in expected.iter().zip(&found) {
            assert!((e - f).abs() < 1e-5 * (1.0 + e.abs()), "{x:?}: {found:?}, not {expected:?}");
        }
    }
}

#[test]
fn what_32_bits_do_not_hold_is_refused() {
    let mut model = model();
    model.network.layers[1].weights[3] = -1e39;
    let text = model_to_onnx(&model).expect_err("too large").to_string();
    assert!(
        text.starts_with("layer 1: -1e39 is beyond the 32-bit floating-point numbers of the file"),
        "{text}"
    );
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_the_reader_says_what_it_is() {
    let h = Format::new(true, 8, 4).expect("a format");
    let plan = Plan::of_attenuator("unit", 3, h, Format::new(true, 10, 6).expect("a format"));
    let bytes = plan_to_onnx(plan.valid().expect("valid"), false);
    assert_eq!(bytes, plan_to_onnx(plan.valid().expect("valid"), false));
    let text = from_bytes(bytes, Path::new("."), "unit").expect_err("whole numbers").to_string();
    assert!(text.contains("input \"x\": it is not a tensor of real numbers"), "{text}");
}

/// A plan of a random network.
fn random_plan(seed: u64, bits: u32) -> Option<Plan> {
    let network = random_network(seed, RandomShape { inputs: 3, outputs: 3, hidden: 2, width: 4 });
    let options = QuantOptions {
        name: "net".into(),
        bits,
        granularity: [Granularity::Layer, Granularity::Neuron, Granularity::Value][seed as usize % 3],
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    let ranges = vec![(-2.0, 2.0); network.layers[0].inputs];
    let mut plan = quantize_network(&network, &Calibration::from_box(&ranges), &options).ok()?;
    if seed % 8 == 5 {
        return with_softmax(plan, 2 + bits % 8, 1.0, Vec::new(), &Default::default()).ok();
    }
    let count = Argmax::count(plan.score_formats().len());
    let decision = |top, margin| Some(Argmax { top, margin, ..Argmax::default() });
    plan.argmax = match seed % 8 {
        0 | 4 => decision(1, false),
        1 => decision(1, true),
        3 => decision(count, false),
        6 => decision(2, true),
        _ => None,
    };
    plan.valid().is_ok().then_some(plan)
}

/// Codes of a plan's inputs: ends, and what a counter that steps widely gives.
fn codes(plan: &Plan, sample: u64) -> Vec<i64> {
    let code = |(i, f): (usize, &Format)| {
        let span = f.max_code() - f.min_code() + 1;
        let step = sample.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17 * i as u32) >> 1;
        match (sample >> i) % 8 {
            0 => f.min_code(),
            1 => f.max_code(),
            _ => f.min_code() + (step % span as u64) as i64,
        }
    };
    plan.inputs.iter().enumerate().map(code).collect()
}

/// Compares a plan with its file on so many samples.
fn check(plan: &Plan, samples: u64) {
    let file = plan_to_onnx(plan.valid().unwrap_or_else(|e| panic!("{e}")), false);
    for sample in 0..samples {
        let x = codes(plan, sample);
        let expected = plan.trace(&x).pop().expect("outputs");
        assert_eq!(machine::run(&file, &x), expected, "{x:?}");
    }
}

#[test]
fn random_plans_have_the_same_codes() {
    let (mut plans, mut tails) = (0, [0; 4]);
    for seed in 0..16 {
        let Some(plan) = random_plan(seed, 5 + seed as u32 % 9) else { continue };
        check(&plan, 60);
        plans += 1;
        for neuron in plan.layers.iter().flat_map(|l| &l.neurons) {
            match neuron.stage {
                Stage::Fused { .. } => tails[0] += 1,
                Stage::Activated { tail: Tail::Ordinary, .. } => tails[1] += 1,
                Stage::Activated { tail: Tail::Amplifying, .. } => tails[2] += 1,
                Stage::Activated { tail: Tail::Attenuating { .. }, .. } => tails[3] += 1,
                Stage::Linear { .. } => {}
            }
        }
    }
    assert!(plans >= 8 && tails[1..].iter().all(|&n| n > 3), "{plans} {tails:?}");
}

#[test]
fn units_in_formats_far_apart_have_the_same_codes() {
    for (h, y) in [(0, 0), (8, -4), (-6, 9), (20, 20), (-20, -20), (-12, 30), (25, -40)] {
        let format = |width, frac| Format::new(true, width, frac).expect("a format");
        for b in [1, 37, 1 << 20] {
            let plan = Plan::of_attenuator("unit", b, format(9, h), format(12, y));
            if plan.valid().is_ok() {
                check(&plan, 200);
            }
        }
        check(&Plan::of_squarer("unit", format(9, h), format(12, y)), 200);
    }
}
