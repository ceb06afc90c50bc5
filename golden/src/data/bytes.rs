//! Reading binary files: little-endian numbers, with the byte offset of every fault.

use crate::text::count;
use std::io::Read;
use std::path::{Path, PathBuf};

/// No file of samples or weights is larger; endless files must not fill the memory.
const MAX_BYTES: u64 = 1 << 30;

/// A fault in a binary file, and its place.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}{problem}", file.display(), place(*offset, problem))]
pub struct BytesError {
    /// The file.
    pub file: PathBuf,
    /// The offset of the value that is wrong, from 0.
    pub offset: u64,
    /// What is wrong, the value, and the cure.
    pub problem: ByteProblem,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ByteProblem {
    /// The file system said no.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// More bytes than any sensible file has.
    #[error("the file has more than {0} bytes: this is not a file of samples or weights")]
    Huge(u64),
    /// Fewer bytes than the header asks for.
    #[error(
        "the file ends after {found} bytes, but its header asks for {needed}: the file is truncated or is no \
         {what} file; copy or export it again"
    )]
    Truncated {
        /// The kind of file.
        what: &'static str,
        /// Bytes in the file.
        found: u64,
        /// Bytes that the header, or the sizes in it, ask for.
        needed: u128,
    },
    /// More bytes than the header asks for.
    #[error(
        "the sizes in the header account for {needed} of {found} bytes: this is no {what} file, or it was \
         written by another version"
    )]
    Trailing {
        /// The kind of file.
        what: &'static str,
        /// Bytes in the file.
        found: u64,
        /// Bytes that the header asks for.
        needed: u128,
    },
    /// A size out of range.
    #[error(
        "{name} is {value}, but must be {least} to {most}: this is no file of this kind, or it is damaged; copy or \
         export it again"
    )]
    Size {
        /// Which size.
        name: &'static str,
        /// The value in the file.
        value: i32,
        /// The smallest sensible value.
        least: i32,
        /// The largest.
        most: i32,
    },
    /// A NaN or an infinity.
    #[error("{name} is {value}, not a finite number: the training diverged or the file is damaged")]
    NotFinite {
        /// Which number.
        name: String,
        /// The value in the file.
        value: f64,
    },
    /// A code that stands for nothing.
    #[error("{name} is {value}, but only {known} are known: export the network with one of these")]
    Code {
        /// Which code.
        name: String,
        /// The value in the file.
        value: i32,
        /// What the codes mean.
        known: &'static str,
    },
    /// A network that the format can hold but no circuit of ours is.
    #[error("{name} is {value}, but must be {expected}: {cure}")]
    Unsupported {
        /// Which field.
        name: String,
        /// The value in the file.
        value: String,
        /// The value it must have.
        expected: &'static str,
        /// What to do.
        cure: &'static str,
    },
    /// Inputs and targets differ in number.
    #[error("{}, but {} has {expected}: give files that belong together", count(*found, "sample"), inputs.display())]
    Samples {
        /// Samples in this file.
        found: usize,
        /// Samples in the other.
        expected: usize,
        /// The file of inputs.
        inputs: PathBuf,
    },
}

/// A file that cannot be read has no place in it.
fn place(offset: u64, problem: &ByteProblem) -> String {
    match problem {
        ByteProblem::Io(_) | ByteProblem::Huge(_) => String::new(),
        _ => format!("byte {offset}: "),
    }
}

/// The content of a file, read from front to back.
pub(crate) struct Bytes<'a> {
    file: &'a Path,
    data: &'a [u8],
    at: usize,
}

/// The whole content of a file.
pub(crate) fn read_file(file: &Path) -> Result<Vec<u8>, BytesError> {
    let error = |offset, problem| BytesError { file: file.into(), offset, problem };
    let mut data = Vec::new();
    // By its size first; then one byte more than it may have, since not every file states its size.
    if file.metadata().is_ok_and(|about| about.is_file() && about.len() > MAX_BYTES) {
        return Err(error(MAX_BYTES, ByteProblem::Huge(MAX_BYTES)));
    }
    crate::document::open(file, u64::MAX - 1)
        .and_then(|f| f.take(MAX_BYTES + 1).read_to_end(&mut data))
        .map_err(|e| error(0, e.into()))?;
    if data.len() as u64 > MAX_BYTES {
        return Err(error(MAX_BYTES, ByteProblem::Huge(MAX_BYTES)));
    }
    Ok(data)
}

impl<'a> Bytes<'a> {
    /// The bytes of `file`, which errors name.
    pub(crate) fn new(file: &'a Path, data: &'a [u8]) -> Bytes<'a> {
        Bytes { file, data, at: 0 }
    }

    /// An error at the byte `offset`.
    pub(crate) fn error(&self, offset: usize, problem: ByteProblem) -> BytesError {
        BytesError { file: self.file.into(), offset: offset as u64, problem }
    }

    /// The offset of the next number.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// Demands that the file has at least (`exact`: exactly) `needed` bytes, before anything is allocated.
    pub(crate) fn demand(&self, what: &'static str, needed: u128, exact: bool) -> Result<(), BytesError> {
        let found = self.data.len() as u64;
        if (found as u128) < needed {
            return Err(self.error(self.data.len(), ByteProblem::Truncated { what, found, needed }));
        }
        if exact && found as u128 > needed {
            return Err(self.error(needed as usize, ByteProblem::Trailing { what, found, needed }));
        }
        Ok(())
    }

    /// The next `N` bytes. [`Bytes::demand`] comes first: past the end, zeros.
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let bytes = self.data.get(self.at..).and_then(|rest| rest.first_chunk()).copied();
        self.at += N;
        bytes.unwrap_or([0; N])
    }

    /// The next integer.
    pub(crate) fn i32(&mut self) -> i32 {
        i32::from_le_bytes(self.take())
    }

    /// The next integer, a size from `least` to `most`.
    pub(crate) fn size(&mut self, name: &'static str, least: i32, most: usize) -> Result<usize, BytesError> {
        let (offset, value) = (self.at, self.i32());
        let most = i32::try_from(most).unwrap_or(i32::MAX);
        if !(least..=most).contains(&value) {
            return Err(self.error(offset, ByteProblem::Size { name, value, least, most }));
        }
        Ok(value as usize)
    }

    /// The next real number, finite; `name` is called only for an error.
    pub(crate) fn finite(&mut self, name: impl FnOnce() -> String) -> Result<f64, BytesError> {
        let (offset, value) = (self.at, f64::from_le_bytes(self.take()));
        if !value.is_finite() {
            return Err(self.error(offset, ByteProblem::NotFinite { name: name(), value }));
        }
        Ok(value)
    }
}
