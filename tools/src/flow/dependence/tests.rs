//! Dependence and importance of circuits whose functions are known.

use super::*;
use gainstage_golden::net::{Layer, Network, Neuron};
use gainstage_golden::plan::Argmax;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};

/// Sums of three inputs between -2 and 2, at 16 bits.
fn plan(rows: &[[f64; 3]]) -> Plan {
    let layer =
        Layer { inputs: 3, neurons: vec![Neuron::default(); rows.len()], weights: rows.concat(), bias: None };
    let options = QuantOptions {
        name: "sums".into(),
        bits: 16,
        granularity: Granularity::Layer,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    let network = Network { layers: vec![layer] };
    quantize_network(&network, &Calibration::from_box(&[(-2.0, 2.0); 3]), &options).expect("a plan")
}

/// Quarters from -2 to 1.75, each input in an order of its own.
fn inputs() -> Vec<[f64; 3]> {
    let quarter = |i: usize, by: usize, of: usize| ((i * by) % of) as f64 * 4.0 / of as f64 - 2.0;
    (0..256).map(|i| [quarter(i, 1, 16), quarter(i, 83, 256), quarter(i, 5, 16)]).collect()
}

/// The mean distance of two of a column: what a shuffle moves a value by on average.
fn distance(x: &[[f64; 3]], input: usize) -> f64 {
    let pairs = x.iter().flat_map(|a| x.iter().map(move |b| (a[input] - b[input]).abs()));
    pairs.sum::<f64>() / (x.len() * x.len()) as f64
}

#[test]
fn a_sum_follows_its_inputs_by_their_weights() {
    let x = inputs();
    let y: Vec<f64> = x.iter().flat_map(|x| [2.0 * x[1] - 0.5 * x[0], x[0]]).collect();
    let samples = Samples::new(3, 2, x.concat(), y).expect("samples");
    let plan = plan(&[[-0.5, 2.0, 0.0], [1.0, 0.0, 0.0]]);
    let found = dependence(&plan, &samples, None).expect("figures").expect("of three inputs");
    assert_eq!((found.samples, found.held_out, found.measure), (256, false, Counted::MeanAbsoluteError));
    assert!(found.error.iter().all(|e| *e < 1e-3), "{:?}", found.error);
    // x1 moves the first output by 2 of a span of about 10; x0 both, the second over all of its span; x2 none.
    assert_eq!(found.inputs.iter().map(|e| e.input).collect::<Vec<_>>(), [0, 1, 2]);
    for (effect, weights) in found.inputs.iter().zip([[-0.5, 1.0], [2.0, 0.0], [0.0, 0.0]]) {
        for (k, weight) in weights.iter().enumerate() {
            let expected = found.error[k] + f64::abs(*weight) * distance(&x, effect.input);
            let (low, high) = (0.9 * expected - 1e-3, 1.1 * expected + 1e-3);
            assert!((low..=high).contains(&effect.shuffled[k]), "{effect:?}: {expected}");
        }
        let course = effect.course.as_ref().expect("one of twelve");
        let mean = |i: usize| x.iter().map(|x| x[i]).sum::<f64>() / 256.0;
        for (v, means) in course.at.iter().zip(&course.mean) {
            // The others stay: their part of the sum is that of their means.
            let mut at = [mean(0), mean(1), mean(2)];
            at[effect.input] = *v;
            let expected = [2.0 * at[1] - 0.5 * at[0], at[0]];
            for (m, e) in means.iter().zip(expected) {
                assert!((m - e).abs() < 1e-3, "{means:?} at {v}: {expected:?}");
            }
        }
        assert_eq!(course.histogram.iter().sum::<u64>(), 256);
    }
    let unused = &found.inputs[2];
    assert_eq!((unused.importance, unused.deviation), (0.0, 0.0));
    // Sixteen values are all taken; of 256 as many as fit, from end to end.
    let course = |i: usize| found.inputs[i].course.as_ref().expect("one of twelve");
    assert_eq!(course(0).at.len(), 16);
    assert_eq!((course(1).at.len(), course(1).at[0], course(1).at[32]), (33, -2.0, 2.0 - 4.0 / 256.0));
}

#[test]
fn shares_of_classes_follow_the_input_that_decides() {
    let x = inputs();
    let labels: Vec<usize> = x.iter().map(|x| usize::from(x[2] > 0.5)).collect();
    let classes: Vec<String> = ["low", "high"].map(str::to_owned).to_vec();
    let samples = Samples::labelled(3, x.concat(), &labels, classes.clone()).expect("samples");
    // The second score is the larger one where x2 is above 1/2, to which the mean of both is added.
    let mut scores = plan(&[[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]]);
    scores.layers[0].neurons[1].bias = -(scores.layers[0].neurons[1].weights[2] * half(&scores) * 2);
    for argmax in [None, Some(Argmax { classes, ..Argmax::default() })] {
        let plan = Plan { argmax, ..scores.clone() };
        let found = dependence(&plan, &samples, None).expect("figures").expect("of three inputs");
        assert_eq!((found.measure, &found.error), (Counted::WrongClasses, &vec![0.0]));
        let first = &found.inputs[0];
        assert_eq!(first.input, 2);
        let course = first.course.as_ref().expect("a course");
        for (v, shares) in course.at.iter().zip(&course.mean) {
            let high = f64::from(u8::from(*v > 0.5));
            assert_eq!(shares, &[1.0 - high, high], "at {v}");
        }
        // A sample keeps its class where the shuffle brings a value of the same one.
        let p = labels.iter().sum::<usize>() as f64 / 256.0;
        assert!((first.shuffled[0] - 2.0 * p * (1.0 - p)).abs() < 0.08, "{first:?}");
        assert!(found.inputs[1..].iter().all(|e| e.importance == 0.0));
        assert_eq!(found, dependence(&plan, &samples, None).expect("figures").expect("the same again"));
    }
}

/// The code of one half at the third input.
fn half(plan: &Plan) -> i64 {
    quantize(0.5, plan.inputs[2], Rounding::HalfUp).expect("a number")
}

#[test]
fn one_input_has_a_curve_of_its_own() {
    let samples = Samples::new(1, 1, vec![0.0, 1.0], vec![0.0, 1.0]).expect("samples");
    let one = Plan { inputs: plan(&[[1.0; 3]]).inputs[..1].to_vec(), ..plan(&[[1.0; 3]]) };
    assert_eq!(dependence(&one, &samples, None).expect("no figures"), None);
}
