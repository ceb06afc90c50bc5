//! Shifts, rounding and saturation of whole numbers, column by column.
//!
//! ONNX shifts unsigned numbers only, and its `Div` truncates. `Mod` has the sign of the divisor, so that the floor of a
//! quotient is the quotient of what is left without the rest.

use super::graph::Graph;
use crate::num::Format;

/// 2^n.
pub(super) fn power(n: u32) -> i64 {
    1 << n
}

impl Graph {
    /// floor(v / 2^n), n from 0 on.
    pub fn shift_right(&mut self, v: &str, n: &[u32]) -> String {
        if n.iter().all(|&n| n == 0) {
            return v.to_owned();
        }
        let by: Vec<i64> = n.iter().map(|&n| power(n.min(62))).collect();
        let by = self.row(&by);
        let rest = self.op("Mod", &[v, &by]);
        let whole = self.op("Sub", &[v, &rest]);
        let floor = self.op("Div", &[&whole, &by]);
        // 2^63 is no number of the type.
        let more: Vec<u32> = n.iter().map(|n| n.saturating_sub(62).min(1)).collect();
        self.shift_right(&floor, &more)
    }

    /// v between two ends.
    fn clamp(&mut self, v: &str, lo: &[i64], hi: &[i64]) -> String {
        let (lo, hi) = (self.row(lo), self.row(hi));
        let above = self.op("Max", &[v, &lo]);
        self.op("Min", &[&above, &hi])
    }

    /// v as a code of each column's format.
    pub fn saturate(&mut self, v: &str, to: &[Format]) -> String {
        let [lo, hi] = ends(to);
        self.clamp(v, &lo, &hi)
    }

    /// v with `from` fraction bits in formats `to`: rounded half up, then saturated. |v| is below 2^62.
    pub fn requantize(&mut self, v: &str, from: &[i32], to: &[Format]) -> String {
        let shifts: Vec<i32> = from.iter().zip(to).map(|(from, to)| from.saturating_sub(to.frac)).collect();
        let mut v = v.to_owned();
        // Beyond 62 bits everything rounds to 0.
        if shifts.iter().any(|&s| s > 62) {
            let keep: Vec<i64> = shifts.iter().map(|&s| i64::from(s <= 62)).collect();
            let keep = self.row(&keep);
            v = self.op("Mul", &[&v, &keep]);
        }
        let right: Vec<u32> = shifts.iter().map(|&s| s.clamp(0, 62) as u32).collect();
        if right.iter().any(|&n| n > 0) {
            let half: Vec<i64> = right.iter().map(|&n| power(n) >> 1).collect();
            let half = self.row(&half);
            v = self.op("Add", &[&v, &half]);
            v = self.shift_right(&v, &right);
        }
        if shifts.iter().any(|&s| s < 0) {
            v = self.widen(&v, &shifts, to);
        }
        self.saturate(&v, to)
    }

    /// v · 2^-shift where the shift is below 0: saturated before the product too, so that nothing wraps.
    fn widen(&mut self, v: &str, shifts: &[i32], to: &[Format]) -> String {
        // Beyond 62 bits everything but 0 saturates, as it does at 62.
        let units: Vec<i64> = shifts.iter().map(|s| power(s.min(&0).unsigned_abs().min(62))).collect();
        let [lo, hi] = ends(to);
        let bound =
            |end: i64, unit: i64, one: i64, none: i64| if unit == 1 { none } else { end / unit + one };
        let lo: Vec<i64> = lo.iter().zip(&units).map(|(&e, &u)| bound(e, u, -1, i64::MIN)).collect();
        let hi: Vec<i64> = hi.iter().zip(&units).map(|(&e, &u)| bound(e, u, 1, i64::MAX)).collect();
        let inside = self.clamp(v, &lo, &hi);
        let units = self.row(&units);
        self.op("Mul", &[&inside, &units])
    }

    /// h/(h²+b) of codes k, rounded half away from zero, then saturated.
    pub fn attenuate(&mut self, k: &str, b: &[i64], h: &[Format], y: &[Format]) -> String {
        let shifts: Vec<i32> = h.iter().zip(y).map(|(h, y)| h.frac + y.frac).collect();
        let powers = |sign: i32| shifts.iter().map(|s| power((s * sign).max(0) as u32)).collect::<Vec<i64>>();
        let (up, down, b) = (self.row(&powers(1)), self.row(&powers(-1)), self.row(b));
        let magnitude = self.op("Abs", &[k]);
        let n = self.op("Mul", &[&magnitude, &up]);
        let square = self.op("Mul", &[k, k]);
        let sum = self.op("Add", &[&square, &b]);
        let d = self.op("Mul", &[&sum, &down]);
        let [n2, d2] = [&n, &d].map(|v| self.op("Add", &[v, v]));
        let above = self.op("Add", &[&n2, &d]);
        let quotient = self.op("Div", &[&above, &d2]);
        let sign = self.op("Sign", &[k]);
        let signed = self.op("Mul", &[&quotient, &sign]);
        self.saturate(&signed, y)
    }
}

/// The least and the largest codes.
fn ends(formats: &[Format]) -> [Vec<i64>; 2] {
    let list = |end: fn(&Format) -> i64| formats.iter().map(end).collect();
    [list(|f| f.min_code()), list(|f| f.max_code())]
}
