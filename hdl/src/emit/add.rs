//! Additions behind one another within a stage: a file per family that keeps them apart, and its instances.
//!
//! yosys merges such additions into rows of full adders before one carry chain, three cells for a bit instead of two.
//! On ECP5 the second of them is therefore a chain of its own; every simulator, and synthesis with
//! `-D GAINSTAGE_PORTABLE`, takes the plain Verilog that stands beside it.

use super::SourceFile;
use super::names::Names;
use super::netlist::{Addition, Kind, Net, Netlist, Scope};
use super::operation;
use super::text::Text;
use crate::device::Family;
use crate::expr::{Op, Sig};
use crate::module::Module;
use std::fmt::Write;

const ECP5: &str = include_str!("rtl/gainstage_add_ecp5.v");
const MODULE: &str = "gainstage_add_ecp5";

/// Bits below which synthesis takes no chain.
const SHORTEST: u32 = 5;

/// Whether a node is an addition, or a subtraction, that becomes an instance.
pub(super) fn is_instance(m: &Module, s: Sig) -> bool {
    let (Op::Add(a, b) | Op::Sub(a, b), Some(place)) = (m.graph().op(s), m.schedule().place(s)) else {
        return false;
    };
    m.target().family == Family::Ecp5
        && m.graph().adder_bits(s) >= SHORTEST
        && [a, b].into_iter().any(|x| adds_in(m, x, place.stage))
}

/// Whether a value is, but for wiring, the sum of an adder in that stage.
fn adds_in(m: &Module, s: Sig, stage: u32) -> bool {
    match m.graph().op(s) {
        Op::Shl(a, _) | Op::Bound(a, _) => adds_in(m, a, stage),
        Op::Add(..) | Op::Sub(..) | Op::Neg(_) => m.schedule().place(s).is_some_and(|p| p.stage == stage),
        _ => false,
    }
}

/// The file that a module's instances need.
pub(super) fn source(m: &Module) -> Option<SourceFile> {
    (0..m.graph().nodes().len() as u32).map(Sig).find(|&s| is_instance(m, s))?;
    Some(shipped())
}

/// The file of the only family that has one.
pub(super) fn shipped() -> SourceFile {
    SourceFile { path: format!("rtl/{MODULE}.v"), text: ECP5.to_owned() }
}

/// The value of an addition: the sum of an instance, which is noted, above the bits that pass by it.
pub(super) fn value(scope: &Scope, n: &mut Netlist, names: &mut Names, s: Sig, stage: u32) -> Text {
    let g = scope.module.graph();
    let (width, bits) = (g.width(s), g.adder_bits(s));
    let passed = width - bits;
    let (Op::Add(a, b) | Op::Sub(a, b)) = g.op(s) else { unreachable!("{:?} is no addition", g.op(s)) };
    // Of a sum, the operand that is zero below passes the other's bits; of a difference it is the subtrahend.
    let low = if g.node(a).zeros > g.node(b).zeros { b } else { a };
    let [x, y] = [a, b].map(|o| operation::read(scope, o, stage, passed, bits));
    let sum = names.unique(&format!("{}_sum", scope.net(s, stage).unwrap_or(MODULE)));
    let name = names.unique(&format!("{sum}_chain"));
    let value = if passed == 0 {
        Text::net(&sum, bits)
    } else {
        Text::concat(vec![Text::net(&sum, bits), operation::read(scope, low, stage, 0, passed)])
    };
    scope.note(&sum, 0, bits);
    n.nets.push(Net { name: sum.clone(), width: bits, signed: false, kind: Kind::FromBlock });
    n.additions.push(Addition { name, subtract: matches!(g.op(s), Op::Sub(..)), a: x, b: y, sum });
    value
}

/// The instances of a module.
pub(super) fn instances(n: &Netlist, text: &mut String) {
    for x in &n.additions {
        let (a, b, sum, name, subtract) = (&x.a, &x.b, &x.sum, &x.name, u8::from(x.subtract));
        let _ = writeln!(text, "wire [{}:0] {sum};", a.width - 1);
        let _ = writeln!(
            text,
            "{MODULE} #(.WIDTH({}), .SUBTRACT({subtract})) {name} (\n    .a({}), .b({}), .y({sum})\n);",
            a.width, a.text, b.text
        );
    }
}
