//! Exact integer intervals.

use gainstage_golden::num::{bits_signed, bits_unsigned};
use std::fmt;

/// The widest wire: leaves `i128` headroom for one exact operation on the bounds.
pub const MAX_WIDTH: u32 = 120;

/// All integers from `lo` to `hi`, both included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Range {
    /// The smallest integer.
    pub lo: i128,
    /// The largest integer.
    pub hi: i128,
}

impl Range {
    /// The interval `lo..=hi`.
    ///
    /// # Panics
    /// If it is empty or needs more than 120 bits.
    pub fn new(lo: i128, hi: i128) -> Range {
        assert!(lo <= hi, "the range {lo}..={hi} is empty");
        let range = Range { lo, hi };
        assert!(range.width() <= MAX_WIDTH, "the range {range} needs more than {MAX_WIDTH} bits");
        range
    }

    /// Every integer of a word.
    pub fn of_bits(signed: bool, width: u32) -> Range {
        if signed {
            Range::new(-(1 << (width - 1)), (1 << (width - 1)) - 1)
        } else {
            Range::new(0, (1 << width) - 1)
        }
    }

    /// Whether a wire of this range is two's complement.
    pub fn signed(self) -> bool {
        self.lo < 0
    }

    /// The fewest bits that hold the range (at least one).
    pub fn width(self) -> u32 {
        if self.lo < 0 { bits_signed(self.lo, self.hi) } else { bits_unsigned(self.hi) }
    }

    /// The fewest bits of a two's complement that holds the range.
    pub fn signed_width(self) -> u32 {
        bits_signed(self.lo, self.hi)
    }

    /// Whether the integer lies in the range.
    pub fn contains(self, v: i128) -> bool {
        (self.lo..=self.hi).contains(&v)
    }

    /// Whether all of `other` lies in the range.
    pub fn includes(self, other: Range) -> bool {
        self.lo <= other.lo && other.hi <= self.hi
    }

    /// The one integer of a range without choice.
    pub fn single(self) -> Option<i128> {
        (self.lo == self.hi).then_some(self.lo)
    }

    /// The smallest range with all of both.
    pub fn hull(self, other: Range) -> Range {
        Range::new(self.lo.min(other.lo), self.hi.max(other.hi))
    }

    /// The smallest range with all of `f` at the four corners: right for operations monotone in each operand.
    pub(super) fn corners(a: Range, b: Range, f: impl Fn(i128, i128) -> Option<i128>) -> Range {
        let all = [(a.lo, b.lo), (a.lo, b.hi), (a.hi, b.lo), (a.hi, b.hi)]
            .map(|(x, y)| f(x, y).expect("an intermediate result needs more than 127 bits"));
        Range::new(all.into_iter().min().unwrap_or(0), all.into_iter().max().unwrap_or(0))
    }

    /// An integer seen through a wire of this range: what is left of `v` after the bits above are cut off.
    pub fn wrap(self, v: i128) -> i128 {
        let free = 128 - self.width();
        if self.signed() { (v << free) >> free } else { ((v as u128) << free >> free) as i128 }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..={}", self.lo, self.hi)
    }
}
