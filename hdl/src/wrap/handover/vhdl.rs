//! The circuit as a VHDL component.

use super::{Control, Way, controls, units};
use crate::wrap::manifest::Manifest;
use std::fmt::Write;

/// Words that VHDL-2008 keeps for itself.
const RESERVED: &str = "abs access after alias all and architecture array assert assume assume_guarantee attribute \
    begin block body buffer bus case component configuration constant context cover default disconnect downto else \
    elsif end entity exit fairness file for force function generate generic group guarded if impure in inertial \
    inout is label library linkage literal loop map mod nand new next nor not null of on open or others out package \
    parameter port postponed procedure process property protected pure range record register reject release rem \
    report restrict restrict_guarantee return rol ror select sequence severity shared signal sla sll sra srl strong \
    subtype then to transport type unaffected units until use variable vmode vprop vunit wait when while with xnor \
    xor";

/// A component declaration, for the declarative part of an architecture; codes are plain vectors.
pub fn component(m: &Manifest) -> String {
    let mut text = format!("-- {}\n--\n{}", m.top, units(m, "--  "));
    // Writing to a string cannot fail.
    let _ = writeln!(text, "component {} is\n    port (", identifier(&m.top));
    let one = |Control { name, way, bits, .. }| {
        let way = if way == Way::In { "in" } else { "out" };
        let range = if bits == 1 { String::new() } else { format!("_vector({} downto 0)", bits - 1) };
        format!("{} : {way} std_logic{range}", identifier(name))
    };
    let mut ports: Vec<String> = controls(m).into_iter().map(one).collect();
    for (way, list) in [("in", &m.inputs), ("out", &m.outputs)] {
        ports.extend(list.iter().map(|p| {
            format!("{} : {way} std_logic_vector({} downto 0)", identifier(&p.name), p.format.width - 1)
        }));
    }
    for (i, port) in ports.iter().enumerate() {
        let _ = writeln!(text, "        {port}{}", if i + 1 < ports.len() { ";" } else { "" });
    }
    text.push_str("    );\nend component;\n");
    text
}

/// A name of Verilog in VHDL: an extended identifier where a basic one cannot be.
fn identifier(name: &str) -> String {
    let reserved = RESERVED.split_whitespace().any(|w| w.eq_ignore_ascii_case(name));
    if reserved || name.ends_with('_') { format!("\\{name}\\") } else { name.to_owned() }
}
