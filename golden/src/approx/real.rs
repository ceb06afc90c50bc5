//! The real function on input codes, known as closely as a judgement needs: by `f64` intervals, and where those are too
//! wide, by as many digits as it takes.

use super::TableError;
use crate::func::enclosure::{Digits, Fast, Interval, Precise};
use crate::func::{Activation, Formula, Function};
use crate::num::Format;
use crate::watch;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bits that are tried, one after the other.
const BITS: [usize; 6] = [128, 256, 512, 1024, 2048, 4096];

/// Bits from which on a value that cannot be told from a tie is taken for it.
const TIE_BITS: usize = 256;

/// How wide an enclosure of many digits may be, in ulp of the output.
const NARROW: f64 = 1.0 / (1u64 << 40) as f64;

/// Work that one table may ask for, in evaluations with 128 bits: some seconds.
const MOST_WORK: u64 = 1 << 19;

/// Intervals that are looked at between two codes.
const MOST_PARTS: u32 = 4096;

/// A function's value at one code, in ulp of the output and held inside its range: `whole` + `lo` to `whole` + `hi`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    pub whole: i64,
    pub lo: f64,
    pub hi: f64,
}

/// A function between two formats.
pub(super) struct Real<'a> {
    pub function: &'a Function,
    pub input: Format,
    pub output: Format,
    work: AtomicU64,
}

/// Uncertainty, in ulp of an output, at which `f64` is left alone: far below what anybody demands, and above the
/// rounding errors of the built-in functions.
pub(super) fn tolerance(output: Format) -> f64 {
    libm::ldexp(1.0, (output.width as i32 - 45).max(-21))
}

/// How closely a certificate states an error, in ulp of the output.
pub fn resolution(output: Format) -> f64 {
    2.0 * tolerance(output)
}

