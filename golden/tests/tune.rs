//! Integer fine-tuning: what it says of an error is what the plan has, sample by sample, and the error never rises.

use gainstage_golden::approx::Table;
use gainstage_golden::net::{Network, RandomShape, random_network};
use gainstage_golden::num::{Rounding, quantize};
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use gainstage_golden::tune::{Aim, Effort, tune, tune_tables};
use proptest::prelude::*;

/// A random network with so many inputs and outputs, not fewer.
fn network(seed: u64, inputs: usize, outputs: usize, hidden: usize, width: usize) -> Network {
    let shape = RandomShape { inputs, outputs, hidden, width };
    let all = (0..).map(|k| random_network(1000 * k + seed, shape));
    all.into_iter().find(|n| n.inputs() == inputs && n.outputs() == outputs).expect("one of many")
}

fn plan(network: &Network, bits: u32, granularity: Granularity) -> Option<Plan> {
    let options = QuantOptions {
        name: "net".into(),
        bits,
        granularity,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    let calibration = Calibration::from_box(&vec![(-2.0, 2.0); network.inputs()]);
    quantize_network(network, &calibration, &options).ok()
}

/// Samples in the box, as values.
fn samples(inputs: usize, rows: usize) -> Vec<f64> {
    (0..rows * inputs).map(|k| (k as f64 * 0.754_877_666).fract() * 4.0 - 2.0).collect()
}

fn codes(plan: &Plan, x: &[f64]) -> Vec<i64> {
    let code = |(&v, &f)| quantize(v, f, Rounding::HalfUp).expect("finite");
    x.iter().zip(plan.inputs.iter().cycle()).map(code).collect()
}

/// The mean over the samples of Σ|y - t|, by the plain model; of several outputs each in units of its mean deviation, times
/// the largest.
fn mean_error(plan: &Plan, codes: &[i64], targets: &[f64]) -> f64 {
    let formats = plan.output_formats();
    let deviation = |o: usize| {
        let column: Vec<f64> = targets.chunks_exact(formats.len()).map(|t| t[o]).collect();
        let mean = column.iter().sum::<f64>() / column.len() as f64;
        column.iter().map(|t| (t - mean).abs()).sum::<f64>() / column.len() as f64
    };
    let deviations: Vec<f64> = (0..formats.len()).map(deviation).collect();
    let most = deviations.iter().copied().fold(0.0, f64::max);
    let scale = |o: usize| if deviations[o] > 0.0 { most / deviations[o] } else { 1.0 };
    let rows = codes.chunks_exact(plan.inputs.len());
    let count = rows.len() as f64;
    let errors = rows.zip(targets.chunks_exact(formats.len())).map(|(x, t)| {
        let y = plan.trace(x).pop().expect("outputs");
        (0..t.len()).map(|o| scale(o) * (formats[o].value(y[o]) - t[o]).abs()).sum::<f64>()
    });
    errors.sum::<f64>() / count
}

/// What tuning may not touch.
fn frame(plan: &Plan) -> Plan {
    let mut frame = plan.clone();
    for neuron in frame.layers.iter_mut().flat_map(|l| &mut l.neurons) {
        neuron.weights.iter_mut().for_each(|w| *w = 0);
        neuron.bias = 0;
    }
    frame
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_error_is_the_plans_and_does_not_rise(seed in 0u64..1000, bits in 4u32..17, value in any::<bool>()) {
        let network = network(seed, 2, 2, 2, 3);
        let granularity = if value { Granularity::Value } else { Granularity::Layer };
        let Some(before) = plan(&network, bits, granularity) else { return Ok(()) };
        let x = samples(2, 60);
        let (codes, targets) = (codes(&before, &x), network.eval_all(&x));
        let mut after = before.clone();
        let effort = Effort { passes: 2, ..Effort::default() };
        let tuned = tune(&mut after, &codes, &Aim::Values(targets.clone()), effort);
        prop_assert!(after.validate().is_ok());
        prop_assert_eq!(frame(&before), frame(&after));
        let (was, is) = (mean_error(&before, &codes, &targets), mean_error(&after, &codes, &targets));
        prop_assert!((tuned.before - was).abs() <= 1e-12 * was.max(1.0), "{} is {was}", tuned.before);
        prop_assert!((tuned.after - is).abs() <= 1e-12 * is.max(1.0), "{} is {is}", tuned.after);
        prop_assert!(is <= was, "{was} rose to {is}");
        prop_assert_eq!(tuned.moves == 0, before == after);
        let mut again = before.clone();
        prop_assert_eq!(tune(&mut again, &codes, &Aim::Values(targets), effort), tuned);
        prop_assert_eq!(again, after);
    }
}

/// Few bits lose most of a network; codes that move win most of it back, on samples that they were not moved by.
#[test]
fn few_bits_lose_less() {
    let (mut rounded, mut tuned) = (0.0, 0.0);
    for seed in 0..6 {
        let network = network(seed, 2, 1, 1, 6);
        let Some(before) = plan(&network, 6, Granularity::Neuron) else { continue };
        let all = samples(2, 1200);
        let (x, others) = all.split_at(800);
        let mut after = before.clone();
        tune(&mut after, &codes(&before, x), &Aim::Values(network.eval_all(x)), Effort::default());
        let targets = network.eval_all(others);
        let scale = targets.iter().map(|t| t.abs()).sum::<f64>() / targets.len() as f64;
        rounded += mean_error(&before, &codes(&before, others), &targets) / scale;
        tuned += mean_error(&after, &codes(&before, others), &targets) / scale;
    }
    println!("{rounded} becomes {tuned}");
    assert!(rounded > 0.0 && tuned < 0.8 * rounded, "{rounded} becomes {tuned}");
}

/// Labels that the plain model's scores decide: codes move until more of them are right.
#[test]
fn classes_are_found_more_often() {
    let network = network(3, 2, 3, 1, 6);
    let before = plan(&network, 5, Granularity::Neuron).expect("a plan");
    let x = samples(2, 600);
    let best = |row: &[f64]| (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).expect("scores");
    let labels: Vec<usize> = network.eval_all(&x).chunks_exact(3).map(best).collect();
    let codes = codes(&before, &x);
    let right = |plan: &Plan| {
        let found = codes.chunks_exact(2).map(|x| {
            let formats = plan.output_formats();
            let scores = plan.trace(x).pop().expect("scores");
            best(&scores.iter().zip(&formats).map(|(&c, f)| f.value(c)).collect::<Vec<_>>())
        });
        found.zip(&labels).filter(|(found, label)| found == *label).count()
    };
    let mut after = before.clone();
    let tuned = tune(&mut after, &codes, &Aim::scores(network.eval_all(&x), &labels), Effort::default());
    assert!(tuned.after < tuned.before, "{tuned:?}");
    assert!(right(&after) > right(&before), "{} of 600 become {}", right(&before), right(&after));
}

/// A price on adders: fewer signed digits for a little more error, and never a worse sum of both.
#[test]
fn a_price_on_adders_takes_digits_away() {
    let network = network(2, 2, 1, 1, 6);
    let before = plan(&network, 12, Granularity::Neuron).expect("a plan");
    let x = samples(2, 400);
    let (codes, targets) = (codes(&before, &x), network.eval_all(&x));
    let aim = Aim::Values(targets.clone());
    let mut tuned = before.clone();
    tune(&mut tuned, &codes, &aim, Effort::default());
    let mut cheap = tuned.clone();
    let price = 8.0;
    let found = tune(&mut cheap, &codes, &aim, Effort { price, ..Effort::default() });
    // Canonical signed digits by division, not by the trick with 3w.
    let digits = |mut w: i64| {
        let mut digits = 0;
        while w != 0 {
            if w % 2 != 0 {
                digits += 1;
                w -= 2 - w.rem_euclid(4);
            }
            w /= 2;
        }
        digits
    };
    let adders = |plan: &Plan| -> u64 {
        let of = |(l, n): (usize, usize)| {
            let formats = plan.input_formats(l);
            let weights = &plan.layers[l].neurons[n].weights;
            weights.iter().zip(formats).map(|(&w, f)| digits(w) * u64::from(f.width + 1)).sum::<u64>()
        };
        let all = plan.layers.iter().enumerate();
        all.flat_map(|(l, layer)| (0..layer.neurons.len()).map(move |n| (l, n))).map(of).sum()
    };
    assert_eq!(found.adders, [adders(&tuned), adders(&cheap)]);
    assert!(found.adders[1] < found.adders[0], "{found:?}");
    let share = |plan: &Plan| {
        mean_error(plan, &codes, &targets) / mean_error(&tuned, &codes, &targets)
            + price * adders(plan) as f64 / adders(&tuned) as f64
    };
    assert!(share(&cheap) < share(&tuned), "{found:?}");
}

/// Tables move too: the error said is the plan's, it does not rise, columns stay as wide, and certificates say what the tables do.
#[test]
fn tables_are_trained_within_their_widths() {
    let (mut moves, mut was, mut is) = (0, 0.0, 0.0);
    for (seed, bits) in [(1, 6), (4, 8), (5, 10), (9, 12)] {
        let network = network(seed, 2, 1, 2, 4);
        let before = plan(&network, bits, Granularity::Value).expect("a plan");
        let all = samples(2, 900);
        let (x, others) = all.split_at(1200);
        let (moved, targets) = (codes(&before, x), network.eval_all(x));
        let mut after = before.clone();
        let effort = Effort { passes: 2, ..Effort::default() };
        let tuned = tune_tables(&mut after, &moved, &Aim::Values(targets.clone()), effort);
        after.validate().expect("valid");
        after.recertify().expect("certificates hold");
        let errors = [&before, &after].map(|plan| mean_error(plan, &moved, &targets));
        assert!((tuned.before - errors[0]).abs() <= 1e-12 * errors[0].max(1.0), "{tuned:?} {errors:?}");
        assert!((tuned.after - errors[1]).abs() <= 1e-12 * errors[0].max(1.0), "{tuned:?} {errors:?}");
        assert!(errors[1] <= errors[0]);
        assert_eq!(tuned.moves == 0, before == after);
        for (old, new) in before.tables.iter().zip(&after.tables) {
            let widths = |t: &Table| -> Vec<u32> {
                t.columns().iter().map(|c| i64::BITS - c.hi.max(!c.lo).max(0).leading_zeros()).collect()
            };
            assert!(widths(new).iter().zip(widths(old)).all(|(new, old)| *new <= old));
            assert_eq!(
                Table { segments: old.segments.clone(), certificate: old.certificate.clone(), ..new.clone() },
                *old
            );
        }
        let targets = network.eval_all(others);
        let other = codes(&before, others);
        was += mean_error(&before, &other, &targets);
        is += mean_error(&after, &other, &targets);
        moves += tuned.moves;
    }
    println!("{moves} moves, {was} becomes {is} on other samples");
    assert!(moves > 0 && is < was, "{was} becomes {is}");
}
