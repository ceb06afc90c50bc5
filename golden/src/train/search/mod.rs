//! Restarts in parallel, the worse halves abandoned, the best kept.

mod context;
mod lockstep;
mod restart;
mod resume;
mod stages;

use super::columns::Columns;
use super::config::{Precision, TrainConfig};
use super::error::TrainError;
use super::polish::{Aim, Voter, agree, prune};
use super::prepare::{Prepared, prepare};
use super::progress::Progress;
use super::state::{Best, State};
use super::step::lanes::Lane;
use super::step::path::Path;
use crate::data::{Metrics, Samples};
use crate::net::{Model, Network, Outcome, Topology, TrainingRecord};
use context::Context;
use lockstep::run_all;
use rayon::prelude::*;
use restart::Restart;
use serde::{Deserialize, Serialize};
use stages::{Stages, curve_stride};

/// The best network of a training.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// The network, on unscaled data.
    pub network: Network,
    /// The smallest and largest value of each input.
    pub input_ranges: Vec<[f64; 2]>,
    /// Names of the classes, if the targets were labels.
    pub classes: Vec<String>,
    /// How it came about; says so if training was interrupted.
    pub record: TrainingRecord,
    /// All networks that were trained to the end, or to the interruption, in the order of their restarts.
    pub finalists: Vec<Finalist>,
}

impl Trained {
    /// The model to write to `model.json`.
    pub fn into_model(self, name: impl Into<String>) -> Model {
        let model = Model::new(name, self.network, self.input_ranges);
        Model { training: Some(self.record), classes: self.classes, ..model }
    }
}

/// What a restart came to that was neither abandoned nor lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finalist {
    /// Index of the restart.
    pub restart: usize,
    /// Its mean cost, as restarts are compared by on the way.
    pub cost: f64,
    /// How far it is from what it does not know, by which networks are compared at the end if it is known: its
    /// leave-one-out error ([`TrainConfig::anneal`]), or its distance from samples and consensus ([`TrainConfig::consensus`]).
    pub strays: Option<f64>,
    /// Its network, on unscaled data.
    pub network: Network,
}

/// Trains networks of the shape `topology` on `samples` and returns the best.
///
/// Restarts run on the current rayon pool; the result does not depend on its size.
///
/// # Errors
/// A configuration, topology or samples that are not valid or do not fit each other; divergence of every restart.
/// An interruption is not an error.
pub fn train(
    topology: &Topology,
    samples: &Samples,
    config: &TrainConfig,
    progress: &dyn Progress,
) -> Result<Trained, TrainError> {
    train_from(topology, samples, config, progress, None)
}

/// Goes on with a training of the same topology, samples and configuration where `from` was taken: the same result, to the
/// bit, as if it had never stopped.
///
/// # Errors
/// As [`train`]; a state of another training, version or instruction set.
pub fn resume(
    topology: &Topology,
    samples: &Samples,
    config: &TrainConfig,
    progress: &dyn Progress,
    from: &State,
) -> Result<Trained, TrainError> {
    train_from(topology, samples, config, progress, Some(from))
}

fn train_from(
    topology: &Topology,
    samples: &Samples,
    config: &TrainConfig,
    progress: &dyn Progress,
    from: Option<&State>,
) -> Result<Trained, TrainError> {
    config.validate()?;
    topology.validate()?;
    let prepared = prepare(topology, samples, config)?;
    let winner = match config.precision {
        Precision::F32 => search::<f32>(topology, &prepared, config, progress, from)?,
        Precision::F64 => search::<f64>(topology, &prepared, config, progress, from)?,
    };
    let network = prepared.scaling.undo(winner.best.network);
    let outputs = network.eval_all(samples.x());
    let mae = Metrics::of(&outputs, samples.y()).map_or(f64::NAN, |m| m.mae);
    let input_ranges = (0..samples.inputs()).map(|i| samples.input_range(i).into()).collect();
    let record = TrainingRecord {
        version: env!("CARGO_PKG_VERSION").into(),
        protocol: serde_json::to_value(config).unwrap_or_default(),
        seed: config.seed,
        restart: winner.restart,
        epochs: winner.best.epoch,
        samples: prepared.counts,
        cost: winner.best.cost,
        mae,
        interrupted: winner.records.iter().any(|r| r.outcome == Outcome::Interrupted),
        instructions: winner.instructions,
        curve_stride: curve_stride(Stages::new(config, topology).total),
        restarts: winner.records,
    };
    Ok(Trained {
        network,
        input_ranges,
        classes: samples.classes().to_vec(),
        record,
        finalists: winner.finalists,
    })
}

struct Winner {
    restart: usize,
    best: Best,
    finalists: Vec<Finalist>,
    records: Vec<crate::net::RestartRecord>,
    instructions: String,
}

