//! Expressions of one argument, which become the function of a neuron.

use super::curve::Curve;
use super::curve_text::number;
use crate::func::{Activation, Formula, Kind};
use crate::net::Neuron;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

/// The most letters of a formula.
const LONGEST: usize = 4000;

/// An expression in x.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    /// The argument.
    X,
    /// A number.
    Number(f64),
    /// A function of an expression.
    Call(Curve, Rc<Expression>),
    /// A sum.
    Add(Rc<Expression>, Rc<Expression>),
    /// A product.
    Multiply(Rc<Expression>, Rc<Expression>),
    /// A quotient.
    Divide(Rc<Expression>, Rc<Expression>),
}

use Expression::{Add, Call, Divide, Multiply, Number, X};

impl Expression {
    /// A function of this expression.
    pub fn call(&self, curve: Curve) -> Expression {
        match curve {
            Curve::Power(-1.0) => Number(1.0).over(self),
            _ => Call(curve, Rc::new(self.clone())),
        }
    }

    /// The sum with another; nothing is written for a 0.
    pub fn plus(&self, other: &Expression) -> Expression {
        match (self, other) {
            (e, Number(0.0)) | (Number(0.0), e) => e.clone(),
            (Number(a), Number(b)) => Number(a + b),
            (a, b) => Add(Rc::new(a.clone()), Rc::new(b.clone())),
        }
    }

    /// The product with another; nothing is written for a 1.
    pub fn times(&self, other: &Expression) -> Expression {
        match (self, other) {
            (e, Number(1.0)) | (Number(1.0), e) => e.clone(),
            (Number(a), Number(b)) => Number(a * b),
            (e, Call(Curve::Sigmoid, x)) | (Call(Curve::Sigmoid, x), e) if **x == *e => {
                e.call(Curve::Swish(1.0))
            }
            (e, Divide(one, d)) | (Divide(one, d), e) if **one == Number(1.0) => e.over(d),
            (a, b) => Multiply(Rc::new(a.clone()), Rc::new(b.clone())),
        }
    }

    /// The quotient by another.
    pub fn over(&self, other: &Expression) -> Expression {
        Divide(Rc::new(self.clone()), Rc::new(other.clone()))
    }

    /// The expression with another in place of x.
    pub fn of(&self, inner: &Expression) -> Expression {
        let of = |e: &Rc<Expression>| Rc::new(e.of(inner));
        match self {
            X => inner.clone(),
            Number(v) => Number(*v),
            Call(curve, e) => Call(*curve, of(e)),
            Add(a, b) => Add(of(a), of(b)),
            Multiply(a, b) => Multiply(of(a), of(b)),
            Divide(a, b) => Divide(of(a), of(b)),
        }
    }

    /// Whether its values are codes: it ends with a quantizer.
    pub fn closed(&self) -> bool {
        matches!(self, Call(Curve::Quantize(q), _) if q.closes)
    }

    /// How deep it nests, and how many parts it has.
    pub fn size(&self) -> (usize, usize) {
        match self {
            X | Number(_) => (1, 1),
            Call(_, e) => {
                let (depth, parts) = e.size();
                (depth + 1, parts.saturating_add(1))
            }
            Add(a, b) | Multiply(a, b) | Divide(a, b) => {
                let ((da, pa), (db, pb)) = (a.size(), b.size());
                (da.max(db) + 1, pa.saturating_add(pb))
            }
        }
    }

    /// Hashes its parts.
    pub fn hash(&self, hasher: &mut impl Hasher) {
        std::mem::discriminant(self).hash(hasher);
        match self {
            X => {}
            Number(v) => v.to_bits().hash(hasher),
            Call(curve, e) => {
                std::mem::discriminant(curve).hash(hasher);
                curve.parameters().iter().for_each(|v| v.to_bits().hash(hasher));
                e.hash(hasher);
            }
            Add(a, b) | Multiply(a, b) | Divide(a, b) => {
                a.hash(hasher);
                b.hash(hasher);
            }
        }
    }

    /// The neuron with this function; none if it is too long to be one.
    pub fn neuron(&self) -> Option<Neuron> {
        let (activation, kind) = match self {
            Multiply(a, b) if a == b => (a.activation()?, Kind::Amplifying),
            Divide(a, b) => match b.above_square_of(a) {
                Some(b) => (a.activation()?, Kind::Attenuating { b }),
                None => (self.activation()?, Kind::Ordinary),
            },
            _ => (self.activation()?, Kind::Ordinary),
        };
        Some(Neuron { activation, kind })
    }

