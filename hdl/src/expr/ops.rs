//! Operations, with the simplifications that ranges and constants allow.

use super::range::MAX_WIDTH;
use super::{Column, Graph, Op, Range, Rom, RomStyle, Sig};
use std::sync::Arc;

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
            _ => self.push(Op::Add(a.min(b), a.max(b))),
        }
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

    /// The same integer on a wire that holds all of `range`, where bounds must not depend on contents.
    ///
    /// # Panics
    /// If it does not hold the integer.
    pub fn widen(&mut self, a: Sig, range: Range) -> Sig {
        assert!(range.includes(self.range(a)), "the range {} does not fit {range}", self.range(a));
        if range == self.range(a) { a } else { self.push(Op::Bound(a, range)) }
    }

    /// The word of a table at an address.
    ///
    /// # Panics
    /// If the address may lie outside the table.
    pub fn rom(&mut self, address: Sig, rom: &Arc<Rom>) -> Sig {
        let r = self.range(address);
        let depth = rom.words.len();
        assert!(r.lo >= 0 && r.hi < depth as i128, "{}: addresses {r}, but {depth} words", rom.name);
        let index = self.roms.iter().position(|x| x == rom).unwrap_or_else(|| {
            self.roms.push(rom.clone());
            self.roms.len() - 1
        });
        match self.as_const(address) {
            Some(i) => self.constant(rom.words[i as usize]),
            None => self.push(Op::Rom(index as u32, address)),
        }
    }

    /// Several tables read at one address, packed into shared words: one signal per column.
    ///
    /// Column 0 stands in the low bits. A column is as wide as its range; one without choice takes no storage. Words
    /// that would exceed 120 bits are split over `name`, `name_1`, ...
    ///
    /// # Panics
    /// If the columns are not equally long, an entry leaves its column's range, or the address may lie outside.
    pub fn rom_columns(&mut self, address: Sig, name: &str, style: RomStyle, columns: &[Column]) -> Vec<Sig> {
        let mut signals = Vec::with_capacity(columns.len());
        let (mut rest, mut part) = (columns, 0);
        while !rest.is_empty() {
            let bits = rest.iter().scan(0, |sum, c| {
                *sum += c.width();
                Some(*sum)
            });
            let count = bits.take_while(|&b| b <= MAX_WIDTH).count();
            let (now, later) = rest.split_at(count);
            let name = if part == 0 { name.to_owned() } else { format!("{name}_{part}") };
            let word = self.rom(address, &Arc::new(Rom::packed(&name, now).with_style(style)));
            let mut lo = 0;
            for column in now {
                signals.push(self.field(word, lo, column));
                lo += column.width();
            }
            (rest, part) = (later, part + 1);
        }
        signals
    }

    fn field(&mut self, word: Sig, lo: u32, column: &Column) -> Sig {
        let (range, width) = (column.range, column.width());
        if let Some(c) = range.single() {
            return self.constant(c);
        }
        let bits = self.slice(word, lo, width);
        let code = if range.signed() { self.as_signed(bits, width) } else { bits };
        // A whole word is the table's own node, whose range must stay that of the table.
        self.assume_range(code, range.lo, range.hi)
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
