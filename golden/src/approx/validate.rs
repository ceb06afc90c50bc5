//! What a table from a file must satisfy before it is evaluated.

use super::{Bounds, Fold, Side, Table, Tree};
use crate::func::FunctionError;
use crate::num::Format;

/// The widest argument of a table: every code is run to certify it, and 2^24 codes take about a second.
pub const MAX_INPUT_WIDTH: u32 = 24;

/// The widest result of a table: beyond, an f64 could not tell half an ulp.
pub const MAX_OUTPUT_WIDTH: u32 = 40;

/// The highest degree of a table.
pub const MAX_DEGREE: u32 = 4;

/// A table that cannot be evaluated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The function's parameters.
    #[error("table: {0}")]
    Function(#[from] FunctionError),
    /// A format that no table can have.
    #[error("table: the {which} format {format} is wider than {limit} bits: {why}")]
    Width {
        /// `input` or `output`.
        which: &'static str,
        /// The format.
        format: Format,
        /// The widest that works.
        limit: u32,
        /// The reason.
        why: &'static str,
    },
    /// A number of the table that is out of range.
    #[error("table: {what} is {value}: use {cure}")]
    Value {
        /// The field.
        what: String,
        /// Its value.
        value: i64,
        /// What is allowed.
        cure: &'static str,
    },
    /// A row of the wrong length.
    #[error("table: segment {segment} has {found} coefficients, but {degree} Horner steps need {}", degree + 1)]
    Row {
        /// Index of the segment.
        segment: usize,
        /// Number of its coefficients.
        found: usize,
        /// Number of Horner steps.
        degree: usize,
    },
    /// More segments than the argument can reach.
    #[error(
        "table: {found} segments of 2^{segment_bits} codes, but the argument reaches only {reached}: remove the rest"
    )]
    Segments {
        /// Number of segments.
        found: usize,
        /// log2 of a segment's codes.
        segment_bits: u32,
        /// Number of segments that a code reaches.
        reached: usize,
    },
    /// `lowest` where there is no folded most negative code.
    #[error("table: `lowest` needs a signed input and fold magnitude or odd: remove it")]
    Lowest,
    /// A value that no interval holds: what the error would be is not known.
    #[error(
        "{function}: {bits} bits do not say what it is at x = {x} (code {code} of {input}): its digits cancel, or it is not \
         defined there; write the formula without the difference of near numbers, or give it a domain without that point"
    )]
    Enclosure {
        /// The function.
        function: String,
        /// Argument format.
        input: Format,
        /// The code.
        code: i64,
        /// Its value.
        x: f64,
        /// Significant bits that were tried last.
        bits: usize,
    },
    /// Too many codes need more digits than an `f64` has.
    #[error(
        "{function}: too many codes of {input} need more digits than an f64 has: write the formula without differences of \
         near numbers, or use a narrower input format"
    )]
    Digits {
        /// The function.
        function: String,
        /// Argument format.
        input: Format,
    },
    /// A formula is not defined everywhere between two codes.
    #[error(
        "{function} has a pole, a jump or an undefined point near x = {near}, between x = {lo} and x = {hi} (codes {code} \
         and {} of {input}): give the formula a domain without it, such as {{ln(x), 0.1:4}}",
        code + 1
    )]
    Between {
        /// The function.
        function: String,
        /// Argument format.
        input: Format,
        /// The code before it.
        code: i64,
        /// The value of that code.
        lo: f64,
        /// The value of the next code.
        hi: f64,
        /// Where, as near as was looked.
        near: f64,
    },
    /// An intermediate is too wide.
    #[error(
        "table: at argument {m}, {what} needs more than 63 bits: lower the guard bits, the slope or the shifts"
    )]
    Overflow {
        /// Which intermediate.
        what: &'static str,
        /// The argument where it happens.
        m: i64,
    },
}

/// A value inside a range, or the error that names it.
fn within(
    what: impl Into<String>,
    value: i64,
    range: std::ops::RangeInclusive<i64>,
    cure: &'static str,
) -> Result<(), TableError> {
    if range.contains(&value) { Ok(()) } else { Err(TableError::Value { what: what.into(), value, cure }) }
}

