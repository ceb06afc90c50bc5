//! The amplifying neuron's y = h².

use crate::expr::{Graph, Sig};
use gainstage_golden::num::{Format, Rounding};

/// Input `h`, output `y = requantize(h²)`, half up, saturated: `golden::plan::square` on codes.
pub fn squarer(h: Format, y: Format) -> Graph {
    let mut g = Graph::new();
    let k = g.input("h", h);
    let square = g.square(k);
    g.name(square, "square");
    let code = g.requantize(square, 2 * h.frac, y, Rounding::HalfUp);
    g.output("y", code, y);
    g
}

/// How an integer that is not negative is squared: [`Graph::square`], by a multiplier, or [`square_in_logic`].
pub type Square = fn(&mut Graph, Sig) -> Sig;

/// k² without a multiplier: half the rows of a multiplication, because each pair of bits counts twice.
///
/// k² = Σ b_i·4^i + Σ b_i·2^(i+1)·(k mod 2^i); the first sum is wiring.
pub fn square_in_logic(g: &mut Graph, k: Sig) -> Sig {
    let (bits, most) = (g.width(k), g.range(k).hi);
    let zero = g.constant(0);
    let mut diagonal = zero;
    let mut rows = Vec::new();
    for i in (0..bits).rev() {
        let bit = g.bit(k, i);
        diagonal = g.concat(diagonal, bit, 2);
        if i > 0 {
            let low = g.slice(k, 0, i);
            let row = g.shl(low, i + 1);
            rows.push(g.mux(bit, row, zero));
        }
    }
    rows.push(diagonal);
    let sum = g.sum(&rows);
    g.assume_range(sum, 0, most * most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_square_without_a_multiplier() {
        for most in [1, 2, 3, 100, 128, 1023] {
            let mut g = Graph::new();
            let k = g.input_range("k", 0, most);
            let y = square_in_logic(&mut g, k);
            g.output_range("y", y);
            (0..=most as i64).for_each(|k| assert_eq!(g.evaluate(&[k]), [k * k], "of {most}"));
        }
    }
}
