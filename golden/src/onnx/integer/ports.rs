//! What the codes at a plan's ports stand for in the file that the plan was made from.

use super::quantizer::Quantizer;
use crate::num::Format;
use serde::{Deserialize, Serialize};

/// Between the values of a quantized file and those of its plan, whose formats know powers of two and one rounding only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ports {
    /// The format of each input, and what the file rounds it with.
    pub(super) inputs: Vec<(Format, Option<Quantizer>)>,
    /// The format of each output of the last layer, and the file's values of its codes 1 and 0.
    pub(super) outputs: Vec<(Format, (f64, f64))>,
}

impl Ports {
    /// Inputs of a sample.
    pub fn inputs(&self) -> usize {
        self.inputs.len()
    }

    /// Outputs of a sample, before a class is decided on.
    pub fn outputs(&self) -> usize {
        self.outputs.len()
    }

    /// Turns the file's input values, a row a sample, into values of the plan that are codes exactly: those of the file.
    /// Inputs that the file does not round stay as they are, and what is not a number stays so.
    pub fn encode(&self, x: &mut [f64]) {
        for (x, (format, quantizer)) in x.iter_mut().zip(self.inputs.iter().cycle()) {
            let code = quantizer.map(|q| q.code(*x));
            if let Some(code) = code {
                *x = if code.is_nan() { code } else { format.value(code as i64) };
            }
        }
    }

    /// Turns output values of the plan, a row a sample, into those of the file.
    pub fn decode(&self, y: &mut [f64]) {
        for (y, &(format, (step, zero))) in y.iter_mut().zip(self.outputs.iter().cycle()) {
            *y = *y / format.ulp() * step + zero;
        }
    }
}
