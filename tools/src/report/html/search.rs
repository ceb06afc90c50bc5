//! The search: the circuits that it found, from the smallest to the best, and what cross-validation shows.

use super::chart::{Axis, Chart};
use super::figures;
use super::json;
use super::number;
use super::svg;
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// The section on the search; none where nothing was searched for.
pub fn section(report: &Value) -> Option<Markup> {
    table::join(vec![found(report), folds(report)])
}

/// Errors over look-up tables, and a table of them.
fn found(report: &Value) -> Option<Markup> {
    let all = json::list(report, "/found");
    let size = |f: &Value| json::count(f, "/lut_estimate");
    let error = |f: &Value| json::number(f, "/held_out_error");
    let merit = |f: &Value| json::number(f, "/merit").or_else(|| error(f));
    let points: Vec<(f64, f64)> =
        all.iter().filter_map(|f| Some((size(f)?.max(1) as f64, merit(f)?))).collect();
    if points.is_empty() {
        return None;
    }
    let classes = figures::classes(report);
    let what =
        if classes { "share of errors" } else { "root mean square error, in deviations of the target" };
    let drawn = |pick: fn(&(f64, f64)) -> f64| points.iter().filter(|p| p.1 > 0.0).map(pick);
    let x = Axis::decades("look-up tables, estimate", drawn(|p| p.0));
    let y =
        Axis::decades(if classes { "error + cross-entropy" } else { "error, deviations" }, drawn(|p| p.1));
    let chart = Chart::wide(280.0, x, y);
    let line = chart.line(&points);
    let body = html! { (svg::path("line front c-int", &line)) };
    let chosen = json::count(report, "/lut_estimate");
    let rows = all.iter().map(|f| {
        let built = if size(f) == chosen { " (built)" } else { "" };
        vec![
            format!("{}{built}", size(f).map_or_else(|| "-".into(), number::count)),
            json::text(f, "/kind").unwrap_or_else(|| "-".into()),
            error(f).map_or_else(|| "-".into(), if classes { number::percent } else { number::short }),
            merit(f).map_or_else(|| "-".into(), number::short),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let heads = ["look-up tables", "what", what, "merit"];
    let looked = json::count(report, "/looked_at").map(|n| number::counted(n, "circuit"));
    Some(html! {
        p {
            @if let Some(looked) = looked { (looked) " were looked at. " }
            "Errors are those on samples of training that were kept away to select. The merit selects, the less the better: "
            @if classes { "error plus cross-entropy in nats, which tells circuits apart that err alike. " } @else { "the error. " }
            "Of circuits that none beats in size and merit, the best for its size was built."
        }
        (chart.figure("Circuits that were found", &[], body))
        (table::table("Circuits that were found", &heads, &[1], &rows))
    })
}

/// The folds of cross-validation.
fn folds(report: &Value) -> Option<Markup> {
    let all = json::list(report, "/cross_validation/folds");
    let accuracy = json::text(report, "/cross_validation/figure")? == "accuracy";
    let shown = |v: f64| if accuracy { number::percent(v) } else { number::short(v) };
    let (mean, deviation) = (
        json::number(report, "/cross_validation/mean")?,
        json::number(report, "/cross_validation/deviation")?,
    );
    let name = if accuracy { "accuracy" } else { "mean absolute error" };
    let rows = all.iter().enumerate().map(|(k, f)| {
        vec![
            (k + 1).to_string(),
            json::count(f, "/samples").map_or_else(|| "-".into(), number::count),
            json::number(f, "/figure").map_or_else(|| "-".into(), shown),
            json::count(f, "/lut_estimate").map_or_else(|| "-".into(), number::count),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    Some(html! {
        p {
            "Cross-validation learned " (all.len()) " more circuits, each without a fold of the samples, and judged each by that fold: "
            (name) " " (shown(mean)) " in the mean, standard deviation " (shown(deviation)) "."
        }
        (table::table("Cross-validation", &["fold", "samples", name, "LUT, estimate"], &[], &rows))
    })
}
