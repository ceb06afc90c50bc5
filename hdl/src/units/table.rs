//! The piecewise polynomial: fold, segment, Horner steps, asymptote, rounding.

use super::{Products, Row, weighted_sums};
use crate::expr::{Column, Graph, RomStyle, Sig};
use gainstage_golden::approx::{self, Bounds, Fold, Side, Table, Tree};

/// Input `z`, output `y`: `Table::eval` on codes. Coefficients stand in the ROM `rom_name`, a row per segment.
///
/// # Panics
/// If the table does not pass [`Table::validate`].
pub fn table(t: &Table, rom_name: &str, products: &Products) -> Graph {
    let mut g = Graph::new();
    let z = g.input("z", t.input);
    let folded = Folded::new(&mut g, t, z, rom_name, products);
    let code = if t.fold == Fold::Odd {
        let mirrored = g.neg(folded.value);
        g.mux(folded.below, mirrored, folded.value)
    } else {
        folded.value
    };
    let mut code = g.saturate(code, t.output);
    if let Some(lowest) = t.lowest {
        let at_lowest = folded.at_lowest(&mut g, t);
        let answer = g.constant(lowest as i128);
        code = g.mux(at_lowest, answer, code);
    }
    g.output("y", code, t.output);
    g
}

/// |y| of an odd table at `z`, not saturated.
///
/// # Panics
/// As [`table`], and if the table is not odd.
pub(super) fn magnitude(g: &mut Graph, t: &Table, z: Sig, rom_name: &str, products: &Products) -> Sig {
    assert_eq!(t.fold, Fold::Odd, "only an odd function has a magnitude of its own");
    let folded = Folded::new(g, t, z, rom_name, products);
    let Some(lowest) = t.lowest else { return folded.value };
    let at_lowest = folded.at_lowest(g, t);
    let answer = g.constant(lowest.unsigned_abs() as i128);
    g.mux(at_lowest, answer, folded.value)
}

/// A table's result before it is mirrored and saturated.
struct Folded {
    /// z < 0.
    below: Sig,
    /// |z|, or z from its least code on.
    argument: Sig,
    value: Sig,
}

impl Folded {
    fn new(g: &mut Graph, t: &Table, z: Sig, rom_name: &str, products: &Products) -> Folded {
        let bounds = t.bounds().expect("a validated table has bounds");
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
        let value = Value { t, bounds: &bounds, m, below, products }.build(g, rom_name);
        let value = assume(g, value, bounds.v);
        g.name(value, "v");
        Folded { below, argument, value: g.shr(value, t.guard) }
    }

    /// Whether z is the most negative code.
    fn at_lowest(&self, g: &mut Graph, t: &Table) -> Sig {
        g.bit(self.argument, t.input.width - 1)
    }
}

fn shifted(r: approx::Range, by: i64) -> approx::Range {
    approx::Range { lo: r.lo + by, hi: r.hi + by }
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
    products: &'a Products,
}

