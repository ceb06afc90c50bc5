//! Why nothing was learned.

use crate::net::NetError;

/// A request that cannot be met.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// A field of the configuration.
    #[error("{field} is {value}: use {expected}")]
    Config {
        /// The field, as it is written in a project file.
        field: &'static str,
        /// What it was.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// The shape of the network.
    #[error(transparent)]
    Network(#[from] NetError),
    /// No neuron has a learned activation.
    #[error("no hidden neuron has a learned activation: give at least one, or use the ordinary training")]
    NothingToLearn,
    /// The samples have no targets.
    #[error("the samples have no targets: add them")]
    NoTargets,
    /// Samples and network disagree.
    #[error("the samples have {found} {what}, the network {expected}: make them agree")]
    Shape {
        /// `inputs` or `outputs`.
        what: &'static str,
        /// In the samples.
        found: usize,
        /// In the network.
        expected: usize,
    },
    /// A row that names no class.
    #[error(
        "sample {row}: the targets of a classification are a 1 for the class and 0 elsewhere, not {values:?}"
    )]
    NotOneHot {
        /// The sample, from 0.
        row: usize,
        /// Its targets.
        values: Vec<f64>,
    },
    /// Labels that name a single class.
    #[error(
        "every sample is of the class `{class}`: there is nothing to tell apart; add samples of another class"
    )]
    OneClass {
        /// The class.
        class: String,
    },
    /// The objective is not a number from the beginning.
    #[error("the objective is not finite at the start: scale the data")]
    Diverged,
}
