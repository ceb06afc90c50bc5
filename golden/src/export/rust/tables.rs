//! A piecewise polynomial as a Rust constant; one function computes them all.

use super::layers::list;
use crate::approx::{Fold, Side, Table};
use crate::export::steps::storage;
use std::fmt::Write;

/// The constant `TABLE<index>` and the bytes of its coefficients and blocks.
pub(super) struct Text {
    pub text: String,
    pub bytes: usize,
}

impl Text {
    pub fn new(t: &Table, index: usize) -> Text {
        let (rows, columns) = (t.segments.len(), t.steps.len() + 1);
        let bits = storage(t.segments.iter().flatten().copied());
        let fold = match t.fold {
            Fold::Offset => "Offset",
            Fold::Magnitude => "Magnitude",
            Fold::Odd => "Odd",
        };
        let (block_bits, blocks) =
            t.tree.as_ref().map_or((0, &[][..]), |tree| (tree.block_bits, &tree.blocks[..]));
        let steps: Vec<(u32, u32)> = t.steps.iter().map(|s| (s.t, s.s)).collect();
        let pairs: Vec<(u32, u32)> = blocks.iter().map(|b| (b.first, b.shift)).collect();
        let (least, lo, hi) = (t.input.min_code(), t.output.min_code(), t.output.max_code());
        let mut text = format!(
            "/// {}: z in {}, y in {}.\nstatic TABLE{index}: Table<i{bits}, {columns}> = Table {{\n    fold: Fold::{fold},\n    \
             least: {least},\n    lowest: {:?},\n    guard: {},\n    segment_bits: {},\n    block_bits: {block_bits},\n    \
             blocks: &{pairs:?},\n    steps: &{steps:?},\n    rows: &[",
            t.function(),
            t.input,
            t.output,
            t.lowest,
            t.guard,
            t.segment_bits
        );
        for row in &t.segments {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n        {},", list(row));
        }
        let _ = write!(
            text,
            "\n    ],\n    positive: {},\n    negative: {},\n    limits: ({lo}, {hi}),\n}};\n\n",
            side(&t.positive),
            side(if t.fold == Fold::Magnitude { &t.negative } else { &t.positive })
        );
        Text { text, bytes: rows * columns * bits as usize / 8 + 8 * (blocks.len() + steps.len()) }
    }
}

fn side(s: &Side) -> String {
    let Side { slope, slope_shift, constant, residual } = s;
    format!("Side {{ slope: {slope}, shift: {slope_shift}, constant: {constant}, residual: {residual} }}")
}
