//! The real function on every code, and the band of integers the polynomial has to hit.

use super::real::{Real, resolution};
use super::split::{Part, Split};
use super::{Demand, Fold, Side, TableError};
use crate::func::Function;
use crate::num::{Format, Rounding, quantize};
use crate::watch;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// "No limit" of a band: far from overflow, beyond every value that passes the 63-bit check.
pub(super) const OPEN: i64 = 1 << 62;

/// Bits an asymptote may have at the working precision: room is left for the residual below 63 bits.
pub(super) const MAX_ASYMPTOTE: u32 = 59;

/// Asymptotes may be off by this much at the far end, in units of the working precision.
const SLOPE_TOLERANCE: f64 = 0.25;

/// The function on every input code, in ulp of the output.
pub(super) struct Target {
    pub input: Format,
    pub output: Format,
    pub split: Split,
    max_ulp: f64,
    /// G(H) at m of the side z ≥ 0 (or of the whole range).
    positive: Vec<f64>,
    /// G(H) at -m, from m = 1 on; empty for an unsigned input and for [`Fold::Offset`].
    negative: Vec<f64>,
    /// Bands of few guard bits, which every degree asks for.
    bands: Mutex<HashMap<u32, Arc<Band>>>,
}

/// Bands of more guard bits are made anew: few searches ask for them, and they are large.
const KEPT: u32 = 4;

/// What p must be, for every m, at one choice of guard bits.
pub(super) struct Band {
    pub guard: u32,
    pub positive: Side,
    pub negative: Side,
    /// Smallest and largest p for every m that the table serves, [`OPEN`] where there is no limit.
    pub limits: Vec<(i64, i64)>,
    /// The p that the real function asks for; NaN where it is too far outside the output to be worth fitting.
    pub ideal: Vec<f64>,
    /// One past the last m whose p cannot be 0.
    pub end: usize,
    /// See [`super::Table::lowest`]: where p = 0 would not do.
    pub lowest: Option<i64>,
    /// The result for the most negative code in any case: trees have no block for it.
    pub answer: Option<i64>,
}

impl Band {
    /// The fewest constants that serve all arguments, wherever one follows another.
    pub fn constants(&self) -> usize {
        let (mut count, mut room) = (1, (-OPEN, OPEN));
        for &(lo, hi) in &self.limits[..self.end] {
            room = (room.0.max(lo), room.1.min(hi));
            if room.0 > room.1 {
                (count, room) = (count + 1, (lo, hi));
            }
        }
        count
    }
}

impl Target {
    /// # Errors
    /// A value that no number of digits encloses.
    pub fn new(
        function: &Function,
        input: Format,
        output: Format,
        demand: &Demand,
    ) -> Result<Target, TableError> {
        let split = Split::of(function);
        let real = Real::new(function, input, output);
        let watch = watch::here();
        let list = |codes: std::ops::Range<i64>, sign: i64| {
            let value = |m: i64| {
                watch.check();
                real.value(sign * m)
            };
            let all: Vec<_> = codes.into_par_iter().panic_fuse().map(value).collect();
            all.into_iter().collect::<Result<Vec<f64>, TableError>>()
        };
        let (min, max) = (input.min_code(), input.max_code());
        let (positive, negative) = match split.fold {
            Fold::Offset => (list(min..max + 1, 1)?, Vec::new()),
            _ if input.signed => (list(0..max + 1, 1)?, list(0..1 - min, -1)?),
            _ => (list(0..max + 1, 1)?, Vec::new()),
        };
        Ok(Target {
            input,
            output,
            split,
            max_ulp: demand.max_ulp,
            positive,
            negative,
            bands: Mutex::default(),
        })
    }

    /// The same function to a narrower output, or to another demand: the values are those that are known.
    pub fn for_other(&self, output: Format, demand: &Demand) -> Target {
        let by = output.frac - self.output.frac;
        let scaled = |values: &[f64]| values.iter().map(|&v| libm::ldexp(v, by)).collect();
        let (positive, negative) = (scaled(&self.positive), scaled(&self.negative));
        let (input, split, max_ulp) = (self.input, self.split, demand.max_ulp);
        Target { input, output, split, max_ulp, positive, negative, bands: Mutex::default() }
    }

