//! Values that nodes take and make: numbers, or the texts of class labels.

use super::attributes::Node;
use super::error::Fault;
use super::tensor::Tensor;

/// A tensor of numbers or of texts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Numbers; whole numbers and truth values (0 and 1) too.
    Numbers {
        /// The numbers.
        tensor: Tensor<f64>,
        /// Whether the type is one of whole numbers, which are divided without a rest.
        whole: bool,
    },
    /// Texts.
    Text(Tensor<String>),
}

impl Value {
    /// Real numbers.
    pub fn real(tensor: Tensor<f64>) -> Value {
        Value::Numbers { tensor, whole: false }
    }

    /// Whole numbers.
    pub fn whole(tensor: Tensor<f64>) -> Value {
        Value::Numbers { tensor, whole: true }
    }

    /// Real numbers as 32-bit floating point holds them.
    pub fn single(self) -> Value {
        match self {
            Value::Numbers { tensor, whole: false } => Value::real(tensor.map(|&v| f64::from(v as f32))),
            other => other,
        }
    }

    /// The sizes along the axes.
    pub fn shape(&self) -> &[usize] {
        match self {
            Value::Numbers { tensor, .. } => tensor.shape(),
            Value::Text(tensor) => tensor.shape(),
        }
    }

    /// Whether the numbers are of a whole type.
    pub fn is_whole(&self) -> bool {
        matches!(self, Value::Numbers { whole: true, .. })
    }

    /// The numbers.
    ///
    /// # Errors
    /// Texts, in the name of the node that asks.
    pub fn numbers(&self, node: &Node) -> Result<&Tensor<f64>, Fault> {
        match self {
            Value::Numbers { tensor, .. } => Ok(tensor),
            Value::Text(_) => {
                Err(node.refuse("it meets texts where numbers are expected", "correct the export"))
            }
        }
    }

    /// The numbers, if they are.
    #[cfg(test)]
    pub fn as_numbers(&self) -> Option<&Tensor<f64>> {
        match self {
            Value::Numbers { tensor, .. } => Some(tensor),
            Value::Text(_) => None,
        }
    }

    /// The texts, if they are.
    pub fn texts(&self) -> Option<&Tensor<String>> {
        match self {
            Value::Text(tensor) => Some(tensor),
            Value::Numbers { .. } => None,
        }
    }

    /// Every element as people read it.
    pub fn labels(&self) -> Vec<String> {
        match self {
            Value::Numbers { tensor, .. } => tensor.data().iter().map(|v| format!("{v}")).collect(),
            Value::Text(tensor) => tensor.data().to_vec(),
        }
    }
}
