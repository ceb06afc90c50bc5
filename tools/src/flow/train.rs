//! Training, with progress shown and Ctrl-C heard.

use super::evaluate;
use crate::interrupt;
use crate::project::{Project, for_samples, learns};
use crate::report::HeldOut;
use crate::term;
use gainstage_golden::data::{Metrics, Samples};
use gainstage_golden::learned;
use gainstage_golden::net::{Model, Outcome, RestartRecord, Topology, TrainingRecord};
use gainstage_golden::train::{
    self, Concern, Progress, Standardise, State, TrainConfig, TrainError, Trained,
};
use gainstage_golden::watch::{self, Watch};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Trains the network of a project on its samples. An interrupted training gives the best network so far; its
/// record says so.
///
/// # Errors
/// Samples and network that do not fit each other; divergence.
pub fn train(project: &Project, samples: &Samples) -> anyhow::Result<Model> {
    let topology = project.network.topology(samples.inputs(), samples.outputs())?;
    if learns(&topology) {
        return learn(project, &topology, samples);
    }
    let config = project.training(&topology, samples);
    let trained = search("training", &topology, samples, &config)?;
    if let Some(said) = stuck(&trained.record, samples) {
        term::say(&format!("warning: {said}"));
    }
    Ok(Model { names: samples.names().clone(), ..trained.into_model(project.name.0.clone()) })
}

/// Restarts whose costs differ by less than this share have all ended at the same.
const SAME: f64 = 0.02;

/// An error above this share of a constant's is no better.
const HARDLY: f64 = 0.9;

/// What is said where all restarts ended at one cost that a constant has too.
fn stuck(record: &TrainingRecord, samples: &Samples) -> Option<String> {
    let costs: Vec<f64> = record.restarts.iter().filter_map(|r| r.cost).collect();
    let ends = |(lo, hi): (f64, f64), &c: &f64| (lo.min(c), hi.max(c));
    let (least, most) = costs.iter().fold((f64::INFINITY, 0.0), ends);
    let outputs = samples.outputs();
    let column = |o: usize| samples.y().iter().skip(o).step_by(outputs);
    let spread = |o: usize| {
        let mean = column(o).sum::<f64>() / samples.rows() as f64;
        column(o).map(|y| (y - mean).abs()).sum::<f64>()
    };
    let constant = (0..outputs).map(spread).sum::<f64>() / (samples.rows() * outputs) as f64;
    let all = costs.len() > 1 && most - least < SAME * least && record.mae > HARDLY * constant;
    all.then(|| {
        format!(
            "all {} restarts ended at the same cost, {least:.3e}, hardly better than a constant: their neurons may be saturated or dead; \
             take another activation, a smaller rate, more epochs, or standardise = \"both\"",
            costs.len()
        )
    })
}

/// Trains networks of a shape; `what` names the work where progress is shown.
///
/// # Errors
/// As [`train()`].
pub fn search(
    what: &str,
    topology: &Topology,
    samples: &Samples,
    config: &TrainConfig,
) -> anyhow::Result<Trained> {
    Ok(search_from(what, topology, samples, config, None, &|_| {})?)
}

/// What is done with the state of a training after each stretch.
pub type Keep<'a> = dyn Fn(&dyn Fn() -> State) + Sync + 'a;

/// As [`search`]: goes on from a state, if there is one, and hands over the states on the way.
///
/// # Errors
/// As [`train()`]; a state of another training.
pub fn search_from(
    what: &str,
    topology: &Topology,
    samples: &Samples,
    config: &TrainConfig,
    from: Option<&State>,
    keep: &Keep,
) -> Result<Trained, TrainError> {
    for concern in Concern::of(topology, samples, config) {
        term::say(&format!("warning: {concern}"));
    }
    let watcher = Watcher::new(what, config, keep);
    match from {
        Some(state) => train::resume(topology, samples, config, &watcher, state),
        None => train::train(topology, samples, config, &watcher),
    }
}

/// Learns activations and weights together.
fn learn(project: &Project, topology: &Topology, samples: &Samples) -> anyhow::Result<Model> {
    let config = for_samples(&project.learned, samples);
    // Learned activations scale their inputs themselves.
    for concern in Concern::of_samples(samples, Standardise::Both) {
        term::say(&format!("warning: {concern}"));
    }
    // Nothing is held out here: samples that count more stand there as often.
    let learnt = learned::learn(topology, &samples.repeated(), &config)?;
    let outputs = learnt.network.eval_all(samples.x());
    let accepted = learnt.updates.iter().filter(|u| u.accepted).count();
    let record = TrainingRecord {
        version: env!("CARGO_PKG_VERSION").into(),
        protocol: serde_json::to_value(&config)?,
        seed: config.seed,
        restart: learnt.restart,
        epochs: accepted,
        samples: [samples.rows(), 0],
        cost: learnt.energy,
        mae: Metrics::of(&outputs, samples.y())?.mae,
        interrupted: false,
        instructions: "f64".into(),
        curve_stride: 0,
        restarts: vec![RestartRecord {
            outcome: Outcome::Finished,
            epochs: accepted,
            cost: Some(learnt.energy),
            curve: Vec::new(),
            training_curve: Vec::new(),
        }],
    };
    let ranges = (0..samples.inputs()).map(|i| samples.input_range(i).into()).collect();
    let model = Model::new(project.name.0.clone(), learnt.network, ranges);
    Ok(Model {
        training: Some(record),
        classes: samples.classes().to_vec(),
        names: samples.names().clone(),
        ..model
    })
}

