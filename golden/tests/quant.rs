//! Rounding that corrects itself, and the search for widths, judged by the integer engine on points of their own.

use gainstage_golden::approx::{Demand, Effort, GenericCost, approximate_with};
use gainstage_golden::data::Metrics;
use gainstage_golden::func::{Activation, Function};
use gainstage_golden::net::{Layer, Network, Neuron, RandomShape, random_network};
use gainstage_golden::num::{Rounding, quantize};
use gainstage_golden::plan::{Engine, Plan, Stage};
use gainstage_golden::quant::{
    Calibration, Conditioned, Granularity, LayerBits, QuantOptions, Refinement, quantize_network,
    quantize_refined, quiet_network, smallest_widths,
};
use std::cell::Cell;

fn options(bits: u32) -> QuantOptions {
    QuantOptions {
        name: "net".into(),
        bits,
        granularity: Granularity::Value,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    }
}

fn network(seed: u64) -> Network {
    random_network(seed, RandomShape { inputs: 1, outputs: 1, hidden: 2, width: 4 })
}

/// Root mean square distance from the real-valued network, on points between the calibration's.
fn distance(plan: &Plan, network: &Network) -> f64 {
    let x: Vec<f64> = (0..3001).map(|i| -1.999 + 3.998 * i as f64 / 3000.0).collect();
    let codes: Vec<i64> = x.iter().map(|&v| quantize(v, plan.inputs[0], Rounding::HalfUp).unwrap()).collect();
    let format = plan.output_formats()[0];
    let y: Vec<f64> = Engine::new(plan).run(&codes).iter().map(|&c| format.value(c)).collect();
    Metrics::of(&y, &network.eval_all(&x)).unwrap().rmse
}

/// Columns near 50,000 and 0.002, and one with an offset of a thousand times its span.
#[test]
fn conditioned_inputs_are_the_same_network_and_an_exact_subtraction() {
    let ranges = [(20_000.0, 60_000.0), (0.002, 0.0064), (1012.75, 1013.75)];
    let shape = RandomShape { inputs: 3, outputs: 2, hidden: 1, width: 5 };
    let mut network = (0..).map(|seed| random_network(seed, shape)).find(|n| n.inputs() == 3).expect("one");
    let first = &mut network.layers[0];
    first.weights.iter_mut().zip(ranges.iter().cycle()).for_each(|(w, (lo, hi))| *w /= hi - lo);
    let calibration = Calibration::from_box(&ranges);
    let conditioned = Conditioned::of(&network, &calibration).expect("it needs it");
    let all = conditioned.network();
    for (y, t) in all.eval_all(&calibration.points).iter().zip(network.eval_all(&calibration.points)) {
        assert!((y - t).abs() < 1e-6 * (1.0 + t.abs()), "{y} for {t}");
    }
    let inner =
        quantize_network(&conditioned.inner, &conditioned.points(&calibration), &options(10)).unwrap();
    let plan = conditioned.plan(inner).unwrap();
    assert_eq!(plan.layers.len(), network.layers.len() + 1);
    for point in calibration.points.chunks_exact(3).step_by(37) {
        let codes: Vec<i64> = point
            .iter()
            .zip(&plan.inputs)
            .map(|(&v, &f)| quantize(v, f, Rounding::HalfUp).unwrap())
            .collect();
        let trace = plan.trace(&codes);
        for (i, (&code, &y)) in codes.iter().zip(&trace[0]).enumerate() {
            assert!(plan.inputs[i].contains(code) && plan.inputs[i].value(code) <= 2.0 * ranges[i].1);
            // Powers of two and offsets of few bits: f64 has the difference without error.
            let exact = all.layers[0]
                .sum(i, &codes.iter().zip(&plan.inputs).map(|(&c, f)| f.value(c)).collect::<Vec<_>>());
            assert_eq!(plan.input_formats(1)[i].value(y), exact, "input {i}");
        }
    }
    // Columns of one size around 0 are left alone.
    assert_eq!(
        Conditioned::of(&network, &Calibration::from_box(&[(-1.0, 1.0), (0.0, 2.0), (-3.0, 0.0)])),
        None
    );
}

