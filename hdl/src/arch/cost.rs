//! What a circuit takes, estimated before any synthesis: good enough to rank architectures.

use crate::board::Capacity;
use crate::device::{LEAST_PRODUCT, Target};
use crate::expr::{Graph, Op, RomStyle, Sig};
use crate::module::Module;
use std::collections::{HashMap, HashSet};

/// Look-up tables, flip-flops, hard multipliers and block RAMs of a module with all below it.
pub fn estimate(top: &Module) -> Capacity {
    let mut known = HashMap::new();
    all(top, &mut known)
}

pub(super) fn all<'a>(m: &'a Module, known: &mut HashMap<&'a str, Capacity>) -> Capacity {
    if let Some(&cost) = known.get(m.name()) {
        return cost;
    }
    let mut sum = alone(m);
    for child in m.children() {
        sum = add(sum, all(child, known));
    }
    known.insert(m.name(), sum);
    sum
}

fn add(a: Capacity, b: Capacity) -> Capacity {
    Capacity { lut: a.lut + b.lut, ff: a.ff + b.ff, dsp: a.dsp + b.dsp, bram: a.bram + b.bram }
}

/// Hard multipliers of a graph without its instances.
pub(super) fn hard_multipliers(g: &Graph, target: &Target) -> u64 {
    (0..g.nodes().len()).map(|i| node(g, Sig(i as u32), target).dsp).sum()
}

/// A module without its children.
pub(super) fn alone(m: &Module) -> Capacity {
    let (g, target) = (m.graph(), m.target());
    let mut sum = Capacity { lut: 0, ff: m.schedule().register_bits, dsp: 0, bram: 0 };
    let enables = enables(g);
    for i in 0..g.nodes().len() {
        let s = Sig(i as u32);
        if m.schedule().place(s).is_some() && !enables.contains(&s) {
            sum = add(sum, node(g, s, target));
        }
    }
    for ram in g.rams() {
        sum = add(sum, memory(ram.depth, ram.range.width(), true, target));
    }
    sum
}

/// The multiplexers by which a register keeps its value, behind others that set it: flip-flops have an enable for that.
fn enables(g: &Graph) -> HashSet<Sig> {
    let mut found = HashSet::new();
    for state in (0..g.nodes().len()).map(|i| Sig(i as u32)) {
        let Op::State(i) = g.op(state) else { continue };
        let mut next = g.states()[i as usize].next;
        while let Some(s) = next
            && let Op::Mux { no, .. } = g.op(s)
        {
            if no == state {
                found.insert(s);
            }
            next = (no != state).then_some(no);
        }
    }
    found
}

fn node(g: &Graph, s: Sig, target: &Target) -> Capacity {
    let w = u64::from(g.width(s));
    let lut = |lut: u64| Capacity { lut, ff: 0, dsp: 0, bram: 0 };
    match g.op(s) {
        Op::Add(..) | Op::Sub(..) | Op::Neg(_) | Op::And(..) | Op::Or(..) | Op::Xor(..) => lut(w),
        Op::Mux { yes, no, .. } if g.as_const(yes).is_some() && g.as_const(no).is_some() => lut(0),
        Op::Mux { .. } | Op::Hold { .. } => lut(w),
        Op::Accumulate { .. } => lut(2 * w),
        Op::Ge(a, b) | Op::Eq(a, b) => lut(u64::from(g.width(a).max(g.width(b))).div_ceil(2)),
        Op::Mul(a, b) => multiplier(g, a, b, target),
        Op::Rom(rom, _) => {
            let rom = &g.roms()[rom as usize];
            let block = match rom.style {
                RomStyle::Auto => target.family.chooses_block_ram(rom.words.len(), rom.width()),
                style => style == RomStyle::Block,
            };
            memory(rom.words.len(), rom.width(), block, target)
        }
        _ => lut(0),
    }
}

fn multiplier(g: &Graph, a: Sig, b: Sig, target: &Target) -> Capacity {
    let (wide, narrow) = (g.width(a).max(g.width(b)), g.width(a).min(g.width(b)));
    let (block_a, block_b) = target.delays().dsp_bits;
    if target.dsp && block_a > 0 {
        // Synthesis leaves what is small between two blocks' remainders in logic.
        let parts =
            |width: u32, block: u32| (0..width).step_by(block as usize).map(move |at| block.min(width - at));
        let worth = |a: u32| parts(narrow, block_b).filter(|b| a + b >= LEAST_PRODUCT).count() as u64;
        let dsp = parts(wide, block_a).map(worth).sum();
        return Capacity { lut: 0, ff: 0, dsp, bram: 0 };
    }
    Capacity { lut: u64::from(wide * narrow), ff: 0, dsp: 0, bram: 0 }
}

fn memory(words: usize, width: u32, block: bool, target: &Target) -> Capacity {
    if !block {
        // Bits that one look-up table holds.
        let bits = 1 << target.delays().lut_inputs;
        return Capacity { lut: (words as u64 * u64::from(width)).div_ceil(bits), ff: 0, dsp: 0, bram: 0 };
    }
    Capacity { lut: 0, ff: 0, dsp: 0, bram: target.family.block_rams(words, width) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Family;

    /// What keeps a register costs nothing; what sets it, and what its value is chosen against elsewhere, does.
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
        assert_eq!((luts(false), luts(true)), (8, 16));
    }
}
