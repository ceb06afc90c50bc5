//! A module's graph, with its registers where the scheduler placed them, as bits.

use super::bits::{Bits, FALSE, Lit, Product};
use super::memories::{self, Kind};
use super::products::split;
use super::sums::{self, Row};
use super::tables;
use crate::device::Family;
use crate::expr::{Graph, Op, RomStyle, Sig};
use crate::module::Module;
use crate::schedule::bits_read;
use foldhash::{HashMap, HashMapExt};

/// Hard multipliers and block RAMs beside the bits.
#[derive(Default)]
pub(super) struct Blocks {
    pub dsp: u64,
    pub bram: u64,
    pub spram: u64,
    /// Look-up tables and registers of memories that are written.
    pub lut: u64,
    pub ff: u64,
}

/// The bits of a module, and its blocks.
pub(super) fn blast(m: &Module) -> (Bits, Blocks) {
    let g = m.graph();
    let mut b = Blaster {
        m,
        g,
        n: Bits::new(),
        blocks: Blocks::default(),
        at: vec![Vec::new(); g.nodes().len()],
        users: users(m),
        read_bits: bits_read(g),
        rams: HashMap::new(),
    };
    b.run();
    (b.n, b.blocks)
}

/// How many operations, or ports, read each node.
fn users(m: &Module) -> Vec<u32> {
    let g = m.graph();
    let mut users = vec![0; g.nodes().len()];
    for i in 0..g.nodes().len() {
        let s = Sig(i as u32);
        if m.schedule().place(s).is_some() && !matches!(g.op(s), Op::Out { .. }) {
            g.operands(s, |o| users[o.index()] += 1);
        }
    }
    let inputs = g.instances().iter().flat_map(|i| i.inputs.iter().copied());
    let written = g.written().flat_map(|(_, w)| w.operands());
    for s in g.outputs().iter().map(|(_, s)| *s).chain(g.pinned()).chain(inputs).chain(written) {
        users[s.index()] += 1;
    }
    users
}

/// Bits of a factor that are not known to be zero.
pub(in crate::arch) fn factor_bits(g: &Graph, s: Sig, signed: bool) -> u32 {
    let bits = if signed { g.range(s).signed_width() } else { g.width(s) };
    bits - g.node(s).zeros.min(bits - 1)
}

struct Blaster<'a> {
    m: &'a Module,
    g: &'a Graph,
    n: Bits,
    blocks: Blocks,
    /// Per node its bits in every stage from where it appears.
    at: Vec<Vec<Vec<Lit>>>,
    users: Vec<u32>,
    /// Per node how many of its low bits anything needs.
    read_bits: Vec<u32>,
    /// The registers of memories that are made of them, by word.
    rams: HashMap<u32, Vec<Vec<(u32, Lit)>>>,
}

