//! Exact value ranges of every wire of a table, found by running it: what circuits size their words by.

use super::{Fold, Side, Table, TableError};
use crate::num::{bits_signed, bits_unsigned};

/// No intermediate of a table may need more bits, so that C99 can follow.
pub const MAX_BITS: u32 = 63;

/// All integers from `lo` to `hi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The smallest.
    pub lo: i64,
    /// The largest.
    pub hi: i64,
}

impl Range {
    pub(super) const EMPTY: Range = Range { lo: i64::MAX, hi: i64::MIN };

    /// Whether any of its integers is negative.
    pub fn signed(self) -> bool {
        self.lo < 0
    }

    /// Bits of the narrowest word: two's complement if [`Range::signed`], else plain binary.
    pub fn bits(self) -> u32 {
        if self.signed() {
            bits_signed(self.lo as i128, self.hi as i128)
        } else {
            bits_unsigned(self.hi as i128)
        }
    }

    /// Bits that a memory stores for such a number: none for a constant, no sign where it is the same for all (of
    /// negative numbers two's complement without the leading one).
    pub fn stored_bits(self) -> u32 {
        match self {
            Range { lo, hi } if lo >= hi => 0,
            Range { lo: 0.., hi } => bits_unsigned(hi as i128),
            Range { lo, hi: ..0 } => bits_unsigned(!lo as i128),
            _ => self.bits(),
        }
    }

    /// The range with `v` in it.
    fn with(self, v: i64) -> Range {
        Range { lo: self.lo.min(v), hi: self.hi.max(v) }
    }

    pub(super) fn take(&mut self, v: i64) {
        *self = self.with(v);
    }
}

/// Ranges of one Horner step, in the order of [`Table::steps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepBounds {
    /// The factor floor(x / 2^t).
    pub factor: Range,
    /// The product before its low bits are dropped.
    pub product: Range,
    /// p after the coefficient is added.
    pub sum: Range,
}

/// Ranges of everything a table computes, over all input codes (the code of [`Table::lowest`] left out).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The table argument m.
    pub m: Range,
    /// [`Table::columns`].
    pub coefficients: Vec<Range>,
    /// The Horner steps.
    pub steps: Vec<StepBounds>,
    /// p as it enters v, 0 past the last segment included where such codes exist.
    pub polynomial: Range,
    /// slope·m before the shift, both sides.
    pub slope_product: Range,
    /// slope·m·2^slope_shift + constant, both sides.
    pub asymptote: Range,
    /// v, both sides.
    pub v: Range,
    /// floor(v / 2^guard), negated for z < 0 of [`Fold::Odd`], before saturation.
    pub y: Range,
}

/// `v` if it fits in 63 bits.
fn fit(v: i128, what: &'static str, m: i64) -> Result<i64, TableError> {
    let limit = 1i128 << (MAX_BITS - 1);
    if (-limit..limit).contains(&v) { Ok(v as i64) } else { Err(TableError::Overflow { what, m }) }
}

impl Table {
    /// The exact ranges, or the first intermediate that needs more than 63 bits.
    ///
    /// Runs every input code; `self` has passed the checks of [`Table::validate`] that come before this one.
    pub(super) fn run_bounds(&self) -> Result<Bounds, TableError> {
        let limit = self.argument_limit();
        let step = StepBounds { factor: Range::EMPTY, product: Range::EMPTY, sum: Range::EMPTY };
        let mut b = Bounds {
            m: Range { lo: 0, hi: limit },
            coefficients: self.columns(),
            steps: vec![step; self.steps.len()],
            polynomial: Range::EMPTY,
            slope_product: Range::EMPTY,
            asymptote: Range::EMPTY,
            v: Range::EMPTY,
            y: Range::EMPTY,
        };
        for m in 0..=limit {
            let p = self.step_bounds(m, &mut b)?;
            b.polynomial.take(p);
            let odd = self.fold == Fold::Odd;
            if odd || self.reaches(m, true) {
                let y = self.side_bounds(&self.positive, m, p, &mut b)?;
                b.y.take(y);
                if odd && self.reaches(m, false) {
                    b.y.take(-y);
                }
            }
            if self.fold == Fold::Magnitude && self.reaches(m, false) {
                let y = self.side_bounds(&self.negative, m, p, &mut b)?;
                b.y.take(y);
            }
        }
        Ok(b)
    }

    /// The largest m of any code the polynomial serves.
    pub(super) fn argument_limit(&self) -> i64 {
        match self.fold {
            Fold::Offset => self.input.max_code() - self.input.min_code(),
            _ if self.lowest.is_some() || !self.input.signed => self.input.max_code(),
            _ => -self.input.min_code(),
        }
    }

    /// Whether the code of this sign with argument m exists and is not [`Table::lowest`].
    fn reaches(&self, m: i64, positive: bool) -> bool {
        match self.fold {
            Fold::Offset => positive,
            _ if positive => m <= self.input.max_code(),
            _ => m > 0 && self.input.signed,
        }
    }

    fn step_bounds(&self, m: i64, b: &mut Bounds) -> Result<i64, TableError> {
        let Some((c, x)) = self.locate(m) else {
            for (s, step) in b.steps.iter_mut().zip(&self.steps) {
                s.factor.take(self.offset(m, 0) >> step.t);
                s.product.take(0);
                s.sum.take(0);
            }
            return Ok(0);
        };
        for (s, step) in b.steps.iter_mut().zip(&self.steps) {
            s.factor.take(x >> step.t);
        }
        let d = self.steps.len();
        let mut p = c[d];
        for (i, step) in self.steps.iter().enumerate() {
            let product = fit(p as i128 * (x >> step.t) as i128, "a Horner product", m)?;
            p = fit((product >> step.s) as i128 + c[d - 1 - i] as i128, "a Horner sum", m)?;
            let s = &mut b.steps[i];
            s.product.take(product);
            s.sum.take(p);
        }
        Ok(p)
    }

    fn side_bounds(&self, side: &Side, m: i64, p: i64, b: &mut Bounds) -> Result<i64, TableError> {
        let product = fit(side.slope as i128 * m as i128, "slope times argument", m)?;
        let shifted = fit(super::table::shift(product as i128, side.slope_shift), "the asymptote", m)?;
        let asymptote = fit(shifted as i128 + side.constant as i128, "the asymptote", m)?;
        let v = fit(asymptote as i128 + side.residual as i128 * p as i128, "the sum before rounding", m)?;
        b.slope_product.take(product);
        b.asymptote.take(asymptote);
        b.v.take(v);
        Ok(v >> self.guard)
    }
}
