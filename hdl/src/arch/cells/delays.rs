//! Registers in a row that a family keeps in look-up tables.

use super::bits::{Bits, Node};
use crate::device::Family;

/// Look-up tables, and the registers that are not there.
#[derive(Default)]
pub(super) struct Shifted {
    pub luts: u64,
    pub flips: u64,
}

/// Registers in a row that Xilinx 7 keeps in look-up tables.
pub(super) fn shift_registers(
    n: &Bits,
    live: &[bool],
    in_block: impl Fn(usize) -> bool,
    family: Family,
) -> Shifted {
    let mut sum = Shifted::default();
    if family != Family::Xc7 {
        return sum;
    }
    let plain = |i: u32| {
        let flip = n.flips[i as usize];
        flip.enable.constant() == Some(true) && flip.reset.constant() == Some(false) && !in_block(i as usize)
    };
    let flip_of = |node: usize| match n.nodes[node] {
        Node::Flip(i) if plain(i) => Some(i),
        _ => None,
    };
    // A register in a row has one reader, the next.
    let mut readers = vec![0u32; n.nodes.len()];
    n.readings(live, |l| readers[l.node()] += 1);
    let mut length = vec![0u32; n.flips.len()];
    let mut ended = vec![true; n.flips.len()];
    for (node, _) in n.nodes.iter().enumerate().filter(|&(i, _)| live[i]) {
        let Some(i) = flip_of(node) else { continue };
        let d = n.flips[i as usize].d;
        let before = flip_of(d.node()).filter(|_| readers[d.node()] == 1 && !d.inverted() && d.node() < node);
        length[i as usize] = 1 + before.map_or(0, |b| length[b as usize]);
        if let Some(b) = before {
            ended[b as usize] = false;
        }
    }
    for (&length, _) in length.iter().zip(&ended).filter(|(_, ended)| **ended) {
        if length >= 3 {
            sum.luts += u64::from(length.div_ceil(32));
            sum.flips += u64::from(length);
        }
    }
    sum
}
