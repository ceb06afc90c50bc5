//! Names: `psoftplus(0.3)`, `attenuating(1)`, `tanh*amplifying`, for the command line, TOML and reports.

use super::{Activation, Formula, Function, FunctionError, Interpolation, Kind};
use std::fmt;
use std::str::FromStr;

/// How activations are written. A number in parentheses is optional where it is shown.
pub const ACTIVATIONS: &str = "none, relu, leaky-relu(0.3), elu, softplus, psoftplus(0.3), sigmoid, tanh, or an expression in braces such as \
     {x*exp(-x^2)} or, for 0.1 to 4 only, {ln(x), 0.1:4} (learned ones in JSON only)";

/// How kinds are written. A number in parentheses is optional where it is shown.
pub const KINDS: &str = "ordinary, amplifying, attenuating(1)";

/// A text that names no function.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// No such activation.
    #[error("{0:?} is no activation: use one of {ACTIVATIONS}")]
    Activation(String),
    /// No such kind.
    #[error("{0:?} is no kind of neuron: use one of {KINDS}")]
    Kind(String),
    /// The parameter is no number, or the name takes none.
    #[error("{text:?}: {reason}")]
    Parameter {
        /// The whole text.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The parameter is out of range.
    #[error(transparent)]
    Value(#[from] FunctionError),
}

/// Splits `name(number)`.
fn split(text: &str) -> Result<(&str, Option<f64>), ParseError> {
    let wrong = |reason: String| ParseError::Parameter { text: text.into(), reason };
    let Some((name, rest)) = text.trim().split_once('(') else { return Ok((text.trim(), None)) };
    let inner = rest.strip_suffix(')').ok_or_else(|| wrong("a closing parenthesis is missing".into()))?;
    let value = inner.trim().parse().map_err(|_| wrong(format!("{inner:?} is not a number")))?;
    Ok((name.trim(), Some(value)))
}

/// `value`, for a name that takes no parameter.
fn plain<T>(text: &str, parameter: Option<f64>, value: T) -> Result<T, ParseError> {
    match parameter {
        None => Ok(value),
        Some(_) => {
            Err(ParseError::Parameter { text: text.into(), reason: "this name takes no parameter".into() })
        }
    }
}

/// The formula after an opening brace: `x*exp(-x^2)}` or `ln(x), 0.1:4}`.
fn braces(text: &str, rest: &str) -> Result<Formula, ParseError> {
    let wrong = |reason: &str| ParseError::Parameter { text: text.into(), reason: reason.into() };
    let inner = rest.trim_end().strip_suffix('}').ok_or_else(|| wrong("a closing brace is missing"))?;
    let Some((f, domain)) = inner.split_once(',') else { return Ok(Formula::new(inner, None)?) };
    let ends =
        domain.split_once(':').and_then(|(lo, hi)| Some([lo.trim().parse().ok()?, hi.trim().parse().ok()?]));
    let ends = ends.ok_or_else(|| wrong("behind the comma stands the domain as LO:HI, such as 0.1:4"))?;
    Ok(Formula::new(f, Some(ends))?)
}

impl FromStr for Activation {
    type Err = ParseError;

    /// `softplus`, `psoftplus` (a = 0.3), `psoftplus(0.25)`, `leaky-relu(0.1)`, ...
    fn from_str(text: &str) -> Result<Activation, ParseError> {
        if let Some(rest) = text.trim().strip_prefix('{') {
            return Ok(Activation::Formula(braces(text, rest)?));
        }
        let (name, parameter) = split(text)?;
        let activation = match name {
            "none" => plain(text, parameter, Activation::None),
            "relu" => plain(text, parameter, Activation::Relu),
            "leaky-relu" => Ok(Activation::LeakyRelu { slope: parameter.unwrap_or(0.3) }),
            "elu" => plain(text, parameter, Activation::Elu),
            "softplus" => plain(text, parameter, Activation::Softplus),
            "psoftplus" | "parametric-softplus" => {
                Ok(Activation::ParametricSoftplus { a: parameter.unwrap_or(0.3) })
            }
            "sigmoid" => plain(text, parameter, Activation::Sigmoid),
            "tanh" => plain(text, parameter, Activation::Tanh),
            _ => Err(ParseError::Activation(text.into())),
        }?;
        activation.validate()?;
        Ok(activation)
    }
}

impl FromStr for Kind {
    type Err = ParseError;

    /// `ordinary`, `amplifying`, `attenuating` (b = 1), `attenuating(0.5)`.
    fn from_str(text: &str) -> Result<Kind, ParseError> {
        let (name, parameter) = split(text)?;
        let kind = match name {
            "ordinary" => plain(text, parameter, Kind::Ordinary),
            "amplifying" => plain(text, parameter, Kind::Amplifying),
            "attenuating" => Ok(Kind::Attenuating { b: parameter.unwrap_or(1.0) }),
            _ => Err(ParseError::Kind(text.into())),
        }?;
        kind.validate()?;
        Ok(kind)
    }
}

impl FromStr for Function {
    type Err = ParseError;

    /// `tanh` (ordinary) or `psoftplus(0.3)*attenuating(1)`.
    fn from_str(text: &str) -> Result<Function, ParseError> {
        // The stars in the braces of a formula are its own.
        let formula = text.rfind('}').map_or(0, |end| end + 1);
        let star = text[formula..].find('*').map(|at| formula + at);
        let (activation, kind) = star.map_or((text, "ordinary"), |at| (&text[..at], &text[at + 1..]));
        Ok(Function::new(activation.parse()?, kind.parse()?))
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Activation::None => f.write_str("none"),
            Activation::Relu => f.write_str("relu"),
            Activation::LeakyRelu { slope } => write!(f, "leaky-relu({slope})"),
            Activation::Elu => f.write_str("elu"),
            Activation::Softplus => f.write_str("softplus"),
            Activation::ParametricSoftplus { a } => write!(f, "psoftplus({a})"),
            Activation::Sigmoid => f.write_str("sigmoid"),
            Activation::Tanh => f.write_str("tanh"),
            Activation::Learned(points) => {
                let how = match points.interpolation {
                    Interpolation::Constant => "constant",
                    Interpolation::Linear => "linear",
                    Interpolation::MonotoneCubic => "monotone-cubic",
                };
                write!(f, "learned({} nodes, {how})", points.nodes.len())
            }
            Activation::Formula(formula) => match formula.domain() {
                None => write!(f, "{{{}}}", formula.text()),
                Some([lo, hi]) => write!(f, "{{{}, {lo}:{hi}}}", formula.text()),
            },
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Ordinary => f.write_str("ordinary"),
            Kind::Amplifying => f.write_str("amplifying"),
            Kind::Attenuating { b } => write!(f, "attenuating({b})"),
        }
    }
}

impl fmt::Display for Function {
    /// The activation alone, or `activation*kind`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Ordinary => write!(f, "{}", self.activation),
            kind => write!(f, "{}*{kind}", self.activation),
        }
    }
}

/// Reads a text such as `psoftplus(0.3)` where TOML has a string: `#[serde(deserialize_with = "from_text")]`.
pub fn from_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: FromStr<Err = ParseError>,
{
    let text = <String as serde::Deserialize>::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}
