//! Inputs: how much is lost without each, and how outputs follow it.

use super::columns::{Column, Columns};
use super::courses;
use super::json;
use super::number;
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// Most inputs that stand in the table.
const ROWS: usize = 24;

/// Most outputs whose errors have a column of their own.
const OUTPUTS: usize = 3;

/// Samples that hardly tell the importance of inputs apart.
const FEW: u64 = 100;

/// The section on inputs; none where there is but one.
pub fn section(report: &Value) -> Option<Markup> {
    let dependence = report.pointer("/dependence").filter(|d| d.is_object())?;
    let columns = Columns::of(report);
    table::join(vec![importance(dependence, &columns), courses::courses(dependence, &columns)])
}

/// Samples that figures of dependence are averaged over, in words.
pub fn samples(dependence: &Value) -> String {
    let count = json::count(dependence, "/samples").map(|n| number::counted(n, "sample"));
    let which = match json::flag(dependence, "/held_out") {
        Some(true) => " held out",
        Some(false) => " of training",
        None => "",
    };
    format!("{}{which}", count.unwrap_or_else(|| "the samples".into()))
}

/// What one input is worth.
struct Effect {
    column: Column,
    shuffled: Vec<f64>,
    importance: f64,
    deviation: Option<f64>,
}

impl Effect {
    fn of(value: &Value, columns: &Columns) -> Option<Effect> {
        let input = json::count(value, "/input")? as usize;
        let shuffled = json::list(value, "/shuffled").iter().map(|v| json::float(v).unwrap_or(f64::NAN));
        Some(Effect {
            column: columns.input(input),
            shuffled: shuffled.collect(),
            importance: json::number(value, "/importance")?,
            deviation: json::number(value, "/deviation"),
        })
    }
}

/// The inputs with bars, from the one without which most is lost.
fn importance(dependence: &Value, columns: &Columns) -> Option<Markup> {
    let classes = json::text(dependence, "/measure").as_deref() == Some("wrong-classes");
    let all = json::list(dependence, "/inputs").iter().filter_map(|v| Effect::of(v, columns));
    let all: Vec<Effect> = all.collect();
    let most = all.iter().map(|e| e.importance).fold(0.0, f64::max);
    let before: Vec<f64> = json::list(dependence, "/error").iter().filter_map(json::float).collect();
    let heads = heads(classes, before.len(), columns);
    let shown = |v: &f64| if classes { number::percent(*v) } else { number::short(*v) };
    let errors = |values: &[f64]| -> Vec<Markup> {
        values.iter().take(OUTPUTS).map(|v| html! { (shown(v)) }).collect()
    };
    let row = |e: &Effect| {
        let width = if most > 0.0 { 100.0 * (e.importance / most).clamp(0.0, 1.0) } else { 0.0 };
        let spread = e.deviation.map(|d| format!(" ± {}", number::digits(100.0 * d, 2)));
        let worth = html! { (number::rough_percent(e.importance)) span class="share" { (spread.unwrap_or_default()) } };
        let bar = html! { div class="bar" { span style={ "width:" (format!("{width:.1}")) "%" } {} } };
        [vec![html! { (e.column.label()) }], errors(&e.shuffled), vec![worth, bar]].concat()
    };
    let whole = [vec![html! { "none" }], errors(&before), vec![html! { "-" }, html! {}]].concat();
    let rows: Vec<Vec<Markup>> = std::iter::once(whole).chain(all.iter().take(ROWS).map(row)).collect();
    let rest = all.len().saturating_sub(ROWS);
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    (!all.is_empty()).then(|| {
        html! {
            (intro(dependence, classes, before.len()))
            (table::marked("Permutation importance", &heads, &[0, heads.len() - 1], &rows))
            @if rest > 0 { p { (number::counted(rest as u64, "more input")) " in " code { "report.json" } "." } }
        }
    })
}

/// The heads of the table: the input, an error for each output, the importance, its bar.
fn heads(classes: bool, outputs: usize, columns: &Columns) -> Vec<String> {
    let error = |k: usize| match (classes, outputs) {
        (true, _) => "classes found wrong".to_owned(),
        (false, 1) => "mean absolute error".into(),
        (false, _) => format!("mean absolute error of {}", columns.output(k).label()),
    };
    let ends = [if classes { "more of all samples" } else { "more, of the range" }, ""].map(str::to_owned);
    let names = (0..outputs.min(OUTPUTS)).map(error);
    std::iter::once("shuffled input".to_owned()).chain(names).chain(ends).collect()
}

/// What the table shows.
fn intro(dependence: &Value, classes: bool, outputs: usize) -> Markup {
    let times = json::count(dependence, "/shuffles").map_or_else(String::new, |n| match n {
        1 => " once".into(),
        n => format!(" {n} times"),
    });
    let seed = json::count(dependence, "/seed").map_or_else(String::new, |n| format!(", seed {n}"));
    html! {
        p {
            "The circuit's error where one input is shuffled" (times) " among " (samples(dependence)) (seed)
            ": an input that it does not need costs nothing. "
            @if classes { "± is the standard deviation over the shuffles. " } @else {
                "What the error grows by is in percent of the output's range"
                @if outputs > 1 { ", all outputs added up" }
                ", ± the standard deviation over the shuffles. "
            }
            @if json::count(dependence, "/samples").is_some_and(|n| n < FEW) { "Of so few samples the order is rough. " }
            "Of inputs that tell the same, each looks less important than both are."
        }
    }
}
