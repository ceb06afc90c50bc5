//! `plan.json`: the bits of a quantized network, and the integer model that computes them.
//!
//! A plan decides every output bit and nothing else: no clock, no family, no architecture.

mod argmax;
mod bounds;
mod diff;
mod engine;
mod engine_widths;
mod fault;
mod outputs;
mod recertify;
mod schema;
mod signals;
mod single;
mod softmax;
mod units;
mod validate;

pub use argmax::Argmax;
pub use bounds::{NeuronBounds, Range};
pub use diff::{Aspect, Difference, OutputDifference, differences, output_differences};
pub use engine::{Engine, LaneType, NoNumber};
pub use fault::{MAX_EXACT_BITS, Place, PlanError, PlanFault};
pub use outputs::{Head, Meaning, Output};
pub use recertify::{CertificateError, Recertified, Sampled};
pub use schema::{Plan, PlanLayer, PlanNeuron, SCHEMA, Stage, Tail};
pub use signals::Signal;
pub use softmax::Softmax;
pub use units::{ConstantError, attenuate, attenuator_constant, square};
pub use validate::Valid;

use crate::document::{DocumentError, parse_json, read_json, write_json};
use crate::num::{Rounding, requantize};
use std::path::Path;

impl Plan {
    /// Reads and validates a plan.
    ///
    /// # Errors
    /// Names the file and, for a fault in the content, the place, the value and the cure.
    pub fn read(path: &Path) -> Result<Plan, DocumentError> {
        read_json(path, "plan", SCHEMA).and_then(|plan: Plan| plan.checked(path))
    }

    /// The same for the text of a plan; `path` is named in errors.
    pub fn from_json(text: &str, path: &Path) -> Result<Plan, DocumentError> {
        parse_json(text, path, "plan", SCHEMA).and_then(|plan: Plan| plan.checked(path))
    }

    fn checked(self, path: &Path) -> Result<Plan, DocumentError> {
        match self.validate() {
            Ok(()) => Ok(self),
            Err(e) => Err(DocumentError::invalid(path, e)),
        }
    }

    /// Writes the plan, atomically.
    pub fn write(&self, path: &Path) -> Result<(), DocumentError> {
        write_json(path, self)
    }

    /// Output codes of every neuron, layer by layer, for one sample; behind them what comes out, if a [`Head`] makes it of
    /// the last ones. The
    /// reference that the fast [`Engine`] and every circuit must equal. Plain on purpose.
    pub fn trace(&self, inputs: &[i64]) -> Vec<Vec<i64>> {
        let mut x = inputs.to_vec();
        let mut layers = Vec::with_capacity(self.layers.len());
        for (l, layer) in self.layers.iter().enumerate() {
            let formats = self.input_formats(l);
            x = layer.neurons.iter().map(|n| self.neuron(n, &formats, &x)).collect();
            layers.push(x.clone());
        }
        layers.extend(self.headed(&x));
        layers
    }

    /// The output code of one neuron for the codes `x` in `formats`.
    pub fn neuron(&self, n: &PlanNeuron, formats: &[crate::num::Format], x: &[i64]) -> i64 {
        let (sum, frac) = n.sum(formats, x);
        self.behind(&n.stage, requantize(sum, frac, n.stage.argument(), Rounding::HalfUp))
    }

    /// The output code of a stage for the code of its argument, the rounded sum.
    pub(crate) fn behind(&self, stage: &Stage, code: i64) -> i64 {
        match *stage {
            Stage::Linear { .. } => code,
            Stage::Fused { table, .. } => self.tables[table].eval(code),
            Stage::Activated { z, table, h, tail, y } => {
                let code = match table {
                    Some(t) => self.tables[t].eval(code),
                    None => requantize(code as i128, z.frac, h, Rounding::HalfUp),
                };
                match tail {
                    Tail::Ordinary => requantize(code as i128, h.frac, y, Rounding::HalfUp),
                    Tail::Amplifying => square(code, h, y),
                    Tail::Attenuating { b } => attenuate(code, b, h, y),
                }
            }
        }
    }
}

impl PlanNeuron {
    /// The exact sum for the codes `x` in `formats`, and the bits behind its point.
    fn sum(&self, formats: &[crate::num::Format], x: &[i64]) -> (i128, i32) {
        let frac = self.acc_frac(formats);
        let products = self.weights.iter().zip(x).zip(formats);
        let aligned = products.map(|((&w, &x), &f)| (w as i128 * x as i128) << self.alignment(f, frac));
        (aligned.sum::<i128>() + self.bias as i128, frac)
    }
}