#[test]
fn corrected_rounding_is_closer_than_rounding_to_the_nearest() {
    let (mut gain, mut networks) = (0.0, 0);
    let calibration = Calibration::from_box(&[(-2.0, 2.0)]);
    for seed in 0..8 {
        let network = network(seed);
        let how = Refinement { points: 300, loud: 0, first: 6, steps: 2 };
        let Ok(nearest) = quantize_network(&network, &calibration, &options(8)) else { continue };
        let refined = quantize_refined(&network, &calibration, &options(8), how).unwrap();
        if seed == 0 {
            let again = quantize_refined(&network, &calibration, &options(8), how).unwrap();
            assert_eq!(refined, again, "the same bits every time");
        }
        // Widths are those asked for.
        for n in refined.layers.iter().flat_map(|l| &l.neurons) {
            assert_eq!(n.weight.width, 8);
            match n.stage {
                Stage::Linear { y } => assert_eq!(y.width, 8),
                Stage::Fused { z, table } => {
                    assert_eq!((z.width, refined.tables[table].output.width), (8, 8))
                }
                Stage::Activated { z, h, y, .. } => assert_eq!((z.width, h.width, y.width), (8, 8, 8)),
            }
        }
        let (a, b) = (distance(&nearest, &network), distance(&refined, &network));
        // The points are others than those it was chosen by.
        assert!(b < 1.05 * a, "seed {seed}: {b} after {a}");
        networks += 1;
        gain += (a / b).ln();
    }
    let mean = (gain / f64::from(networks)).exp();
    assert!(networks >= 6 && mean > 1.04, "{networks} networks, {mean} times closer");
}

#[test]
fn a_quiet_network_says_the_same_and_loses_less_by_rounding() {
    let calibration = Calibration::from_box(&[(-2.0, 2.0)]);
    let how = Refinement { points: 300, loud: 20, first: 20, steps: 0 };
    let (mut gain, mut networks) = (0.0, 0);
    for seed in 0..6 {
        let shape = RandomShape { inputs: 1, outputs: 1, hidden: 3, width: 7 };
        let (network, options) = (random_network(seed, shape), options(12));
        let Ok(nearest) = quantize_network(&network, &calibration, &options) else { continue };
        let quiet = quiet_network(&network, &calibration, &options, how).unwrap();
        let rounded = quantize_network(&quiet, &calibration, &options).unwrap();
        gain += (distance(&nearest, &network) / distance(&rounded, &network)).ln();
        networks += 1;
    }
    let mean = (gain / f64::from(networks)).exp();
    assert!(networks >= 4 && mean > 1.1, "{networks} networks, {mean} times closer");
}

#[test]
fn guard_bits_widen_table_arguments_and_nothing_else() {
    let (network, calibration) = (network(3), Calibration::from_box(&[(-2.0, 2.0)]));
    let with = |guard| {
        let weights = Some(20);
        let layers = vec![LayerBits { weights, guard, ..LayerBits::default() }; network.layers.len()];
        QuantOptions { layers, ..options(8) }
    };
    let plain = quantize_network(&network, &calibration, &with(None)).unwrap();
    let guarded = with(Some(3));
    let wide = quantize_network(&network, &calibration, &guarded).unwrap();
    let z = |plan: &Plan| -> Vec<u32> {
        let neurons = plan.layers.iter().flat_map(|l| &l.neurons);
        neurons
            .filter_map(|n| match n.stage {
                Stage::Linear { .. } => None,
                Stage::Activated { z, .. } | Stage::Fused { z, .. } => Some(z.width),
            })
            .collect()
    };
    assert!(!z(&plain).is_empty() && z(&plain).iter().all(|&w| w == 8), "{:?}", z(&plain));
    assert!(z(&wide).iter().all(|&w| w == 11), "{:?}", z(&wide));
    for (a, b) in plain.layers.iter().zip(&wide.layers) {
        for (a, b) in a.neurons.iter().zip(&b.neurons) {
            assert_eq!((a.weight, &a.weights, a.bias), (b.weight, &b.weights, b.bias));
        }
    }
    assert_eq!(plain.output_formats(), wide.output_formats());
    assert!(distance(&wide, &network) < distance(&plain, &network));
    // Widths that are searched for keep them.
    let make = |o: &QuantOptions| quantize_network(&network, &calibration, o);
    let good = |plan: &Plan| distance(plan, &network) < 0.05;
    let (found, plan) = smallest_widths(&guarded, network.layers.len(), make, good).unwrap().unwrap();
    assert!(found.layers.iter().all(|l| l.guard == Some(3)));
    assert!(good(&plan) && z(&plan).iter().all(|&w| w <= 11));
}

