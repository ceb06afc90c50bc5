//! Axes: from values to places on the sheet, with round numbers at the ticks.

use super::number;
use super::svg::{self, Anchor, Key};
use maud::{Markup, html};

/// A direction of a chart.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What it shows, with its unit.
    pub label: String,
    /// Where it begins and ends; of a logarithmic axis, as powers of ten.
    ends: (f64, f64),
    /// Whether decades are as long as one another.
    log: bool,
}

impl Axis {
    /// An axis that all these values lie on, with a margin.
    pub fn over(label: &str, values: impl Iterator<Item = f64>) -> Axis {
        let (low, high) = span(values);
        let margin = if apart(low, high) { 0.04 * (high - low) } else { 0.5 * low.abs().max(1.0) };
        Axis { label: label.into(), ends: (low - margin, high + margin), log: false }
    }

    /// An axis with these ends.
    pub fn between(label: &str, low: f64, high: f64) -> Axis {
        if apart(low, high) {
            return Axis { label: label.into(), ends: (low, high), log: false };
        }
        Axis::over(label, [low].into_iter())
    }

    /// A logarithmic axis that these values lie on; those that are not above 0 do not count.
    pub fn decades(label: &str, values: impl Iterator<Item = f64>) -> Axis {
        let (low, high) = span(values.filter(|v| *v > 0.0).map(f64::log10));
        let ends =
            if high - low < 1.0 { (low.floor(), high.ceil().max(low.floor() + 1.0)) } else { (low, high) };
        let margin = 0.03 * (ends.1 - ends.0);
        Axis { label: label.into(), ends: (ends.0 - margin, ends.1 + margin), log: true }
    }

    /// The value that lies so far along a linear axis.
    pub fn value(&self, share: f64) -> f64 {
        self.ends.0 + share * (self.ends.1 - self.ends.0)
    }

    /// How far along a value lies, 0 to 1; NaN for what is not on the axis.
    fn share(&self, v: f64) -> f64 {
        let v = match self.log {
            true if v > 0.0 => v.log10(),
            true => f64::NAN,
            false => v,
        };
        (v - self.ends.0) / (self.ends.1 - self.ends.0)
    }

    /// Round values along the axis, about so many, with what is written there.
    fn ticks(&self, about: usize) -> Vec<(f64, String)> {
        let rough = (self.ends.1 - self.ends.0) / about.max(1) as f64;
        let step = if self.log { rough.ceil().max(1.0) } else { round_step(rough) };
        let first = (self.ends.0 / step).ceil() as i64;
        let last = ((self.ends.1 / step).floor() as i64).min(first.saturating_add(20));
        let at = |i: i64| i as f64 * step;
        let written = |v: f64| match self.log {
            true => number::power(&format!("{v:.0}")),
            false => tick(v, step, self.ends),
        };
        let value = |v: f64| if self.log { 10f64.powf(v) } else { v };
        (first..=last).map(|i| (value(at(i)), written(at(i)))).collect()
    }
}

/// The least and the largest of the values that are finite; 0 and 1 of none.
fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let start = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = values.filter(|v| v.is_finite()).fold(start, |(l, h), v| (l.min(v), h.max(v)));
    if low > high { (0.0, 1.0) } else { (low, high) }
}

/// Whether an axis can show that two values differ: what is less than a billionth of their size is rounding.
fn apart(low: f64, high: f64) -> bool {
    high - low > 1e-9 * low.abs().max(high.abs())
}

/// The least of 1, 2, 5 times a power of ten that is not far below a length.
fn round_step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|m| m * power);
    steps.into_iter().find(|s| *s >= 0.7 * rough).unwrap_or(rough)
}

/// A tick's number: as many digits behind the point as its step has.
fn tick(v: f64, step: f64, (low, high): (f64, f64)) -> String {
    let v = if v.abs() < 1e-6 * step { 0.0 } else { v };
    let largest = low.abs().max(high.abs());
    if !(1e-3..1e6).contains(&largest) {
        return number::short(v);
    }
    number::fixed(v, (-step.log10() - 1e-9).ceil().clamp(0.0, 9.0) as usize)
}

/// A rectangle of values on a sheet.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The class of its figure, which says how wide it stands on the page.
    class: &'static str,
    /// The sheet, in pixels.
    size: (f64, f64),
    /// Left, right, upper and lower margin, in pixels: room for numbers in the large letters of a phone.
    margin: (f64, f64, f64, f64),
    /// About how many ticks stand on either axis.
    ticks: (usize, usize),
    /// From left to right.
    pub x: Axis,
    /// From below upwards.
    pub y: Axis,
}

