//! Block RAM: which tables go there, and how many blocks they take.

use super::{Family, Target};

/// Rows from which a table is worth a block RAM: fewer fit a few look-up tables for each bit.
pub(crate) const WORTH_A_BLOCK_RAM: usize = 128;

impl Target {
    /// Whether a word of block RAM is there within a period.
    pub(crate) fn quick_block_ram(&self) -> bool {
        self.delays().block_ram <= self.budget_ns()
    }

    /// Whether a table of so many rows stands in block RAM.
    pub(crate) fn in_block_ram(&self, rows: usize) -> bool {
        self.quick_block_ram() && rows >= WORTH_A_BLOCK_RAM
    }
}

impl Family {
    /// Bits of a block RAM and its widest word.
    fn block(self) -> (usize, usize) {
        match self {
            Family::Ice40 | Family::Ice40Up => (4096, 16),
            _ => (18_432, 36),
        }
    }

    /// Block RAMs of a memory.
    pub fn block_rams(self, words: usize, width: u32) -> u64 {
        let (bits, widest) = self.block();
        // Words come in powers of two at the widest shape and halve in width as they double.
        let deep = (words.max(1).next_power_of_two() * widest).max(bits) / bits;
        u64::from(width.div_ceil(widest as u32)).max(1) * deep as u64
    }

    /// Block RAMs in the family's largest part (without a family: a large number).
    pub fn most_block_rams(self) -> u64 {
        self.largest_memory_bits() / self.block().0 as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_counted_by_width_and_depth() {
        // (words, width, ECP5, iCE40)
        for (words, width, ecp5, ice40) in [
            (1, 1, 1, 1),
            (512, 36, 1, 6),
            (513, 36, 2, 12),
            (512, 37, 2, 6),
            (256, 16, 1, 1),
            (4096, 18, 8, 32),
        ] {
            assert_eq!(Family::Ecp5.block_rams(words, width), ecp5, "{words} by {width}");
            assert_eq!(Family::Ice40.block_rams(words, width), ice40, "{words} by {width}");
        }
        // LFE5U-85 and UP5K, from their data sheets.
        assert_eq!((Family::Ecp5.most_block_rams(), Family::Ice40Up.most_block_rams()), (208, 30));
    }
}
