//! Look-up tables that cover the gates of a netlist, and what else it takes.

use super::bits::{Bits, Lit, Node};
use super::cuts::{CUTS, Cut, joined, prices};
use super::delays::shift_registers;
use super::packing::{Packed, pack};
use super::timing::Timed;
use crate::device::{Family, Target};
use foldhash::HashSet;

/// What is counted.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Count {
    pub lut: u64,
    pub ff: u64,
    /// Nanoseconds of the longest path between registers, without what every stage spends.
    pub ns: f64,
}

/// Counts the cells of a netlist.
pub(super) fn count(n: &Bits, target: &Target) -> Count {
    let mut cover = Cover::new(n, target);
    cover.find_live();
    if !n.products.is_empty() {
        let packed = pack(n, &cover.live, target.family);
        cover = Cover::new(n, target);
        cover.packed = Some(packed);
        cover.find_live();
    }
    let delayed = shift_registers(n, &cover.live, |i| cover.in_block(i), target.family);
    cover.map();
    let flips = (0..n.flips.len()).filter(|&i| cover.flips[i] && !cover.in_block(i));
    Count {
        lut: (cover.chains() + cover.tables() + cover.inverters() + delayed.luts)
            .saturating_sub(cover.merged()),
        ff: flips.count() as u64 - delayed.flips,
        ns: super::timing::longest(n, &cover.timed(), target),
    }
}

struct Cover<'a> {
    n: &'a Bits,
    family: Family,
    live: Vec<bool>,
    flips: Vec<bool>,
    /// Bits of each chain up to the last that is read.
    chains: Vec<u32>,
    /// Bits that must have a net, and which.
    roots: Vec<Lit>,
    /// Readers of each node: gates first, then tables.
    readers: Vec<u32>,
    best: Vec<Option<Cut>>,
    /// The cut of each gate that is ready first.
    fast: Vec<Option<Cut>>,
    used: Vec<bool>,
    packed: Option<Packed>,
}

