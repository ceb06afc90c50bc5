//! The data: its rows, and each column with its span.

use super::columns::{Column, Columns};
use super::json;
use super::number;
use super::table;
use maud::Markup;
use serde_json::Value;

/// The section on the data; none where the report says nothing of them.
pub fn section(report: &Value) -> Option<Markup> {
    let columns = Columns::of(report);
    let count = |name: &str| json::count(report, &format!("/data/{name}")).map(number::count);
    let ignored = json::texts(report, "/data/ignored");
    let facts = table::facts(vec![
        ("Samples from", json::text(report, "/data/source")),
        ("Rows", count("rows")),
        ("Trained on", count("training")),
        ("Held out", count("held_out")),
        ("Test data", json::text(report, "/data/test")),
        (
            "Left out",
            json::count(report, "/data/skipped")
                .filter(|n| *n > 0)
                .map(|n| format!("{}: a cell has no value", number::counted(n, "sample"))),
        ),
        ("Columns not used", (!ignored.is_empty()).then(|| ignored.join(", "))),
    ]);
    let known = report.pointer("/columns").is_some();
    let row = |role: &str, c: &Column| {
        let end = |v: Option<f64>| v.map_or_else(|| "-".into(), number::short);
        let unit = c.unit.clone().unwrap_or_else(|| "-".into());
        vec![c.name.clone(), role.into(), unit, end(c.span.map(|s| s.0)), end(c.span.map(|s| s.1))]
    };
    let inputs = columns.inputs.iter().map(|c| row("input", c));
    let rows: Vec<Vec<String>> = inputs.chain(columns.outputs.iter().map(|c| row("output", c))).collect();
    let spans = (known && !rows.is_empty()).then(|| {
        let heads = ["column", "role", "unit", "least", "largest"];
        table::table("Columns and their spans in the samples of training", &heads, &[0, 1, 2], &rows)
    });
    table::join(vec![facts, spans])
}
