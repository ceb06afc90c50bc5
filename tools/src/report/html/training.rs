//! Training: what was tried, and how it learned.

use super::chart::{Axis, Chart};
use super::json;
use super::number;
use super::svg::{self, Key, Mark};
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// Most restarts that stand in the table.
const ROWS: usize = 24;

/// The section on training; none where nothing is known of it.
pub fn section(report: &Value) -> Option<Markup> {
    table::join(vec![
        facts(report),
        curves(report),
        restarts(report),
        table::settings("Settings of the training", &json::fields(report, "/training/protocol")),
        table::settings("Setting of the learned edges", &json::fields(report, "/setting")),
    ])
}

/// The winner, its cost, seeds, times.
fn facts(report: &Value) -> Option<Markup> {
    let count = |pointer: &str| json::count(report, pointer).map(number::count);
    let search = json::number(report, "/seconds/search");
    let time = json::number(report, "/seconds/train").or(search).map(number::seconds);
    let held = json::count(report, "/training/samples/1").filter(|n| *n > 0);
    table::facts(vec![
        ("Kind", json::text(report, "/kind")),
        ("Restarts", outcomes(report)),
        ("Winner", count("/training/restart").map(|n| format!("restart {n}"))),
        ("Its cost", json::number(report, "/training/cost").map(number::short)),
        ("Its epochs", count("/training/epochs")),
        ("Trained on", count("/training/samples/0").map(|n| format!("{n} samples"))),
        ("Chosen by", held.map(|n| format!("{} held out of training", number::counted(n, "sample")))),
        ("Seed of the training", count("/training/seed")),
        ("Seed of the data", count("/seeds/data")),
        ("Arithmetic", json::text(report, "/training/instructions")),
        ("Time", time),
    ])
}

/// How many restarts ended how.
fn outcomes(report: &Value) -> Option<String> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for outcome in json::list(report, "/training/restarts").iter().filter_map(|r| json::text(r, "/outcome")) {
        match counts.iter_mut().find(|(word, _)| *word == outcome) {
            Some((_, n)) => *n += 1,
            None => counts.push((outcome, 1)),
        }
    }
    let words: Vec<String> = counts.iter().map(|(word, n)| format!("{n} {word}")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// A curve of a restart: costs over epochs.
fn curve(restart: &Value, name: &str, stride: f64) -> Vec<(f64, f64)> {
    let costs = json::list(restart, name).iter().enumerate();
    costs.map(|(i, c)| (i as f64 * stride, json::float(c).unwrap_or(f64::NAN))).collect()
}

/// The learning curves of all restarts over decades of the cost, the winner in front: on the samples that restarts are compared by,
/// and of the winner on those of training where these are others.
fn curves(report: &Value) -> Option<Markup> {
    let stride = json::number(report, "/training/curve_stride").filter(|s| *s > 0.0)?;
    let all = json::list(report, "/training/restarts");
    let curves: Vec<Vec<(f64, f64)>> = all.iter().map(|r| curve(r, "/curve", stride)).collect();
    let winner = json::count(report, "/training/restart").map(|k| k as usize);
    let trained = winner.and_then(|k| all.get(k)).map(|r| curve(r, "/training_curve", stride));
    let trained = trained.unwrap_or_default();
    let drawn = || curves.iter().flatten().chain(&trained).filter(|p| p.1 > 0.0);
    if drawn().count() < 2 {
        return None;
    }
    let x = Axis::over("epoch", drawn().map(|p| p.0));
    let y = Axis::decades("mean cost, decades", drawn().map(|p| p.1));
    let chart = Chart::wide(320.0, x, y);
    let lines = |wanted: &dyn Fn(usize) -> bool| -> String {
        curves.iter().enumerate().filter(|(k, _)| wanted(*k)).map(|(_, c)| chart.line(c)).collect()
    };
    let (best, others) = (lines(&|k| Some(k) == winner), lines(&|k| Some(k) != winner));
    let trained = chart.line(&trained);
    let body = html! {
        (svg::path("line c-other", &others))
        (svg::path("line dash c-int", &trained))
        (svg::path("line front c-real", &best))
    };
    let held = json::count(report, "/training/samples/1").is_some_and(|n| n > 0);
    let on = if held { " on samples held out" } else { "" };
    let (won, rest) = (format!("the winner{on}"), format!("other restarts{on}"));
    let mut keys: Vec<Key> = Vec::new();
    keys.extend((!best.is_empty()).then_some(("c-real", Mark::Line, won.as_str())));
    keys.extend((!trained.is_empty()).then_some((
        "dash c-int",
        Mark::Line,
        "the winner on those of training",
    )));
    keys.extend((!others.is_empty()).then_some(("c-other", Mark::Line, rest.as_str())));
    Some(chart.figure("Learning curves", &keys, body))
}

/// The restarts, the best first.
fn restarts(report: &Value) -> Option<Markup> {
    let all = json::list(report, "/training/restarts");
    let winner = json::count(report, "/training/restart");
    let mut order: Vec<(usize, &Value)> = all.iter().enumerate().collect();
    let cost = |r: &Value| json::number(r, "/cost").unwrap_or(f64::INFINITY);
    order.sort_by(|a, b| cost(a.1).total_cmp(&cost(b.1)));
    let shown = order.iter().take(ROWS).map(|(k, r)| {
        let won = if winner == Some(*k as u64) { " (winner)" } else { "" };
        vec![
            // Learned activations keep only the winner, which is then the only row.
            if all.len() == 1 { format!("{}{won}", winner.unwrap_or(0)) } else { format!("{k}{won}") },
            json::text(r, "/outcome").unwrap_or_else(|| "-".into()),
            json::count(r, "/epochs").map_or_else(|| "-".into(), number::count),
            json::number(r, "/cost").map_or_else(|| "-".into(), number::short),
        ]
    });
    let rows: Vec<Vec<String>> = shown.collect();
    let title = match all.len() {
        n if n > ROWS => format!("The best {ROWS} of {n} restarts"),
        _ => "Restarts, the best first".into(),
    };
    let heads = ["restart", "outcome", "epochs", "best cost"];
    (!rows.is_empty()).then(|| table::table(&title, &heads, &[0, 1], &rows))
}
