//! As many bits as are asked for, through the `astro-float` crate.

use super::{Call, Digits};
use astro_float_num::{BigFloat, Consts, RoundingMode, Sign, WORD_BIT_SIZE};
use std::cell::RefCell;

thread_local! {
    /// Digits of π, ln 2 and ln 10 that were needed so far; `None` where memory was short.
    static CONSTANTS: RefCell<Option<Consts>> = RefCell::new(Consts::new().ok());
}

/// Arithmetic with a number of bits.
#[derive(Clone, Copy, Debug)]
pub struct Precise {
    bits: usize,
}

impl Precise {
    /// Numbers with `bits` significant bits, at least 128.
    pub fn new(bits: usize) -> Precise {
        Precise { bits: bits.max(128) }
    }

    /// Both directed roundings of an operation; everything where it has no result.
    fn both(&self, f: impl Fn(RoundingMode) -> BigFloat) -> (BigFloat, BigFloat) {
        let (lo, hi) = (f(RoundingMode::Down), f(RoundingMode::Up));
        if lo.is_nan() || hi.is_nan() { self.everything() } else { (lo, hi) }
    }

    fn everything(&self) -> (BigFloat, BigFloat) {
        (self.of(f64::NEG_INFINITY), self.of(f64::INFINITY))
    }

    /// A number that is right but for its last bits.
    fn near(&self, f: impl Fn(usize, RoundingMode, &mut Consts) -> BigFloat) -> (BigFloat, BigFloat) {
        let v = CONSTANTS
            .with_borrow_mut(|c| c.as_mut().map(|c| f(self.bits + WORD_BIT_SIZE, RoundingMode::ToEven, c)));
        let Some(v) = v.filter(|v| !v.is_nan()) else { return self.everything() };
        if v.is_zero() || v.is_inf() {
            // 0 is exact, or smaller than the smallest number; an infinity larger than the largest.
            let (least, most) = (BigFloat::min_positive(self.bits), BigFloat::max_value(self.bits));
            return match (v.is_zero(), v.is_positive()) {
                (true, _) => (least.neg(), least),
                (_, true) => (most, v),
                _ => (v, most.neg()),
            };
        }
        let mut error = v.abs();
        // 2^-bits of it: a whole word more than the error of a rounding.
        let exponent = error.exponent().unwrap_or(0).saturating_sub(self.bits as i32);
        error.set_exponent(exponent);
        (v.sub(&error, self.bits, RoundingMode::Down), v.add(&error, self.bits, RoundingMode::Up))
    }
}

impl Digits for Precise {
    type N = BigFloat;

    fn of(&self, v: f64) -> BigFloat {
        BigFloat::from_f64(v, self.bits)
    }

    fn add(&self, a: &BigFloat, b: &BigFloat) -> (BigFloat, BigFloat) {
        self.both(|rm| a.add(b, self.bits, rm))
    }

    fn mul(&self, a: &BigFloat, b: &BigFloat) -> (BigFloat, BigFloat) {
        // 0 times whatever an infinity stands for.
        if a.is_zero() || b.is_zero() {
            return (self.of(0.0), self.of(0.0));
        }
        self.both(|rm| a.mul(b, self.bits, rm))
    }

    fn div(&self, a: &BigFloat, b: &BigFloat) -> (BigFloat, BigFloat) {
        self.both(|rm| a.div(b, self.bits, rm))
    }

