//! Residuals: what outputs are off from their targets.

use super::chart::{Axis, Chart};
use super::columns::Column;
use super::plots::{any, keys, minus, points};
use super::svg::{self, Key, Mark};
use super::table;
use maud::{Markup, html};

/// Bars of a histogram.
const BARS: usize = 25;

/// The network in real numbers, in charts with dots.
const REAL: Key = ("c-real", Mark::Dot, "real");

/// The circuit, in charts with dots.
const CIRCUIT: Key = ("c-int", Mark::Dot, "circuit");

/// The plots of one output's residuals, side by side where there is room: target, real, integer.
pub fn plots(data: &[Vec<f64>; 3], column: &Column) -> Option<Markup> {
    let [target, real, integer] = data;
    let (real_off, off) = (minus(real, target), minus(integer, target));
    if !any(&off) {
        return None;
    }
    let all = vec![
        Some(against(data, column)),
        Some(over_output(data, (&real_off, &off), column)),
        Some(histogram(&real_off, &off, column)),
        Some(in_order(&real_off, &off, column)),
    ];
    Some(html! { div class="grid" { @if let Some(all) = table::join(all) { (all) } } })
}

/// What was predicted over what is true: a perfect network lies on the diagonal.
fn against(data: &[Vec<f64>; 3], column: &Column) -> Markup {
    let [target, real, integer] = data;
    let all = || target.iter().chain(real).chain(integer).copied();
    let x = Axis::over(&format!("true {}", column.label()), all());
    let y = Axis::over(&format!("predicted {}", column.label()), all());
    let chart = Chart::half(x, y);
    let ends = all().filter(|v| v.is_finite()).fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
    let body = html! {
        (svg::path("zero", &chart.line(&[(ends.0, ends.0), (ends.1, ends.1)])))
        (svg::path("dots c-real", &chart.dots(&points(target, real))))
        (svg::path("dots small c-int", &chart.dots(&points(target, integer))))
    };
    chart.figure("Predicted against true", &keys(&[(real, REAL), (integer, CIRCUIT)]), body)
}

/// Residuals over what was predicted: a bend or a funnel is structure that the network missed.
fn over_output(data: &[Vec<f64>; 3], (real_off, off): (&[f64], &[f64]), column: &Column) -> Markup {
    let [_, real, integer] = data;
    let x = Axis::over(&format!("predicted {}", column.label()), real.iter().chain(integer).copied());
    let y = residual_axis(real_off, off, column);
    let chart = Chart::half(x, y);
    let body = html! {
        (svg::path("zero", &chart.level(0.0)))
        (svg::path("dots c-real", &chart.dots(&points(real, real_off))))
        (svg::path("dots small c-int", &chart.dots(&points(integer, off))))
    };
    chart.figure("Residuals against predicted", &keys(&[(real_off, REAL), (off, CIRCUIT)]), body)
}

/// Residuals in the order of the file: a drift is seen here.
fn in_order(real_off: &[f64], off: &[f64], column: &Column) -> Markup {
    let rows: Vec<f64> = (0..off.len()).map(|i| i as f64).collect();
    let x = Axis::over("sample, in the order of the file", rows.iter().copied());
    let chart = Chart::half(x, residual_axis(real_off, off, column));
    let body = html! {
        (svg::path("zero", &chart.level(0.0)))
        (svg::path("dots c-real", &chart.dots(&points(&rows, real_off))))
        (svg::path("dots small c-int", &chart.dots(&points(&rows, off))))
    };
    chart.figure("Residuals in order", &keys(&[(real_off, REAL), (off, CIRCUIT)]), body)
}

/// An axis that all residuals and 0 lie on.
fn residual_axis(real_off: &[f64], off: &[f64], column: &Column) -> Axis {
    let all = real_off.iter().chain(off).copied().chain([0.0]);
    Axis::over(&format!("residual of {}", column.label()), all)
}

/// How often residuals fall where: those of the circuit as bars, those of the real-valued network as a line.
fn histogram(real_off: &[f64], off: &[f64], column: &Column) -> Markup {
    let finite = real_off.iter().chain(off).copied().filter(|v| v.is_finite());
    let reach = finite.fold(0.0, |m: f64, v| m.max(v.abs()));
    let reach = if reach > 0.0 { reach } else { 1.0 };
    let (real_bars, bars) = (bars(real_off, reach), bars(off, reach));
    let most = real_bars.iter().chain(&bars).map(|b| b.2).fold(1.0, f64::max);
    let x = Axis::between(&format!("residual of {}", column.label()), -reach, reach);
    let chart = Chart::half(x, Axis::between("samples", 0.0, 1.05 * most));
    let steps: Vec<(f64, f64)> = real_bars.iter().flat_map(|&(from, to, n)| [(from, n), (to, n)]).collect();
    let body = html! {
        (svg::path("fill c-int", &chart.bars(&bars)))
        @if any(real_off) { (svg::path("line c-real", &chart.line(&steps))) }
    };
    let (line, bar) = (("c-real", Mark::Line, "real"), ("c-int", Mark::Bar, "circuit"));
    chart.figure("Histogram of residuals", &keys(&[(real_off, line), (off, bar)]), body)
}

/// Counts of the values between -reach and reach: left edge, right edge, count.
fn bars(values: &[f64], reach: f64) -> Vec<(f64, f64, f64)> {
    let edge = |i: usize| reach * (2.0 * i as f64 / BARS as f64 - 1.0);
    let place = |v: f64| (((v / reach + 1.0) * 0.5 * BARS as f64).floor().max(0.0) as usize).min(BARS - 1);
    let mut counts = [0u32; BARS];
    for v in values.iter().filter(|v| v.is_finite()) {
        if let Some(n) = counts.get_mut(place(*v)) {
            *n += 1;
        }
    }
    counts.iter().enumerate().map(|(i, n)| (edge(i), edge(i + 1), f64::from(*n))).collect()
}