/// The error of a model on the samples that its training held out; none if it held out none.
///
/// # Errors
/// Samples that do not fit the model.
pub fn held_out(project: &Project, model: &Model, samples: &Samples) -> anyhow::Result<Option<HeldOut>> {
    // Learned activations hold out nothing.
    if model.training.as_ref().is_none_or(|t| t.samples[1] == 0) {
        return Ok(None);
    }
    let rows = train::held_out(samples.rows(), &project.train)?;
    let Some(held) = samples.select(&rows) else { return Ok(None) };
    let judged = evaluate::judge(&evaluate::float(&model.network, &held), &held)?;
    Ok(Some(HeldOut::of(held.rows(), &judged)))
}

/// Writes a model that took long to train. Where that is impossible (a disk that is full, a place that is gone), it goes to
/// the directory for temporary files.
///
/// # Errors
/// The place where it could not be written, and where it is instead, if anywhere.
pub fn keep(model: &Model, path: &Path) -> anyhow::Result<()> {
    let Err(e) = model.write(path) else { return Ok(()) };
    let spare = std::env::temp_dir().join(format!("gainstage-{}-{}.json", model.name, std::process::id()));
    model.write(&spare).map_err(|_| anyhow::anyhow!("{e}; make room, then train again"))?;
    anyhow::bail!("{e}; the trained model is in {}: make room, then move it there", spare.display())
}

/// Whether a model's training was interrupted.
pub fn interrupted(model: &Model) -> bool {
    model.training.as_ref().is_some_and(|t| t.interrupted)
}

/// Adds up what the restarts report.
struct Watcher<'a> {
    sums: Mutex<Sums>,
    keep: &'a Keep<'a>,
    watch: Watch,
}

struct Sums {
    bar: term::Progress,
    epochs: Vec<usize>,
    best: f64,
}

impl<'a> Watcher<'a> {
    fn new(what: &str, config: &TrainConfig, keep: &'a Keep<'a>) -> Watcher<'a> {
        let bar = term::Progress::new(what, planned_epochs(config));
        Watcher {
            sums: Mutex::new(Sums { bar, epochs: vec![0; config.restarts], best: f64::INFINITY }),
            keep,
            watch: watch::here(),
        }
    }
}

impl Progress for Watcher<'_> {
    fn update(&self, restart: usize, epoch: usize, _of: usize, cost: f64) {
        let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(e) = sums.epochs.get_mut(restart) {
            *e = epoch;
        }
        if cost < sums.best {
            sums.best = cost;
        }
        let done = sums.epochs.iter().sum::<usize>() as u64;
        let note = format!("best cost {:.3e}", sums.best);
        sums.bar.update(done, &note);
    }

    fn stretch(&self, state: &dyn Fn() -> State) {
        (self.keep)(state);
    }

    fn cancelled(&self) -> bool {
        interrupt::wanted(&self.watch)
    }
}

/// Epochs over all restarts, with half of them abandoned at each of the configured shares.
fn planned_epochs(config: &TrainConfig) -> u64 {
    let (mut running, mut before, mut total) = (config.restarts, 0.0, 0.0);
    for &share in config.halve_at.iter().chain([&1.0]) {
        total += running as f64 * (share - before) * config.epochs as f64;
        (running, before) = (running.div_ceil(2), share);
    }
    total as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restarts_that_all_end_at_a_constant_are_told() {
        let y: Vec<f64> = (0..40).map(|i| f64::from(i % 2)).collect();
        let samples = Samples::new(1, 1, (0..40).map(f64::from).collect(), y).expect("samples");
        let record = |costs: &[f64], mae: f64| {
            let trained = TrainConfig { epochs: 1, restarts: 1, ..TrainConfig::default() };
            let topology = Topology { inputs: 1, hidden: Vec::new(), outputs: 1, output_bias: true };
            let found = train::train(&topology, &samples, &trained, &train::Quiet).expect("a line");
            let one = |&cost: &f64| RestartRecord { cost: Some(cost), ..found.record.restarts[0].clone() };
            TrainingRecord { restarts: costs.iter().map(one).collect(), mae, ..found.record }
        };
        let said = stuck(&record(&[0.250, 0.251, 0.252], 0.5), &samples).expect("no better than a constant");
        assert!(said.starts_with("all 3 restarts ended at the same cost, 2.500e-1,"), "{said}");
        // One that is better, an error that is small, and a single restart say nothing.
        assert_eq!(stuck(&record(&[0.1, 0.251], 0.5), &samples), None);
        assert_eq!(stuck(&record(&[0.250, 0.251], 0.1), &samples), None);
        assert_eq!(stuck(&record(&[0.250], 0.5), &samples), None);
    }

    #[test]
    fn abandoned_restarts_count_for_the_epochs_they_ran() {
        let config = TrainConfig { epochs: 100, restarts: 5, halve_at: vec![0.1, 0.5], ..Default::default() };
        // 5 restarts run 10 epochs, 3 of them 40 more, 2 the last 50.
        assert_eq!(planned_epochs(&config), 5 * 10 + 3 * 40 + 2 * 50);
    }
}
