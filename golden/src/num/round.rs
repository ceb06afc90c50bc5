//! Rounding: exact on integers and on every `f64`.

use super::Format;
use serde::{Deserialize, Serialize};

/// What happens to the bits that are dropped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// To the nearest, ties towards plus infinity: `floor(v + 1/2)`. The default.
    #[default]
    HalfUp,
    /// To the nearest, ties away from zero: odd, so `r(-v) = -r(v)`.
    HalfAway,
    /// To the nearest, ties to the even code.
    HalfEven,
    /// Towards minus infinity.
    Floor,
}

/// `v · 2^-shift`, rounded to an integer, for every shift. A negative shift multiplies (exactly).
///
/// # Panics
/// If multiplying leaves `i128`: callers prove their widths first, and nothing here wraps.
pub fn round_shift(v: i128, shift: i32, rounding: Rounding) -> i128 {
    if shift <= 0 {
        let s = shift.unsigned_abs();
        assert!(fits_shifted(v, s), "{v} · 2^{s} does not fit 128 bits");
        return v.checked_shl(s).unwrap_or(0);
    }
    if shift > 127 {
        return round_tiny(v, shift, rounding);
    }
    let s = shift as u32;
    let floor = v >> s;
    let rest = v - (floor << s);
    let half = 1i128 << (s - 1);
    let up = match rounding {
        Rounding::Floor => false,
        Rounding::HalfUp => rest >= half,
        Rounding::HalfAway => rest > half || (rest == half && v >= 0),
        Rounding::HalfEven => rest > half || (rest == half && floor & 1 == 1),
    };
    floor + up as i128
}

/// Whether `v · 2^s` fits `i128`.
fn fits_shifted(v: i128, s: u32) -> bool {
    v == 0 || (s < 128 && (v << s) >> s == v)
}

/// `v · 2^-shift` for a shift of 128 or more: at most 1/2 in magnitude, and a tie only for -2^127 · 2^-128.
fn round_tiny(v: i128, shift: i32, rounding: Rounding) -> i128 {
    match rounding {
        Rounding::Floor => -((v < 0) as i128),
        Rounding::HalfAway if v == i128::MIN && shift == 128 => -1,
        _ => 0,
    }
}

/// A sum or product with `from_frac` fraction bits as a code of `to`: rounded, then saturated.
pub fn requantize(v: i128, from_frac: i32, to: Format, rounding: Rounding) -> i64 {
    let shift = from_frac.saturating_sub(to.frac);
    // A left shift that leaves i128 saturates as the unbounded integer would.
    if shift < 0 && !fits_shifted(v, shift.unsigned_abs()) {
        return if v < 0 { to.min_code() } else { to.max_code() };
    }
    to.saturate(round_shift(v, shift, rounding))
}

/// A real number as a code of `to`: rounded exactly (no double rounding), then saturated.
///
/// Infinities saturate. `None` if `v` is not a number.
pub fn quantize(v: f64, to: Format, rounding: Rounding) -> Option<i64> {
    if v.is_nan() {
        return None;
    }
    if v.is_infinite() {
        return Some(if v < 0.0 { to.min_code() } else { to.max_code() });
    }
    let bits = v.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i128;
    let (mantissa, exponent) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    let mantissa = if v < 0.0 { -mantissa } else { mantissa };
    Some(requantize(mantissa, -exponent, to, rounding))
}
