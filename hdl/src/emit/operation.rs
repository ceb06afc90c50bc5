//! The text of each operation: one wire, explicit equal widths, signs extended by hand.

use super::netlist::Scope;
use super::text::Text;
use crate::expr::{Op, Ram, Range, Sig};

/// Bits `lo..lo+width` of the two's complement of a node in a stage, extended where it has fewer.
pub(super) fn read(scope: &Scope, s: Sig, stage: u32, lo: u32, width: u32) -> Text {
    let g = scope.module.graph();
    if let Some(c) = g.as_const(s) {
        let part = c >> lo.min(127);
        return Text::literal(if part >= 0 { part & ((1 << width) - 1) } else { part }, width);
    }
    let (of, signed) = (g.width(s), g.signed(s));
    let Some(net) = scope.net(s, stage) else {
        unreachable!("{:?} is read in stage {stage}, where it has no net", g.op(s))
    };
    let take = width.min(of.saturating_sub(lo));
    let mut parts = Vec::new();
    if take < width {
        parts.push(if signed {
            scope.note(net, of - 1, 1);
            Text::repeat(Text::part(net, of, of - 1, 1), width - take)
        } else {
            Text::literal(0, width - take)
        });
    }
    if take > 0 {
        scope.note(net, lo, take);
        parts.push(Text::part(net, of, lo, take));
    }
    if parts.len() == 1 { parts.remove(0) } else { Text::concat(parts) }
}

/// The expression of a node, exactly as wide as its wire.
pub(super) fn text(scope: &Scope, s: Sig, stage: u32) -> Text {
    let g = scope.module.graph();
    let w = g.width(s);
    let fit = |a: Sig| read(scope, a, stage, 0, w);
    match g.op(s) {
        Op::Input(_) | Op::Const(_) | Op::Out { .. } | Op::State(_) => unreachable!("not assigned"),
        Op::Add(..) | Op::Sub(..) | Op::Neg(_) | Op::Mul(..) | Op::Accumulate { .. } => unreachable!("exact"),
        Op::Shl(a, n) => beside(scope, stage, w, a, n, Text::literal(0, n)),
        Op::Concat { hi, lo, lo_width } if w <= lo_width => {
            // Only possible where the upper part is zero.
            let _ = hi;
            fit(lo)
        }
        Op::Concat { hi, lo, lo_width } => {
            let low = read(scope, lo, stage, 0, lo_width);
            beside(scope, stage, w, hi, lo_width, low)
        }
        Op::Shr(a, n) => read(scope, a, stage, n, w),
        Op::Slice { a, lo, .. } => read(scope, a, stage, lo, w),
        Op::AsSigned(a, _) | Op::Bound(a, _) => fit(a),
        Op::Mux { sel, yes, no } => Text::choose(fit_bit(scope, sel, stage), fit(yes), fit(no)),
        Op::Ge(a, b) => compare(scope, stage, a, ">=", b),
        Op::Eq(a, b) => compare(scope, stage, a, "==", b),
        Op::And(a, b) => Text::binary(fit(a), "&", fit(b)),
        Op::Or(a, b) => Text::binary(fit(a), "|", fit(b)),
        Op::Xor(a, b) => Text::binary(fit(a), "^", fit(b)),
        Op::Not(a) => Text::unary("~", fit_bit(scope, a, stage)),
        Op::Hold { enable, data } => {
            Text::choose(fit_bit(scope, enable, stage), fit(data), read(scope, s, stage + 1, 0, w))
        }
        Op::Read(ram, a) => {
            let address = read(scope, a, stage, 0, ram_address_bits(&g.rams()[ram as usize]));
            let word = Text { text: format!("{}[{}]", scope.rams[ram as usize], address.text), width: w };
            match g.rams()[ram as usize].write.filter(|_| g.rams()[ram as usize].huge) {
                None => word,
                Some(write) => {
                    let kept = read(scope, s, stage + 1, 0, w);
                    Text::choose(fit_bit(scope, write.enable, stage), kept, word)
                }
            }
        }
        Op::Rom(rom, a) => {
            let table = &g.roms()[rom as usize];
            let address = read(scope, a, stage, 0, table.address_bits());
            let address = if scope.is_inverted(a, stage) { Text::unary("~", address) } else { address };
            let memory = &scope.memories[&(rom as usize)];
            Text { text: format!("{memory}[{}]", address.text), width: table.width() }
        }
    }
}

/// Bits of an address of a memory.
pub(super) fn ram_address_bits(ram: &Ram) -> u32 {
    Range::new(0, ram.depth as i128 - 1).width()
}

fn fit_bit(scope: &Scope, s: Sig, stage: u32) -> Text {
    read(scope, s, stage, 0, 1)
}

/// `{upper bits of a result of w bits, low}`
fn beside(scope: &Scope, stage: u32, w: u32, a: Sig, n: u32, low: Text) -> Text {
    Text::concat(vec![read(scope, a, stage, 0, w - n), low])
}

/// A comparison at the first width that holds both operands with one sign, always of plain binary numbers.
///
/// Two's complement is compared with its sign bits inverted. `$signed(a) >= -2'sd1` means the same, but yosys up to 0.23
/// at least maps narrow signed comparisons with constants to wrong look-up tables (`cmp2lut.v`).
fn compare(scope: &Scope, stage: u32, a: Sig, op: &str, b: Sig) -> Text {
    let g = scope.module.graph();
    let signed = g.signed(a) || g.signed(b);
    let bits = |s: Sig| g.width(s) + (signed && !g.signed(s)) as u32;
    let w = bits(a).max(bits(b));
    let side = |s: Sig| match g.as_const(s) {
        Some(c) if signed => Text::literal(c + (1 << (w - 1)), w),
        None if signed => {
            let sign = Text::unary("~", read(scope, s, stage, w - 1, 1));
            if w == 1 { sign } else { Text::concat(vec![sign, read(scope, s, stage, 0, w - 1)]) }
        }
        _ => read(scope, s, stage, 0, w),
    };
    Text::compare(side(a), op, side(b))
}
