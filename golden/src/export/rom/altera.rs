//! Altera's `.mif`: width, depth, radices, then words with their addresses (Quartus).

use super::cells::Cells;
use super::text::{Reader, Token, unsigned, word};
use super::{Fault, MAX_WORDS, RomError, RomImage};
use std::fmt::Write;
use std::path::Path;

pub(super) fn write(image: &RomImage) -> String {
    let (digits, depth) = (image.digits(), image.words.len());
    let mut text = format!(
        "-- {}: {depth} words of {} bits\nWIDTH={};\nDEPTH={depth};\nADDRESS_RADIX=HEX;\nDATA_RADIX=HEX;\n\
         CONTENT BEGIN\n",
        image.name, image.width, image.width
    );
    for (address, word) in image.words.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {address:x} : {word:0digits$x};");
    }
    text.push_str("END;\n");
    text
}

/// What stands before the contents.
struct Head {
    width: Option<u128>,
    depth: Option<u128>,
    address_radix: u32,
    data_radix: u32,
}

pub(super) fn read(text: &str, path: &Path, width: u32) -> Result<Vec<u128>, RomError> {
    let text = without_comments(text, path)?;
    let mut reader = Reader::new(&text, path);
    let head = head(&mut reader)?;
    match head.width {
        None => return Err(Fault::Missing("WIDTH").of(path)),
        Some(w) if w != u128::from(width) => {
            return Err(Fault::Width { found: w.try_into().unwrap_or(u64::MAX), wanted: width }.of(path));
        }
        Some(_) => {}
    }
    let mut cells = match head.depth {
        None => return Err(Fault::Missing("DEPTH").of(path)),
        Some(0) => return Err(Fault::Empty.of(path)),
        Some(d) if d > MAX_WORDS as u128 => return Err(Fault::TooMany.of(path)),
        Some(d) => Cells::new(d as usize),
    };
    while !reader.take("END") {
        entry(&mut reader, &head, width, path, &mut cells)?;
    }
    reader.expect(";")?;
    match reader.peek() {
        Some(more) => Err(reader.wrong(more, "the end of the file")),
        None => cells.finish(path),
    }
}

/// `NAME = VALUE;` in any order, up to `CONTENT BEGIN`.
fn head(reader: &mut Reader<'_>) -> Result<Head, RomError> {
    // Quartus reads hexadecimal where no radix is given.
    let mut head = Head { width: None, depth: None, address_radix: 16, data_radix: 16 };
    loop {
        let key = reader.next("CONTENT")?;
        if key.text.eq_ignore_ascii_case("CONTENT") {
            reader.expect("BEGIN")?;
            return Ok(head);
        }
        reader.expect("=")?;
        let value = reader.next("a value")?;
        let number = || unsigned(value.text, 10).ok_or(value);
        match key.text.to_ascii_uppercase().as_str() {
            "WIDTH" => head.width = Some(number().map_err(|t| reader.wrong(t, "a number of bits"))?),
            "DEPTH" => head.depth = Some(number().map_err(|t| reader.wrong(t, "a number of words"))?),
            "ADDRESS_RADIX" => head.address_radix = radix(value, reader)?,
            "DATA_RADIX" => head.data_radix = radix(value, reader)?,
            _ => {
                return Err(reader.wrong(key, "WIDTH, DEPTH, ADDRESS_RADIX, DATA_RADIX or CONTENT"));
            }
        }
        reader.expect(";")?;
    }
}

fn radix(value: Token<'_>, reader: &Reader<'_>) -> Result<u32, RomError> {
    match value.text.to_ascii_uppercase().as_str() {
        "BIN" => Ok(2),
        "OCT" => Ok(8),
        "DEC" | "UNS" => Ok(10),
        "HEX" => Ok(16),
        _ => Err(reader.wrong(value, "BIN, OCT, DEC, UNS or HEX")),
    }
}

/// `address : word word ...;`, or `[first..last] : word ...;`, whose words are repeated.
fn entry(
    reader: &mut Reader<'_>,
    head: &Head,
    width: u32,
    path: &Path,
    cells: &mut Cells,
) -> Result<(), RomError> {
    let range = reader.take("[");
    let (first, line) = address(reader, head, cells.depth(), path)?;
    let last = match range {
        true => {
            reader.expect("..")?;
            let (last, _) = address(reader, head, cells.depth(), path)?;
            reader.expect("]")?;
            Some(last)
        }
        false => None,
    };
    reader.expect(":")?;
    let mut words = Vec::new();
    loop {
        let token = reader.next("a word or ;")?;
        match token.text {
            ";" if words.is_empty() => return Err(reader.wrong(token, "a word")),
            ";" => break,
            _ => words.push(word(token, head.data_radix, width, path)?),
        }
    }
    let last = last.unwrap_or(first + words.len() - 1);
    for (address, &word) in (first..=last).zip(words.iter().cycle()) {
        cells.put(address, word).map_err(|fault| fault.at(path, line))?;
    }
    Ok(())
}

/// An address and its line.
fn address(
    reader: &mut Reader<'_>,
    head: &Head,
    depth: usize,
    path: &Path,
) -> Result<(usize, usize), RomError> {
    let Token { text, line } = reader.next("an address")?;
    let radix = head.address_radix;
    match unsigned(text, radix).filter(|a| *a < depth as u128) {
        Some(address) => Ok((address as usize, line)),
        None => Err(Fault::Address { text: text.into(), limit: depth, radix }.at(path, line)),
    }
}

/// Without `-- to the end of the line` and `% between %`; lines are kept.
fn without_comments(text: &str, path: &Path) -> Result<String, RomError> {
    let mut clean = String::with_capacity(text.len());
    let mut open = None;
    for (i, line) in text.lines().enumerate() {
        let mut rest = line;
        while !rest.is_empty() {
            if open.is_some() {
                let Some((_, after)) = rest.split_once('%') else { break };
                (open, rest) = (None, after);
            } else {
                let end = [rest.find("--"), rest.find('%')].into_iter().flatten().min();
                clean.push_str(&rest[..end.unwrap_or(rest.len())]);
                match end {
                    Some(e) if rest[e..].starts_with('%') => (open, rest) = (Some(i + 1), &rest[e + 1..]),
                    _ => break,
                }
            }
        }
        clean.push('\n');
    }
    match open {
        Some(line) => Err(Fault::End("% that closes the comment").at(path, line)),
        None => Ok(clean),
    }
}
