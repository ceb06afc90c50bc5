//! Raw binary: every word in whole bytes, the lowest byte first.

use super::{Fault, MAX_WORDS, RomError, RomImage};
use std::path::Path;

pub(super) fn write(image: &RomImage) -> Vec<u8> {
    let bytes = image.width.div_ceil(8) as usize;
    image.words.iter().flat_map(|w| w.to_le_bytes().into_iter().take(bytes)).collect()
}

pub(super) fn read(content: &[u8], path: &Path, width: u32) -> Result<Vec<u128>, RomError> {
    let bytes = width.div_ceil(8) as usize;
    let chunks = content.chunks_exact(bytes);
    let fault = |offset, problem| Fault::Bytes { offset, problem }.of(path);
    if content.is_empty() {
        return Err(Fault::Empty.of(path));
    }
    if !chunks.remainder().is_empty() {
        let whole = content.len() / bytes * bytes;
        let problem =
            format!("{} bytes are left, but a word of {width} bits takes {bytes}", content.len() - whole);
        return Err(fault(whole, problem));
    }
    if content.len() / bytes > MAX_WORDS {
        return Err(Fault::TooMany.of(path));
    }
    let word = |(i, chunk): (usize, &[u8])| {
        let mut whole = [0; 16];
        whole[..bytes].copy_from_slice(chunk);
        match u128::from_le_bytes(whole) {
            w if super::bits(w) <= width => Ok(w),
            w => Err(fault(i * bytes, format!("{w:#x} does not fit {width} bits"))),
        }
    };
    chunks.enumerate().map(word).collect()
}
