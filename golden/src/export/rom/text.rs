//! What the readers of text formats share: tokens with their lines, numbers in a radix.

use super::{Fault, RomError, bits};
use crate::text::BYTE_ORDER_MARK;
use std::borrow::Cow;
use std::path::Path;

/// The file as text: UTF-8 with or without a byte order mark, or else Latin-1, in which vendors' tools write comments.
/// Outside comments no reader takes a letter beyond ASCII. Bytes that no text has are refused.
pub(super) fn decode<'a>(bytes: &'a [u8], path: &Path) -> Result<Cow<'a, str>, RomError> {
    // Tools keep the mark of a file whose comments they write in Latin-1.
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK.encode_utf8(&mut [0; 4]).as_bytes()).unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|&b| char::from(b)).collect()),
    };
    match text.find(|c: char| c.is_ascii_control() && !"\t\n\r\u{b}\u{c}\u{1a}".contains(c)) {
        Some(at) => Err(Fault::NotText.at(path, text[..at].matches('\n').count() + 1)),
        None => Ok(text),
    }
}

/// A piece of text and the line it stands in, from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

/// Words of letters, digits, `_`, `-` and `.`; every other visible character is a token of its own, and so is `..`.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let word = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let mut all = Vec::new();
    for (i, whole) in text.lines().enumerate() {
        let mut rest = whole.trim_start();
        while let Some(first) = rest.chars().next() {
            let end = match word(first) {
                true if rest.starts_with("..") => 2,
                true => {
                    let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
                    rest[..end].find("..").unwrap_or(end)
                }
                false => first.len_utf8(),
            };
            all.push(Token { text: &rest[..end], line: i + 1 });
            rest = rest[end..].trim_start();
        }
    }
    all
}

/// Tokens, taken one after the other.
pub(super) struct Reader<'a> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token<'a>>>,
    path: &'a Path,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str, path: &'a Path) -> Reader<'a> {
        Reader { tokens: tokens(text).into_iter().peekable(), path }
    }

    /// The next token, if it is not the end.
    pub fn peek(&mut self) -> Option<Token<'a>> {
        self.tokens.peek().copied()
    }

    /// The next token.
    pub fn next(&mut self, expected: &'static str) -> Result<Token<'a>, RomError> {
        self.tokens.next().ok_or_else(|| Fault::End(expected).of(self.path))
    }

    /// The next token, if there is one.
    pub fn take_any(&mut self) -> Option<Token<'a>> {
        self.tokens.next()
    }

    /// The next token, which must be this one, in capitals or not.
    pub fn expect(&mut self, wanted: &'static str) -> Result<Token<'a>, RomError> {
        let token = self.next(wanted)?;
        if token.text.eq_ignore_ascii_case(wanted) { Ok(token) } else { Err(self.wrong(token, wanted)) }
    }

    /// Takes the next token if it is this one.
    pub fn take(&mut self, wanted: &str) -> bool {
        self.tokens.next_if(|t| t.text.eq_ignore_ascii_case(wanted)).is_some()
    }

    /// The error for a token that does not belong there.
    pub fn wrong(&self, token: Token<'_>, expected: &'static str) -> RomError {
        Fault::Syntax { found: token.text.into(), expected }.at(self.path, token.line)
    }
}

/// An unsigned number without sign, prefix or underscores.
pub(super) fn unsigned(text: &str, radix: u32) -> Option<u128> {
    // from_str_radix would take a sign.
    if text.starts_with(['+', '-']) { None } else { u128::from_str_radix(text, radix).ok() }
}

/// A word of `width` bits. A minus sign makes two's complement of the number behind it.
pub(super) fn word(token: Token<'_>, radix: u32, width: u32, path: &Path) -> Result<u128, RomError> {
    let value = match token.text.strip_prefix('-') {
        None => unsigned(token.text, radix).filter(|w| bits(*w) <= width),
        Some(magnitude) => unsigned(magnitude, radix)
            .filter(|m| *m <= 1 << (width - 1))
            .map(|m| m.wrapping_neg() & (u128::MAX >> (128 - width))),
    };
    value.ok_or_else(|| Fault::Word { text: token.text.into(), width, radix }.at(path, token.line))
}
