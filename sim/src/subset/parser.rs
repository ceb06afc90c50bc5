//! Tokens in order, and what must come next.

use super::Refusal;
use super::lexer::{Kind, Token, tokens};

/// Reads tokens from the front.
pub(super) struct Parser<'a> {
    all: Vec<Token<'a>>,
    at: usize,
}

/// The largest plain number: a bit's place, a memory's last word.
const WIDEST: u32 = 1 << 20;

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Result<Parser<'a>, Refusal> {
        Ok(Parser { all: tokens(text)?, at: 0 })
    }

    /// The next token, which stays.
    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.all.get(self.at).copied()
    }

    /// The text of the token `ahead` places further on; empty behind the end.
    pub(super) fn look(&self, ahead: usize) -> &'a str {
        self.all.get(self.at + ahead).map_or("", |t| t.text)
    }

    /// The line of the next token.
    pub(super) fn line(&self) -> u32 {
        self.peek().or(self.all.last().copied()).map_or(1, |t| t.line)
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek();
        self.at += 1;
        token
    }

    /// A refusal of the next token.
    pub(super) fn refuse<T>(&self, problem: impl Into<String>) -> Result<T, Refusal> {
        Err(Refusal::at(self.line(), problem))
    }

    /// Takes the next token if it is this one.
    /// The place of the next token, for [`Parser::go`].
    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// Goes on at a place.
    pub(super) fn go(&mut self, place: usize) {
        self.at = place;
    }

    /// Passes over everything up to a token, which is the last to be passed.
    pub(super) fn skip_past(&mut self, text: &str) -> Result<(), Refusal> {
        while !self.take(text) {
            if self.is_done() {
                return self.expect(text);
            }
            self.at += 1;
        }
        Ok(())
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let is = self.peek().is_some_and(|t| t.text == text && t.kind != Kind::Text);
        self.at += usize::from(is);
        is
    }

    pub(super) fn expect(&mut self, text: &str) -> Result<(), Refusal> {
        if self.take(text) {
            return Ok(());
        }
        let found = if self.look(0).is_empty() { "the end of the file" } else { self.look(0) };
        self.refuse(format!("`{found}` where generated Verilog has `{text}`"))
    }

    fn kind(&mut self, kind: Kind, what: &str) -> Result<&'a str, Refusal> {
        match self.peek() {
            Some(token) if token.kind == kind => {
                self.at += 1;
                Ok(token.text)
            }
            Some(token) => self.refuse(format!("`{}` where generated Verilog has {what}", token.text)),
            None => self.refuse(format!("the end of the file where generated Verilog has {what}")),
        }
    }

    /// A name: no keyword that could begin something else.
    pub(super) fn name(&mut self) -> Result<&'a str, Refusal> {
        self.kind(Kind::Word, "a name")
    }

    pub(super) fn string(&mut self) -> Result<&'a str, Refusal> {
        self.kind(Kind::Text, "a string")
    }

    /// A plain decimal number without size.
    pub(super) fn integer(&mut self) -> Result<u32, Refusal> {
        let line = self.line();
        let text = self.kind(Kind::Number, "a number")?;
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let value = plain.then(|| text.parse().ok()).flatten().filter(|v| *v <= WIDEST);
        value.ok_or_else(|| Refusal::at(line, format!("`{text}` where generated Verilog has a plain number")))
    }

    /// `[hi:0]`, if there is a bracket: the width.
    pub(super) fn range(&mut self) -> Result<u32, Refusal> {
        if !self.take("[") {
            return Ok(1);
        }
        let hi = self.integer()?;
        self.expect(":")?;
        let line = self.line();
        let lo = self.integer()?;
        self.expect("]")?;
        if lo != 0 {
            return Err(Refusal::at(line, format!("a range that ends at {lo}: declarations end at bit 0")));
        }
        Ok(hi + 1)
    }

    /// Whether everything has been read.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.all.len()
    }
}
