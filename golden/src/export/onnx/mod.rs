//! Networks and plans as ONNX files.
//!
//! A plan becomes whole numbers of 64 bits: every exact intermediate of a plan has at most 63, so nothing wraps. The
//! codes are those of the plan, bit for bit, wherever the operators of the format are computed exactly. A model becomes
//! 32-bit floating point.

mod codes;
mod function;
mod graph;
mod network;
mod plan;
mod table;
#[cfg(test)]
mod tests;

use crate::net::Model;
use crate::plan::Valid;

/// The ONNX file of a plan: codes in and out, or with `values` 64-bit floating-point values. The same plan gives the same
/// bytes.
pub fn plan_to_onnx(plan: Valid<'_>, values: bool) -> Vec<u8> {
    plan::file(plan.plan(), values)
}

/// A number of a model that is beyond 32-bit floating point.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "layer {layer}: {value:?} is beyond the 32-bit floating-point numbers of the file: scale the inputs so that weights \
     are smaller, or quantize the model and export the plan"
)]
pub struct TooLarge {
    /// The layer, from 0.
    pub layer: usize,
    /// The number.
    pub value: f64,
}

/// The ONNX file of a trained network.
///
/// # Errors
/// A weight or a constant that 32 bits do not hold.
pub fn model_to_onnx(model: &Model) -> Result<Vec<u8>, TooLarge> {
    network::file(model)
}
