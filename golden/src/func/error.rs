//! Parameters that a function cannot have.

/// A parameter out of its range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FunctionError {
    /// A parameter is NaN or infinite.
    #[error("{name} has {parameter} = {value}: use a finite number")]
    NotFinite {
        /// The function's name.
        name: &'static str,
        /// The parameter's name.
        parameter: &'static str,
        /// What it was.
        value: f64,
    },
    /// A text that is no expression.
    #[error("{text:?}, character {position}: {problem}")]
    Formula {
        /// The whole text.
        text: String,
        /// The character, from 1, where the mistake shows.
        position: usize,
        /// What is wrong, and the cure.
        problem: String,
    },
    /// A formula's domain that is no interval.
    #[error("the domain {lo}:{hi} is no interval: give two finite numbers, the smaller first")]
    Domain {
        /// First x.
        lo: f64,
        /// Last x.
        hi: f64,
    },
    /// The attenuator's constant is zero, negative or not a number.
    #[error("attenuating has b = {0}: use a finite number above zero (1 is usual)")]
    Constant(f64),
    /// Too few nodes, or not one ordinate per node.
    #[error(
        "the learned activation has {nodes} nodes and {ordinates} ordinates: use at least 2 nodes, one ordinate each"
    )]
    Lengths {
        /// Number of nodes.
        nodes: usize,
        /// Number of ordinates.
        ordinates: usize,
    },
    /// The nodes do not increase.
    #[error("learned activation: node {index} is {value}, not above the node before it ({previous})")]
    Order {
        /// Index of the offending node.
        index: usize,
        /// Its value.
        value: f64,
        /// The value before it.
        previous: f64,
    },
    /// A node or an ordinate is NaN or infinite.
    #[error("learned activation: {what} {index} is {value}: use a finite number")]
    Point {
        /// `node` or `ordinate`.
        what: &'static str,
        /// Its index.
        index: usize,
        /// What it was.
        value: f64,
    },
    /// Two neighbouring points whose difference or slope leaves the numbers.
    #[error("learned activation: the step from node {index} to the next is too steep or too long for an f64")]
    Steep {
        /// Index of the left node.
        index: usize,
    },
}
