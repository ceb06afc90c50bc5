//! Why training cannot start or gives nothing.

use crate::net::NetError;
use crate::text::bytes;
use thiserror::Error;

/// Why training cannot start or gives nothing.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A field of the configuration is out of range.
    #[error("{field} is {value}, but must be {expected}")]
    Config {
        /// The field, as in the project file.
        field: &'static str,
        /// Its value.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// The topology is not valid.
    #[error("the network: {0}")]
    Network(#[from] NetError),
    /// The samples do not fit the topology.
    #[error("the samples have {found} {what}, but the network has {expected}: change the one or the other")]
    Width {
        /// `inputs` or `targets`.
        what: &'static str,
        /// Columns of the samples.
        found: usize,
        /// Inputs or outputs of the network.
        expected: usize,
    },
    /// So many samples are held out that none is left.
    #[error(
        "validation = {share} leaves {left} of {rows} samples for training: use a smaller share or more samples"
    )]
    NothingLeft {
        /// The configured share.
        share: f64,
        /// Samples left.
        left: usize,
        /// All samples.
        rows: usize,
    },
    /// A value is beyond what the number type of the inner loop can hold with room for squares.
    #[error(
        "sample {row}, {column}: {value} is too large to train with in single precision: scale the data, or set \
         precision = \"f64\""
    )]
    TooLarge {
        /// The sample, from 0.
        row: usize,
        /// `x0`, `x1`, ..., `y0`, ...
        column: String,
        /// The value.
        value: f64,
    },
    /// Standardising needs biases that the topology does not have.
    #[error(
        "standardise needs biases in {place} to undo the shift: give that layer biases, or do not standardise"
    )]
    NoBias {
        /// Which layer.
        place: &'static str,
    },
    /// Targets that are no probabilities, with a cost that needs them.
    #[error(
        "sample {row}: {value} where cost = \"{cost}\" needs {expected}: give a column `label` with classes, or use \
         another cost"
    )]
    Probability {
        /// The sample, from 0.
        row: usize,
        /// The target, or the sum of the targets.
        value: f64,
        /// The cost.
        cost: &'static str,
        /// What is needed.
        expected: &'static str,
    },
    /// Labels that name a single class.
    #[error(
        "every sample is of the class `{class}`: there is nothing to tell apart; add samples of another class"
    )]
    OneClass {
        /// The class.
        class: String,
    },
    /// The state of another training, or of another version or machine.
    #[error("the state is of a training with {found}, this one has {expected}: remove it and train anew")]
    State {
        /// What it is of.
        found: String,
        /// What is trained now.
        expected: String,
    },
    /// More samples than there is memory for.
    #[error(
        "training on {rows} samples takes {} of memory beside them, but {} are free: give fewer samples or columns, or use a \
         machine with more memory",
        bytes(*needed),
        bytes(*room)
    )]
    Memory {
        /// Samples.
        rows: usize,
        /// Bytes that they take.
        needed: u64,
        /// Bytes that there are.
        room: u64,
    },
    /// Every restart met NaN or infinite errors.
    #[error(
        "{} diverged to infinite or undefined errors: lower the rate, scale the data \
         (standardise), or use fewer amplifying neurons",
        if *restarts == 1 { "the only restart".to_owned() } else { format!("all {restarts} restarts") }
    )]
    Diverged {
        /// How many restarts.
        restarts: usize,
    },
}
