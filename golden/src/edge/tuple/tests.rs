//! Tuples against classes that no sum of functions of one input says, and against the plan's integers.

use super::*;
use crate::data::Samples;
use crate::edge::front::{Point, Search, front, split};
use crate::edge::{Goal, Progress};
use crate::num::{Rounding, quantize};
use crate::plan::Engine;
use rand::Rng;

/// Twelve inputs in raw units; the class is whether an odd number of the first, second and third are large. The others are noise.
fn odd(rows: usize) -> Samples {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let (mut x, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let row: Vec<f64> = (0..12).map(|_| random.random::<f64>()).collect();
        let large = [row[0] > 0.75, row[1] > 0.7, row[2] > 0.8];
        // Fewer are large than small, so that there is something to see in each input alone.
        let odd = large.iter().filter(|l| **l).count() % 2 == 1;
        labels.push(usize::from(odd));
        x.extend(row.iter().enumerate().map(|(i, v)| 1000.0 * v - 100.0 * i as f64));
    }
    Samples::labelled(12, x, &labels, ["even", "odd"].map(str::to_owned).to_vec()).expect("samples")
}

struct Free;

impl Progress for Free {
    fn cancelled(&self) -> bool {
        false
    }
}

fn setting(tuple: u32, covers: u32) -> Setting {
    let all = crate::edge::settings(&odd(100), 0);
    let setting = all.into_iter().find(|s| s.tuple > 0).expect("a setting with tuples");
    Setting { tuple, covers, epochs: 20, ..setting }
}

fn found(samples: &Samples, setting: &Setting) -> Vec<Point> {
    let mut points = Vec::new();
    let search = Search { fixed: vec![None; 12], seed: 3 };
    front(samples, &search, setting, None, &Free, &mut |p| points.push(p)).expect("points");
    points
}

#[test]
fn a_class_that_is_no_sum_is_found_by_neighbours() {
    let samples = odd(2000);
    let least = |points: &[Point]| points.iter().map(|p| p.error).fold(f64::INFINITY, f64::min);
    let tuples = found(&samples, &setting(1, 1));
    assert!(least(&tuples) < 0.12, "{}", least(&tuples));
    let sums = found(&samples, &Setting { tuple: 0, input_stride: 8, ..setting(1, 1) });
    assert!(least(&sums) > 2.0 * least(&tuples), "functions of one input: {}", least(&sums));
    // One table of six inputs behind a few that cut.
    let small: Vec<_> = tuples.iter().map(|p| (p.lut, p.error)).collect();
    assert!(small.iter().any(|(lut, error)| *lut < 40 && *error < 0.15), "{small:?}");
}

#[test]
fn points_say_what_their_plans_compute() {
    let samples = odd(900);
    let search = Search { fixed: vec![None; 12], seed: 3 };
    let (held, _) = split(samples.rows(), &search).expect("a split");
    let points = found(&samples, &setting(2, 3));
    assert!(points.len() > 2);
    for point in &points {
        let plan = point.circuit.plan("tuples", true).expect("a plan");
        let engine = Engine::new(&plan);
        let code = |(&v, &f): (&f64, &Format)| quantize(v, f, Rounding::HalfUp).expect("finite");
        let decided = |s: usize| {
            let codes: Vec<i64> = samples.input(s).iter().zip(&plan.inputs).map(code).collect();
            engine.run(&codes)[0] as usize
        };
        let wrong = held.iter().filter(|&&s| decided(s) != samples.labels()[s]).count();
        assert_eq!(wrong as f64 / held.len() as f64, point.error);
    }
}

/// Arguments 0..8 of two classes.
fn coded(x: &[u16], labels: &[usize]) -> Coded {
    let wanted = labels.iter().flat_map(|&l| [1.0 - l as f32, l as f32]).collect();
    Coded { inputs: 1, x: x.to_vec(), labels: labels.to_vec(), wanted, ..Coded::default() }
}

#[test]
fn inputs_are_cut_where_the_classes_change() {
    let x: Vec<u16> = (0..80).map(|i| i % 8).collect();
    let class = |small: u16, large: u16| x.iter().map(|&x| usize::from(x >= small && x < large)).collect();
    let cuts = |labels: Vec<usize>, most| Pieces::of(&coded(&x, &labels), 0, 3).cuts(most);
    assert_eq!(cuts(class(5, 8), 1), [5]);
    assert_eq!(cuts(class(2, 6), 3), [2, 6]);
    assert_eq!(cuts(class(2, 6), 1).len(), 1);
    // Each argument has as many of one class as of the other, or nearly.
    assert_eq!(cuts((0..80).map(|i| i / 8 % 2).collect(), 3), [0u16; 0]);
    assert_eq!([&[][..], &[3], &[3, 4], &[1, 2, 3]].map(width), [0, 1, 2, 2]);
    assert_eq!([0, 2, 3, 4, 7].map(|x| level(&[3, 4], x)), [0, 0, 1, 2, 2]);
}

/// Every input that is cut stands once in each cover, in tuples of six bits at most; the circuit in front gives their arguments.
#[test]
fn tuples_cover_the_inputs() {
    let samples = odd(2000);
    let search = Search { fixed: vec![None; 12], seed: 3 };
    let goal = Goal::of(&samples, 1).expect("a goal");
    let window = |fixed| crate::edge::Window::new(6, true, fixed);
    let ports = crate::edge::front::ports(&samples, &search, window).expect("ports");
    let coded = Coded::new(&samples, &ports, &goal);
    let tuples = Tuples::choose(&coded, &ports, &setting(2, 3));
    let mut counts = [0; 12];
    tuples.tuples.iter().flatten().for_each(|&i| counts[i] += 1);
    assert!(counts[..3].iter().all(|&n| n == 3) && counts.iter().all(|&n| n == 0 || n == 3), "{counts:?}");
    assert!(counts.iter().filter(|&&n| n == 3).count() < 6, "noise tells nothing: {counts:?}");
    assert!(tuples.ports().iter().all(|p| (1..=6).contains(&p.bits)));
    let circuit = tuples.ahead(&ports, Circuit { ports: tuples.ports(), layers: Vec::new() });
    let arguments = tuples.coded(&coded);
    for s in 0..samples.rows() {
        let read: Vec<i64> = arguments.row(s).iter().map(|&x| i64::from(x)).collect();
        assert_eq!(circuit.run(coded.row(s)), read);
    }
}
