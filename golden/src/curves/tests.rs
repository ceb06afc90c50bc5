//! Circuits of one input, judged by arguments that no sample has.

use super::circuit::centre;
use super::fit::{fit, start};
use super::maker::{Maker, finished};
use super::network::Pass;
use super::sweep::{Stops, judge, ports, widths};
use super::{Candidate, Scale, sweep};
use crate::approx::GenericCost;
use crate::data::Samples;
use crate::edge::{EdgeError, Port, Search, split};
use crate::num::{Format, Rounding, quantize};

const ENDLESS: Stops = Stops { trained: &|| false, tried: &|| false, made: &|| false };

fn search(fixed: Option<Format>) -> Search {
    Search { fixed: vec![fixed], seed: 7 }
}

fn port(c: &Candidate) -> Port {
    c.curves.circuit.ports[0]
}

fn samples(rows: i32, f: impl Fn(f64) -> Vec<f64>) -> Samples {
    let x: Vec<f64> = (0..rows).map(|k| 900.0 + f64::from(k * 7919 % 2771)).collect();
    let y: Vec<f64> = x.iter().flat_map(|&x| f(x)).collect();
    Samples::new(1, y.len() / x.len(), x, y).expect("samples")
}

/// Root mean square error of a plan on arguments that no sample has, in deviations, output by output.
fn errors(c: &Candidate, samples: &Samples, f: impl Fn(f64) -> Vec<f64>) -> Vec<f64> {
    let outputs = samples.outputs();
    let plan = c.curves.plan("f").expect("a plan");
    let format = plan.inputs[0];
    let grid: Vec<f64> = (910..3600).map(f64::from).collect();
    let off = |o: usize| {
        let one = |&x: &f64| {
            let code = quantize(x, format, Rounding::HalfUp).expect("inside");
            let found = plan.trace(&[code]).pop().expect("outputs")[o];
            plan.score_formats()[o].value(found) - f(x)[o]
        };
        let square = grid.iter().map(|x| one(x).powi(2)).sum::<f64>() / grid.len() as f64;
        let y: Vec<f64> = samples.y().iter().skip(o).step_by(outputs).copied().collect();
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        let spread = y.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / y.len() as f64;
        (square / spread).sqrt()
    };
    (0..outputs).map(off).collect()
}

/// What a candidate says of itself is what its integers are, on arguments between the samples; the best are good.
#[test]
fn the_error_is_that_of_the_integers() {
    let f = |x: f64| vec![libm::log(x / 4096.0), 1e6 * libm::sin(x / 400.0)];
    let samples = samples(600, f);
    let found = sweep(&samples, &search(None), &GenericCost, ENDLESS).expect("circuits");
    assert!(found.len() > 20, "{}", found.len());
    let best = found.iter().map(|c| c.error).fold(f64::INFINITY, f64::min);
    assert!(best < 2e-4, "{best}");
    for c in &found {
        let own = errors(c, &samples, f);
        let mean = (own.iter().map(|e| e * e).sum::<f64>() / 2.0).sqrt();
        let same = (0.8..1.25).contains(&(mean / c.error)) || mean.max(c.error) < 4e-4;
        assert!(same, "{own:?} {}", c.error);
    }
}

/// An integer column ends the search at its own resolution: no argument has fractions.
#[test]
fn arguments_are_no_finer_than_the_samples() {
    let (samples, adc) = (samples(600, |x| vec![x * x]), Format { signed: false, width: 12, frac: 0 });
    for fixed in [None, Some(adc)] {
        let found = sweep(&samples, &search(fixed), &GenericCost, ENDLESS).expect("circuits");
        assert!(found.iter().all(|c| port(c).format.frac <= 0));
        assert!(found.iter().any(|c| port(c).format.frac == 0 && port(c).bits == 12));
        assert!(fixed.is_none() || found.iter().all(|c| port(c).format == adc));
        // Of a fixed port low bits are dropped: the plan still is what the candidate says.
        let coarse: Vec<&Candidate> = found.iter().filter(|c| port(c).shift > 1).collect();
        assert_eq!(coarse.len() > 3, fixed.is_some());
        for c in coarse {
            let own = errors(c, &samples, |x| vec![x * x])[0];
            assert!((0.9..1.1).contains(&(own / c.error)), "{:?}: {own} {}", port(c), c.error);
        }
    }
}

#[test]
fn what_cannot_be_learned_is_refused() {
    let find = |samples: &Samples| sweep(samples, &search(None), &GenericCost, ENDLESS).map(|c| c.len());
    assert!(matches!(find(&samples(20, |_| vec![3.0])), Err(EdgeError::Constant { output: 0, .. })));
    let flat = Samples::new(1, 1, vec![2.0; 20], (0..20).map(f64::from).collect()).expect("samples");
    assert!(matches!(find(&flat), Err(EdgeError::ConstantInputs)));
    let none = Samples::new(1, 0, vec![1.0, 2.0], Vec::new()).expect("samples");
    assert!(matches!(find(&none), Err(EdgeError::NoTargets)));
    let line = |rows: u8| {
        let x: Vec<f64> = (0..rows).map(f64::from).collect();
        Samples::new(1, 1, x.clone(), x).expect("samples")
    };
    assert!(matches!(find(&line(9)), Err(EdgeError::Few(9))));
    assert!(find(&line(10)).expect("circuits") > 0);
    assert_eq!(
        sweep(&line(10), &search(None), &GenericCost, Stops { tried: &|| true, ..ENDLESS })
            .expect("stopped")
            .len(),
        0
    );
}

