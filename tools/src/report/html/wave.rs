//! The waveform of one sample: when it enters, and when its result leaves.

use super::json;
use super::number;
use super::svg::{self, Anchor};
use maud::{Markup, html};
use serde_json::Value;

/// Width of the sheet, in pixels.
const WIDTH: f64 = 640.0;

/// Room for the names.
const LEFT: f64 = 118.0;

/// From a row to the next one below.
const ROW: f64 = 40.0;

/// Height of a signal in its row.
const TALL: f64 = 22.0;

/// Longest latency whose clocks are all drawn.
const WHOLE: u64 = 24;

/// Clocks in the order of the drawing; none stands for those that are left out.
type Clocks = Vec<Option<u64>>;

/// What a row shows.
enum Row {
    /// The clock.
    Clock,
    /// A wire that is high in one clock.
    Pulse(u64),
    /// Wires that hold a value in one clock, and are not looked at in others.
    Data(u64, &'static str),
}

/// The drawing; none where the latency is not known.
pub fn wave(report: &Value) -> Option<Markup> {
    let latency = json::count(report, "/latency").filter(|n| *n < 1_000_000_000)?;
    // The sample enters in clock 1: one clock before it shows how the wires rest.
    let (enters, leaves) = (1, 1 + latency);
    let clocks: Clocks = match latency {
        0..=WHOLE => (0..=leaves + 1).map(Some).collect(),
        _ => (0..5).map(Some).chain([None]).chain((leaves - 2..=leaves + 1).map(Some)).collect(),
    };
    let rows = [
        ("clk", Row::Clock),
        ("in_valid", Row::Pulse(enters)),
        ("in_data", Row::Data(enters, "x")),
        ("out_valid", Row::Pulse(leaves)),
        ("out_data", Row::Data(leaves, "y")),
    ];
    let size = (WIDTH, ROW * rows.len() as f64 + 50.0);
    let body = html! {
        (measure(&clocks, (enters, leaves), latency, size.1))
        @for (r, (name, row)) in rows.iter().enumerate() {
            (svg::text((LEFT - 12.0, 8.0 + ROW * r as f64 + TALL - 5.0), Anchor::End, "name", name))
            (signal(row, &clocks, 8.0 + ROW * r as f64))
        }
    };
    let caption = html! {
        strong { "One sample" } " "
        @if clocks.contains(&None) { "Clocks between the dotted lines are left out. " }
        "in_data are the input ports; out_data are the output ports"
    };
    Some(svg::figure("wide", size, "Waveform of one sample", caption, body))
}

/// The width of a clock.
fn width(clocks: &Clocks) -> f64 {
    (WIDTH - LEFT - 8.0) / clocks.len().max(1) as f64
}

/// Where a clock begins.
fn begins(clocks: &Clocks, clock: u64) -> f64 {
    let place = clocks.iter().position(|c| *c == Some(clock)).unwrap_or(0);
    LEFT + width(clocks) * place as f64
}

/// A row of the drawing.
fn signal(row: &Row, clocks: &Clocks, top: f64) -> Markup {
    let wide = width(clocks);
    let (low, high, middle) = (top + TALL, top, top + 0.5 * TALL);
    let slope = (0.12 * wide).min(4.0);
    let starts = |k: usize| LEFT + wide * k as f64;
    let mut lines: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
    let mut boxes = html! {};
    for (k, clock) in clocks.iter().enumerate() {
        let (x, end) = (starts(k), starts(k + 1));
        let points = match (row, clock) {
            (_, None) => {
                lines.push(Vec::new());
                continue;
            }
            (Row::Clock, _) => {
                let half = x + 0.5 * wide;
                vec![(x, low), (x, high), (half, high), (half, low), (end, low)]
            }
            (Row::Pulse(at), Some(c)) if c == at => {
                vec![(x, low), (x + slope, high), (end, high), (end + slope, low)]
            }
            (Row::Pulse(_), _) => vec![(x + slope, low), (end, low)],
            (Row::Data(at, name), Some(c)) if c == at => {
                let corners = [(x, middle), (x + slope, high), (end, high), (end + slope, middle)];
                let below = [(end, low), (x + slope, low)];
                let outline =
                    format!("{}Z", svg::line(&corners.iter().chain(&below).copied().collect::<Vec<_>>()));
                let at = (0.5 * (x + end + slope), middle + 5.0);
                boxes =
                    html! { (svg::path("value", &outline)) (svg::text(at, Anchor::Middle, "tick", name)) };
                lines.push(Vec::new());
                continue;
            }
            (Row::Data(..), _) => vec![(x + slope, middle), (end, middle)],
        };
        if let Some(line) = lines.last_mut() {
            line.extend(points);
        }
    }
    let class = if matches!(row, Row::Data(..)) { "line rest" } else { "line wire" };
    html! { (svg::path(class, &lines.iter().map(|l| svg::line(l)).collect::<String>())) (boxes) }
}

/// The latency as a measure below the rows, and the edges of what is left out.
fn measure(clocks: &Clocks, (enters, leaves): (u64, u64), latency: u64, height: f64) -> Markup {
    let (from, to) = (begins(clocks, enters), begins(clocks, leaves));
    let y = height - 30.0;
    let bounds: String = [from, to].iter().map(|x| svg::line(&[(*x, 4.0), (*x, y + 6.0)])).collect();
    let gap = clocks.iter().position(Option::is_none).map(|k| {
        let x = LEFT + width(clocks) * k as f64;
        let lines = [0.25, 0.75].map(|at| x + at * width(clocks));
        lines.iter().map(|x| svg::line(&[(*x, 2.0), (*x, height - 46.0)])).collect::<String>()
    });
    let arrow = svg::line(&[(from, y), (to, y)]);
    let tips = [
        [(from + 7.0, y - 4.0), (from, y), (from + 7.0, y + 4.0)],
        [(to - 7.0, y - 4.0), (to, y), (to - 7.0, y + 4.0)],
    ];
    let tips: String = tips.iter().map(|t| svg::line(t)).collect();
    let short = to - from < 30.0;
    let words = format!("latency {}", number::counted(latency, "clock"));
    let middle = if short { (from, Anchor::Start) } else { (0.5 * (from + to), Anchor::Middle) };
    html! {
        (svg::path("bound", &bounds))
        @if let Some(gap) = gap { (svg::path("gap", &gap)) }
        @if latency > 0 { (svg::path("line wire", &arrow)) @if !short { (svg::path("line wire", &tips)) } }
        (svg::text((middle.0, height - 8.0), middle.1, "name", &words))
    }
}
