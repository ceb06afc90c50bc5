//! Multiplications in hard blocks with their registers: a file per family that has them, and its instances.
//!
//! Synthesis takes the family's block; every simulator, and synthesis without blocks (`-D GAINSTAGE_PORTABLE`), takes
//! the plain Verilog with the same registers that stands beside it.

use super::SourceFile;
use super::netlist::Netlist;
use crate::module::Module;
use crate::target::Family;
use std::fmt::Write;

const ECP5: &str = include_str!("rtl/gainstage_multiply_ecp5.v");

/// The name of a family's module.
fn module(family: Family) -> String {
    format!("gainstage_multiply_{family}")
}

/// The file that a module's hard multipliers need.
pub(super) fn source(m: &Module) -> Option<SourceFile> {
    m.multipliers().next()?;
    match m.target().family {
        Family::Ecp5 => Some(shipped()),
        // Synthesis places these families' registers by itself.
        Family::Generic | Family::Ice40 | Family::Ice40Up | Family::Nexus | Family::Xc7 => None,
    }
}

/// The file of the only family that has one.
pub(super) fn shipped() -> SourceFile {
    SourceFile { path: format!("rtl/{}.v", module(Family::Ecp5)), text: ECP5.to_owned() }
}

/// The instances of a module.
pub(super) fn instances(m: &Module, n: &Netlist, text: &mut String) {
    let module = module(m.target().family);
    for x in &n.multiplications {
        let (a, b, product) = (&x.a, &x.b, &x.product);
        let _ = writeln!(text, "wire [{}:0] {product};", a.width + b.width - 1);
        let _ = writeln!(
            text,
            "{module} #(.A({}), .B({}), .REGISTERS({})) {} (\n    .clk(clk), .a({}), .b({}), .p({product})\n);",
            a.width, b.width, x.registers, x.name, a.text, b.text
        );
    }
}
