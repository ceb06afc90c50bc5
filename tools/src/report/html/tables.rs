//! Tables with their certificates: how far they are off, over all codes.

use super::json;
use super::number::{self, Format};
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// Most tables that are listed.
const TABLES: usize = 64;

/// The section on tables; none where the plan has none.
pub fn section(report: &Value) -> Option<Markup> {
    let all = json::list(report, "/plan/tables");
    let rows: Vec<Vec<String>> = all.iter().take(TABLES).enumerate().map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let rest = all.len().saturating_sub(TABLES);
    let worst = all
        .iter()
        .filter_map(|t| json::number(t, "/worst_ulp"))
        .fold(None, |most: Option<f64>, v| Some(most.map_or(v, |m| m.max(v))));
    let heads = [
        "table",
        "function",
        "argument",
        "result",
        "one ulp",
        "degree",
        "segments",
        "worst, ulp",
        "at code",
        "correctly rounded",
        "codes run",
    ];
    Some(html! {
        p {
            "One ulp is one step of a table's result: the weight of its last bit. "
            "A table is correctly rounded where it is off by at most half an ulp. "
            "Each table was compared with its function on every code of its argument."
            @if let Some(worst) = worst { " The worst error of all is " strong { (number::short(worst)) " ulp" } "." }
        }
        (table::table("Tables and their certificates", &heads, &[0, 1, 2, 3], &rows))
        @if rest > 0 { p { (number::counted(rest as u64, "more table")) " in " code { "report.json" } "." } }
    })
}

/// The row of a table.
fn row((i, t): (usize, &Value)) -> Vec<String> {
    let text = |name: &str| json::text(t, name).unwrap_or_else(|| "-".into());
    let count = |name: &str| json::count(t, name).map_or_else(|| "-".into(), number::count);
    let figure = |name: &str| json::number(t, name);
    let ulp = json::text(t, "/output").and_then(|f| Format::parse(&f)).map(|f| number::short(f.step()));
    vec![
        i.to_string(),
        text("/function"),
        text("/input"),
        text("/output"),
        ulp.unwrap_or_else(|| "-".into()),
        count("/degree"),
        count("/segments"),
        figure("/worst_ulp").map_or_else(|| "-".into(), number::short),
        figure("/worst_code").map_or_else(|| "-".into(), |v| number::fixed(v, 0)),
        figure("/correctly_rounded").map_or_else(|| "-".into(), number::percent),
        count("/codes"),
    ]
}
