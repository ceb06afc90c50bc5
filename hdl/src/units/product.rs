//! Products of signals: by hard multipliers, split where one block is too narrow, or by rows of adders.

use crate::device::{Target, WORTH_A_BLOCK_RAM};
use crate::expr::{Graph, RomStyle, Sig, Term};

/// How an integer that is not negative is squared: [`Graph::square`], by a multiplier, or [`square_in_logic`].
pub type Square = fn(&mut Graph, Sig) -> Sig;

/// How a unit multiplies, and whether it may read block RAM.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Products {
    /// Signed bits of a hard block's narrower operand; none where there are no blocks, or the tool is to split.
    block: Option<u32>,
    /// Whether products become rows of adders.
    logic: bool,
    /// Whether a word of block RAM is there within a period.
    block_ram: bool,
}

/// Partial-product bits from which a product is worth a hard block: two look-up tables each, a block at 100.
const WORTH_A_BLOCK: u32 = 50;

impl Products {
    /// One multiplication each, whatever the width.
    pub const PLAIN: Products = Products { block: None, logic: false, block_ram: false };

    /// As the target has it: rows of adders where hard blocks are not allowed.
    pub fn of(target: &Target) -> Products {
        let block = Some(target.delays().dsp_bits.1).filter(|&bits| bits > 1);
        Products { block, logic: !target.dsp, block_ram: target.quick_block_ram() }
    }

    /// Where a table of so many rows stands.
    pub(crate) fn memory(&self, rows: usize) -> RomStyle {
        if self.block_ram && rows >= WORTH_A_BLOCK_RAM { RomStyle::Block } else { RomStyle::Auto }
    }

    /// a · b, exact.
    pub fn multiply(&self, g: &mut Graph, a: Sig, b: Sig) -> Sig {
        let constant = g.as_const(a).or(g.as_const(b)).is_some();
        if self.logic && !constant { multiply_in_logic(g, a, b) } else { g.mul(a, b) }
    }

    /// k², exact. What is wider than a block is split in two: three products instead of four, because the mixed ones are
    /// the same, and the narrow square in logic.
    pub fn square(&self, g: &mut Graph, k: Sig) -> Sig {
        let bits = g.range(k).signed_width();
        match self.block {
            _ if self.logic => square_in_logic(g, k),
            Some(block) if bits > block => self.split_square(g, k, block - 1),
            _ => g.square(k),
        }
    }

    /// (h·2^n + l)² = h²·2^2n + h·l·2^(n+1) + l².
    fn split_square(&self, g: &mut Graph, k: Sig, n: u32) -> Sig {
        let (high, low) = (g.shr(k, n), g.slice(k, 0, n));
        let width = g.width(high);
        let high_square =
            if width * width / 2 < WORTH_A_BLOCK { square_in_logic(g, high) } else { self.square(g, high) };
        let mixed = self.split(g, high, low, n);
        let low_square = g.square(low);
        // The two squares do not overlap, so they are one number without an adder.
        let squares = g.concat(high_square, low_square, 2 * n);
        let mixed = g.shl(mixed, n + 1);
        let sum = g.add(squares, mixed);
        let r = g.range(k);
        let (a, b) = (r.lo * r.lo, r.hi * r.hi);
        g.assume_range(sum, if r.contains(0) { 0 } else { a.min(b) }, a.max(b))
    }

    /// wide · narrow, where the narrow one fits a block: a part of the wide one after the other.
    fn split(&self, g: &mut Graph, wide: Sig, narrow: Sig, n: u32) -> Sig {
        if g.width(wide) * g.width(narrow) < WORTH_A_BLOCK {
            return multiply_in_logic(g, wide, narrow);
        }
        if g.range(wide).signed_width() <= n + 1 {
            return g.mul(wide, narrow);
        }
        let (high, low) = (g.shr(wide, n), g.slice(wide, 0, n));
        let (high, low) = (self.split(g, high, narrow, n), g.mul(low, narrow));
        let high = g.shl(high, n);
        g.add(high, low)
    }
}

