//! What a table takes on a family: the measure that golden's search minimises.
//!
//! Estimates before synthesis, from counts of four- or six-input tables, carry chains and hard multipliers. They are
//! there to compare tables with each other; the synthesis report has the last word.

use super::{Family, Target};
use gainstage_golden::approx::{Cost, TableShape};

/// An estimate of a table's circuit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TableEstimate {
    /// Look-up tables, adders included.
    pub lut: f64,
    /// Hard multipliers.
    pub dsp: u32,
    /// Block RAMs.
    pub bram: u64,
    /// Levels of logic in the unit of one look-up table's delay, before registers are placed.
    pub depth: f64,
}

/// Prices tables for a target: look-up tables, hard multipliers and block RAMs at what they are worth, and a little for
/// depth.
#[derive(Clone, Debug)]
pub struct TableCost {
    target: Target,
}

/// Products narrower than this are not worth a hard multiplier; yosys leaves them in logic.
pub(crate) const LEAST_PRODUCT: u32 = 9;

/// A level of logic in look-up tables: registers for a stage more or less.
const DEPTH_PRICE: f64 = 1.0;

/// A block RAM in look-up tables: about their ratio on a middling part of any family.
const BLOCK_PRICE: f64 = 200.0;

impl TableCost {
    /// The measure of a target.
    pub fn new(target: &Target) -> TableCost {
        TableCost { target: target.clone() }
    }

    /// The parts a table of this shape takes.
    pub fn estimate(&self, shape: &TableShape) -> TableEstimate {
        let delays = self.target.delays();
        let mut sum = TableEstimate::default();
        let mut add = |bits: u32, count: u32| {
            sum.lut += (bits * count) as f64;
            sum.depth += delays.adder(bits) / delays.lut * (count > 0) as u32 as f64;
        };
        // |z|, then slope and residual, then the mirrored result: one chain each; the rows of the Horner scheme.
        add(shape.argument, shape.folded as u32);
        shape.sums.iter().for_each(|&bits| add(bits, 1));
        add(shape.sum, shape.slope_terms + 1);
        add(shape.sum, shape.mirrored as u32);
        let rows = shape.segments.next_power_of_two().trailing_zeros();
        if self.target.in_block_ram(shape.segments) {
            sum.bram = self.target.family.block_rams(shape.segments, shape.row_bits());
            sum.depth += delays.block_ram / delays.lut;
        } else {
            sum.lut += self.rom(shape.segments, shape.row_bits());
            sum.depth += delays.rom(rows) / delays.lut;
        }
        if let Some(d) = shape.decoder {
            let ways = d.shifts.next_power_of_two().trailing_zeros();
            sum.lut += self.rom(d.blocks, d.bits);
            // Each bit of the offset chooses among the shifts, each bit of the row joins one.
            sum.lut += (d.shifts as f64 - 1.0) * (d.offset as f64 / 2.0 + rows as f64 / 2.0);
            sum.depth += 1.0 + ways as f64;
        }
        for &(p, x) in &shape.multipliers {
            let (lut, dsp) = self.multiplier(p, x);
            (sum.lut, sum.dsp) = (sum.lut + lut, sum.dsp + dsp);
            sum.depth += delays.multiplier(p, x, dsp > 0) / delays.lut;
        }
        sum
    }

    /// Look-up tables of a memory read by logic.
    fn rom(&self, rows: usize, bits: u32) -> f64 {
        // A table holds 2^inputs entries of one bit; the multiplexers behind them are wiring of the slice.
        let entries = (1usize << self.target.delays().lut_inputs) as f64;
        (rows as f64 / entries).max(0.5) * bits as f64
    }

    /// (look-up tables, hard blocks) of a product.
    pub(crate) fn multiplier(&self, p: u32, x: u32) -> (f64, u32) {
        let (wide, narrow) = (p.max(x), p.min(x));
        let (a, b) = self.target.delays().dsp_bits;
        if narrow <= 1 {
            return (0.0, 0);
        }
        if self.target.dsp && a > 0 && wide + narrow >= LEAST_PRODUCT {
            return (0.0, wide.div_ceil(a) * narrow.div_ceil(b));
        }
        // A row of adders for every bit of the narrow operand but the first.
        (((wide + 1) * (narrow - 1)) as f64, 0)
    }

    /// One figure of look-up tables, hard multipliers and depth.
    pub(crate) fn price(&self, e: &TableEstimate) -> f64 {
        e.lut + e.dsp as f64 * self.dsp_price() + e.bram as f64 * BLOCK_PRICE + e.depth * DEPTH_PRICE
    }

    /// What one hard multiplier is worth in look-up tables: about their ratio on a middling part of the family.
    fn dsp_price(&self) -> f64 {
        match self.target.family {
            Family::Ice40 | Family::Ice40Up => 300.0,
            _ => 100.0,
        }
    }
}

impl Cost for TableCost {
    fn cost(&self, shape: &TableShape) -> f64 {
        self.price(&self.estimate(shape))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gainstage_golden::approx::{BitCost, Demand, Segments, approximate_with};
    use gainstage_golden::num::Format;

    /// Without hard multipliers products cost logic, so the cheapest table has narrower ones and more bits.
    #[test]
    fn the_target_decides_which_table_is_cheapest() {
        let format = |frac| Format::new(true, 14, frac).unwrap();
        let function = "sigmoid".parse().unwrap();
        let make = |cost: &dyn Cost| {
            approximate_with(&function, format(10), format(13), &Demand::default(), cost).unwrap()
        };
        let target = Target::new(Family::Ecp5);
        let (with, without) = (TableCost::new(&target), TableCost::new(&target.clone().with_dsp(false)));
        let (small, logic) = (make(&BitCost), make(&without));
        assert!(without.cost(&TableShape::of(&logic)) < without.cost(&TableShape::of(&small)));
        let products = |shape: &TableShape| shape.multipliers.iter().map(|(p, x)| p * x).sum::<u32>();
        assert!(products(&TableShape::of(&logic)) < products(&TableShape::of(&small)));
        assert_eq!(without.estimate(&TableShape::of(&small)).dsp, 0);
        assert!(with.estimate(&TableShape::of(&small)).dsp >= 2);
    }

    /// Hundreds of rows stand in block RAM where the clock lets a word of it arrive, and in look-up tables elsewhere.
    #[test]
    fn many_rows_are_priced_as_block_ram() {
        let format = |frac| Format::new(true, 14, frac).unwrap();
        let function = "sigmoid".parse().unwrap();
        let demand = Demand { degree: Some(1), segments: Segments::Equal, ..Demand::default() };
        let table = approximate_with(&function, format(10), format(13), &demand, &BitCost).unwrap();
        let shape = TableShape::of(&table);
        assert!(shape.segments >= 128, "{}", shape.segments);
        let target = Target::new(Family::Ecp5);
        let [slow, quick] = [50.0, 250.0].map(|mhz| TableCost::new(&target.clone().with_clock(mhz)));
        let (blocks, tables) = (slow.estimate(&shape), quick.estimate(&shape));
        assert_eq!(
            (blocks.bram, tables.bram),
            (Family::Ecp5.block_rams(shape.segments, shape.row_bits()), 0)
        );
        assert!(blocks.lut + 8.0 * f64::from(shape.row_bits()) <= tables.lut, "{blocks:?} {tables:?}");
    }
}
