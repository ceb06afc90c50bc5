//! Functions that a crate may need, as Rust text. Only those that are used are written.

/// A function of the crate, in the order in which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
    /// `unscale(bits, by)`: bits / 2^by, rounded half up, saturated to 64 bits.
    Unscale,
    /// `dot(bias, w, x)`
    Dot,
    /// `clamp(v, lo, hi)`
    Clamp,
    /// `narrow(v, n, lo, hi)`: v / 2^n rounded half up, then saturated; n from 1 to 63.
    Narrow,
    /// `widen(v, n, lo, hi)`: v * 2^n, saturated; n from 1 to 62.
    Widen,
    /// `square(v)`
    Square,
    /// `attenuate(k, b, up, down, lo, hi)`
    Attenuate,
    /// `Table` and `Table::at(z)`
    Piecewise,
}

impl Helper {
    /// All of them.
    pub const ALL: [Helper; 8] = [
        Helper::Unscale,
        Helper::Dot,
        Helper::Clamp,
        Helper::Narrow,
        Helper::Widen,
        Helper::Square,
        Helper::Attenuate,
        Helper::Piecewise,
    ];

    /// Its text. Every one may call `clamp`, which each crate has.
    pub fn text(self) -> &'static str {
        match self {
            Helper::Unscale => UNSCALE,
            Helper::Dot => DOT,
            Helper::Clamp => CLAMP,
            Helper::Narrow => NARROW,
            Helper::Widen => WIDEN,
            Helper::Square => SQUARE,
            Helper::Attenuate => ATTENUATE,
            Helper::Piecewise => PIECEWISE,
        }
    }
}

const UNSCALE: &str = "\
/// bits / 2^by, rounded half up, saturated to 64 bits; by from 1.
fn unscale(bits: i128, by: u32) -> i64 {
    let rounded = (bits >> (by - 1)).saturating_add(1) >> 1;
    rounded.max(i64::MIN.into()).min(i64::MAX.into()) as i64
}

";

const DOT: &str = "\
/// bias + the products of weights and inputs. The sum fits; on the way there 2^64 may be passed, and comes back.
fn dot<W: Copy + Into<i64>, const N: usize>(bias: i64, w: &[W; N], x: &[i64; N]) -> i64 {
    w.iter().zip(x).fold(bias, |sum, (&w, &x)| sum.wrapping_add(w.into().wrapping_mul(x)))
}

";

const CLAMP: &str = "\
fn clamp(v: i64, lo: i64, hi: i64) -> i64 {
    v.max(lo).min(hi)
}

";

const NARROW: &str = "\
/// v / 2^n, rounded half up, then saturated. v has at most 63 bits, so the sum cannot overflow.
fn narrow(v: i64, n: u32, lo: i64, hi: i64) -> i64 {
    clamp((v + (1 << (n - 1))) >> n, lo, hi)
}

";

const WIDEN: &str = "\
/// v * 2^n, saturated: before the shift too, so that it cannot overflow.
fn widen(v: i64, n: u32, lo: i64, hi: i64) -> i64 {
    let unit = 1 << n;
    clamp(clamp(v, lo / unit - 1, hi / unit + 1) * unit, lo, hi)
}

";

const SQUARE: &str = "\
fn square(v: i64) -> i64 {
    v * v
}

";

const ATTENUATE: &str = "\
/// k * 2^up / ((k^2 + b) * 2^down), rounded half away from zero, then saturated.
fn attenuate(k: i64, b: i64, up: u32, down: u32, lo: i64, hi: i64) -> i64 {
    let n = k.abs() << up;
    let d = (k * k + b) << down;
    // d is positive, which the compiler does not know: a plain division would bring a panic along.
    let magnitude = (2 * n + d).checked_div(2 * d).unwrap_or(0);
    clamp(if k < 0 { -magnitude } else { magnitude }, lo, hi)
}

";

const PIECEWISE: &str = "\
/// How a code z becomes the argument m of the segments.
#[allow(dead_code)]
#[derive(PartialEq)]
enum Fold {
    /// m = z - least.
    Offset,
    /// m = |z|, with a side of its own for z < 0.
    Magnitude,
    /// m = |z|, and the result has the sign of z.
    Odd,
}

/// slope * m * 2^shift + constant + residual * p.
struct Side {
    slope: i64,
    shift: i32,
    constant: i64,
    residual: i64,
}

impl Side {
    fn at(&self, m: i64, p: i64) -> i64 {
        let line = self.slope * m;
        let line = if self.shift < 0 { line >> -self.shift } else { line << self.shift };
        line + self.constant + self.residual * p
    }
}

/// A piecewise polynomial with integer coefficients.
struct Table<C: 'static, const N: usize> {
    fold: Fold,
    /// The least code z.
    least: i64,
    /// The result of the least code, if it has one of its own.
    lowest: Option<i64>,
    /// Bits that are dropped from the result.
    guard: u32,
    /// log2 of the codes of the longest segment.
    segment_bits: u32,
    /// log2 of the codes of a block, where segments are unequal.
    block_bits: u32,
    /// Of each block the first row, and what stretches its segments to the longest; none: all are equal.
    blocks: &'static [(u32, u32)],
    /// Of each of Horner's steps the bits that are dropped from the offset and from the product.
    steps: &'static [(u32, u32)],
    /// Coefficients of each segment, that of the power 0 first.
    rows: &'static [[C; N]],
    positive: Side,
    negative: Side,
    limits: (i64, i64),
}

impl<C: Copy + Into<i64>, const N: usize> Table<C, N> {
    fn at(&self, z: i64) -> i64 {
        if let (Some(y), true) = (self.lowest, z == self.least) {
            return y;
        }
        let mirrored = z < 0 && self.fold != Fold::Offset;
        let m = if self.fold == Fold::Offset { z - self.least } else { z.abs() };
        let side = if mirrored { &self.negative } else { &self.positive };
        let p = if side.residual == 0 { 0 } else { self.polynomial(m) };
        let y = side.at(m, p) >> self.guard;
        clamp(if mirrored && self.fold == Fold::Odd { -y } else { y }, self.limits.0, self.limits.1)
    }

    /// The row of m, and what stretches its segment.
    fn row(&self, m: i64) -> (i64, u32) {
        if self.blocks.is_empty() {
            return (m >> self.segment_bits, 0);
        }
        // There is a block for every argument.
        let (first, shift) = self.blocks.get((m >> self.block_bits) as usize).copied().unwrap_or((0, 0));
        let within = m & ((1 << self.block_bits) - 1);
        (i64::from(first) + (within >> (self.segment_bits - shift)), shift)
    }

    /// Horner's rule around the middle of the segment; 0 past the last one.
    fn polynomial(&self, m: i64) -> i64 {
        let (row, shift) = self.row(m);
        let Some(row) = self.rows.get(row as usize) else { return 0 };
        let (length, half) = (1i64 << self.segment_bits, (1i64 << self.segment_bits) >> 1);
        let x = ((m << shift) & (length - 1)) - half;
        let mut coefficients = row.iter().rev().map(|&c| c.into());
        let highest = coefficients.next().unwrap_or(0);
        coefficients.zip(self.steps).fold(highest, |p, (c, &(t, s))| c + ((p * (x >> t)) >> s))
    }
}

";
