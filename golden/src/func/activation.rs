//! The first activation H of a neuron.

use super::Real;
use serde::{Deserialize, Serialize};

/// The activation H, applied to the pre-activation z = Σ w·x + bias.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Activation {
    /// H(x) = x.
    #[default]
    None,
    /// H(x) = max(x, 0).
    Relu,
    /// H(x) = x for x ≥ 0, `slope`·x below (the first paper: 0.3).
    LeakyRelu {
        /// Slope of the negative side.
        slope: f64,
    },
    /// H(x) = x for x ≥ 0, e^x - 1 below.
    Elu,
    /// H(x) = ln(1 + e^x).
    Softplus,
    /// H(x) = a·x + (1-a)·ln(1 + e^x) (Jung & Kwon; a = 0.3).
    ParametricSoftplus {
        /// Weight of the linear part, finite.
        a: f64,
    },
    /// H(x) = 1 / (1 + e^-x).
    Sigmoid,
    /// H(x) = tanh x.
    Tanh,
}

impl Activation {
    /// H(x), without overflow for every finite x.
    pub fn eval<T: Real>(&self, x: T) -> T {
        let zero = T::zero();
        match *self {
            Activation::None => x,
            Activation::Relu => x.max(zero),
            Activation::LeakyRelu { slope } => {
                if x < zero {
                    x * T::of(slope)
                } else {
                    x
                }
            }
            Activation::Elu => {
                if x < zero {
                    x.exp_m1()
                } else {
                    x
                }
            }
            Activation::Softplus => softplus(x),
            Activation::ParametricSoftplus { a } => T::of(a) * x + T::of(1.0 - a) * softplus(x),
            Activation::Sigmoid => sigmoid(x),
            Activation::Tanh => x.tanh(),
        }
    }

    /// H'(x). At a kink, the derivative of the side x ≥ 0.
    pub fn derivative<T: Real>(&self, x: T) -> T {
        let (zero, one) = (T::zero(), T::one());
        match *self {
            Activation::None => one,
            Activation::Relu => {
                if x < zero {
                    zero
                } else {
                    one
                }
            }
            Activation::LeakyRelu { slope } => {
                if x < zero {
                    T::of(slope)
                } else {
                    one
                }
            }
            Activation::Elu => {
                if x < zero {
                    x.exp()
                } else {
                    one
                }
            }
            Activation::Softplus => sigmoid(x),
            Activation::ParametricSoftplus { a } => T::of(a) + T::of(1.0 - a) * sigmoid(x),
            Activation::Sigmoid => {
                let s = sigmoid(x);
                s * (one - s)
            }
            Activation::Tanh => {
                let t = x.tanh();
                one - t * t
            }
        }
    }
}

/// ln(1 + e^x) through max(x, 0) + ln(1 + e^-|x|), which cannot overflow.
fn softplus<T: Real>(x: T) -> T {
    x.max(T::zero()) + (-x.abs()).exp().ln_1p()
}

/// 1 / (1 + e^-x), with the exponential of a negative argument only.
fn sigmoid<T: Real>(x: T) -> T {
    let e = (-x.abs()).exp();
    let s = T::one() / (T::one() + e);
    if x < T::zero() { e * s } else { s }
}
