//! The integer table: what it holds and what it computes, to the bit.

use super::Range;
use crate::func::{Activation, Function, Kind};
use crate::num::Format;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the input code z becomes the unsigned table argument m.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fold {
    /// m = z - min_code: the table covers the whole input range; only `positive` is used.
    Offset,
    /// m = |z| (the most negative code gives 2^(W-1), see [`Table::lowest`]); `positive` serves z ≥ 0,
    /// `negative` z < 0.
    Magnitude,
    /// m = |z|, `positive` for both, and the rounded magnitude is negated for z < 0: odd functions.
    Odd,
}

/// What is added to the polynomial on one side of zero: slope·m + constant ± polynomial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// Integer slope of the asymptote, per code of m.
    pub slope: i64,
    /// slope·m is multiplied by 2^slope_shift to reach the working precision (negative: floor).
    pub slope_shift: i32,
    /// Constant at working precision; holds the rounding constant 2^(guard-1) (nothing if guard is 0).
    pub constant: i64,
    /// +1, -1 or 0: how the polynomial enters.
    pub residual: i8,
}

/// One Horner step: p ← c + floor(p · floor(x / 2^t) / 2^s).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Low bits of the centred offset x that are dropped before the product.
    pub t: u32,
    /// Low bits of the product that are dropped.
    pub s: u32,
}

/// Segments of unequal lengths: the leading bits of m choose a block, the block says how long its segments are and
/// where their rows begin. Many blocks may share one segment that is longer than a block.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// log2 of the number of codes m in a block.
    pub block_bits: u32,
    /// The blocks, from m = 0 on: one for every argument.
    pub blocks: Vec<Block>,
}

/// One block of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Row of its first segment; a multiple of the number of its segments, so that a circuit joins it to bits of m
    /// without an adder.
    pub first: u32,
    /// Its segments hold 2^(segment_bits - shift) codes.
    pub shift: u32,
}

/// The certificate of a table: facts from running **every** input code against the real function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// Largest |error| before saturation limits, in ulp of the output.
    pub worst_ulp: f64,
    /// The input code where it occurs (the smallest such code).
    pub worst_code: i64,
    /// Share of codes whose output is the correctly rounded one, 0 to 1.
    pub correctly_rounded: f64,
    /// Number of codes run.
    pub codes: u64,
}

/// A piecewise polynomial with integer coefficients: defines the output code of every input code.
///
/// With the working precision `g = output.frac + guard`, segment `k = m >> segment_bits`, and the offset from the
/// middle of the segment `x = (m mod 2^segment_bits) - 2^(segment_bits-1)` (0 if `segment_bits` is 0):
/// `p = c_d; p = c_i + floor(p · floor(x/2^t_i) / 2^s_i)` for i = d-1 .. 0 (p = 0 past the last segment);
/// `v = slope·m·2^slope_shift + constant + residual·p`; `y = saturate(floor(v / 2^guard))`, negated before
/// saturation for [`Fold::Odd`] and z < 0. If `lowest` is given, it is y for the most negative code instead.
///
/// With a `tree`, m is in block `b = m >> block_bits`; with its `first` and `shift`,
/// `k = first + ((m mod 2^block_bits) >> (segment_bits - shift))` and
/// `x = (m·2^shift mod 2^segment_bits) - 2^(segment_bits-1)`: short segments are stretched to the longest one's length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The activation that is approximated.
    pub activation: Activation,
    /// The kind fused into the table: the real function is G(H(z)).
    pub kind: Kind,
    /// Format of the argument z.
    pub input: Format,
    /// Format of the result.
    pub output: Format,
    /// Symmetry.
    pub fold: Fold,
    /// Guard bits kept below the output's last bit.
    pub guard: u32,
    /// log2 of the number of codes m in a segment; with a tree, in the longest.
    pub segment_bits: u32,
    /// Segments of unequal lengths; none: all have 2^segment_bits codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<Tree>,
    /// Horner steps, the one that adds c_(d-1) first; their number is the degree.
    pub steps: Vec<Step>,
    /// Coefficients c_0 .. c_d of every segment, at working precision (scaled by the shifts for i > 0).
    pub segments: Vec<Vec<i64>>,
    /// The side z ≥ 0 (or everything).
    pub positive: Side,
    /// The side z < 0 of [`Fold::Magnitude`].
    pub negative: Side,
    /// y of the most negative input code, whose |z| = 2^(W-1) lies one past a table that covers the whole range
    /// ([`Fold::Magnitude`] and [`Fold::Odd`] of a signed input only): no segment is spent on one code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest: Option<i64>,
    /// What running every code showed.
    pub certificate: Certificate,
}

