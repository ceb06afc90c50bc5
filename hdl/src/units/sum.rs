//! A neuron's exact sum with multipliers.

use super::Row;
use crate::expr::{Graph, Sig};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How products with constant weights are formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Multiplier {
    /// Shifts and adds, with what a layer's sums have in common computed once.
    #[default]
    ShiftAdd,
    /// A multiplier per weight, for the tool to map to a DSP block.
    Dsp,
}

/// Weights with no more signed digits than this are adders even where multipliers are asked for.
const FREE_DIGITS: usize = 2;

/// Σ w·x + bias, exact, with a multiplier per weight.
pub fn multiplied_sum(g: &mut Graph, inputs: &[Sig], row: &Row) -> Sig {
    let mut terms: Vec<Sig> = Vec::with_capacity(inputs.len() + 1);
    for (&x, &w) in inputs.iter().zip(&row.weights).filter(|p| *p.1 != 0) {
        let product = if g.csd_terms(x, w).len() <= FREE_DIGITS {
            g.mul_csd(x, w)
        } else {
            // The shift is wiring: a multiplier sees the odd part of the weight alone.
            let zeros = w.trailing_zeros();
            let odd = g.constant((w >> zeros) as i128);
            let narrow = g.mul(x, odd);
            g.shl(narrow, zeros)
        };
        terms.push(product);
    }
    terms.push(g.constant(row.bias));
    g.sum(&terms)
}
