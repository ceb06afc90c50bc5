//! Why a file is refused: where, what, and what would help.

use crate::net::NetError;
use std::path::PathBuf;
use thiserror::Error;

/// A file that cannot be imported.
#[derive(Debug, Error)]
#[error("{path}: {fault}")]
pub struct OnnxError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: Box<Fault>,
}

/// What is wrong with a file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Fault {
    /// The file system said no.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The bytes are no ONNX model.
    #[error("not an ONNX model: {problem}; export the network as .onnx again")]
    Format {
        /// What the decoder met.
        problem: String,
    },
    /// The file needs another version of the operators than this program knows.
    #[error("the file needs operator set {version} of {domain}, but {known} are known: {help}")]
    Opset {
        /// The domain of the operators.
        domain: String,
        /// The version in the file.
        version: i64,
        /// The versions this program knows.
        known: &'static str,
        /// What would help.
        help: &'static str,
    },
    /// A stored tensor cannot be read.
    #[error("tensor {tensor}: {problem}; {help}")]
    Tensor {
        /// The tensor.
        tensor: String,
        /// What is wrong, with the value.
        problem: String,
        /// What would help.
        help: &'static str,
    },
    /// An input or an output of the graph is not of a kind that a circuit has.
    #[error("{port}: {problem}; {help}")]
    Port {
        /// The input or the output.
        port: String,
        /// What is wrong, with the value.
        problem: String,
        /// What would help.
        help: String,
    },
    /// A node cannot be a part of a network of neurons.
    #[error("{node} ({operator}): {problem}; {help}")]
    Node {
        /// The node, by its name or by what it makes.
        node: String,
        /// Its operator.
        operator: String,
        /// Why it is refused, with the value.
        problem: String,
        /// What would help.
        help: String,
    },
    /// Something is too large.
    #[error("{what} is {value}, but at most {most} can be imported: use a smaller network")]
    Size {
        /// What is too large.
        what: String,
        /// Its value.
        value: u128,
        /// The limit.
        most: u64,
    },
    /// The network that came out is no network that can be a circuit.
    #[error("the network in the file: {0}")]
    Network(#[from] NetError),
    /// The plan that came out is no plan that can be a circuit.
    #[error("the plan of the file: {0}")]
    Plan(String),
    /// The network does not compute what the file computes.
    #[error(
        "sample {sample}: {output} of the file is {expected}, of the imported network {found}: the file mixes the \
         samples of a batch, loses too many digits, or was understood wrongly; in the last case please report it"
    )]
    Different {
        /// The sample, from 0.
        sample: usize,
        /// The output.
        output: String,
        /// The value of the file.
        expected: String,
        /// The value of the network.
        found: String,
    },
    /// Too few samples had finite outputs.
    #[error(
        "only {finite} of {samples} random samples gave numbers, so the import could not be checked: a function \
         such as Log or Sqrt must not meet values outside its domain"
    )]
    Unchecked {
        /// Samples whose outputs were numbers.
        finite: usize,
        /// All samples.
        samples: usize,
    },
}

/// The letters of a name that a message shows.
const SHOWN: usize = 60;

/// A name from a file, in quotes, without control characters, and not endless.
pub(super) fn quoted(name: &str) -> String {
    let mut short: String = name.chars().take(SHOWN).collect();
    if short.len() < name.len() {
        short.push_str("...");
    }
    format!("{short:?}")
}
