//! From real to integer coefficients: each is rounded in the light of those already rounded, c_1 inside the interval
//! that the tightest codes leave it, and c_0 inside the intersection of the exact intervals of all codes.

use super::fit::Polynomial;
use super::node::{Node, Piece};
use super::target::{Band, OPEN};
use super::{Range, Step};

/// How many values of a coefficient above c_1 are tried on each side of the best real one.
const NEIGHBOURS: i64 = 2;

/// How many values of c_1 are tried.
const SLOPES: i64 = 5;

/// Codes between two looks at what is left of an interval.
const CHUNK: usize = 256;

/// Widths of the Horner scheme of all segments.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// log2 of the codes in the longest segment.
    pub segment_bits: u32,
    /// c_i is scaled by 2^e_i; e_0 = 0, one entry per power above it.
    pub scales: Vec<u32>,
    /// Dropped bits of the offset in the product that belongs to c_(i+1).
    pub drops: Vec<u32>,
    /// The range each coefficient c_0 .. c_d has to stay in.
    pub columns: Vec<Range>,
}

impl Layout {
    /// The layout before it is narrowed: every rounding well below the working precision.
    pub fn generous(degree: usize, segment_bits: u32) -> Layout {
        let scales = (1..=degree as u32).map(|i| i * segment_bits + 3).collect();
        let any = Range { lo: -OPEN, hi: OPEN };
        Layout { segment_bits, scales, drops: vec![0; degree], columns: vec![any; degree + 1] }
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

/// Integer coefficients c_0 .. c_d of a piece that put p into the band for every code, or for one of `stride`; `None` if
/// none were found.
pub(super) fn round_segment(
    band: &Band,
    piece: Piece,
    node: &Node,
    layout: &Layout,
    stride: usize,
) -> Option<Vec<i64>> {
    let half = (1i64 << layout.segment_bits) >> 1;
    let shift = layout.segment_bits.checked_sub(piece.bits)?;
    let degree = layout.scales.len();
    // From u to x, and to the scale of the integer.
    let scaled = |i: usize| {
        let scale = if i == 0 { 0 } else { layout.scales[i - 1] as i32 };
        libm::ldexp(node.fit[i], scale - i as i32 * (layout.segment_bits as i32 - 1))
    };
    let mut fit = [0.0; 5];
    for (i, f) in fit.iter_mut().enumerate().take(degree + 1) {
        *f = scaled(i);
    }
    let limits = piece.limits(band);
    let (steps, tight) = (layout.steps()?, &node.tight);
    let rounding = Rounding { limits, stride, shift, half, layout, steps, fit, tight };
    let mut c = vec![0; degree + 1];
    rounding.choose(degree, &mut c).then_some(c)
}

/// Coefficients beyond are not looked for.
const LARGE: f64 = (1i64 << 52) as f64;

/// lo ≤ 2^s·c_0 + factor·c_1 ≤ hi.
struct Line {
    factor: f64,
    lo: f64,
    hi: f64,
}

/// 0, 1, -1, 2, -2, ...: `more` of them after the first.
fn around(more: i64) -> impl Iterator<Item = i64> {
    (0..=more).map(|k| if k % 2 == 1 { (k + 1) / 2 } else { -k / 2 })
}

struct Rounding<'a> {
    limits: &'a [(i64, i64)],
    /// One of so many codes is looked at.
    stride: usize,
    shift: u32,
    half: i64,
    layout: &'a Layout,
    steps: Vec<Step>,
    /// The real fit at the scale of the integer coefficients.
    fit: Polynomial,
    tight: &'a [usize],
}

impl Rounding<'_> {
    fn x(&self, offset: usize) -> i64 {
        ((offset as i64) << self.shift) - self.half
    }

    /// Fixes c_i and those below it.
    fn choose(&self, i: usize, c: &mut [i64]) -> bool {
        match i {
            0 => self.constant(c),
            1 => self.slope(c),
            _ => self.curve(i, c),
        }
    }

    /// A coefficient above c_1: the integers around the real fit. The error of c_3 is all but a slope, that of c_2 all
    /// but a constant: c_1 and c_0 are found for what is rounded already and take them over.
    fn curve(&self, i: usize, c: &mut [i64]) -> bool {
        let wanted = self.fit[i] + self.bias(i) + if i == 2 { self.carried(c) } else { 0.0 };
        if wanted.abs() >= LARGE {
            return false;
        }
        let range = self.layout.columns[i];
        let nearest = ((wanted + 0.5).floor() as i64).clamp(range.lo, range.hi);
        let side = if wanted < nearest as f64 { -1 } else { 1 };
        around(2 * NEIGHBOURS).any(|step| {
            let candidate = nearest + side * step;
            c[i] = candidate;
            (range.lo..=range.hi).contains(&candidate) && self.choose(i - 1, c)
        })
    }

    /// What c_2 takes over from the rounding of c_4: x⁴ is h²·x² but for a Chebyshev polynomial and a constant.
    fn carried(&self, c: &[i64]) -> f64 {
        let Some(&fourth) = c.get(4) else { return 0.0 };
        let scale = self.layout.scales[3] as i32 - self.layout.scales[1] as i32;
        let h = self.half as f64;
        -libm::ldexp((fourth as f64 - self.fit[4]) * h * h, -scale)
    }

    /// What the floors of the step above take from c_i on the average.
    fn bias(&self, i: usize) -> f64 {
        let degree = self.layout.scales.len();
        if i == degree {
            return 0.0;
        }
        let dropped = libm::ldexp(1.0, self.layout.drops[i] as i32) - 1.0;
        let shift = self.layout.scales[i] as i32 - self.layout.scales[i - 1] as i32;
        0.5 + libm::ldexp(self.fit[i + 1] * dropped / 2.0, -shift)
    }

