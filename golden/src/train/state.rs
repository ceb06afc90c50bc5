//! A training between two stretches, so that another run can go on with it to the same bits.
//!
//! Restarts do not meet but where they are compared, so the state of a training is that of its restarts at the end of a
//! stretch, and how many comparisons there were. What an optimiser holds is kept as the bits of its numbers.

use crate::net::{Network, Outcome};
use serde::{Deserialize, Serialize};

/// The best network of a restart so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Best {
    pub cost: f64,
    pub epoch: usize,
    pub network: Network,
}

/// A training that is not done, with everything that what follows depends on but for topology, samples and configuration.
/// It is made to be written and read, not to be looked into.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// What it came from: another version or another instruction set would go on differently.
    pub(super) version: String,
    pub(super) instructions: String,
    /// How often the worse half was abandoned.
    pub(super) halved: usize,
    pub(super) restarts: Vec<Saved>,
}

/// A restart between two epochs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Saved {
    pub epoch: usize,
    pub again: u64,
    pub outcome: Option<Outcome>,
    pub best: Option<Best>,
    pub curve: Vec<f64>,
    pub training_curve: Vec<f64>,
    /// What it goes on with, if it does.
    pub running: Option<Running>,
}

/// What a restart goes on with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Running {
    /// The last order of samples, which is shuffled for the next epoch.
    pub order: Vec<u32>,
    /// How far the random numbers are.
    pub drawn: u128,
    /// β1^t and β2^t.
    pub powers: [f64; 2],
    /// Weights and their averages m and v, as bits of `f64`, in the order of their places.
    pub weights: [Vec<u64>; 3],
    /// The running averages of normalised neurons, likewise.
    pub units: [Vec<u64>; 4],
}
