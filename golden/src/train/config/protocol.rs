//! Named sets of defaults: a project names one and changes what it wants to change.

use super::TrainConfig;
use super::choices::{
    Cost, Init, Normalise, Optimiser, Precision, Sampling, Schedule, Standardise, beta1, epsilon, paper_beta2,
};
use serde::{Deserialize, Serialize};

/// Where the values come from that a configuration does not give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// Adam with bias correction on shuffled epochs, cosine schedule, worse halves abandoned.
    #[default]
    Gainstage,
    /// The first paper's own (Jung & Kwon): all neurons ordinary at first, types set layer after layer, Adam without
    /// bias correction on samples drawn with replacement, 200 stages of 1000 epochs with rates falling by 0.95, weight
    /// decay 0.002, ten evaluations, each judged by its last weights.
    JungKwon,
}

impl Protocol {
    /// Its values.
    pub fn defaults(self) -> TrainConfig {
        match self {
            Protocol::Gainstage => TrainConfig::default(),
            Protocol::JungKwon => TrainConfig {
                protocol: self,
                cost: Cost::Paper,
                optimiser: Optimiser::PaperAdam { beta1: beta1(), beta2: paper_beta2(), epsilon: epsilon() },
                rate: 0.001,
                schedule: Schedule::Step { factor: 0.95, every: 1000 },
                l2: 0.002,
                stabilise: 2500,
                settle: 50,
                epochs: 200_000,
                restarts: 10,
                halve_at: Vec::new(),
                polish: 0,
                anneal: 0.0,
                consensus: 0,
                prune: 0.0,
                seed: 1,
                batch: 1,
                dropout: 0.0,
                sampling: Sampling::Replacement,
                init: Init::Paper,
                precision: Precision::F32,
                validation: 0.0,
                standardise: Standardise::None,
                normalise: Normalise::None,
            },
        }
    }
}

/// A configuration as it is written: what is not given comes from the protocol.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::train) struct Written {
    #[serde(default)]
    protocol: Protocol,
    cost: Option<Cost>,
    optimiser: Option<Optimiser>,
    rate: Option<f64>,
    schedule: Option<Schedule>,
    l2: Option<f64>,
    stabilise: Option<usize>,
    settle: Option<usize>,
    epochs: Option<usize>,
    restarts: Option<usize>,
    halve_at: Option<Vec<f64>>,
    polish: Option<usize>,
    anneal: Option<f64>,
    consensus: Option<usize>,
    prune: Option<f64>,
    seed: Option<u64>,
    batch: Option<usize>,
    dropout: Option<f64>,
    sampling: Option<Sampling>,
    init: Option<Init>,
    precision: Option<Precision>,
    validation: Option<f64>,
    standardise: Option<Standardise>,
    normalise: Option<Normalise>,
}

impl From<Written> for TrainConfig {
    fn from(w: Written) -> TrainConfig {
        let base = w.protocol.defaults();
        TrainConfig {
            protocol: w.protocol,
            cost: w.cost.unwrap_or(base.cost),
            optimiser: w.optimiser.unwrap_or(base.optimiser),
            rate: w.rate.unwrap_or(base.rate),
            schedule: w.schedule.unwrap_or(base.schedule),
            l2: w.l2.unwrap_or(base.l2),
            stabilise: w.stabilise.unwrap_or(base.stabilise),
            settle: w.settle.unwrap_or(base.settle),
            epochs: w.epochs.unwrap_or(base.epochs),
            restarts: w.restarts.unwrap_or(base.restarts),
            halve_at: w.halve_at.unwrap_or(base.halve_at),
            polish: w.polish.unwrap_or(base.polish),
            anneal: w.anneal.unwrap_or(base.anneal),
            consensus: w.consensus.unwrap_or(base.consensus),
            prune: w.prune.unwrap_or(base.prune),
            seed: w.seed.unwrap_or(base.seed),
            batch: w.batch.unwrap_or(base.batch),
            dropout: w.dropout.unwrap_or(base.dropout),
            sampling: w.sampling.unwrap_or(base.sampling),
            init: w.init.unwrap_or(base.init),
            precision: w.precision.unwrap_or(base.precision),
            validation: w.validation.unwrap_or(base.validation),
            standardise: w.standardise.unwrap_or(base.standardise),
            normalise: w.normalise.unwrap_or(base.normalise),
        }
    }
}
