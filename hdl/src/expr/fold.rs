//! Interval and trailing-zero propagation, one rule per operation.

use super::{Graph, Op, Range, Sig};

/// The exact interval of an operation on the intervals of its operands.
pub(super) fn range(g: &Graph, op: Op) -> Range {
    let r = |s: Sig| g.range(s);
    let bit = Range { lo: 0, hi: 1 };
    match op {
        Op::Input(i) => g.inputs[i as usize].range,
        Op::Const(c) => Range::new(c, c),
        Op::Add(a, b) => Range::new(r(a).lo + r(b).lo, r(a).hi + r(b).hi),
        Op::Sub(a, b) => Range::new(r(a).lo - r(b).hi, r(a).hi - r(b).lo),
        Op::Neg(a) => Range::new(-r(a).hi, -r(a).lo),
        Op::Mul(a, b) => product(r(a), r(b), a == b),
        Op::Shl(a, n) => {
            Range::corners(r(a), Range { lo: 0, hi: 0 }, |x, _| x.checked_mul(1i128.checked_shl(n)?))
        }
        Op::Shr(a, n) => Range::new(r(a).lo >> n.min(127), r(a).hi >> n.min(127)),
        Op::Slice { a, lo, width } => slice(r(a), lo, width),
        Op::AsSigned(a, width) => {
            let full = Range::of_bits(true, width);
            if full.includes(r(a)) { r(a) } else { full }
        }
        Op::Concat { hi, lo, lo_width } => {
            Range::new((r(hi).lo << lo_width) + r(lo).lo, (r(hi).hi << lo_width) + r(lo).hi)
        }
        Op::Mux { yes, no, .. } => r(yes).hull(r(no)),
        Op::Ge(a, b) => decided(r(a).lo >= r(b).hi, r(a).hi < r(b).lo),
        Op::Eq(a, b) => {
            let same = r(a).single().is_some() && r(a) == r(b);
            decided(same, r(a).hi < r(b).lo || r(b).hi < r(a).lo)
        }
        Op::And(a, b) => Range::new(0, r(a).hi.min(r(b).hi)),
        Op::Or(a, b) => {
            Range::new(r(a).lo.max(r(b).lo), Range::of_bits(false, g.width(a).max(g.width(b))).hi)
        }
        Op::Xor(a, b) => Range::of_bits(false, g.width(a).max(g.width(b))),
        Op::Not(a) => r(a).single().map_or(bit, |v| Range { lo: 1 - v, hi: 1 - v }),
        Op::Bound(_, range) => range,
        Op::Rom(rom, _) => g.roms[rom as usize].range,
        Op::State(s) => g.states[s as usize].range,
        Op::Accumulate { range, .. } => range,
        Op::Hold { data, .. } => r(data),
        Op::Read(ram, _) => g.rams[ram as usize].range,
        Op::Out { instance, port } => g.instances[instance as usize].module.outputs()[port as usize].0.range,
    }
}

/// Low bits that are zero whatever the operands hold: an adder is that much shorter.
pub(super) fn zeros(g: &Graph, op: Op) -> u32 {
    let z = |s: Sig| g.node(s).zeros;
    match op {
        Op::Const(0) => 127,
        Op::Const(c) => c.trailing_zeros(),
        Op::Add(a, b) | Op::Sub(a, b) => z(a).min(z(b)),
        Op::Mux { yes, no, .. } => z(yes).min(z(no)),
        Op::Neg(a) | Op::Bound(a, _) => z(a),
        Op::Accumulate { term, .. } | Op::Hold { data: term, .. } => z(term),
        Op::Mul(a, b) => (z(a) + z(b)).min(127),
        Op::Shl(a, n) => (z(a) + n).min(127),
        Op::Shr(a, n) => z(a).saturating_sub(n),
        Op::Concat { lo, lo_width, .. } => z(lo).min(lo_width),
        _ => 0,
    }
}

fn product(a: Range, b: Range, square: bool) -> Range {
    let full = Range::corners(a, b, i128::checked_mul);
    match square {
        false => full,
        true if a.contains(0) => Range::new(0, full.hi),
        true => Range::new((a.lo * a.lo).min(a.hi * a.hi), full.hi),
    }
}

fn slice(a: Range, lo: u32, width: u32) -> Range {
    let (l, h) = (a.lo >> lo.min(127), a.hi >> lo.min(127));
    let full = Range::of_bits(false, width);
    // The interval survives if it does not cross a multiple of 2^width.
    if l >> width == h >> width { Range::new(l & full.hi, h & full.hi) } else { full }
}

fn decided(always: bool, never: bool) -> Range {
    Range { lo: always as i128, hi: !never as i128 }
}
