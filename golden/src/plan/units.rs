//! The squarer and the attenuator on codes.

use crate::num::{Format, Rounding, quantize, requantize};

/// Bits that the attenuator's constant may have: what is left to the sum k² + B obeys the 63-bit rule of its own.
const CONSTANT_BITS: u32 = 61;

/// An attenuator's b that an h of so few or so many fraction bits cannot stand beside.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstantError {
    /// B would be 0: y = 1/h.
    #[error(
        "b = {b:?} rounds to 0 beside an h of {frac} fraction bits, because b is kept with twice as many: give h at \
         least {least} fraction bits, or a larger b"
    )]
    Small {
        /// The constant.
        b: f64,
        /// Fraction bits of h.
        frac: i32,
        /// The fewest with which b is not 0.
        least: i32,
    },
    /// B would leave the integers of the contract.
    #[error(
        "b = {b:?} is too large beside an h of {frac} fraction bits, because b is kept with twice as many: give h at \
         most {most} fraction bits, or a smaller b"
    )]
    Large {
        /// The constant.
        b: f64,
        /// Fraction bits of h.
        frac: i32,
        /// The most with which b fits.
        most: i32,
    },
}

/// B = round(b·2^2f), half up: the attenuator's constant beside an h of f fraction bits.
///
/// # Errors
/// A b (finite, above 0) that would become 0 or leave 61 bits, with the fraction bits of h that would hold it.
pub fn attenuator_constant(b: f64, h: Format) -> Result<i64, ConstantError> {
    let frac = h.frac;
    let code = |frac| {
        let exact = Format { signed: false, width: CONSTANT_BITS + 1, frac: 2 * frac };
        quantize(b, exact, Rounding::HalfUp).unwrap_or(0)
    };
    let (_, exponent) = libm::frexp(b);
    match code(frac) {
        // b ≥ 2^(e-1) rounds to 1 or more where e - 1 + 2f ≥ -1.
        0 => Err(ConstantError::Small { b, frac, least: (1 - exponent).div_euclid(2).max(frac + 1) }),
        large if large >> CONSTANT_BITS != 0 => {
            Err(ConstantError::Large { b, frac, most: (CONSTANT_BITS as i32 - 1 - exponent).div_euclid(2) })
        }
        good => Ok(good),
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn h(frac: i32) -> Format {
        Format::new(true, 12, frac).expect("a format")
    }

    #[test]
    fn the_fraction_bits_of_the_cure_hold_the_constant_and_one_less_or_more_does_not() {
        assert_eq!(attenuator_constant(1.0, h(8)), Ok(1 << 16));
        assert_eq!(attenuator_constant(0.3, h(6)), Ok(1229));
        let (mut small, mut large) = (0, 0);
        for exponent in -100..=100 {
            for factor in [1.0, 1.3, 1.999] {
                let b = libm::ldexp(factor, exponent);
                for frac in [-20, -3, 0, 7, 30] {
                    match attenuator_constant(b, h(frac)) {
                        Ok(code) => assert!((1..1 << CONSTANT_BITS).contains(&code)),
                        Err(ConstantError::Small { least, .. }) => {
                            small += 1;
                            assert!(
                                least > frac && attenuator_constant(b, h(least)).is_ok(),
                                "{b} {frac} {least}"
                            );
                            let one_less = attenuator_constant(b, h(least - 1));
                            assert!(matches!(one_less, Err(ConstantError::Small { .. })), "{b} {least}");
                        }
                        Err(ConstantError::Large { most, .. }) => {
                            large += 1;
                            assert!(
                                most < frac && attenuator_constant(b, h(most)).is_ok(),
                                "{b} {frac} {most}"
                            );
                        }
                    }
                }
            }
        }
        assert!(small > 100 && large > 100, "{small} {large}");
    }
}
