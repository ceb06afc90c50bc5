//! How to instantiate the circuit in Verilog.

use super::{Control, controls, signed, units};
use crate::wrap::manifest::{Manifest, Port};
use std::fmt::Write;

/// Declarations and an instance to copy from, with what the codes mean.
pub fn template(m: &Manifest) -> String {
    let mut text = format!(
        "// {}: latency {} clocks, a sample every {}. {}\n//\n{}//\n",
        m.top,
        m.latency,
        match m.interval {
            1 => "clock".to_owned(),
            n => format!("{n} clocks"),
        },
        match &m.rom_dir {
            Some(name) =>
                format!("Memory files are read from the working directory, or from\n// the directory that the parameter {name} names."),
            None => "Copy the memory files beside the project's own: the Verilog\n// reads them with $readmemh by name.".into(),
        },
        units(m, "//  ")
    );
    for Control { name, bits, what, .. } in controls(m) {
        let bits = if bits == 1 { String::new() } else { format!("[{}:0] ", bits - 1) };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "wire {bits}{name}; // {what}");
    }
    let data: Vec<&Port> = m.inputs.iter().chain(&m.outputs).collect();
    for p in &data {
        let _ = writeln!(text, "wire{} [{}:0] {};", signed(p), p.format.width - 1, p.name);
    }
    let parameter = m.rom_dir.as_ref().map_or(String::new(), |name| format!("#(.{name}(\"\")) "));
    let _ = writeln!(text, "\n{} {parameter}{}_inst (", m.top, m.top);
    let names: Vec<&str> =
        controls(m).iter().map(|c| c.name).chain(data.iter().map(|p| p.name.as_str())).collect();
    for (i, name) in names.iter().enumerate() {
        let _ = writeln!(text, "    .{name}({name}){}", if i + 1 < names.len() { "," } else { "" });
    }
    text.push_str(");\n");
    text
}
