//! What can be wrong with a memory file.

use super::super::mem::MemError;
use super::{ImageError, MAX_WORDS};
use std::path::{Path, PathBuf};

/// A memory file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RomError {
    /// A fault of a `.mem` file.
    #[error(transparent)]
    Mem(#[from] MemError),
    /// A fault in a line.
    #[error("{}:{line}: {fault}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        fault: Fault,
    },
    /// A fault of the file as a whole.
    #[error("{}: {fault}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: Fault,
    },
}

/// What is wrong with a memory file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Something else than what must stand there.
    #[error("found {found:?}, expected {expected}")]
    Syntax {
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// A word that is no number in its radix, or has too many bits.
    #[error("{text:?} is not a word of {width} bits in radix {radix}")]
    Word {
        /// What stands there.
        text: String,
        /// The memory's width.
        width: u32,
        /// The radix of the words.
        radix: u32,
    },
    /// An address that is no number in its radix, or too large.
    #[error("{text:?} is not an address below {limit} in radix {radix}")]
    Address {
        /// What stands there.
        text: String,
        /// The memory's depth.
        limit: usize,
        /// The radix of the addresses.
        radix: u32,
    },
    /// An address that is written twice.
    #[error("address {0:#x} is written a second time")]
    Twice(usize),
    /// An address that no line writes.
    #[error("no word for address {address:#x} of {depth}: write every address")]
    Gap {
        /// The first address without a word.
        address: usize,
        /// The number of words there must be.
        depth: usize,
    },
    /// The file states another width than the memory has.
    #[error("words of {found} bits, but the memory has {wanted}: write the file for this memory")]
    Width {
        /// In the file.
        found: u64,
        /// Of the memory.
        wanted: u32,
    },
    /// The file states another number of words than it holds.
    #[error("{found} words, but a depth of {stated} is stated")]
    Depth {
        /// Words in the file.
        found: usize,
        /// What it states.
        stated: u64,
    },
    /// More words than any memory.
    #[error("more than {MAX_WORDS} words")]
    TooMany,
    /// No words at all.
    #[error("there are no words")]
    Empty,
    /// Something that must be stated is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The file ends too early.
    #[error("the file ends where {0} is expected")]
    End(&'static str),
    /// Bytes that are no text.
    #[error("this is not a text file (UTF-8 or Latin-1)")]
    NotText,
    /// Bytes that make no whole word, or a word with bits above the width.
    #[error("byte {offset}: {problem}")]
    Bytes {
        /// Where, from 0.
        offset: usize,
        /// What is wrong.
        problem: String,
    },
    /// The image cannot be.
    #[error(transparent)]
    Image(ImageError),
}

impl Fault {
    /// The fault with its place.
    pub(super) fn at(self, path: &Path, line: usize) -> RomError {
        RomError::Line { path: path.into(), line, fault: self }
    }

    /// The fault of a whole file.
    pub(super) fn of(self, path: &Path) -> RomError {
        RomError::File { path: path.into(), fault: self }
    }
}
