//! A number with two derivatives, carried through arithmetic by the chain rule. All functions are `libm`'s.

use super::enclosure::Call;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A value and its first two derivatives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Jet {
    pub value: f64,
    pub first: f64,
    pub second: f64,
}

impl Jet {
    /// A number that does not depend on x.
    pub fn constant(value: f64) -> Jet {
        Jet { value, first: 0.0, second: 0.0 }
    }

    /// f(self), from f, f' and f'' at the value.
    fn chain(self, f: f64, d: f64, dd: f64) -> Jet {
        Jet { value: f, first: d * self.first, second: dd * self.first * self.first + d * self.second }
    }

    /// A function of one argument.
    pub fn call(self, f: Call) -> Jet {
        match f {
            Call::Exp => self.exp(),
            Call::Ln => self.ln(),
            Call::Log2 => self.log2(),
            Call::Log10 => self.log10(),
            Call::Sqrt => self.sqrt(),
            Call::Sin => self.sin(),
            Call::Cos => self.cos(),
            Call::Tan => self.tan(),
            Call::Asin => self.asin(),
            Call::Acos => self.acos(),
            Call::Atan => self.atan(),
            Call::Sinh => self.sinh(),
            Call::Cosh => self.cosh(),
            Call::Tanh => self.tanh(),
            Call::Abs => self.abs(),
            Call::ExpM1 => self.exp_m1(),
            Call::Ln1p => self.ln_1p(),
        }
    }

    pub fn exp(self) -> Jet {
        let f = libm::exp(self.value);
        self.chain(f, f, f)
    }

    pub fn ln(self) -> Jet {
        let u = self.value;
        self.chain(libm::log(u), 1.0 / u, -1.0 / (u * u))
    }

    fn exp_m1(self) -> Jet {
        let slope = libm::exp(self.value);
        self.chain(libm::expm1(self.value), slope, slope)
    }

    fn ln_1p(self) -> Jet {
        let u = 1.0 + self.value;
        self.chain(libm::log1p(self.value), 1.0 / u, -1.0 / (u * u))
    }

    pub fn log2(self) -> Jet {
        let (u, scale) = (self.value, std::f64::consts::LOG2_E);
        self.chain(libm::log2(u), scale / u, -scale / (u * u))
    }

    pub fn log10(self) -> Jet {
        let (u, scale) = (self.value, std::f64::consts::LOG10_E);
        self.chain(libm::log10(u), scale / u, -scale / (u * u))
    }

    pub fn sqrt(self) -> Jet {
        let f = libm::sqrt(self.value);
        self.chain(f, 0.5 / f, -0.25 / (f * self.value))
    }

    pub fn sin(self) -> Jet {
        let (s, c) = libm::sincos(self.value);
        self.chain(s, c, -s)
    }

    pub fn cos(self) -> Jet {
        let (s, c) = libm::sincos(self.value);
        self.chain(c, -s, -c)
    }

    pub fn tan(self) -> Jet {
        let f = libm::tan(self.value);
        let d = 1.0 + f * f;
        self.chain(f, d, 2.0 * f * d)
    }

    pub fn asin(self) -> Jet {
        let u = self.value;
        let d = 1.0 / libm::sqrt((1.0 - u) * (1.0 + u));
        self.chain(libm::asin(u), d, u * d * d * d)
    }

    pub fn acos(self) -> Jet {
        let u = self.value;
        let d = -1.0 / libm::sqrt((1.0 - u) * (1.0 + u));
        self.chain(libm::acos(u), d, u * d * d * d)
    }

    pub fn atan(self) -> Jet {
        let u = self.value;
        let d = 1.0 / (1.0 + u * u);
        self.chain(libm::atan(u), d, -2.0 * u * d * d)
    }

    pub fn sinh(self) -> Jet {
        let (s, c) = (libm::sinh(self.value), libm::cosh(self.value));
        self.chain(s, c, s)
    }

    pub fn cosh(self) -> Jet {
        let (s, c) = (libm::sinh(self.value), libm::cosh(self.value));
        self.chain(c, s, c)
    }

    pub fn tanh(self) -> Jet {
        let f = libm::tanh(self.value);
        let d = (1.0 - f) * (1.0 + f);
        self.chain(f, d, -2.0 * f * d)
    }

    /// At 0 the derivative of the right side.
    pub fn abs(self) -> Jet {
        if self.value < 0.0 { -self } else { self }
    }

    /// self to the power of n; a constant exponent takes any base that has such a power.
    pub fn pow(self, n: Jet) -> Jet {
        let (u, k) = (self.value, n.value);
        let f = libm::pow(u, k);
        if (n.first, n.second) == (0.0, 0.0) {
            // 0·(1/0) would be no number where the power's derivative simply ends.
            let term = |c: f64, k: f64| if c == 0.0 { 0.0 } else { c * libm::pow(u, k) };
            return self.chain(f, term(k, k - 1.0), term(k * (k - 1.0), k - 2.0));
        }
        Jet { value: f, ..(n * self.ln()).exp() }
    }
}

impl Add for Jet {
    type Output = Jet;
    fn add(self, b: Jet) -> Jet {
        Jet { value: self.value + b.value, first: self.first + b.first, second: self.second + b.second }
    }
}

impl Sub for Jet {
    type Output = Jet;
    fn sub(self, b: Jet) -> Jet {
        Jet { value: self.value - b.value, first: self.first - b.first, second: self.second - b.second }
    }
}

impl Mul for Jet {
    type Output = Jet;
    fn mul(self, b: Jet) -> Jet {
        Jet {
            value: self.value * b.value,
            first: self.first * b.value + self.value * b.first,
            second: self.second * b.value + 2.0 * self.first * b.first + self.value * b.second,
        }
    }
}

impl Div for Jet {
    type Output = Jet;
    fn div(self, b: Jet) -> Jet {
        let value = self.value / b.value;
        let first = (self.first - value * b.first) / b.value;
        Jet { value, first, second: (self.second - 2.0 * first * b.first - value * b.second) / b.value }
    }
}

impl Neg for Jet {
    type Output = Jet;
    fn neg(self) -> Jet {
        Jet { value: -self.value, first: -self.first, second: -self.second }
    }
}
