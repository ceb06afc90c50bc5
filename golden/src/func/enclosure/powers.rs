//! Powers of intervals.

use super::{Call, Digits, Interval};

/// Exponents up to this are products, which are exact where the digits suffice.
const PRODUCTS: f64 = 64.0;

impl<N: Clone> Interval<N> {
    /// self^n: of a negative base only where n is an integer.
    pub fn pow<D: Digits<N = N>>(&self, d: &D, n: &Interval<N>) -> Interval<N> {
        let (lo, hi) = n.ends(d);
        if lo == hi && lo.fract() == 0.0 && lo.is_finite() {
            let power = self.integer(d, lo);
            return Interval { broken: power.broken || n.broken, ..power };
        }
        let broken = self.broken || n.broken;
        if Self::negative(d, &self.hi) {
            return Interval::whole(d, true);
        }
        // What is left of a base below 0 is what rounding put there, or is not defined and shows at the codes.
        let zero = d.of(0.0);
        let base =
            Interval { lo: if Self::positive(d, &self.lo) { self.lo.clone() } else { zero }, ..self.clone() };
        let reaches_zero = !Self::positive(d, &base.lo);
        if reaches_zero && lo < 0.0 {
            return Interval::whole(d, true);
        }
        base.corners(d, n, |b, n| Self::corner(d, b, n), broken)
    }

    /// b^n for b ≥ 0, and n ≥ 0 where b is 0.
    fn corner<D: Digits<N = N>>(d: &D, b: &N, n: &N) -> (N, N) {
        match (Self::positive(d, b), Self::positive(d, n)) {
            (true, _) => d.pow(b, n),
            (false, true) => (d.of(0.0), d.of(0.0)),
            (false, false) => (d.of(1.0), d.of(1.0)),
        }
    }

    /// A power with an integer exponent.
    fn integer<D: Digits<N = N>>(&self, d: &D, n: f64) -> Interval<N> {
        if n < 0.0 {
            return Interval::point(d, 1.0).div(d, &self.integer(d, -n));
        }
        // Even powers depend on the magnitude; both kinds rise with it.
        let odd = n % 2.0 == 1.0;
        if !odd {
            let a = self.call(d, Call::Abs);
            return Interval::of((Self::end(d, &a.lo, n).0, Self::end(d, &a.hi, n).1), a.broken);
        }
        Interval::of((Self::end(d, &self.lo, n).0, Self::end(d, &self.hi, n).1), self.broken)
    }

    /// v^n for an integer n ≥ 0.
    fn end<D: Digits<N = N>>(d: &D, v: &N, n: f64) -> (N, N) {
        if n > PRODUCTS {
            if Self::negative(d, v) {
                // Only odd powers have negative bases here.
                let (lo, hi) = Self::end(d, &d.neg(v), n);
                return (d.neg(&hi), d.neg(&lo));
            }
            return Self::corner(d, v, &d.of(n));
        }
        let mut power = Interval::point(d, 1.0);
        let mut square = Interval { lo: v.clone(), hi: v.clone(), broken: false };
        let mut left = n as u32;
        while left > 0 {
            if left & 1 == 1 {
                power = power.mul(d, &square);
            }
            left >>= 1;
            if left > 0 {
                square = square.square(d);
            }
        }
        (power.lo, power.hi)
    }
}
