//! Numbers in a formula mean what is written: 0.1 is a tenth, not the nearest `f64`, and pi is π.

use super::{Digits, Interval};

/// A number of a formula.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Literal {
    /// The nearest `f64`.
    pub value: f64,
    /// What it stands for.
    pub exact: Exact,
}

/// What a number stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Exact {
    /// `digits`·10^`exponent`, up to one more of the last digit where digits were left out.
    Decimal { digits: u64, exponent: i32, cut: bool },
    /// π
    Pi,
    /// Euler's number.
    E,
}

/// Digits that are kept: as many as a `u64` holds in any case.
const KEPT: usize = 19;

impl Literal {
    /// π
    pub const PI: Literal = Literal { value: std::f64::consts::PI, exact: Exact::Pi };
    /// Euler's number.
    pub const E: Literal = Literal { value: std::f64::consts::E, exact: Exact::E };

    /// A number such as `12`, `.5` or `1.5e-3`, whose nearest `f64` is `value`.
    pub fn decimal(text: &str, value: f64) -> Literal {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = || whole.bytes().chain(fraction.bytes()).skip_while(|&b| b == b'0');
        let kept = all().take(KEPT);
        let digits = kept.fold(0, |n: u64, b| 10 * n + u64::from(b - b'0'));
        let (count, cut) = (all().count(), all().skip(KEPT).any(|b| b != b'0'));
        let left_out = count.saturating_sub(KEPT) as i64;
        // What overflows here is an exponent that the f64 has taken for 0.
        let written: i64 = exponent.parse().unwrap_or(0);
        let exponent = written.saturating_add(left_out).saturating_sub(fraction.len() as i64);
        let exponent = exponent.clamp(-1_000_000, 1_000_000) as i32;
        Literal { value, exact: Exact::Decimal { digits, exponent, cut } }
    }

    /// Whether the `f64` is the number.
    fn binary(&self) -> bool {
        let Exact::Decimal { mut digits, exponent, cut: false } = self.exact else { return false };
        // d/10^k is a binary fraction where 5^k divides d.
        for _ in exponent..0 {
            if digits % 5 != 0 {
                return false;
            }
            digits /= 5;
        }
        exponent <= 22
            && digits <= 1 << 53
            && (digits as f64).log2() + 2.33 * f64::from(exponent.max(0)) < 53.0
    }

    pub fn enclose<D: Digits>(&self, d: &D) -> Interval<D::N> {
        match self.exact {
            Exact::Pi => Interval::of(d.pi(), false),
            Exact::E => Interval::of(d.e(), false),
            Exact::Decimal { digits: 0, cut: false, .. } => Interval::point(d, 0.0),
            _ if self.binary() => Interval::point(d, self.value),
            Exact::Decimal { digits, exponent, cut } => {
                let word = |v: u64| {
                    let (high, low) = ((v >> 32) as f64 * 4_294_967_296.0, (v & 0xffff_ffff) as f64);
                    Interval::point(d, high).add(d, &Interval::point(d, low))
                };
                let (lo, hi) = (word(digits), word(digits + u64::from(cut)));
                let mantissa = Interval { lo: lo.lo, hi: hi.hi, broken: false };
                let scale = ten_to(d, exponent.unsigned_abs());
                if exponent < 0 { mantissa.div(d, &scale) } else { mantissa.mul(d, &scale) }
            }
        }
    }
}

/// 10^n
fn ten_to<D: Digits>(d: &D, n: u32) -> Interval<D::N> {
    let (mut power, mut square) = (Interval::point(d, 1.0), Interval::point(d, 10.0));
    for bit in 0..n.max(1).ilog2() + 1 {
        if n >> bit & 1 == 1 {
            power = power.mul(d, &square);
        }
        square = square.square(d);
    }
    power
}
