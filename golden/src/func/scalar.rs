//! The arithmetics a function can be evaluated in.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// The real types of training: `f32` for speed, `f64` for everything else.
pub trait Real: num_traits::Float + num_traits::NumAssign + Send + Sync + std::fmt::Debug + 'static {
    /// The nearest value of this type.
    fn of(v: f64) -> Self;
    /// This value in `f64` (exact).
    fn to(self) -> f64;
}

impl Real for f32 {
    fn of(v: f64) -> f32 {
        v as f32
    }
    fn to(self) -> f64 {
        self as f64
    }
}

impl Real for f64 {
    fn of(v: f64) -> f64 {
        v
    }
    fn to(self) -> f64 {
        self
    }
}

/// What the scalar functions need of a number: arithmetic, order, and four transcendental functions.
///
/// Every [`Real`] is one, through the machine's mathematics.
pub trait Scalar:
    Copy
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The nearest value.
    fn from_f64(v: f64) -> Self;
    /// `v`, held inside the positive normal numbers of this type: `f32` cannot take b = 1e-50 for zero.
    fn positive(v: f64) -> Self;
    /// This value in `f64` (exact).
    fn to_f64(self) -> f64;
    /// e^x.
    fn exp(self) -> Self;
    /// e^x - 1, exact near 0.
    fn exp_m1(self) -> Self;
    /// ln(1 + x), exact near 0.
    fn ln_1p(self) -> Self;
    /// tanh x.
    fn tanh(self) -> Self;
    /// |x|.
    fn abs(self) -> Self {
        if self < Self::from_f64(0.0) { -self } else { self }
    }
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
}

impl<T: Real> Scalar for T {
    fn from_f64(v: f64) -> T {
        T::of(v)
    }
    fn positive(v: f64) -> T {
        T::of(v).max(T::min_positive_value()).min(T::max_value())
    }
    fn to_f64(self) -> f64 {
        self.to()
    }
    fn exp(self) -> T {
        num_traits::Float::exp(self)
    }
    fn exp_m1(self) -> T {
        num_traits::Float::exp_m1(self)
    }
    fn ln_1p(self) -> T {
        num_traits::Float::ln_1p(self)
    }
    fn tanh(self) -> T {
        num_traits::Float::tanh(self)
    }
    fn is_finite(self) -> bool {
        num_traits::Float::is_finite(self)
    }
}

/// An `f64` whose functions come from the `libm` crate: the same bits on every machine.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Portable(pub f64);

macro_rules! operator {
    ($($name:ident $method:ident $op:tt),*) => {$(
        impl $name for Portable {
            type Output = Portable;
            fn $method(self, other: Portable) -> Portable {
                Portable(self.0 $op other.0)
            }
        }
    )*};
}

operator!(Add add +, Sub sub -, Mul mul *, Div div /);

impl Neg for Portable {
    type Output = Portable;
    fn neg(self) -> Portable {
        Portable(-self.0)
    }
}

impl Scalar for Portable {
    fn from_f64(v: f64) -> Portable {
        Portable(v)
    }
    fn positive(v: f64) -> Portable {
        Portable(v.clamp(f64::MIN_POSITIVE, f64::MAX))
    }
    fn to_f64(self) -> f64 {
        self.0
    }
    fn exp(self) -> Portable {
        Portable(libm::exp(self.0))
    }
    fn exp_m1(self) -> Portable {
        Portable(libm::expm1(self.0))
    }
    fn ln_1p(self) -> Portable {
        Portable(libm::log1p(self.0))
    }
    fn tanh(self) -> Portable {
        Portable(libm::tanh(self.0))
    }
    fn is_finite(self) -> bool {
        self.0.is_finite()
    }
}
