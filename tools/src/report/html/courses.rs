//! Partial dependence: the circuit's mean outputs while one input runs over its range.

use super::chart::{Axis, Chart};
use super::columns::{Column, Columns};
use super::inputs::samples;
use super::json;
use super::number;
use super::svg::{self, Key, Mark};
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// Most inputs that are drawn.
const INPUTS: usize = 12;

/// Most outputs that are drawn.
const OUTPUTS: usize = 4;

/// Lines of classes: colours, then the same broken. More classes are not drawn.
const LINES: [&str; 12] = [
    "line c-1",
    "line c-2",
    "line c-3",
    "line c-4",
    "line c-5",
    "line c-6",
    "line dash c-1",
    "line dash c-2",
    "line dash c-3",
    "line dash c-4",
    "line dash c-5",
    "line dash c-6",
];

/// Share of a chart's height that the largest count of samples takes.
const COUNTS: f64 = 0.16;

/// How outputs follow one input.
struct Course {
    column: Column,
    at: Vec<f64>,
    mean: Vec<Vec<f64>>,
    histogram: Vec<f64>,
}

impl Course {
    fn of(value: &Value, columns: &Columns) -> Option<Course> {
        let input = json::count(value, "/input")? as usize;
        let numbers = |name: &str| -> Vec<f64> {
            json::list(value, name).iter().map(|v| json::float(v).unwrap_or(f64::NAN)).collect()
        };
        let (at, mean) = (numbers("/course/at"), json::rows(value, "/course/mean"));
        let column = columns.input(input);
        let drawn = !at.is_empty() && at.len() == mean.len();
        drawn.then(|| Course { column, at, mean, histogram: numbers("/course/histogram") })
    }

    /// The line of one output.
    fn line(&self, k: usize) -> Vec<(f64, f64)> {
        let mean = |row: &Vec<f64>| row.get(k).copied().unwrap_or(f64::NAN);
        self.at.iter().copied().zip(self.mean.iter().map(mean)).collect()
    }

    /// How much one output changes.
    fn reach(&self, k: usize) -> f64 {
        let values = self.line(k).into_iter().map(|p| p.1).filter(|v| v.is_finite());
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        (high - low).max(0.0)
    }

    /// A chart with these lines: class, output.
    fn chart(&self, y: &Axis, lines: &[(&str, usize)]) -> Markup {
        let span = self.column.span.or_else(|| Some((*self.at.first()?, *self.at.last()?)));
        let (low, high) = span.unwrap_or((0.0, 1.0));
        let x = Axis::over(&self.column.label(), self.at.iter().copied().chain([low, high]));
        let chart = Chart::half(x, y.clone());
        let step = (high - low) / self.histogram.len().max(1) as f64;
        let bar = |(i, n): (usize, &f64)| (low + step * i as f64, low + step * (i + 1) as f64, *n);
        let counts: Vec<(f64, f64, f64)> = self.histogram.iter().enumerate().map(bar).collect();
        let body = html! {
            (svg::path("count", &chart.counts(COUNTS, &counts)))
            @for (class, k) in lines { (svg::path(class, &chart.line(&self.line(*k)))) }
        };
        chart.figure(&format!("By {}", self.column.name), &[], body)
    }
}

/// The charts of all outputs; none where nothing is known.
pub fn courses(dependence: &Value, columns: &Columns) -> Option<Markup> {
    let all = json::list(dependence, "/inputs").iter().filter_map(|v| Course::of(v, columns));
    let all: Vec<Course> = all.take(INPUTS).collect();
    let outputs = all.iter().flat_map(|c| &c.mean).map(Vec::len).max()?;
    let charts = match columns.classes.is_empty() {
        true => values(&all, outputs, columns),
        false => classes(&all, outputs, columns),
    }?;
    Some(html! {
        h3 { "Partial dependence" }
        p {
            @match columns.classes.is_empty() {
                true => "The mean output of the circuit over ",
                false => "How many the circuit takes for each class of ",
            }
            (samples(dependence))
            " while one input runs over its range and the others stay as they are. Bars show where samples of training \
             lie: where there are few, a line says little."
        }
        (charts)
    })
}

/// A grid of charts for each output, with one height for all inputs.
fn values(all: &[Course], outputs: usize, columns: &Columns) -> Option<Markup> {
    let one = |k: usize| {
        let column = columns.output(k);
        let y = axis(&format!("mean {}", column.label()), all.iter().flat_map(|c| c.line(k)).map(|p| p.1));
        Some(html! {
            @if outputs > 1 { h3 { (column.label()) } }
            div class="grid" { @for course in all { (course.chart(&y, &[("line front c-int", k)])) } }
        })
    };
    let rest = outputs.saturating_sub(OUTPUTS);
    let rest = (rest > 0)
        .then(|| html! { p { "Not drawn: " (number::counted(rest as u64, "output")) "; " code { "report.json" } " has them." } });
    table::join((0..outputs.min(OUTPUTS)).map(one).chain([rest]).collect())
}

/// An axis that values lie on, with room for counts below them.
fn axis(label: &str, values: impl Iterator<Item = f64>) -> Axis {
    let start = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = values.filter(|v| v.is_finite()).fold(start, |(l, h), v| (l.min(v), h.max(v)));
    let room = if high > low { COUNTS / (1.0 - COUNTS) * (high - low) } else { 0.0 };
    Axis::over(label, [low - room, high].into_iter())
}

/// One grid: the shares of the samples that are taken for the classes that change most.
fn classes(all: &[Course], outputs: usize, columns: &Columns) -> Option<Markup> {
    let mut order: Vec<(usize, f64)> =
        (0..outputs).map(|k| (k, all.iter().map(|c| c.reach(k)).fold(0.0, f64::max))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut shown: Vec<usize> = order.iter().take(LINES.len()).map(|o| o.0).collect();
    shown.sort_unstable();
    let lines: Vec<(&str, usize)> = LINES.into_iter().zip(shown).collect();
    let name = |k: usize| columns.classes.get(k).map_or("-", String::as_str);
    let key = |&(class, k): &(&'static str, usize)| (class, Mark::Line, name(k));
    let keys: Vec<Key> = lines.iter().map(key).collect();
    let y = Axis::between("share taken for a class", -0.19, 1.04);
    let rest = outputs.saturating_sub(LINES.len());
    Some(html! {
        p { (svg::legend(&keys)) @if rest > 0 { "Not drawn: " (rest) " classes whose shares change less." } }
        div class="grid" { @for course in all { (course.chart(&y, &lines)) } }
    })
}
