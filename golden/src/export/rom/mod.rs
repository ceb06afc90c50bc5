//! Memory images and the files that vendors' tools read them from.
//!
//! A word is **raw bits**: a signed code stands as two's complement in the width of its memory, and no format says
//! whether a word is signed. What every format does with the bits above the width, and in which order bytes stand:
//!
//! | format | a word | above the width | states the width |
//! |---|---|---|---|
//! | `.mem`, `.hex` | hexadecimal, the highest digit first, one per line | zeros to a whole digit | no |
//! | `.coe` | hexadecimal, the highest digit first, commas between | zeros to a whole digit | no |
//! | Xilinx `.mif` | binary, the highest bit first, one per line | nothing | by its line length |
//! | Altera `.mif` | hexadecimal, the highest digit first, with its address | zeros to a whole digit | yes |
//! | raw binary | ⌈width/8⌉ bytes, the **lowest byte first** | zeros to a whole byte | no |
//! | C header | an unsigned integer of 8, 16, 32 or 64 bits; wider words as 64-bit limbs, the lowest first | zeros | yes |
//!
//! Address 0 comes first everywhere. Every writer has a reader, which takes what the vendors' tools take (other radices,
//! ranges, comments, a byte order mark, Latin-1) and refuses words that do not fit, addresses that are missing and addresses that occur twice.

mod altera;
mod binary;
mod cells;
mod coe;
mod error;
mod header;
mod text;
mod xilinx;

pub use error::{Fault, RomError};

use super::mem::{read_mem, write_mem};
use std::path::Path;

/// The most words an image may hold: a stray address must not ask for gigabytes.
pub const MAX_WORDS: usize = 1 << 20;

/// The widest word, in bits.
pub const MAX_WORD_BITS: u32 = 128;

/// The contents of a memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RomImage {
    name: String,
    width: u32,
    words: Vec<u128>,
}

/// An image that no memory can hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The name would not be one in C or Verilog.
    #[error("{0:?} cannot name a memory: use a letter, then letters, digits or _")]
    Name(String),
    /// Too narrow or too wide.
    #[error("a memory word of {0} bits is not supported: use 1 to {MAX_WORD_BITS}")]
    Width(u32),
    /// Too few or too many words.
    #[error("a memory of {0} words is not supported: use 1 to {MAX_WORDS}")]
    Depth(usize),
    /// A word that has more bits than the memory.
    #[error("word {address:#x} is {word:#x}, which does not fit {width} bits: widen the memory")]
    Word {
        /// Its address.
        address: usize,
        /// Its bits.
        word: u128,
        /// The memory's width.
        width: u32,
    },
}

impl RomImage {
    /// A checked image. `words` are raw bits, address 0 first: mask negative codes to `width` bits
    /// ([`RomImage::of_codes`] does).
    pub fn new(name: &str, width: u32, words: Vec<u128>) -> Result<RomImage, ImageError> {
        let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !plain {
            return Err(ImageError::Name(name.into()));
        }
        if !(1..=MAX_WORD_BITS).contains(&width) {
            return Err(ImageError::Width(width));
        }
        if words.is_empty() || words.len() > MAX_WORDS {
            return Err(ImageError::Depth(words.len()));
        }
        match words.iter().position(|w| bits(*w) > width) {
            Some(address) => Err(ImageError::Word { address, word: words[address], width }),
            None => Ok(RomImage { name: name.into(), width, words }),
        }
    }

    /// An image of signed codes: two's complement in `width` bits.
    ///
    /// # Errors
    /// As [`RomImage::new`]; a code that needs more than `width` bits is refused.
    pub fn of_codes(name: &str, width: u32, codes: &[i64]) -> Result<RomImage, ImageError> {
        let mask = u128::MAX >> (128 - width.clamp(1, MAX_WORD_BITS));
        let fits = |c: i64| width >= 64 || (-(1i64 << (width - 1))..1 << (width - 1)).contains(&c);
        // A word with all its bits is refused by `new`.
        let word = |&c: &i64| if fits(c) { c as i128 as u128 & mask } else { u128::MAX };
        RomImage::new(name, width, codes.iter().map(word).collect())
    }

