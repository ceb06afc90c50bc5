//! Block RAM: which tables go there, and how many blocks they take.

use super::{Family, Target};

/// Rows from which a table is worth a block RAM: fewer fit a few look-up tables for each bit.
pub(crate) const WORTH_A_BLOCK_RAM: usize = 128;

impl Target {
    /// Whether block RAM is allowed, and a word of it there within a period.
    pub(crate) fn quick_block_ram(&self) -> bool {
        self.block_ram && self.delays().block_ram <= self.budget_ns()
    }

    /// Whether a table of so many rows stands in block RAM.
    pub(crate) fn in_block_ram(&self, rows: usize) -> bool {
        self.quick_block_ram() && rows >= WORTH_A_BLOCK_RAM
    }
}

impl Family {
    /// Bits of a block RAM.
    fn block_bits(self) -> u64 {
        match self {
            Family::Ice40 | Family::Ice40Up => 4096,
            _ => 18_432,
        }
    }

    /// The shapes a block RAM can take: words, and bits of each.
    fn shapes(self) -> &'static [(usize, u32)] {
        match self {
            Family::Ice40 | Family::Ice40Up => &[(256, 16), (512, 8), (1024, 4), (2048, 2)],
            // Words of less than 9 bits have no use for the ninth.
            _ => &[(512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16_384, 1)],
        }
    }

    /// Block RAMs of a memory.
    pub fn block_rams(self, words: usize, width: u32) -> u64 {
        self.block_layout(words, width).0
    }

    /// Block RAMs of a memory, and the words among which its upper address bits choose behind them. As yosys 0.23 lays it out: blocks of
    /// one shape side by side hold as many slices of the memory's depth as there are, whatever block a bit of a slice is in; the shape is
    /// that of the least cost, to which every choice between two bits adds one, and a block as much as a small memory in registers.
    pub(crate) fn block_layout(self, words: usize, width: u32) -> (u64, usize) {
        let (words, width) = (words.max(1), u64::from(width.max(1)));
        let price = match self {
            Family::Ice40 | Family::Ice40Up => 64,
            _ => 128,
        };
        let layout = |&(deep, wide): &(usize, u32)| {
            let slices = words.div_ceil(deep);
            ((width * slices as u64).div_ceil(u64::from(wide)), slices)
        };
        let cost = |&(blocks, slices): &(u64, usize)| price * blocks + width * (slices as u64 - 1);
        self.shapes().iter().map(layout).min_by_key(cost).unwrap_or((1, 1))
    }

    /// Whether synthesis puts a memory into block RAM where it may choose: by its bits, not its words. yosys takes a look-up
    /// table for every 16 bits, and a block for as much as 64 of them (iCE40) or 128.
    pub(crate) fn chooses_block_ram(self, words: usize, width: u32) -> bool {
        let worth = match self {
            Family::Ice40 | Family::Ice40Up => 64,
            _ => 128,
        };
        words as u64 * u64::from(width) > 16 * worth * self.block_rams(words, width)
    }

    /// Words of an SPRAM block, and bits of each.
    pub(crate) const SPRAM: (usize, u32) = (16_384, 16);

    /// SPRAM blocks in the family's largest part.
    pub fn most_spram(self) -> u64 {
        if self == Family::Ice40Up { 4 } else { 0 }
    }

    /// SPRAM blocks of a memory of words of at most 16 bits, as yosys 0.23 lays it out: slices of the memory's depth stand side
    /// by side in a block, each on its own write enables, of which there is one for four bits.
    pub fn spram(self, words: usize, width: u32) -> u64 {
        let (deep, wide) = Family::SPRAM;
        let slices = words.div_ceil(deep) as u64;
        (slices * u64::from(width.next_multiple_of(4))).div_ceil(u64::from(wide))
    }

    /// Block RAMs in the family's largest part (without a family: a large number).
    pub fn most_block_rams(self) -> u64 {
        self.largest_memory_bits() / self.block_bits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_lies_in_block_ram_where_none_is_allowed() {
        let target = Target::new(Family::Xc7);
        assert!(target.in_block_ram(1024) && !target.with_block_ram(false).in_block_ram(1024));
    }

    #[test]
    fn blocks_are_counted_by_width_and_depth() {
        // (words, width, ECP5, iCE40)
        for (words, width, ecp5, ice40) in [
            (1, 1, 1, 1),
            (512, 36, 1, 5),
            (513, 36, 2, 7),
            (512, 37, 2, 5),
            // As yosys 0.23 counts them: words of ten and twelve bits share blocks.
            (4736, 8, 3, 10),
            (4736, 10, 3, 13),
            (4736, 12, 4, 15),
            (1184, 10, 1, 4),
            (600, 36, 2, 7),
            (256, 16, 1, 1),
            (4096, 18, 4, 18),
            // By bits, as wide as blocks can be: slices of a narrow memory share a block.
            (4096, 1, 1, 1),
            (2048, 9, 1, 5),
            (16_384, 1, 1, 4),
        ] {
            assert_eq!(Family::Ecp5.block_rams(words, width), ecp5, "{words} by {width}");
            assert_eq!(Family::Ice40.block_rams(words, width), ice40, "{words} by {width}");
        }
        // As yosys 0.23 chooses: 64 words of 40 bits are worth no three blocks, 256 of 5 are one.
        let chosen = [
            (64, 16, false),
            (64, 40, false),
            (128, 8, false),
            (128, 9, true),
            (256, 4, false),
            (256, 5, true),
        ];
        for (words, width, block) in chosen {
            assert_eq!(Family::Ice40.chooses_block_ram(words, width), block, "{words} by {width}");
        }
        // LFE5U-85 and UP5K, from their data sheets.
        assert_eq!((Family::Ecp5.most_block_rams(), Family::Ice40Up.most_block_rams()), (208, 30));
    }
}
