//! The circuit: how it spends time, what for, and on which part.

use super::board;
use super::json;
use super::number;
use super::resources;
use super::table;
use super::wave;
use maud::Markup;
use serde_json::Value;

/// The section on the circuit; none where nothing is known of it.
pub fn section(report: &Value) -> Option<Markup> {
    table::join(vec![facts(report), wave::wave(report), resources::resources(report), board::board(report)])
}

/// What every circuit has.
fn facts(report: &Value) -> Option<Markup> {
    let clock = json::number(report, "/clock_mhz").filter(|f| *f > 0.0);
    let time =
        |n: u64| clock.map_or_else(String::new, |f| format!(", {} ns", number::short(n as f64 * 1e3 / f)));
    let clocks =
        |name: &str| json::count(report, name).map(|n| format!("{}{}", number::counted(n, "clock"), time(n)));
    let interval = json::count(report, "/interval").map(|n| match n {
        1 => format!("a sample every clock{}", time(1)),
        n => format!("a sample every {n} clocks{}", time(n)),
    });
    let words = |name: &str| match json::text(report, name)?.as_str() {
        "parallel" => Some("parallel: every neuron is there".to_owned()),
        "folded" => Some("folded: each layer shares multipliers over several clocks".into()),
        "sequential" => Some("sequential: one engine walks through all layers".into()),
        other => Some(other.to_owned()),
    };
    let estimate = json::count(report, "/lut_estimate");
    table::facts(vec![
        ("Architecture", words("/architecture")),
        ("Registers placed for", json::text(report, "/target")),
        ("Clock", clock.map(|f| format!("{} MHz", number::short(f)))),
        ("Latency", clocks("/latency")),
        ("Interval", interval),
        ("Functions", json::count(report, "/edges").map(number::count)),
        ("Look-up tables", estimate.map(|n| format!("{}, an estimate: of 6 inputs", number::count(n)))),
    ])
}
