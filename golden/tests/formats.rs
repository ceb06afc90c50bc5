//! Choice of formats: bits go where they tell something.

use gainstage_golden::func::{Activation, Kind};
use gainstage_golden::net::{Layer, Network, Neuron};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Engine, Plan, Stage};
use gainstage_golden::quant::{Calibration, Granularity, QuantError, QuantOptions, quantize_network};

/// One input, one hidden neuron with the weight `w`, one output with the weight 1.
fn network(activation: Activation, kind: Kind, w: f64) -> Network {
    let layer = |neuron, w| Layer { inputs: 1, neurons: vec![neuron], weights: vec![w], bias: None };
    Network { layers: vec![layer(Neuron { activation, kind }, w), layer(Neuron::default(), 1.0)] }
}

fn plan(network: &Network, bits: u32) -> Result<Plan, QuantError> {
    let options = QuantOptions {
        name: "test".into(),
        bits,
        granularity: Granularity::Layer,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    quantize_network(network, &Calibration::from_box(&[(-8.0, 8.0)]), &options)
}

fn z(plan: &Plan) -> Format {
    match plan.layers[0].neurons[0].stage {
        Stage::Activated { z, .. } => z,
        ref other => panic!("{other:?}"),
    }
}

/// The largest |plan - network| over every input code.
fn worst(network: &Network, plan: &Plan) -> f64 {
    let (x, y) = (plan.inputs[0], plan.output_formats()[0]);
    let codes: Vec<i64> = x.codes().collect();
    let outputs = Engine::new(plan).run(&codes);
    let error =
        |(&x_code, &y_code): (&i64, &i64)| (y.value(y_code) - network.eval_all(&[x.value(x_code)])[0]).abs();
    codes.iter().zip(&outputs).map(error).fold(0.0, f64::max)
}

#[test]
fn z_has_no_bits_beyond_the_asymptote() {
    // z reaches ±80, but tanh is 1 to half an ulp of 2^-10 from 4.2 on, the sigmoid from 7.6 on: 3 integer bits and a sign.
    for activation in [Activation::Tanh, Activation::Sigmoid] {
        let network = network(activation, Kind::Ordinary, 10.0);
        let plan = plan(&network, 12).expect("a plan");
        assert_eq!(z(&plan), Format::new(true, 12, 8).expect("a format"));
        // Half a step of z times the slope of 1 at most, and two roundings of h and y below 2 ulp in all.
        let step = 2.0f64.powi(-8);
        let limit = step / 2.0 + 2.0 * 2.0f64.powi(-10);
        let error = worst(&network, &plan);
        assert!(error < limit, "{error} is not below {limit}");
    }
}

#[test]
fn z_keeps_its_range_where_the_function_goes_on() {
    for activation in [Activation::None, Activation::Softplus, Activation::ParametricSoftplus { a: 0.3 }] {
        let plan = plan(&network(activation, Kind::Amplifying, 10.0), 12).expect("a plan");
        assert_eq!(z(&plan).frac, 4, "80 needs 7 integer bits and a sign");
    }
    // A calibrated range within the asymptote's is kept as well.
    let plan = plan(&network(Activation::Tanh, Kind::Ordinary, 0.1), 12).expect("a plan");
    assert_eq!(z(&plan).frac, 11);
}

#[test]
fn a_constant_that_h_cannot_hold_is_refused_and_not_changed() {
    let with = |b| plan(&network(Activation::Tanh, Kind::Attenuating { b }, 1.0), 12);
    assert!(with(0.25).is_ok());
    let text = with(1e-9).expect_err("b would be 0").to_string();
    assert!(
        text.contains("layer 0, neuron 0: b = 1e-9 rounds to 0 beside an h of 10 fraction bits"),
        "{text}"
    );
    assert!(text.contains("give h at least 15 fraction bits"), "{text}");
}
