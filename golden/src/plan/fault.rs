//! What can be wrong with a plan.

use super::Softmax;
use crate::approx::TableError;
use crate::data::NamesError;
use crate::names::NameError;
use crate::num::{Format, MAX_WIDTH};
use crate::text::count;
use std::fmt;

/// The widest signed word any exact intermediate may need: C99's `int64_t` must be able to follow.
pub const MAX_EXACT_BITS: u32 = 63;

/// The widest word of a shared engine; circuits have room for 120 bits, and sums and signs take some.
pub(super) const MAX_SHARED_BITS: i32 = 112;

/// A plan that contradicts itself.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct PlanError {
    /// Where.
    pub place: Place,
    /// What.
    #[source]
    pub fault: PlanFault,
}

/// A part of a plan, all counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A field of the plan itself.
    Field(&'static str),
    /// A table.
    Table(usize),
    /// The neurons of a layer.
    Layer(usize),
    /// A neuron, by layer and number.
    Neuron(usize, usize),
    /// All weights of a neuron.
    Weights(usize, usize),
    /// One weight of a neuron.
    Weight(usize, usize, usize),
    /// The table that a neuron uses.
    TableOf(usize, usize),
    /// A neuron of the last layer.
    Output(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Field(name) => f.write_str(name),
            Place::Table(t) => write!(f, "table {t}"),
            Place::Layer(l) => write!(f, "layer {l}, neurons"),
            Place::Neuron(l, n) => write!(f, "layer {l}, neuron {n}"),
            Place::Weights(l, n) => write!(f, "layer {l}, neuron {n}, weights"),
            Place::Weight(l, n, i) => write!(f, "layer {l}, neuron {n}, weight {i}"),
            Place::TableOf(l, n) => write!(f, "layer {l}, neuron {n}, table"),
            Place::Output(n) => write!(f, "output neuron {n}"),
        }
    }
}

/// What is wrong in a place of a plan: the value, and the cure.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanFault {
    /// A schema version that this program does not know.
    #[error("{found} is not known: this program reads {known}")]
    Schema {
        /// In the plan.
        found: u32,
        /// Of this program.
        known: u32,
    },
    /// The name of the design.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The names of inputs and outputs.
    #[error(transparent)]
    Names(#[from] NamesError),
    /// A table that cannot be evaluated.
    #[error(transparent)]
    Table(#[from] TableError),
    /// None, or more than any circuit has.
    #[error("there are {found}, but must be 1 to {most}")]
    Count {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// Tables that would take too long to run.
    #[error("{found} codes in all tables, which are all run: at most {most}")]
    TableCodes {
        /// Codes of all tables.
        found: u64,
        /// How many there may be.
        most: u64,
    },
    /// Not one weight for each input.
    #[error("{} for {}: give one each", count(*weights, "weight"), count(*inputs, "input"))]
    WeightCount {
        /// Weights of the neuron.
        weights: usize,
        /// What the layer takes.
        inputs: usize,
    },
    /// A weight that is no code of its format.
    #[error("{code} is not a code of {format}: use {} to {}", format.min_code(), format.max_code())]
    Code {
        /// The weight.
        code: i64,
        /// Its format.
        format: Format,
    },
    /// A product far from the point of its sum.
    #[error("its product is {bits} bits from the sum's point: bring the formats closer")]
    Alignment {
        /// How far.
        bits: u32,
    },
    /// An intermediate beyond what C99's `int64_t` holds.
    #[error("{what} needs {bits} bits, at most {MAX_EXACT_BITS} are allowed: use narrower formats")]
    Exact {
        /// Which.
        what: &'static str,
        /// What it needs.
        bits: u32,
    },
    /// A table that the plan does not have.
    #[error("there is no table {table}: the plan has {tables}")]
    NoTable {
        /// The number asked for.
        table: usize,
        /// How many there are.
        tables: usize,
    },
    /// A table for another argument.
    #[error("table {table} reads {reads}, the neuron's z is {z}")]
    TableInput {
        /// Its number.
        table: usize,
        /// Its argument.
        reads: Format,
        /// The neuron's.
        z: Format,
    },
    /// A table with another result.
    #[error("table {table} gives {gives}, the neuron's h is {h}")]
    TableOutput {
        /// Its number.
        table: usize,
        /// Its result.
        gives: Format,
        /// The neuron's.
        h: Format,
    },
    /// An attenuator that could divide by nothing.
    #[error("b = {0}: must be at least 1")]
    Constant(i64),
    /// Points of an attenuator too far apart.
    #[error("h and y have {0} fraction bits together: the divider takes -62 to 62")]
    DividerShift(i32),
    /// Not one name for each class.
    #[error("{names} names for {classes} classes: give one each, or none")]
    Classes {
        /// Names there are.
        names: usize,
        /// Classes there are.
        classes: usize,
    },
    /// More classes in order than there are, or none.
    #[error("{top} of {classes} classes: use 1 to {classes}")]
    Top {
        /// Classes that are to come out.
        top: usize,
        /// Classes there are.
        classes: usize,
    },
    /// A margin that no output holds.
    #[error(
        "the margin needs {bits} bits, at most {MAX_WIDTH} are allowed: bring the formats of the scores closer"
    )]
    Margin {
        /// What it needs.
        bits: u32,
    },
    /// Two ways for the scores to come out.
    #[error("scores become classes or probabilities, not both: leave out argmax or softmax")]
    TwoHeads,
    /// Bits that no probability has.
    #[error("{bits} bits: a probability has 2 to {}", Softmax::MAX_BITS)]
    ProbabilityBits {
        /// What is wanted.
        bits: u32,
    },
    /// A distance from the largest score with a sign.
    #[error("{z} has a sign, but no score is above the largest: use a format without one")]
    SignedDistance {
        /// Its format.
        z: Format,
    },
    /// A table that does not give shares.
    #[error(
        "table {table} is {function} in {output}: use one of {wanted}, in a format without a sign, that is above 0 at 0"
    )]
    NoShare {
        /// Its number.
        table: usize,
        /// The real function that it names.
        function: String,
        /// The format of its results.
        output: Format,
        /// The function that is needed.
        wanted: String,
    },
    /// A score of 1 that stands for nothing.
    #[error("a score of 1 stands for {0} logits: use a number from 2^-40 to 2^40")]
    ScoreUnit(f64),
    /// A score far from the point of the others.
    #[error("score {score} is {bits} bits from the point of the finest: bring them closer")]
    Score {
        /// Its number.
        score: usize,
        /// How far.
        bits: u32,
    },
    /// Sums too wide for one engine.
    #[error(
        "aligned to the sums of all other neurons, as one engine computes them, its sum needs {bits} bits, at most \
         {MAX_SHARED_BITS} are allowed: bring the fraction bits of weights, inputs and results closer"
    )]
    SharedSum {
        /// What it needs.
        bits: i32,
    },
    /// Attenuators too unlike for one divider.
    #[error(
        "one divider for it and all other attenuating neurons needs {bits} bits, at most {MAX_SHARED_BITS} are allowed: bring \
         the formats of their h and y closer"
    )]
    SharedDivider {
        /// What it needs.
        bits: i32,
    },
}

impl PlanFault {
    /// The error of a plan that has this fault there.
    pub(super) fn at(self, place: Place) -> PlanError {
        PlanError { place, fault: self }
    }
}