/// Whether a table of these formats can be certified.
pub(super) fn check_widths(input: Format, output: Format) -> Result<(), TableError> {
    if input.width > MAX_INPUT_WIDTH {
        let why = "a table is certified by running every input code";
        return Err(TableError::Width { which: "input", format: input, limit: MAX_INPUT_WIDTH, why });
    }
    if output.width > MAX_OUTPUT_WIDTH {
        let why = "an error in ulp could not be told from the f64 it is measured with";
        return Err(TableError::Width { which: "output", format: output, limit: MAX_OUTPUT_WIDTH, why });
    }
    Ok(())
}

impl Table {
    /// Checks everything that evaluation relies on: parameters, widths, shifts, rows, reach, and that no
    /// intermediate of any input code needs more than 63 bits. The certificate is not looked at: see
    /// [`Table::certify`].
    pub fn validate(&self) -> Result<(), TableError> {
        self.bounds().map(|_| ())
    }

    /// Exact ranges of every intermediate over all input codes; refuses what [`Table::validate`] refuses.
    pub fn bounds(&self) -> Result<Bounds, TableError> {
        self.function().validate()?;
        check_widths(self.input, self.output)?;
        within("guard", self.guard as i64, 0..=32, "0 to 32")?;
        let width = self.input.width as i64;
        within("segment_bits", self.segment_bits as i64, 0..=width, "0 to the input width")?;
        within("the number of Horner steps", self.steps.len() as i64, 0..=MAX_DEGREE as i64, "0 to 4")?;
        for (i, step) in self.steps.iter().enumerate() {
            within(format!("steps[{i}].t"), step.t as i64, 0..=62, "0 to 62")?;
            within(format!("steps[{i}].s"), step.s as i64, 0..=62, "0 to 62")?;
        }
        self.check_side("positive", &self.positive)?;
        self.check_side("negative", &self.negative)?;
        if let Some(y) = self.lowest {
            if self.fold == Fold::Offset || !self.input.signed {
                return Err(TableError::Lowest);
            }
            let range = self.output.min_code()..=self.output.max_code();
            within("lowest", y, range, "a code of the output format")?;
        }
        self.check_rows()?;
        self.run_bounds()
    }

    fn check_side(&self, name: &str, side: &Side) -> Result<(), TableError> {
        within(format!("{name}.residual"), side.residual as i64, -1..=1, "-1, 0 or 1")?;
        within(format!("{name}.slope_shift"), side.slope_shift as i64, -62..=62, "-62 to 62")
    }

    fn check_rows(&self) -> Result<(), TableError> {
        let degree = self.steps.len();
        if let Some(segment) = self.segments.iter().position(|row| row.len() != degree + 1) {
            return Err(TableError::Row { segment, found: self.segments[segment].len(), degree });
        }
        if let Some(tree) = &self.tree {
            return self.check_tree(tree);
        }
        let reached = (self.argument_limit() >> self.segment_bits) as usize + 1;
        if self.segments.len() > reached {
            let (found, segment_bits) = (self.segments.len(), self.segment_bits);
            return Err(TableError::Segments { found, segment_bits, reached });
        }
        Ok(())
    }

    /// A block for every argument, every addressed row there, and rows that begin where no adder is needed.
    fn check_tree(&self, tree: &Tree) -> Result<(), TableError> {
        within(
            "tree.block_bits",
            tree.block_bits as i64,
            0..=self.input.width as i64,
            "0 to the input width",
        )?;
        let reached = (self.argument_limit() >> tree.block_bits) + 1;
        within(
            "the number of blocks",
            tree.blocks.len() as i64,
            reached..=reached,
            "as many as the argument reaches",
        )?;
        for (i, block) in tree.blocks.iter().enumerate() {
            let shift = block.shift as i64;
            within(
                format!("tree.blocks[{i}].shift"),
                shift,
                0..=self.segment_bits as i64,
                "0 to segment_bits",
            )?;
            let rows = 1i64 << tree.block_bits.saturating_sub(self.segment_bits - block.shift);
            let first = block.first as i64;
            let last = self.segments.len() as i64 - rows;
            within(format!("tree.blocks[{i}].first"), first, 0..=last, "rows that the table has")?;
            if first % rows != 0 {
                let (what, cure) = (format!("tree.blocks[{i}].first"), "a multiple of the block's segments");
                return Err(TableError::Value { what, value: first, cure });
            }
        }
        Ok(())
    }
}
