//! Errors: training and held out, real and integer, side by side.

use super::columns::{Column, Columns};
use super::confusion;
use super::figures::{self, Figures};
use super::json;
use super::number;
use super::table;
use super::verdict;
use maud::{Markup, html};
use serde_json::Value;

/// Figures of values by their names in the report. The last is no length, so it has no share of the range.
const VALUES: [(&str, &str); 6] = [
    ("mae", "Mean absolute error"),
    ("rmse", "Root mean square error"),
    ("sd", "Standard deviation"),
    ("max", "Largest error"),
    ("p95", "95th percentile"),
    ("r2", "R²"),
];

/// Figures of classes.
const CLASSES: [(&str, &str); 2] = [("accuracy", "Accuracy"), ("macro_f1", "Macro-F1")];

/// Most outputs that get a table of their own.
const OUTPUTS: usize = 16;

/// The section on errors; none without a figure.
pub fn section(report: &Value) -> Option<Markup> {
    let all = figures::all(report);
    let columns = Columns::of(report);
    let only = columns.outputs.first().filter(|_| columns.outputs.len() == 1);
    let title = match (only, figures::classes(report)) {
        (Some(c), false) => format!("Errors of {}", c.label()),
        (None, false) => "Errors of all outputs".into(),
        (_, true) => "Classes found".into(),
    };
    table::join(vec![
        intro(&all),
        figures_table(&title, &all, only.and_then(Column::range)),
        outputs(&all, &columns),
        baselines(report),
        loss(report),
        confusion::matrices(&all),
    ])
}

/// What the words of the tables mean.
fn intro(all: &[Figures]) -> Option<Markup> {
    (!all.is_empty()).then(|| {
        html! {
            p {
                em { "Real" } " is the network in real numbers; "
                em { "circuit" } " is what the circuit computes, in integers. "
                em { "Held out" } " are samples that neither training nor selection saw."
                @if all.iter().any(|f| f.get("mae").is_some()) {
                    " Errors are in the units of the data, and in percent of the range where that is known."
                }
            }
        }
    })
}

/// A table of figures: a row for each measure, a column for each network and its samples.
fn figures_table(title: &str, all: &[Figures], range: Option<f64>) -> Option<Markup> {
    let known: Vec<&Figures> = all.iter().collect();
    let heads: Vec<String> = known.iter().map(|f| f.head()).collect();
    let heads: Vec<&str> = std::iter::once("figure").chain(heads.iter().map(String::as_str)).collect();
    let samples = known.iter().map(|f| html! { (f.samples.map_or_else(|| "-".into(), number::count)) });
    let mut rows = vec![std::iter::once(html! { "Samples" }).chain(samples).collect::<Vec<_>>()];
    for (name, words) in VALUES.iter().chain(&CLASSES) {
        if known.iter().any(|f| f.get(name).is_some()) {
            let cells = known.iter().map(|f| cell(name, f.get(name), range));
            rows.push(std::iter::once(html! { (words) }).chain(cells).collect());
        }
    }
    (rows.len() > 1).then(|| table::marked(title, &heads, &[0], &rows))
}

/// A figure, with its share of the range where it has one.
fn cell(name: &str, value: Option<f64>, range: Option<f64>) -> Markup {
    let Some(v) = value else { return html! { "-" } };
    let length = !matches!(name, "r2" | "accuracy" | "macro_f1");
    let share = range.filter(|_| length).map(|r| number::rough_percent(v / r));
    html! {
        @match name {
            "accuracy" => (number::percent(v)),
            "r2" | "macro_f1" => (number::up_to_one(v)),
            _ => (number::short(v)),
        }
        @if let Some(share) = share { " " span class="share" { (share) } }
    }
}

/// The figures of each output, where there are several.
fn outputs(all: &[Figures], columns: &Columns) -> Option<Markup> {
    let count = all.iter().map(Figures::outputs).max().unwrap_or(0);
    if count < 2 {
        return None;
    }
    let one = |o: usize| {
        let figures: Vec<Figures> = all.iter().filter_map(|f| f.output(o)).collect();
        let column = columns.output(o);
        figures_table(&format!("Errors of {}", column.label()), &figures, column.range())
    };
    let rest = count.saturating_sub(OUTPUTS);
    let rest =
        (rest > 0).then(|| html! { p { (rest) " more outputs stand in " code { "report.json" } "." } });
    let tables = (0..count.min(OUTPUTS)).map(one);
    table::join(std::iter::once(Some(html! { h3 { "Each output" } })).chain(tables).chain([rest]).collect())
}

/// Simpler models beside the circuit, on the same samples.
fn baselines(report: &Value) -> Option<Markup> {
    let classes = figures::classes(report);
    let ours = ["/mae_fixed", "/accuracy_fixed", "/mae", "/accuracy"];
    let ours = ours.iter().find_map(|p| json::number(report, p));
    let shown = |v: f64| if classes { number::percent(v) } else { number::short(v) };
    let beside = |v: f64| match (classes, ours) {
        (false, Some(o)) if o > 0.0 => format!("{} ×", number::digits(v / o, 3)),
        (true, Some(o)) => format!("{} points", number::fixed(100.0 * (v - o), 2)),
        _ => "-".into(),
    };
    let named = |name: &str| match name {
        "constant" => "A constant".to_owned(),
        "linear" => "A linear fit".into(),
        "cubic" => "A cubic polynomial of each input, added up".into(),
        "table" => "A table of the input alone, in integers".into(),
        other => json::clean(other),
    };
    let all = report.pointer("/baselines").and_then(Value::as_object)?;
    let known = all.iter().filter_map(|(name, v)| Some((named(name), json::float(v)?)));
    let mut rows: Vec<Vec<String>> = known.map(|(n, v)| vec![n, shown(v), beside(v)]).collect();
    if rows.is_empty() {
        return None;
    }
    rows.extend(ours.map(|o| vec!["This circuit".into(), shown(o), beside(o)]));
    let what = if classes { "accuracy" } else { "mean absolute error" };
    let on = json::count(report, "/test_samples")
        .map(|n| format!(" on the same {}", number::counted(n, "sample")));
    let title = format!("Simpler models{}", on.unwrap_or_default());
    Some(table::table(&title, &["model", what, "against the circuit"], &[0], &rows))
}

/// What rounding loses, where that was allowed; where it was not, the verdict says so.
fn loss(report: &Value) -> Option<Markup> {
    let sentence = verdict::loss(report)?;
    Some(html! { p { "What rounding to integers loses. " (sentence) "." } })
}
