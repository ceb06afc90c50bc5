//! The integers of training against the integers of plans.

use super::network::Network;
use super::saving::savings;
use super::train::{self, Setting};
use super::*;
use crate::data::Samples;
use crate::num::{Format, Rounding, quantize};
use crate::plan::{Argmax, Engine, Plan};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Raw units of very different spans; the class, or the target, follows from a few of them.
fn samples(classes: bool) -> Samples {
    let (mut x, mut labels, mut y) = (Vec::new(), Vec::new(), Vec::new());
    let mut state = 1u64;
    let mut random = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    for _ in 0..600 {
        let (a, b, c) = (random(), random(), random());
        x.extend([20_000.0 + 60_000.0 * a, -0.004 + 0.001 * b, 0.9 + 0.1 * c]);
        let value = (3.0 * a).sin() + 2.0 * b * b;
        labels.push(usize::from(value > 0.9) + usize::from(value > 1.6));
        y.push(20.0 + 3.0 * value);
    }
    match classes {
        true => {
            let names = ["a", "b", "c"].map(str::to_owned).to_vec();
            Samples::labelled(3, x, &labels, names).expect("samples")
        }
        false => Samples::new(3, 1, x, y).expect("samples"),
    }
}

/// Never stops.
struct Free;

impl Progress for Free {
    fn cancelled(&self) -> bool {
        false
    }
}

fn setting(hidden: usize, input_bits: u32) -> Setting {
    Setting {
        joint: 0,
        tuple: 0,
        covers: 0,
        hidden,
        input_bits,
        hidden_bits: 5,
        hidden_shift: 1,
        result_bits: 2,
        input_stride: 1 << (input_bits - 2),
        hidden_stride: 8,
        shrink: 0.01,
        epochs: 40,
        rate: 0.2,
        seed: 3,
    }
}

fn ports(samples: &Samples, bits: u32, fixed: &[Option<Format>]) -> Vec<Port> {
    let column = |i: usize| samples.x().iter().skip(i).step_by(samples.inputs()).copied().collect::<Vec<_>>();
    let fit = |i: usize| Port::fit(&column(i), Window::new(bits, true, fixed[i]), i).expect("a port");
    (0..samples.inputs()).map(fit).collect()
}

fn codes(plan: &Plan, samples: &Samples) -> Vec<i64> {
    let formats = plan.inputs.iter().cycle();
    samples
        .x()
        .iter()
        .zip(formats)
        .map(|(&v, &f)| quantize(v, f, Rounding::HalfUp).expect("finite"))
        .collect()
}

/// Trainer, circuit, plan and engine, sample by sample.
fn hold_together(network: &mut Network, samples: &Samples, ports: &[Port], coded: &Coded) {
    network.set_rounded(true);
    let circuit = network.circuit(ports);
    let lean = circuit.clone().simplified(&network.goal);
    let scores = matches!(network.goal, Goal::Classes { .. });
    let plan = lean.plan("edges", false).expect("a plan");
    let decided = lean.plan("edges", scores).expect("a plan");
    let codes = codes(&plan, samples);
    let outputs = Engine::new(&plan).run(&codes);
    let classes = Engine::new(&decided).run(&codes);
    let mut trace = network.trace();
    for s in 0..samples.rows() {
        network.forward(coded.row(s), &mut trace);
        let trained: Vec<i64> = trace.scores[..network.goal.outputs()].iter().map(|&v| v as i64).collect();
        assert_eq!(circuit.run(coded.row(s)), trained, "sample {s}");
        let lean = lean.run(coded.row(s));
        let shift = lean[0] - trained[0];
        assert!(scores || shift == 0, "values keep what all have in common");
        assert!(
            lean.iter().zip(&trained).all(|(a, b)| a - b == shift),
            "sample {s}: {lean:?} for {trained:?}"
        );
        let x = &codes[s * plan.inputs.len()..][..plan.inputs.len()];
        assert_eq!(plan.trace(x).last(), Some(&lean), "sample {s}");
        assert_eq!(outputs[s * lean.len()..][..lean.len()], lean[..], "sample {s}");
        if scores {
            assert_eq!(classes[s] as usize, Circuit::decide(&lean));
            assert_eq!(classes[s], Argmax::default().decide(&lean, &plan.output_formats())[0]);
        }
    }
}

