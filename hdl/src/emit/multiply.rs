//! Multiplications in hard blocks with their registers: a file per family that has them, and its instances.
//!
//! Synthesis takes the family's block; every simulator, and synthesis without blocks (`-D GAINSTAGE_PORTABLE`), takes
//! the plain Verilog with the same registers that stands beside it.

use super::SourceFile;
use super::netlist::Netlist;
use crate::device::Family;
use crate::module::Module;
use std::fmt::Write;

/// The Verilog of a family's module. Nexus has none: yosys gives its blocks no registers, and no tool here times them.
fn text(family: Family) -> Option<&'static str> {
    match family {
        Family::Ecp5 => Some(include_str!("rtl/gainstage_multiply_ecp5.v")),
        Family::Ice40Up => Some(include_str!("rtl/gainstage_multiply_ice40up.v")),
        Family::Xc7 => Some(include_str!("rtl/gainstage_multiply_xc7.v")),
        Family::Generic | Family::Ice40 | Family::Nexus => None,
    }
}

/// The name of a family's module.
fn module(family: Family) -> String {
    format!("gainstage_multiply_{family}")
}

/// The file that a module's hard multipliers need.
pub(super) fn source(m: &Module) -> Option<SourceFile> {
    m.multipliers().next()?;
    shipped(m.target().family)
}

/// The file of a family that has one.
pub(super) fn shipped(family: Family) -> Option<SourceFile> {
    Some(SourceFile { path: format!("rtl/{}.v", module(family)), text: text(family)?.to_owned() })
}

/// The instances of a module.
pub(super) fn instances(m: &Module, n: &Netlist, body: &mut String) {
    let module = module(m.target().family);
    for x in &n.multiplications {
        let (a, b, product) = (&x.a, &x.b, &x.product);
        let _ = writeln!(body, "wire [{}:0] {product};", a.width + b.width - 1);
        let _ = writeln!(
            body,
            "{module} #(.A({}), .B({}), .REGISTERS({})) {} (\n    .clk(clk), .a({}), .b({}), .p({product})\n);",
            a.width, b.width, x.registers, x.name, a.text, b.text
        );
    }
}
