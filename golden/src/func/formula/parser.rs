//! From a text to operations, with the place of a mistake.

use super::super::FunctionError;
use super::super::enclosure::{Call, Literal};
use super::Op;

/// How deep parentheses, powers and signs may nest.
const DEEPEST: usize = 64;

/// Name and meaning of a function.
type Named = (&'static str, Call);

const FUNCTIONS: [Named; 15] = [
    ("exp", Call::Exp),
    ("ln", Call::Ln),
    ("log2", Call::Log2),
    ("log10", Call::Log10),
    ("sqrt", Call::Sqrt),
    ("sin", Call::Sin),
    ("cos", Call::Cos),
    ("tan", Call::Tan),
    ("asin", Call::Asin),
    ("acos", Call::Acos),
    ("atan", Call::Atan),
    ("sinh", Call::Sinh),
    ("cosh", Call::Cosh),
    ("tanh", Call::Tanh),
    ("abs", Call::Abs),
];

/// Recursive descent: a method per level of binding.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    /// The byte that comes next.
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) code: Vec<Op>,
}

impl Parser<'_> {
    pub(super) fn wrong(&self, problem: impl Into<String>) -> FunctionError {
        let position = self.text[..self.at].chars().count() + 1;
        FunctionError::Formula { text: self.text.to_owned(), position, problem: problem.into() }
    }

    /// The next character that is no blank.
    pub(super) fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    pub(super) fn sum(&mut self) -> Result<(), FunctionError> {
        self.product()?;
        loop {
            let op = match self.peek() {
                Some('+') => Op::Add,
                Some('-') => Op::Subtract,
                _ => return Ok(()),
            };
            self.at += 1;
            self.product()?;
            self.code.push(op);
        }
    }

    fn product(&mut self) -> Result<(), FunctionError> {
        self.sign()?;
        loop {
            let op = match self.peek() {
                Some('*') => Op::Multiply,
                Some('/') => Op::Divide,
                _ => return Ok(()),
            };
            self.at += 1;
            self.sign()?;
            self.code.push(op);
        }
    }

    /// A sign binds looser than a power: -x^2 is -(x^2).
    fn sign(&mut self) -> Result<(), FunctionError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong(format!("nested more than {DEEPEST} deep")));
        }
        if self.take('-') {
            self.sign()?;
            self.code.push(Op::Negate);
        } else {
            self.power()?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Powers go to the right: 2^3^2 is 2^9.
    fn power(&mut self) -> Result<(), FunctionError> {
        self.operand()?;
        if self.take('^') {
            self.sign()?;
            self.code.push(Op::Power);
        }
        Ok(())
    }

    fn operand(&mut self) -> Result<(), FunctionError> {
        match self.peek() {
            None => Err(self.wrong("the expression ends where a number, x or a function is expected")),
            Some('(') => self.parentheses(),
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_ascii_alphabetic() => self.name(),
            Some(c) => Err(self.wrong(format!("{c:?} where a number, x, a function or ( is expected"))),
        }
    }

    fn parentheses(&mut self) -> Result<(), FunctionError> {
        if !self.take('(') {
            return Err(self.wrong("the function's argument is missing: write it in parentheses"));
        }
        self.sum()?;
        if self.take(')') { Ok(()) } else { Err(self.wrong("a closing parenthesis is missing")) }
    }

    fn number(&mut self) -> Result<(), FunctionError> {
        let rest = &self.text.as_bytes()[self.at..];
        let digits = |from: usize| rest[from..].iter().take_while(|c| c.is_ascii_digit()).count();
        let mut end = digits(0);
        if rest.get(end) == Some(&b'.') {
            end += 1 + digits(end + 1);
        }
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            let sign = matches!(rest.get(end + 1), Some(b'+' | b'-')) as usize;
            let exponent = digits((end + 1 + sign).min(rest.len()));
            // 2e is 2 and a name; the name is then in the wrong place.
            end += if exponent > 0 { 1 + sign + exponent } else { 0 };
        }
        let text = &self.text[self.at..self.at + end];
        let value: f64 = text.parse().map_err(|_| self.wrong("this is not a number"))?;
        if !value.is_finite() {
            return Err(self.wrong("this number is too large"));
        }
        self.at += end;
        self.code.push(Op::Number(Literal::decimal(text, value)));
        Ok(())
    }

    fn name(&mut self) -> Result<(), FunctionError> {
        let rest = &self.text[self.at..];
        let name = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        let op = match name {
            "x" => Op::X,
            "pi" => Op::Number(Literal::PI),
            "e" => Op::Number(Literal::E),
            _ => {
                let Some((_, f)) = FUNCTIONS.iter().find(|(n, _)| *n == name) else {
                    let names = FUNCTIONS.map(|(n, _)| n).join(", ");
                    return Err(self.wrong(format!("{name:?} is unknown: use x, pi, e, {names}")));
                };
                self.at += name.len();
                self.parentheses()?;
                Op::Call(*f)
            }
        };
        if !matches!(op, Op::Call(_)) {
            self.at += name.len();
        }
        self.code.push(op);
        Ok(())
    }
}