#[test]
fn training_computes_what_plan_and_engine_compute() {
    for classes in [true, false] {
        let samples = samples(classes);
        for (hidden, bits) in [(0, 5), (2, 6), (3, 4)] {
            let goal = Goal::of(&samples, 2).expect("a goal");
            // A fixed port finer than its window, one with a sign, and a free one.
            let fixed = [Format::new(false, 17, 0).ok(), Format::new(true, 12, 18).ok(), None];
            let ports = ports(&samples, bits, &fixed);
            assert!(ports[0].shift > 0 && ports[0].format.width == 17);
            let coded = Coded::new(&samples, &ports, &goal);
            let mut network = train::train(&coded, &goal, &setting(hidden, bits), &|| false);
            hold_together(&mut network, &samples, &ports, &coded);
            let error = network.circuit(&ports).judge(&coded, &goal).error;
            assert!(error < 0.45, "{classes} {hidden}: it learned something, error {error}");
            // The same with edges gone.
            network.banks[0].remove(0, 0, 2.0);
            network.banks[hidden.min(1)].remove(1, 0, -3.0);
            hold_together(&mut network, &samples, &ports, &coded);
            // The same with a whole input gone.
            (0..network.banks[0].outputs).for_each(|j| network.banks[0].remove(2, j, 1.0));
            hold_together(&mut network, &samples, &ports, &coded);
        }
    }
}

#[test]
fn training_is_the_same_every_time() {
    let samples = samples(true);
    let goal = Goal::of(&samples, 1).expect("a goal");
    let ports = ports(&samples, 5, &[None; 3]);
    let coded = Coded::new(&samples, &ports, &goal);
    let circuit = || train::train(&coded, &goal, &setting(2, 5), &|| false).circuit(&ports);
    assert_eq!(circuit(), circuit());
}