    /// The first argument, by magnitude where both signs are apart, whose value is no finite number.
    pub fn undefined(&self) -> Option<i64> {
        let first = |values: &[f64]| values.iter().position(|v| !v.is_finite()).map(|i| i as i64);
        let origin = if self.split.fold == Fold::Offset { self.input.min_code() } else { 0 };
        let positive = first(&self.positive).map(|i| origin + i);
        positive.or_else(|| first(&self.negative).map(|m| -m))
    }

    /// The largest error, in ulp, of the correctly rounded result.
    pub fn rounding_error(&self) -> f64 {
        let (min, max) = (self.output.min_code() as f64, self.output.max_code() as f64);
        let error = |&t: &f64| {
            let t = t.clamp(min, max);
            (t - (t + 0.5).floor()).abs()
        };
        self.positive.iter().chain(&self.negative).map(error).fold(0.0, f64::max)
    }

    /// Whether correct rounding leaves room under the demand.
    pub fn attainable(&self) -> bool {
        self.rounding_error() < self.max_ulp - resolution(self.output)
    }

    /// Number of table arguments m.
    pub fn arguments(&self) -> usize {
        self.positive.len()
    }

    /// Bits of the largest asymptote at the least working precision; more than [`MAX_ASYMPTOTE`] cannot be had.
    pub fn asymptote_bits(&self) -> u32 {
        let working = self.output.frac + 1;
        let reach = libm::ldexp(self.positive.len() as f64, -self.input.frac);
        let part = |p: &Part| libm::ldexp((p.slope * reach).abs() + p.constant.abs(), working);
        let (_, bits) = libm::frexp(part(&self.split.positive).max(part(&self.split.negative)));
        bits.max(0) as u32 + 1
    }

    /// The band at `guard` bits; `None` if a side without residual misses the demand, or a word is too wide.
    pub fn band(&self, guard: u32) -> Option<Arc<Band>> {
        // Only finished bands are put in: a poisoned lock keeps sound ones.
        let bands = || self.bands.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(band) = bands().get(&guard) {
            return Some(band.clone());
        }
        let band = Arc::new(self.new_band(guard)?);
        if guard <= KEPT {
            bands().insert(guard, band.clone());
        }
        Some(band)
    }

    fn new_band(&self, guard: u32) -> Option<Band> {
        let positive = self.side(&self.split.positive, guard)?;
        let negative = if self.split.fold == Fold::Magnitude {
            self.side(&self.split.negative, guard)?
        } else {
            positive
        };
        let mut band = Band {
            guard,
            positive,
            negative,
            limits: Vec::new(),
            ideal: Vec::new(),
            end: 0,
            lowest: None,
            answer: None,
        };
        let count = self.positive.len();
        let watch = watch::here();
        let point = |m| {
            watch.check();
            self.point(&band, m)
        };
        let points: Option<Vec<_>> = (0..count).into_par_iter().panic_fuse().map(point).collect();
        let points = points?;
        let needed = |&(lo, hi, ideal): &(i64, i64, f64)| {
            let finite = lo > -OPEN && hi < OPEN;
            lo > 0 || hi < 0 || (finite && ideal.abs() >= libm::ldexp(1.0, guard as i32 - 1))
        };
        band.end = points.iter().rposition(needed).map_or(0, |m| m + 1);
        if self.negative.len() > count {
            let point = self.point(&band, count);
            let value = libm::ldexp(self.negative[count], -self.output.frac);
            let rounding = match self.split.fold {
                Fold::Odd => Rounding::HalfAway,
                _ => Rounding::HalfUp,
            };
            band.answer = quantize(value, self.output, rounding);
            band.lowest = band.answer.filter(|_| point.is_none_or(|p| needed(&p)));
        }
        (band.limits, band.ideal) = points.into_iter().map(|(lo, hi, p)| ((lo, hi), p)).unzip();
        Some(band)
    }