impl Blaster<'_> {
    fn run(&mut self) {
        let mut pending = Vec::new();
        for i in 0..self.g.nodes().len() {
            gainstage_golden::watch::check();
            let s = Sig(i as u32);
            let Some(place) = self.m.schedule().place(s) else { continue };
            let late = self.appears(s);
            let own = self.remembered(s);
            let bits = self.value(s, place.stage, own.as_deref());
            self.at[i] = vec![bits];
            let last = place.last - place.stage - late;
            if let Some(own) = own {
                self.at[i].push(own.iter().map(|&(_, q)| q).collect());
                pending.push((s, own));
            }
            while self.at[i].len() <= last as usize {
                let newest = self.at[i].last().cloned().unwrap_or_default();
                let next = newest.into_iter().map(|b| self.n.delayed(b)).collect();
                self.at[i].push(next);
            }
        }
        for (s, own) in pending {
            let d = match self.g.op(s) {
                Op::State(i) => match self.g.states()[i as usize].next {
                    Some(next) => self.read(next, 0, own.len()),
                    None => continue,
                },
                _ => self.at[s.index()][0].clone(),
            };
            for ((number, q), d) in own.into_iter().zip(d) {
                self.n.take(number, q, d);
            }
        }
        self.ends();
    }

    /// Stages behind its operands in which a value appears: those of registers inside a block.
    fn appears(&self, s: Sig) -> u32 {
        match self.g.op(s) {
            Op::Rom(rom, _) if self.g.roms()[rom as usize].style == RomStyle::Block => 1,
            Op::Read(..) => 1,
            _ => self.m.schedule().inside(s),
        }
    }

    /// The registers of what reads its own value of the clock before.
    fn remembered(&mut self, s: Sig) -> Option<Vec<(u32, Lit)>> {
        match self.g.op(s) {
            Op::Accumulate { .. } | Op::Hold { .. } | Op::State(_) => {
                Some((0..self.g.width(s)).map(|_| self.n.register()).collect())
            }
            _ => None,
        }
    }

    /// What ends in ports, children and memories.
    fn ends(&mut self) {
        let m = self.m;
        let mut ends: Vec<(Sig, u32)> = m.outputs().iter().map(|&(_, s)| (s, m.latency())).collect();
        for (instance, stage) in self.g.instances().iter().zip(m.input_stages()) {
            ends.extend(stage.iter().flat_map(|&stage| instance.inputs.iter().map(move |&s| (s, stage))));
        }
        ends.extend(self.g.immediate_outputs().iter().map(|&(_, s)| (s, 0)));
        for (i, write) in self.g.written() {
            let stage = m.schedule().write_stages[i as usize];
            let ram = &self.g.rams()[i as usize];
            match memories::of(ram, m.target().family) {
                Kind::Registers => {
                    self.written(i, stage);
                    continue;
                }
                Kind::Tables(tables) => {
                    self.blocks.lut += tables;
                    self.blocks.ff += u64::from(ram.range.width());
                }
                Kind::Blocks(blocks) => self.blocks.bram += blocks,
                Kind::Large(blocks) => self.blocks.spram += blocks,
            }
            ends.extend(write.operands().map(|s| (s, stage)));
        }
        for (s, stage) in ends {
            let bits = self.read(s, stage, self.g.width(s) as usize);
            self.n.roots.extend(bits);
        }
    }

    /// The registers of a memory take what is written.
    fn written(&mut self, ram: u32, stage: u32) {
        let Some(write) = self.g.rams()[ram as usize].write else { return };
        let Some(words) = self.rams.remove(&ram) else { return };
        let enable = self.read(write.enable, stage, 1)[0];
        let address = self.read(write.address, stage, self.g.width(write.address) as usize);
        for (at, word) in words.into_iter().enumerate() {
            let same: Vec<Lit> = address.iter().enumerate().map(|(i, &a)| a.flip(at >> i & 1 == 0)).collect();
            let here = self.all(same.into_iter().chain([enable]).collect());
            let data = self.read(write.data, stage, word.len());
            for ((number, q), d) in word.into_iter().zip(data) {
                let d = self.n.choose(here, d, q);
                self.n.take(number, q, d);
            }
        }
    }

    /// `width` bits of a node in a stage, its sign or zeros above those it has.
    fn read(&self, s: Sig, stage: u32, width: usize) -> Vec<Lit> {
        if let Some(c) = self.g.as_const(s) {
            return (0..width).map(|i| Lit::is(c >> i.min(127) & 1 == 1)).collect();
        }
        let place = self.m.schedule().place(s);
        let first = place.map_or(0, |p| p.stage) + self.appears(s);
        let all = &self.at[s.index()];
        let Some(bits) = all.get(stage.saturating_sub(first) as usize).or(all.last()) else {
            return vec![FALSE; width];
        };
        let above = if self.g.signed(s) { bits.last().copied().unwrap_or(FALSE) } else { FALSE };
        (0..width).map(|i| bits.get(i).copied().unwrap_or(above)).collect()
    }

    fn leaves(&mut self, width: usize) -> Vec<Lit> {
        (0..width).map(|_| self.n.leaf()).collect()
    }

    /// A word of a block RAM.
    fn words(&mut self, width: usize) -> Vec<Lit> {
        let ns = self.m.target().delays().block_ram;
        (0..width).map(|_| self.n.late_leaf(ns, &[])).collect()
    }

    fn value(&mut self, s: Sig, stage: u32, own: Option<&[(u32, Lit)]>) -> Vec<Lit> {
        let (g, w) = (self.g, self.g.width(s) as usize);
        let target = self.m.target();
        let wide = |a: Sig| g.width(a) as usize;
        match g.op(s) {
            Op::Input(_) | Op::Out { .. } => self.leaves(w),
            Op::Const(_) => self.read(s, stage, w),
            Op::State(_) => own.unwrap_or_default().iter().map(|&(_, q)| q).collect(),
            Op::Add(..) | Op::Sub(..) | Op::Neg(_) => self.sum(s, stage, w),
            Op::Mul(a, b) => self.product(s, a, b, stage),
            Op::Shl(a, n) => {
                let a = self.read(a, stage, w.saturating_sub(n as usize));
                (0..w - a.len()).map(|_| FALSE).chain(a.iter().copied()).collect()
            }
            Op::Shr(a, n) => self.read(a, stage, w + n as usize).split_off(n as usize),
            Op::Slice { a, lo, .. } => self.read(a, stage, w + lo as usize).split_off(lo as usize),
            Op::AsSigned(a, _) | Op::Bound(a, _) => self.read(a, stage, w),
            Op::Concat { hi, lo, lo_width } => {
                let mut bits = self.read(lo, stage, lo_width as usize);
                bits.extend(self.read(hi, stage, w.saturating_sub(lo_width as usize)));
                bits.truncate(w);
                bits
            }
            Op::Mux { sel, yes, no } => {
                let sel = self.read(sel, stage, 1)[0];
                let (yes, no) = (self.read(yes, stage, w), self.read(no, stage, w));
                yes.into_iter().zip(no).map(|(y, x)| self.n.choose(sel, y, x)).collect()
            }
            Op::Hold { enable, data } => {
                let enable = self.read(enable, stage, 1)[0];
                let data = self.read(data, stage, w);
                let own = own.unwrap_or_default().iter().map(|&(_, q)| q);
                data.into_iter().zip(own).map(|(d, q)| self.n.choose(enable, d, q)).collect()
            }
            Op::Accumulate { first, term, .. } => {
                let first = self.read(first, stage, 1)[0];
                let own = own.unwrap_or_default().iter();
                let kept: Vec<Lit> = own.map(|&(_, q)| self.n.and(!first, q)).collect();
                let term = self.read(term, stage, w);
                sums::add(&mut self.n, &kept, &term, false, target)
            }
            Op::Ge(a, b) => vec![self.at_least(a, b, stage)],
            Op::Eq(a, b) => {
                let bits = wide(a).max(wide(b)) + usize::from(g.signed(a) != g.signed(b));
                let (a, b) = (self.read(a, stage, bits), self.read(b, stage, bits));
                let same: Vec<Lit> = a.into_iter().zip(b).map(|(a, b)| !self.n.xor(a, b)).collect();
                vec![self.all(same)]
            }
            Op::And(a, b) | Op::Or(a, b) | Op::Xor(a, b) => {
                let (x, y) = (self.read(a, stage, w), self.read(b, stage, w));
                let gate = |(x, y)| match g.op(s) {
                    Op::And(..) => self.n.and(x, y),
                    Op::Or(..) => self.n.or(x, y),
                    _ => self.n.xor(x, y),
                };
                x.into_iter().zip(y).map(gate).collect()
            }
            Op::Not(a) => vec![!self.read(a, stage, 1)[0]],
            Op::Rom(rom, address) => self.rom(rom, address, stage),
            Op::Read(ram, address) => self.memory(ram, address, stage),
        }
    }

    /// A tree of ands.
    fn all(&mut self, mut bits: Vec<Lit>) -> Lit {
        while bits.len() > 1 {
            bits = bits.chunks(2).map(|p| if p.len() == 2 { self.n.and(p[0], p[1]) } else { p[0] }).collect();
        }
        bits.first().copied().unwrap_or(super::bits::TRUE)
    }

    fn at_least(&mut self, a: Sig, b: Sig, stage: u32) -> Lit {
        let g = self.g;
        let signed = g.signed(a) || g.signed(b);
        let bits = |s: Sig| (g.width(s) + u32::from(signed && !g.signed(s))) as usize;
        let w = bits(a).max(bits(b));
        let [a, b] = [a, b].map(|s| {
            let mut bits = self.read(s, stage, w);
            if let Some(top) = bits.last_mut() {
                *top = top.flip(signed);
            }
            bits
        });
        sums::at_least(&mut self.n, &a, &b, self.m.target())
    }

    /// A table: in block RAM, or a tree of choices.
    fn rom(&mut self, rom: u32, address: Sig, stage: u32) -> Vec<Lit> {
        let rom = &self.g.roms()[rom as usize];
        let family = self.m.target().family;
        let bits = self.read(address, stage, rom.address_bits() as usize);
        let block = match rom.style {
            RomStyle::Auto => {
                family.chooses_block_ram(rom.words.len(), rom.width()) && self.registered(address, stage)
            }
            style => style == RomStyle::Block,
        };
        if block {
            let (blocks, slices) = family.block_layout(rom.words.len(), rom.width());
            self.blocks.bram += blocks;
            let upper = (usize::BITS - (slices - 1).leading_zeros()) as usize;
            let chosen: Vec<Lit> = bits[bits.len() - upper..].iter().map(|&b| self.n.delayed(b)).collect();
            self.n.roots.extend(bits);
            let words: Vec<Vec<Lit>> = (0..slices).map(|_| self.words(rom.width() as usize)).collect();
            return memories::choose(&mut self.n, &words, &chosen);
        }
        tables::read(&mut self.n, &rom.raw_words(), rom.width(), &bits)
    }

    /// Whether a table's address is a register that synthesis moves into a block RAM: one that something else reads too, or
    /// that stands before the module. Others hold the complement.
    fn registered(&self, address: Sig, stage: u32) -> bool {
        let mut base = address;
        while let Op::Slice { a, .. } | Op::Shr(a, _) | Op::Bound(a, _) | Op::AsSigned(a, _) = self.g.op(base)
            && self.m.schedule().place(base).is_some_and(|p| p.stage == stage)
        {
            base = a;
        }
        let Some(place) = self.m.schedule().place(base) else { return false };
        let held = place.stage < stage || stage == 0 && matches!(self.g.op(base), Op::Input(_));
        held && (base != address || self.users[base.index()] > 1 || stage == 0)
    }

    /// The word of a memory that is written, a clock later.
    fn memory(&mut self, ram: u32, address: Sig, stage: u32) -> Vec<Lit> {
        let memory = &self.g.rams()[ram as usize];
        let (depth, width) = (memory.depth, memory.range.width());
        let address = self.read(address, stage, self.g.width(address) as usize);
        match memories::of(memory, self.m.target().family) {
            Kind::Registers => {}
            Kind::Large(_) => return self.large(&address, depth, width),
            _ => {
                self.n.roots.extend(address);
                return self.words(width as usize);
            }
        }
        let words = self
            .rams
            .entry(ram)
            .or_insert_with(|| (0..depth).map(|_| (0..width).map(|_| self.n.register()).collect()).collect());
        let words: Vec<Vec<Lit>> = words.iter().map(|w| w.iter().map(|&(_, q)| q).collect()).collect();
        let word = memories::choose(&mut self.n, &words, &address);
        word.into_iter().map(|b| self.n.delayed(b)).collect()
    }

    /// A word of a large memory: its upper address bits choose among slices of a block's depth.
    fn large(&mut self, address: &[Lit], depth: usize, width: u32) -> Vec<Lit> {
        let (deep, _) = Family::SPRAM;
        let slices: Vec<Vec<Lit>> = (0..depth.div_ceil(deep)).map(|_| self.words(width as usize)).collect();
        let upper = address.iter().skip(deep.ilog2() as usize);
        let chosen: Vec<Lit> = upper.map(|&b| self.n.delayed(b)).collect();
        self.n.roots.extend(address.iter().copied());
        memories::choose(&mut self.n, &slices, &chosen)
    }

    /// A product: hard multipliers with what joins them, or gates.
    fn product(&mut self, s: Sig, a: Sig, b: Sig, stage: u32) -> Vec<Lit> {
        let (g, w, target) = (self.g, self.g.width(s) as usize, self.m.target());
        let signed = [a, b, s].into_iter().any(|x| g.signed(x));
        let delays = target.delays();
        let parts = split(
            factor_bits(g, a, signed),
            factor_bits(g, b, signed),
            signed,
            (w as u32).min(self.read_bits[s.index()]),
            target,
        );
        let [x, y] = [a, b].map(|s| {
            self.read(s, stage, if signed { g.range(s).signed_width() } else { g.width(s) } as usize)
        });
        if self.m.schedule().inside(s) > 0 || parts.blocks > 0 {
            self.blocks.dsp += if self.m.schedule().inside(s) > 0 { 1 } else { parts.blocks };
            let ns = match self.m.schedule().inside(s) {
                0 => delays.dsp,
                _ => delays
                    .registered(factor_bits(g, a, true), factor_bits(g, b, true), target.budget_ns())
                    .map_or(0.0, |r| r.out),
            };
            let from: Vec<Lit> = match self.m.schedule().inside(s) {
                0 => x.iter().chain(&y).copied().collect(),
                _ => Vec::new(),
            };
            let mut out: Vec<Lit> = (0..w).map(|_| self.n.late_leaf(ns, &from)).collect();
            if self.m.schedule().inside(s) == 0 && parts.blocks == 1 {
                self.n.products.push(Product { operands: [x.clone(), y.clone()], out: out.clone() });
            }
            self.n.roots.extend(x.into_iter().chain(y));
            if self.m.schedule().inside(s) == 0 {
                for _ in 0..parts.adders {
                    let other = self.leaves(w);
                    let bits = (parts.adder_bits / parts.adders.max(1)) as usize;
                    let low = w.saturating_sub(bits);
                    let upper = sums::add(&mut self.n, &out[low..], &other[low..], false, target);
                    out.truncate(low);
                    out.extend(upper);
                }
            }
            return out;
        }
        let (x, y) = if x.len() < y.len() { (y, x) } else { (x, y) };
        sums::multiply(&mut self.n, &x, &y, signed, w, target)
    }

    /// A sum, with the sums before it that synthesis joins to it.
    fn sum(&mut self, s: Sig, stage: u32, w: usize) -> Vec<Lit> {
        let mut terms = Vec::new();
        let target = self.m.target();
        let (a, b) = match self.g.op(s) {
            Op::Add(a, b) => (Some((a, false)), (b, false)),
            Op::Sub(a, b) => (Some((a, false)), (b, true)),
            Op::Neg(a) => (None, (a, true)),
            op => unreachable!("{op:?} is no sum"),
        };
        for (x, minus) in a.into_iter().chain([b]) {
            self.terms(x, minus, stage, &mut terms);
        }
        let mut rows: Vec<Row> =
            terms.iter().map(|&(x, minus)| Row { bits: self.read(x, stage, w), minus }).collect();
        if a.is_none() {
            rows.insert(0, Row { bits: vec![FALSE; w], minus: false });
        }
        rows.sort_by_key(|r| r.minus);
        sums::add_rows(&mut self.n, rows, target)
    }

    /// The terms of an operand: those of a sum that nobody else reads and that cannot overflow, where synthesis joins them.
    fn terms(&self, x: Sig, minus: bool, stage: u32, terms: &mut Vec<(Sig, bool)>) {
        let g = self.g;
        let here = self.m.schedule().place(x).is_some_and(|p| p.stage == stage && p.last == stage);
        let apart = self.m.target().family == Family::Ecp5;
        if let Op::Add(a, b) = g.op(x)
            && here
            && !apart
            && self.users[x.index()] == 1
            && g.signed(a) == g.signed(b)
            && g.width(x) > g.width(a).max(g.width(b))
        {
            self.terms(a, minus, stage, terms);
            self.terms(b, minus, stage, terms);
        } else {
            terms.push((x, minus));
        }
    }
}
