//! Selection, comparison and bits.

use super::{Graph, Op, Range, Sig};

impl Graph {
    /// `yes` where the bit `sel` is 1, else `no`.
    pub fn mux(&mut self, sel: Sig, yes: Sig, no: Sig) -> Sig {
        self.expect_bit(sel);
        match (self.as_const(sel), self.op(sel)) {
            (Some(1), _) => yes,
            (Some(_), _) => no,
            _ if yes == no => yes,
            (_, Op::Not(s)) => self.mux(s, no, yes),
            _ => match (self.as_const(yes), self.as_const(no)) {
                (Some(1), Some(0)) => sel,
                (Some(0), Some(1)) => self.invert_bit(sel),
                _ => self.push(Op::Mux { sel, yes, no }),
            },
        }
    }

    /// a >= b, a bit.
    pub fn ge(&mut self, a: Sig, b: Sig) -> Sig {
        match (self.as_const(a), self.as_const(b)) {
            (None, Some(c)) => self.ge_const(a, c),
            // c >= b is not (b >= c + 1)
            (Some(c), None) => {
                let more = self.ge_const(b, c + 1);
                self.invert_bit(more)
            }
            _ => self.push(Op::Ge(a, b)),
        }
    }

    /// a >= c, a bit. The low bits of a that c does not have are not looked at.
    pub fn ge_const(&mut self, a: Sig, c: i128) -> Sig {
        let zeros = c.trailing_zeros().min(self.width(a) - 1);
        if c == 0 && self.signed(a) {
            let negative = self.is_negative(a);
            return self.invert_bit(negative);
        }
        let (high, c) = (self.shr(a, zeros), self.constant(c >> zeros));
        if self.range(high) == (Range { lo: 0, hi: 1 }) && self.as_const(c) == Some(1) {
            return high;
        }
        self.push(Op::Ge(high, c))
    }

    /// a < b, a bit.
    pub fn lt(&mut self, a: Sig, b: Sig) -> Sig {
        let ge = self.ge(a, b);
        self.invert_bit(ge)
    }

    /// a = b, a bit.
    pub fn eq(&mut self, a: Sig, b: Sig) -> Sig {
        if a == b { self.constant(1) } else { self.push(Op::Eq(a.min(b), a.max(b))) }
    }

    /// a != b, a bit.
    pub fn ne(&mut self, a: Sig, b: Sig) -> Sig {
        let eq = self.eq(a, b);
        self.invert_bit(eq)
    }

    /// a = 0, a bit.
    pub fn is_zero(&mut self, a: Sig) -> Sig {
        let zero = self.constant(0);
        self.eq(a, zero)
    }

    /// a < 0, a bit: the sign.
    pub fn is_negative(&mut self, a: Sig) -> Sig {
        if self.signed(a) { self.bit(a, self.width(a) - 1) } else { self.constant(0) }
    }

    /// Bitwise and of integers that are not negative.
    pub fn and(&mut self, a: Sig, b: Sig) -> Sig {
        self.expect_unsigned(a, b);
        match (self.as_const(a), self.as_const(b)) {
            (Some(0), _) | (_, Some(0)) => self.constant(0),
            (Some(1), _) if self.range(b).hi <= 1 => b,
            (_, Some(1)) if self.range(a).hi <= 1 => a,
            _ if a == b => a,
            _ => self.push(Op::And(a.min(b), a.max(b))),
        }
    }

    /// Bitwise or of integers that are not negative.
    pub fn or(&mut self, a: Sig, b: Sig) -> Sig {
        self.expect_unsigned(a, b);
        match (self.as_const(a), self.as_const(b)) {
            (Some(0), _) => b,
            (_, Some(0)) => a,
            _ if a == b => a,
            _ => self.push(Op::Or(a.min(b), a.max(b))),
        }
    }

    /// Bitwise exclusive or of integers that are not negative.
    pub fn xor(&mut self, a: Sig, b: Sig) -> Sig {
        self.expect_unsigned(a, b);
        match (self.as_const(a), self.as_const(b)) {
            (Some(0), _) => b,
            (_, Some(0)) => a,
            _ if a == b => self.constant(0),
            (Some(1), _) if self.range(b).hi <= 1 => self.invert_bit(b),
            (_, Some(1)) if self.range(a).hi <= 1 => self.invert_bit(a),
            _ => self.push(Op::Xor(a.min(b), a.max(b))),
        }
    }

    /// 1 - a of a bit.
    pub fn invert_bit(&mut self, a: Sig) -> Sig {
        self.expect_bit(a);
        match self.op(a) {
            Op::Not(x) => x,
            _ => self.push(Op::Not(a)),
        }
    }

    fn expect_bit(&self, a: Sig) {
        let r = self.range(a);
        assert!(r.lo >= 0 && r.hi <= 1, "a bit is wanted, not {r}");
    }

    fn expect_unsigned(&self, a: Sig, b: Sig) {
        let (a, b) = (self.range(a), self.range(b));
        assert!(a.lo >= 0 && b.lo >= 0, "bitwise operations take unsigned integers, not {a} and {b}");
    }
}
