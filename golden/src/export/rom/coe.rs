//! `.coe`: initial contents for Xilinx's memory generators and coefficients for its filters (radix, then the vector).

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

/// What says the radix, in files for memories and for filters.
const RADICES: [&str; 2] = [RADIX, "radix"];
/// What the words stand behind.
const VECTORS: [&str; 2] = [VECTOR, "coefdata"];

pub(super) fn read(text: &str, path: &Path, width: u32) -> Result<Vec<u128>, RomError> {
    let text = without_comments(text);
    let mut reader = Reader::new(&text, path);
    let radix = head(&mut reader)?;
    let mut words = Vec::new();
    // The last semicolon is left out by some tools.
    while let Some(token) = reader.take_any() {
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

/// `NAME = VALUE;` up to the `=` before the words; gives the radix. Filters may state a width, which is the core's.
fn head(reader: &mut Reader<'_>) -> Result<u32, RomError> {
    let is = |token: &Token<'_>, names: &[&str]| names.iter().any(|n| token.text.eq_ignore_ascii_case(n));
    let mut radix = None;
    loop {
        let key = reader.next(RADIX)?;
        reader.expect("=")?;
        if is(&key, &VECTORS) {
            return radix.ok_or_else(|| reader.wrong(key, RADIX));
        }
        let value = reader.next("a value")?;
        if is(&key, &RADICES) {
            radix = Some(match value.text {
                "2" => 2,
                "10" => 10,
                "16" => 16,
                _ => return Err(reader.wrong(value, "radix 2, 10 or 16")),
            });
        } else if !is(&key, &["coefficient_width"]) {
            return Err(reader
                .wrong(key, "memory_initialization_radix, memory_initialization_vector, radix or coefdata"));
        }
        reader.expect(";")?;
    }
}

/// A semicolon ends a statement, and what follows it in its line is a comment; so is a line that begins with one, unless
/// it is alone and a statement is open. `//` begins a comment wherever it stands.
fn without_comments(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut open = false;
    for line in text.lines() {
        // A semicolon before `//` rules the line as it stands.
        let end = line.find("//").filter(|&at| !line[..at].contains(';'));
        let line = &line[..end.unwrap_or(line.len())];
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