    /// The b > 0 if this is h·h + b.
    pub fn above_square_of(&self, h: &Expression) -> Option<f64> {
        match self {
            Add(square, b) => match (&**square, &**b) {
                (Multiply(x, y), Number(b)) if **x == *h && **y == *h && *b > 0.0 && b.is_finite() => {
                    Some(*b)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The activation with this function.
    fn activation(&self) -> Option<Activation> {
        match self {
            X => return Some(Activation::None),
            Call(curve, e) if **e == X => match curve {
                Curve::Relu => return Some(Activation::Relu),
                Curve::LeakyRelu(slope) => return Some(Activation::LeakyRelu { slope: *slope }),
                Curve::Elu(1.0) => return Some(Activation::Elu),
                Curve::Softplus => return Some(Activation::Softplus),
                Curve::Sigmoid => return Some(Activation::Sigmoid),
                Curve::Tanh | Curve::Named("tanh") => return Some(Activation::Tanh),
                Curve::Clip(lo, hi) => return within("x", [*lo, *hi]),
                // Constant beyond both ends, and without the cancellation that a difference of |x - a| would have.
                Curve::HardSigmoid(a, b) if *a != 0.0 => {
                    let (one, other) = (-b / a, (1.0 - b) / a);
                    let line = format!("{}*x+{}", number(*a), number(*b));
                    return within(&line, [one.min(other), one.max(other)]);
                }
                _ => {}
            },
            _ => {}
        }
        let (depth, parts) = self.size();
        if depth > 48 || parts > 400 {
            return None;
        }
        let (text, _) = self.text();
        let text = if text.len() > LONGEST { None } else { Some(text) };
        text.and_then(|t| Formula::new(&t, None).ok()).map(Activation::Formula)
    }

    /// The text, and how it binds: 0 as a sum, 1 as a product, 2 as what needs no parentheses.
    fn text(&self) -> (String, u8) {
        match self {
            X => ("x".into(), 2),
            Number(v) => (number(*v), 2),
            Call(curve, e) => {
                let inner = e.bound(2);
                // The text of a function repeats its operand.
                let text = if inner.len() > LONGEST { inner } else { curve.text(&inner) };
                (text, curve.binds())
            }
            Add(a, b) => (format!("{}+{}", a.bound(0), b.bound(1)), 0),
            Multiply(a, b) if a == b => (format!("{}^2", a.bound(2)), 1),
            Multiply(a, b) => (format!("{}*{}", a.bound(1), b.bound(2)), 1),
            Divide(a, b) => (format!("{}/{}", a.bound(1), b.bound(2)), 1),
        }
    }

    /// The text, in parentheses where it binds looser than that.
    fn bound(&self, least: u8) -> String {
        match self.text() {
            (text, binds) if binds >= least => text,
            (text, _) => format!("({text})"),
        }
    }
}

/// A formula that keeps its values beyond two ends.
fn within(text: &str, ends: [f64; 2]) -> Option<Activation> {
    Formula::new(text, Some(ends)).ok().map(Activation::Formula)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(e: &Expression) -> String {
        let neuron = e.neuron().expect("short");
        format!("{} {}", neuron.activation, neuron.kind)
    }

    #[test]
    fn kinds_and_activations_are_recognised() {
        let tanh = X.call(Curve::Tanh);
        assert_eq!(written(&tanh), "tanh ordinary");
        assert_eq!(written(&tanh.times(&tanh)), "tanh amplifying");
        assert_eq!(written(&X.times(&X)), "none amplifying");
        let square = tanh.times(&tanh).plus(&Number(0.5));
        assert_eq!(written(&tanh.over(&square)), "tanh attenuating(0.5)");
        assert_eq!(written(&X.call(Curve::Clip(-1.0, 6.0))), "{x, -1:6} ordinary");
        assert_eq!(written(&X.call(Curve::HardSigmoid(0.25, 0.5))), "{0.25*x+0.5, -2:2} ordinary");
        assert_eq!(written(&X.over(&square)), "{x/(tanh(x)^2+0.5)} ordinary");
        assert_eq!(
            written(&X.call(Curve::Elu(2.0)).call(Curve::Relu).call(Curve::Sigmoid)).matches("exp").count(),
            3
        );
    }

    #[test]
    fn sums_and_products_keep_their_order() {
        let sum = X.plus(&Number(-2.0));
        assert_eq!(written(&sum.times(&X).over(&sum)), "{(x+(-2))*x/(x+(-2))} ordinary");
        assert_eq!(written(&sum.call(Curve::Softsign)), "{(x+(-2))/(1+abs(x+(-2)))} ordinary");
    }

    #[test]
    fn what_is_too_long_is_no_neuron() {
        let mut e = X;
        for _ in 0..20 {
            e = e.call(Curve::Gelu);
        }
        assert!(e.neuron().is_none());
        let mut e = X;
        for _ in 0..200 {
            e = e.call(Curve::Named("sin"));
        }
        assert!(e.neuron().is_none());
    }
}
