//! Plots of samples: target, real-valued network and circuit.

use super::chart::{Axis, Chart};
use super::classmap;
use super::columns::{Column, Columns};
use super::figures;
use super::json;
use super::number;
use super::residuals;
use super::svg::{self, Key, Mark};
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// Most outputs that are drawn.
const OUTPUTS: usize = 6;

/// The legend of charts with all three.
pub const TARGET: Key = ("c-target", Mark::Dot, "target");
/// The network in real numbers.
pub const REAL: Key = ("c-real", Mark::Line, "real");
/// The circuit.
pub const CIRCUIT: Key = ("c-int", Mark::Line, "circuit");

/// The samples that are drawn, as rows.
pub struct Drawn {
    /// Inputs.
    pub x: Vec<Vec<f64>>,
    /// Targets; none where they are not known.
    pub target: Vec<Vec<f64>>,
    /// Outputs of the network in real numbers; none where there is none.
    pub real: Vec<Vec<f64>>,
    /// Outputs of the circuit.
    pub integer: Vec<Vec<f64>>,
}

impl Drawn {
    /// The samples of a report; none where inputs or outputs are missing.
    fn of(report: &Value) -> Option<Drawn> {
        let rows = |name: &str| json::rows(report, &format!("/drawn/{name}"));
        let (x, integer) = (rows("x"), rows("integer"));
        let drawn = Drawn { x, target: rows("target"), real: rows("real"), integer };
        let width = |rows: &[Vec<f64>]| rows.iter().map(Vec::len).max().unwrap_or(0);
        (width(&drawn.x) > 0 && width(&drawn.integer) > 0).then_some(drawn)
    }

    /// A column of the inputs.
    pub fn input(&self, i: usize) -> Vec<f64> {
        column(&self.x, i, self.x.len())
    }

    /// How many outputs every row of the circuit may have.
    fn outputs(&self) -> usize {
        self.integer.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// Target, real-valued network and circuit of one output.
    fn output(&self, o: usize) -> [Vec<f64>; 3] {
        [&self.target, &self.real, &self.integer].map(|rows| column(rows, o, self.x.len()))
    }
}

/// A column of as many rows; NaN where a row lacks it.
fn column(rows: &[Vec<f64>], c: usize, count: usize) -> Vec<f64> {
    let cell = |r: usize| rows.get(r).and_then(|row| row.get(c)).copied().unwrap_or(f64::NAN);
    (0..count).map(cell).collect()
}

/// Whether any value can be drawn.
pub fn any(values: &[f64]) -> bool {
    values.iter().any(|v| v.is_finite())
}

/// The differences of two columns.
pub fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// Two columns as points.
pub fn points(x: &[f64], y: &[f64]) -> Vec<(f64, f64)> {
    x.iter().copied().zip(y.iter().copied()).collect()
}

/// The section of plots; none where no samples are drawn.
pub fn section(report: &Value) -> Option<Markup> {
    let drawn = Drawn::of(report)?;
    let columns = Columns::of(report);
    if figures::classes(report) {
        let map = classmap::map(&drawn, &columns)?;
        return Some(html! { (intro(report, &drawn)) (map) });
    }
    let inputs = drawn.x.iter().map(Vec::len).max().unwrap_or(0);
    let outputs = drawn.outputs();
    let plots = (0..outputs.min(OUTPUTS)).filter_map(|o| {
        let column = columns.output(o);
        let body =
            output(&drawn.output(o), (inputs == 1).then(|| (drawn.input(0), columns.input(0))), &column)?;
        Some(html! { @if outputs > 1 { h3 { (column.label()) } } (body) })
    });
    let plots: Vec<Markup> = plots.collect();
    let rest = outputs.saturating_sub(OUTPUTS);
    (!plots.is_empty()).then(|| {
        html! {
            (intro(report, &drawn))
            @for plot in &plots { (plot) }
            @if rest > 0 { p { "Not drawn: " (number::counted(rest as u64, "output")) "." } }
        }
    })
}

/// Which samples are drawn.
fn intro(report: &Value, drawn: &Drawn) -> Markup {
    let samples = number::counted(drawn.x.len() as u64, "sample");
    html! {
        p {
            (samples) " are drawn"
            @match json::flag(report, "/drawn/held_out") {
                Some(true) => ", held out: neither training nor selection saw them.",
                Some(false) => " from those of training.",
                None => ".",
            }
        }
    }
}

/// The plots of one output: over the input if there is one, and of its residuals.
fn output(data: &[Vec<f64>; 3], over: Option<(Vec<f64>, Column)>, column: &Column) -> Option<Markup> {
    let curves = over.and_then(|(x, input)| {
        table::join(vec![curves(data, &x, &input, column), errors(data, &x, &input, column)])
    });
    table::join(vec![curves, residuals::plots(data, column)])
}

/// The order of samples by their input; samples without one are left out.
fn by_input(x: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..x.len()).filter(|i| x.get(*i).is_some_and(|v| v.is_finite())).collect();
    let key = |i: &usize| x.get(*i).copied().unwrap_or(f64::NAN);
    order.sort_by(|a, b| key(a).total_cmp(&key(b)));
    order
}

