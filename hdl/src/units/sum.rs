//! Products with constant weights by multipliers.

use crate::expr::{Graph, Sig, csd};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How products with constant weights are formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Multiplier {
    /// Shifts and adds, with what a layer's sums have in common computed once.
    #[default]
    ShiftAdd,
    /// A multiplier per weight, for the tool to map to a DSP block; if there may be only so many, for those weights that
    /// take the most adders.
    Dsp,
}

/// Weights with no more signed digits than this are adders even where multipliers are asked for.
const FREE_DIGITS: usize = 2;

/// Adders that a multiplier for w·x saves: none where it would be no gain.
pub fn saved_adders(w: i64) -> usize {
    Some(csd(w).len()).filter(|&digits| digits > FREE_DIGITS).map_or(0, |digits| digits - 1)
}

/// w·x with a multiplier. It sees the odd part of the weight alone: the shift is wiring.
pub fn multiplied(g: &mut Graph, x: Sig, w: i64) -> Sig {
    let zeros = w.trailing_zeros();
    let odd = g.constant((w >> zeros) as i128);
    let narrow = g.mul(x, odd);
    g.shl(narrow, zeros)
}
