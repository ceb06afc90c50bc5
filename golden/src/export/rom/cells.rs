//! Words collected with their addresses.

use super::{Fault, MAX_WORDS, RomError};
use std::path::Path;

/// Words by address. Memory is taken only for words that the file holds or repeats within a checked range.
pub(super) struct Cells {
    words: Vec<Option<u128>>,
}

impl Cells {
    /// No words yet; `depth` was checked to be at most [`MAX_WORDS`].
    pub fn new(depth: usize) -> Cells {
        debug_assert!(depth <= MAX_WORDS);
        Cells { words: vec![None; depth] }
    }

    /// The number of addresses.
    pub fn depth(&self) -> usize {
        self.words.len()
    }

    /// Writes a word; the caller names the line of a fault.
    pub fn put(&mut self, address: usize, word: u128) -> Result<(), Fault> {
        let depth = self.words.len();
        let Some(cell) = self.words.get_mut(address) else {
            return Err(Fault::Address { text: format!("{address:x}"), limit: depth, radix: 16 });
        };
        match cell.replace(word) {
            None => Ok(()),
            Some(_) => Err(Fault::Twice(address)),
        }
    }

    /// All words, if none is missing.
    pub fn finish(self, path: &Path) -> Result<Vec<u128>, RomError> {
        let depth = self.words.len();
        let cells = self.words.into_iter().enumerate();
        cells.map(|(address, w)| w.ok_or_else(|| Fault::Gap { address, depth }.of(path))).collect()
    }
}