impl<'a> Real<'a> {
    pub fn new(function: &'a Function, input: Format, output: Format) -> Real<'a> {
        Real { function, input, output, work: AtomicU64::new(0) }
    }

    /// The value in ulp of the output, not held inside its range, to within [`tolerance`]; no closer where it is far
    /// outside. NaN or an infinity where the function has no value.
    ///
    /// # Errors
    /// No number of digits encloses it.
    pub fn value(&self, code: i64) -> Result<f64, TableError> {
        let x = self.input.value(code);
        let scale = |v: f64| libm::ldexp(v, self.output.frac);
        let value = scale(self.function.eval(x));
        let interval = self.function.enclose(&Fast, x);
        let (lo, hi) = (scale(interval.lo), scale(interval.hi));
        if !interval.broken && value.is_finite() && self.settled(lo, hi) {
            return Ok(value.clamp(lo, hi));
        }
        if interval.broken && !value.is_finite() {
            return Ok(value);
        }
        for bits in BITS {
            let d = Precise::new(bits);
            self.works(bits)?;
            let interval = self.function.enclose(&d, x);
            let (lo, hi) = interval.ends(&d);
            let (lo, hi) = (scale(lo), scale(hi));
            if !interval.broken && self.settled(lo, hi) {
                return Ok(if hi.is_finite() { 0.5 * lo + 0.5 * hi } else { f64::MAX });
            }
        }
        // A value that is none has a message of its own.
        if value.is_finite() { Err(self.lost(code)) } else { Ok(value) }
    }

    /// Whether an enclosure in ulp says enough: it is narrow, or beyond anything that matters.
    fn settled(&self, lo: f64, hi: f64) -> bool {
        let far = 4.0 * (self.output.max_code() as f64 + 1.0);
        hi - lo <= tolerance(self.output) || lo >= far || hi <= -far
    }

    /// The value by `f64` alone; nothing if that cannot say anything.
    pub fn fast(&self, code: i64) -> Option<Near> {
        let interval = self.function.enclose(&Fast, self.input.value(code));
        (!interval.broken).then(|| self.near(&Fast, &interval))
    }

    /// The value with enough digits to judge an error and a rounding by.
    ///
    /// # Errors
    /// No number of digits encloses it.
    pub fn precise(&self, code: i64) -> Result<Near, TableError> {
        for bits in BITS {
            let d = Precise::new(bits);
            self.works(bits)?;
            let interval = self.function.enclose(&d, self.input.value(code));
            let near = self.near(&d, &interval);
            if interval.broken || near.hi - near.lo > NARROW {
                continue;
            }
            if near.decided() {
                return Ok(near);
            }
            if bits >= TIE_BITS {
                let tie = (0.5 * near.lo + 0.5 * near.hi - 0.5).round() + 0.5;
                return Ok(Near { lo: tie, hi: tie, ..near });
            }
        }
        Err(self.lost(code))
    }

    fn near<D: Digits>(&self, d: &D, interval: &Interval<D::N>) -> Near {
        let (min, max) = (self.output.min_code() as f64, self.output.max_code() as f64);
        let scale = Interval::point(d, libm::ldexp(1.0, self.output.frac));
        let scaled = interval.mul(d, &scale);
        let held = |v: f64| v.clamp(min, max);
        let (lo, hi) = scaled.ends(d);
        let whole = held(lo).floor();
        // The integer part goes before the rest is rounded to an f64.
        let rest = scaled.add(d, &Interval::point(d, -whole));
        let (low, high) = rest.ends(d);
        let low = if lo <= min { min - whole } else { low.min(max - whole) };
        let high = if hi >= max { max - whole } else { high.max(min - whole) };
        Near { whole: whole as i64, lo: low, hi: high }
    }

    /// Counts an evaluation.
    fn works(&self, bits: usize) -> Result<(), TableError> {
        let words = (bits / BITS[0]) as u64;
        let so_far = self.work.fetch_add(words * words, Ordering::Relaxed);
        if so_far <= MOST_WORK {
            return Ok(());
        }
        Err(TableError::Digits { function: self.function.to_string(), input: self.input })
    }

    fn lost(&self, code: i64) -> TableError {
        let (function, input) = (self.function.to_string(), self.input);
        let bits = BITS[BITS.len() - 1];
        TableError::Enclosure { function, input, code, x: input.value(code), bits }
    }

    /// Whether the function is defined and without a jump between every code and the next. Only formulas can be otherwise:
    /// the steps of a learned function are meant.
    ///
    /// # Errors
    /// The first two codes between which it is not, or is not seen to be.
    pub fn unbroken(&self) -> Result<(), TableError> {
        use rayon::prelude::*;
        let Activation::Formula(formula) = &self.function.activation else { return Ok(()) };
        let watch = watch::here();
        let broken = |&code: &i64| {
            watch.check();
            let (lo, hi) = (self.input.value(code), self.input.value(code + 1));
            seek(formula, lo, hi, &mut 0)
        };
        let codes = self.input.min_code()..self.input.max_code();
        let Some(code) = codes.into_par_iter().panic_fuse().find_first(|code| broken(code).is_some()) else {
            return Ok(());
        };
        let (lo, hi) = (self.input.value(code), self.input.value(code + 1));
        let near = broken(&code).unwrap_or(lo);
        let (function, input) = (self.function.to_string(), self.input);
        Err(TableError::Between { function, input, code, lo, hi, near })
    }
}

/// Where from `lo` to `hi` a formula is not seen to be whole: parts are halved until `f64` has no number between their ends,
/// and looked at with many digits then.
fn seek(formula: &Formula, lo: f64, hi: f64, parts: &mut u32) -> Option<f64> {
    *parts += 1;
    if formula.whole_between(&Fast, lo, hi) {
        return None;
    }
    let middle = 0.5 * lo + 0.5 * hi;
    if *parts > MOST_PARTS {
        return Some(middle);
    }
    if middle <= lo || middle >= hi {
        return (!formula.whole_between(&Precise::new(BITS[2]), lo, hi)).then_some(middle);
    }
    seek(formula, lo, middle, parts).or_else(|| seek(formula, middle, hi, parts))
}

impl Near {
    /// Whether both ends round to the same code, ties apart: those are decided where they are exact.
    pub fn decided(&self) -> bool {
        self.lo == self.hi || self.up(self.lo) == self.up(self.hi) && !self.tie(self.lo) && !self.tie(self.hi)
    }

    fn up(&self, rest: f64) -> f64 {
        // An integer part and a half, not half of a sum: rest + 1/2 is rounded.
        let floor = rest.floor();
        floor + f64::from(u8::from(rest - floor >= 0.5))
    }

    fn tie(&self, rest: f64) -> bool {
        rest - rest.floor() == 0.5
    }

    /// The correctly rounded code of a decided value: a tie goes up, or away from zero.
    pub fn code(&self, away: bool) -> i64 {
        let up = self.whole + self.up(self.lo) as i64;
        let down = away && self.tie(self.lo) && self.lo + (self.whole as f64) < 0.0;
        up - i64::from(down)
    }

    /// The smallest and the largest error, in ulp, that an output of `y` may have.
    pub fn error(&self, y: i64) -> (f64, f64) {
        let y = (y - self.whole) as f64;
        let (below, above) = (self.lo - y, y - self.hi);
        (below.max(above).max(0.0), (y - self.lo).abs().max((self.hi - y).abs()))
    }

    /// The error of an output of `y` from the middle of the enclosure.
    pub fn middle_error(&self, y: i64) -> f64 {
        ((y - self.whole) as f64 - (0.5 * self.lo + 0.5 * self.hi)).abs()
    }
}
