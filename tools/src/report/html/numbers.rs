//! Numbers of the circuit: formats, and what of them the data used.

use super::json;
use super::number::{self, Format};
use super::svg;
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// Most signals that are listed.
const SIGNALS: usize = 96;

/// Most neurons that are listed by their places.
const PLACES: usize = 24;

/// The section on formats; none without layers and signals.
pub fn section(report: &Value) -> Option<Markup> {
    let body = table::join(vec![layers(report), signals(report), saturating(report)])?;
    Some(html! {
        p {
            "A format " code { "s18.12" } " is signed, has 18 bits, and 12 of them stand behind the binary point; "
            code { "u" } " is unsigned. Where a value does not fit, it saturates: nothing wraps."
        }
        (body)
    })
}

/// The formats of each layer.
fn layers(report: &Value) -> Option<Markup> {
    let layers = json::list(report, "/plan/layers");
    let row = |(i, l): (usize, &Value)| {
        let text = |name: &str| json::text(l, name).unwrap_or_else(|| "-".into());
        let count = |name: &str| json::count(l, name).map_or_else(|| "-".into(), number::count);
        vec![
            i.to_string(),
            text("/neurons"),
            text("/weights"),
            count("/sum_bits"),
            text("/z"),
            text("/h"),
            text("/y"),
            count("/saturating"),
        ]
    };
    let rows: Vec<Vec<String>> = layers.iter().enumerate().map(row).collect();
    let heads = ["layer", "neurons", "weights", "sum, bits", "z", "h", "y", "can saturate"];
    let bits = widths(report);
    (!rows.is_empty()).then(|| {
        html! {
            @if let Some(bits) = bits { p { (bits) } }
            (table::table("Formats of the layers", &heads, &[0, 1, 2, 4, 5, 6], &rows))
            p class="note" {
                "z is the rounded sum in front of an activation, h the activation's result, "
                "y the output of the layer."
            }
        }
    })
}

/// The widths of everything and of layers that differ, in a sentence.
fn widths(report: &Value) -> Option<String> {
    let bits = json::count(report, "/bits")?;
    let layers: Option<Vec<u64>> =
        json::list(report, "/layer_bits").iter().map(|b| json::count(b, "")).collect();
    let layers = layers.filter(|all| all.iter().any(|b| *b != bits));
    Some(match layers {
        Some(all) => {
            let all: Vec<String> = all.iter().map(u64::to_string).collect();
            format!("Values have {bits} bits; layer by layer {}.", all.join(", "))
        }
        None => format!("Values have {bits} bits where no layer says otherwise."),
    })
}

/// What the data used of each signal's format, with a histogram.
fn signals(report: &Value) -> Option<Markup> {
    let all = json::list(report, "/signals");
    let rows: Vec<Vec<Markup>> = all.iter().take(SIGNALS).map(signal).collect();
    let heads =
        ["signal", "format", "least", "largest", "format used", "saturated", "values over the format"];
    let rest = all.len().saturating_sub(SIGNALS);
    (!rows.is_empty()).then(|| {
        html! {
            (table::marked("Signals on the data", &heads, &[0, 1, 6], &rows))
            @if rest > 0 { p { (number::counted(rest as u64, "more signal")) " in " code { "report.json" } "." } }
            p class="note" {
                "A histogram spans the whole range of its format; bars are as high as the square root of their count, "
                "so that rare values are seen."
            }
        }
    })
}

