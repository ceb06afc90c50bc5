//! The verdict: whether the circuit is what it should be, first and loud.

use super::json;
use super::number;
use maud::{Markup, html};
use serde_json::Value;

/// How a build ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grade {
    /// Everything held.
    Good,
    /// Everything held, and something should be known.
    Warned,
    /// The circuit is wrong, or lost too much.
    Bad,
}

/// The verdict in a box; none where the report does not say how the build ended.
pub fn verdict(report: &Value) -> Option<Markup> {
    let faults = faults(report);
    let warnings = warnings(report);
    let ok = json::flag(report, "/ok");
    let grade = match (ok, faults.is_empty(), warnings.is_empty()) {
        (Some(false), _, _) | (_, false, _) => Grade::Bad,
        (_, _, false) => Grade::Warned,
        (Some(true), _, _) => Grade::Good,
        (None, true, true) => return None,
    };
    let (class, mark) = match grade {
        Grade::Good => ("verdict good", "✓"),
        Grade::Warned => ("verdict warn", "!"),
        Grade::Bad => ("verdict bad", "✗"),
    };
    Some(html! {
        div class=(class) role="status" {
            p class="loud" { span class="mark" aria-hidden="true" { (mark) } " " (headline(report, grade)) }
            @if !faults.is_empty() { ul { @for fault in &faults { li { (marked(fault)) } } } }
            @if !warnings.is_empty() {
                ul { @for warning in &warnings { li { (marked(warning)) } } }
            }
        }
    })
}

/// A message whose parts between backticks are code.
fn marked(text: &str) -> Markup {
    html! {
        @for (i, part) in text.split('`').enumerate() {
            @if i % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// The verdict in a sentence.
fn headline(report: &Value, grade: Grade) -> String {
    let lost = json::flag(report, "/loss/held") == Some(false);
    let wrong = json::count(report, "/mismatches").is_some_and(|n| n > 0);
    match (grade, wrong, lost) {
        (Grade::Bad, true, true) => {
            "Failed: the circuit computes wrong outputs, and too much is lost.".into()
        }
        (Grade::Bad, true, _) => "Failed: the circuit computes wrong outputs.".into(),
        (Grade::Bad, false, true) => "Too much is lost by quantization.".into(),
        (Grade::Bad, false, false) => "Failed: the circuit was not proven.".into(),
        (good, _, _) if json::flag(report, "/ok") == Some(true) => {
            let with = if good == Grade::Warned { ", with a warning" } else { "" };
            let samples = json::count(report, "/samples").filter(|n| *n > 0);
            let all = samples.map_or_else(String::new, |n| format!(" in all {} samples", number::count(n)));
            format!("Proven{with}: every output is as the plan says{all}.")
        }
        _ => "Built, with a warning.".into(),
    }
}

/// What failed, and what is known of it.
fn faults(report: &Value) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(n) = json::count(report, "/mismatches").filter(|n| *n > 0) {
        let noun = if n == 1 { "mismatch" } else { "mismatches" };
        all.push(format!("{} {noun} in simulation", number::count(n)));
    }
    if json::flag(report, "/loss/held") == Some(false) {
        all.extend(loss(report));
        all.extend(most(report));
        let help = json::texts(report, "/loss/help");
        all.extend((!help.is_empty()).then(|| format!("What would help: {}", help.join("; "))));
    }
    let edited = json::texts(report, "/files/edited");
    if json::flag(report, "/ok") == Some(false) && !edited.is_empty() {
        all.push(format!("Files that are not as generated: {}", edited.join(", ")));
    }
    all
}

/// What should be known although nothing failed.
fn warnings(report: &Value) -> Vec<String> {
    let mut all = json::texts(report, "/warnings");
    if json::flag(report, "/training/interrupted") == Some(true) {
        all.push("Training was interrupted; this is the best network until then.".into());
    }
    all
}

/// What rounding to integers loses, in a sentence.
pub fn loss(report: &Value) -> Option<String> {
    let fixed = json::number(report, "/loss/fixed")?;
    let float = json::number(report, "/loss/float")?;
    let allowed = json::number(report, "/loss/allowed");
    let held = json::flag(report, "/loss/held") != Some(false);
    if json::text(report, "/loss/measure").as_deref() == Some("accuracy") {
        let least = allowed.map_or_else(String::new, |a| {
            let word = if held { "is enough" } else { "is the least that is let pass" };
            format!("; {} {word}", number::percent((float - a).max(0.0)))
        });
        let (fixed, float) = (number::percent(fixed), number::percent(float));
        return Some(format!("Accuracy {fixed} where the network in real numbers has {float}{least}"));
    }
    let step = json::number(report, "/loss/step").unwrap_or(0.0);
    let most = allowed.map_or_else(String::new, |a| {
        let word = if held { "is allowed" } else { "is the most that is let pass" };
        format!("; {} {word}", number::short((float * (1.0 + a)).max(float + step)))
    });
    let output = json::count(report, "/loss/output").map_or_else(String::new, |o| format!(" of y{o}"));
    let (fixed, float) = (number::short(fixed), number::short(float));
    Some(format!("Mean absolute error{output} {fixed} where the network in real numbers has {float}{most}"))
}

/// The rounding that loses most, in a sentence.
fn most(report: &Value) -> Option<String> {
    let value = match json::text(report, "/loss/most/value")?.as_str() {
        "input" => "the inputs".into(),
        "weights" => "the weights".into(),
        "z" => "z, the sums in front of the activations,".into(),
        "h" => "h, the results of the activations,".into(),
        "y" => "y, the outputs".into(),
        other => other.to_owned(),
    };
    let layer = json::count(report, "/loss/most/layer").filter(|_| value != "the inputs");
    let place = layer.map_or_else(String::new, |l| format!(" of layer {l}"));
    let share = json::number(report, "/loss/most/share").filter(|s| *s >= 0.2);
    Some(match share {
        Some(s) => {
            let gone = number::digits(100.0 * s.min(1.0), 2);
            format!("Most is lost by {value}{place}: without rounding, {gone} % of the loss would be gone")
        }
        None => format!("Most is lost by {value}{place}; others lose as much"),
    })
}
