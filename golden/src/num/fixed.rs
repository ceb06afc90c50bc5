//! Numbers of the `fixed` crate, whose formats are types, as codes of formats that are values, and back.

use super::{Format, FormatError, Rounding, requantize};
use fixed::traits::Fixed;

impl Format {
    /// The format that has the values of a type, such as `I8F8`.
    ///
    /// # Errors
    /// A type that is wider than any format.
    pub fn of_fixed<F: Fixed>() -> Result<Format, FormatError> {
        Format::new(F::IS_SIGNED, F::INT_NBITS + F::FRAC_NBITS, F::FRAC_NBITS as i32)
    }

    /// The code of a number: rounded as asked for, then saturated. None of an unsigned number of 128 bits in its upper half,
    /// which no sum of this crate can be.
    pub fn from_fixed<F: Fixed>(self, value: F, rounding: Rounding) -> Option<i64> {
        let bits = value.to_bits().try_into().ok()?;
        Some(requantize(bits, F::FRAC_NBITS as i32, self, rounding))
    }

    /// The value of a code as a number of a type; none where the type does not have exactly this value.
    ///
    /// ```
    /// use fixed::types::{I4F4, I8F8};
    /// use gainstage_golden::num::{Format, Rounding};
    ///
    /// let s12_6 = Format::new(true, 12, 6)?;
    /// let value: I8F8 = s12_6.to_fixed(-97).expect("fewer fraction bits");
    /// assert_eq!(value, I8F8::from_num(-97.0 / 64.0));
    /// assert_eq!(s12_6.from_fixed(value, Rounding::HalfUp), Some(-97));
    /// assert_eq!(s12_6.to_fixed::<I4F4>(-97), None);
    /// # Ok::<(), gainstage_golden::num::FormatError>(())
    /// ```
    pub fn to_fixed<F: Fixed>(self, code: i64) -> Option<F> {
        if code == 0 {
            return Some(F::ZERO);
        }
        let (code, up) = (i128::from(code), F::FRAC_NBITS as i32 - self.frac);
        let bits = match (up, up.unsigned_abs()) {
            (0.., by) => Some(code.checked_mul(1 << by.min(126))?).filter(|_| by <= 126)?,
            (_, by) => Some(code >> by.min(127)).filter(|_| code.trailing_zeros() >= by)?,
        };
        bits.try_into().ok().map(F::from_bits)
    }
}
