//! Verilog as tokens with their lines.

use super::Refusal;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A name or a keyword.
    Word,
    /// A name in the language's escape, such as `\a+b `.
    Escaped,
    /// A number with its size and base, as one token.
    Number,
    /// A string with its quotes.
    Text,
    /// A compiler directive or a macro, with its backquote.
    Directive,
    /// A system task or function, with its dollar.
    System,
    /// An operator or punctuation.
    Mark,
}

/// A piece of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) line: u32,
}

/// Marks of more than one character, the longest first.
const MARKS: &[&str] = &[
    "<<<=", ">>>=", "===", "!==", "<<<", ">>>", "<<=", ">>=", "&&&", "<=", ">=", "==", "!=", "&&", "||",
    "<<", ">>", "+:", "-:", "**", "~&", "~|", "~^", "^~", "::", "->", "++", "--", "+=", "-=",
];

/// First words of comments that tools take as orders.
const ORDERS: &[&str] = &[
    "verilator",
    "synopsys",
    "synthesis",
    "pragma",
    "translate_on",
    "translate_off",
    "ambit",
    "cadence",
    "exemplar",
    "xilinx",
    "altera",
    "lint_on",
    "lint_off",
    "icarus",
    "coverage",
    "sv2v",
];

/// The tokens of a text, without comments.
///
/// What tools might read in different ways is refused: control characters, a carriage return within a line, comments that
/// are orders to a tool, strings with escapes.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Refusal> {
    let mut all = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let odd = |c: char| c.is_control() && c != '\n' && c != '\t';
        if odd(first) && !rest.starts_with("\r\n") {
            return Err(Refusal::at(line, format!("the control character {first:?}")));
        }
        let (kind, length) = match first {
            '\n' | '\r' | '\t' | ' ' => (None, 1),
            '/' if rest.starts_with("//") => {
                (None, comment(rest, line, rest.find('\n').unwrap_or(rest.len()))?)
            }
            '/' if rest.starts_with("/*") => {
                let end =
                    rest[2..].find("*/").ok_or_else(|| Refusal::at(line, "a comment without an end"))?;
                (None, comment(rest, line, end + 4)?)
            }
            '"' => (Some(Kind::Text), string(rest, line)?),
            '\\' => (Some(Kind::Escaped), rest.find(char::is_whitespace).unwrap_or(rest.len())),
            '`' => (Some(Kind::Directive), 1 + word(&rest[1..])),
            '$' => (Some(Kind::System), 1 + word(&rest[1..])),
            c if c.is_ascii_alphabetic() || c == '_' => (Some(Kind::Word), word(rest)),
            c if c.is_ascii_digit() || c == '\'' => (Some(Kind::Number), number(rest)),
            c if c.is_ascii() => {
                let length = MARKS.iter().find(|m| rest.starts_with(**m)).map_or(1, |m| m.len());
                (Some(Kind::Mark), length)
            }
            c => return Err(Refusal::at(line, format!("the character {c:?} outside of a comment"))),
        };
        let (piece, behind) = rest.split_at(length);
        all.extend(kind.map(|kind| Token { kind, text: piece, line }));
        line += piece.matches('\n').count() as u32;
        rest = behind;
    }
    Ok(all)
}

fn word(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len())
}

/// `12`, `4'd5`, `'h1f`. A blank ends it: where it may stand is a question that this subset does not have.
fn number(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '\'' | '?'))).unwrap_or(text.len())
}

fn string(text: &str, line: u32) -> Result<usize, Refusal> {
    let end = text[1..].find(['"', '\n', '\\']).filter(|end| text[1 + end..].starts_with('"'));
    end.map(|end| end + 2)
        .ok_or_else(|| Refusal::at(line, "a string with an escape, or without an end in its line"))
}

/// The length of a comment, if it is one for people.
fn comment(text: &str, line: u32, length: usize) -> Result<usize, Refusal> {
    let body = &text[2..length];
    let inner = body.strip_suffix('\r').unwrap_or(body);
    if let Some(c) = inner.chars().find(|&c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Refusal::at(line, format!("the control character {c:?} in a comment")));
    }
    let from = body.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let (first, behind) = from.split_at(word(from));
    let first = first.to_ascii_lowercase();
    // A circuit may be called like that: its name stands alone.
    let more =
        behind.starts_with([' ', '\t']) && behind.trim_start().starts_with(|c: char| c.is_ascii_alphabetic());
    match ORDERS.contains(&first.as_str()) && (more || first.starts_with("translate")) {
        true => Err(Refusal::at(line, format!("a comment that is an order to a tool (`{first}`)"))),
        false => Ok(length),
    }
}
