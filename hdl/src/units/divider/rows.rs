//! The digit recurrence: rows that subtract multiples of the denominator where they fit.

use crate::device::{Division, Target};
use crate::expr::{Graph, Sig};
use crate::module::Module;
use crate::units::Square;
use std::sync::Arc;

/// How a module squares and divides.
pub struct Rows<'a> {
    /// How the square in the denominator is formed.
    pub square: Square,
    /// Radix, and how many rows stand between registers.
    pub division: Division,
    /// Name of the module, in front of the names of groups of rows.
    pub name: &'a str,
    /// What groups of rows are built for.
    pub target: &'a Target,
}

impl Rows<'_> {
    /// floor(n / d), restoring; the caller vouches for n < d·2^bits.
    pub fn divide(&self, g: &mut Graph, n: Sig, d: Sig, bits: u32) -> Sig {
        let per_row = self.division.bits_per_row();
        // A bit more than needed is a leading zero.
        let rows = bits.div_ceil(per_row);
        let bits = rows * per_row;
        let most = g.range(d).hi - 1;
        let start = g.shr(n, bits);
        let start = g.assume_range(start, 0, most);
        let multiples = Multiples::new(g, d, per_row);
        let mut state = State { remainder: start, quotient: g.constant(0) };
        let group = self.division.rows_per_clock.unwrap_or(0).min(rows);
        let Some(ends) = rows.checked_rem(group) else {
            for row in (0..rows).rev() {
                let digits = g.slice(n, row * per_row, per_row);
                state = state.row(g, &multiples, digits, most);
                g.name(state.remainder, &format!("remainder_{row}"));
            }
            return g.name(state.quotient, "quotient");
        };
        let mut row = rows;
        for count in std::iter::once(ends)
            .filter(|&n| n > 0)
            .chain(std::iter::repeat_n(group, (rows / group) as usize))
        {
            row -= count;
            let digits = g.slice(n, row * per_row, count * per_row);
            state = self.group(g, state, &multiples, digits, count);
        }
        g.name(state.quotient, "quotient")
    }

    /// Rows without registers between them, as a module of its own whose outputs leave registers.
    fn group(&self, g: &mut Graph, state: State, of: &Multiples, digits: Sig, count: u32) -> State {
        let most = g.range(of.once).hi - 1;
        let bits = count * of.bits;
        let mut inner = Graph::new();
        let remainder = inner.input_range("remainder", 0, most);
        let names = ["d", "d3"];
        let ports = of.stored().zip(names).map(|(s, name)| {
            let r = g.range(s);
            inner.input_range(name, r.lo, r.hi)
        });
        let ports: Vec<Sig> = ports.collect();
        let numerator = inner.input_range("n", 0, (1 << bits) - 1);
        let multiples = Multiples { once: ports[0], thrice: ports.get(1).copied(), bits: of.bits };
        let mut rows = State { remainder, quotient: inner.constant(0) };
        for row in (0..count).rev() {
            let digits = inner.slice(numerator, row * of.bits, of.bits);
            rows = rows.row(&mut inner, &multiples, digits, most);
        }
        inner.output_range("next", rows.remainder);
        inner.output_range("q", rows.quotient);
        let name = format!("{}_rows{count}", self.name);
        let doc = format!(
            "{bits} bits of a quotient: n is shifted into the remainder, multiples of d leave it where they fit."
        );
        // No clock is so slow that anything but the outputs would get registers.
        let module =
            Arc::new(Module::new(&name, &doc, inner, &self.target.clone().with_clock(f64::MIN_POSITIVE)));
        let inputs: Vec<Sig> = [state.remainder].into_iter().chain(of.stored()).chain([digits]).collect();
        let out = g.instance(&module, &inputs);
        State { remainder: out[0], quotient: g.concat(state.quotient, out[1], bits) }
    }
}

/// What a row may subtract.
struct Multiples {
    once: Sig,
    /// Three times the denominator, for radix 4.
    thrice: Option<Sig>,
    /// Bits of the quotient per row.
    bits: u32,
}

impl Multiples {
    fn new(g: &mut Graph, d: Sig, bits: u32) -> Multiples {
        let thrice = (bits == 2).then(|| {
            let twice = g.shl(d, 1);
            let thrice = g.add(twice, d);
            g.name(thrice, "thrice")
        });
        Multiples { once: d, thrice, bits }
    }

    fn stored(&self) -> impl Iterator<Item = Sig> {
        std::iter::once(self.once).chain(self.thrice)
    }
}

/// Between two rows.
struct State {
    remainder: Sig,
    quotient: Sig,
}

impl State {
    /// The next digits of the numerator join the remainder, the largest multiple that fits leaves it.
    fn row(self, g: &mut Graph, of: &Multiples, digits: Sig, most: i128) -> State {
        let shifted = g.concat(self.remainder, digits, of.bits);
        let (fits, less) = subtract(g, shifted, of.once);
        let (digit, next) = match of.thrice {
            None => (fits, g.mux(fits, less, shifted)),
            Some(thrice) => {
                let twice = g.shl(of.once, 1);
                let (fits2, less2) = subtract(g, shifted, twice);
                let (fits3, less3) = subtract(g, shifted, thrice);
                let low = g.mux(fits2, fits3, fits);
                let (above, below) = (g.mux(fits3, less3, less2), g.mux(fits, less, shifted));
                (g.concat(fits2, low, 1), g.mux(fits2, above, below))
            }
        };
        let remainder = g.assume_range(next, 0, most);
        State { remainder, quotient: g.concat(self.quotient, digit, of.bits) }
    }
}

/// Whether b fits into a, and a - b.
fn subtract(g: &mut Graph, a: Sig, b: Sig) -> (Sig, Sig) {
    let difference = g.sub(a, b);
    (g.ge_const(difference, 0), difference)
}
