//! Which multiplications become hard blocks with their own registers.

use crate::device::{Family, Registered, Target};
use crate::expr::{Graph, Op, Sig};

/// A sum of operand widths below which a product is cheaper in logic than a block.
const LEAST_WIDTHS: u32 = 9;

/// Bits of a product, where no more are read, that are cheaper in logic than in a block. On ECP5 synthesis takes a block for
/// fewer bits too, without registers: there they are worth having.
fn least_bits(family: Family) -> u32 {
    if family == Family::Ecp5 { 0 } else { 9 }
}

/// Per node the low bits of it that sums and shifts need to give theirs; all, where anything else reads it.
pub(crate) fn read(g: &Graph) -> Vec<u32> {
    let mut read = vec![0; g.nodes().len()];
    g.outputs().iter().for_each(|&(_, s)| read[s.index()] = g.width(s));
    for i in (0..read.len()).rev() {
        let (s, bits) = (Sig(i as u32), read[i]);
        let mut need = |x: Sig, bits: u32| read[x.index()] = read[x.index()].max(bits.min(g.width(x)));
        match g.op(s) {
            Op::Add(a, b) | Op::Sub(a, b) => [a, b].into_iter().for_each(|x| need(x, bits)),
            Op::Neg(a) | Op::Bound(a, _) => need(a, bits),
            Op::Shl(a, n) => need(a, bits.saturating_sub(n)),
            Op::Slice { a, lo, width } => need(a, lo + width),
            _ => g.operands(s, |x| need(x, u32::MAX)),
        }
    }
    read
}

/// Per node the registers it gets inside; `None` for all but multiplications that fit one block and are worth it.
pub(super) fn all(g: &Graph, live: &[bool], pinned: &[bool], target: &Target) -> Vec<Option<Registered>> {
    let read = read(g);
    let of = |i: usize| match g.op(Sig(i as u32)) {
        Op::Mul(a, b) if live[i] && !pinned[i] && target.dsp => {
            let (a, b) = (g.range(a).signed_width(), g.range(b).signed_width());
            if a + b < LEAST_WIDTHS || read[i] < least_bits(target.family) {
                return None;
            }
            target.delays().registered(a, b, target.budget_ns())
        }
        _ => None,
    };
    (0..live.len()).map(of).collect()
}
