//! From real to integer coefficients: rounding that looks at what is already rounded, and exact intervals for c_0.

use super::Step;
use super::fit::{Polynomial, minimax};
use super::target::{Band, OPEN};

/// Points of a segment a fit looks at; the integer c_0 looks at all of them.
const SAMPLES: usize = 48;

/// Widths of the Horner scheme of all segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub segment_bits: u32,
    /// c_i is scaled by 2^e_i; e_0 = 0, one entry per power above it.
    pub scales: Vec<u32>,
    /// Dropped bits of the offset in the product that belongs to c_(i+1).
    pub drops: Vec<u32>,
}

impl Layout {
    /// The layout before it is narrowed: every rounding well below the working precision.
    pub fn generous(degree: usize, segment_bits: u32) -> Layout {
        let scales = (1..=degree as u32).map(|i| i * segment_bits + 3).collect();
        Layout { segment_bits, scales, drops: vec![0; degree] }
    }

    /// The Horner steps, first to last; `None` if a shift is negative or too large.
    pub fn steps(&self) -> Option<Vec<Step>> {
        let below = |i: usize| if i == 0 { 0 } else { self.scales[i - 1] };
        (0..self.scales.len())
            .rev()
            .map(|i| {
                let s = self.scales[i].checked_sub(below(i))?.checked_sub(self.drops[i])?;
                (s <= 62 && self.drops[i] <= 62).then_some(Step { t: self.drops[i], s })
            })
            .collect()
    }
}

/// The real fit of segment `k`, in the centred offset.
pub(super) fn fit_segment(band: &Band, k: usize, segment_bits: u32, degree: usize) -> Polynomial {
    let (codes, half) = codes(band, k, segment_bits);
    let limits = &band.limits[codes.clone()];
    // Saturated throughout: a constant does.
    if limits.iter().all(|l| l.0 <= -OPEN) || limits.iter().all(|l| l.1 >= OPEN) {
        return [0.0; 4];
    }
    let stride = codes.len().div_ceil(SAMPLES);
    let start = codes.start;
    let mut offsets: Vec<usize> = (0..codes.len()).step_by(stride).collect();
    if !(codes.len() - 1).is_multiple_of(stride) {
        offsets.push(codes.len() - 1);
    }
    let points: Vec<(f64, f64)> = offsets
        .into_iter()
        .map(|i| ((i as i64 - half) as f64, band.ideal[start + i]))
        .filter(|p| p.1.is_finite())
        .collect();
    minimax(&points, degree)
}

/// The codes m of segment `k` that exist, and half a segment.
fn codes(band: &Band, k: usize, segment_bits: u32) -> (std::ops::Range<usize>, i64) {
    let start = k << segment_bits;
    let end = (start + (1 << segment_bits)).min(band.limits.len());
    (start..end, (1i64 << segment_bits) >> 1)
}

/// Integer coefficients c_0 .. c_d of segment `k` that put p into the band for every code; `None` if none were found.
pub(super) fn round_segment(band: &Band, k: usize, layout: &Layout, fit: &Polynomial) -> Option<Vec<i64>> {
    let (codes, half) = codes(band, k, layout.segment_bits);
    let rounding = Rounding { limits: &band.limits[codes], half, layout, steps: layout.steps()?, fit };
    let degree = layout.scales.len();
    let mut c = vec![0; degree + 1];
    rounding.choose(degree, 0.0, &mut c).then_some(c)
}

struct Rounding<'a> {
    limits: &'a [(i64, i64)],
    half: i64,
    layout: &'a Layout,
    steps: Vec<Step>,
    fit: &'a Polynomial,
}

impl Rounding<'_> {
    /// Fixes c_i and those below it. `lift` is what c_1 takes over from the rounding of c_3.
    fn choose(&self, i: usize, lift: f64, c: &mut [i64]) -> bool {
        if i == 0 {
            return match self.constant(c) {
                Some(c0) => {
                    c[0] = c0;
                    true
                }
                None => false,
            };
        }
        let scale = self.layout.scales[i - 1] as i32;
        let wanted = libm::ldexp(if i == 1 { self.fit[1] + lift } else { self.fit[i] }, scale) + self.bias(i);
        if wanted.abs() >= (1i64 << 52) as f64 {
            return false;
        }
        let nearest = (wanted + 0.5).floor() as i64;
        for candidate in [nearest, nearest + 1, nearest - 1] {
            c[i] = candidate;
            // x³ is ¾·h²·x but for a Chebyshev polynomial: the best line under the error of c_3. The error of c_2
            // on the symmetric interval is a constant, and c_0 takes it.
            let error = libm::ldexp(candidate as f64, -scale) - self.fit[i];
            let h = self.half as f64;
            let lift = if i == 3 { -0.75 * h * h * error } else { lift };
            if self.choose(i - 1, lift, c) {
                return true;
            }
        }
        false
    }

    /// What the floors of the step above take from c_i on the average.
    fn bias(&self, i: usize) -> f64 {
        let degree = self.layout.scales.len();
        if i == degree {
            return 0.0;
        }
        let dropped = libm::ldexp(1.0, self.layout.drops[i] as i32) - 1.0;
        let scale = self.layout.scales[i - 1] as i32;
        0.5 + libm::ldexp(self.fit[i + 1], scale) * dropped / 2.0
    }

    /// The middle of the exact interval of c_0 that puts every code into its band.
    fn constant(&self, c: &[i64]) -> Option<i64> {
        if !self.fits(c) {
            return None;
        }
        let (mut lo, mut hi) = (-OPEN, OPEN);
        let mut take = |i: usize| {
            let (a, b) = self.limits[i];
            let tail = self.tail(c, i as i64 - self.half);
            lo = lo.max(if a <= -OPEN { a } else { a - tail });
            hi = hi.min(if b >= OPEN { b } else { b - tail });
            lo <= hi
        };
        // A few spread codes first: a hopeless choice shows at once.
        let n = self.limits.len();
        if !(0..n).step_by((n / 8).max(1)).all(&mut take) || !take(n - 1) || !(0..n).all(&mut take) {
            return None;
        }
        Some(match (lo > -OPEN, hi < OPEN) {
            (true, true) => lo + (hi - lo) / 2,
            (true, false) => lo,
            (false, true) => hi,
            (false, false) => 0,
        })
    }

    /// p without c_0 at offset x.
    fn tail(&self, c: &[i64], x: i64) -> i64 {
        let d = self.steps.len();
        let mut p = c[d];
        for (i, step) in self.steps.iter().enumerate() {
            let product = (p * (x >> step.t)) >> step.s;
            let next = d - 1 - i;
            p = if next == 0 { product } else { c[next] + product };
        }
        if d == 0 { 0 } else { p }
    }

    /// Whether no intermediate comes near 63 bits.
    fn fits(&self, c: &[i64]) -> bool {
        let d = self.steps.len();
        let mut p = c[d].unsigned_abs() as f64;
        for (i, step) in self.steps.iter().enumerate() {
            let product = p * libm::ldexp(self.half as f64, -(step.t as i32)).max(1.0);
            if product >= OPEN as f64 / 4.0 {
                return false;
            }
            let next = d - 1 - i;
            let c = if next == 0 { 0.0 } else { c[next].unsigned_abs() as f64 };
            p = c + libm::ldexp(product, -(step.s as i32)) + 1.0;
        }
        p < OPEN as f64 / 4.0
    }
}
