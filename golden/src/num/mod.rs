//! Fixed-point numbers: run-time formats, rounding, saturation and exact sums.
//!
//! A value is `code · 2^-frac`. Codes are `i64`, exact sums `i128`. The contested decision of this module:
//! **round first, then saturate, always**. Nothing here wraps.

#[cfg(feature = "fixed")]
mod fixed;
mod format;
mod round;

pub use format::{Format, FormatError, MAX_WIDTH};
pub use round::{Rounding, quantize, requantize, round_shift};

/// Bits of a signed two's complement word that holds every integer in `lo..=hi`.
///
/// Zero needs one bit. `bits_signed(-128, 127) == 8`.
pub fn bits_signed(lo: i128, hi: i128) -> u32 {
    let bits = |v: i128| 129 - if v < 0 { (!v).leading_zeros() } else { v.leading_zeros() };
    bits(lo).max(bits(hi))
}

/// Bits of an unsigned word that holds every integer in `0..=hi` (at least one).
pub fn bits_unsigned(hi: i128) -> u32 {
    debug_assert!(hi >= 0);
    (128 - hi.leading_zeros()).max(1)
}