impl Value<'_> {
    fn build(&self, g: &mut Graph, rom_name: &str) -> Sig {
        let t = self.t;
        // Nothing is known of a side that no code reaches.
        let two_sided = t.fold == Fold::Magnitude && t.input.signed;
        let needed = t.positive.residual != 0 || (two_sided && t.negative.residual != 0);
        let polynomial = if needed { self.polynomial(g, rom_name) } else { g.constant(0) };
        let (mut base, mut residual) = self.side(g, &t.positive, polynomial);
        if two_sided {
            let (mut base_below, residual_below) = self.side(g, &t.negative, polynomial);
            if t.positive.residual * t.negative.residual < 0 && g.range(polynomial).lo >= 0 {
                // -p = !p - (2^n - 1): inverting bits before the one adder is cheaper than a negation beside it.
                let ones = g.constant((1 << g.width(polynomial)) - 1);
                let zero = g.constant(0);
                let (inverted, when) = match t.negative.residual < 0 {
                    true => (&mut base_below, [ones, zero]),
                    false => (&mut base, [zero, ones]),
                };
                *inverted = g.sub(*inverted, ones);
                let mask = g.mux(self.below, when[0], when[1]);
                residual = g.xor(polynomial, mask);
            } else {
                residual = g.mux(self.below, residual_below, residual);
            }
            base = g.mux(self.below, base_below, base);
        }
        g.add(base, residual)
    }

    /// What the coefficients c_0 hold beside the polynomial: the constant, where every side adds the same one.
    fn held(&self) -> i64 {
        let (above, below) = (&self.t.positive, &self.t.negative);
        let held = match self.t.fold {
            Fold::Magnitude => below.residual == 1 && below.constant == above.constant,
            Fold::Odd | Fold::Offset => true,
        };
        if held && above.residual == 1 { above.constant } else { 0 }
    }

    /// Asymptote with the rounding constant, and the polynomial as it enters on this side.
    fn side(&self, g: &mut Graph, s: &Side, polynomial: Sig) -> (Sig, Sig) {
        // Digits that repeat, as those of 0.3 do, are added once.
        let line = weighted_sums(g, &[self.m], &[Row::adders(vec![s.slope], 0)])[0];
        let line = match s.slope_shift {
            left if left >= 0 => g.shl(line, left as u32),
            right => g.shr(line, right.unsigned_abs()),
        };
        let constant = g.constant((s.constant - self.held()) as i128);
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
        let place = match &t.tree {
            None => equal_segments(g, t, self.m),
            Some(tree) => tree_segments(g, t, tree, rom_name, self.m),
        };
        let held = self.held();
        let c = self.coefficients(g, rom_name, &place, held);
        let degree = t.steps.len();
        let mut p = c[degree];
        let last = t.steps.len().saturating_sub(1);
        for (i, ((step, &c), bounds)) in
            t.steps.iter().zip(c[..degree].iter().rev()).zip(&self.bounds.steps).enumerate()
        {
            let factor = g.shr(place.x, step.t);
            let product = self.products.multiply(g, p, factor);
            let product = assume(g, product, bounds.product);
            let product = g.shr(product, step.s);
            let sum = g.add(c, product);
            p = assume(g, sum, shifted(bounds.sum, if i == last { held } else { 0 }));
        }
        if let Some(past) = place.past {
            let outside = g.constant(held as i128);
            p = g.mux(past, outside, p);
        }
        let p = assume(g, p, shifted(self.bounds.polynomial, held));
        g.name(p, "p")
    }

    /// The coefficients of the addressed segment. Rows of zeros follow the last one where arguments reach them; where none
    /// does, the last row again, so that the contents widen no column. `held` is added to every c_0.
    fn coefficients(&self, g: &mut Graph, name: &str, place: &Place, held: i64) -> Vec<Sig> {
        let t = self.t;
        let depth = 1usize << place.address_bits;
        let columns = t.columns();
        let padded =
            |k: usize, i: usize| match t.segments.get(k).or(t.segments.last().filter(|_| t.tree.is_some())) {
                Some(row) => row[i] as i128,
                None => 0i64.clamp(columns[i].lo, columns[i].hi) as i128,
            } + if i == 0 { held as i128 } else { 0 };
        let columns: Vec<Column> =
            (0..=t.steps.len()).map(|i| Column::new((0..depth).map(|k| padded(k, i)).collect())).collect();
        let fields = read(g, place.address, name, self.products.memory(depth), &columns);
        for (i, &c) in fields.iter().enumerate() {
            g.name(c, &format!("c{i}"));
        }
        fields
    }
}

/// Where an argument lies.
struct Place {
    /// Row of the coefficients, below 2^`address_bits`.
    address: Sig,
    address_bits: u32,
    /// The centred offset.
    x: Sig,
    /// Whether the argument is past all rows, if that can be.
    past: Option<Sig>,
}

/// Equal segments: the leading bits are the row, the others the offset.
fn equal_segments(g: &mut Graph, t: &Table, m: Sig) -> Place {
    let reached = (g.range(m).hi >> t.segment_bits) as usize + 1;
    let rows = t.segments.len().min(reached);
    let address_bits = address_bits(rows);
    let address = g.slice(m, t.segment_bits, address_bits);
    let x = if t.steps.is_empty() { g.constant(0) } else { centred_offset(g, m, t.segment_bits, 0) };
    let past = reached > 1 << address_bits;
    let past = past.then(|| g.ge_const(m, 1 << (address_bits + t.segment_bits)));
    Place { address, address_bits, x: g.name(x, "x"), past }
}

