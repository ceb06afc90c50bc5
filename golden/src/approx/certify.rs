//! Certificates: every input code is run against the real function.

use super::real::{Near, Real, tolerance};
use super::{Certificate, Fold, Table, TableError};
use crate::watch;
use rayon::prelude::*;

/// Codes per parallel piece; the pieces are joined in order, so the result does not depend on the threads.
const PIECE: i64 = 1 << 13;

/// What one piece of the input codes showed.
#[derive(Default)]
struct Tally {
    worst: f64,
    code: i64,
    right: u64,
    /// Codes that `f64` cannot judge.
    loose: Vec<Loose>,
}

/// A code whose error, or whose rounding, needs more digits.
struct Loose {
    code: i64,
    /// The largest error that it may have; infinite where nothing is known.
    most: f64,
    /// Whether it was counted as correctly rounded, if that is known.
    right: Option<bool>,
}

impl Tally {
    fn take(&mut self, code: i64, error: f64) {
        // Of equal errors the smallest code: those with more digits come later.
        if error > self.worst || (error == self.worst && code < self.code) {
            (self.worst, self.code) = (error, code);
        }
    }
}

impl Table {
    /// Runs every input code and states the facts, whatever [`Table::certificate`] says.
    ///
    /// The error of a code is its distance, in ulp of the output, from the real value G(H(z)) held inside the
    /// output's range; the correctly rounded code is half up, for [`Fold::Odd`] half away from zero. Real values are
    /// enclosed, in `f64` where that is narrow enough (2^-21 ulp up to 24 bits), with as many digits as it takes elsewhere:
    /// `worst_ulp` is the largest error to that resolution. A value that 256 bits cannot tell from a tie counts as the tie.
    ///
    /// # Errors
    /// What [`Table::validate`] refuses; a value that cannot be enclosed; a pole or jump between two codes.
    pub fn certify(&self) -> Result<Certificate, TableError> {
        self.validate()?;
        let (lo, hi) = (self.input.min_code(), self.input.max_code());
        let watch = watch::here();
        let all: Vec<i64> = (0..=(hi - lo) / PIECE).map(|i| lo + i * PIECE).collect();
        let function = self.function();
        let real = Real::new(&function, self.input, self.output);
        real.unbroken()?;
        let judge = Judge { table: self, real };
        let pieces = all
            .into_par_iter()
            .panic_fuse()
            .map(|lo| watch.within(|| judge.tally(lo..=hi.min(lo + PIECE - 1))));
        let sum = judge.finish(pieces.collect())?;
        let codes = (hi - lo + 1) as u64;
        Ok(Certificate {
            worst_ulp: sum.worst,
            worst_code: sum.code,
            correctly_rounded: sum.right as f64 / codes as f64,
            codes,
        })
    }

    /// The error of single codes, and how many of them are correctly rounded: for tables too large to be run as a whole.
    ///
    /// # Errors
    /// As [`Table::certify`], but that nothing is looked at between the codes.
    pub fn sample(&self, codes: impl Iterator<Item = i64>) -> Result<(f64, u64), TableError> {
        let function = self.function();
        let judge = Judge { table: self, real: Real::new(&function, self.input, self.output) };
        let sum = judge.finish(vec![judge.tally(codes)])?;
        Ok((sum.worst, sum.right))
    }
}

struct Judge<'a> {
    table: &'a Table,
    real: Real<'a>,
}

impl Judge<'_> {
    fn away(&self) -> bool {
        self.table.fold == Fold::Odd
    }

    fn tally(&self, codes: impl Iterator<Item = i64>) -> Tally {
        let tolerance = tolerance(self.table.output);
        let mut tally = Tally { worst: -1.0, ..Tally::default() };
        // The largest error that is certain so far: what stays below it need not be known better.
        let mut certain = -1.0f64;
        for code in codes {
            let y = self.table.eval(code);
            let Some(near) = self.real.fast(code) else {
                tally.loose.push(Loose { code, most: f64::INFINITY, right: None });
                continue;
            };
            let right = near.decided().then(|| near.code(self.away()) == y);
            let (least, most) = near.error(y);
            certain = certain.max(least);
            if near.hi - near.lo <= tolerance {
                // The same f64 that the search went by.
                tally.take(code, self.settled_error(code, y, &near));
                match right {
                    Some(right) => tally.right += u64::from(right),
                    None => tally.loose.push(Loose { code, most: -1.0, right }),
                }
            } else if right.is_none() || most > certain {
                tally.loose.push(Loose { code, most, right });
            } else {
                tally.right += u64::from(right == Some(true));
            }
        }
        tally
    }

    fn settled_error(&self, code: i64, y: i64, near: &Near) -> f64 {
        let value = libm::ldexp(self.real.function.eval(self.real.input.value(code)), self.real.output.frac);
        let (min, max) = (self.table.output.min_code() as f64, self.table.output.max_code() as f64);
        let rest = value.clamp(min, max) - near.whole as f64;
        let rest = if rest.is_nan() { near.lo } else { rest.clamp(near.lo, near.hi) };
        ((y - near.whole) as f64 - rest).abs()
    }

    /// Joins pieces, and settles with more digits what may change the whole.
    fn finish(&self, pieces: Vec<Tally>) -> Result<Tally, TableError> {
        let mut sum = Tally { worst: -1.0, ..Tally::default() };
        for piece in pieces {
            if piece.worst > sum.worst {
                (sum.worst, sum.code) = (piece.worst, piece.code);
            }
            sum.right += piece.right;
            sum.loose.extend(piece.loose);
        }
        let mut open = Vec::new();
        for loose in std::mem::take(&mut sum.loose) {
            match loose.right {
                Some(right) if loose.most <= sum.worst => sum.right += u64::from(right),
                _ => open.push(loose),
            }
        }
        let settled: Vec<Result<Near, TableError>> =
            open.par_iter().map(|loose| self.real.precise(loose.code)).collect();
        for (near, loose) in settled.into_iter().zip(&open) {
            let (near, y) = (near?, self.table.eval(loose.code));
            sum.right += u64::from(near.code(self.away()) == y);
            // Those with `most` below 0 have been counted.
            if loose.most >= 0.0 {
                sum.take(loose.code, near.middle_error(y));
            }
        }
        Ok(sum)
    }
}
