//! `.coe`: initial contents for Xilinx's memory generators (radix, then the vector).

use super::text::{Reader, Token, word};
use super::{Fault, MAX_WORDS, RomError, RomImage};
use std::fmt::Write;
use std::path::Path;

const RADIX: &str = "memory_initialization_radix";
const VECTOR: &str = "memory_initialization_vector";

pub(super) fn write(image: &RomImage) -> String {
    let (digits, depth) = (image.digits(), image.words.len());
    let mut text = format!("; {}: {depth} words of {} bits, address 0 first\n", image.name, image.width);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{RADIX}=16;\n{VECTOR}=");
    for (i, word) in image.words.iter().enumerate() {
        let _ = writeln!(text, "{word:0digits$x}{}", if i + 1 == depth { ';' } else { ',' });
    }
    text
}

pub(super) fn read(text: &str, path: &Path, width: u32) -> Result<Vec<u128>, RomError> {
    let text = without_comments(text);
    let mut reader = Reader::new(&text, path);
    reader.expect(RADIX)?;
    reader.expect("=")?;
    let radix = match reader.next("a radix")? {
        Token { text: "2", .. } => 2,
        Token { text: "10", .. } => 10,
        Token { text: "16", .. } => 16,
        other => return Err(reader.wrong(other, "radix 2, 10 or 16")),
    };
    reader.expect(";")?;
    reader.expect(VECTOR)?;
    reader.expect("=")?;
    let mut words = Vec::new();
    loop {
        let token = reader.next("a word or ;")?;
        match token.text {
            // Commas and blanks both separate.
            "," => continue,
            ";" => break,
            _ if words.len() == MAX_WORDS => return Err(Fault::TooMany.at(path, token.line)),
            _ => words.push(word(token, radix, width, path)?),
        }
    }
    if let Some(more) = reader.peek() {
        return Err(reader.wrong(more, "the end of the file"));
    }
    if words.is_empty() { Err(Fault::Empty.of(path)) } else { Ok(words) }
}

/// A semicolon ends a statement, and what follows it in its line is a comment; so is a line that begins with one, unless
/// it is alone and a statement is open.
fn without_comments(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut open = false;
    for line in text.lines() {
        match line.split_once(';') {
            Some((before, after)) => {
                let begins = before.trim().is_empty();
                if !begins || (open && after.trim().is_empty()) {
                    clean.extend([before, ";"]);
                    open = false;
                }
            }
            None => {
                clean.push_str(line);
                open |= !line.trim().is_empty();
            }
        }
        clean.push('\n');
    }
    clean
}
