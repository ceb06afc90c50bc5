//! A neuron's exact sum with constant weights.

use crate::expr::{Graph, Sig};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How products with constant weights are formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Multiplier {
    /// Canonical-signed-digit shifts and adds, all in one balanced tree.
    #[default]
    ShiftAdd,
    /// A multiplier per weight, for the tool to map to a DSP block.
    Dsp,
}

/// Weights with no more signed digits than this are adders even where multipliers are asked for.
const FREE_DIGITS: usize = 2;

/// Σ w·x + bias, exact. Weights hold the alignment shift already.
pub fn weighted_sum(g: &mut Graph, products: &[(Sig, i64)], bias: i128, multiplier: Multiplier) -> Sig {
    if multiplier == Multiplier::ShiftAdd {
        return g.dot_csd(products, bias);
    }
    let mut terms: Vec<Sig> = Vec::with_capacity(products.len() + 1);
    for &(x, w) in products.iter().filter(|p| p.1 != 0) {
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
    if bias != 0 {
        terms.push(g.constant(bias));
    }
    g.sum(&terms)
}
