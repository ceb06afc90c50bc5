//! Functions of one argument: their values, and how the language of expressions writes them.

use super::attributes::Node;
use super::error::Fault;
use super::integer::Quantizer;

/// A function of one argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Curve {
    /// max(x, 0).
    Relu,
    /// x, or so many times x below 0.
    LeakyRelu(f64),
    /// x, or a·(e^x - 1) below 0.
    Elu(f64),
    /// γ·x, or γ·a·(e^x - 1) below 0: a and γ.
    Selu(f64, f64),
    /// x, or a·(e^(x/a) - 1) below 0.
    Celu(f64),
    /// 1 / (1 + e^-x).
    Sigmoid,
    /// a·x + b between 0 and 1.
    HardSigmoid(f64, f64),
    /// x · (x/6 + 1/2 between 0 and 1).
    HardSwish,
    /// tanh x.
    Tanh,
    /// ln(1 + e^x).
    Softplus,
    /// x / (1 + |x|).
    Softsign,
    /// x · (1 + erf(x/√2)) / 2.
    Gelu,
    /// x · (1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2.
    GeluTanh,
    /// x · tanh(ln(1 + e^x)).
    Mish,
    /// x / (1 + e^(-a·x)).
    Swish(f64),
    /// The error function.
    Erf,
    /// x between two bounds.
    Clip(f64, f64),
    /// A power of x.
    Power(f64),
    /// The code of x, which is no function of a real-valued network.
    Quantize(Quantizer),
    /// A function that the language of expressions has by this name.
    Named(&'static str),
}

/// An operator, its name in the language of expressions, and its values.
type Named = (&'static str, &'static str, fn(f64) -> f64);

/// Operators whose function the language of expressions has by a name.
const NAMED: [Named; 13] = [
    ("Exp", "exp", libm::exp),
    ("Log", "ln", libm::log),
    ("Sqrt", "sqrt", libm::sqrt),
    ("Sin", "sin", libm::sin),
    ("Cos", "cos", libm::cos),
    ("Tan", "tan", libm::tan),
    ("Asin", "asin", libm::asin),
    ("Acos", "acos", libm::acos),
    ("Atan", "atan", libm::atan),
    ("Sinh", "sinh", libm::sinh),
    ("Cosh", "cosh", libm::cosh),
    ("Abs", "abs", libm::fabs),
    ("Tanh", "tanh", libm::tanh),
];

impl Curve {
    /// The function of a node that has no further arguments; none for other operators.
    ///
    /// # Errors
    /// Parameters that make no function.
    pub fn of(node: &Node) -> Result<Option<Curve>, Fault> {
        let alpha = |default: f64| node.number("alpha", default);
        let curve = match node.operator.as_str() {
            "Relu" => Curve::Relu,
            "LeakyRelu" => Curve::LeakyRelu(alpha(f64::from(0.01f32))?),
            "Elu" => Curve::Elu(alpha(1.0)?),
            "Selu" => Curve::Selu(
                alpha(f64::from(1.673_263_2_f32))?,
                node.number("gamma", f64::from(1.050_701_f32))?,
            ),
            "Celu" => match alpha(1.0)? {
                a if a > 0.0 => Curve::Celu(a),
                a => return Err(node.refuse(format!("alpha is {a}"), "use one above 0")),
            },
            "Sigmoid" => Curve::Sigmoid,
            "HardSigmoid" => Curve::HardSigmoid(alpha(f64::from(0.2f32))?, node.number("beta", 0.5)?),
            "HardSwish" => Curve::HardSwish,
            "Tanh" => Curve::Tanh,
            "Softplus" => Curve::Softplus,
            "Softsign" => Curve::Softsign,
            "Mish" => Curve::Mish,
            "Swish" => Curve::Swish(alpha(1.0)?),
            "Erf" => Curve::Erf,
            "Reciprocal" => Curve::Power(-1.0),
            "Gelu" => match node.text("approximate", "none")?.as_str() {
                "none" => Curve::Gelu,
                "tanh" => Curve::GeluTanh,
                other => return Err(node.broken(format!("approximate is {other:?}"))),
            },
            name => match NAMED.iter().find(|(operator, ..)| *operator == name) {
                Some((_, named, _)) => Curve::Named(named),
                None => return Ok(None),
            },
        };
        match curve.parameters().iter().find(|v| !v.is_finite()) {
            Some(v) => Err(node.refuse(format!("a parameter is {v}"), "use finite numbers")),
            None => Ok(Some(curve)),
        }
    }

    /// The numbers that make the function.
    pub fn parameters(self) -> Vec<f64> {
        match self {
            Curve::LeakyRelu(a) | Curve::Elu(a) | Curve::Celu(a) | Curve::Swish(a) | Curve::Power(a) => {
                vec![a]
            }
            Curve::Selu(a, b) | Curve::HardSigmoid(a, b) | Curve::Clip(a, b) => vec![a, b],
            Curve::Quantize(q) => vec![q.scale, q.before, q.after, q.lo, q.hi],
            _ => Vec::new(),
        }
    }

    /// The value at x, not a number where there is none.
    pub fn value(self, x: f64) -> f64 {
        let hinge = |below: f64| if x < 0.0 { below } else { x };
        let clip = |v: f64, lo: f64, hi: f64| {
            if v < lo {
                lo
            } else if v > hi {
                hi
            } else {
                v
            }
        };
        let softplus = || hinge(0.0) + libm::log1p(libm::exp(-x.abs()));
        match self {
            Curve::Relu => hinge(0.0),
            Curve::LeakyRelu(a) => hinge(a * x),
            Curve::Elu(a) => hinge(a * libm::expm1(x)),
            Curve::Selu(a, gamma) => gamma * hinge(a * libm::expm1(x)),
            Curve::Celu(a) => hinge(a * libm::expm1(x / a)),
            Curve::Sigmoid => 1.0 / (1.0 + libm::exp(-x)),
            Curve::HardSigmoid(a, b) => clip(a * x + b, 0.0, 1.0),
            Curve::HardSwish => x * clip(x / 6.0 + 0.5, 0.0, 1.0),
            Curve::Tanh => libm::tanh(x),
            Curve::Softplus => softplus(),
            Curve::Softsign => x / (1.0 + x.abs()),
            Curve::Gelu => 0.5 * x * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2),
            Curve::GeluTanh => {
                let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x * x * x);
                0.5 * x * (1.0 + libm::tanh(inner))
            }
            Curve::Mish => x * libm::tanh(softplus()),
            Curve::Swish(a) => x / (1.0 + libm::exp(-a * x)),
            Curve::Erf => libm::erf(x),
            Curve::Clip(lo, hi) => clip(x, lo, hi),
            Curve::Power(p) => libm::pow(x, p),
            Curve::Quantize(q) => q.code(x),
            Curve::Named(name) => {
                NAMED.iter().find(|(_, n, _)| *n == name).map_or(f64::NAN, |(.., function)| function(x))
            }
        }
    }
}

impl Curve {
    /// All functions that have a name.
    #[cfg(test)]
    pub fn named() -> impl Iterator<Item = Curve> {
        NAMED.into_iter().map(|(_, name, _)| Curve::Named(name))
    }
}
