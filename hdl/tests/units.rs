//! Units and networks as graphs against golden, without a simulator: every code where the space allows.

use gainstage_golden::approx::{BitCost, Demand, Segments, TableShape, approximate, approximate_with};
use gainstage_golden::func::{Activation, Function, Kind};
use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Argmax, Softmax, attenuate, square};
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use gainstage_hdl::arch::parallel;
use gainstage_hdl::device::{Divider, Division, Family, Target};
use gainstage_hdl::expr::Graph;
use gainstage_hdl::module::Module;
use gainstage_hdl::units::{self, Attenuation, Multiplier, Products, Rows};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn s(width: u32, frac: i32) -> Format {
    Format::new(true, width, frac).unwrap()
}

fn u(width: u32, frac: i32) -> Format {
    Format::new(false, width, frac).unwrap()
}

/// By multipliers, by blocks of 16 bits, by rows of adders.
fn ways() -> [Products; 3] {
    let ice40 = Target::new(Family::Ice40);
    [Products::PLAIN, Products::of(&ice40), Products::of(&ice40.clone().with_dsp(false))]
}

#[test]
fn squarer_on_every_code() {
    for (h, y) in [
        (s(8, 4), s(8, 2)),
        (s(8, 4), u(16, 8)),
        (u(8, 4), s(6, -3)),
        (s(12, -2), s(12, -8)),
        (s(10, 14), s(12, 20)),
        (s(2, 0), s(2, 0)),
        (s(16, 11), s(16, 8)),
    ] {
        for products in ways() {
            let g = units::squarer(h, y, &products);
            for k in h.codes() {
                assert_eq!(g.evaluate(&[k]), [square(k, h, y)], "h = {k} in {h}, y in {y}, {products:?}");
            }
        }
    }
}

#[test]
fn attenuator_on_every_code() {
    let ways = [
        (Divider::Auto, None),
        (Divider::Radix2, Some(1)),
        (Divider::Radix2, Some(3)),
        (Divider::Radix4, None),
        (Divider::Radix4, Some(2)),
        (Divider::Corrected, None),
    ];
    for (b, h, y) in [
        (1 << 8, s(8, 4), s(8, 7)),
        (1 << 12, s(12, 6), s(12, 11)),
        (1, s(10, 0), s(10, 9)),
        (5000, s(10, 4), s(6, 9)),
        (1 << 20, s(8, 10), s(12, 12)),
        (300, u(9, 4), u(8, 8)),
        (77, s(6, 3), s(8, -4)),
        (9, s(6, 0), s(8, 3)),
        (1 << 22, s(16, 11), s(16, 15)),
    ] {
        let expected: Vec<i64> = h.codes().map(|k| attenuate(k, b, h, y)).collect();
        for (divider, rows_per_clock) in ways {
            let target = Target::new(Family::Ecp5).with_division(Division { divider, rows_per_clock });
            let unit = units::attenuator(Attenuation { b, h, y }, "divider", &target);
            for (k, &code) in h.codes().zip(&expected) {
                let place =
                    format!("h = {k} in {h}, b = {b}, y in {y}, {divider:?}, {rows_per_clock:?} rows");
                assert_eq!(unit.graph.evaluate(&[k]), [code], "{place}");
            }
            match divider {
                Divider::Corrected => assert_eq!(unit.corrected, h.frac + y.frac >= 0, "{h} {y}"),
                Divider::Auto if h.width == 16 => assert!(unit.corrected),
                Divider::Auto => {}
                _ => assert!(!unit.corrected),
            }
        }
    }
}

/// Rows per clock are clocks: nothing else of the recurrence takes a stage of its own at a slow clock.
#[test]
fn rows_between_registers_decide_the_latency() {
    let a = Attenuation { b: 1 << 12, h: s(12, 6), y: s(12, 11) };
    let latency = |divider, rows_per_clock| {
        let target = Target::new(Family::Ecp5).with_clock(1.0);
        let target = target.with_division(Division { divider, rows_per_clock });
        Module::new("divider", "", units::attenuator(a, "divider", &target).graph, &target).latency()
    };
    // 12 bits of the quotient. A stage in front of the rows, one behind them.
    assert_eq!(latency(Divider::Radix2, Some(1)), 1 + 12 + 1);
    assert_eq!(latency(Divider::Radix2, Some(5)), 1 + 3 + 1);
    assert_eq!(latency(Divider::Radix4, Some(1)), 1 + 6 + 1);
    assert_eq!(latency(Divider::Radix4, Some(3)), 1 + 2 + 1);
    assert_eq!(latency(Divider::Radix2, None), 1);
}

