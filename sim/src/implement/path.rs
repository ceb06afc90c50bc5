//! The longest path, mapped back to layers and units by the names that survive synthesis.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The path that decides how fast a circuit is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct CriticalPath {
    /// Where it starts, such as `layer 0, neuron 3 (square)`.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// All of it, ns.
    pub total_ns: f64,
    /// Of that in wires.
    pub routing_ns: f64,
    /// Every part of the way.
    pub steps: Vec<Step>,
}

/// A part of the way.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Step {
    /// `clk-to-q`, `logic`, `routing` or `setup`.
    pub kind: String,
    /// How long it takes, ns.
    pub delay_ns: f64,
    /// The cell where it ends.
    pub cell: String,
    /// The net, of a wire.
    pub net: Option<String>,
}

impl fmt::Display for CriticalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let levels = self.steps.iter().filter(|s| s.kind == "logic").count();
        write!(f, "{:.2} ns from {} to {}", self.total_ns, self.from, self.to)?;
        write!(f, ", {levels} cells on the way, {:.2} ns of it in wires", self.routing_ns)
    }
}

/// nextpnr's path.
#[derive(Deserialize)]
pub(super) struct Raw {
    from: String,
    to: String,
    path: Vec<RawStep>,
}

#[derive(Deserialize)]
struct RawStep {
    delay: f64,
    #[serde(rename = "type")]
    kind: String,
    from: RawEnd,
    to: RawEnd,
    net: Option<String>,
}

#[derive(Deserialize)]
struct RawEnd {
    cell: Option<String>,
}

impl Raw {
    /// Whether it starts and ends with a clock, at its rising edge.
    pub(super) fn within(&self, clock: &str) -> bool {
        let is = |end: &str| end.split_once(' ').is_some_and(|(_, name)| name == clock);
        is(&self.from) && is(&self.to)
    }
}

impl From<Raw> for CriticalPath {
    fn from(raw: Raw) -> CriticalPath {
        let cell = |end: &RawEnd| end.cell.clone().unwrap_or_default();
        // Registers keep the name of their net; what synthesis invented tells nothing, and the nets beside it do.
        let mut names: Vec<String> = raw.path.first().map(|s| cell(&s.from)).into_iter().collect();
        for step in &raw.path {
            names.extend(step.net.clone());
            names.push(cell(&step.to));
        }
        let from = names.iter().find_map(|n| place(n)).unwrap_or_else(|| "an unnamed cell".into());
        let to = names.iter().rev().find_map(|n| place(n)).unwrap_or_else(|| from.clone());
        let routing = |s: &&RawStep| s.kind == "routing";
        CriticalPath {
            from,
            to,
            total_ns: raw.path.iter().map(|s| s.delay).sum(),
            routing_ns: raw.path.iter().filter(routing).map(|s| s.delay).sum(),
            steps: raw
                .path
                .iter()
                .map(|s| Step {
                    kind: s.kind.clone(),
                    delay_ns: s.delay,
                    cell: cell(&s.to),
                    net: s.net.clone(),
                })
                .collect(),
        }
    }
}

/// A name such as `axis.core.layer0.neuron3.square.p_r1_TRELLIS_FF_Q` in words; nothing for one that synthesis made up.
pub(super) fn place(name: &str) -> Option<String> {
    let name = name.split('$').next().filter(|n| !n.is_empty())?;
    let mut parts: Vec<&str> = name.split('.').collect();
    // The last part is a signal or a register with the marks of its cell.
    let signal = parts.pop()?;
    let signal = signal.split(['[', ' ']).next().unwrap_or(signal);
    if let ["axis", "core", rest @ ..] = parts.as_slice() {
        let mut words = Vec::new();
        let mut unit = Vec::new();
        for part in rest {
            match number(part, "layer")
                .map(|n| ("layer", n))
                .or(number(part, "neuron").map(|n| ("neuron", n)))
            {
                Some((kind, n)) => words.push(format!("{kind} {n}")),
                None => unit.push(*part),
            }
        }
        let place = if words.is_empty() { "the network".into() } else { words.join(", ") };
        unit.push(signal);
        return Some(format!("{place} ({})", unit.join(".")));
    }
    parts.push(signal);
    Some(parts.join("."))
}

fn number<'a>(part: &'a str, kind: &str) -> Option<&'a str> {
    part.strip_prefix(kind).filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}