fn search<T: Lane>(
    topology: &Topology,
    prepared: &Prepared,
    config: &TrainConfig,
    progress: &dyn Progress,
    from: Option<&State>,
) -> Result<Winner, TrainError> {
    let path = Path::best();
    let training = prepared.training.convert::<T>()?;
    let start = &prepared.training.x;
    let check = prepared.check.as_ref().unwrap_or(&prepared.training);
    let apart = prepared.check.is_some().then_some(&prepared.training);
    let stages = Stages::new(config, topology);
    let total = stages.total;
    let context =
        Context { topology, path, config, stages, training: &training, start, check, apart, progress };
    let mut restarts: Vec<Restart<T>> = match from {
        Some(state) => state.take_up(&context)?,
        None => (0..config.restarts).into_par_iter().map(|index| Restart::new(index, &context)).collect(),
    };
    let halved = from.map_or(0, |state| state.halved);
    for (halved, &share) in config.halve_at.iter().enumerate().skip(halved) {
        let end = ((total as f64 * share) as usize).clamp(1, total);
        run_all(&mut restarts, end, halved, &context);
        abandon_worse_half(&mut restarts);
    }
    run_all(&mut restarts, total, config.halve_at.len(), &context);
    let aim = (config.polish > 0).then(|| Aim::of(prepared.training.clone()));
    if let Some(aim) = &aim {
        restarts.par_iter_mut().for_each(|r| r.polish(aim, &context));
    }
    if config.consensus > 0 {
        find_consensus(&mut restarts, &prepared.training, &context);
    }
    let records = restarts.iter().map(Restart::record).collect();
    let finalists =
        restarts.iter().filter(|r| !r.is_lost(config.protocol) && r.outcome != Some(Outcome::Abandoned));
    let finalists = finalists.filter_map(|r| {
        let best = r.best.as_ref()?;
        Some(Finalist {
            restart: r.index,
            cost: best.cost,
            strays: r.strays,
            network: prepared.scaling.undo(best.network.clone()),
        })
    });
    let finalists = finalists.collect();
    // The first of equals: `min_by` keeps the earliest, whatever the threads did.
    let usable = restarts.into_iter().filter(|r| !r.is_lost(config.protocol));
    let best = usable.min_by(|a, b| {
        let (a, b) = (a.rank(), b.rank());
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    match best {
        Some(Restart { index, best: Some(mut best), .. }) => {
            if let Some(aim) = aim.as_ref().filter(|_| config.prune > 0.0) {
                prune(&mut best.network, aim, config.prune, config.polish.min(PRUNED), progress);
                best.cost = check.mean_cost(&best.network, config.cost);
            }
            Ok(Winner { restart: index, best, finalists, records, instructions: context.instructions() })
        }
        _ => Err(TrainError::Diverged { restarts: config.restarts }),
    }
}

/// Levenberg-Marquardt steps after each round of pruning at most.
const PRUNED: usize = 30;

/// Of the restarts that still run, keeps the better half (rounded up).
fn abandon_worse_half<T: Lane>(restarts: &mut [Restart<T>]) {
    let mut running: Vec<&mut Restart<T>> = restarts.iter_mut().filter(|r| r.outcome.is_none()).collect();
    running.sort_by(|a, b| a.cost().total_cmp(&b.cost()));
    let keep = running.len().div_ceil(2);
    for restart in running.into_iter().skip(keep) {
        restart.outcome = Some(Outcome::Abandoned);
    }
}

/// How many times the least leave-one-out error a network may have that is asked for its opinion.
const PEERS: f64 = 3.0;

/// Lets the finished networks agree; those that stray are abandoned.
fn find_consensus<T: Lane>(restarts: &mut [Restart<T>], samples: &Columns<f64>, context: &Context<T>) {
    let finished = restarts.iter_mut().filter(|r| r.outcome == Some(Outcome::Finished));
    let mut finished: Vec<&mut Restart<T>> = finished.collect();
    let known = finished.iter().filter_map(|r| r.strays);
    let least = known.fold(f64::INFINITY, f64::min);
    let voter = |(restart, r): (usize, &&mut Restart<T>)| {
        // What leaving out tells apart has no vote: bad networks may be many, and agree.
        r.strays.is_none_or(|s| s <= PEERS * least).then_some(())?;
        Some(Voter { restart, network: r.best.as_ref()?.network.clone(), distance: f64::INFINITY })
    };
    let voters: Vec<Voter> = finished.iter().enumerate().filter_map(voter).collect();
    let left = agree(voters, samples, context.config.consensus, context.progress);
    if left.iter().any(|v| v.distance.is_finite()) {
        finished.iter_mut().for_each(|r| r.outcome = Some(Outcome::Abandoned));
        for v in left {
            finished[v.restart].outcome = Some(Outcome::Finished);
            finished[v.restart].agree(v.network, v.distance, context);
        }
    }
}