/// The row of a signal.
fn signal(s: &Value) -> Vec<Markup> {
    let name = json::text(s, "/signal").unwrap_or_else(|| "-".into());
    let layer = json::count(s, "/layer").map_or_else(String::new, |l| format!("layer {l}, "));
    let text = json::text(s, "/format").unwrap_or_else(|| "-".into());
    let format = Format::parse(&text);
    let (low, high) = (json::number(s, "/low"), json::number(s, "/high"));
    let end = |v: Option<f64>| v.map_or_else(|| "-".into(), number::short);
    let used = format.and_then(|f| used(f, low?, high?)).map_or_else(|| "-".into(), number::rough_percent);
    let saturated = json::count(s, "/saturated");
    let share = saturated.zip(json::count(s, "/samples").filter(|n| *n > 0));
    let share = share.filter(|(n, _)| *n > 0).map(|(n, of)| number::percent(n as f64 / of as f64));
    vec![
        html! { (layer) (name) },
        html! { code { (text) } },
        html! { (end(low)) },
        html! { (end(high)) },
        html! { (used) },
        html! {
            span class=(if share.is_some() { "flag" } else { "" }) {
                (saturated.map_or_else(|| "-".into(), number::count))
            }
            @if let Some(share) = share { " " span class="share" { (share) } }
        },
        histogram(s, &format!("{layer}{name}"), format),
    ]
}

/// How much of a format's reach the larger end of the values takes.
fn used(format: Format, low: f64, high: f64) -> Option<f64> {
    let (least, largest) = format.range();
    let down = if least < 0.0 { low.min(0.0) / least } else { 0.0 };
    let up = if largest > 0.0 { high.max(0.0) / largest } else { 0.0 };
    Some(down.max(up)).filter(|u| u.is_finite())
}

/// The histogram of a signal over the range of its format.
fn histogram(s: &Value, name: &str, format: Option<Format>) -> Markup {
    let counts: Vec<f64> =
        json::list(s, "/histogram").iter().map(|n| json::float(n).unwrap_or(0.0).max(0.0)).collect();
    let most = counts.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 || counts.len() > 512 {
        return html! { "-" };
    }
    let (width, height) = (160.0, 30.0);
    let step = width / counts.len() as f64;
    let bar = |(i, n): (usize, &f64)| {
        let tall = (height * (n / most).sqrt()).max(1.0);
        svg::rectangle((step * i as f64 + 0.3, height - tall), (step - 0.6, tall))
    };
    let bars: String = counts.iter().enumerate().filter(|(_, n)| **n > 0.0).map(bar).collect();
    let ends = format.map(|f| f.range());
    let ends = ends.map(|(low, high)| (number::short(low), number::short(high)));
    let body = html! {
        (svg::path("frame", &svg::line(&[(0.0, height), (width, height)])))
        (svg::path("fill c-int", &bars))
    };
    html! {
        div class="spark" {
            (svg::drawing((width, height + 1.0), &format!("Histogram of {name}"), body))
            @if let Some((low, high)) = ends { span { (low) } span { (high) } }
        }
    }
}

/// The neurons that can saturate for some input codes, and what the data did.
fn saturating(report: &Value) -> Option<Markup> {
    let listed = report.pointer("/plan/saturating")?.as_array()?;
    let place = |p: &Value| Some((json::count(p, "/layer")?, json::count(p, "/neuron")?));
    let places: Vec<(u64, u64)> = listed.iter().filter_map(place).collect();
    let shown: Vec<String> = places.iter().take(PLACES).map(|(l, n)| format!("{l}.{n}")).collect();
    let rest = places.len().saturating_sub(PLACES);
    let counted: Vec<u64> =
        json::list(report, "/signals").iter().filter_map(|s| json::count(s, "/saturated")).collect();
    let times = counted.iter().fold(0u64, |all, n| all.saturating_add(*n));
    Some(html! {
        h3 { "Saturation" }
        @if places.is_empty() {
            p { "No sum can saturate, whatever the input codes." }
        } @else {
            p {
                "Sums of " (number::counted(places.len() as u64, "neuron")) " saturate for some input codes "
                "(layer.neuron): " (shown.join(", ")) @if rest > 0 { " and " (rest) " more" } ". None wraps."
            }
        }
        @if !counted.is_empty() {
            p { "On the data, values saturated " strong { (number::counted(times, "time")) } "." }
        }
    })
}