impl Chart {
    /// A chart as wide as the page.
    pub fn wide(height: f64, x: Axis, y: Axis) -> Chart {
        let ticks = (6, (height / 55.0) as usize);
        Chart { class: "wide", size: (640.0, height), margin: (84.0, 18.0, 34.0, 50.0), ticks, x, y }
    }

    /// A chart beside another one.
    pub fn half(x: Axis, y: Axis) -> Chart {
        let margin = (62.0, 14.0, 28.0, 44.0);
        Chart { class: "half", size: (400.0, 290.0), margin, ticks: (5, 5), x, y }
    }

    /// The place of a pair of values; not finite where there is none.
    pub fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (left, right, top, bottom) = self.margin;
        let (width, height) = (self.size.0 - left - right, self.size.1 - top - bottom);
        (left + width * self.x.share(x), top + height * (1.0 - self.y.share(y)))
    }

    /// A line through pairs of values.
    pub fn line(&self, points: &[(f64, f64)]) -> String {
        svg::line(&self.places(points))
    }

    /// A dot at each pair of values.
    pub fn dots(&self, points: &[(f64, f64)]) -> String {
        svg::dots(&self.places(points))
    }

    /// A line from edge to edge at a height.
    pub fn level(&self, y: f64) -> String {
        let (_, y) = self.at((0.0, y));
        svg::line(&[(self.margin.0, y), (self.size.0 - self.margin.1, y)])
    }

    /// Bars from 0 upwards: left edge, right edge, height.
    pub fn bars(&self, bars: &[(f64, f64, f64)]) -> String {
        self.bars_on(0.0, bars)
    }

    /// Counts as bars along the lower edge, as high as a share of the chart where there are most.
    pub fn counts(&self, share: f64, counts: &[(f64, f64, f64)]) -> String {
        let most = counts.iter().map(|c| c.2).fold(0.0, f64::max);
        let high = |n: f64| if n > 0.0 { self.y.value(share * n / most) } else { f64::NAN };
        let bars: Vec<_> = counts.iter().map(|&(from, to, n)| (from, to, high(n))).collect();
        self.bars_on(self.y.value(0.0), &bars)
    }

    /// Bars from a base upwards; those that are not above it are left out.
    fn bars_on(&self, base: f64, bars: &[(f64, f64, f64)]) -> String {
        let bar = |&(from, to, height): &(f64, f64, f64)| {
            let ((left, top), (right, bottom)) = (self.at((from, height)), self.at((to, base)));
            svg::rectangle((left + 0.5, top), ((right - left - 1.0).max(0.5), bottom - top))
        };
        bars.iter().filter(|b| b.2 > base).map(bar).collect()
    }

    /// The places of pairs of values.
    fn places(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        points.iter().map(|p| self.at(*p)).collect()
    }

    /// The figure: axes, then what is drawn on them, under a title with a legend.
    pub fn figure(&self, title: &str, keys: &[Key], body: Markup) -> Markup {
        let caption = html! { strong { (title) } " " (svg::legend(keys)) };
        svg::figure(self.class, self.size, title, caption, html! { (self.axes()) (body) })
    }

    /// Rules at the ticks, their numbers, and what the axes show.
    fn axes(&self) -> Markup {
        let (left, right, top, bottom) = self.margin;
        let (right, bottom) = (self.size.0 - right, self.size.1 - bottom);
        let (across, up) = (self.x.ticks(self.ticks.0), self.y.ticks(self.ticks.1));
        let x_of = |v: f64| left + (right - left) * self.x.share(v);
        let y_of = |v: f64| bottom - (bottom - top) * self.y.share(v);
        let upright = across.iter().map(|(v, _)| svg::line(&[(x_of(*v), top), (x_of(*v), bottom)]));
        let level = up.iter().map(|(v, _)| svg::line(&[(left, y_of(*v)), (right, y_of(*v))]));
        let drop = 0.42 * self.margin.3;
        html! {
            (svg::path("rule", &upright.chain(level).collect::<String>()))
            (svg::path("frame", &svg::line(&[(left, top), (left, bottom), (right, bottom)])))
            @for (v, written) in &across {
                (svg::text((x_of(*v), bottom + drop), Anchor::Middle, "tick", written))
            }
            @for (v, written) in &up {
                (svg::text((left - 7.0, y_of(*v) + 4.0), Anchor::End, "tick", written))
            }
            (svg::text((right, self.size.1 - 6.0), Anchor::End, "name", &svg::fitted(&self.x.label, 40)))
            (svg::text((6.0, 0.6 * top), Anchor::Start, "name", &svg::fitted(&self.y.label, 40)))
        }
    }
}