#[test]
fn gradients_of_real_values_are_those_of_finite_differences() {
    let samples = samples(true);
    let goal = Goal::of(&samples, 2).expect("a goal");
    let ports = ports(&samples, 5, &[None; 3]);
    let coded = Coded::new(&samples, &ports, &goal);
    let mut network = train::train(&coded, &goal, &Setting { epochs: 3, ..setting(2, 5) }, &|| false);
    network.set_rounded(false);
    let rows: Vec<usize> = (0..coded.rows()).collect();
    let mut trace = network.trace();
    rows.iter().for_each(|&s| network.backward(&coded, s, 1.0 / rows.len() as f32, &mut trace));
    let mut checked = 0;
    for l in 0..2 {
        for cell in (0..network.banks[l].codes.len()).step_by(7) {
            let gradient = network.banks[l].gradient[cell];
            if gradient.abs() < 2e-4 {
                continue;
            }
            let mut loss = |by: f32| {
                network.banks[l].codes[cell] += by;
                let losses = rows.iter().map(|&s| {
                    network.forward(coded.row(s), &mut trace);
                    f64::from(network.loss(&coded, s, &mut trace.scores))
                });
                let loss = losses.sum::<f64>() / rows.len() as f64;
                network.banks[l].codes[cell] -= by;
                loss
            };
            let slope = (loss(0.02) - loss(-0.02)) / 0.04;
            // Straight pieces meet at the codes, so a step across one bends.
            assert!(
                (slope - gradient as f64).abs() < 0.15 * slope.abs() + 5e-5,
                "{l} {cell}: {slope} {gradient}"
            );
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked}");
}

#[test]
fn eliminating_gives_ever_smaller_circuits() {
    let samples = samples(true);
    let search = Search { fixed: Vec::new(), seed: 1 };
    let mut points = Vec::new();
    front(&samples, &search, &setting(2, 5), None, &Free, &mut |p| points.push(p)).expect("a front");
    // An edge that had become a constant was none of the circuit's before it went.
    assert!(points.len() > 5 && points.windows(2).all(|w| w[1].circuit.edges() <= w[0].circuit.edges()));
    assert!(points[points.len() - 1].circuit.edges() < points[0].circuit.edges() / 2);
    let best = undominated(points.clone());
    assert!(best.windows(2).all(|w| w[0].lut < w[1].lut && w[0].merit() > w[1].merit()));
    assert!(best.last().expect("one").error < 0.2);
    let baseline = baselines(&samples, &search).expect("baselines");
    assert!(baseline[0].error > 0.4 && baseline[1].error < baseline[0].error);
}

/// Against the network that really lacks the edge, and the price of its circuit.
#[test]
fn the_worth_of_an_edge_is_what_is_lost_and_saved_without_it() {
    let samples = samples(true);
    let goal = Goal::of(&samples, 2).expect("a goal");
    let ports = ports(&samples, 5, &[None; 3]);
    let coded = Coded::new(&samples, &ports, &goal);
    let network = train::train(&coded, &goal, &Setting { epochs: 5, ..setting(3, 5) }, &|| false);
    let whole = network.circuit(&ports).simplified(&goal);
    let savings = savings(&whole);
    let (mut saved, mut off, mut changed) = (0, 0, 0);
    for (l, bank) in network.banks.iter().enumerate() {
        for (i, j) in (0..bank.inputs).flat_map(|i| (0..bank.outputs).map(move |j| (i, j))) {
            let mut without = network.clone();
            without.banks[l].remove(i, j, 3.0);
            let (mut known, mut fresh) = (network.trace(), network.trace());
            let mut scores = known.scores.clone();
            for s in 0..coded.rows() {
                network.forward(coded.row(s), &mut known);
                without.forward(coded.row(s), &mut fresh);
                if network.forward_without((l, i, j), 3.0, coded.row(s), &known, &mut scores) {
                    assert_eq!(scores, fresh.scores);
                    changed += 1;
                } else {
                    assert_eq!(known.scores, fresh.scores);
                }
            }
            let exact =
                price(&whole, false) as i64 - price(&without.circuit(&ports).simplified(&goal), false) as i64;
            saved += exact;
            off += (exact - savings.get(&(l, i, j)).map_or(0, |&n| n as i64)).abs();
        }
    }
    assert!(changed > 100, "{changed}");
    // Biases move between tables, which is not counted.
    assert!(saved > 50 && off * 4 < saved, "{off} of {saved}");
}

/// A span that is a power of two takes all codes: only its very end shares the last one.
#[test]
fn a_column_from_minus_one_to_one_takes_all_arguments() {
    let column: Vec<f64> = (0..=2000).map(|i| f64::from(i) / 1000.0 - 1.0).collect();
    let port = Port::fit(&column, Window::new(8, false, None), 0).expect("a port");
    let arguments: std::collections::HashSet<i64> = column.iter().map(|&v| port.argument_of(v)).collect();
    assert_eq!(arguments.len(), 256, "{port:?}");
}

#[test]
fn tables_and_ports_have_the_price_of_their_bits() {
    let mut known = Default::default();
    // A bit of the argument, its complement and a constant are wires; the same function twice is one.
    let values: Vec<i64> = (0..64).map(|z: i64| z & 1).collect();
    assert_eq!(price::table(&values, 6, &mut known), 0);
    let values: Vec<i64> = (0..64).map(|z: i64| (z % 3 == 0) as i64).collect();
    assert_eq!([price::table(&values, 6, &mut known), price::table(&values, 6, &mut known)], [1, 0]);
    // Eight inputs whose top bit does not matter are seven: two tables and a multiplexer that costs nothing.
    let values: Vec<i64> = (0..256).map(|z: i64| ((z & 127) % 5 == 0) as i64).collect();
    assert_eq!(price::table(&values, 8, &mut Default::default()), 2);
    let plain = Port { format: Format::new(false, 6, -9).expect("a format"), offset: 0, shift: 0, bits: 6 };
    assert_eq!(plain.price(), 0);
    assert!(Port { offset: 16, ..plain }.price() > 0);
}

#[test]
fn what_cannot_be_learned_is_refused() {
    let text = |x: Vec<f64>, y: Vec<f64>| {
        let samples = Samples::new(1, usize::from(!y.is_empty()), x, y).expect("samples");
        let search = Search { fixed: Vec::new(), seed: 1 };
        baselines(&samples, &search).expect_err("refused").to_string()
    };
    assert!(text(vec![1.0; 20], vec![]).contains("no targets"));
    assert!(text((0..20).map(f64::from).collect(), vec![5.0; 20]).contains("y0 is 5 in every sample"));
    assert!(text(vec![1.0, 2.0], vec![1.0, 2.0]).contains("too few"));
    let one = Samples::labelled(1, vec![1.0, 2.0], &[0, 0], vec!["x".into(), "y".into()]).expect("samples");
    assert!(Goal::of(&one, 0).expect_err("one class").to_string().contains("`x`"));
    let column: Vec<f64> = (0..50).map(|v| 0.001 * v as f64).collect();
    let format = Format::new(false, 8, 0).ok();
    assert!(
        Port::fit(&column, Window::new(5, true, format), 2)
            .expect_err("too coarse")
            .to_string()
            .contains("input 2")
    );
}

/// Where a rare class lies among a frequent one, the fewest errors are made by never finding it.
#[test]
fn balanced_classes_are_found_where_they_are_rare() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let rows = 2000;
    let rare: Vec<usize> = (0..rows).map(|s| usize::from(s % 20 == 0)).collect();
    // Eight of the frequent class stand beside each of the rare one, which all lie between 0.5 and 0.9.
    let mut one =
        |&r: &usize| if r == 1 { random.random_range(0.5..0.9) } else { random.random_range(0.0..1.0) };
    let x = rare.iter().map(&mut one).collect();
    let names = vec!["often".to_owned(), "rare".to_owned()];
    let samples = Samples::labelled(1, x, &rare, names).expect("samples").with_one_target();
    let search = Search { fixed: Vec::new(), seed: 1 };
    let settings = Setting { hidden: 0, epochs: 30, ..setting(2, 5) };
    let found = |balanced: bool| {
        let samples = samples.clone().balanced(balanced);
        let mut points = Vec::new();
        front(&samples, &search, &settings, None, &Free, &mut |p| points.push(p)).expect("a front");
        let all: Vec<usize> = (0..rows).filter(|&s| rare[s] == 1).collect();
        let goal = Goal::of(&samples, settings.result_bits).expect("a goal");
        let circuit = &points[0].circuit;
        1.0 - circuit.judge(&Coded::new(&samples, &circuit.ports, &goal).pick(&all), &goal).error
    };
    assert_eq!(found(false), 0.0);
    assert!(found(true) > 0.8);
}

