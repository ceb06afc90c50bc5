//! Enclosures: intervals that are proved to hold a function's real value.
//!
//! Interval arithmetic is written once, over [`Digits`]: numbers whose operations say between which two numbers the exact
//! result lies. [`Fast`] is `f64`; [`Precise`] has as many bits as it is asked for. An enclosure that is too wide in the
//! one is found again in the other.

mod fast;
mod interval;
mod literal;
mod powers;
mod precise;
#[cfg(test)]
mod tests;

pub use fast::Fast;
pub use interval::Interval;
pub(super) use literal::Literal;
pub use precise::Precise;

use super::{Activation, Function, Interpolation, Kind, Learned};
use std::fmt::Debug;

/// The functions of one argument that formulas and activations are made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// e^x
    Exp,
    /// Natural logarithm.
    Ln,
    /// Logarithm of base 2.
    Log2,
    /// Logarithm of base 10.
    Log10,
    /// Square root.
    Sqrt,
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// Inverse sine.
    Asin,
    /// Inverse cosine.
    Acos,
    /// Inverse tangent.
    Atan,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// Magnitude.
    Abs,
    /// e^x - 1
    ExpM1,
    /// ln(1 + x)
    Ln1p,
}

/// Numbers, and between which two of them an exact result lies.
///
/// Every pair is (not above, not below) the exact value. An infinity stands for what is too large.
pub trait Digits {
    /// A number.
    type N: Clone + Debug;
    /// The number of an `f64`, exact.
    fn of(&self, v: f64) -> Self::N;
    /// a + b
    fn add(&self, a: &Self::N, b: &Self::N) -> (Self::N, Self::N);
    /// a · b
    fn mul(&self, a: &Self::N, b: &Self::N) -> (Self::N, Self::N);
    /// a / b, b not 0
    fn div(&self, a: &Self::N, b: &Self::N) -> (Self::N, Self::N);
    /// A function where it is defined: never [`Call::Tan`] or [`Call::Abs`], which intervals make of others.
    fn call(&self, f: Call, a: &Self::N) -> (Self::N, Self::N);
    /// a^n for a > 0
    fn pow(&self, a: &Self::N, n: &Self::N) -> (Self::N, Self::N);
    /// π
    fn pi(&self) -> (Self::N, Self::N);
    /// Euler's number.
    fn e(&self) -> (Self::N, Self::N);
    /// -a
    fn neg(&self, a: &Self::N) -> Self::N;
    /// a < b
    fn less(&self, a: &Self::N, b: &Self::N) -> bool;
    /// The nearest `f64` not above, or not below.
    fn to_f64(&self, a: &Self::N, up: bool) -> f64;
}

impl Function {
    /// An interval with G(H(x)) in it.
    pub(crate) fn enclose<D: Digits>(&self, d: &D, x: f64) -> Interval<D::N> {
        let h = match &self.activation {
            Activation::Formula(formula) => formula.enclose(d, x, x),
            activation => activation.enclose(d, x),
        };
        self.kind.enclose(d, &h)
    }
}

impl Kind {
    fn enclose<D: Digits>(&self, d: &D, h: &Interval<D::N>) -> Interval<D::N> {
        match *self {
            Kind::Ordinary => h.clone(),
            Kind::Amplifying => h.square(d),
            Kind::Attenuating { b } => {
                let below = h.square(d).add(d, &Interval::point(d, b));
                h.div(d, &below)
            }
        }
    }
}