    /// The name: an identifier.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bits of a word.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The words as raw bits, address 0 first.
    pub fn words(&self) -> &[u128] {
        &self.words
    }

    /// Hexadecimal digits of a word.
    fn digits(&self) -> usize {
        self.width.div_ceil(4) as usize
    }
}

/// Bits that a word needs.
fn bits(word: u128) -> u32 {
    128 - word.leading_zeros()
}

/// A format of memory files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RomFormat {
    /// `.mem`: hexadecimal, one word per line, for `$readmemh`.
    Mem,
    /// `.hex`: the same text under the name some tools expect.
    Hex,
    /// `.coe`: Xilinx block memory generator.
    Coe,
    /// `.mif` of Xilinx: binary, one word per line.
    MifXilinx,
    /// `.mif` of Altera (Quartus).
    MifAltera,
    /// Raw little-endian bytes.
    Binary,
    /// A C header with a constant array.
    CHeader,
}

impl RomFormat {
    /// Every format.
    pub const ALL: [RomFormat; 7] = [
        RomFormat::Mem,
        RomFormat::Hex,
        RomFormat::Coe,
        RomFormat::MifXilinx,
        RomFormat::MifAltera,
        RomFormat::Binary,
        RomFormat::CHeader,
    ];

    /// How its files end, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            RomFormat::Mem => "mem",
            RomFormat::Hex => "hex",
            RomFormat::Coe => "coe",
            RomFormat::MifXilinx | RomFormat::MifAltera => "mif",
            RomFormat::Binary => "bin",
            RomFormat::CHeader => "h",
        }
    }

    /// The file of an image: the same image gives the same bytes.
    pub fn write(self, image: &RomImage) -> Vec<u8> {
        match self {
            RomFormat::Mem | RomFormat::Hex => write_mem(&image.words, image.width).into_bytes(),
            RomFormat::Coe => coe::write(image).into_bytes(),
            RomFormat::MifXilinx => xilinx::write(image).into_bytes(),
            RomFormat::MifAltera => altera::write(image).into_bytes(),
            RomFormat::Binary => binary::write(image),
            RomFormat::CHeader => header::write(image).into_bytes(),
        }
    }

    /// The words of a file, for a memory of `width` bits. `path` is for messages only.
    ///
    /// # Errors
    /// A text of another shape, a word that does not fit the width, another width or depth than the file itself
    /// states, addresses missing or written twice; each with file, line and value.
    pub fn read(self, bytes: &[u8], path: &Path, width: u32) -> Result<Vec<u128>, RomError> {
        if !(1..=MAX_WORD_BITS).contains(&width) {
            return Err(RomError::File { path: path.into(), fault: Fault::Image(ImageError::Width(width)) });
        }
        if self == RomFormat::Binary {
            return binary::read(bytes, path, width);
        }
        let text = &*text::decode(bytes, path)?;
        match self {
            RomFormat::Mem | RomFormat::Hex => mem_words(text, path, width),
            RomFormat::Coe => coe::read(text, path, width),
            RomFormat::MifXilinx => xilinx::read(text, path, width),
            RomFormat::MifAltera => altera::read(text, path, width),
            RomFormat::CHeader => header::read(text, path, width),
            RomFormat::Binary => unreachable!("read above, as bytes"),
        }
    }
}

/// A `.mem` file states no width: the words must fit the memory.
fn mem_words(text: &str, path: &Path, width: u32) -> Result<Vec<u128>, RomError> {
    let words = read_mem(text, path)?;
    match words.iter().position(|w| bits(*w) > width) {
        Some(address) => {
            let fault = Fault::Image(ImageError::Word { address, word: words[address], width });
            Err(RomError::File { path: path.into(), fault })
        }
        None if words.is_empty() => Err(RomError::File { path: path.into(), fault: Fault::Empty }),
        None => Ok(words),
    }
}

#[cfg(test)]
mod tests;
