//! The fast engine against the plain model, and the plain model against rational arithmetic.

mod common;

use common::{random_codes, random_plan, ratio, scaled};
use gainstage_golden::data::Names;
use gainstage_golden::func::Kind;
use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{
    Argmax, Engine, LaneType, Plan, PlanLayer, PlanNeuron, SCHEMA, Stage, Tail, attenuate, square,
};
use gainstage_golden::quant::{Calibration, Granularity, Kinds, QuantOptions, quantize_network};
use num_traits::{Signed, ToPrimitive};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn the_engine_computes_what_the_plain_model_computes() {
    let mut networks = 0;
    let mut lanes = [(LaneType::F32, 0), (LaneType::F64, 0), (LaneType::I64, 0)];
    for seed in 0..120 {
        let Some(plan) = random_plan(seed) else { continue };
        networks += 1;
        // Not a multiple of the block, so that the last block is short.
        let x = random_codes(&plan, 300, seed);
        let reference: Vec<_> = x.chunks(plan.inputs.len()).map(|x| plan.trace(x).pop().unwrap()).collect();
        for (lane, count) in &mut lanes {
            let Some(engine) = Engine::with_lanes(&plan, *lane) else { continue };
            *count += 1;
            let y = engine.run(&x);
            for (i, y) in y.chunks(plan.output_formats().len()).enumerate() {
                assert_eq!(y, reference[i], "seed {seed}, {lane:?}, sample {i}");
            }
        }
    }
    assert!(networks >= 100, "only {networks} of 120 random networks have a plan");
    assert!(lanes.iter().all(|(_, count)| *count >= 10), "plans by type of lane: {lanes:?}");
}

/// Sums that reach exactly what a type of lane holds, and one more: the engine takes the next wider lanes.
#[test]
fn lanes_are_as_wide_as_the_largest_sum() {
    let format = |width| Format { signed: true, width, frac: 0 };
    for (width, copies, expected) in
        [(12, 4, LaneType::F32), (12, 5, LaneType::F64), (26, 8, LaneType::F64), (26, 9, LaneType::I64)]
    {
        let extreme = format(width).min_code();
        let neuron = PlanNeuron {
            weight: format(width),
            weights: vec![extreme; copies],
            bias: 0,
            stage: Stage::Linear { y: Format { frac: 12 - width as i32, ..format(width - 3) } },
        };
        let plan = Plan {
            schema: SCHEMA,
            name: "sums".into(),
            inputs: vec![format(width); copies],
            layers: vec![PlanLayer { neurons: vec![neuron] }],
            tables: Vec::new(),
            argmax: None,
            softmax: None,
            names: Names::default(),
        };
        plan.validate().expect("a valid plan");
        let engine = Engine::new(&plan);
        assert_eq!(engine.lanes(), expected, "{copies} products of {width} bits");
        let mut rng = ChaCha8Rng::seed_from_u64(width as u64);
        for _ in 0..1000 {
            let near = |rng: &mut ChaCha8Rng| extreme + rng.random_range(0..3);
            let x: Vec<i64> = (0..copies).map(|_| near(&mut rng)).collect();
            assert_eq!(engine.run(&x), plan.trace(&x).pop().unwrap(), "{x:?}");
        }
    }
}