    /// c_1: with the higher ones fixed, lo ≤ c_0 + floor((c_1 + T)·X / 2^s) ≤ hi is linear in c_0 and c_1. Every pair of
    /// codes bounds c_1; the tightest codes give its interval but for a few values.
    fn slope(&self, c: &mut [i64]) -> bool {
        c[1] = 0;
        if !self.fits(c) {
            return false;
        }
        let lines: Vec<Line> = self.tight.iter().map(|&i| self.line(c, i)).collect();
        let range = self.layout.columns[1];
        let (mut least, mut most) = (range.lo as f64, range.hi as f64);
        for (j, b) in lines.iter().enumerate() {
            for a in &lines[..j] {
                let run = b.factor - a.factor;
                if run == 0.0 && (a.lo > b.hi || b.lo > a.hi) {
                    return false;
                }
                if run > 0.0 {
                    least = least.max((b.lo - a.hi) / run);
                    most = most.min((b.hi - a.lo) / run);
                }
            }
        }
        let (least, most) = (least.ceil(), most.floor());
        if least > most {
            return false;
        }
        if least < -LARGE || most > LARGE {
            // Open at an end: the fit itself.
            c[1] = self.fit[1].clamp(least.max(-LARGE), most.min(LARGE)) as i64;
            return self.constant(c);
        }
        let (least, most) = (least as i64, most as i64);
        let (middle, step) = (least + (most - least) / 2, ((most - least) / SLOPES).max(1));
        around(SLOPES).any(|k| {
            c[1] = middle + step * k;
            (least..=most).contains(&c[1]) && self.constant(c)
        })
    }

    /// What the code at `offset` asks of c_0 and c_1.
    fn line(&self, c: &[i64], offset: usize) -> Line {
        let last = self.steps[self.steps.len() - 1];
        let x = self.x(offset);
        let factor = x >> last.t;
        let rest = (self.inner(c, x) * factor) as f64;
        let scale = libm::ldexp(1.0, last.s as i32);
        let (lo, hi) = self.limits[offset];
        Line {
            factor: factor as f64,
            lo: if lo <= -OPEN { f64::NEG_INFINITY } else { lo as f64 * scale - rest },
            hi: if hi >= OPEN { f64::INFINITY } else { (hi + 1) as f64 * scale - 1.0 - rest },
        }
    }

    /// The middle of the exact interval of c_0 that puts every code into its band.
    fn constant(&self, c: &mut [i64]) -> bool {
        if !self.fits(c) {
            return false;
        }
        let range = self.layout.columns[0];
        let mut room = (range.lo, range.hi);
        c[0] = 0;
        // The tightest codes first: a hopeless choice shows at once.
        let all = (0..self.limits.len()).step_by(self.stride);
        let possible = match self.steps.len() {
            0 => self.narrow(&mut room, all, |_| 0),
            1 => self.narrow_by::<1>(&mut room, c, all),
            2 => self.narrow_by::<2>(&mut room, c, all),
            3 => self.narrow_by::<3>(&mut room, c, all),
            _ => self.narrow_by::<4>(&mut room, c, all),
        };
        if !possible {
            return false;
        }
        let (lo, hi) = room;
        c[0] = match (lo > -OPEN, hi < OPEN) {
            (true, true) => lo + (hi - lo) / 2,
            (true, false) => lo,
            (false, true) => hi,
            (false, false) => 0,
        };
        true
    }

    /// As [`Rounding::narrow`] for a polynomial of degree D, in code of its own: this is where a search spends its time.
    fn narrow_by<const D: usize>(
        &self,
        room: &mut (i64, i64),
        c: &[i64],
        all: impl Iterator<Item = usize>,
    ) -> bool {
        let steps: [Step; D] = std::array::from_fn(|i| self.steps[i]);
        let down: [i64; D] = std::array::from_fn(|i| c[D - i]);
        self.narrow(room, all, |i| {
            let x = self.x(i);
            let mut p = 0;
            for k in 0..D {
                p = ((down[k] + p) * (x >> steps[k].t)) >> steps[k].s;
            }
            p
        })
    }

    /// What the tightest codes and `all` leave of the interval of c_0, where `tail` is the rest of the polynomial;
    /// whether that is anything.
    fn narrow(
        &self,
        room: &mut (i64, i64),
        all: impl Iterator<Item = usize>,
        tail: impl Fn(usize) -> i64,
    ) -> bool {
        let (mut lo, mut hi) = *room;
        let mut take = |i: usize| {
            let ((a, b), tail) = (self.limits[i], tail(i));
            lo = lo.max(if a <= -OPEN { a } else { a - tail });
            hi = hi.min(if b >= OPEN { b } else { b - tail });
            lo <= hi
        };
        if !self.tight.iter().all(|&i| take(i)) {
            return false;
        }
        let mut left = CHUNK;
        for i in all {
            let some = take(i);
            left -= 1;
            if left == 0 {
                if !some {
                    return false;
                }
                left = CHUNK;
            }
        }
        *room = (lo, hi);
        lo <= hi
    }

    /// The first factor of the last product, p_1 at offset x.
    fn inner(&self, c: &[i64], x: i64) -> i64 {
        let d = self.steps.len();
        let mut p = c[d];
        for (i, step) in self.steps[..d - 1].iter().enumerate() {
            p = c[d - 1 - i] + ((p * (x >> step.t)) >> step.s);
        }
        p
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
