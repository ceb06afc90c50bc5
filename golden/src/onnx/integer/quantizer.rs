//! What rounds a value to a code, computed in the 32-bit floating point of the programs that run such files.

use serde::{Deserialize, Serialize};

/// How a number between two codes is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) enum Mode {
    /// To the nearest, ties to the even code.
    HalfEven,
    /// To the nearest, ties away from zero.
    HalfAway,
    /// To the nearest, ties towards zero.
    HalfZero,
    /// Towards minus infinity.
    Floor,
    /// Towards plus infinity.
    Ceil,
    /// Away from zero.
    Away,
    /// Towards zero.
    Zero,
    /// 1 from 0 on, -1 below.
    Sign,
}

impl Mode {
    /// The mode that a `Quant` or `Trunc` names.
    pub fn named(name: &str) -> Option<Mode> {
        Some(match name.to_ascii_uppercase().as_str() {
            "ROUND" | "HALF_EVEN" => Mode::HalfEven,
            "HALF_UP" => Mode::HalfAway,
            "HALF_DOWN" => Mode::HalfZero,
            "FLOOR" => Mode::Floor,
            "CEIL" => Mode::Ceil,
            "UP" => Mode::Away,
            "DOWN" | "ROUND_TO_ZERO" => Mode::Zero,
            _ => return None,
        })
    }

    /// The word for what is no rounding to the nearest.
    pub fn unusual(self) -> Option<&'static str> {
        match self {
            Mode::HalfEven | Mode::HalfAway | Mode::HalfZero => None,
            Mode::Floor => Some("down"),
            Mode::Ceil => Some("up"),
            Mode::Away => Some("away from zero"),
            Mode::Zero => Some("towards zero"),
            Mode::Sign => Some("to its sign"),
        }
    }

    /// A rounded number.
    fn round(self, v: f32) -> f32 {
        let odd = |magnitude: f32| magnitude.copysign(v);
        match self {
            Mode::HalfEven => v.round_ties_even(),
            // The sum is rounded too, as it is by the programs that define the modes.
            Mode::HalfAway => odd((v.abs() + 0.5).floor()),
            Mode::HalfZero => odd((v.abs() - 0.5).ceil()),
            Mode::Floor => v.floor(),
            Mode::Ceil => v.ceil(),
            Mode::Away => odd(v.abs().ceil()),
            Mode::Zero => v.trunc(),
            Mode::Sign => {
                if v >= 0.0 {
                    1.0
                } else {
                    -1.0
                }
            }
        }
    }
}

/// From a value to a code: `clamp(round(x / scale + before) + after) - minus`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Quantizer {
    /// What a value is divided by.
    pub scale: f64,
    /// What is added before the rounding.
    pub before: f64,
    /// What is added behind it.
    pub after: f64,
    /// What is taken off at the end, so that a code of 0 stands for 0.
    pub minus: f64,
    /// The smallest number before `minus` is taken off.
    pub lo: f64,
    /// The largest.
    pub hi: f64,
    /// How it rounds.
    pub mode: Mode,
    /// The file's value of the code 1.
    pub worth: f64,
    /// Whether later neurons take the code as they take an input; not inside of two roundings that follow one another.
    pub closes: bool,
}

impl Quantizer {
    /// As QONNX rounds: the zero point is added before the rounding, and taken off after the clamp.
    pub fn around(zero: f64, scale: f64, (lo, hi): (f64, f64), mode: Mode) -> Quantizer {
        Quantizer { scale, before: zero, after: 0.0, minus: zero, lo, hi, mode, worth: scale, closes: true }
    }

    /// The code of a value; not a number if the value is none.
    pub fn code(&self, x: f64) -> f64 {
        let scaled = x as f32 / self.scale as f32;
        let scaled = if self.before == 0.0 { scaled } else { scaled + self.before as f32 };
        // Bounds are whole, so that it does not matter whether they come before or behind the rounding.
        let rounded = f64::from(self.mode.round(scaled)) + self.after;
        // No -0: it would be another bias than 0.
        rounded.clamp(self.lo, self.hi) - self.minus + 0.0
    }

    /// The smallest and the largest code, if there are ends.
    pub fn codes(&self) -> Option<(i64, i64)> {
        let (lo, hi) = (self.lo - self.minus, self.hi - self.minus);
        (lo.is_finite() && hi.is_finite()).then_some((lo as i64, hi as i64))
    }

    /// Whether the division is exact but for the range of the floating point.
    pub fn exact(&self) -> bool {
        power_of_two(self.scale).is_some()
    }
}

/// The exponent of a power of two.
pub(in super::super) fn power_of_two(v: f64) -> Option<i32> {
    let (mantissa, exponent) = libm::frexp(v);
    (mantissa == 0.5).then_some(exponent - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_round_as_qonnx_does() {
        // qonnx.custom_op.general.intquant.resolve_rounding_mode of these numbers.
        let x = [-2.5, -1.5, -1.25, -0.5, 0.0, 0.5, 0.75, 1.5, 2.5];
        let expected = [
            ("ROUND", [-2.0, -2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 2.0]),
            ("HALF_UP", [-3.0, -2.0, -1.0, -1.0, 0.0, 1.0, 1.0, 2.0, 3.0]),
            ("HALF_DOWN", [-2.0, -1.0, -1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 2.0]),
            ("FLOOR", [-3.0, -2.0, -2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0]),
            ("CEIL", [-2.0, -1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 2.0, 3.0]),
            ("UP", [-3.0, -2.0, -2.0, -1.0, 0.0, 1.0, 1.0, 2.0, 3.0]),
            ("DOWN", [-2.0, -1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0]),
        ];
        for (name, y) in expected {
            let mode = Mode::named(name).expect("a mode");
            for (x, y) in x.into_iter().zip(y) {
                assert_eq!(mode.round(x), y, "{name} of {x}");
            }
        }
        assert_eq!(Mode::named("NEAREST"), None);
    }

    #[test]
    fn zero_points_are_taken_off() {
        let base = Quantizer {
            scale: 0.5,
            before: 0.0,
            after: 3.0,
            minus: 3.0,
            lo: 0.0,
            hi: 255.0,
            mode: Mode::HalfEven,
            worth: 0.5,
            closes: true,
        };
        // 0.25 / 0.5 is a tie, which an odd zero point moves only if it comes first.
        assert_eq!([base.code(0.25), base.code(-10.0), base.code(1e9)], [0.0, -3.0, 252.0]);
        let first = Quantizer { before: 3.0, after: 0.0, ..base };
        assert_eq!(first.code(0.25), 1.0);
        assert_eq!(base.codes(), Some((-3, 252)));
        assert!(base.code(f64::NAN).is_nan());
        assert_eq!((power_of_two(0.125), power_of_two(0.1), power_of_two(-2.0)), (Some(-3), None, None));
    }
}
