//! A C header: width and depth as macros, the words as a constant array.

use super::text::{Reader, Token, unsigned};
use super::{Fault, MAX_WORDS, RomError, RomImage, bits};
use std::fmt::Write;
use std::path::Path;

/// Bits of the C type of a word (or of each of its limbs), and how many of them make a word.
fn layout(width: u32) -> (u32, usize) {
    match width {
        0..=8 => (8, 1),
        9..=16 => (16, 1),
        17..=32 => (32, 1),
        33..=64 => (64, 1),
        _ => (64, 2),
    }
}

pub(super) fn write(image: &RomImage) -> String {
    let RomImage { name, width, words } = image;
    let (macros, depth) = (name.to_ascii_uppercase(), words.len());
    let (unit, limbs) = layout(*width);
    let second = if limbs == 1 { "" } else { "[2]" };
    let how = if limbs == 1 { "" } else { " Two limbs of 64 bits each, the lower first." };
    let mut text = format!(
        "/* {name}: {depth} words of {width} bits, raw: the bits above are 0, a signed code is two's complement.{how} */\n\
         #ifndef {macros}_ROM_H\n#define {macros}_ROM_H\n\n#include <stdint.h>\n\n\
         #define {macros}_WIDTH {width}\n#define {macros}_DEPTH {depth}\n\n\
         static const uint{unit}_t {name}[{depth}]{second} = {{\n"
    );
    let digits = (unit / 4) as usize;
    for word in words {
        // Writing to a string cannot fail.
        let _ = match limbs {
            1 => writeln!(text, "    0x{word:0digits$x},"),
            _ => writeln!(text, "    {{0x{:016x}, 0x{:016x}}},", *word as u64, (word >> 64) as u64),
        };
    }
    let _ = writeln!(text, "}};\n\n#endif");
    text
}

/// Reads what [`write`] writes, whatever the layout of the lines.
pub(super) fn read(text: &str, path: &Path, width: u32) -> Result<Vec<u128>, RomError> {
    let text = without_comments(text, path)?;
    let stated = |what: &str, missing| {
        let value = defined(&text, what);
        value.ok_or_else(|| Fault::Missing(missing).of(path))
    };
    let found = stated("_WIDTH", "#define NAME_WIDTH")?;
    if found != u64::from(width) {
        return Err(Fault::Width { found, wanted: width }.of(path));
    }
    let depth = stated("_DEPTH", "#define NAME_DEPTH")?;
    let mut reader = Reader::new(&text, path);
    while reader.next("= {")?.text != "=" {}
    reader.expect("{")?;
    let mut words = Vec::new();
    loop {
        let token = reader.next("a word or }")?;
        let word = match token.text {
            "}" => break,
            "," => continue,
            "{" => limbs(&mut reader, width, path)?,
            _ => number(token, width, path)?,
        };
        if words.len() == MAX_WORDS {
            return Err(Fault::TooMany.at(path, token.line));
        }
        words.push(word);
    }
    match words.len() {
        0 => Err(Fault::Empty.of(path)),
        found if found as u64 != depth => Err(Fault::Depth { found, stated: depth }.of(path)),
        _ => Ok(words),
    }
}

/// `low, high}`
fn limbs(reader: &mut Reader<'_>, width: u32, path: &Path) -> Result<u128, RomError> {
    let low = number(reader.next("a limb")?, 64, path)?;
    reader.expect(",")?;
    let high = number(reader.next("a limb")?, width.saturating_sub(64), path)?;
    reader.expect("}")?;
    Ok(low | high << 64)
}

/// A decimal or hexadecimal constant, with or without `u` and `l` behind it.
fn number(token: Token<'_>, width: u32, path: &Path) -> Result<u128, RomError> {
    let text = token.text.trim_end_matches(['u', 'U', 'l', 'L']);
    let (digits, radix) = match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let value = unsigned(digits, radix).filter(|w| bits(*w) <= width);
    value.ok_or_else(|| Fault::Word { text: token.text.into(), width, radix }.at(path, token.line))
}

/// The value of the first `#define` whose name ends so.
fn defined(text: &str, end: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        let mut parts = line.split_whitespace();
        let define = parts.next() == Some("#define");
        let named = parts.next().is_some_and(|name| name.ends_with(end));
        if define && named { parts.next()?.parse().ok() } else { None }
    })
}

/// The text with `/* */` and `//` comments blanked, lines kept.
fn without_comments(text: &str, path: &Path) -> Result<String, RomError> {
    super::super::mem::without_comments(text, path).map_err(RomError::from)
}
