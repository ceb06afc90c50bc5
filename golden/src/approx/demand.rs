//! What is asked of a table, and why it may be refused.

use super::TableError;
use crate::func::{Function, FunctionError};
use crate::num::Format;

/// Which segments a table may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Segments {
    /// Whatever is cheaper.
    #[default]
    Any,
    /// Segments of one length.
    Equal,
    /// Segments of the lengths of a [`super::Tree`].
    Tree,
}

/// How hard a table is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Effort {
    /// The first table that meets the demand, not made any narrower: some ten times as fast, for plans that are only tried.
    Rough,
    /// The degrees and guard bits that win most often.
    #[default]
    Usual,
    /// All degrees and more starting points: for tables that are looked at one by one.
    Thorough,
}

/// What a table has to satisfy.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// Every code's error must be strictly below this, in ulp of the output. 1 is "faithful".
    pub max_ulp: f64,
    /// Degree of the polynomials, 0 to 4; none: chosen by the size of the problem.
    pub degree: Option<u32>,
    /// The most segments a table may have.
    pub max_segments: usize,
    /// Equal segments or a tree.
    pub segments: Segments,
    /// How hard the cheapest table is searched for.
    pub effort: Effort,
}

impl Default for Demand {
    /// Faithful (< 1 ulp), any degree, at most 4096 segments of any kind, the usual search.
    fn default() -> Demand {
        Demand {
            max_ulp: 1.0,
            degree: None,
            max_segments: 4096,
            segments: Segments::Any,
            effort: Effort::Usual,
        }
    }
}

/// Why there is no table.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ApproxError {
    /// The function's parameters.
    #[error(transparent)]
    Function(#[from] FunctionError),
    /// The formats, or a word that would be too wide.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A demand that makes no sense.
    #[error("a demand of {what} = {value}: use {cure}")]
    Demand {
        /// The field.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What is allowed.
        cure: &'static str,
    },
    /// Even the correctly rounded result is not good enough.
    #[error(
        "{function}, {input} to {output}: rounding to the output alone costs {rounding:.6} ulp, so an error below \
         {max_ulp} ulp cannot be had: demand more than {rounding:.6} ulp"
    )]
    Rounding {
        /// The function.
        function: String,
        /// Argument format.
        input: Format,
        /// Result format.
        output: Format,
        /// The demand.
        max_ulp: f64,
        /// What rounding costs.
        rounding: f64,
    },
    /// A pole, or an argument that the function is not defined for.
    #[error(
        "{function} is {value} at x = {x} (code {code} of {input}): give the formula a domain without that point, such as \
         {{ln(x), 0.1:4}}, or use an input format that does not reach it"
    )]
    Undefined {
        /// The function.
        function: String,
        /// Argument format.
        input: Format,
        /// The first such argument.
        code: i64,
        /// Its value.
        x: f64,
        /// What the function gives: NaN or an infinity.
        value: f64,
    },
    /// A formula's domain reaches beyond the argument's format.
    #[error(
        "{function}: the domain {lo}:{hi} does not fit the input format {input}, which holds {least} to {most}: use fewer \
         fraction bits, or a smaller domain"
    )]
    Domain {
        /// The function.
        function: String,
        /// Argument format.
        input: Format,
        /// The domain's ends.
        lo: f64,
        /// See `lo`.
        hi: f64,
        /// The format's ends.
        least: f64,
        /// See `least`.
        most: f64,
    },
    /// The straight part of the function is too wide a word.
    #[error(
        "{function}, {input} to {output}: its asymptote needs {bits} bits at the output's precision, {limit} are allowed: \
         use fewer fraction bits for the output or a smaller range for the argument"
    )]
    Asymptote {
        /// The function.
        function: String,
        /// Argument format.
        input: Format,
        /// Result format.
        output: Format,
        /// Bits it needs.
        bits: u32,
        /// Bits allowed.
        limit: u32,
    },
    /// No table of the allowed degrees and sizes meets the demand.
    #[error("{0}")]
    Unmet(Box<Unmet>),
}

/// A demand that was searched for and not met, and what would meet it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmet {
    /// The function.
    pub function: Function,
    /// Argument format.
    pub input: Format,
    /// Result format.
    pub output: Format,
    /// The demand.
    pub demand: Demand,
    /// A degree that meets it with the same formats.
    pub degree: Option<u32>,
    /// The widest narrower output (fewer fraction bits) that meets it with the demanded degree.
    pub narrower: Option<Format>,
    /// An error in ulp that can be had with the same formats and degree.
    pub max_ulp: Option<f64>,
}

impl std::fmt::Display for Unmet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let degree = self.demand.degree.map_or("0 to 4".into(), |d| d.to_string());
        write!(
            f,
            "{}, {} to {}: no table of degree {degree} with at most {} segments stays below {} ulp",
            self.function, self.input, self.output, self.demand.max_segments, self.demand.max_ulp
        )?;
        let cures = [
            self.degree.map(|d| format!("degree {d} does")),
            self.narrower.map(|w| format!("the output format {w} does")),
            self.max_ulp.map(|u| format!("below {u} ulp can be had")),
        ];
        let cures: Vec<String> = cures.into_iter().flatten().collect();
        match cures.is_empty() {
            true => write!(f, ", nor does any other degree or narrower output: allow more segments"),
            false => write!(f, ": {}", cures.join(", and ")),
        }
    }
}

impl Demand {
    pub(super) fn validate(&self) -> Result<(), ApproxError> {
        let wrong = |what, value, cure| Err(ApproxError::Demand { what, value, cure });
        if !(self.max_ulp > 0.0 && self.max_ulp <= 1e6) {
            return wrong("max_ulp", self.max_ulp, "a number above 0, at most 1e6 (1 is faithful)");
        }
        if let Some(d @ 5..) = self.degree {
            return wrong("degree", d as f64, "0, 1, 2, 3 or 4");
        }
        if self.max_segments == 0 {
            return wrong("max_segments", 0.0, "at least 1");
        }
        Ok(())
    }
}
