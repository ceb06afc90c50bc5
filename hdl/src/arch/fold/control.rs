//! What an engine reads by the clock: its program, and the constants of its neurons.

use super::engine::Builder;
use super::layout::Cell;
use super::program::Step;
use crate::expr::{Column, Range, RomStyle, Sig};

/// ROMs with more words than this ask for block RAM.
const LOGIC_WORDS: usize = 32;

/// What the program says in a clock.
pub(super) struct Control {
    pub(super) first: Sig,
    pub(super) complete: Sig,
    pub(super) leaves: Sig,
    pub(super) done: Sig,
    pub(super) place: Sig,
    pub(super) cell: Sig,
    pub(super) from_memory: Sig,
    pub(super) operand: Sig,
}

/// The constants of the neuron whose result leaves.
pub(super) struct Constants {
    pub(super) bias: Sig,
    pub(super) source: Sig,
    pub(super) way: Sig,
    pub(super) last: Sig,
    pub(super) banks: Vec<Sig>,
    pub(super) address: Sig,
}

impl Builder<'_, '_> {
    /// A table read by the clock, with a last entry for idleness.
    pub(super) fn by_clock(&self, range: Range, entry: impl Fn(&Step) -> i128) -> Column {
        let idle = Step::default();
        let entries = self.program.steps.iter().chain([&idle]).map(entry).collect();
        Column { entries, range }
    }

    pub(super) fn style(words: usize) -> RomStyle {
        if words > LOGIC_WORDS { RomStyle::Block } else { RomStyle::Logic }
    }

    pub(super) fn control(&mut self, clock: Sig) -> Control {
        let bit = Range::of_bits(false, 1);
        let upto = |n: usize| Range::new(0, n.max(1) as i128 - 1);
        let last = self.layers.end - 1;
        let layout = &self.layout;
        let outputs = self.library.plan().layers[last].neurons.len();
        let is_end = move |r: &(usize, usize, usize)| (r.0, r.1 + 1) == (last, outputs);
        let inner = self.layers.start;
        let several = if self.layers.len() > 1 { bit } else { Range::new(0, 0) };
        let mut operand = 0;
        let operands: Vec<usize> = (self.program.steps.iter())
            .map(|s| {
                // Between products the last operand stays: one that is there.
                operand = s.products.map_or(operand, |(l, _, chunk)| self.address(l, chunk));
                operand
            })
            .chain([0])
            .collect();
        let mut from = 0;
        let memory: Vec<i128> = (self.program.steps.iter())
            .map(|s| {
                from = s.products.map_or(from, |(l, _, _)| (l > inner) as i128);
                from
            })
            .chain([0])
            .collect();
        let first = |s: &Step| s.products.is_some_and(|p| p.2 == 0) as i128;
        let columns = [
            self.by_clock(bit, first),
            self.by_clock(bit, |s| s.complete as i128),
            self.by_clock(bit, |s| s.result.is_some() as i128),
            self.by_clock(bit, |s| s.result.as_ref().is_some_and(is_end) as i128),
            self.by_clock(upto(self.lanes.neurons), |s| s.result.map_or(0, |r| r.2 as i128)),
            self.by_clock(upto(layout.cells.len()), |s| {
                s.result.map_or(0, |r| layout.cell(r.0, r.1) as i128)
            }),
            Column { entries: memory, range: several },
            Column {
                range: upto(operands.iter().max().map_or(1, |m| m + 1)),
                entries: operands.into_iter().map(|o| o as i128).collect(),
            },
        ];
        let style = Self::style(self.program.steps.len() + 1);
        let s = self.g.rom_columns(clock, &format!("{}_program", self.name), style, &columns);
        let names = ["first", "complete", "leaves", "done", "place", "cell", "from_memory", "operand"];
        names.iter().zip(&s).for_each(|(name, &s)| {
            self.g.name(s, name);
        });
        Control {
            first: s[0],
            complete: s[1],
            leaves: s[2],
            done: s[3],
            place: s[4],
            cell: s[5],
            from_memory: s[6],
            operand: s[7],
        }
    }

    /// Where a chunk of a layer's inputs is: among the inputs, or in the memories, where layers alternate.
    pub(super) fn address(&self, layer: usize, chunk: usize) -> usize {
        if layer == self.layers.start { chunk } else { (layer % 2) * self.half() + chunk }
    }

    /// Words that the results of one layer take in each memory.
    pub(super) fn half(&self) -> usize {
        let inner = self.layers.start..self.layers.end - 1;
        let most = inner.map(|l| self.library.plan().layers[l].neurons.len()).max().unwrap_or(1);
        most.div_ceil(self.lanes.inputs)
    }

    pub(super) fn constants(&mut self, cell: Sig) -> Constants {
        let (layout, lanes) = (&self.layout, self.lanes);
        let upto = |n: usize| Range::new(0, n.max(1) as i128 - 1);
        let column = |range, entry: &dyn Fn(&Cell) -> usize| {
            let entries = layout.cells.iter().map(|c| entry(c) as i128).collect();
            Column { entries, range }
        };
        let last = self.layers.end - 1;
        let outputs = self.library.plan().layers[last].neurons.len();
        // The last layer's results go to the outputs, the others' to the memory of their input.
        let place = |c: &Cell| match c.layer == last {
            true => c.neuron,
            false => self.address(c.layer + 1, c.neuron / lanes.inputs),
        };
        let several = if self.layers.len() > 1 { Range::of_bits(false, 1) } else { Range::new(1, 1) };
        let biases = layout.cells.iter().map(|c| layout.bias(c)).collect();
        let mut columns = vec![
            Column { entries: biases, range: layout.biases() },
            column(upto(layout.sources.len()), &|c| c.source),
            column(upto(layout.ways.len()), &|c| c.way),
            column(several, &|c| (c.layer == last) as usize),
            column(upto(outputs.max(2 * self.half())), &place),
        ];
        if self.layers.len() > 1 {
            for bank in 0..lanes.inputs {
                let mine = |c: &Cell| (c.layer != last && c.neuron % lanes.inputs == bank) as usize;
                columns.push(column(Range::of_bits(false, 1), &mine));
            }
        }
        let style = Self::style(layout.cells.len());
        let s = self.g.rom_columns(cell, &format!("{}_neurons", self.name), style, &columns);
        self.g.name(s[0], "bias");
        let banks = s[5..].to_vec();
        Constants { bias: s[0], source: s[1], way: s[2], last: s[3], banks, address: s[4] }
    }
}
