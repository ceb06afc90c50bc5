//! What synthesis makes of a module, foreseen: its graph as bits, look-up tables that cover them, chains, registers.
//!
//! It follows yosys where that decides how many cells there are: constants fold and equal bits are one, choices before a register
//! become its enable or its reset, sums behind one another become rows of full adders, delays of Xilinx 7 become shift registers.
//! Modules are looked at one by one, for registers stand between them.

mod bits;
mod blast;
mod cover;
mod cuts;
mod delays;
mod memories;
mod packing;
mod products;
mod sums;
mod tables;
mod timing;

pub(super) use blast::factor_bits;
pub(super) use products::split;

use crate::board::Capacity;
use crate::expr::Op;
use crate::module::Module;

/// Hard multipliers and block RAMs of a module without its children.
pub(super) fn blocks_of(m: &Module) -> (u64, u64) {
    let (graph, used) = (m.graph(), |op: &Op| matches!(op, Op::Mul(..) | Op::Rom(..) | Op::Read(..)));
    if !graph.nodes().iter().any(|n| used(&n.op)) {
        return (0, 0);
    }
    let (_, blocks) = blast::blast(m);
    (blocks.dsp, blocks.bram)
}

/// Cells of a module without its children, and nanoseconds of its longest path between registers.
pub(super) fn of(m: &Module) -> (Capacity, f64) {
    let (bits, blocks) = blast::blast(m);
    let count = cover::count(&bits, m.target());
    let valid = if m.has_valid() { u64::from(m.latency()) } else { 0 };
    let (lut, ff) = (count.lut + blocks.lut, count.ff + blocks.ff + valid);
    (Capacity { lut, ff, dsp: blocks.dsp, bram: blocks.bram, spram: blocks.spram }, count.ns)
}

#[cfg(test)]
mod tests;