#[test]
fn the_smallest_widths_are_good_and_smaller_ones_are_not() {
    let network = network(1);
    let calibration = Calibration::from_box(&[(-2.0, 2.0)]);
    let make = |o: &QuantOptions| quantize_network(&network, &calibration, o);
    let good = |plan: &Plan| distance(plan, &network) < 0.01;
    let (found, plan) = smallest_widths(&options(16), 3, make, good).unwrap().expect("16 bits are enough");
    assert!(good(&plan) && found.bits < 16);
    assert_eq!(make(&found).unwrap(), plan);
    // Widths are refused by what rough tables give.
    let demand = Demand { effort: Effort::Rough, ..Demand::default() };
    let narrower = QuantOptions { bits: found.bits - 1, demand: demand.clone(), ..options(16) };
    assert!(make(&narrower).map_or(true, |p| !good(&p)), "{} bits would do", narrower.bits);
    for l in 0..3 {
        let mut less = QuantOptions { demand: demand.clone(), ..found.clone() };
        let now = less.layers[l].weights.unwrap_or(found.bits);
        assert!(now <= found.bits);
        if now > 4 && l == 2 {
            // The last layer was tried last: one bit less was not good.
            let width = Some(now - 1);
            less.layers[l] =
                LayerBits { weights: width, z: width, h: width, y: width, guard: None, scores: None };
            assert!(make(&less).map_or(true, |p| !good(&p)));
        }
    }
    assert!(smallest_widths(&options(16), 3, make, |_| false).unwrap().is_none());
}

/// Widths are tried with rough tables; what is returned holds with the final ones, if need be a step wider.
#[test]
fn widths_grow_where_the_final_tables_lose_more() {
    let network = network(1);
    let calibration = Calibration::from_box(&[(-2.0, 2.0)]);
    let (effort, finals) = (Cell::new(Effort::Usual), Cell::new(0));
    let make = |o: &QuantOptions| {
        effort.set(o.demand.effort);
        finals.set(finals.get() + usize::from(effort.get() == Effort::Usual));
        quantize_network(&network, &calibration, o)
    };
    let search = |refused: usize| {
        finals.set(0);
        // The first final plans are refused, as if their tables lost more than the rough ones.
        let good = |plan: &Plan| {
            let refuse = effort.get() == Effort::Usual && finals.get() <= refused;
            !refuse && distance(plan, &network) < 0.01
        };
        let (found, plan) =
            smallest_widths(&options(16), 3, make, good).unwrap().expect("16 bits are enough");
        assert!(found.demand.effort == Effort::Usual && finals.get() > refused);
        assert_eq!(quantize_network(&network, &calibration, &found).unwrap(), plan);
        let layers = found.layers.iter().map(|l| l.weights.unwrap_or(found.bits));
        layers.sum::<u32>()
    };
    let widths = [0, 1, 2].map(search);
    assert!(widths[0] < widths[1] && widths[1] < widths[2], "{widths:?}");
}

/// A plan's tables are those that a search on its own gives, whatever was made before and side by side.
#[test]
fn tables_made_together_are_those_made_alone() {
    let calibration = Calibration::from_box(&[(-2.0, 2.0)]);
    for effort in [Effort::Usual, Effort::Rough] {
        let demand = Demand { effort, ..Demand::default() };
        let how = QuantOptions { demand: demand.clone(), ..options(10) };
        let plan = quantize_network(&network(3), &calibration, &how).unwrap();
        assert!(plan.tables.len() > 2);
        for table in &plan.tables {
            let function = Function { activation: table.activation.clone(), kind: table.kind };
            let alone = approximate_with(&function, table.input, table.output, &demand, &GenericCost);
            assert_eq!(*table, alone.unwrap());
            assert!(table.certificate.worst_ulp < 1.0 && table.check_certificate().unwrap());
        }
    }
}

/// A neuron that hardly answers has a range of its own, and asks for so fine a format that the exact sum behind it would
/// have no bits left for its bias.
#[test]
fn a_neuron_that_hardly_answers_clips_no_bias() {
    let dead = Neuron::default();
    let live = Neuron { activation: Activation::Tanh, ..Neuron::default() };
    let layer = |inputs, neurons, weights: &[f64], bias: &[f64]| Layer {
        inputs,
        neurons,
        weights: weights.to_vec(),
        bias: Some(bias.to_vec()),
    };
    for answer in [2.8e-6, 1e-12, 1e-200] {
        let hidden = layer(1, vec![live.clone(), dead.clone()], &[1.0, answer], &[0.1, 0.0]);
        let sum = layer(2, vec![Neuron::default()], &[1.5, -7.0], &[9.3]);
        let network = Network { layers: vec![hidden, sum] };
        for granularity in [Granularity::Layer, Granularity::Neuron, Granularity::Value] {
            for bits in [8, 12, 16, 18, 20, 24] {
                // The table of tanh is not what is asked here.
                let z = LayerBits { z: Some(bits.min(14)), h: Some(bits.min(14)), ..LayerBits::default() };
                let options = QuantOptions { granularity, layers: vec![z], ..options(bits) };
                let plan =
                    quantize_network(&network, &Calibration::from_box(&[(-2.0, 2.0)]), &options).unwrap();
                let (found, least) = (distance(&plan, &network), 16.0 * 2f64.powi(1 - bits.min(14) as i32));
                assert!(found < least, "{answer}, {granularity:?}, {bits} bits: {found}");
            }
        }
    }
}
