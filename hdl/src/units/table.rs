//! The piecewise polynomial: fold, segment, Horner steps, asymptote, rounding.

use crate::expr::{Graph, Range, Rom, Sig};
use gainstage_golden::approx::{self, Bounds, Fold, Side, Table};
use std::sync::Arc;

/// Input `z`, output `y`: `Table::eval` on codes. Coefficients stand in the ROM `rom_name`, a row per segment.
///
/// # Panics
/// If the table does not pass [`Table::validate`].
pub fn table(t: &Table, rom_name: &str) -> Graph {
    let bounds = t.bounds().expect("a validated table has bounds");
    let mut g = Graph::new();
    let z = g.input("z", t.input);
    let below = g.is_negative(z);
    let argument = match t.fold {
        Fold::Offset => {
            let least = g.constant(t.input.min_code() as i128);
            g.sub(z, least)
        }
        Fold::Magnitude | Fold::Odd => g.abs(z),
    };
    // The most negative code has an answer of its own, so its bit of |z| need not reach the polynomial.
    let m = match t.lowest {
        Some(_) => g.slice(argument, 0, t.input.width - 1),
        None => argument,
    };
    g.name(m, "m");
    let value = Value { t, bounds: &bounds, m, below }.build(&mut g, rom_name);
    let value = assume(&mut g, value, bounds.v);
    g.name(value, "v");
    let magnitude = g.shr(value, t.guard);
    let code = if t.fold == Fold::Odd {
        let mirrored = g.neg(magnitude);
        g.mux(below, mirrored, magnitude)
    } else {
        magnitude
    };
    let mut code = g.saturate(code, t.output);
    if let Some(lowest) = t.lowest {
        let at_lowest = g.bit(argument, t.input.width - 1);
        let answer = g.constant(lowest as i128);
        code = g.mux(at_lowest, answer, code);
    }
    g.output("y", code, t.output);
    g
}

fn assume(g: &mut Graph, s: Sig, r: approx::Range) -> Sig {
    g.assume_range(s, r.lo as i128, r.hi as i128)
}

/// slope·m + constant ± polynomial, at working precision.
struct Value<'a> {
    t: &'a Table,
    bounds: &'a Bounds,
    m: Sig,
    below: Sig,
}

impl Value<'_> {
    fn build(&self, g: &mut Graph, rom_name: &str) -> Sig {
        let t = self.t;
        let two_sided = t.fold == Fold::Magnitude;
        let needed = t.positive.residual != 0 || (two_sided && t.negative.residual != 0);
        let polynomial = if needed { self.polynomial(g, rom_name) } else { g.constant(0) };
        let (mut base, mut residual) = self.side(g, &t.positive, polynomial);
        if two_sided {
            let (base_below, residual_below) = self.side(g, &t.negative, polynomial);
            base = g.mux(self.below, base_below, base);
            residual = g.mux(self.below, residual_below, residual);
        }
        g.add(base, residual)
    }

    /// Asymptote with the rounding constant, and the polynomial as it enters on this side.
    fn side(&self, g: &mut Graph, s: &Side, polynomial: Sig) -> (Sig, Sig) {
        let line = g.mul_csd(self.m, s.slope);
        let line = match s.slope_shift {
            left if left >= 0 => g.shl(line, left as u32),
            right => g.shr(line, right.unsigned_abs()),
        };
        let constant = g.constant(s.constant as i128);
        let base = g.add(line, constant);
        let residual = match s.residual {
            0 => g.constant(0),
            1 => polynomial,
            _ => g.neg(polynomial),
        };
        (base, residual)
    }

    /// The residual polynomial at m, 0 past the last segment.
    fn polynomial(&self, g: &mut Graph, rom_name: &str) -> Sig {
        let t = self.t;
        let reached = (g.range(self.m).hi >> t.segment_bits) as usize + 1;
        let rows = t.segments.len().min(reached);
        let address_bits = rows.next_power_of_two().trailing_zeros().max(1);
        let address = g.slice(self.m, t.segment_bits, address_bits);
        let c = coefficients(g, t, rom_name, address, rows, 1 << address_bits);
        let x = centred_offset(g, t, self.m);
        let degree = t.steps.len();
        let mut p = c[degree];
        for ((step, &c), bounds) in t.steps.iter().zip(c[..degree].iter().rev()).zip(&self.bounds.steps) {
            let factor = g.shr(x, step.t);
            let product = g.mul(p, factor);
            let product = assume(g, product, bounds.product);
            let product = g.shr(product, step.s);
            let sum = g.add(c, product);
            p = assume(g, sum, bounds.sum);
        }
        if reached > 1 << address_bits {
            let past = g.ge_const(self.m, 1 << (address_bits + t.segment_bits));
            let zero = g.constant(0);
            p = g.mux(past, zero, p);
        }
        let p = assume(g, p, self.bounds.polynomial);
        g.name(p, "p")
    }
}

/// The offset from the middle of the segment: the top bit of the offset inverted, read as two's complement.
fn centred_offset(g: &mut Graph, t: &Table, m: Sig) -> Sig {
    if t.segment_bits == 0 || t.steps.is_empty() {
        return g.constant(0);
    }
    let offset = g.slice(m, 0, t.segment_bits);
    let top = g.constant(1 << (t.segment_bits - 1));
    let flipped = g.xor(offset, top);
    let x = g.as_signed(flipped, t.segment_bits);
    g.name(x, "x")
}

/// The coefficients of the addressed segment: one ROM row per segment, c_0 in the low bits, each field just as wide as
/// its column needs. Rows past the last segment hold zeros.
fn coefficients(g: &mut Graph, t: &Table, name: &str, address: Sig, rows: usize, depth: usize) -> Vec<Sig> {
    let row = |k: usize, i: usize| if k < rows { t.segments[k][i] as i128 } else { 0 };
    let range = |i: usize| {
        let column = (0..depth).map(|k| row(k, i));
        let (lo, hi) = column.fold((i128::MAX, i128::MIN), |(lo, hi), c| (lo.min(c), hi.max(c)));
        Range::new(lo, hi)
    };
    // (lowest bit, range) of every field.
    let mut bits = 0;
    let fields: Vec<(u32, Range)> = (0..=t.steps.len())
        .map(|i| {
            let (at, range) = (bits, range(i));
            bits += range.width();
            (at, range)
        })
        .collect();
    let pack = |k: usize| {
        let field = |(i, (at, r)): (usize, &(u32, Range))| (row(k, i) & ((1 << r.width()) - 1)) << at;
        fields.iter().enumerate().map(field).fold(0, |word, f| word | f)
    };
    let rom = Rom::new(name, (0..depth).map(pack).collect()).with_range(Range::of_bits(false, bits));
    let word = g.rom(address, &Arc::new(rom));
    let unpack = |(i, (at, r)): (usize, (u32, Range))| {
        let raw = g.slice(word, at, r.width());
        let c = if r.signed() { g.as_signed(raw, r.width()) } else { raw };
        let c = g.assume_range(c, r.lo, r.hi);
        g.name(c, &format!("c{i}"))
    };
    fields.into_iter().enumerate().map(unpack).collect()
}