/// a · b by a row of adders for every bit of the narrower operand.
pub fn multiply_in_logic(g: &mut Graph, a: Sig, b: Sig) -> Sig {
    let (wide, narrow) = if g.width(a) >= g.width(b) { (a, b) } else { (b, a) };
    let (bits, zero) = (g.width(narrow), g.constant(0));
    let rows: Vec<Term> = (0..bits)
        .map(|i| {
            let bit = g.bit(narrow, i);
            let row = g.shl(wide, i);
            // The sign of two's complement weighs -2^i.
            Term { sig: g.mux(bit, row, zero), minus: i == bits - 1 && g.signed(narrow) }
        })
        .collect();
    let sum = g.sum_terms(&rows);
    let (x, y) = (g.range(a), g.range(b));
    let ends = [x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi];
    let (lo, hi) = ends.iter().fold((ends[0], ends[0]), |(l, h), &e| (l.min(e), h.max(e)));
    g.assume_range(sum, lo, hi)
}

/// k² without a multiplier: half the rows of a multiplication, because each pair of bits counts twice.
///
/// k² = Σ b_i·4^i + Σ b_i·2^(i+1)·(k mod 2^i); the first sum is wiring. A sign bit's row is subtracted.
pub fn square_in_logic(g: &mut Graph, k: Sig) -> Sig {
    let (bits, range) = (g.width(k), g.range(k));
    let zero = g.constant(0);
    let mut diagonal = zero;
    let mut rows = Vec::new();
    for i in (0..bits).rev() {
        let bit = g.bit(k, i);
        diagonal = g.concat(diagonal, bit, 2);
        if i > 0 {
            let low = g.slice(k, 0, i);
            let row = g.shl(low, i + 1);
            rows.push(Term { sig: g.mux(bit, row, zero), minus: i == bits - 1 && g.signed(k) });
        }
    }
    rows.push(Term::plus(diagonal));
    let sum = g.sum_terms(&rows);
    g.assume_range(sum, 0, (range.lo * range.lo).max(range.hi * range.hi))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Family;

    #[test]
    fn every_square_without_a_multiplier() {
        for (lo, hi) in
            [(0, 1), (0, 2), (0, 3), (0, 100), (0, 128), (0, 1023), (-1, 0), (-128, 127), (-3, 600)]
        {
            let mut g = Graph::new();
            let k = g.input_range("k", lo, hi);
            let y = square_in_logic(&mut g, k);
            g.output_range("y", y);
            (lo as i64..=hi as i64).for_each(|k| assert_eq!(g.evaluate(&[k]), [k * k], "of {lo}..={hi}"));
        }
    }

    #[test]
    fn every_product_without_a_multiplier() {
        for ((a, b), (c, d)) in
            [((0, 31), (0, 7)), ((-16, 15), (0, 9)), ((-9, 4), (-17, 30)), ((0, 1), (-40, 3))]
        {
            let mut g = Graph::new();
            let (x, y) = (g.input_range("x", a, b), g.input_range("y", c, d));
            let p = multiply_in_logic(&mut g, x, y);
            g.output_range("p", p);
            for x in a as i64..=b as i64 {
                (c as i64..=d as i64).for_each(|y| assert_eq!(g.evaluate(&[x, y]), [x * y]));
            }
        }
    }

    #[test]
    fn a_wide_square_is_split_and_exact() {
        let products = Products::of(&Target::new(Family::Ecp5));
        for (lo, hi) in
            [(-(1 << 24), (1 << 24) - 1), (0, (1 << 20) - 1), (-(1 << 40), (1 << 39) - 1), (5, 1 << 18)]
        {
            let mut g = Graph::new();
            let k = g.input_range("k", lo, hi);
            let y = products.square(&mut g, k);
            g.output_range("y", y);
            let step = ((hi - lo) / 997).max(1);
            for k in (lo..=hi).step_by(step as usize).chain([lo, hi, 0.max(lo), 131_071, 131_072]) {
                assert_eq!(g.evaluate_wide(&[k]), [k * k], "of {lo}..={hi}");
            }
            // No product is wider than a block.
            let wide = g.nodes().iter().filter_map(|n| match n.op {
                crate::expr::Op::Mul(a, b) => Some(g.range(a).signed_width().max(g.range(b).signed_width())),
                _ => None,
            });
            assert!(wide.max().is_some_and(|w| w <= 18), "of {lo}..={hi}");
        }
    }
}
