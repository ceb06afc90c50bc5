//! The attenuating neuron's y = h/(h²+b): a restoring divider, one quotient digit per row.

use super::Square;
use crate::expr::{Graph, Sig};
use gainstage_golden::num::{Format, bits_unsigned};
use gainstage_golden::plan::attenuate;

/// Input `h` (code k), output `y`: `round(k·2^(f+g) / (k²+B))`, half away from zero, saturated:
/// `golden::plan::attenuate` on codes.
///
/// Sign and magnitude are split first; the magnitude's quotient is developed with one digit below the last place,
/// so that rounding half away is `(q + 1) >> 1`.
pub fn attenuator(b: i64, h: Format, y: Format) -> Graph {
    let mut g = Graph::new();
    let k = g.input("h", h);
    let only = g.constant(0);
    let code = attenuate_codes(&mut g, k, &[Attenuation { b, h, y }], only, Graph::square);
    let code = g.saturate(code, y);
    g.output("y", code, y);
    g
}

/// One attenuation: the constant and the formats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attenuation {
    /// B = b·2^(2·h.frac), at least 1.
    pub b: i64,
    /// Format of h.
    pub h: Format,
    /// Format of y.
    pub y: Format,
}

/// The quotient of the code `k` as one of several attenuations has it, by number, in one divider; not saturated.
pub fn attenuate_codes(g: &mut Graph, k: Sig, ways: &[Attenuation], number: Sig, square: Square) -> Sig {
    let negative = g.is_negative(k);
    let magnitude = g.abs(k);
    g.name(magnitude, "magnitude");
    let square = square(g, magnitude);
    let constants: Vec<Sig> = ways.iter().map(|w| g.constant(w.b as i128)).collect();
    let constant = g.select(number, &constants);
    let sum = g.add(square, constant);
    let shift = |w: &Attenuation| w.h.frac + w.y.frac;
    let denominators: Vec<Sig> = ways.iter().map(|w| g.shl(sum, (-shift(w)).max(0) as u32)).collect();
    let denominator = g.select(number, &denominators);
    g.name(denominator, "denominator");
    // Twice the numerator: the extra digit is the rounding digit.
    let numerators: Vec<Sig> = ways.iter().map(|w| g.shl(magnitude, shift(w).max(0) as u32 + 1)).collect();
    let numerator = g.select(number, &numerators);
    let bits = ways.iter().map(|w| quotient_bits(w.b, w.h, w.y)).max().unwrap_or(1);
    let quotient = divide(g, numerator, denominator, bits);
    let one = g.constant(1);
    let rounded = g.add(quotient, one);
    let rounded = g.shr(rounded, 1);
    g.name(rounded, "rounded");
    let mirrored = g.neg(rounded);
    g.mux(negative, mirrored, rounded)
}

/// Bits of floor(2·N/D) over every k: the curve's largest value lies at k = √B, or at the end of the range.
fn quotient_bits(b: i64, h: Format, y: Format) -> u32 {
    let wide = Format { signed: true, width: 62, frac: y.frac };
    let most = h.min_code().unsigned_abs().max(h.max_code().unsigned_abs()) as i64;
    let root = (b as u64).isqrt() as i64;
    let candidates = [root.min(most), (root + 1).min(most)];
    let peak = candidates.map(|k| attenuate(k, b, h, wide)).into_iter().max().unwrap_or(0);
    // The rounded quotient is at most `peak`, so the unrounded one with a digit more is at most 2·peak.
    bits_unsigned(2 * peak as i128)
}

/// floor(n / d) by restoring digit recurrence; the caller vouches for n < d·2^bits.
fn divide(g: &mut Graph, n: Sig, d: Sig, bits: u32) -> Sig {
    let most = g.range(d).hi - 1;
    let start = g.shr(n, bits);
    let mut remainder = g.assume_range(start, 0, most);
    let mut quotient = g.constant(0);
    for i in (0..bits).rev() {
        let digit = g.bit(n, i);
        let shifted = g.concat(remainder, digit, 1);
        let difference = g.sub(shifted, d);
        let fits = g.ge_const(difference, 0);
        let next = g.mux(fits, difference, shifted);
        remainder = g.assume_range(next, 0, most);
        g.name(remainder, &format!("remainder_{i}"));
        quotient = g.concat(quotient, fits, 1);
    }
    g.name(quotient, "quotient")
}
