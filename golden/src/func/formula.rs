//! Functions that users write: `x*exp(-x^2)`, parsed once, evaluated with two derivatives.
//!
//! A parser of our own, because two things are wanted that the expression crates do not give together: a power that
//! binds tighter than the minus before it (`-x^2` is -(x²)), and the place of a mistake. All functions are `libm`'s: the
//! same bits on every machine.

mod parser;
#[cfg(test)]
mod tests;

use self::parser::Parser;
use super::enclosure::{Call, Digits, Interval, Literal};
use super::jet::Jet;
use super::{FunctionError, Scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An expression in x, and the part of the axis it is meant for.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Formula {
    text: String,
    domain: Option<[f64; 2]>,
    code: Arc<[Op]>,
}

/// How a formula is written down.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Formula")]
pub(super) struct Raw {
    /// The expression: numbers, x, pi, e, + - * / ^, parentheses and the functions of one argument exp, ln, log2,
    /// log10, sqrt, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, abs.
    f: String,
    /// First and last x; outside, the function keeps its values at these ends. None: everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domain: Option<[f64; 2]>,
}

impl TryFrom<Raw> for Formula {
    type Error = FunctionError;
    fn try_from(raw: Raw) -> Result<Formula, FunctionError> {
        Formula::new(&raw.f, raw.domain)
    }
}

impl From<Formula> for Raw {
    fn from(f: Formula) -> Raw {
        Raw { f: f.text, domain: f.domain }
    }
}

impl PartialEq for Formula {
    fn eq(&self, other: &Formula) -> bool {
        (&self.text, self.domain) == (&other.text, other.domain)
    }
}

/// One operation of a stack machine.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    X,
    Number(Literal),
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Call(Call),
}

impl Formula {
    /// Parses an expression; `domain` is the first and the last x it is meant for.
    ///
    /// # Errors
    /// What is wrong with the text, and at which character; a domain that is no interval.
    pub fn new(text: &str, domain: Option<[f64; 2]>) -> Result<Formula, FunctionError> {
        if let Some([lo, hi]) = domain
            && !(lo < hi && lo.is_finite() && hi.is_finite())
        {
            return Err(FunctionError::Domain { lo, hi });
        }
        let mut parser = Parser { text, at: 0, depth: 0, code: Vec::new() };
        parser.sum()?;
        match parser.peek() {
            None => Ok(Formula {
                text: text.split_whitespace().collect::<Vec<_>>().join(" "),
                domain,
                code: parser.code.into(),
            }),
            Some(')') => Err(parser.wrong("a closing parenthesis without an opening one")),
            Some(_) => Err(parser.wrong("an operator is missing here: use + - * / or ^")),
        }
    }

    /// The expression.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The operations, in the order in which a stack machine runs them.
    pub(crate) fn code(&self) -> &[Op] {
        &self.code
    }

    /// First and last x, outside of which the ends' values are kept.
    pub fn domain(&self) -> Option<[f64; 2]> {
        self.domain
    }

    /// The value; NaN where there is none.
    pub fn eval<T: Scalar>(&self, x: T) -> T {
        T::from_f64(self.jet(x.to_f64()).value)
    }

    /// The derivative; 0 outside the domain.
    pub fn derivative<T: Scalar>(&self, x: T) -> T {
        T::from_f64(self.jet(x.to_f64()).first)
    }

    /// The second derivative; 0 outside the domain.
    pub fn second_derivative<T: Scalar>(&self, x: T) -> T {
        T::from_f64(self.jet(x.to_f64()).second)
    }

    fn jet(&self, x: f64) -> Jet {
        let x = match self.domain {
            Some([lo, _]) if x < lo => Jet::constant(lo),
            Some([_, hi]) if x > hi => Jet::constant(hi),
            _ => Jet { value: x, first: 1.0, second: 0.0 },
        };
        let mut stack: Vec<Jet> = Vec::with_capacity(8);
        for op in self.code.iter() {
            // The parser leaves every operation its operands.
            let mut pop = || stack.pop().unwrap_or(Jet::constant(f64::NAN));
            let result = match op {
                Op::X => x,
                Op::Number(v) => Jet::constant(v.value),
                Op::Negate => -pop(),
                Op::Call(f) => pop().call(*f),
                binary => {
                    let (b, a) = (pop(), pop());
                    match binary {
                        Op::Add => a + b,
                        Op::Subtract => a - b,
                        Op::Multiply => a * b,
                        Op::Divide => a / b,
                        _ => a.pow(b),
                    }
                }
            };
            stack.push(result);
        }
        stack.pop().unwrap_or(Jet::constant(f64::NAN))
    }

    /// An interval with the value at every x from `lo` to `hi`; numbers mean what is written.
    pub(super) fn enclose<D: Digits>(&self, d: &D, lo: f64, hi: f64) -> Interval<D::N> {
        let held = |x: f64| self.domain.map_or(x, |[lo, hi]| x.clamp(lo, hi));
        let x = Interval::span(d, held(lo), held(hi));
        let mut stack: Vec<Interval<D::N>> = Vec::with_capacity(8);
        for op in self.code.iter() {
            let mut pop = || stack.pop().unwrap_or(Interval::point(d, f64::NAN));
            let result = match op {
                Op::X => x.clone(),
                Op::Number(v) => v.enclose(d),
                Op::Negate => pop().neg(d),
                Op::Call(f) => pop().call(d, *f),
                binary => {
                    let (b, a) = (pop(), pop());
                    match binary {
                        Op::Add => a.add(d, &b),
                        Op::Subtract => a.sub(d, &b),
                        Op::Multiply => a.mul(d, &b),
                        Op::Divide => a.div(d, &b),
                        _ => a.pow(d, &b),
                    }
                }
            };
            stack.push(result);
        }
        stack.pop().unwrap_or(Interval::point(d, f64::NAN))
    }

    /// Whether an interval's evaluation shows the formula to be defined and without a jump from `lo` to `hi`.
    pub(crate) fn whole_between<D: Digits>(&self, d: &D, lo: f64, hi: f64) -> bool {
        !self.enclose(d, lo, hi).broken
    }
}