impl<'a> Cover<'a> {
    fn new(n: &'a Bits, target: &Target) -> Cover<'a> {
        let nodes = n.nodes.len();
        Cover {
            n,
            family: target.family,
            live: vec![false; nodes],
            flips: vec![false; n.flips.len()],
            chains: vec![0; n.chains.len()],
            roots: Vec::new(),
            readers: vec![0; nodes],
            best: vec![None; nodes],
            fast: vec![None; nodes],
            used: vec![false; nodes],
            packed: None,
        }
    }

    /// Whether a register is part of a hard multiplier.
    fn in_block(&self, flip: usize) -> bool {
        self.packed.as_ref().is_some_and(|p| p.flips[flip])
    }

    /// Whether a chain is part of a hard multiplier.
    fn chain_in_block(&self, chain: usize) -> bool {
        self.packed.as_ref().is_some_and(|p| p.chains[chain])
    }

    /// What a root needs, from the outputs back; the nets of chains and registers become roots.
    fn find_live(&mut self) {
        let mut open: Vec<Lit> = Vec::new();
        let n = self.n;
        let root = |this: &mut Self, lit: Lit, open: &mut Vec<Lit>| {
            if lit.constant().is_none() {
                this.roots.push(lit);
                open.push(lit);
            }
        };
        n.roots.iter().for_each(|&lit| root(self, lit, &mut open));
        while let Some(lit) = open.pop() {
            let node = lit.node();
            if std::mem::replace(&mut self.live[node], true) {
                continue;
            }
            match n.nodes[node] {
                Node::Zero | Node::Leaf => {}
                Node::And(a, b) | Node::Xor(a, b) => open.extend([a, b]),
                Node::Mux(s, a, b) => open.extend([s, a, b]),
                Node::Flip(i) => {
                    self.flips[i as usize] = true;
                    let flip = n.flips[i as usize];
                    [flip.d, flip.enable, flip.reset].into_iter().for_each(|x| root(self, x, &mut open));
                }
                Node::Sum(i, bit) => {
                    let chain = &n.chains[i as usize];
                    let from = self.chains[i as usize];
                    self.chains[i as usize] = from.max(bit + 1);
                    for at in from..=bit {
                        let at = at as usize;
                        let operands = match self.chain_in_block(i as usize) {
                            true => [chain.a[at], chain.plain[at]],
                            false => self.operands(chain.a[at], chain.b[at], chain.subtract),
                        };
                        operands.into_iter().for_each(|x| root(self, x, &mut open));
                    }
                }
            }
        }
        self.roots.sort_unstable();
        self.roots.dedup();
    }

    /// The nets that a bit of a chain reads.
    fn operands(&self, a: Lit, b: Lit, subtract: bool) -> [Lit; 2] {
        match self.family {
            // The complement of a subtrahend is a net of its own.
            Family::Ice40 | Family::Ice40Up => [a, b.flip(subtract)],
            _ => [a, b],
        }
    }

    fn gate(&self, node: usize) -> bool {
        matches!(self.n.nodes[node], Node::And(..) | Node::Xor(..) | Node::Mux(..))
    }

    /// The best cut of every gate, then those that roots need; once more with the readers that this gives.
    fn map(&mut self) {
        for (node, _) in self.n.nodes.iter().zip(&self.live).filter(|(_, live)| **live) {
            let mut read = |l: Lit| self.readers[l.node()] += 1;
            match *node {
                Node::And(a, b) | Node::Xor(a, b) => [a, b].into_iter().for_each(read),
                Node::Mux(s, a, b) => [s, a, b].into_iter().for_each(&mut read),
                _ => {}
            }
        }
        self.roots.iter().for_each(|r| self.readers[r.node()] += 1);
        for _ in 0..3 {
            self.choose();
            self.select();
        }
    }

    fn choose(&mut self) {
        let prices = prices(self.family);
        let most = prices.len() - 1;
        let mut cuts: Vec<Vec<Cut>> = vec![Vec::new(); self.n.nodes.len()];
        let mut level = vec![0u32; self.n.nodes.len()];
        for i in 0..self.n.nodes.len() {
            if !self.live[i] {
                continue;
            }
            if !self.gate(i) {
                if let Node::Sum(chain, bit) = self.n.nodes[i] {
                    let (c, bit) = (&self.n.chains[chain as usize], bit as usize);
                    let of = |x: &[Lit]| x[..=bit].iter().map(|x| level[x.node()]).max().unwrap_or(0);
                    level[i] = of(&c.a).max(of(&c.b)) + 1;
                }
                cuts[i] = vec![Cut::one(i as u32, 0.0)];
                continue;
            }
            let mut found = match self.n.nodes[i] {
                Node::And(a, b) | Node::Xor(a, b) => joined(&cuts[a.node()], &cuts[b.node()], most),
                Node::Mux(s, a, b) => {
                    joined(&joined(&cuts[a.node()], &cuts[b.node()], most), &cuts[s.node()], most)
                }
                _ => Vec::new(),
            };
            for cut in &mut found {
                let below: f32 = cut.leaves().iter().map(|&l| self.flow(l as usize)).sum();
                cut.flow = prices[cut.size as usize] + below;
            }
            found.sort_by(|a, b| a.flow.total_cmp(&b.flow).then(a.size.cmp(&b.size)));
            found.dedup_by(|a, b| a.leaves() == b.leaves());
            let depth = |cut: &Cut| cut.leaves().iter().map(|&l| level[l as usize]).max().unwrap_or(0) + 1;
            let fast = found.iter().copied().min_by_key(depth);
            level[i] = fast.as_ref().map_or(0, depth);
            found.truncate(CUTS);
            self.best[i] = found.first().copied();
            if let Some(fast) = fast {
                found.extend((!found.iter().any(|c| c.leaves() == fast.leaves())).then_some(fast));
            }
            self.fast[i] = fast;
            found.push(Cut::one(i as u32, 0.0));
            cuts[i] = found;
        }
    }

    /// What a reader of a node pays for it.
    fn flow(&self, node: usize) -> f32 {
        self.best[node].map_or(0.0, |cut| cut.flow / self.readers[node].max(1) as f32)
    }

    /// The tables that roots need.
    fn select(&mut self) {
        self.used.fill(false);
        let mut readers = vec![0; self.readers.len()];
        let mut open: Vec<usize> = self.roots.iter().map(|r| r.node()).collect();
        open.iter().for_each(|&r| readers[r] += 1);
        while let Some(i) = open.pop() {
            if !self.gate(i) || std::mem::replace(&mut self.used[i], true) {
                continue;
            }
            if let Some(cut) = &self.best[i] {
                for &l in cut.leaves() {
                    readers[l as usize] += 1;
                    open.push(l as usize);
                }
            }
        }
        self.readers = readers;
    }

    /// What a walk along the paths needs.
    fn timed(&self) -> Timed<'_> {
        let table = |i: usize| self.fast[i].as_ref().map(Cut::leaves);
        let kept: Vec<bool> = (0..self.chains.len()).map(|i| !self.chain_in_block(i)).collect();
        Timed { live: &self.live, tables: (0..self.used.len()).map(table).collect(), chains: kept }
    }

