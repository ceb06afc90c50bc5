//! What an engine reads for each neuron: its bias, and which raise, source and way its sum takes.

use super::control::Leaving;
use super::engine::Builder;
use super::layout::Cell;
use crate::expr::{Column, Range, Rom, RomStyle, Sig};
use std::sync::Arc;

/// The constants of the neuron whose result leaves.
pub(super) struct Constants {
    pub(super) bias: Sig,
    pub(super) raise: Sig,
    pub(super) source: Sig,
    pub(super) way: Sig,
}

impl Builder<'_, '_> {
    pub(super) fn constants(&mut self, leaving: &Leaving) -> Constants {
        let columns = self.constant_columns();
        let cells = self.layout.cells.len();
        let style = Self::style(cells);
        let name = format!("{}_neurons", self.name);
        let s = if style == RomStyle::Block && self.halves(&columns) {
            self.in_two_words(leaving, &name, &columns)
        } else {
            self.g.rom_columns(leaving.cell, &name, style, &columns)
        };
        self.g.name(s[0], "bias");
        Constants { bias: s[0], raise: s[1], source: s[2], way: s[3] }
    }

    fn constant_columns(&self) -> [Column; 4] {
        let layout = &self.layout;
        let upto = |n: usize| Range::new(0, n.max(1) as i128 - 1);
        let column = |range, entry: &dyn Fn(&Cell) -> i128| {
            let entries = layout.cells.iter().map(entry).collect();
            Column { entries, range }
        };
        let raise = |c: &Cell| layout.raises.iter().position(|&r| r == layout.raise(c)).unwrap_or(0);
        [
            column(layout.biases(), &|c| layout.bias(c)),
            column(upto(layout.raises.len()), &|c| raise(c) as i128),
            column(upto(layout.sources.len()), &|c| c.source as i128),
            column(upto(layout.ways.len()), &|c| c.way as i128),
        ]
    }

    /// Whether two words for each neuron, half as wide, take fewer block RAMs, and there is a clock to read the first: there
    /// is between results that are two clocks apart or more.
    fn halves(&self, columns: &[Column]) -> bool {
        let family = self.library.target().family;
        let (cells, width) = (columns[0].entries.len(), columns.iter().map(Column::width).sum::<u32>());
        let apart = self.lanes.neurons == 1 && self.program.walks.iter().all(|w| w.chunks > 1);
        apart
            && width > 1
            && family.block_rams(2 * cells, width.div_ceil(2)) < family.block_rams(cells, width)
    }

    /// Columns whose words stand in two halves, the lower one first. That is read, and kept, while no result leaves.
    fn in_two_words(&mut self, leaving: &Leaving, name: &str, columns: &[Column]) -> Vec<Sig> {
        let whole = Rom::packed(name, columns);
        let bits = whole.width().div_ceil(2);
        let halves = |word: &i128| [word & ((1 << bits) - 1), word >> bits];
        let words = whole.words.iter().flat_map(halves).collect();
        let rom = Rom::new(name, words).with_range(Range::of_bits(false, bits)).with_style(RomStyle::Block);
        let address = self.g.concat(leaving.cell, leaving.leaves, 1);
        let address = self.g.assume_range(address, 0, rom.words.len() as i128 - 1);
        let word = self.g.rom(address, &Arc::new(rom));
        let waits = self.g.invert_bit(leaving.leaves);
        let low = self.g.hold(waits, word);
        let word = self.g.concat(word, low, bits);
        let word = self.g.assume_range(word, 0, whole.range.hi);
        self.g.fields(word, columns)
    }
}