/// Segments of a tree: a small table, read by the leading bits, holds the first row of the block and which of the
/// shifts belongs to it. The first row ends in zeros where bits of m are joined to it.
fn tree_segments(g: &mut Graph, t: &Table, tree: &Tree, rom_name: &str, m: Sig) -> Place {
    let mut shifts: Vec<u32> = tree.blocks.iter().map(|b| b.shift).collect();
    shifts.sort_unstable();
    shifts.dedup();
    let (first, which) = blocks(g, tree, &shifts, rom_name, m);
    let address_bits = address_bits(t.segments.len());
    let ways: Vec<(Sig, Sig)> = shifts
        .iter()
        .map(|&shift| {
            let bits = t.segment_bits - shift;
            let inner = tree.block_bits.saturating_sub(bits);
            let row = if inner == 0 { g.constant(0) } else { g.slice(m, bits, inner) };
            let x = if t.steps.is_empty() { g.constant(0) } else { centred_offset(g, m, bits, shift) };
            (row, x)
        })
        .collect();
    let rows: Vec<Sig> = ways.iter().map(|w| w.0).collect();
    let row = select(g, which, &rows);
    let address = g.or(first, row);
    let offsets: Vec<Sig> = ways.iter().map(|w| w.1).collect();
    let x = select(g, which, &offsets);
    Place { address: g.name(address, "row"), address_bits, x: g.name(x, "x"), past: None }
}

/// The decoder's two columns at m's block.
fn blocks(g: &mut Graph, tree: &Tree, shifts: &[u32], rom_name: &str, m: Sig) -> (Sig, Sig) {
    let bits = address_bits(tree.blocks.len());
    let block = g.slice(m, tree.block_bits, bits);
    let entry = |k: usize| tree.blocks[k.min(tree.blocks.len() - 1)];
    let which = |k: usize| shifts.partition_point(|&s| s < entry(k).shift) as i128;
    let columns = [
        Column::new((0..1 << bits).map(|k| entry(k).first as i128).collect()),
        Column::new((0..1 << bits).map(which).collect()),
    ];
    let fields = read(g, block, &format!("{rom_name}_blocks"), RomStyle::Auto, &columns);
    (fields[0], fields[1])
}

/// One of several signals; the index is below their number.
fn select(g: &mut Graph, index: Sig, of: &[Sig]) -> Sig {
    if of.len() == 1 {
        return of[0];
    }
    let half = of.len().next_power_of_two() / 2;
    let (low, high) = (select(g, index, &of[..half]), select(g, index, &of[half..]));
    let top = g.bit(index, half.trailing_zeros());
    g.mux(top, high, low)
}

fn address_bits(rows: usize) -> u32 {
    rows.next_power_of_two().trailing_zeros().max(1)
}

/// The low `bits` of m less half of 2^bits, times 2^shift: the top bit inverted, read as two's complement.
fn centred_offset(g: &mut Graph, m: Sig, bits: u32, shift: u32) -> Sig {
    if bits == 0 {
        // A single code is the first of its stretched segment.
        let half = (1i128 << shift) >> 1;
        return g.constant(-half);
    }
    let offset = g.slice(m, 0, bits);
    let top = g.constant(1 << (bits - 1));
    let flipped = g.xor(offset, top);
    let x = g.as_signed(flipped, bits);
    g.shl(x, shift)
}

/// The columns at an address; without storage where there is nothing to choose.
fn read(g: &mut Graph, address: Sig, name: &str, style: RomStyle, columns: &[Column]) -> Vec<Sig> {
    let fixed: Option<Vec<i128>> = columns.iter().map(|c| c.range.single()).collect();
    match fixed {
        Some(values) => values.into_iter().map(|v| g.constant(v)).collect(),
        None => g.rom_columns(address, name, style, columns),
    }
}
