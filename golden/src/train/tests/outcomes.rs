//! Whole trainings.

use super::{hidden, topology};
use crate::data::{Metrics, Samples, Target};
use crate::func::{Activation, Kind};
use crate::net::{Neuron, Outcome, PaperShape, Topology};
use crate::train::config::{Cost, Init, Precision, Sampling, Schedule, Standardise, TrainConfig};
use crate::train::{Progress, Quiet, TrainError, Trained, held_out, train};
use std::sync::atomic::{AtomicUsize, Ordering};

fn small() -> Topology {
    let shape = PaperShape { amplifying: 1, attenuating: 1, ..PaperShape::new(1, 1, 6, 2) };
    Topology::paper(&shape).expect("a valid shape")
}

pub(super) fn sine(points: usize) -> Samples {
    let x: Vec<f64> = (0..points).map(|i| i as f64 / (points - 1) as f64 * 6.0).collect();
    let y = x.iter().map(|x| x.sin()).collect();
    Samples::new(1, 1, x, y).expect("finite samples")
}

fn config() -> TrainConfig {
    TrainConfig { epochs: 2000, restarts: 4, rate: 0.005, ..TrainConfig::default() }
}

fn run(config: &TrainConfig) -> Trained {
    train(&small(), &sine(50), config, &Quiet).expect("trained")
}

#[test]
fn a_sine_is_learned_in_both_precisions() {
    for precision in [Precision::F32, Precision::F64] {
        let trained = run(&TrainConfig { precision, ..config() });
        let between: Vec<f64> = (0..600).map(|i| i as f64 / 100.0).collect();
        let exact: Vec<f64> = between.iter().map(|x| x.sin()).collect();
        let mae = Metrics::of(&trained.network.eval_all(&between), &exact).expect("metrics").mae;
        assert!(mae < 0.02, "{precision:?}: {mae}");
        assert!(trained.record.mae < 0.02);
        assert_eq!(trained.input_ranges, [[0.0, 6.0]]);
        let outcomes: Vec<Outcome> = trained.record.restarts.iter().map(|r| r.outcome).collect();
        assert_eq!(outcomes.iter().filter(|o| **o == Outcome::Abandoned).count(), 3, "{outcomes:?}");
        assert_eq!(outcomes[trained.record.restart], Outcome::Finished);
    }
}

#[test]
fn the_seed_decides_and_the_threads_do_not() {
    let config = TrainConfig { epochs: 60, restarts: 7, ..config() };
    let with = |threads: usize, config: &TrainConfig| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| run(config))
    };
    let one = with(1, &config);
    assert_eq!(one, with(2, &config));
    assert_eq!(one, with(5, &config));
    assert_ne!(one.network, with(2, &TrainConfig { seed: 2, ..config.clone() }).network);
}

#[test]
fn networks_that_agree_are_kept_and_the_threads_do_not_matter() {
    let config =
        TrainConfig { epochs: 300, restarts: 9, halve_at: vec![], polish: 10, consensus: 1, ..config() };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| run(&config))
    };
    let trained = with(1);
    assert_eq!(trained, with(3));
    assert_eq!(trained.finalists.len(), 5);
    let strays = |restart| trained.finalists.iter().find(|f| f.restart == restart).and_then(|f| f.strays);
    let least = trained.finalists.iter().filter_map(|f| f.strays).fold(f64::INFINITY, f64::min);
    assert_eq!(strays(trained.record.restart), Some(least));
    let left = trained.record.restarts.iter().filter(|r| r.outcome == Outcome::Finished).count();
    assert_eq!(left, 5);
}

#[test]
fn batches_train_too_and_the_threads_do_not_matter() {
    let config = TrainConfig { batch: 7, rate: 0.005, restarts: 5, ..config() };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| run(&config))
    };
    let trained = with(1);
    assert_eq!(trained, with(3));
    assert!(trained.record.mae < 0.05, "{}", trained.record.mae);
}

#[test]
fn annealed_networks_are_compared_by_what_they_do_not_know() {
    let config =
        TrainConfig { epochs: 300, restarts: 20, halve_at: vec![], polish: 10, anneal: 0.1, ..config() };
    let trained = run(&config);
    let least = trained.finalists.iter().filter_map(|f| f.strays).fold(f64::INFINITY, f64::min);
    let best = trained.finalists.iter().find(|f| f.restart == trained.record.restart).expect("the best");
    assert_eq!((trained.finalists.len(), best.strays), (20, Some(least)));
    // Those far from the best have no vote; four at least must have one.
    let alone = |restart| trained.finalists.iter().find(|f| f.restart == restart).and_then(|f| f.strays);
    let near = |restart| alone(restart) <= Some(3.0 * least);
    let peers = trained.finalists.iter().filter(|f| near(f.restart)).count();
    assert!((4..20).contains(&peers), "{peers} of 20");
    let voted = run(&TrainConfig { consensus: 1, ..config });
    assert_eq!(voted.finalists.len(), peers.div_ceil(2).max(4));
    assert!(voted.finalists.iter().all(|f| near(f.restart)));
}

