//! What a circuit takes, estimated before any synthesis: good enough to rank architectures.

use super::cells::{self, split};
use crate::board::Capacity;
use crate::device::Target;
use crate::expr::{Graph, Op, Sig};
use crate::module::Module;
use std::collections::HashMap;

/// Look-up tables, flip-flops, hard multipliers and block RAMs of a module with all below it.
pub fn estimate(top: &Module) -> Capacity {
    Costs::default().of(top).1.cells
}

/// The same, and the quickest clock in MHz that the longest path between registers allows.
pub(super) fn estimate_with_clock(top: &Module) -> (Capacity, f64) {
    let (_, all) = Costs::default().of(top);
    let target = top.target();
    (all.cells, target.family.calibration().mhz * 1000.0 / (all.ns + target.delays().stage))
}

/// Hard multipliers and block RAMs alone, which take less time to tell.
pub(super) fn blocks(top: &Module) -> (u64, u64) {
    let mut known = HashMap::new();
    all_blocks(top, &mut known)
}

fn all_blocks<'a>(m: &'a Module, known: &mut HashMap<&'a str, (u64, u64)>) -> (u64, u64) {
    if let Some(&blocks) = known.get(m.name()) {
        return blocks;
    }
    let (mut dsp, mut bram) = cells::blocks_of(m);
    for child in m.children() {
        let below = all_blocks(child, known);
        (dsp, bram) = (dsp + below.0, bram + below.1);
    }
    known.insert(m.name(), (dsp, bram));
    (dsp, bram)
}

/// What a module takes, with all below it.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    pub cells: Capacity,
    /// Nanoseconds of the longest path between registers.
    pub ns: f64,
}

/// What modules take that were looked at, by name: each is mapped once.
#[derive(Default)]
pub(super) struct Costs<'a> {
    known: HashMap<&'a str, (Taken, Taken)>,
}

impl<'a> Costs<'a> {
    /// A module without its children, and with all below it.
    pub fn of(&mut self, m: &'a Module) -> (Taken, Taken) {
        if let Some(&known) = self.known.get(m.name()) {
            return known;
        }
        let own = alone(m);
        let mut sum = own;
        for child in m.children() {
            let (_, child) = self.of(child);
            sum = Taken { cells: add(sum.cells, child.cells), ns: sum.ns.max(child.ns) };
        }
        self.known.insert(m.name(), (own, sum));
        (own, sum)
    }
}

fn add(a: Capacity, b: Capacity) -> Capacity {
    Capacity {
        lut: a.lut + b.lut,
        ff: a.ff + b.ff,
        dsp: a.dsp + b.dsp,
        bram: a.bram + b.bram,
        spram: a.spram + b.spram,
    }
}

/// Hard multipliers of a graph without its instances.
pub(super) fn hard_multipliers(g: &Graph, target: &Target) -> u64 {
    let signed = |s: Sig| g.signed(s);
    let blocks = |i: usize| match g.op(Sig(i as u32)) {
        Op::Mul(a, b) => {
            let s = Sig(i as u32);
            let signed = [a, b, s].into_iter().any(signed);
            split(
                cells::factor_bits(g, a, signed),
                cells::factor_bits(g, b, signed),
                signed,
                g.width(s),
                target,
            )
            .blocks
        }
        _ => 0,
    };
    (0..g.nodes().len()).map(blocks).sum()
}

/// A module without its children.
fn alone(m: &Module) -> Taken {
    let (counted, ns) = cells::of(m);
    let by = m.target().family.calibration();
    let times = |n: u64, factor: f64| (n as f64 * factor).round() as u64;
    let cells = Capacity { lut: times(counted.lut, by.lut), ff: times(counted.ff, by.ff), ..counted };
    Taken { cells, ns }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Family;

    /// What keeps a register is its enable; what sets it, and what its value is chosen against elsewhere, takes a table a bit.
    #[test]
    fn a_register_that_keeps_its_value_has_an_enable() {
        let luts = |elsewhere: bool| {
            let mut g = Graph::new();
            let (set, step) = (g.input_range("set", 0, 1), g.input_range("step", 0, 1));
            let (x, y) = (g.input_range("x", 0, 255), g.input_range("y", 0, 255));
            let state = g.state("kept", 0, 255);
            let stepped = g.mux(step, y, state);
            let next = g.mux(set, x, stepped);
            g.set_next(state, next);
            let out = if elsewhere { g.mux(set, y, state) } else { state };
            g.output_range("out", out);
            estimate(&Module::new("m", "", g, &Target::new(Family::Ecp5))).lut
        };
        // One for the enable, one a bit for which of the two is taken.
        assert_eq!((luts(false), luts(true)), (9, 17));
    }
}
