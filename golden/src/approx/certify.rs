//! Certificates: every input code is run against the real function.

use super::{Certificate, Fold, Table, TableError};
use crate::num::{Rounding, quantize};
use crate::watch;
use rayon::prelude::*;

/// Codes per parallel piece; the pieces are joined in order, so the result does not depend on the threads.
const PIECE: i64 = 1 << 13;

/// What one piece of the input codes showed.
#[derive(Clone, Copy, Default)]
struct Tally {
    worst: f64,
    code: i64,
    right: u64,
}

impl Table {
    /// Runs every input code and states the facts, whatever [`Table::certificate`] says.
    ///
    /// The error of a code is its distance, in ulp of the output, from the real value G(H(z)) held inside the
    /// output's range; the correctly rounded code is half up, for [`Fold::Odd`] half away from zero.
    pub fn certify(&self) -> Result<Certificate, TableError> {
        self.validate()?;
        let (lo, hi) = (self.input.min_code(), self.input.max_code());
        let watch = watch::here();
        let pieces: Vec<Tally> = (0..(hi - lo) / PIECE + 1)
            .into_par_iter()
            .map(|i| watch.within(|| self.tally(lo + i * PIECE, hi.min(lo + (i + 1) * PIECE - 1))))
            .collect();
        let mut sum = Tally { worst: -1.0, ..Tally::default() };
        for piece in pieces {
            if piece.worst > sum.worst {
                (sum.worst, sum.code) = (piece.worst, piece.code);
            }
            sum.right += piece.right;
        }
        let codes = (hi - lo + 1) as u64;
        Ok(Certificate {
            worst_ulp: sum.worst,
            worst_code: sum.code,
            correctly_rounded: sum.right as f64 / codes as f64,
            codes,
        })
    }

    fn tally(&self, lo: i64, hi: i64) -> Tally {
        let function = self.function();
        let rounding = if self.fold == Fold::Odd { Rounding::HalfAway } else { Rounding::HalfUp };
        let (min, max) = (self.output.min_code() as f64, self.output.max_code() as f64);
        let mut tally = Tally { worst: -1.0, ..Tally::default() };
        for z in lo..=hi {
            let y = self.eval(z);
            let real = function.eval(self.input.value(z));
            let target = libm::ldexp(real, self.output.frac).clamp(min, max);
            let error = (y as f64 - target).abs();
            // NaN cannot come from a validated function; if it did, it would count as an endless error.
            let error = if error.is_nan() { f64::INFINITY } else { error };
            if error > tally.worst {
                (tally.worst, tally.code) = (error, z);
            }
            tally.right += (quantize(real, self.output, rounding) == Some(y)) as u64;
        }
        tally
    }
}