    fn call(&self, f: Call, a: &BigFloat) -> (BigFloat, BigFloat) {
        let at_zero = match f {
            Call::Exp | Call::Cos | Call::Cosh => Some(1.0),
            Call::Ln | Call::Log2 | Call::Log10 => None,
            _ => Some(0.0),
        };
        if let Some(v) = at_zero.filter(|_| a.is_zero()) {
            return (self.of(v), self.of(v));
        }
        let one = self.of(1.0);
        match f {
            Call::Sqrt => self.both(|rm| a.sqrt(self.bits, rm)),
            Call::Ln | Call::Log2 | Call::Log10 if a.cmp(&one) == Some(0) => (self.of(0.0), self.of(0.0)),
            Call::Exp => self.near(|p, rm, c| a.exp(p, rm, c)),
            Call::Ln => self.near(|p, rm, c| a.ln(p, rm, c)),
            Call::Log2 => self.near(|p, rm, c| a.log2(p, rm, c)),
            Call::Log10 => self.near(|p, rm, c| a.log10(p, rm, c)),
            Call::Sin => self.near(|p, rm, c| a.sin(p, rm, c)),
            Call::Cos => self.near(|p, rm, c| a.cos(p, rm, c)),
            Call::Asin => self.near(|p, rm, c| a.asin(p, rm, c)),
            Call::Atan => self.near(|p, rm, c| a.atan(p, rm, c)),
            Call::Sinh => self.near(|p, rm, c| a.sinh(p, rm, c)),
            Call::Cosh => self.near(|p, rm, c| a.cosh(p, rm, c)),
            Call::Tanh => self.near(|p, rm, c| a.tanh(p, rm, c)),
            Call::ExpM1 => {
                let (lo, hi) = self.near(|p, rm, c| a.exp(p, rm, c));
                (self.add(&lo, &one.neg()).0, self.add(&hi, &one.neg()).1)
            }
            Call::Ln1p => {
                let (lo, hi) = self.add(&one, a);
                (self.call(Call::Ln, &lo).0, self.call(Call::Ln, &hi).1)
            }
            // Intervals make these of the others.
            Call::Tan | Call::Abs | Call::Acos => self.everything(),
        }
    }

    fn pow(&self, a: &BigFloat, n: &BigFloat) -> (BigFloat, BigFloat) {
        let (lo, hi) = self.call(Call::Ln, a);
        let products = [self.mul(&lo, n), self.mul(&hi, n)];
        let less = |x: &BigFloat, y: &BigFloat| self.less(x, y);
        let [(a, b), (c, d)] = products;
        let (low, high) = (if less(&a, &c) { a } else { c }, if less(&b, &d) { d } else { b });
        (self.call(Call::Exp, &low).0, self.call(Call::Exp, &high).1)
    }

    fn pi(&self) -> (BigFloat, BigFloat) {
        self.near(|p, rm, c| c.pi(p, rm))
    }

    fn e(&self) -> (BigFloat, BigFloat) {
        self.near(|p, rm, c| c.e(p, rm))
    }

    fn neg(&self, a: &BigFloat) -> BigFloat {
        a.neg()
    }

    fn less(&self, a: &BigFloat, b: &BigFloat) -> bool {
        a.cmp(b).is_some_and(|order| order < 0)
    }

    fn to_f64(&self, a: &BigFloat, up: bool) -> f64 {
        let sign = if a.is_negative() { -1.0 } else { 1.0 };
        if a.is_zero() {
            return 0.0;
        }
        let Some((words, _, sign_of, exponent, _)) = a.as_raw_parts() else { return sign * f64::INFINITY };
        debug_assert_eq!(sign_of == Sign::Neg, sign < 0.0);
        // The 53 leading bits, and whether anything follows.
        let (mut top, mut rest) = (0u64, false);
        let mut room = 53i32;
        for &word in words.iter().rev() {
            // A word has 32 bits on other machines.
            #[allow(clippy::unnecessary_cast)]
            let (word, size) = (word as u64, WORD_BIT_SIZE as i32);
            let taken = room.min(size);
            if taken > 0 {
                top = (top << taken) | (word >> (size - taken));
                room -= taken;
            }
            let left = size - taken;
            rest |= left > 0 && word & (u64::MAX >> (64 - left)) != 0;
        }
        let away = rest && (up == (sign > 0.0));
        let magnitude = libm::ldexp((top << room.max(0)) as f64, exponent - 53);
        // Where ldexp rounds, a neighbour more on either side is taken.
        let tiny = exponent < -1000;
        let magnitude = if away || tiny && up == (sign > 0.0) { magnitude.next_up() } else { magnitude };
        let magnitude = if tiny && up != (sign > 0.0) { magnitude.next_down().max(0.0) } else { magnitude };
        let held = if magnitude.is_infinite() && up != (sign > 0.0) { f64::MAX } else { magnitude };
        sign * held
    }
}