#[test]
fn tables_on_every_code() {
    let activations = [
        Activation::Relu,
        Activation::LeakyRelu { slope: 0.3 },
        Activation::Elu,
        Activation::Softplus,
        Activation::ParametricSoftplus { a: 0.3 },
        Activation::Sigmoid,
        Activation::Tanh,
    ];
    for activation in activations {
        for (z, y) in [(s(8, 4), s(8, 4)), (s(12, 8), s(12, 8)), (s(10, 5), s(14, 9)), (s(14, 9), s(16, 12))]
        {
            let function = Function { activation: activation.clone(), kind: Kind::Ordinary };
            let table = approximate(&function, z, y, &Demand::default()).unwrap();
            for products in ways() {
                let g = units::table(&table, "rom", &products);
                for code in z.codes() {
                    assert_eq!(g.evaluate(&[code]), [table.eval(code)], "{activation} at {code}, {z} to {y}");
                }
            }
        }
    }
}

/// Trees, with the smallest storage: signs dropped, rows shared, all degrees.
#[test]
fn small_tables_on_every_code() {
    for name in ["sigmoid", "tanh", "softplus", "none*attenuating(1)", "elu*amplifying"] {
        for degree in 0..=4 {
            for segments in [Segments::Equal, Segments::Tree] {
                let demand = Demand { degree: Some(degree), segments, ..Demand::default() };
                let (z, y) = (s(11, 7), s(11, 8));
                let table = approximate_with(&name.parse().unwrap(), z, y, &demand, &BitCost).unwrap();
                assert_eq!(table.tree.is_some(), segments == Segments::Tree);
                let g = units::table(&table, "rom", &Products::PLAIN);
                for code in z.codes() {
                    assert_eq!(
                        g.evaluate(&[code]),
                        [table.eval(code)],
                        "{name} of degree {degree} at {code}"
                    );
                }
                let stored: u64 = g.roms().iter().map(|r| r.words.len() as u64 * r.width() as u64).sum();
                let shape = TableShape::of(&table);
                // Rows up to a power of two, and at least one bit of address.
                assert!(stored <= 2 * shape.table_bits() + 2 * shape.row_bits() as u64, "{stored} {shape:?}");
            }
        }
    }
}

#[test]
fn the_largest_score_of_every_pair_and_of_many() {
    let g = units::argmax(&Argmax::default(), &[s(6, 2), s(5, 3)]);
    for a in s(6, 2).codes() {
        for b in s(5, 3).codes() {
            // a at 2^-2 against b at 2^-3.
            assert_eq!(g.evaluate(&[a, b]), [(b > 2 * a) as i64], "{a} {b}");
        }
    }
    assert_eq!(
        [-1, 0, 1].map(|v| units::argmax(&Argmax::default(), &[s(4, 0)]).evaluate(&[v])),
        [[0], [0], [1]]
    );
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for n in [3, 4, 5, 7, 10] {
        let formats = vec![s(3, 0); n];
        let g = units::argmax(&Argmax::default(), &formats);
        for _ in 0..500 {
            let scores: Vec<i64> = (0..n).map(|_| rng.random_range(-4..4)).collect();
            let most = scores.iter().max();
            let first = scores.iter().position(|v| Some(v) == most);
            assert_eq!(g.evaluate(&scores)[0] as usize, first.expect("there"), "{scores:?}");
        }
    }
}