/// Kinds in one table with the activation: their own certificates, and the engine agrees.
#[test]
fn fused_kinds() {
    let mut fused = 0;
    for seed in 0..6 {
        let network = random_network(seed, RandomShape::default());
        let calibration = Calibration::from_box(&vec![(-2.0, 2.0); network.layers[0].inputs]);
        let plan = |kinds| {
            let options = QuantOptions {
                name: "fused".into(),
                bits: 10,
                granularity: Granularity::Layer,
                layers: Vec::new(),
                demand: Default::default(),
                kinds,
            };
            quantize_network(&network, &calibration, &options)
        };
        let (Ok(exact), Ok(whole)) = (plan(Kinds::Exact), plan(Kinds::Fused)) else { continue };
        assert_eq!(exact, plan(Kinds::Usual).unwrap());
        for plan in [&whole, &plan(Kinds::Auto).unwrap()] {
            for table in plan.tables.iter().filter(|t| t.kind != Kind::Ordinary) {
                assert!(table.check_certificate() == Ok(true) && table.certificate.worst_ulp < 1.0);
                fused += 1;
            }
            let codes = random_codes(plan, 64, seed);
            let outputs = Engine::new(plan).run(&codes);
            for (x, y) in codes.chunks(plan.inputs.len()).zip(outputs.chunks(plan.output_formats().len())) {
                assert_eq!(plan.trace(x).last().unwrap(), y);
            }
        }
        let stages = whole.layers.iter().flat_map(|l| &l.neurons).map(|n| &n.stage);
        let exact = |s: &&Stage| matches!(s, Stage::Activated { tail, .. } if *tail != Tail::Ordinary);
        assert_eq!(stages.filter(exact).count(), 0);
    }
    assert!(fused > 6, "{fused}");
}

#[test]
fn the_engine_decides_classes_as_the_plain_model_does() {
    let mut decided = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let Some(plan) = random_plan(seed) else { continue };
        let scores = Engine::new(&plan);
        let plan = Plan { argmax: Some(Argmax::default()), ..plan };
        plan.validate().unwrap();
        let x = random_codes(&plan, 200, seed);
        let (y, classes) = (scores.run(&x), Engine::new(&plan).run(&x));
        let formats = plan.score_formats();
        for ((x, y), &class) in x.chunks(plan.inputs.len()).zip(y.chunks(formats.len())).zip(&classes) {
            assert_eq!(plan.trace(x).last().unwrap(), &[class], "seed {seed}, inputs {x:?}");
            // By value, in exact rational arithmetic.
            let value = |i: usize| scaled(ratio(y[i] as i128), -formats[i].frac);
            let best = (0..y.len()).map(value).max().unwrap();
            let first = (0..y.len()).position(|i| value(i) == best).unwrap();
            let expected = if y.len() == 1 { usize::from(y[0] > 0) } else { first };
            assert_eq!(class as usize, expected, "seed {seed}, scores {y:?}");
            decided.insert(class);
        }
    }
    assert!(decided.len() > 1, "only {decided:?}");
}

#[test]
fn every_output_lies_in_the_bounds() {
    for seed in 0..60 {
        let Some(plan) = random_plan(seed) else { continue };
        let bounds = plan.bounds();
        for x in random_codes(&plan, 200, seed).chunks(plan.inputs.len()) {
            for (layer, bounds) in plan.trace(x).iter().zip(&bounds) {
                for (&y, b) in layer.iter().zip(bounds) {
                    assert!(b.y.0 <= y && y <= b.y.1, "seed {seed}: {y} outside {:?}", b.y);
                }
            }
        }
    }
}

#[test]
fn a_plan_survives_its_file() {
    let plan = (0..).find_map(random_plan).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deep/plan.json");
    plan.write(&path).unwrap();
    assert_eq!(Plan::read(&path).unwrap(), plan);
}