    fn tables(&self) -> u64 {
        let prices = prices(self.family);
        let price = |i: usize| self.best[i].map_or(0.0, |cut| prices[cut.size as usize]);
        (0..self.used.len()).filter(|&i| self.used[i]).map(price).sum::<f32>() as u64
    }

    /// Complements that are nets: of what is no gate, and of gates that are wanted both ways.
    fn inverters(&self) -> u64 {
        if self.family == Family::Xc7 {
            // Whoever reads them inverts by itself.
            return 0;
        }
        let wanted: HashSet<Lit> = self.roots.iter().copied().collect();
        let needs = |r: &&Lit| r.inverted() && (!self.gate(r.node()) || wanted.contains(&!**r));
        self.roots.iter().filter(needs).count() as u64
    }

    fn chains(&self) -> u64 {
        let mut sum = 0;
        let mut read = vec![0u32; self.chains.len()];
        for (node, live) in self.n.nodes.iter().zip(&self.live) {
            if let (Node::Sum(i, _), true) = (node, live) {
                read[*i as usize] += 1;
            }
        }
        for (i, chain) in self.n.chains.iter().enumerate() {
            let bits = u64::from(self.chains[i]);
            if self.chain_in_block(i) {
                continue;
            }
            let compared = u64::from(chain.compare && bits > 0);
            sum += match self.family {
                Family::Ice40 | Family::Ice40Up => u64::from(read[i]) - compared,
                Family::Ecp5 | Family::Nexus => 2 * (bits - compared).div_ceil(2),
                // Its tables are gates.
                Family::Xc7 => 0,
                _ => bits - compared,
            };
        }
        sum
    }

    /// Tables that iCE40 takes into the cell of a sum that nothing else reads: the carry is one of its four inputs.
    fn merged(&self) -> u64 {
        if !matches!(self.family, Family::Ice40 | Family::Ice40Up) {
            return 0;
        }
        let takes = |i: &usize| {
            let cut = self.best[*i].as_ref().filter(|_| self.used[*i]);
            cut.is_some_and(|cut| cut.leaves().iter().any(|&sum| self.joins(sum, cut)))
        };
        (0..self.used.len()).filter(takes).count() as u64
    }

    /// Whether a table and the sum that it reads are one cell.
    fn joins(&self, sum: u32, cut: &Cut) -> bool {
        let Node::Sum(chain, bit) = self.n.nodes[sum as usize] else { return false };
        if self.readers[sum as usize] != 1 || self.chain_in_block(chain as usize) {
            return false;
        }
        let (chain, bit) = (&self.n.chains[chain as usize], bit as usize);
        let others = cut.leaves().iter().filter(|&&l| l != sum).map(|&l| Lit::of(l as usize));
        let mut inputs: Vec<Lit> = others.chain([chain.a[bit], chain.b[bit].flip(chain.subtract)]).collect();
        inputs.retain(|x| x.constant().is_none());
        inputs.sort_unstable();
        inputs.dedup();
        inputs.len() <= 3
    }
}