impl Activation {
    /// H at a point; formulas have a method of their own.
    fn enclose<D: Digits>(&self, d: &D, x: f64) -> Interval<D::N> {
        let at = |v: f64| Interval::point(d, v);
        let hinge = |slope: f64| if x < 0.0 { at(slope).mul(d, &at(x)) } else { at(x) };
        // ln(1 + e^-|x|)
        let residual = || at(-x.abs()).call(d, Call::Exp).call(d, Call::Ln1p);
        match self {
            Activation::None => at(x),
            Activation::Relu => at(x.max(0.0)),
            Activation::LeakyRelu { slope } => hinge(*slope),
            Activation::Elu if x < 0.0 => at(x).call(d, Call::ExpM1),
            Activation::Elu => at(x),
            Activation::Softplus => at(x.max(0.0)).add(d, &residual()),
            Activation::ParametricSoftplus { a } => {
                let rest = at(1.0).sub(d, &at(*a));
                hinge(*a).add(d, &rest.mul(d, &residual()))
            }
            Activation::Sigmoid => {
                let e = at(-x.abs()).call(d, Call::Exp);
                let below = at(1.0).add(d, &e);
                if x < 0.0 { e.div(d, &below) } else { at(1.0).div(d, &below) }
            }
            Activation::Tanh => at(x).call(d, Call::Tanh),
            Activation::Learned(points) => points.enclose(d, x),
            Activation::Formula(formula) => formula.enclose(d, x, x),
        }
    }
}

impl Learned {
    /// As [`Learned::eval`], with exact slopes and tangents.
    fn enclose<D: Digits>(&self, d: &D, x: f64) -> Interval<D::N> {
        let at = |v: f64| Interval::point(d, v);
        let right = self.nodes.partition_point(|&n| n <= x);
        let i = right.saturating_sub(1);
        if right == 0 || i + 1 == self.nodes.len() || self.interpolation == Interpolation::Constant {
            return at(self.ordinates[i]);
        }
        let (u, y, slope) = (at(x).sub(d, &at(self.nodes[i])), at(self.ordinates[i]), self.slope_in(d, i));
        if self.interpolation == Interpolation::Linear {
            return y.add(d, &u.mul(d, &slope));
        }
        let width = at(self.nodes[i + 1]).sub(d, &at(self.nodes[i]));
        let (s, t0, t1) = (u.div(d, &width), self.tangent_in(d, i), self.tangent_in(d, i + 1));
        let (two, three) = (at(2.0), at(3.0));
        // y + u·(t0 + s·(A + B·s)), A = 3·slope - 2·t0 - t1, B = t0 + t1 - 2·slope
        let a = three.mul(d, &slope).sub(d, &two.mul(d, &t0)).sub(d, &t1);
        let b = t0.add(d, &t1).sub(d, &two.mul(d, &slope));
        let inner = t0.add(d, &s.mul(d, &a.add(d, &b.mul(d, &s))));
        y.add(d, &u.mul(d, &inner))
    }

    fn slope_in<D: Digits>(&self, d: &D, i: usize) -> Interval<D::N> {
        let rise = |v: &[f64]| Interval::point(d, v[i + 1]).sub(d, &Interval::point(d, v[i]));
        rise(&self.ordinates).div(d, &rise(&self.nodes))
    }

    fn tangent_in<D: Digits>(&self, d: &D, i: usize) -> Interval<D::N> {
        if i == 0 {
            return self.slope_in(d, 0);
        }
        let left = self.slope_in(d, i - 1);
        if i == self.nodes.len() - 1 {
            return left;
        }
        // Signs of slopes are those of differences of ordinates: exact.
        let (y, right) = (&self.ordinates, self.slope_in(d, i));
        let (rises, falls) = (y[i - 1] < y[i] && y[i] < y[i + 1], y[i - 1] > y[i] && y[i] > y[i + 1]);
        if !rises && !falls {
            return Interval::point(d, 0.0);
        }
        let half = Interval::point(d, 0.5);
        let mean = half.mul(d, &left.add(d, &right));
        let three = Interval::point(d, 3.0);
        // The nearest to zero of the mean and three times either slope.
        if rises {
            mean.min(d, &three.mul(d, &left)).min(d, &three.mul(d, &right))
        } else {
            mean.max(d, &three.mul(d, &left)).max(d, &three.mul(d, &right))
        }
    }
}
