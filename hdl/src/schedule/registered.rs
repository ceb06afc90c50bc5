//! Which multiplications become hard blocks with their own registers.

use crate::expr::{Graph, Op, Sig};
use crate::target::{Registered, Target};

/// A sum of operand widths below which a product is cheaper in logic than a block.
const LEAST_WIDTHS: u32 = 9;

/// Per node the registers it gets inside; `None` for all but multiplications that fit one block and are worth it.
pub(super) fn all(g: &Graph, live: &[bool], pinned: &[bool], target: &Target) -> Vec<Option<Registered>> {
    let of = |i: usize| match g.op(Sig(i as u32)) {
        Op::Mul(a, b) if live[i] && !pinned[i] && target.dsp => {
            let (a, b) = (g.range(a).signed_width(), g.range(b).signed_width());
            if a + b < LEAST_WIDTHS {
                return None;
            }
            target.delays().registered(a, b, target.budget_ns())
        }
        _ => None,
    };
    (0..live.len()).map(of).collect()
}