/// Who would take minutes to teach does not.
#[test]
fn many_inputs_have_no_teacher() {
    let (rows, inputs) = (1000, 2200);
    let names = ["a", "b"].map(str::to_owned).to_vec();
    let labels: Vec<usize> = (0..rows).map(|s| s % 2).collect();
    // Inputs that say nothing are refused by who begins to teach.
    let x = vec![0.0; rows * inputs];
    let samples = Samples::labelled(inputs, x, &labels, names).expect("samples");
    let search = Search { fixed: vec![None; inputs], seed: 1 };
    assert!(teach(&samples, &search, &Free).expect("no fault").is_none());
    let first: Vec<u32> = settings(&samples, 0)[1..5].iter().map(|s| s.tuple).collect();
    assert!(first.iter().all(|&bits| bits > 0), "tables of single inputs come last: {first:?}");
}

/// Likelihoods come from networks that did not see the sample: labels without any reason are not known again.
#[test]
fn a_teacher_has_not_seen_what_it_teaches() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let rows = 600;
    let x: Vec<f64> = (0..2 * rows).map(|_| random.random_range(-1.0..1.0)).collect();
    let search = Search { fixed: Vec::new(), seed: 1 };
    let own = |label: &mut dyn FnMut(f64) -> bool| {
        let labels: Vec<usize> = x.iter().step_by(2).map(|&x| usize::from(label(x))).collect();
        let classes = vec!["a".into(), "b".into()];
        let samples = Samples::labelled(2, x.clone(), &labels, classes).expect("samples").with_one_target();
        let said = teach(&samples, &search, &Free).expect("it teaches").expect("enough samples");
        let known: Vec<(f32, f32)> =
            labels.iter().zip(said.chunks(2)).map(|(&l, p)| (p[l], p[0] + p[1])).collect();
        assert!(known.iter().all(|p| (p.1 - 1.0).abs() < 1e-4));
        known.iter().map(|p| p.0).sum::<f32>() / known.len() as f32
    };
    let mut noise = ChaCha8Rng::seed_from_u64(6);
    let chance = own(&mut |_| noise.random_range(0..2) == 1);
    let learned = own(&mut |x| x > 0.2);
    assert!((chance - 0.5).abs() < 0.06 && learned > 0.85, "{chance} {learned}");
}

#[test]
fn functions_of_few_whole_numbers_bend() {
    // The class is in the middle of 0 .. 15: no straight function of them tells it. The port is wider than their span, as
    // settings have it for all inputs alike.
    let x: Vec<f64> = (0..320).map(|i| f64::from(i * 7 % 16)).collect();
    let labels: Vec<usize> = x.iter().map(|v| usize::from((5.0..11.0).contains(v))).collect();
    let samples =
        Samples::labelled(1, x, &labels, ["out", "in"].map(str::to_owned).to_vec()).expect("samples");
    let goal = Goal::of(&samples, 2).expect("a goal");
    let ports = ports(&samples, 6, &[Format::new(false, 4, 0).ok()]);
    let coded = Coded::new(&samples, &ports, &goal);
    assert_eq!(coded.x.iter().max(), Some(&15));
    let network =
        train::train(&coded, &goal, &Setting { epochs: 200, shrink: 0.0, ..setting(0, 6) }, &|| false);
    // Straight functions err for 6 of 16.
    let error = network.circuit(&ports).judge(&coded, &goal).error;
    assert!(error < 0.15, "{error}");
}
