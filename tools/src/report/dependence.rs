//! What outputs depend on: how they follow each input, and how much is lost without it.

use schemars::JsonSchema;
use serde::Serialize;

/// What the circuit makes of its inputs, one at a time.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Dependence {
    /// Samples that outputs and errors are averaged over.
    pub samples: usize,
    /// Whether they are held out.
    pub held_out: bool,
    /// How often each input is shuffled.
    pub shuffles: usize,
    /// Seed of the shuffles.
    pub seed: u64,
    /// What is counted: the mean absolute error of each output, or the share of samples whose class is wrong.
    pub measure: Counted,
    /// The error with every input in its place: of each output, or one for classes.
    pub error: Vec<f64>,
    /// The inputs, from the one without which most is lost.
    pub inputs: Vec<InputEffect>,
}

/// What an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Mean absolute error.
    MeanAbsoluteError,
    /// Share of the samples whose class is wrong.
    WrongClasses,
}

/// What one input does.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct InputEffect {
    /// Which, from 0.
    pub input: usize,
    /// The error with this input shuffled among the samples, the mean over the shuffles: of each output, or one for classes.
    pub shuffled: Vec<f64>,
    /// How much larger that is than the error with every input in its place: in ranges of the outputs, all of them added up, or as
    /// a share of the samples. It decides the order.
    pub importance: f64,
    /// The standard deviation of `importance` over the shuffles.
    pub deviation: f64,
    /// How the outputs follow; none for inputs that matter less than those with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub course: Option<Course>,
}

/// The circuit's outputs while one input runs over its range, averaged over the samples, whose other inputs stay as they are.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Course {
    /// Values of the input.
    pub at: Vec<f64>,
    /// At each of them the mean of every output, or the share of samples taken for every class.
    pub mean: Vec<Vec<f64>>,
    /// How many samples of training lie where: counts over the input's range, in intervals of equal width.
    pub histogram: Vec<u64>,
}