impl Table {
    /// The real function the table approximates.
    pub fn function(&self) -> Function {
        Function::new(self.activation.clone(), self.kind)
    }

    /// Horner steps per evaluation.
    pub fn degree(&self) -> u32 {
        self.steps.len() as u32
    }

    /// The table argument m of input code `z`.
    pub fn argument(&self, z: i64) -> i64 {
        match self.fold {
            Fold::Offset => z - self.input.min_code(),
            Fold::Magnitude | Fold::Odd => z.abs(),
        }
    }

    /// The output code of input code `z`, a code of the input format.
    ///
    /// Neither panics nor overflows if [`Table::validate`] holds.
    pub fn eval(&self, z: i64) -> i64 {
        if let Some(y) = self.lowest
            && z == self.input.min_code()
        {
            return y;
        }
        let (below, m) = (z < 0, self.argument(z));
        let side = if below && self.fold == Fold::Magnitude { &self.negative } else { &self.positive };
        let p = if side.residual == 0 { 0 } else { self.polynomial(m) };
        let asymptote = shift(side.slope as i128 * m as i128, side.slope_shift);
        let v = asymptote + side.constant as i128 + side.residual as i128 * p;
        let y = v >> self.guard;
        self.output.saturate(if below && self.fold == Fold::Odd { -y } else { y })
    }

    /// The residual polynomial at m, at working precision; 0 past the last segment.
    fn polynomial(&self, m: i64) -> i128 {
        let Some((c, x)) = self.locate(m) else { return 0 };
        let d = self.steps.len();
        let mut p = c[d] as i128;
        for (step, &c) in self.steps.iter().zip(c[..d].iter().rev()) {
            p = c as i128 + ((p * (x >> step.t) as i128) >> step.s);
        }
        p
    }

    /// The row that serves m, and the centred offset; nothing past the last segment.
    pub(super) fn locate(&self, m: i64) -> Option<(&[i64], i64)> {
        let (row, shift) = self.row(m)?;
        Some((self.segments.get(row)?, self.offset(m, shift)))
    }

    /// The index of m's row, and the shift that stretches its segment.
    pub fn row(&self, m: i64) -> Option<(usize, u32)> {
        let Some(tree) = &self.tree else { return Some(((m >> self.segment_bits) as usize, 0)) };
        let block = tree.blocks.get((m >> tree.block_bits) as usize)?;
        let within = m & ((1i64 << tree.block_bits) - 1);
        let row = block.first as i64 + (within >> (self.segment_bits - block.shift));
        Some((row as usize, block.shift))
    }

    /// The offset x of m in a segment that is stretched by 2^shift.
    pub(super) fn offset(&self, m: i64, shift: u32) -> i64 {
        let half = (1i64 << self.segment_bits) >> 1;
        ((m << shift) & ((1i64 << self.segment_bits) - 1)) - half
    }

    /// Whether there are arguments past the last segment; a tree has none.
    fn padded(&self) -> bool {
        self.tree.is_none() && (self.segments.len() as i64) << self.segment_bits <= self.argument_limit()
    }

    /// The range of every coefficient c_0 .. c_d over the rows, rows of zeros past the last segment included (with
    /// equal segments, where there are such codes): what a circuit has to store.
    pub fn columns(&self) -> Vec<Range> {
        let zero = vec![0; self.steps.len() + 1];
        let rows = self.segments.iter().chain((self.segments.is_empty() || self.padded()).then_some(&zero));
        let mut columns = vec![Range::EMPTY; self.steps.len() + 1];
        for row in rows {
            for (range, &c) in columns.iter_mut().zip(row) {
                range.take(c);
            }
        }
        columns
    }
}

pub(super) fn shift(v: i128, by: i32) -> i128 {
    if by >= 0 { v << by } else { v >> -by }
}