#[test]
fn drawing_with_replacement_and_steps_of_the_rate_work() {
    let schedule = Schedule::Step { factor: 0.5, every: 500 };
    let trained = run(&TrainConfig { sampling: Sampling::Replacement, schedule, ..config() });
    assert!(trained.record.mae < 0.05, "{}", trained.record.mae);
}

#[test]
fn schedules() {
    let step = Schedule::Step { factor: 0.95, every: 1000 };
    assert_eq!([0, 999, 1000, 2500].map(|e| step.factor(e, 9000)), [1.0, 1.0, 0.95, 0.95 * 0.95]);
    let cosine = Schedule::Cosine { floor: 0.1 };
    for (epoch, factor) in [(0, 1.0), (50, 0.55), (100, 0.1)] {
        assert!((cosine.factor(epoch, 100) - factor).abs() < 1e-12);
    }
    assert_eq!(Schedule::Constant.factor(77, 100), 1.0);
}

#[test]
fn scaled_training_gives_a_network_for_unscaled_data() {
    // Values that no unscaled training from small weights would reach in these few epochs.
    let x: Vec<f64> = (0..80).flat_map(|i| [5000.0 + 10.0 * i as f64, -3.0]).collect();
    let y: Vec<f64> = (0..80).flat_map(|i| [1e4 + 40.0 * i as f64, 7.0]).collect();
    let samples = Samples::new(2, 2, x, y).expect("finite samples");
    let neurons = vec![Neuron { activation: Activation::Tanh, kind: Kind::Ordinary }; 4];
    let shape = topology(vec![hidden(neurons, true)]);
    let config = TrainConfig { standardise: Standardise::Both, validation: 0.25, ..config() };
    let trained = train(&shape, &samples, &config, &Quiet).expect("trained");
    assert!(trained.record.mae < 20.0, "of a range of 3200: {}", trained.record.mae);
    assert_eq!(trained.record.samples, [60, 20]);
    let without = Topology { output_bias: false, ..shape };
    let text = train(&without, &samples, &config, &Quiet).expect_err("no bias").to_string();
    assert!(text.contains("biases in the outputs"), "{text}");
}

#[test]
fn where_samples_are_held_out_there_are_curves_of_both_parts() {
    let config = TrainConfig {
        cost: Cost::Squared,
        standardise: Standardise::None,
        validation: 0.25,
        epochs: 4,
        restarts: 1,
        polish: 0,
        ..config()
    };
    let samples = sine(80);
    let trained = train(&small(), &samples, &config, &Quiet).expect("trained");
    let record = &trained.record.restarts[0];
    // Four epochs from random weights: the last is the best, and the one whose network is given back.
    assert_eq!((trained.record.curve_stride, trained.record.epochs), (4, 4));
    let held = held_out(80, &config).expect("a quarter");
    let mean = |wanted: &dyn Fn(&usize) -> bool| {
        let rows: Vec<usize> = (0..80).filter(wanted).collect();
        let some = samples.select(&rows).expect("some");
        let outputs = trained.network.eval_all(some.x());
        Metrics::of(&outputs, some.y()).expect("metrics").rmse.powi(2)
    };
    let both = [mean(&|r| held.contains(r)), mean(&|r| !held.contains(r))];
    for (curve, expected) in [&record.curve, &record.training_curve].into_iter().zip(both) {
        assert_eq!(curve.len(), 2);
        assert!((curve[1] / expected - 1.0).abs() < 1e-9, "{curve:?}: {expected}");
    }
    let together = run(&TrainConfig { epochs: 20, ..self::config() }).record;
    assert!(together.restarts.iter().all(|r| r.training_curve.is_empty()));
    assert!(together.restarts[together.restart].curve.len() > 1);
}

/// Cancels after some reports.
struct After(AtomicUsize, usize);

impl Progress for After {
    fn update(&self, _restart: usize, _epoch: usize, _of: usize, _cost: f64) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= self.1
    }
}

