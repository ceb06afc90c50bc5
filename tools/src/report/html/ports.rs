//! Ports: what goes in, what comes out, and what a code means.

use super::columns::{Column, Columns};
use super::json;
use super::number::{self, Format};
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// Most ports that are listed.
const PORTS: usize = 64;

/// The section on ports; none where no format is known.
pub fn section(report: &Value) -> Option<Markup> {
    let columns = Columns::of(report);
    let formats = json::texts(report, "/plan/inputs");
    if formats.is_empty() {
        return None;
    }
    let inputs = formats.iter().enumerate();
    let inputs = inputs.take(PORTS).map(|(i, f)| port("in", &named(report, 0, i), &columns.input(i), f));
    let rows: Vec<Vec<String>> = inputs.chain(outputs(report, &columns)).collect();
    let heads = ["port", "way", "column", "unit", "format", "one step", "least value", "largest value"];
    let rest = formats.len().saturating_sub(PORTS);
    Some(html! {
        (how(report))
        (table::table("Data ports", &heads, &[0, 1, 2, 3, 4], &rows))
        @if rest > 0 { p { (number::counted(rest as u64, "more input")) " in " code { "manifest.json" } "." } }
        @if let Some(example) = example(report, &columns, &formats) { (example) }
        @if let Some(classes) = classes(report, &columns) { (classes) }
    })
}

/// The name of an input port, or of an output port: reports of old know none.
fn named(report: &Value, way: usize, i: usize) -> String {
    let known = json::texts(report, &format!("/plan/ports/{way}"));
    known.get(i).cloned().unwrap_or_else(|| format!("{}{i}", ["x", "y"][way]))
}

/// How a sample enters and its result leaves.
fn how(report: &Value) -> Markup {
    let latency = json::count(report, "/latency");
    let interval = json::count(report, "/interval").unwrap_or(1);
    html! {
        p {
            "A sample enters in a clock in which " code { "in_valid" } " is high. "
            @if let Some(n) = latency {
                "Its result leaves " (number::counted(n, "clock")) " later, with " code { "out_valid" } " high. "
            }
            @if interval > 1 {
                code { "in_ready" } " is high again " (number::counted(interval, "clock")) " after a sample was taken; "
                "a sample counts only where both are high. "
            } @else {
                "The next sample may enter in the next clock. "
            }
            code { "rst" } " is synchronous and active high: hold it for one clock after power-up."
        }
        p {
            "A code " var { "c" } " of format s" var { "W" } "." var { "F" } " means " var { "c" } " / 2"
            sup { var { "F" } } ". Codes are in two's complement, or plain binary where a format is unsigned."
        }
    }
}

/// The row of a port.
fn port(way: &str, port: &str, column: &Column, text: &str) -> Vec<String> {
    let format = Format::parse(text);
    let figure = |v: Option<f64>| v.map_or_else(|| "-".into(), number::short);
    let name = if column.name.is_empty() { "-".into() } else { column.name.clone() };
    vec![
        port.into(),
        way.into(),
        name,
        column.unit.clone().unwrap_or_else(|| "-".into()),
        text.into(),
        figure(format.map(|f| f.step())),
        figure(format.map(|f| f.range().0)),
        figure(format.map(|f| f.range().1)),
    ]
}

/// The rows of the outputs: values of the last layer, or the number of a class.
fn outputs(report: &Value, columns: &Columns) -> Vec<Vec<String>> {
    if !columns.classes.is_empty() {
        let codes = columns.classes.len().max(2) - 1;
        let width = usize::BITS - codes.leading_zeros();
        let class = Column { name: "class".into(), ..Column::default() };
        return vec![port("out", &named(report, 1, 0), &class, &format!("u{width}.0"))];
    }
    let layers = json::list(report, "/plan/layers");
    let format = layers.last().and_then(|l| json::text(l, "/y")).unwrap_or_else(|| "-".into());
    // Of several formats the summary does not say which output has which.
    let format =
        if Format::parse(&format).is_some() { format } else { format!("{format} (see manifest.json)") };
    let all = columns.outputs.iter().enumerate().take(PORTS);
    all.map(|(o, column)| port("out", &named(report, 1, o), column, &format)).collect()
}

/// A value of the first input that its port holds, with its code.
fn example(report: &Value, columns: &Columns, formats: &[String]) -> Option<Markup> {
    let known = columns.inputs.iter().zip(formats).enumerate().find_map(|(i, (column, text))| {
        let (format, value) = (Format::parse(text)?, column.span?.1);
        let (least, largest) = format.range();
        (least..=largest).contains(&value).then_some((i, column, text, format, value))
    });
    let (i, column, text, format, value) = known?;
    let code = format.code(value);
    Some(html! {
        p class="note" {
            "For example: " (column.name) " = " (number::with_unit(value, column.unit.as_deref())) " is the code "
            (number::fixed(code, 0)) " of port " code { (named(report, 0, i)) } ", since " (text) " has steps of "
            (number::short(format.step())) " and that code means " (number::plain(code * format.step())) "."
        }
    })
}

/// The classes by the numbers that stand for them.
fn classes(report: &Value, columns: &Columns) -> Option<Markup> {
    let all = columns.classes.iter().enumerate().take(PORTS);
    let rows: Vec<Vec<String>> = all.map(|(i, class)| vec![i.to_string(), class.clone()]).collect();
    let head = format!("code of {}", named(report, 1, 0));
    (!rows.is_empty()).then(|| table::table("Codes of the classes", &[&head, "class"], &[0, 1], &rows))
}
