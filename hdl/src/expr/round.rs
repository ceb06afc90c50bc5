//! Rounding and saturation, with the meaning of [`gainstage_golden::num`].

use super::{Graph, MAX_WIDTH, Sig};
use gainstage_golden::num::{Format, Rounding};

impl Graph {
    /// v · 2^-shift rounded to an integer, as [`gainstage_golden::num::round_shift`].
    ///
    /// Nearest modes are floor plus one bit, so the adder is only as long as the result.
    pub fn round_shift(&mut self, v: Sig, shift: i32, rounding: Rounding) -> Sig {
        if shift <= 0 {
            return self.shl(v, shift.unsigned_abs());
        }
        let shift = shift.min(126) as u32;
        let floor = self.shr(v, shift);
        let half = match rounding {
            Rounding::Floor => return floor,
            _ => self.bit(v, shift - 1),
        };
        let up = match rounding {
            Rounding::Floor | Rounding::HalfUp => half,
            Rounding::HalfAway => {
                let negative = self.is_negative(v);
                let tie_up = self.invert_bit(negative);
                self.above_tie(v, shift, half, tie_up)
            }
            Rounding::HalfEven => {
                let odd = self.bit(floor, 0);
                self.above_tie(v, shift, half, odd)
            }
        };
        let sum = self.add(floor, up);
        // The rounded ends bound the result more tightly than floor + 1 does.
        let end = |x| gainstage_golden::num::round_shift(x, shift as i32, rounding);
        let r = self.range(v);
        self.assume_range(sum, end(r.lo), end(r.hi))
    }

    /// half and (a lower bit is set or `tie_up`)
    fn above_tie(&mut self, v: Sig, shift: u32, half: Sig, tie_up: Sig) -> Sig {
        if shift == 1 {
            return self.and(half, tie_up);
        }
        let low = self.slice(v, 0, shift - 1);
        let zero = self.is_zero(low);
        let above = self.invert_bit(zero);
        let decides = self.or(above, tie_up);
        self.and(half, decides)
    }

    /// The nearest code of the format.
    pub fn saturate(&mut self, v: Sig, to: Format) -> Sig {
        self.clamp(v, to.min_code() as i128, to.max_code() as i128)
    }

    /// The nearest integer of `lo..=hi`.
    pub fn clamp(&mut self, v: Sig, lo: i128, hi: i128) -> Sig {
        let r = self.range(v);
        let inside = if r.hi < lo || r.lo > hi { v } else { self.assume_within(v, lo, hi) };
        let over = self.ge_const(v, hi + 1);
        let at_least = self.ge_const(v, lo);
        let (top, bottom) = (self.constant(hi), self.constant(lo));
        let low = self.mux(at_least, inside, bottom);
        let clamped = self.mux(over, top, low);
        self.assume_range(clamped, r.lo.clamp(lo, hi), r.hi.clamp(lo, hi))
    }

    /// The low bits of v: right where v is in `lo..=hi`, and selected nowhere else.
    fn assume_within(&mut self, v: Sig, lo: i128, hi: i128) -> Sig {
        let r = self.range(v);
        let kept = super::Range::new(lo.max(r.lo), hi.min(r.hi));
        match kept.signed() {
            _ if kept == r => v,
            true => self.as_signed(v, kept.width()),
            false => self.slice(v, 0, kept.width()),
        }
    }

    /// An integer with `from_frac` fraction bits as a code of `to`: rounded, then saturated, as
    /// [`gainstage_golden::num::requantize`].
    pub fn requantize(&mut self, v: Sig, from_frac: i32, to: Format, rounding: Rounding) -> Sig {
        let shift = from_frac.saturating_sub(to.frac);
        let (v, shift) = self.before_left_shift(v, shift, to);
        let rounded = self.round_shift(v, shift, rounding);
        self.saturate(rounded, to)
    }

    /// An operand of a left shift that would leave the words: integers that saturate behind it do so before it.
    fn before_left_shift(&mut self, v: Sig, shift: i32, to: Format) -> (Sig, i32) {
        let left = shift.min(0).unsigned_abs();
        if self.range(v).signed_width() + left <= MAX_WIDTH {
            return (v, shift);
        }
        // Whatever is not 0 saturates where it is shifted by more than the format has bits.
        let left = left.min(to.width + 1);
        let (lo, hi) = ((to.min_code() >> left) - 1, (to.max_code() >> left) + 1);
        (self.clamp(v, lo as i128, hi as i128), -(left as i32))
    }
}
