//! Arithmetic, wiring and stated ranges, with the simplifications that ranges and constants allow.

use super::{Graph, Op, Range, Sig};

impl Graph {
    /// A constant. It takes no register and no time.
    pub fn constant(&mut self, v: i128) -> Sig {
        self.push(Op::Const(v))
    }

    /// a + b, exact.
    pub fn add(&mut self, a: Sig, b: Sig) -> Sig {
        match (self.as_const(a), self.as_const(b)) {
            (Some(0), _) => b,
            (_, Some(0)) => a,
            (_, Some(c)) if c < 0 => {
                let c = self.constant(-c);
                self.push(Op::Sub(a, c))
            }
            (Some(c), _) if c < 0 => self.add(b, a),
            _ if self.lies_below(a, b) => self.beside(b, a),
            _ if self.lies_below(b, a) => self.beside(a, b),
            _ => self.push(Op::Add(a.min(b), a.max(b))),
        }
    }

    /// Whether `low` has bits only where `high` has zeros, whatever the inputs are: their sum is wiring.
    fn lies_below(&self, low: Sig, high: Sig) -> bool {
        let r = self.range(low);
        r.lo >= 0 && r.width() <= self.node(high).zeros && self.as_const(low).is_none()
    }

    /// high + low, of which `low` lies below.
    fn beside(&mut self, high: Sig, low: Sig) -> Sig {
        let width = self.range(low).width();
        let upper = self.shr(high, width);
        self.concat(upper, low, width)
    }

    /// a - b, exact.
    pub fn sub(&mut self, a: Sig, b: Sig) -> Sig {
        match (self.as_const(a), self.as_const(b)) {
            _ if a == b => self.constant(0),
            (_, Some(0)) => a,
            (Some(0), _) => self.neg(b),
            (None, Some(c)) if c < 0 => {
                let c = self.constant(-c);
                self.add(a, c)
            }
            _ => self.push(Op::Sub(a, b)),
        }
    }

    /// -a, exact: one bit wider where a may be its most negative code.
    pub fn neg(&mut self, a: Sig) -> Sig {
        match self.op(a) {
            Op::Neg(x) => x,
            Op::Sub(x, y) => self.sub(y, x),
            _ => self.push(Op::Neg(a)),
        }
    }

    /// |a|, exact.
    pub fn abs(&mut self, a: Sig) -> Sig {
        if self.range(a).lo >= 0 {
            return a;
        }
        let (negative, minus) = (self.is_negative(a), self.neg(a));
        let v = self.mux(negative, minus, a);
        let hi = self.range(a).hi.max(-self.range(a).lo);
        self.assume_range(v, 0, hi)
    }

    /// a · b, exact, by a multiplier (or wiring where one factor is a power of two).
    pub fn mul(&mut self, a: Sig, b: Sig) -> Sig {
        match (self.as_const(a), self.as_const(b)) {
            (Some(_), None) => self.mul(b, a),
            (_, Some(0)) => self.constant(0),
            (_, Some(c)) if c.unsigned_abs().is_power_of_two() => {
                let shifted = self.shl(a, c.trailing_zeros());
                if c < 0 { self.neg(shifted) } else { shifted }
            }
            _ => self.push(Op::Mul(a.min(b), a.max(b))),
        }
    }

    /// a², exact.
    pub fn square(&mut self, a: Sig) -> Sig {
        self.mul(a, a)
    }

    /// a · 2^n: wiring.
    pub fn shl(&mut self, a: Sig, n: u32) -> Sig {
        match self.op(a) {
            _ if n == 0 => a,
            Op::Shl(x, m) => self.push(Op::Shl(x, m + n)),
            _ => self.push(Op::Shl(a, n)),
        }
    }

    /// floor(a / 2^n): wiring, the low bits are dropped.
    pub fn shr(&mut self, a: Sig, n: u32) -> Sig {
        match self.op(a) {
            _ if n == 0 => a,
            Op::Shr(x, m) => self.push(Op::Shr(x, m + n)),
            Op::Shl(x, m) if m >= n => self.shl(x, m - n),
            Op::Shl(x, m) => self.shr(x, n - m),
            Op::Concat { hi, lo_width, .. } if lo_width == n => hi,
            _ => self.push(Op::Shr(a, n)),
        }
    }

    /// Bit `i` of the two's complement (the sign where `i` is beyond the width).
    pub fn bit(&mut self, a: Sig, i: u32) -> Sig {
        let top = if self.signed(a) { self.width(a) - 1 } else { u32::MAX };
        self.slice(a, i.min(top), 1)
    }

    /// Bits `lo..lo+width` of the two's complement as an unsigned integer: wiring.
    pub fn slice(&mut self, a: Sig, lo: u32, width: u32) -> Sig {
        assert!(width > 0, "a slice has at least one bit");
        if lo == 0 && self.range(a).lo >= 0 && self.width(a) <= width {
            return a;
        }
        self.push(Op::Slice { a, lo, width })
    }

    /// The low `width` bits of a, read as two's complement: wiring.
    pub fn as_signed(&mut self, a: Sig, width: u32) -> Sig {
        if Range::of_bits(true, width).includes(self.range(a)) {
            a
        } else {
            self.push(Op::AsSigned(a, width))
        }
    }

    /// hi · 2^lo_width + lo: wiring.
    ///
    /// # Panics
    /// If `lo` may be negative or needs more than `lo_width` bits.
    pub fn concat(&mut self, hi: Sig, lo: Sig, lo_width: u32) -> Sig {
        let r = self.range(lo);
        assert!(r.lo >= 0 && r.width() <= lo_width, "the lower part {r} does not fit {lo_width} bits");
        match self.as_const(lo) {
            Some(0) => self.shl(hi, lo_width),
            _ if self.as_const(hi) == Some(0) => lo,
            _ => self.push(Op::Concat { hi, lo, lo_width }),
        }
    }

    /// The same integer, stated to lie in `lo..=hi` (met with what is known already): bits above are dropped.
    ///
    /// The caller vouches for it, for every input; [`Graph::evaluate`] checks it in debug builds.
    pub fn assume_range(&mut self, a: Sig, lo: i128, hi: i128) -> Sig {
        let known = self.range(a);
        let range = Range::new(lo.max(known.lo), hi.min(known.hi));
        match self.op(a) {
            _ if range == known => a,
            // Low bits of these depend on low bits of their operands only: they are computed narrower.
            Op::Add(..) | Op::Sub(..) | Op::Neg(_) | Op::Mul(..) | Op::Mux { .. }
                if range.single().is_none() =>
            {
                self.tighten(a, range);
                a
            }
            _ => self.push(Op::Bound(a, range)),
        }
    }

    /// The same integer where it lies in `lo..=hi`; elsewhere whatever its low bits are.
    pub fn bound(&mut self, a: Sig, lo: i128, hi: i128) -> Sig {
        let range = Range::new(lo, hi);
        if range.includes(self.range(a)) { a } else { self.push(Op::Bound(a, range)) }
    }

    /// The same integer on a wire that holds all of `range`, where bounds must not depend on contents.
    ///
    /// # Panics
    /// If it does not hold the integer.
    pub fn widen(&mut self, a: Sig, range: Range) -> Sig {
        assert!(range.includes(self.range(a)), "the range {} does not fit {range}", self.range(a));
        if range == self.range(a) { a } else { self.push(Op::Bound(a, range)) }
    }
}