/// Samples of two inputs in raw units; the targets are their product and their quotient.
fn two_inputs(rows: i32) -> Samples {
    let unit = |k: i32| f64::from(k % 1009) / 1008.0;
    let x: Vec<f64> =
        (0..rows).flat_map(|k| [20_000.0 + 9e4 * unit(k * 313), 0.5 + unit(k * k + 7 * k)]).collect();
    let y = x.chunks(2).flat_map(|x| [x[0] * x[1], 1e-6 * x[0] / x[1]]).collect();
    Samples::new(2, 2, x, y).expect("samples")
}

/// Hidden sums find a product and a quotient; the error of a circuit is that of its plan's integers on samples held out.
#[test]
fn networks_of_curves_find_a_product() {
    let samples = two_inputs(300);
    let search = Search { fixed: vec![None; 2], seed: 7 };
    let (held, used) = split(samples.rows(), &search).expect("parts");
    let (scale, judge) = (Scale::of(&samples), judge(&samples, &held));
    let data = scale.data(&samples, &used);
    let mut network = start(&data, 3, [6, 6], 0);
    fit(&mut network, &data, 1e-7, &|| false);
    let maker = Maker {
        network: &network,
        scale: &scale,
        seen: &data,
        judge: &*judge,
        cost: &GenericCost,
        stops: ENDLESS,
    };
    let ports = ports(&samples, &search).expect("ports");
    for (ports, bits, most) in [(&ports[2], 6, 0.25), (&ports[7], 11, 1e-2)] {
        let mut best = f64::INFINITY;
        for c in finished(maker.tries(widths(ports, bits, bits as i32 - 3..=bits as i32 - 3))) {
            let square = mean_square(&c, &samples, &held);
            assert!((square.sqrt() / c.error - 1.0).abs() < 1e-3, "{} {}", square.sqrt(), c.error);
            best = best.min(c.error);
        }
        // Arguments of few bits stand for the middle of what they hold: elsewhere the error is far larger.
        assert!(best < most, "{bits} bits: {best}");
    }
}

/// The middle of an argument is the mean of the codes that have it.
#[test]
fn arguments_stand_for_their_middle() {
    let format = Format { signed: true, width: 12, frac: 2 };
    let port = Port { format, offset: -48, shift: 3, bits: 5 };
    for z in 1..30 {
        let codes: Vec<i64> = format.codes().filter(|&c| port.argument(c) == z).collect();
        let mean = codes.iter().map(|&c| format.value(c)).sum::<f64>() / codes.len() as f64;
        assert_eq!((codes.len(), centre(&port, z)), (8, mean));
    }
}

/// The mean square error of a plan on some samples, in deviations.
fn mean_square(c: &Candidate, samples: &Samples, rows: &[usize]) -> f64 {
    let plan = c.curves.plan("f").expect("a plan");
    let (formats, scales) = (plan.score_formats(), Scale::of(samples).outputs);
    let off = |&row: &usize| {
        let code = |(i, x): (usize, &f64)| quantize(*x, plan.inputs[i], Rounding::HalfUp).expect("inside");
        let codes: Vec<i64> = samples.input(row).iter().enumerate().map(code).collect();
        let y = plan.trace(&codes).pop().expect("outputs");
        let one = |o: usize| ((formats[o].value(y[o]) - samples.target(row)[o]) / scales[o].1).powi(2);
        (0..y.len()).map(one).sum::<f64>() / y.len() as f64
    };
    rows.iter().map(off).sum::<f64>() / rows.len() as f64
}

/// Derivatives are what small changes of coefficients show.
#[test]
fn gradients_are_those_of_finite_differences() {
    let data = Scale::of(&two_inputs(5)).data(&two_inputs(5), &[0, 1, 2, 3, 4]);
    for hidden in [0, 3] {
        let mut network = start(&data, hidden, [5, 7], 1);
        network.theta.iter_mut().enumerate().for_each(|(k, t)| *t += 0.1 * (k as f64).sin());
        let (mut pass, mut row) = (Pass::default(), Vec::new());
        for (s, o) in [(0, 0), (3, 1)] {
            network.forward(data.row(s).0, &mut pass);
            network.gradient(&pass, o, &mut row);
            let mut found = vec![0.0; network.theta.len()];
            row.iter().for_each(|(k, d)| found[*k] += d);
            for (k, found) in found.iter().enumerate() {
                let at = |by: f64| {
                    let mut moved = network.clone();
                    moved.theta[k] += by;
                    let mut pass = Pass::default();
                    moved.forward(data.row(s).0, &mut pass);
                    pass.outputs[o]
                };
                let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((slope - found).abs() < 1e-6, "{k}: {slope} {found}");
            }
        }
    }
}
