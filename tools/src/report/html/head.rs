//! The head of the page: what was built, how it ended, the figures that count.

use super::columns::{Column, Columns};
use super::figures::{self, Figures, Part};
use super::json;
use super::network::Layer;
use super::number;
use super::verdict;
use maud::{Markup, html};
use serde_json::Value;

/// A key figure: what it is, the figure, what it stands on, its class.
type Tile = (&'static str, String, String, &'static str);

/// The head: name, sentence, verdict, tiles, the data.
pub fn head(report: &Value, name: &str) -> Markup {
    let columns = Columns::of(report);
    let tiles = tiles(report, &columns);
    html! {
        header {
            p class="kicker" { "Gainstage report" }
            h1 { (name) }
            @if let Some(sentence) = sentence(report, &columns) { p class="lead" { (sentence) } }
            @if let Some(verdict) = verdict::verdict(report) { (verdict) }
            @if !tiles.is_empty() {
                ul class="tiles" {
                    @for (what, figure, stands_on, tone) in &tiles {
                        li class={ "tile " (tone) } {
                            span class="what" { (what) }
                            span class="figure" { (figure.replace('\u{a0}', " ")) }
                            span class="on" { (stands_on) }
                        }
                    }
                }
            }
        }
    }
}

/// What was built from what, in a sentence.
fn sentence(report: &Value, columns: &Columns) -> Option<String> {
    let layers = json::list(report, "/plan/layers");
    if layers.is_empty() {
        return None;
    }
    let neurons = layers.iter().map(|l| Layer::of(l).total() as u64).sum();
    let kind = match json::count(report, "/edges") {
        Some(n) => format!("A circuit of learned edges ({})", number::counted(n, "function")),
        None => format!(
            "A circuit of a neural network ({} in {})",
            number::counted(neurons, "neuron"),
            number::counted(layers.len() as u64, "layer")
        ),
    };
    let bits = json::count(report, "/bits").map_or_else(String::new, |b| format!(" in {b} bits"));
    let outputs = match columns.classes.len() as u64 {
        0 => number::counted(columns.outputs.len() as u64, "output"),
        n => format!("{n} classes"),
    };
    let inputs = number::counted(columns.inputs.len() as u64, "input");
    let source = json::text(report, "/data/source").map_or_else(String::new, |s| format!(", built from {s}"));
    let target = json::text(report, "/target").map_or_else(String::new, |t| format!(" for {t}"));
    let clock = json::number(report, "/clock_mhz").map(|f| format!(" at {} MHz", number::short(f)));
    Some(format!("{kind}{bits}, {inputs} to {outputs},{target}{}{source}.", clock.unwrap_or_default()))
}

/// The key figures that the report has.
fn tiles(report: &Value, columns: &Columns) -> Vec<Tile> {
    let clock = json::number(report, "/clock_mhz").filter(|f| *f > 0.0);
    let latency = json::count(report, "/latency").map(|n| {
        let time = clock.map_or_else(String::new, |f| format!("{} ns", number::short(n as f64 * 1e3 / f)));
        ("Latency", number::counted(n, "clock"), time, "")
    });
    let interval = json::count(report, "/interval").map(|n| {
        let rate = clock.map_or_else(String::new, |f| {
            format!("{} million samples/s", number::short(f / n.max(1) as f64))
        });
        ("Interval", number::counted(n, "clock"), rate, "")
    });
    let estimate = json::count(report, "/lut_estimate");
    let estimate = estimate.map(|n| ("LUT, estimate", number::count(n), "of 6 inputs".to_owned(), ""));
    let counted = json::count(report, "/board/counts/lut");
    let board = json::text(report, "/board/board").unwrap_or_default();
    let counted = counted.map(|n| ("LUT, counted", number::count(n), board, ""));
    let simulators = json::list(report, "/simulators").iter().filter_map(|s| json::text(s, "/simulator"));
    let simulators = simulators.collect::<Vec<_>>().join(", ");
    let samples = json::count(report, "/samples").map(|n| ("Simulated", number::count(n), simulators, ""));
    let mismatches = json::count(report, "/mismatches");
    let mismatches = mismatches
        .map(|n| ("Mismatches", number::count(n), "wrong clocks".to_owned(), if n > 0 { "bad" } else { "" }));
    let error = figures::circuit(report).and_then(|f| error(&f, columns));
    [error, estimate, counted, latency, interval, samples, mismatches].into_iter().flatten().collect()
}

/// The error of the circuit, and which samples it stands on.
fn error(figures: &Figures, columns: &Columns) -> Option<Tile> {
    let samples = figures.samples.map_or_else(|| "the".into(), number::count);
    let on = match figures.part {
        Part::HeldOut => format!("on {samples} held-out samples"),
        Part::Training => format!("on {samples} training samples: none were held out"),
    };
    if let Some(accuracy) = figures.get("accuracy") {
        return Some(("Accuracy", number::percent(accuracy), on, "main"));
    }
    let mae = figures.get("mae")?;
    let only = columns.outputs.first().filter(|_| columns.outputs.len() == 1);
    let unit = only.and_then(|c| c.unit.as_deref());
    let share = only.and_then(Column::range).map(|r| number::rough_percent(mae / r));
    let share = share.map_or_else(String::new, |s| format!("{s} of the range, "));
    Some(("Mean absolute error", number::with_unit(mae, unit), format!("{share}{on}"), "main"))
}