    /// A side at working precision. `None` if a number leaves the words.
    fn side(&self, part: &Part, guard: u32) -> Option<Side> {
        let working = self.output.frac + guard as i32;
        let half = (1i64 << guard) >> 1;
        let constant = (libm::ldexp(part.constant, working) + 0.5).floor();
        let (slope, slope_shift) =
            scale_slope(part.slope, working - self.input.frac, self.positive.len() as f64)?;
        let fits = constant.abs() < OPEN as f64 / 4.0;
        fits.then(|| Side { slope, slope_shift, constant: constant as i64 + half, residual: part.sign })
    }

    /// (lo, hi, ideal) of p at m. `None` if no p can be right.
    fn point(&self, band: &Band, m: usize) -> Option<(i64, i64, f64)> {
        let (mut lo, mut hi, mut ideal) = (-OPEN, OPEN, f64::NAN);
        let odd = self.split.fold == Fold::Odd;
        let sides =
            [(&band.negative, self.negative.get(m), odd), (&band.positive, self.positive.get(m), false)];
        // The side z ≥ 0 comes last: where both have an ideal, its asymptote is the exact one.
        for (side, t, mirrored) in sides {
            let Some(&t) = t else { continue };
            let (a, b) = self.allowed(t);
            let (a, b, t) = if mirrored { (-b, -a, -t) } else { (a, b, t) };
            let asymptote = super::table::shift(side.slope as i128 * m as i128, side.slope_shift);
            let asymptote = i64::try_from(asymptote).ok().filter(|v| v.abs() < OPEN / 4)?;
            let rest = asymptote + side.constant;
            let a = if a <= -OPEN { -OPEN } else { (a << band.guard) - rest };
            let b = if b >= OPEN { OPEN } else { (b << band.guard) + (1 << band.guard) - 1 - rest };
            match side.residual {
                0 if a > 0 || b < 0 => return None,
                0 => continue,
                1 => (lo, hi) = (lo.max(a), hi.min(b)),
                _ => (lo, hi) = (lo.max(-b), hi.min(-a)),
            }
            if t.abs() < 4.0 * self.output.max_code() as f64 {
                let half = (1i64 << band.guard) >> 1;
                let rest = (asymptote + side.constant - half) as f64;
                ideal = side.residual as f64 * (libm::ldexp(t, band.guard as i32) - rest);
            }
        }
        (lo <= hi).then_some((lo, hi, ideal))
    }

    /// The results, before saturation, that are close enough to `t`; open where saturation mends them.
    fn allowed(&self, t: f64) -> (i64, i64) {
        let (min, max) = (self.output.min_code(), self.output.max_code());
        let t = t.clamp(min as f64, max as f64);
        let u = self.max_ulp - resolution(self.output);
        let (lo, hi) = ((t - u).floor() as i64 + 1, (t + u).ceil() as i64 - 1);
        (if lo <= min { -OPEN } else { lo }, if hi >= max { OPEN } else { hi })
    }
}

/// `slope`·2^`scale` as integer times power of two, exact if it is a power of two, else at most
/// [`SLOPE_TOLERANCE`] too large after multiplication by `reach`. Never too small: ties then go up, as they should.
fn scale_slope(slope: f64, scale: i32, reach: f64) -> Option<(i64, i32)> {
    let target = libm::ldexp(slope, scale);
    if (target * reach).abs() < SLOPE_TOLERANCE / 4.0 {
        return Some((0, 0));
    }
    let (_, exponent) = libm::frexp(SLOPE_TOLERANCE / reach);
    let mut shift = exponent - 1;
    let integer = libm::ldexp(target, -shift).ceil();
    if integer.abs() >= OPEN as f64 {
        return None;
    }
    let mut integer = integer as i64;
    if integer == 0 {
        return Some((0, 0));
    }
    let zeros = integer.trailing_zeros();
    (integer, shift) = (integer >> zeros, shift + zeros as i32);
    (-62..=62).contains(&shift).then_some((integer, shift))
}
