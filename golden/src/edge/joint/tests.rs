//! Joint tables against what they are tables of.

use super::*;
use crate::num::{Rounding, quantize};
use crate::plan::Engine;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Four inputs in raw units; the class is which quarter of the plane the second and the last are in, crosswise: no sum of functions
/// of one input says it.
fn crosswise(rows: usize, classes: usize) -> Samples {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut x, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let [a, b, c, d] = [(); 4].map(|()| random.random::<f64>());
        x.extend([a, 30_000.0 + 20_000.0 * b, -5.0 + 10.0 * c, 0.002 * (d - 0.5)]);
        let (right, above) = (b > 0.4, d > 0.55);
        labels.push(if classes == 2 {
            usize::from(right != above)
        } else {
            usize::from(right) + usize::from(above)
        });
    }
    let names = (0..classes).map(|k| format!("class {k}")).collect();
    Samples::labelled(4, x, &labels, names).expect("samples")
}

struct Free;

impl Progress for Free {
    fn cancelled(&self) -> bool {
        false
    }
}

fn found(samples: &Samples) -> Vec<Point> {
    let settings = crate::edge::settings(samples, 0);
    let setting = settings.iter().find(|s| s.joint > 0).expect("a setting with a joint table");
    let setting = Setting { joint: 10, epochs: 20, ..setting.clone() };
    let mut points = Vec::new();
    let search = Search { fixed: vec![None; 4], seed: 3 };
    joint(samples, &search, &setting, None, &Free, &mut |p| points.push(p)).expect("points");
    points
}

#[test]
fn a_class_that_is_no_sum_is_found_in_few_tables() {
    for classes in [2, 3] {
        let samples = crosswise(900, classes);
        let points = found(&samples);
        let best = points.iter().min_by(|a, b| a.error.total_cmp(&b.error)).expect("points");
        let read: Vec<usize> = best.circuit.layers[0].sums[0].edges.iter().map(|e| e.source).collect();
        assert!(read.contains(&1) && read.contains(&3), "{classes}: {read:?}");
        assert!(best.error < 0.06, "{classes}: {} of the samples", best.error);
        assert!(points.iter().any(|p| p.lut <= 24 && p.error < 0.15), "{classes}: none is small");
    }
}

#[test]
fn points_say_what_their_plans_compute() {
    let samples = crosswise(400, 3);
    let search = Search { fixed: vec![None; 4], seed: 3 };
    let (held, _) = split(samples.rows(), &search).expect("a split");
    for point in found(&samples).iter().step_by(7) {
        let plan = point.circuit.plan("joint", true).expect("a plan");
        let engine = Engine::new(&plan);
        let wrong = held.iter().filter(|&&s| {
            let codes: Vec<i64> = samples
                .input(s)
                .iter()
                .zip(&plan.inputs)
                .map(|(&v, &f)| quantize(v, f, Rounding::HalfUp).expect("finite"))
                .collect();
            engine.run(&codes)[0] as usize != samples.labels()[s]
        });
        assert_eq!(wrong.count() as f64 / held.len() as f64, point.error);
        // Arguments side by side are wires: a layer of ports, one of the argument, one of the tables.
        assert!(plan.layers.len() <= 3, "{}", plan.layers.len());
    }
}

/// Inputs whose spans lie 46 octaves apart are one argument all the same.
#[test]
fn units_may_lie_far_apart() {
    let near = crosswise(300, 2);
    let x: Vec<f64> = near.x().chunks(4).flat_map(|x| [x[0], 1e7 * x[1], x[2], x[3]]).collect();
    let samples = Samples::labelled(4, x, &near.labels(), near.classes().to_vec()).expect("samples");
    let points = found(&samples);
    assert!(points.iter().any(|p| p.error < 0.1));
    points
        .iter()
        .for_each(|p| assert!(p.circuit.plan("far", true).is_ok(), "{:?}", p.circuit.plan("far", true)));
}

#[test]
fn every_division_of_the_bits_is_tried_once() {
    let all = allocations(&[4, 2], 5);
    assert_eq!(all, [[2, 2], [3, 2]]);
    assert_eq!(allocations(&[5, 5, 5], 5), Vec::<Vec<u32>>::new());
}

#[test]
fn more_errors_are_less_confidence() {
    let of = |errors| Confidence::of(errors, 996, 2);
    // None of 996 wrong: ln(998/2) = 6.2, between 2² and 2³; half of them: as little as is counted.
    assert_eq!([of(0.0).result_bits(), of(498.0).result_bits()], [-3, 2]);
    assert!((of(498.0).loss() - std::f64::consts::LN_2).abs() < 1e-9);
    assert!(of(0.0).loss() < 0.003 && of(30.0).loss() < of(40.0).loss());
}