/// A column in some order, over the inputs.
fn ordered(order: &[usize], x: &[f64], y: &[f64]) -> Vec<(f64, f64)> {
    order.iter().filter_map(|i| Some((*x.get(*i)?, *y.get(*i)?))).collect()
}

/// Target, real-valued network and circuit over the only input.
fn curves(data: &[Vec<f64>; 3], x: &[f64], input: &Column, output: &Column) -> Option<Markup> {
    let [target, real, integer] = data;
    if !any(integer) {
        return None;
    }
    let order = by_input(x);
    let over = |y: &[f64]| ordered(&order, x, y);
    let all = target.iter().chain(real).chain(integer).copied();
    let axes = (Axis::over(&input.label(), x.iter().copied()), Axis::over(&output.label(), all));
    let chart = Chart::wide(340.0, axes.0, axes.1);
    let body = html! {
        (svg::path("dots c-target", &chart.dots(&over(target))))
        (svg::path("line broad c-real", &chart.line(&over(real))))
        (svg::path("line c-int", &chart.line(&over(integer))))
    };
    let title = format!("{} over {}", output.name, input.name);
    Some(chart.figure(&title, &keys(&[(target, TARGET), (real, REAL), (integer, CIRCUIT)]), body))
}

/// The errors of both networks over the only input.
fn errors(data: &[Vec<f64>; 3], x: &[f64], input: &Column, output: &Column) -> Option<Markup> {
    let [target, real, integer] = data;
    let (real, integer) = (minus(real, target), minus(integer, target));
    if !any(&integer) {
        return None;
    }
    let order = by_input(x);
    let over = |y: &[f64]| ordered(&order, x, y);
    let all = real.iter().chain(&integer).copied().chain([0.0]);
    let label = format!("error of {}", output.label());
    let axes = (Axis::over(&input.label(), x.iter().copied()), Axis::over(&label, all));
    let chart = Chart::wide(220.0, axes.0, axes.1);
    let body = html! {
        (svg::path("zero", &chart.level(0.0)))
        (svg::path("line broad c-real", &chart.line(&over(&real))))
        (svg::path("line c-int", &chart.line(&over(&integer))))
    };
    let title = format!("Error over {}: output less target", input.name);
    Some(chart.figure(&title, &keys(&[(&real, REAL), (&integer, CIRCUIT)]), body))
}

/// The entries of a legend whose columns can be drawn.
pub fn keys<'a>(all: &[(&[f64], Key<'a>)]) -> Vec<Key<'a>> {
    all.iter().filter(|(values, _)| any(values)).map(|(_, key)| *key).collect()
}
