//! What synthesis takes into a hard multiplier beside the product: registers of its operands, a sum behind it, registers of that.

use super::bits::{Bits, Lit, Node};
use crate::device::Family;

/// Registers and chains that are part of a block.
pub(super) struct Packed {
    pub flips: Vec<bool>,
    pub chains: Vec<bool>,
}

/// A block's registers on a family: in front of the product, behind it, and the widest sum.
struct Reach {
    before: u32,
    after: u32,
    sum: usize,
}

fn reach(family: Family) -> Option<Reach> {
    match family {
        Family::Ice40Up => Some(Reach { before: 1, after: 1, sum: 32 }),
        Family::Xc7 => Some(Reach { before: 2, after: 2, sum: 48 }),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Reader {
    Nobody,
    Flip(u32),
    Chain(u32),
    Others,
}

/// Who reads each node, if it is one register's input or one chain.
fn readers(n: &Bits, live: &[bool]) -> Vec<Reader> {
    let mut readers = vec![Reader::Nobody; n.nodes.len()];
    let mut read = |l: Lit, by: Reader| {
        let known = &mut readers[l.node()];
        *known = if *known == Reader::Nobody || *known == by { by } else { Reader::Others };
    };
    for (node, _) in n.nodes.iter().zip(live).filter(|(_, live)| **live) {
        match *node {
            Node::And(a, b) | Node::Xor(a, b) => [a, b].into_iter().for_each(|x| read(x, Reader::Others)),
            Node::Mux(s, a, b) => [s, a, b].into_iter().for_each(|x| read(x, Reader::Others)),
            Node::Flip(i) => {
                let flip = n.flips[i as usize];
                [flip.enable, flip.reset].into_iter().for_each(|x| read(x, Reader::Others));
                read(flip.d, if flip.d.inverted() { Reader::Others } else { Reader::Flip(i) });
            }
            Node::Sum(i, bit) => {
                let chain = &n.chains[i as usize];
                let by = if chain.subtract { Reader::Others } else { Reader::Chain(i) };
                [chain.a[bit as usize], chain.plain[bit as usize]].into_iter().for_each(|x| read(x, by));
            }
            Node::Zero | Node::Leaf => {}
        }
    }
    n.roots.iter().for_each(|&x| read(x, Reader::Others));
    readers
}

/// What is part of the blocks of inferred products.
pub(super) fn pack(n: &Bits, live: &[bool], family: Family) -> Packed {
    let mut packed = Packed { flips: vec![false; n.flips.len()], chains: vec![false; n.chains.len()] };
    let Some(reach) = reach(family) else { return packed };
    if n.products.is_empty() {
        return packed;
    }
    let (readers, counts) = (readers(n, live), counts(n, live));
    for product in &n.products {
        for operand in &product.operands {
            before(n, operand, &counts, reach.before, &mut packed);
        }
        // A block's sum and registers hold the product from its lowest bit on.
        let top = product.out.iter().rposition(|x| live[x.node()]).map_or(0, |i| i + 1);
        let mut out = product.out[..top].to_vec();
        if out.iter().any(|x| !live[x.node()]) {
            continue;
        }
        if let Some(chain) = only_chain(&out, &readers)
            && n.chains[chain as usize].a.len() <= reach.sum
            && [&n.chains[chain as usize].a, &n.chains[chain as usize].plain]
                .iter()
                .any(|x| x.starts_with(&out))
        {
            packed.chains[chain as usize] = true;
            let is = |node: &Node| matches!(node, Node::Sum(c, _) if *c == chain);
            out = (0..n.nodes.len()).filter(|&i| live[i] && is(&n.nodes[i])).map(Lit::of).collect();
        }
        for _ in 0..reach.after {
            let flips: Option<Vec<u32>> = out
                .iter()
                .map(|x| match readers[x.node()] {
                    Reader::Flip(i) => Some(i),
                    _ => None,
                })
                .collect();
            let Some(flips) = flips.filter(|f| alike(n, f)) else { break };
            flips.iter().for_each(|&i| packed.flips[i as usize] = true);
            let is = |node: &Node| matches!(node, Node::Flip(i) if flips.contains(i));
            out = (0..n.nodes.len()).filter(|&i| live[i] && is(&n.nodes[i])).map(Lit::of).collect();
        }
    }
    packed
}

/// How many read each node.
fn counts(n: &Bits, live: &[bool]) -> Vec<u32> {
    let mut counts = vec![0; n.nodes.len()];
    n.readings(live, |x| counts[x.node()] += 1);
    counts
}

fn only_chain(out: &[Lit], readers: &[Reader]) -> Option<u32> {
    let Reader::Chain(first) = readers[out.first()?.node()] else { return None };
    out.iter().all(|x| readers[x.node()] == Reader::Chain(first)).then_some(first)
}

/// Registers that share what controls them.
fn alike(n: &Bits, flips: &[u32]) -> bool {
    let control = |&i: &u32| (n.flips[i as usize].enable, n.flips[i as usize].reset);
    let mut all = flips.iter().map(control);
    all.next().is_some_and(|first| all.all(|x| x == first))
}

/// Registers of an operand that nothing else reads.
fn before(n: &Bits, operand: &[Lit], counts: &[u32], most: u32, packed: &mut Packed) {
    let mut bits: Vec<Lit> = operand.iter().copied().filter(|x| x.constant().is_none()).collect();
    bits.sort_unstable();
    // The sign of an operand stands in all bits above.
    let mut repeated = bits.chunk_by(|a, b| a == b).map(|c| (c[0], c.len() as u32)).collect::<Vec<_>>();
    for _ in 0..most {
        let flips: Option<Vec<u32>> = repeated
            .iter()
            .map(|(x, times)| match n.nodes[x.node()] {
                Node::Flip(i) if !x.inverted() && counts[x.node()] == *times => Some(i),
                _ => None,
            })
            .collect();
        let Some(flips) = flips.filter(|f| alike(n, f)) else { break };
        flips.iter().for_each(|&i| packed.flips[i as usize] = true);
        repeated = flips.iter().map(|&i| (n.flips[i as usize].d, 1)).collect();
    }
}