#[test]
fn the_kind_decides_the_tail() {
    // A guard on the generator: all kinds occur, so the tests above cover all of them.
    let kinds: Vec<Kind> = (0..50)
        .flat_map(|s| random_network(s, RandomShape::default()).layers)
        .flat_map(|l| l.neurons)
        .map(|n| n.kind)
        .collect();
    assert!(kinds.contains(&Kind::Ordinary) && kinds.contains(&Kind::Amplifying));
    assert!(kinds.iter().any(|k| matches!(k, Kind::Attenuating { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_square_is_the_rounded_rational(width in 2u32..=24, f in -8i32..30, yw in 2u32..=30, g in -8i32..40, raw: i64) {
        let (h, y) = (Format::new(true, width, f).unwrap(), Format::new(true, yw, g).unwrap());
        let k = h.min_code() + raw.rem_euclid(1 << width);
        let exact = scaled(ratio(k as i128 * k as i128), g - 2 * f);
        let half_up = (exact + ratio(1) / ratio(2)).floor().to_integer();
        let expected = half_up.clamp(y.min_code().into(), y.max_code().into()).to_i64().unwrap();
        prop_assert_eq!(square(k, h, y), expected);
    }

    #[test]
    fn an_attenuated_value_is_the_rounded_rational(
        width in 2u32..=20, f in 0i32..20, yw in 2u32..=20, g in -4i32..20, b in 1i64..1 << 40, raw: i64,
    ) {
        let (h, y) = (Format::new(true, width, f).unwrap(), Format::new(true, yw, g).unwrap());
        let k = h.min_code() + raw.rem_euclid(1 << width);
        // y = h/(h²+b) with h = k·2^-f and b = B·2^-2f, in units of 2^-g.
        let h_real = scaled(ratio(k as i128), -f);
        let b_real = scaled(ratio(b as i128), -2 * f);
        let exact = scaled(h_real.clone() / (h_real.clone() * h_real + b_real), g);
        let magnitude = (exact.abs() + ratio(1) / ratio(2)).floor().to_integer();
        let rounded = if exact.is_negative() { -magnitude } else { magnitude };
        let expected = rounded.clamp(y.min_code().into(), y.max_code().into()).to_i64().unwrap();
        prop_assert_eq!(attenuate(k, b, h, y), expected);
    }
}

/// Intermediates that leave i128 must not come back as small numbers.
#[test]
fn absurd_widths_are_refused() {
    for (file, place) in
        [("sum_beyond_i128", "layer 0, neuron 0: "), ("denominator_beyond_i128", "the divider's ")]
    {
        let path = format!("{}/tests/regressions/plan/{file}.json", env!("CARGO_MANIFEST_DIR"));
        let text = Plan::read(std::path::Path::new(&path)).unwrap_err().to_string();
        assert!(text.contains(place) && text.contains("at most 63 are allowed"), "{text}");
    }
}

/// A block that is not full has lanes without a sample. What an earlier block left there, results as wide as a squarer's,
/// must not be squared again.
#[test]
fn lanes_without_a_sample_hold_no_results() {
    let (h, y) = (Format::new(true, 31, 10).unwrap(), Format::new(true, 48, 20).unwrap());
    let plan = Plan::of_squarer("square", h, y);
    plan.validate().unwrap();
    let x: Vec<i64> = (0..100).map(|k| h.min_code() + k).collect();
    let expected: Vec<i64> = x.iter().map(|&x| plan.trace(&[x])[0][0]).collect();
    assert_eq!(Engine::new(&plan).run(&x), expected);
}

/// What an example prints; nothing where it was not built, as in `cargo test --test plan`.
fn example(name: &str) -> Option<String> {
    let test = std::env::current_exe().expect("a program");
    let program = test.ancestors().nth(2).expect("a directory").join("examples").join(name);
    if !program.exists() {
        println!("skipped: the example {name} is not built");
        return None;
    }
    let done = std::process::Command::new(program).output().expect("it runs");
    assert!(done.status.success(), "{done:?}");
    Some(String::from_utf8(done.stdout).expect("a text"))
}

#[test]
fn the_example_of_a_table_prints_a_certificate() {
    let Some(text) = example("table") else { return };
    assert!(text.starts_with("4096 input codes: worst error 0."), "{text}");
    // tanh(300/256), beside what the table gives.
    assert!(text.contains("tanh(  1.1719) =   0.8249, table   0.8"), "{text}");
}

#[test]
fn the_example_of_a_training_learns_the_product_and_keeps_it() {
    let Some(text) = example("train") else { return };
    let figure = |line: &str| line.rsplit(' ').next().and_then(|n| n.parse::<f64>().ok()).expect("a figure");
    let errors: Vec<f64> = text.lines().map(figure).collect();
    // The mean of |x0 · x1| on the grid is 0.27.
    assert!(errors.len() == 2 && errors[0] < 0.01 && errors[1] < 0.02, "{text}");
}
