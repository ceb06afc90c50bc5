//! What a table costs in hardware: the measure the search minimises.

use super::{Fold, Side, Table, Tree};
use crate::num::{bits_signed, bits_unsigned};

/// The size of a table's parts. Widths are in bits and hold for every segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableShape {
    /// Number of segments.
    pub segments: usize,
    /// Segments have equal lengths, or those of a tree.
    pub decoder: Option<Decoder>,
    /// Width of every coefficient c_0 .. c_d as it is stored; a sign that is the same everywhere is not stored.
    pub coefficients: Vec<u32>,
    /// Operand widths of the Horner multipliers (p, then the truncated offset), first step first.
    pub multipliers: Vec<(u32, u32)>,
    /// Width of p after each Horner step.
    pub sums: Vec<u32>,
    /// Width of the argument m.
    pub argument: u32,
    /// Width of the output plus the guard bits.
    pub sum: u32,
    /// Whether |z| has to be taken.
    pub folded: bool,
    /// Whether the result is negated for negative arguments.
    pub mirrored: bool,
    /// Additions that multiplying by the constant slopes takes, and the sum with the residual where there is one.
    pub slope_terms: u32,
}

/// What turns the leading bits of the argument into a row, and stretches the offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoder {
    /// Entries of its table, one per block.
    pub blocks: usize,
    /// Bits of an entry: the first row, and which of the shifts.
    pub bits: u32,
    /// Number of different shifts.
    pub shifts: usize,
    /// Bits of the stretched offset, dropped ones left out.
    pub offset: u32,
}

impl TableShape {
    /// The shape of a table, by interval arithmetic on its coefficients (an upper bound of [`Table::bounds`]).
    pub fn of(table: &Table) -> TableShape {
        let d = table.steps.len();
        let columns = table.columns();
        let range = |i: usize| (columns[i].lo as i128, columns[i].hi as i128);
        let half = (1i128 << table.segment_bits) >> 1;
        let mut p = range(d);
        let (mut multipliers, mut sums) = (Vec::with_capacity(d), Vec::with_capacity(d));
        for (k, step) in table.steps.iter().enumerate() {
            let x = (-half >> step.t, (half - 1).max(0) >> step.t);
            multipliers.push((bits_signed(p.0, p.1), bits_signed(x.0, x.1)));
            let corners = [p.0 * x.0, p.0 * x.1, p.1 * x.0, p.1 * x.1];
            let (lo, hi) = corners.iter().fold((0, 0), |(l, h), &v| (v.min(l), v.max(h)));
            let c = range(d - 1 - k);
            p = (c.0 + (lo >> step.s), c.1 + (hi >> step.s));
            sums.push(bits_signed(p.0, p.1));
        }
        let two_sided = table.fold == Fold::Magnitude;
        let sides = [Some(&table.positive), two_sided.then_some(&table.negative)];
        TableShape {
            segments: table.segments.len(),
            decoder: table.tree.as_ref().map(|tree| Decoder::of(table, tree)),
            coefficients: columns.iter().map(|r| r.stored_bits()).collect(),
            multipliers,
            sums,
            argument: table.input.width,
            sum: table.output.width + table.guard,
            folded: table.fold != Fold::Offset && table.input.signed,
            mirrored: table.fold == Fold::Odd,
            slope_terms: sides.into_iter().flatten().map(slope_terms).sum(),
        }
    }

    /// Bits of one row.
    pub fn row_bits(&self) -> u32 {
        self.coefficients.iter().sum()
    }

    /// Bits of all rows and of the decoder.
    pub fn table_bits(&self) -> u64 {
        let decoder = self.decoder.map_or(0, |d| d.blocks as u64 * d.bits as u64);
        self.segments as u64 * self.row_bits() as u64 + decoder
    }

    /// Degree of the polynomials.
    pub fn degree(&self) -> u32 {
        self.multipliers.len() as u32
    }
}

impl Decoder {
    fn of(table: &Table, tree: &Tree) -> Decoder {
        let mut shifts: Vec<u32> = tree.blocks.iter().map(|b| b.shift).collect();
        shifts.sort_unstable();
        shifts.dedup();
        let row = bits_unsigned(tree.blocks.iter().map(|b| b.first).max().unwrap_or(0) as i128);
        let which = shifts.len().next_power_of_two().trailing_zeros();
        let dropped = table.steps.iter().map(|s| s.t).min().unwrap_or(table.segment_bits);
        Decoder {
            blocks: tree.blocks.len(),
            bits: row + which,
            shifts: shifts.len(),
            offset: table.segment_bits.saturating_sub(dropped),
        }
    }
}

/// Additions for a side: non-zero digits of the slope's non-adjacent form.
fn slope_terms(side: &Side) -> u32 {
    let v = side.slope.unsigned_abs() as u128;
    (v ^ (3 * v)).count_ones()
}

/// How expensive a shape is, in any unit; families of parts bring their own.
pub trait Cost: Sync {
    /// The price of a table of this shape; finite, and smaller is better.
    fn cost(&self, shape: &TableShape) -> f64;
}

/// The price is the number of bits in the table, decoder included.
#[derive(Clone, Copy, Debug, Default)]
pub struct BitCost;

impl Cost for BitCost {
    fn cost(&self, shape: &TableShape) -> f64 {
        shape.table_bits() as f64
    }
}

/// A price in four-input lookup tables, for no family in particular and without DSP blocks: about one per 12 bits of
/// table, one per two partial-product bits, one per adder bit, one per two ways of an offset bit's shift.
#[derive(Clone, Copy, Debug, Default)]
pub struct GenericCost;

impl Cost for GenericCost {
    fn cost(&self, shape: &TableShape) -> f64 {
        let rows = shape.segments.next_power_of_two() as f64;
        let multipliers: u32 = shape.multipliers.iter().map(|(p, x)| p * x).sum();
        let adders = shape.sums.iter().sum::<u32>() + shape.sum * (1 + shape.slope_terms);
        let decoder = shape.decoder.map_or(0.0, |d| {
            let table = d.blocks.next_power_of_two() as f64 * d.bits as f64 / 12.0;
            table + d.bits as f64 + (d.shifts as f64 - 1.0) * d.offset as f64 / 2.0
        });
        rows * shape.row_bits() as f64 / 12.0 + decoder + multipliers as f64 / 2.0 + adders as f64
    }
}
