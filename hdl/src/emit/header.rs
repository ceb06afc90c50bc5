//! The comment at the top of each file.

use crate::GENERATOR;
use crate::expr::Port;
use crate::module::Module;
use gainstage_golden::text::count;
use std::fmt::Write;

/// What the module computes, its ports, latency and interval, reset behaviour and origin.
pub(super) fn comment(m: &Module) -> String {
    let mut text = format!("// {}\n", m.name());
    for line in m.doc().lines() {
        let _ = writeln!(text, "// {line}");
    }
    text.push_str("//\n");
    let _ = writeln!(text, "// Inputs:  {}", ports(m.inputs().iter()));
    let _ = writeln!(text, "// Outputs: {}", ports(m.outputs().iter().map(|(p, _)| p)));
    let timing = match m.graph().has_state() {
        false => format!("Latency: {}. Interval: 1, new inputs every clock.", count(m.latency(), "clock")),
        // How long a sample takes is the business of what it remembers.
        true => format!("Registers from inputs to outputs: {}, beside what is remembered.", m.latency()),
    };
    let _ = writeln!(text, "// {timing}");
    let _ = writeln!(text, "// Placed for {} at {} MHz.", m.target().family, m.target().clock_mhz);
    let reset = match m.has_valid() {
        true => {
            "rst (synchronous) clears the valid bits only. Before the first reset out_valid is undefined."
        }
        false if !m.graph().immediate_outputs().is_empty() => "rst (synchronous) clears control only.",
        false => "Datapath registers have no reset: outputs count from the latency on.",
    };
    let _ = writeln!(text, "// {reset}");
    let _ = writeln!(text, "// Written by {GENERATOR}.");
    text
}

fn ports<'a>(all: impl Iterator<Item = &'a Port>) -> String {
    let one = |p: &Port| match p.format {
        Some(f) => format!("{} {f}", p.name),
        None => format!("{} {}", p.name, p.range),
    };
    let all: Vec<String> = all.map(one).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}
