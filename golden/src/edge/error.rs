//! Why there is no circuit of learned edges.

use crate::num::FormatError;
use crate::plan::PlanError;

/// Samples or settings that no circuit can be trained from.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EdgeError {
    /// Samples without targets.
    #[error("the samples have no targets: give columns y0, ..., or a label")]
    NoTargets,
    /// Nothing to tell apart.
    #[error("all samples have the class `{0}`: give samples of two classes at least")]
    OneClass(String),
    /// A target that never changes.
    #[error(
        "the target y{output} is {value} in every sample: leave the column away, a constant needs no circuit"
    )]
    Constant {
        /// The target, from 0.
        output: usize,
        /// Its value.
        value: f64,
    },
    /// No input changes.
    #[error("no input changes from sample to sample: nothing can be learned from them")]
    ConstantInputs,
    /// Too few samples to hold any out.
    #[error("{0} samples are too few: a fifth of them is held out for selection, give at least 10")]
    Few(usize),
    /// A port that the user fixed and that does not suit its column.
    #[error(
        "input {input}: the format {format} cannot tell the samples of this column apart: give one that holds {lo} to {hi}"
    )]
    Port {
        /// The input, from 0.
        input: usize,
        /// The format.
        format: crate::num::Format,
        /// The least value.
        lo: f64,
        /// The largest value.
        hi: f64,
    },
    /// Values no format reaches.
    #[error("{place}: the range {lo}..{hi} fits no format: scale the column")]
    Range {
        /// The column.
        place: String,
        /// The least value.
        lo: f64,
        /// The largest value.
        hi: f64,
    },
    /// A format out of range.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The plan breaks a rule of the contract.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A table that cannot be.
    #[error(transparent)]
    Table(#[from] crate::approx::TableError),
}
