//! The run-time fixed-point format.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The widest format: codes stay well inside `i64`, products inside `i128`.
pub const MAX_WIDTH: u32 = 48;

/// The largest magnitude of `frac`: keeps every shift of the contract inside `i128`.
const MAX_FRAC: i32 = 64;

/// A fixed-point format: value = `code · 2^-frac`, `frac` may be negative or exceed `width`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Raw")]
pub struct Format {
    /// Two's complement if set, else plain binary.
    pub signed: bool,
    /// Bits of a code, sign included: 2 to [`MAX_WIDTH`].
    pub width: u32,
    /// Bits right of the binary point.
    pub frac: i32,
}

/// A format that cannot exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The width is outside 2..=48.
    #[error("a width of {0} bits is not supported: use 2 to {MAX_WIDTH}")]
    Width(u32),
    /// The binary point is too far away.
    #[error("{0} fraction bits are not supported: use -{MAX_FRAC} to {MAX_FRAC}")]
    Frac(i32),
    /// A text that is no format.
    #[error("{0:?} is no format: write s18.12 (signed, 18 bits, 12 behind the point) or u18.12")]
    Text(String),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Raw {
    signed: bool,
    width: u32,
    frac: i32,
}

impl TryFrom<Raw> for Format {
    type Error = FormatError;
    fn try_from(r: Raw) -> Result<Self, FormatError> {
        Format::new(r.signed, r.width, r.frac)
    }
}

/// `s18.12`, as [`fmt::Display`] writes it: the sign, the width, and the bits right of the binary point.
impl FromStr for Format {
    type Err = FormatError;
    fn from_str(text: &str) -> Result<Self, FormatError> {
        let fault = || FormatError::Text(text.to_owned());
        let signed = text.starts_with('s');
        let (width, frac) =
            text.strip_prefix(['s', 'u']).and_then(|rest| rest.split_once('.')).ok_or_else(fault)?;
        let (width, frac) = width.parse().ok().zip(frac.parse().ok()).ok_or_else(fault)?;
        Format::new(signed, width, frac)
    }
}

impl Format {
    /// A checked format.
    pub fn new(signed: bool, width: u32, frac: i32) -> Result<Format, FormatError> {
        if !(2..=MAX_WIDTH).contains(&width) {
            return Err(FormatError::Width(width));
        }
        if frac.unsigned_abs() > MAX_FRAC as u32 {
            return Err(FormatError::Frac(frac));
        }
        Ok(Format { signed, width, frac })
    }

    /// The smallest code.
    pub fn min_code(self) -> i64 {
        if self.signed { -(1 << (self.width - 1)) } else { 0 }
    }

    /// The largest code.
    pub fn max_code(self) -> i64 {
        if self.signed { (1 << (self.width - 1)) - 1 } else { (1 << self.width) - 1 }
    }

    /// The weight of the lowest bit, `2^-frac`.
    pub fn ulp(self) -> f64 {
        libm::ldexp(1.0, -self.frac)
    }

    /// The value of a code (exact: a code has at most 48 bits).
    pub fn value(self, code: i64) -> f64 {
        libm::ldexp(code as f64, -self.frac)
    }

    /// The nearest code of the format to an integer of the same `frac`.
    pub fn saturate(self, v: i128) -> i64 {
        v.clamp(self.min_code() as i128, self.max_code() as i128) as i64
    }

    /// Whether the code belongs to the format.
    pub fn contains(self, code: i64) -> bool {
        (self.min_code()..=self.max_code()).contains(&code)
    }

    /// All codes, smallest first.
    pub fn codes(self) -> std::ops::RangeInclusive<i64> {
        self.min_code()..=self.max_code()
    }
}

impl fmt::Display for Format {
    /// `s18.12`: signed, 18 bits in all, 12 of them (or a negative number) right of the point.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}.{}", if self.signed { 's' } else { 'u' }, self.width, self.frac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_as_they_are_written() {
        for (signed, width, frac) in [(true, 18, 12), (false, 2, -64), (true, 48, 64), (false, 9, 0)] {
            let format = Format::new(signed, width, frac).expect("a format");
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        for text in [
            "",
            "s",
            "18.12",
            "s18",
            "s18.",
            "s.12",
            "x18.12",
            "S18.12",
            "s 18.12",
            "s18.12.3",
            "\u{e9}8.1",
            "us8.1",
        ] {
            assert_eq!(text.parse::<Format>(), Err(FormatError::Text(text.to_owned())));
        }
        assert_eq!("s49.0".parse::<Format>(), Err(FormatError::Width(49)));
        assert_eq!("u8.65".parse::<Format>(), Err(FormatError::Frac(65)));
    }
}
