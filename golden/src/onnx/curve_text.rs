//! Functions of one argument in the language of expressions.

use super::curve::Curve;

/// Numerator and denominator, in x² from the constant on, of the h in erf(x) = tanh(x·h(x²)), right to 3e-11.
///
/// All are above 0, so there is no pole. Fitted by weighted least squares over 0 to 6.2; from there on both sides are 1.
const ERF: ([f64; 9], [f64; 8]) = (
    [
        1.1283791671104126,
        0.51019624605542,
        0.12162773608272161,
        0.01769310643610773,
        0.0015801695876169824,
        8.86648272263876e-05,
        3.0139586515774705e-06,
        3.237341629841562e-08,
        3.7954005416985806e-11,
    ],
    [
        1.0,
        0.36106980356608637,
        0.07508897382903244,
        0.009430975252585077,
        0.0006869363437784653,
        3.3343178522327925e-05,
        7.425682105236459e-07,
        3.3071123991542667e-09,
    ],
);

impl Curve {
    /// How the text of the function binds: 0 as a sum, 1 as a product, 2 as what needs no parentheses.
    pub fn binds(self) -> u8 {
        match self {
            Curve::Tanh | Curve::Erf | Curve::Named(_) => 2,
            Curve::Sigmoid
            | Curve::Swish(_)
            | Curve::Mish
            | Curve::Softsign
            | Curve::Gelu
            | Curve::GeluTanh => 1,
            _ => 0,
        }
    }

    /// The function in the language of expressions, of an operand that is x or stands in parentheses.
    pub fn text(self, e: &str) -> String {
        let n = number;
        let abs = applied("abs", e);
        let below = || format!("({e}-{abs})/2");
        let above = || format!("({e}+{abs})/2");
        let softplus = || format!("{}+ln(1+exp(-{abs}))", above());
        match self {
            // No text: such a neuron has a table of its own, or is refused as too long.
            Curve::Quantize(_) => String::new(),
            Curve::Relu => above(),
            Curve::LeakyRelu(a) => format!("{}*{e}+{}*{abs}", n((1.0 + a) / 2.0), n((1.0 - a) / 2.0)),
            Curve::Elu(a) => format!("{}+{}*(exp({})-1)", above(), n(a), below()),
            Curve::Selu(a, gamma) => format!("{}*({}+{}*(exp({})-1))", n(gamma), above(), n(a), below()),
            Curve::Celu(a) => format!("{}+{}*(exp(({})/{})-1)", above(), n(a), below(), n(a)),
            Curve::Sigmoid => format!("1/(1+exp(-{e}))"),
            Curve::HardSigmoid(a, b) => clip(&format!("({}*{e}+{})", n(a), n(b)), 0.0, 1.0),
            Curve::HardSwish => format!("{e}*{}/6", clip(&format!("({e}+3)"), 0.0, 6.0)),
            Curve::Softplus => softplus(),
            Curve::Softsign => format!("{e}/(1+{abs})"),
            Curve::Gelu => format!("{e}/(1+exp(-2*{}))", erf_inner(e, std::f64::consts::FRAC_1_SQRT_2)),
            Curve::GeluTanh => {
                let twice = 2.0 * (2.0 / std::f64::consts::PI).sqrt();
                format!("{e}/(1+exp(-{}*({e}+0.044715*{e}^3)))", n(twice))
            }
            Curve::Mish => format!("{e}*tanh({})", softplus()),
            Curve::Swish(1.0) => format!("{e}/(1+exp(-{e}))"),
            Curve::Swish(a) => format!("{e}/(1+exp(-{}*{e}))", n(a)),
            Curve::Erf => format!("tanh({})", erf_inner(e, 1.0)),
            Curve::Clip(lo, hi) => clip(e, lo, hi),
            Curve::Power(-1.0) => format!("1/{e}"),
            Curve::Power(p) => format!("{e}^{}", n(p)),
            Curve::Tanh => applied("tanh", e),
            Curve::Named(name) => applied(name, e),
        }
    }
}

/// A function of an operand, which brings its own parentheses or none.
fn applied(name: &str, e: &str) -> String {
    if e.starts_with('(') { format!("{name}{e}") } else { format!("{name}({e})") }
}

/// An operand between two bounds.
fn clip(e: &str, lo: f64, hi: f64) -> String {
    format!("(abs({e}-{})-abs({e}-{})+{})/2", number(lo), number(hi), number(lo + hi))
}

/// What tanh must take to become erf(scale·e).
fn erf_inner(e: &str, scale: f64) -> String {
    let square = scale * scale;
    let (p, q) = (polynomial(e, &ERF.0, scale, square), polynomial(e, &ERF.1, 1.0, square));
    format!("{e}*({p})/({q})")
}

/// factor · Σ c·(square·e²)^k, from the last to the first.
fn polynomial(e: &str, coefficients: &[f64], factor: f64, square: f64) -> String {
    let powers = std::iter::successors(Some(factor), |f| Some(f * square));
    let scaled: Vec<f64> = coefficients.iter().zip(powers).map(|(c, f)| c * f).collect();
    let join = |inner: String, c: &f64| format!("{}+{e}^2*({inner})", number(*c));
    let (last, others) = scaled.split_last().unwrap_or((&0.0, &[]));
    others.iter().rev().fold(number(*last), join)
}

/// A number so that the parser gets the same again; in parentheses if it is negative.
pub(super) fn number(v: f64) -> String {
    let text = format!("{:?}", v.abs());
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if v < 0.0 { format!("(-{text})") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::func::{Formula, Portable};

    #[test]
    fn every_text_has_the_values_of_its_function() {
        let curves = [
            Curve::Relu,
            Curve::LeakyRelu(-0.25),
            Curve::Elu(0.75),
            Curve::Selu(1.67, 1.05),
            Curve::Celu(1.5),
            Curve::Sigmoid,
            Curve::HardSigmoid(0.2, 0.5),
            Curve::HardSwish,
            Curve::Tanh,
            Curve::Softplus,
            Curve::Softsign,
            Curve::Gelu,
            Curve::GeluTanh,
            Curve::Mish,
            Curve::Swish(1.7),
            Curve::Erf,
            Curve::Clip(-0.5, 1e-7),
            Curve::Power(-1.0),
            Curve::Power(3.0),
            Curve::Power(-1.5),
            Curve::Power(0.5),
        ];
        for curve in curves.into_iter().chain(Curve::named()) {
            for e in ["x", "(2*x-1)"] {
                let formula = Formula::new(&curve.text(e), None).unwrap_or_else(|e| panic!("{curve:?}: {e}"));
                for k in -400..=400 {
                    let x = f64::from(k) * 0.05 + 0.001;
                    let found = formula.eval(Portable(x)).0;
                    let expected = curve.value(if e == "x" { x } else { 2.0 * x - 1.0 });
                    let near = (found - expected).abs() <= 1e-10 * (1.0 + expected.abs());
                    assert!(
                        near || found.is_nan() && expected.is_nan(),
                        "{curve:?} at {x}: {found}, not {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn numbers_survive_the_text() {
        for v in [0.1, 1e-300, 1.5e300, 2.0, f64::from(0.1f32), 0.0] {
            let formula = Formula::new(&format!("x*{}", number(-v)), None).expect("a number");
            assert_eq!(formula.eval(Portable(1.0)).0, -v);
        }
    }
}