/// All that a decision gives, on every pair of codes and on many scores that are often equal: sorted by (score, index).
#[test]
fn classes_in_order_and_their_margin() {
    let check = |argmax: &Argmax, formats: &[Format], g: &Graph, scores: &[i64]| {
        let most = formats.iter().map(|f| f.frac).max().unwrap_or(0);
        let mut all: Vec<(i64, i64)> = match (scores, formats) {
            ([score], _) => vec![(0, 0), (*score, 1)],
            _ => (0..).zip(scores).zip(formats).map(|((k, &v), f)| (v << (most - f.frac), k)).collect(),
        };
        all.sort_by_key(|&(v, k)| (-v, k));
        let mut expected: Vec<i64> = all.iter().take(argmax.top).map(|&(_, k)| k).collect();
        expected.extend(argmax.margin.then(|| all[0].0 - all[1].0));
        assert_eq!(g.evaluate(scores), expected, "{argmax:?} of {scores:?}");
    };
    let argmax = |top, margin| Argmax { top, margin, ..Argmax::default() };
    for (top, margin) in [(1, true), (2, false), (2, true)] {
        let (argmax, formats) = (argmax(top, margin), [s(6, 2), s(5, 3)]);
        let g = units::argmax(&argmax, &formats);
        for a in formats[0].codes() {
            formats[1].codes().for_each(|b| check(&argmax, &formats, &g, &[a, b]));
        }
        let g = units::argmax(&argmax, &formats[..1]);
        formats[0].codes().for_each(|a| check(&argmax, &formats[..1], &g, &[a]));
    }
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for n in 3..=12 {
        let formats: Vec<Format> =
            (0..n).map(|_| s(3 + rng.random_range(0..2), rng.random_range(0..2))).collect();
        for (top, margin) in (1..=n).flat_map(|top| [(top, false), (top, true)]).filter(|&w| w != (1, false))
        {
            let argmax = argmax(top, margin);
            let g = units::argmax(&argmax, &formats);
            for _ in 0..200 {
                let scores: Vec<i64> = formats.iter().map(|f| rng.random_range(f.codes())).collect();
                check(&argmax, &formats, &g, &scores);
            }
        }
    }
}

/// The divider of probabilities, on every part and sum of small tables, by every means.
#[test]
fn shares_on_every_part_and_sum() {
    let exp: Function = "{exp(-x)}".parse().expect("a formula");
    let table = approximate(&exp, u(5, 2), u(5, 4), &Demand::default()).expect("a table");
    let softmax = Softmax { classes: Vec::new(), z: u(5, 2), unit: 1.0, table: 0, bits: 6 };
    for division in [Divider::Radix2, Divider::Radix4] {
        let target = Target::new(Family::Ecp5);
        let division = Division { divider: division, ..target.division };
        let rows = Rows { square: Graph::square, division, name: "d", target: &target };
        let g = units::share(&softmax, &table, 3, &rows);
        for part in 0..=table.output.max_code() {
            for sum in part.max(1)..=3 * table.output.max_code() {
                // round(64·part / sum), half up.
                let expected = ((128 * part + sum) / (2 * sum)).min(63);
                assert_eq!(g.evaluate(&[part, sum]), [expected], "{part} of {sum}");
            }
        }
    }
}

/// None, the class, and decisions with more outputs.
fn decision(seed: u64) -> Option<Argmax> {
    let more = |top, margin| Some(Argmax { top, margin, ..Argmax::default() });
    match seed % 6 {
        0 => Some(Argmax::default()),
        2 => more(1, true),
        3 => more(2, false),
        5 => more(2, true),
        _ => None,
    }
}

#[test]
fn networks_evaluate_like_their_plans_at_every_clock() {
    for seed in 0..12 {
        let network = random_network(seed, RandomShape::default());
        let options = QuantOptions {
            name: "net".into(),
            bits: 8 + (seed % 5) as u32,
            granularity: Granularity::Neuron,
            layers: Vec::new(),
            demand: Demand::default(),
            kinds: Default::default(),
        };
        let ranges = vec![(-2.0, 2.0); network.layers[0].inputs];
        let Ok(mut plan) = quantize_network(&network, &Calibration::from_box(&ranges), &options) else {
            continue;
        };
        plan.argmax = decision(seed);
        if plan.validate().is_err() {
            plan.argmax = None;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for (mhz, weights) in [(40.0, Multiplier::ShiftAdd), (250.0, Multiplier::Dsp)] {
            let target = Target::new(Family::Ecp5).with_clock(mhz);
            let top = parallel(&plan, &target, weights, None).top;
            let rows: Vec<Vec<i64>> =
                (0..60).map(|_| plan.inputs.iter().map(|f| rng.random_range(f.codes())).collect()).collect();
            let shown = top.simulate(&rows);
            for (t, row) in rows.iter().enumerate() {
                let expected = plan.trace(row).pop().unwrap();
                assert_eq!(top.evaluate(row), expected, "seed {seed}, {row:?}");
                if let Some(later) = shown.get(t + top.latency() as usize) {
                    assert_eq!(later, &expected, "seed {seed}, cycle {t} plus latency {}", top.latency());
                }
            }
        }
    }
}
