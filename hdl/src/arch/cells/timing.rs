//! The longest path of a netlist, each gate in the table that is ready first.

use super::bits::{Bits, Lit, Node};
use crate::device::Target;

/// A covered netlist.
pub(super) struct Timed<'a> {
    pub live: &'a [bool],
    /// The inputs of the table at each node, if there is one.
    pub tables: Vec<Option<&'a [u32]>>,
    /// Which chains are in logic.
    pub chains: Vec<bool>,
}

/// Nanoseconds from registers to registers.
pub(super) fn longest(n: &Bits, timed: &Timed, target: &Target) -> f64 {
    let d = target.delays();
    let mut at = vec![0.0f64; n.nodes.len()];
    let mut worst = 0.0f64;
    for (i, node) in n.nodes.iter().enumerate().filter(|&(i, _)| timed.live[i]) {
        at[i] = match *node {
            Node::Leaf => match n.delayed_leaves.get(&i) {
                Some((ns, operands)) => latest(&at, operands) + ns,
                None => 0.0,
            },
            Node::Sum(chain, bit) => {
                let c = &n.chains[chain as usize];
                let bit = bit as usize;
                // From the bit below that is the latest to get onto the chain.
                let on = |k: usize| latest(&at, &[c.a[k], c.b[k]]) + d.carry_bit * (bit - k) as f64;
                let from = (0..=bit).map(on).fold(0.0, f64::max);
                from + if timed.chains[chain as usize] { d.carry } else { 0.0 }
            }
            _ => match timed.tables[i] {
                Some(leaves) => leaves.iter().map(|&l| at[l as usize]).fold(0.0, f64::max) + d.lut,
                None => 0.0,
            },
        };
    }
    let mut end = |x: Lit| worst = worst.max(at[x.node()]);
    for (node, _) in n.nodes.iter().zip(timed.live).filter(|(_, live)| **live) {
        if let Node::Flip(i) = node {
            let flip = n.flips[*i as usize];
            [flip.d, flip.enable, flip.reset].into_iter().for_each(&mut end);
        }
    }
    n.roots.iter().copied().for_each(end);
    worst
}

fn latest(at: &[f64], bits: &[Lit]) -> f64 {
    bits.iter().map(|x| at[x.node()]).fold(0.0, f64::max)
}
