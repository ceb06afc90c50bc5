//! `.mem` files: one hexadecimal word per line, as `$readmemh` and Vivado take them.

use super::rom::MAX_WORDS;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A `.mem` file that cannot be read as a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MemError {
    /// A word that is not hexadecimal, or has more than 128 bits.
    #[error("{}:{line}: {text:?} is not a hexadecimal word of at most 128 bits (no 0x, no x or z digits)", path.display())]
    Word {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// An `@address` that is not hexadecimal or too large.
    #[error("{}:{line}: {text:?} is not an address below @{MAX_WORDS:x}", path.display())]
    Address {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// An address that is written twice.
    #[error("{}:{line}: address {address:x} is written a second time", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The address.
        address: usize,
    },
    /// An address that no line writes, below one that is written.
    #[error("{}: no word for address {address:x}, but the file goes on to {last:x}: write every address", path.display())]
    Gap {
        /// The file.
        path: PathBuf,
        /// The first address without a word.
        address: usize,
        /// The last address with one.
        last: usize,
    },
    /// A comment without end.
    #[error("{}:{line}: the comment that begins here never ends: close it with */", path.display())]
    Comment {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
}

/// The text of a table of words of `width` bits (1 to 128): one word per line, all digits of the width.
///
/// Bits above the width are not written: negative codes are given as two's complement.
pub fn write_mem(words: &[u128], width: u32) -> String {
    let digits = width.div_ceil(4) as usize;
    let mask = u128::MAX >> (128 - width.clamp(1, 128));
    let mut text = String::with_capacity(words.len() * (digits + 1));
    for &word in words {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:0digits$x}", word & mask);
    }
    text
}

/// The words of a `.mem` file, address 0 first. `path` is for messages only.
///
/// Takes what `$readmemh` takes: several words per line, `@address`, underscores, both kinds of comments.
///
/// # Errors
/// Words or addresses that are not hexadecimal, addresses written twice or never, an open comment; each with file
/// and line.
pub fn read_mem(text: &str, path: &Path) -> Result<Vec<u128>, MemError> {
    let text = without_comments(text, path)?;
    let mut words: Vec<Option<u128>> = Vec::new();
    let mut next = 0;
    for (i, line) in text.lines().enumerate() {
        let (path, line_number) = (path.to_path_buf(), i + 1);
        for token in line.split_whitespace() {
            let (path, text) = (path.clone(), token.to_owned());
            if let Some(address) = token.strip_prefix('@') {
                next = match hexadecimal(address) {
                    Some(a) if a < MAX_WORDS as u128 => a as usize,
                    _ => return Err(MemError::Address { path, line: line_number, text }),
                };
                continue;
            }
            let Some(word) = hexadecimal(token) else {
                return Err(MemError::Word { path, line: line_number, text });
            };
            if next >= MAX_WORDS {
                return Err(MemError::Address { path, line: line_number, text: format!("@{next:x}") });
            }
            if words.len() <= next {
                words.resize(next + 1, None);
            }
            if words[next].replace(word).is_some() {
                return Err(MemError::Twice { path, line: line_number, address: next });
            }
            next += 1;
        }
    }
    let last = words.len().saturating_sub(1);
    let all = words.into_iter().enumerate();
    all.map(|(address, w)| w.ok_or(MemError::Gap { path: path.to_path_buf(), address, last })).collect()
}

fn hexadecimal(text: &str) -> Option<u128> {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    // from_str_radix would take a sign.
    if digits.starts_with(['+', '-']) { None } else { u128::from_str_radix(&digits, 16).ok() }
}

/// The text with comments blanked, lines kept.
pub(super) fn without_comments(text: &str, path: &Path) -> Result<String, MemError> {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("//").into_iter().chain(rest.find("/*")).min() {
        clean.push_str(&rest[..start]);
        clean.push(' ');
        let body = &rest[start + 2..];
        if rest[start..].starts_with("//") {
            rest = &body[body.find('\n').unwrap_or(body.len())..];
        } else if let Some(end) = body.find("*/") {
            clean.extend(body[..end].matches('\n'));
            rest = &body[end + 2..];
        } else {
            let line = clean.matches('\n').count() + 1;
            return Err(MemError::Comment { path: path.to_path_buf(), line });
        }
    }
    clean.push_str(rest);
    Ok(clean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Vec<u128>, MemError> {
        read_mem(text, Path::new("t.mem"))
    }

    fn message(text: &str) -> String {
        read(text).expect_err("must be refused").to_string()
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(words in prop::collection::vec(any::<u128>(), 0..50), width in 1u32..=128) {
            let text = write_mem(&words, width);
            let kept: Vec<u128> = words.iter().map(|w| w << (128 - width) >> (128 - width)).collect();
            prop_assert_eq!(read(&text), Ok(kept));
            prop_assert!(text.lines().all(|l| l.len() as u32 == width.div_ceil(4)));
        }
    }

    #[test]
    fn comments_addresses_and_underscores_are_read() {
        let text = "// head\n@2 0_c d\n/* two\nlines */ @0\na b // tail\n";
        assert_eq!(read(text), Ok(vec![0xa, 0xb, 0xc, 0xd]));
        assert_eq!(read(""), Ok(vec![]));
    }

    #[test]
    fn errors_name_file_line_and_value() {
        assert_eq!(
            message("0\n0x12\n"),
            "t.mem:2: \"0x12\" is not a hexadecimal word of at most 128 bits (no 0x, no x or z digits)"
        );
        assert!(message("1 -1").starts_with("t.mem:1: \"-1\""));
        assert!(message("fffffffffffffffffffffffffffffffff").contains("128 bits"));
        assert_eq!(message("\n@fffffffff 0"), "t.mem:2: \"@fffffffff\" is not an address below @100000");
        assert_eq!(message("1\n@0 2"), "t.mem:2: address 0 is written a second time");
        assert_eq!(
            message("1\n@4 2"),
            "t.mem: no word for address 1, but the file goes on to 4: write every address"
        );
        assert_eq!(
            message("1\n2 /* x"),
            "t.mem:2: the comment that begins here never ends: close it with */"
        );
    }
}
