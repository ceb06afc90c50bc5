//! The attenuating neuron's y = h/(h²+b): a digit recurrence, or a table and one correction.

mod corrected;
mod means;
mod rows;

pub use rows::Rows;

use crate::device::Target;
use crate::expr::{Graph, Sig};
use gainstage_golden::num::{Format, bits_unsigned};
use gainstage_golden::plan::attenuate;

/// Input `h` (code k), output `y`: `round(k·2^(f+g) / (k²+B))`, half away from zero, saturated:
/// `golden::plan::attenuate` on codes. The target says how it divides; `name` is that of the module.
pub fn attenuator(a: Attenuation, name: &str, target: &Target) -> Attenuator {
    if let Some(table) = target.division.estimate(a.b, a.h, a.y, target) {
        let graph = corrected::corrected(a, &table, name, factor_bits(target));
        return Attenuator { graph, corrected: true };
    }
    let mut g = Graph::new();
    let k = g.input("h", a.h);
    let only = g.constant(0);
    let rows = Rows { square: Graph::square, division: target.division, name, target };
    let code = attenuate_codes(&mut g, k, &[a], only, &rows);
    let code = g.saturate(code, a.y);
    g.output("y", code, a.y);
    Attenuator { graph: g, corrected: false }
}

/// An attenuator's circuit.
pub struct Attenuator {
    /// Input `h`, output `y`.
    pub graph: Graph,
    /// Whether it is a corrected table; otherwise a digit recurrence.
    pub corrected: bool,
}

/// Bits of an unsigned factor that one hard multiplier takes.
fn factor_bits(target: &Target) -> u32 {
    match target.delays().dsp_bits {
        (0, _) => u32::MAX,
        (_, narrow) => narrow - 1,
    }
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
///
/// Sign and magnitude are split first; the magnitude's quotient is developed with one digit below the last place,
/// so that rounding half away is `(q + 1) >> 1`.
pub fn attenuate_codes(g: &mut Graph, k: Sig, ways: &[Attenuation], number: Sig, rows: &Rows<'_>) -> Sig {
    let negative = g.is_negative(k);
    let magnitude = g.abs(k);
    g.name(magnitude, "magnitude");
    // Of the signed code: the magnitude has a bit more than a hard multiplier's operands.
    let square = (rows.square)(g, k);
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
    let quotient = rows.divide(g, numerator, denominator, bits);
    let one = g.constant(1);
    let rounded = g.add(quotient, one);
    let rounded = g.shr(rounded, 1);
    g.name(rounded, "rounded");
    let mirrored = g.neg(rounded);
    g.mux(negative, mirrored, rounded)
}

/// The largest rounded quotient: the curve is highest at k = √B, or at the end of the range.
fn peak(b: i64, h: Format, y: Format) -> i64 {
    let wide = Format { signed: true, width: 62, frac: y.frac };
    let most = h.min_code().unsigned_abs().max(h.max_code().unsigned_abs()) as i64;
    let root = (b as u64).isqrt() as i64;
    let candidates = [root.min(most), (root + 1).min(most)];
    candidates.map(|k| attenuate(k, b, h, wide)).into_iter().max().unwrap_or(0)
}

/// Bits of floor(2·N/D) over every k: with a digit more than the rounded quotient it is at most twice the peak.
fn quotient_bits(b: i64, h: Format, y: Format) -> u32 {
    bits_unsigned(2 * peak(b, h, y) as i128)
}
