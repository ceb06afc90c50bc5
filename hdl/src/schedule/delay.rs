//! The delay of each operation on a target.

use crate::device::Target;
use crate::expr::{Graph, Op, Sig};

/// Nanoseconds from operands to result. Wiring, constants, inputs and children's outputs cost nothing here.
pub(super) fn of(g: &Graph, s: Sig, target: &Target) -> f64 {
    let d = target.delays();
    match g.op(s) {
        Op::Input(_) | Op::Const(_) | Op::Out { .. } | Op::State(_) => 0.0,
        Op::Shl(..)
        | Op::Shr(..)
        | Op::Slice { .. }
        | Op::AsSigned(..)
        | Op::Concat { .. }
        | Op::Bound(..) => 0.0,
        Op::Add(..) | Op::Sub(..) | Op::Neg(_) => d.adder(g.adder_bits(s)),
        Op::Mul(a, b) => {
            // Low bits known to be zero are not multiplied.
            let bits = |s: Sig| g.width(s).saturating_sub(g.node(s).zeros).max(1);
            d.multiplier(bits(a), bits(b), target.dsp)
        }
        Op::Ge(a, b) => {
            let bits = g.width(a).max(g.width(b));
            if bits <= d.lut_inputs { d.lut } else { d.adder(bits) }
        }
        Op::Eq(a, b) if g.as_const(a).or(g.as_const(b)).is_some() => d.tree(g.width(a).max(g.width(b))),
        Op::Eq(a, b) => d.tree(2 * g.width(a).max(g.width(b))),
        Op::Accumulate { .. } => d.adder(g.width(s)),
        Op::Read(..) => d.lut,
        // Each bit is the selector, its inverse or a constant.
        Op::Mux { yes, no, .. } if g.as_const(yes).is_some() && g.as_const(no).is_some() => 0.0,
        Op::Mux { .. } | Op::Hold { .. } | Op::And(..) | Op::Or(..) | Op::Xor(..) => d.lut,
        // An inverter goes into the table behind it.
        Op::Not(_) => 0.0,
        Op::Rom(rom, _) => match &g.roms()[rom as usize] {
            rom if rom.style == crate::expr::RomStyle::Block => d.lut,
            rom => d.rom(rom.address_bits()),
        },
    }
}

/// An operation with its operands' widths, such as `mul 18x18`.
pub(super) fn describe(g: &Graph, s: Sig) -> String {
    let mut widths = Vec::new();
    g.operands(s, |o| widths.push(g.width(o).to_string()));
    format!("{} {}", g.op(s).name(), widths.join("x"))
}