#[test]
fn interrupted_training_gives_the_best_so_far() {
    for reports in [0, 4, 40] {
        let progress = After(AtomicUsize::new(0), reports);
        let trained = train(&small(), &sine(50), &config(), &progress).expect("the best so far");
        assert!(trained.record.interrupted);
        assert!(trained.record.epochs < 2000);
        trained.network.validate().expect("finite weights");
        let costs = trained.record.restarts.iter().filter_map(|r| r.cost);
        assert_eq!(trained.record.cost, costs.fold(f64::INFINITY, f64::min));
    }
    assert!(!run(&config()).record.interrupted);
}

#[test]
fn divergence_is_an_error_with_a_cure() {
    // The paper's large random weights, with amplifying neurons from the start.
    let shape = PaperShape { amplifying: 4, attenuating: 1, ..PaperShape::new(1, 1, 10, 5) };
    let topology = Topology::paper(&shape).expect("the paper's shape");
    let config = TrainConfig { init: Init::Paper, ..config() };
    let fault = train(&topology, &sine(50), &config, &Quiet).expect_err("infinite");
    assert_eq!(fault, TrainError::Diverged { restarts: 4 });
}

#[test]
fn samples_that_do_not_fit_are_refused() {
    let fault = |topology: &Topology, samples: &Samples, config: &TrainConfig| {
        train(topology, samples, config, &Quiet).expect_err("a fault").to_string()
    };
    let two = topology(vec![]);
    let text = fault(&two, &sine(50), &config());
    assert!(text.starts_with("the samples have 1 inputs, but the network has 2"), "{text}");
    let huge = Samples::new(1, 1, vec![0.0, 1.0], vec![0.0, 1e30]).expect("finite samples");
    let text = fault(&small(), &huge, &config());
    assert!(text.starts_with("sample 1, y0: 1e30 is too large") || text.contains("1000000"), "{text}");
    let text = fault(&small(), &sine(3), &TrainConfig { validation: 0.9, ..config() });
    assert!(text.contains("leaves 0 of 3 samples"), "{text}");
}

#[test]
fn configurations_out_of_range_are_refused() {
    let faults = [
        (TrainConfig { rate: f64::NAN, ..config() }, "rate is NaN"),
        (TrainConfig { epochs: 0, ..config() }, "epochs is 0"),
        (TrainConfig { restarts: 0, ..config() }, "restarts is 0"),
        (TrainConfig { l2: -1.0, ..config() }, "l2 is -1"),
        (TrainConfig { halve_at: vec![0.5, 0.2], ..config() }, "halve-at is [0.5, 0.2]"),
        (TrainConfig { validation: 1.0, ..config() }, "validation is 1"),
        (TrainConfig { batch: 0, ..config() }, "batch is 0"),
        (TrainConfig { anneal: 1.0, ..config() }, "anneal is 1"),
        (TrainConfig { anneal: -1.0, polish: 9, ..config() }, "anneal is -1"),
        (TrainConfig { consensus: 2, ..config() }, "consensus is 2"),
        (TrainConfig { consensus: 1, polish: 9, validation: 0.2, ..config() }, "consensus is 1"),
        (
            TrainConfig { schedule: Schedule::Step { factor: 0.5, every: 0 }, ..config() },
            "schedule.every is 0",
        ),
    ];
    for (config, start) in faults {
        let text = config.validate().expect_err("a fault").to_string();
        assert!(text.starts_with(start), "{text}");
    }
}

#[test]
fn a_project_file_sets_what_it_names() {
    let text =
        r#"{"cost": "squared", "optimiser": {"kind": "paper-adam"}, "schedule": {"kind": "constant"}}"#;
    let read: TrainConfig = serde_json::from_str(text).expect("read");
    assert_eq!(read.epochs, TrainConfig::default().epochs);
    assert_eq!(read.schedule, Schedule::Constant);
    assert!(serde_json::from_str::<TrainConfig>(r#"{"epoch": 1}"#).is_err());
    let back = serde_json::to_string(&TrainConfig::default()).expect("written");
    assert_eq!(serde_json::from_str::<TrainConfig>(&back).expect("read"), TrainConfig::default());
}

/// Eq. 6 as the first paper samples it, small enough for a test.
#[test]
fn equation_6_with_the_papers_network() {
    let shape = PaperShape { amplifying: 4, attenuating: 1, ..PaperShape::new(1, 1, 10, 5) };
    let topology = Topology::paper(&shape).expect("the paper's shape");
    let config = TrainConfig { epochs: 1500, restarts: 2, ..TrainConfig::default() };
    let trained = train(&topology, &Target::Eq6.train(1, 194), &config, &Quiet).expect("trained");
    let grid = Target::Eq6.grid();
    let mae = Metrics::of(&trained.network.eval_all(grid.x()), grid.y()).expect("metrics").mae;
    assert!(mae < 0.15, "{mae}");
}
