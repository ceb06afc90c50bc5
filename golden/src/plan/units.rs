//! The squarer and the attenuator on codes.

use crate::num::{Format, Rounding, requantize};

/// y = h², rounded half up, then saturated.
pub fn square(k: i64, h: Format, y: Format) -> i64 {
    requantize(k as i128 * k as i128, 2 * h.frac, y, Rounding::HalfUp)
}

/// y = h/(h²+b), correctly rounded half away from zero, then saturated.
///
/// With h = k·2^-f, b = B·2^-2f and y at 2^-g: y = round(k·2^(f+g) / (k² + B)). The result depends on the
/// operands alone, so every divider algorithm gives the same bits.
pub fn attenuate(k: i64, b: i64, h: Format, y: Format) -> i64 {
    debug_assert!(b >= 1);
    let (mut n, mut d) = (k.unsigned_abs() as i128, k as i128 * k as i128 + b as i128);
    let shift = h.frac + y.frac;
    if shift >= 0 {
        n <<= shift
    } else {
        d <<= -shift
    }
    let magnitude = (2 * n + d) / (2 * d);
    y.saturate(if k < 0 { -magnitude } else { magnitude })
}
