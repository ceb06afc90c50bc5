//! The proof: what was shown, by which programs, on how many samples.

use super::json;
use super::number;
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// Complaints that are shown of a linter.
const COMPLAINTS: usize = 8;

/// The section on the proof; none where nothing was simulated.
pub fn section(report: &Value) -> Option<Markup> {
    table::join(vec![
        shown(report),
        simulators(report),
        first(report),
        vectors(report),
        lint(report),
        facts(report),
    ])
}

/// What was proven, in words.
fn shown(report: &Value) -> Option<Markup> {
    let samples = json::count(report, "/samples")?;
    let wrong = json::count(report, "/mismatches");
    let memories = json::count(report, "/memories").filter(|n| *n > 0);
    Some(html! {
        p {
            "The Verilog was simulated with " (number::counted(samples, "sample"))
            ", and every output was compared, bit by bit and clock by clock, with what the plan says. "
            @match wrong {
                Some(0) => "None differs.",
                Some(n) => strong { (number::counted(n, "clock")) (if n == 1 { " is wrong." } else { " are wrong." }) },
                None => "",
            }
            @if let Some(n) = memories {
                " " (if n == 1 { "A memory file".to_owned() } else { format!("{n} memory files") })
                " held what the plan says."
            }
        }
        @if let Some(why) = json::text(report, "/no_second") { p { "There was no second simulator: " (why) "." } }
    })
}

/// Each simulator's figures, with its version.
fn simulators(report: &Value) -> Option<Markup> {
    let row = |s: &Value| {
        let count = |name: &str| json::count(s, name).map_or_else(|| "-".into(), number::count);
        let time = |name: &str| json::number(s, name);
        let name = json::text(s, "/simulator").unwrap_or_else(|| "-".into());
        let tools = report.pointer("/tools").and_then(Value::as_object);
        let version = tools.and_then(|t| t.get(&name)).and_then(Value::as_str).map(json::clean);
        let version = version.map(|v| v.strip_prefix(&format!("{name} ")).unwrap_or(&v).to_owned());
        let speed = json::count(s, "/samples").zip(time("/seconds").filter(|t| *t > 0.0));
        vec![
            name,
            version.unwrap_or_else(|| "-".into()),
            count("/samples"),
            count("/cycles"),
            count("/mismatches"),
            count("/latency"),
            count("/interval"),
            time("/build_seconds").map_or_else(|| "-".into(), |v| number::digits(v, 3)),
            time("/seconds").map_or_else(|| "-".into(), |v| number::digits(v, 3)),
            speed.map_or_else(|| "-".into(), |(n, t)| number::fixed(n as f64 / t, 0)),
        ]
    };
    let rows: Vec<Vec<String>> = json::list(report, "/simulators").iter().map(row).collect();
    let heads = [
        "simulator",
        "version",
        "samples",
        "clocks",
        "mismatches",
        "latency",
        "interval",
        "built in, s",
        "ran, s",
        "samples/s",
    ];
    (!rows.is_empty()).then(|| table::table("Simulators", &heads, &[0, 1], &rows))
}

/// The first mismatch of each simulator that found one.
fn first(report: &Value) -> Option<Markup> {
    let found = json::list(report, "/simulators").iter().filter_map(|s| {
        let first = s.pointer("/first").filter(|f| f.is_object())?;
        let name = json::text(s, "/simulator").unwrap_or_else(|| "a simulator".into());
        Some((format!("First mismatch in {name}"), json::fields(first, "")))
    });
    let found: Vec<(String, Vec<(String, String)>)> = found.collect();
    (!found.is_empty()).then(|| {
        html! {
            @for (title, fields) in &found {
                h3 { (title) }
                dl { @for (name, value) in fields { div { dt { (name) } dd { (value) } } } }
            }
        }
    })
}

/// The vectors by kind, with what each kind is for.
fn vectors(report: &Value) -> Option<Markup> {
    let all = report.pointer("/vectors").and_then(Value::as_object)?;
    let why = |kind: &str| match kind {
        "corners" => "extreme codes and what lies beside them",
        "data" => "samples of the project",
        "exhaustive" => "every code of the inputs",
        "random" => "codes drawn at random",
        _ => "",
    };
    let row = |(kind, n): (&String, &Value)| {
        let count = json::count(n, "")?;
        Some(vec![json::clean(kind), why(kind).to_owned(), number::count(count)])
    };
    let rows: Vec<Vec<String>> = all.iter().filter_map(row).collect();
    let heads = ["vectors", "what they are", "how many"];
    (!rows.is_empty()).then(|| table::table("Vectors by kind", &heads, &[0, 1], &rows))
}

/// What linters complained of.
fn lint(report: &Value) -> Option<Markup> {
    let all = report.pointer("/lint").and_then(Value::as_object)?;
    (!all.is_empty()).then(|| {
        html! {
            h3 { "Linters" }
            @for name in all.keys() {
                @let complaints = json::texts(all.get(name).unwrap_or(&Value::Null), "");
                p { (json::clean(name)) ": " (number::counted(complaints.len() as u64, "complaint")) "." }
                @if !complaints.is_empty() {
                    ul { @for c in complaints.iter().take(COMPLAINTS) { li { code { (c) } } } }
                }
            }
        }
    })
}

/// Seeds, files, times, other tools.
fn facts(report: &Value) -> Option<Markup> {
    let seed = |name: &str| json::count(report, &format!("/seeds/{name}")).map(|n| n.to_string());
    let edges = json::count(report, "/edges").is_some();
    let time = |name: &str| json::number(report, &format!("/seconds/{name}")).map(number::seconds);
    let listed = |name: &str| {
        let all = json::texts(report, &format!("/files/{name}"));
        (!all.is_empty()).then(|| all.join(", "))
    };
    let verilog = json::count(report, "/files/verilog").map(number::count);
    let total = time("total").or_else(|| time("1").filter(|_| edges));
    let compiler = json::text(report, "/tools/C++ compiler");
    table::facts(vec![
        ("Seed of the vectors", seed("verify")),
        ("Seed of the training", seed("train")),
        ("Seed of the data", seed("data")),
        ("Verilog files", verilog),
        ("Edited since", listed("edited")),
        ("Not looked at", listed("not_looked_at")),
        ("C++ compiler", compiler),
        ("Quantization took", time("quantize")),
        ("Verification took", time("verify")),
        ("All of it took", total),
    ])
}
