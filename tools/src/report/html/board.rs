//! The board: what the circuit takes of its part, and how fast it is there.

use super::json;
use super::number;
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// What is known of the board; none where the circuit was built for none.
pub fn board(report: &Value) -> Option<Markup> {
    let board = report.pointer("/board").filter(|b| b.is_object())?;
    let name = json::text(board, "/board").unwrap_or_else(|| "board".into());
    let body = table::join(vec![facts(board), sites(board), clocks(board), path(board)])?;
    Some(html! { h3 { "On the board " (name) } (body) })
}

/// Part, counts of synthesis, clock, serial line, bitstream.
fn facts(board: &Value) -> Option<Markup> {
    let counts = [("lut", "LUT"), ("ff", "FF"), ("carry", "carry cells"), ("dsp", "DSP"), ("bram", "BRAM")];
    let counted = counts.iter().filter_map(|(name, word)| {
        Some(format!("{} {word}", number::count(json::count(board, &format!("/counts/{name}"))?)))
    });
    let counted: Vec<String> = counted.collect();
    let mhz = |name: &str| json::number(board, name).map(|f| format!("{} MHz", number::short(f)));
    let tried: Vec<String> =
        json::list(board, "/timing/tried_mhz").iter().filter_map(json::float).map(number::short).collect();
    let baud = json::count(board, "/serial/baud").map(|b| {
        let off = json::number(board, "/serial/error_percent");
        let off = off.map_or_else(String::new, |e| format!(", off by {} %", number::digits(e, 2)));
        format!("{} bits/s{off}", number::count(b))
    });
    let tools = json::list(board, "/tools").iter().filter_map(|t| json::text(t, "/1"));
    let tools: Vec<String> = tools.collect();
    table::facts(vec![
        ("Part", json::text(board, "/part")),
        ("Synthesis counts", (!counted.is_empty()).then(|| counted.join(", "))),
        ("Clock asked for", mhz("/clock_mhz")),
        ("Clock reached", mhz("/timing/achieved_mhz")),
        ("Placements tried", (tried.len() > 1).then(|| format!("{} MHz", tried.join(", ")))),
        ("Placement seed", json::count(board, "/timing/seed").map(|n| n.to_string())),
        ("Serial line", baud),
        ("Bitstream", json::text(board, "/bitstream")),
        ("Tools", (!tools.is_empty()).then(|| tools.join("; "))),
        ("Time", json::number(board, "/seconds").map(number::seconds)),
    ])
}

/// How much of the part is taken, with a bar for each kind of site.
fn sites(board: &Value) -> Option<Markup> {
    let row = |u: &Value| {
        let (used, available) = (json::count(u, "/used")?, json::count(u, "/available")?);
        let share = used as f64 / available.max(1) as f64;
        let width = 100.0 * share.clamp(0.0, 1.0);
        Some(vec![
            html! { (json::text(u, "/site").unwrap_or_else(|| "-".into())) },
            html! { (number::count(used)) },
            html! { (number::count(available)) },
            html! { (number::rough_percent(share)) },
            html! { div class="bar" { span style={ "width:" (format!("{width:.1}")) "%" } {} } },
        ])
    };
    let rows: Vec<Vec<Markup>> = json::list(board, "/utilization").iter().filter_map(row).collect();
    let heads = ["site", "used", "of", "share", ""];
    (!rows.is_empty()).then(|| table::marked("What it takes of the part", &heads, &[0, 4], &rows))
}

/// Every clock: what it reaches and what it must.
fn clocks(board: &Value) -> Option<Markup> {
    let row = |f: &Value| {
        let mhz = |name: &str| json::number(f, name).map_or_else(|| "-".into(), number::short);
        vec![
            json::text(f, "/clock").unwrap_or_else(|| "-".into()),
            mhz("/achieved_mhz"),
            mhz("/required_mhz"),
        ]
    };
    let rows: Vec<Vec<String>> = json::list(board, "/timing/fmax").iter().map(row).collect();
    let heads = ["clock", "reaches, MHz", "must, MHz"];
    (!rows.is_empty()).then(|| table::table("Clocks after routing", &heads, &[0], &rows))
}

/// The longest path, in words.
fn path(board: &Value) -> Option<Markup> {
    let path = board.pointer("/timing/critical_path")?;
    let total = json::number(path, "/total_ns")?;
    let (from, to) = (json::text(path, "/from")?, json::text(path, "/to")?);
    let routing = json::number(path, "/routing_ns");
    let cells = json::list(path, "/steps").iter();
    let cells = cells.filter(|s| json::text(s, "/kind").as_deref() == Some("logic")).count() as u64;
    Some(html! {
        p {
            "The longest path takes " (number::short(total)) " ns from " (from) " to " (to)
            @if cells > 0 { ", through " (number::counted(cells, "cell")) }
            @if let Some(ns) = routing { ", " (number::short(ns)) " ns of it in wires" }
            "."
        }
    })
}
