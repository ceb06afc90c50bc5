//! Errors and accuracies: which network, on which samples.

use super::json;
use serde_json::{Value, json};

/// Samples that figures stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The network was trained on them.
    Training,
    /// Neither training nor selection saw them.
    HeldOut,
}

/// The figures of one network on some samples.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The samples.
    pub part: Part,
    /// How many they are.
    pub samples: Option<u64>,
    /// Whether it is the circuit; otherwise the network in real numbers.
    pub integer: bool,
    /// The figures by name.
    pub values: Value,
}

impl Figures {
    /// A figure by its name.
    pub fn get(&self, name: &str) -> Option<f64> {
        json::number(&self.values, &format!("/{name}"))
    }

    /// The figures of one output.
    pub fn output(&self, o: usize) -> Option<Figures> {
        let values = self.values.pointer(&format!("/outputs/{o}"))?.clone();
        Some(Figures { values, ..self.clone() })
    }

    /// The outputs that have figures of their own.
    pub fn outputs(&self) -> usize {
        json::list(&self.values, "/outputs").len()
    }

    /// The head of their column in a table.
    pub fn head(&self) -> String {
        let part = if self.part == Part::HeldOut { "held out" } else { "training" };
        format!("{part}, {}", if self.integer { "circuit" } else { "real" })
    }
}

/// All figures of a report: training before held out, real before integer.
pub fn all(report: &Value) -> Vec<Figures> {
    let parts = [("training", Part::Training), ("held_out", Part::HeldOut)];
    let found = parts.iter().flat_map(|(name, part)| {
        let values = |network: &str| report.pointer(&format!("/errors/{name}/{network}"));
        let samples = json::count(report, &format!("/errors/{name}/samples"));
        [(values("real"), false), (values("integer"), true)].map(|(v, integer)| {
            let values = v.filter(|v| v.is_object())?.clone();
            Some(Figures { part: *part, samples, integer, values })
        })
    });
    let found: Vec<Figures> = found.flatten().collect();
    if found.is_empty() { flat(report) } else { found }
}

/// The figures that stand in the report itself.
fn flat(report: &Value) -> Vec<Figures> {
    let separate = json::flag(report, "/test_is_separate") == Some(true);
    let part = if separate { Part::HeldOut } else { Part::Training };
    let samples = json::count(report, "/test_samples");
    let pick = |names: &[(&str, &str)]| {
        let known = names.iter().filter_map(|(to, from)| {
            Some(((*to).to_owned(), report.get(*from).filter(|v| v.is_number())?.clone()))
        });
        known.collect::<serde_json::Map<_, _>>()
    };
    let real = pick(&[("mae", "mae_float"), ("sd", "sd_float"), ("accuracy", "accuracy_float")]);
    let mut circuit = pick(&[
        ("mae", "mae"),
        ("sd", "sd"),
        ("rmse", "rmse"),
        ("max", "max"),
        ("accuracy", "accuracy"),
        ("mae", "mae_fixed"),
        ("sd", "sd_fixed"),
        ("accuracy", "accuracy_fixed"),
    ]);
    if let Some(confusion) = report.get("confusion").filter(|c| c.is_object()) {
        circuit.insert("confusion".into(), confusion.clone());
    }
    let both = [(real, false), (circuit, true)].into_iter().filter(|(values, _)| !values.is_empty());
    both.map(|(values, integer)| Figures { part, samples, integer, values: json!(values) }).collect()
}

/// The figures of the circuit that count most: on samples held out, or else on those of training.
pub fn circuit(report: &Value) -> Option<Figures> {
    let integer: Vec<Figures> = all(report).into_iter().filter(|f| f.integer).collect();
    let held = integer.iter().position(|f| f.part == Part::HeldOut).unwrap_or(0);
    integer.into_iter().nth(held)
}

/// Whether the report is about classes.
pub fn classes(report: &Value) -> bool {
    let counted = all(report).iter().any(|f| f.get("accuracy").is_some());
    counted || !json::list(report, "/plan/argmax").is_empty()
}
