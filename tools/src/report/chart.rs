//! Axes: from values to pixels, with round numbers at the ticks.

use super::svg::{Anchor, Svg};

/// A rectangle of the sheet with a range of values on either side.
pub struct Chart {
    /// Left and right edge, pixels.
    pub across: (f64, f64),
    /// Upper and lower edge, pixels.
    pub down: (f64, f64),
    /// Values at the left and the right edge.
    pub x: (f64, f64),
    /// Values at the lower and the upper edge.
    pub y: (f64, f64),
}

const INK: &str = "#222222";
const RULE: &str = "#dddddd";

impl Chart {
    /// The pixel of a pair of values.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let along = |v: f64, (lo, hi): (f64, f64)| if hi > lo { (v - lo) / (hi - lo) } else { 0.5 };
        let (u, v) = (along(x, self.x), along(y, self.y));
        (self.across.0 + u * (self.across.1 - self.across.0), self.down.1 + v * (self.down.0 - self.down.1))
    }

    /// Frame, ticks and rules. Numbers stand below and to the left; `title` above.
    pub fn axes(&self, svg: &mut Svg, title: &str) {
        let linear = |range| ticks(range).into_iter().map(|v| (v, number(v))).collect::<Vec<_>>();
        self.frame(svg, title, &linear(self.x), &linear(self.y));
    }

    /// The same where both axes show decimal logarithms.
    pub fn log_axes(&self, svg: &mut Svg, title: &str) {
        self.frame(svg, title, &log_ticks(self.x), &log_ticks(self.y));
    }

    fn frame(&self, svg: &mut Svg, title: &str, x_ticks: &[(f64, String)], y_ticks: &[(f64, String)]) {
        let ((left, right), (top, bottom)) = (self.across, self.down);
        for (v, text) in x_ticks {
            let (x, _) = self.at(*v, self.y.0);
            svg.polyline(&[(x, top), (x, bottom)], RULE, 1.0);
            svg.text((x, bottom + 16.0), Anchor::Middle, text);
        }
        for (v, text) in y_ticks {
            let (_, y) = self.at(self.x.0, *v);
            svg.polyline(&[(left, y), (right, y)], RULE, 1.0);
            svg.text((left - 6.0, y + 4.0), Anchor::End, text);
        }
        svg.polyline(&[(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], INK, 1.0);
        svg.text((left, top - 8.0), Anchor::Start, title);
    }

    /// A curve through values that increase in x. Of the values that fall on one pixel column only the lowest and
    /// the highest are drawn, so that peaks stay and the file stays small.
    pub fn curve(&self, svg: &mut Svg, values: &[(f64, f64)], stroke: &str, width: f64) {
        let mut points: Vec<(f64, f64)> = Vec::new();
        for column in values.chunk_by(|a, b| self.at(a.0, 0.0).0 as i64 == self.at(b.0, 0.0).0 as i64) {
            let extreme = |pick: fn(&(f64, f64), &(f64, f64)) -> std::cmp::Ordering| {
                column.iter().copied().min_by(pick)
            };
            let low = extreme(|a, b| a.1.total_cmp(&b.1));
            let high = extreme(|a, b| b.1.total_cmp(&a.1));
            let mut pair: Vec<(f64, f64)> = low.into_iter().chain(high).collect();
            pair.sort_by(|a, b| a.0.total_cmp(&b.0));
            pair.dedup();
            points.extend(pair.into_iter().map(|(x, y)| self.at(x, y)));
        }
        svg.polyline(&points, stroke, width);
    }
}

/// Whether an axis can show that two values differ: what is less than a billionth of their size is rounding.
fn apart(lo: f64, hi: f64) -> bool {
    hi - lo > 1e-9 * lo.abs().max(hi.abs())
}

/// The range of some values, a little wider, and never empty.
pub fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (lo, hi) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)));
    if lo > hi {
        return (0.0, 1.0);
    }
    let margin = if apart(lo, hi) { 0.04 * (hi - lo) } else { 0.5 * lo.abs().max(hi.abs()).max(1.0) };
    (lo - margin, hi + margin)
}

/// Round numbers inside a range, about six of them; one where the range is a single value.
fn ticks((lo, hi): (f64, f64)) -> Vec<f64> {
    if !apart(lo, hi) {
        return vec![lo];
    }
    let rough = (hi - lo) / 6.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|&s| s >= rough).unwrap_or(rough);
    let first = (lo / step).ceil() as i64;
    let last = (hi / step).floor() as i64;
    (first..=last.min(first + 20)).map(|i| i as f64 * step).collect()
}

/// Logarithms of 1, 2 and 5 times powers of ten inside a range of logarithms, and those numbers; over many decades of powers alone.
fn log_ticks((lo, hi): (f64, f64)) -> Vec<(f64, String)> {
    let steps: &[f64] = if hi - lo > 3.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let powers = (lo.floor() as i32)..=(hi.ceil() as i32).min(lo.floor() as i32 + 40);
    let all = powers.flat_map(|k| steps.iter().map(move |s| s * 10f64.powi(k)));
    all.map(|v| (v.log10(), number(v))).filter(|(log, _)| (lo..=hi).contains(log)).collect()
}

/// A number beside an axis, in at most four digits.
pub fn number(v: f64) -> String {
    let rounded: f64 = format!("{v:.3e}").parse().unwrap_or(v);
    match rounded.abs() {
        0.0 => "0".into(),
        a if (1e-4..1e6).contains(&a) => format!("{rounded}"),
        _ => format!("{rounded:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks((0.0, 6.3)).iter().map(|&v| number(v)).collect::<Vec<_>>(), ["0", "2", "4", "6"]);
        let logs: Vec<String> = log_ticks((-0.1, 1.2)).into_iter().map(|t| t.1).collect();
        assert_eq!(logs, ["1", "2", "5", "10"]);
        assert_eq!(log_ticks((-2.5, 2.5)).len(), 5);
        let fine: Vec<_> = ticks((-0.0031, 0.0029)).iter().map(|&v| number(v)).collect();
        assert_eq!(fine, ["-0.003", "-0.002", "-0.001", "0", "0.001", "0.002"]);
        assert_eq!(number(3e-7), "3e-7");
    }

    #[test]
    fn ranges_are_never_empty() {
        let rounded = vec![0.1, f64::from_bits(0.1f64.to_bits() + 1), 0.1];
        for values in [vec![], vec![0.0], vec![5.0, 5.0], vec![-1.0, 2.0], rounded, vec![1e300, 1e300]] {
            let (lo, hi) = range(values.iter().copied());
            assert!(lo < hi && values.iter().all(|v| (lo..=hi).contains(v)), "{values:?}");
            assert!((2..=21).contains(&ticks((lo, hi)).len()), "{values:?}");
        }
        // A range that was not made wider: a column of one value beside its rounding.
        assert_eq!(ticks((0.1, 0.1f64.next_up())), [0.1]);
        assert_eq!(ticks((0.0, 0.0)), [0.0]);
    }
}
