//! What a table costs in hardware: the measure the search minimises.

use super::{Side, Table};
use crate::num::{bits_signed, bits_unsigned};

/// The size of a table's parts. Widths are in bits and hold for every segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableShape {
    /// Number of segments.
    pub segments: usize,
    /// Width of every coefficient c_0 .. c_d as it is stored; a sign that is the same everywhere is not stored.
    pub coefficients: Vec<u32>,
    /// Operand widths of the Horner multipliers (p, then the truncated offset), first step first.
    pub multipliers: Vec<(u32, u32)>,
    /// Width of the last p.
    pub polynomial: u32,
    /// Width of the argument m.
    pub argument: u32,
    /// Width of the output plus the guard bits.
    pub sum: u32,
    /// Partial products of the constant slopes (non-zero digits in canonical signed-digit form, one free).
    pub slope_terms: u32,
}

impl TableShape {
    /// The shape of a table, by interval arithmetic on its coefficients (an upper bound of [`Table::bounds`]).
    pub fn of(table: &Table) -> TableShape {
        let d = table.steps.len();
        let ranges: Vec<(i128, i128)> = (0..=d)
            .map(|i| {
                let column = table.segments.iter().map(|row| row[i] as i128);
                column.fold((0, 0), |(lo, hi), c| (lo.min(c), hi.max(c)))
            })
            .collect();
        let half = (1i128 << table.segment_bits) >> 1;
        let mut p = ranges[d];
        let mut multipliers = Vec::with_capacity(d);
        for (step, c) in table.steps.iter().zip(ranges[..d].iter().rev()) {
            let x = (-half >> step.t, (half - 1).max(0) >> step.t);
            multipliers.push((bits_signed(p.0, p.1), bits_signed(x.0, x.1)));
            let corners = [p.0 * x.0, p.0 * x.1, p.1 * x.0, p.1 * x.1];
            let (lo, hi) = corners.iter().fold((0, 0), |(l, h), &v| (v.min(l), v.max(h)));
            p = (c.0 + (lo >> step.s), c.1 + (hi >> step.s));
        }
        let stored = |&(lo, hi): &(i128, i128)| match (lo, hi) {
            (0, 0) => 0,
            (0, _) => bits_unsigned(hi),
            (_, 0) => bits_unsigned(-lo),
            _ => bits_signed(lo, hi),
        };
        TableShape {
            segments: table.segments.len(),
            coefficients: ranges.iter().map(stored).collect(),
            multipliers,
            polynomial: bits_signed(p.0, p.1),
            argument: table.input.width,
            sum: table.output.width + table.guard,
            slope_terms: slope_terms(&table.positive) + slope_terms(&table.negative),
        }
    }

    /// Bits of one row.
    pub fn row_bits(&self) -> u32 {
        self.coefficients.iter().sum()
    }

    /// Bits of all rows.
    pub fn table_bits(&self) -> u64 {
        self.segments as u64 * self.row_bits() as u64
    }

    /// Degree of the polynomials.
    pub fn degree(&self) -> u32 {
        self.multipliers.len() as u32
    }
}

/// Additions that multiplying by a constant takes: non-zero digits of its non-adjacent form, less one.
fn slope_terms(side: &Side) -> u32 {
    let v = side.slope.unsigned_abs() as u128;
    ((v ^ (3 * v)).count_ones()).saturating_sub(1)
}

/// How expensive a shape is, in any unit; families of parts bring their own.
pub trait Cost {
    /// The price of a table of this shape; finite, and smaller is better.
    fn cost(&self, shape: &TableShape) -> f64;
}

/// A price in four-input lookup tables, for no family in particular and without DSP blocks: about one per 12 bits of
/// table, one per two partial-product bits, one per adder bit.
#[derive(Clone, Copy, Debug, Default)]
pub struct GenericCost;

impl Cost for GenericCost {
    fn cost(&self, shape: &TableShape) -> f64 {
        let rows = shape.segments.next_power_of_two() as f64;
        let multipliers: u32 = shape.multipliers.iter().map(|(p, x)| p * x).sum();
        let adders = shape.polynomial + shape.sum * (1 + shape.slope_terms);
        rows * shape.row_bits() as f64 / 12.0 + multipliers as f64 / 2.0 + adders as f64
    }
}
