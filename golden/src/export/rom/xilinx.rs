//! Xilinx's `.mif`: one binary line per word.

use super::text::{Token, unsigned};
use super::{Fault, MAX_WORDS, RomError, RomImage};
use std::fmt::Write;
use std::path::Path;

pub(super) fn write(image: &RomImage) -> String {
    let width = image.width as usize;
    let mut text = String::with_capacity(image.words.len() * (width + 1));
    for word in &image.words {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{word:0width$b}");
    }
    text
}

pub(super) fn read(text: &str, path: &Path, width: u32) -> Result<Vec<u128>, RomError> {
    let mut words = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let token = Token { text: line.trim(), line: i + 1 };
        if token.text.is_empty() {
            continue;
        }
        if words.len() == MAX_WORDS {
            return Err(Fault::TooMany.at(path, token.line));
        }
        // The line's length is the width: digits are all there, or the file is for another memory.
        let found = token.text.chars().count() as u64;
        let word = unsigned(token.text, 2).filter(|_| found == u64::from(width));
        match word {
            Some(word) => words.push(word),
            None if found != u64::from(width) && token.text.chars().all(|c| c == '0' || c == '1') => {
                return Err(Fault::Width { found, wanted: width }.at(path, token.line));
            }
            None => {
                return Err(Fault::Word { text: token.text.into(), width, radix: 2 }.at(path, token.line));
            }
        }
    }
    if words.is_empty() { Err(Fault::Empty.of(path)) } else { Ok(words) }
}
