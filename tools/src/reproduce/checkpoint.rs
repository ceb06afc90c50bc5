//! Finished trainings on disk: a later run takes them over, if they are of the very same network, configuration and
//! samples.

use super::Method;
use crate::term;
use anyhow::Context;
use gainstage_golden::data::Metrics;
use gainstage_golden::document::{read_json, write_json};
use gainstage_golden::net::{Network, Topology, TrainingRecord};
use gainstage_golden::train::TrainConfig;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The schema version of a checkpoint.
const SCHEMA: u32 = 1;

/// What a training is of: all that its result depends on, but for the instruction set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// What is trained, in words.
    pub name: String,
    /// How.
    pub method: Method,
    /// The shape.
    pub topology: Topology,
    /// The configuration, seed included.
    pub config: TrainConfig,
    /// Inputs of the training samples, one sample after the other.
    pub x: Vec<f64>,
    /// Targets of the training samples.
    pub y: Vec<f64>,
}

impl Key {
    /// Fails if the key of the file `path` is not the one expected.
    ///
    /// # Errors
    /// What differs.
    pub fn require(&self, expected: &Key, path: &Path) -> anyhow::Result<()> {
        let k = expected;
        let differs = match self {
            s if s.name != k.name || s.method != k.method || s.topology != k.topology => "network",
            s if s.config != k.config => "configuration or seed",
            s if (&s.x, &s.y) != (&k.x, &k.y) => "training data",
            _ => return Ok(()),
        };
        anyhow::bail!(
            "{}: a checkpoint of {} ({}, seed {}) with another {differs} than {} ({}, seed {}): remove it, or write \
             to another directory",
            path.display(),
            self.name,
            self.method.name(),
            self.config.seed,
            k.name,
            k.method.name(),
            k.config.seed,
        )
    }
}

/// One trained network with its errors on the evaluation grid.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Index of the restart.
    pub restart: usize,
    /// What restarts are compared by, from the training samples.
    pub cost: f64,
    /// Errors on the grid.
    pub grid: Metrics,
    /// The network.
    pub network: Network,
}

/// The result of one training.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Schema version.
    schema: u32,
    /// What it is of.
    pub key: Key,
    /// How it went.
    pub record: TrainingRecord,
    /// Wall time, seconds.
    pub seconds: f64,
    /// All networks trained to the end.
    pub candidates: Vec<Candidate>,
}

impl Entry {
    /// A result, never empty.
    pub fn new(key: Key, record: TrainingRecord, seconds: f64, candidates: Vec<Candidate>) -> Entry {
        Entry { schema: SCHEMA, key, record, seconds, candidates }
    }

    /// The candidate that the training data picks.
    pub fn selected(&self) -> anyhow::Result<&Candidate> {
        self.first_by(|c| c.cost)
    }

    /// The candidate that the grid would pick, as the paper does.
    pub fn best(&self) -> anyhow::Result<&Candidate> {
        self.first_by(|c| c.grid.mae)
    }

    /// The candidate that counts for this way of training.
    pub fn counted(&self) -> anyhow::Result<&Candidate> {
        match self.key.method {
            Method::JungKwon => self.best(),
            Method::Gainstage => self.selected(),
        }
    }

    fn first_by(&self, value: impl Fn(&Candidate) -> f64) -> anyhow::Result<&Candidate> {
        let least = self.candidates.iter().min_by(|a, b| value(a).total_cmp(&value(b)));
        least.with_context(|| format!("{}: no network was trained to the end", self.key.name))
    }

    /// The middle MAE of all candidates.
    pub fn median(&self) -> f64 {
        let mut all: Vec<f64> = self.candidates.iter().map(|c| c.grid.mae).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// A finished training of this key, if `path` holds one.
    ///
    /// # Errors
    /// A file that cannot be read, or that is of something else.
    pub fn read(path: &Path, key: &Key) -> anyhow::Result<Option<Entry>> {
        if !path.exists() {
            return Ok(None);
        }
        let entry: Entry = read_json(path, "checkpoint", SCHEMA)?;
        entry.key.require(key, path)?;
        Ok(Some(entry))
    }

    /// Writes the checkpoint. A disk that is full does not end the run: the result stays in memory, and a note says that
    /// a later run will have to train it again.
    pub fn keep(&self, path: &Path) {
        if let Err(e) = write_json(path, self) {
            term::say(&format!("warning: {e}; the result of {} is kept in memory only", self.key.name));
        }
    }
}
