//! The kind G of a neuron, applied to h = H(z) (Jung & Kwon).

use super::{FunctionError, Scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a neuron does with h.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Kind {
    /// G(h) = h.
    #[default]
    Ordinary,
    /// G(h) = h².
    Amplifying,
    /// G(h) = h / (h² + b).
    Attenuating {
        /// The constant b > 0 (the paper: 1).
        b: f64,
    },
}

impl Kind {
    /// Whether the parameter makes a function: b finite and above zero.
    pub fn validate(&self) -> Result<(), FunctionError> {
        match *self {
            Kind::Attenuating { b } if !(b > 0.0 && b.is_finite()) => Err(FunctionError::Constant(b)),
            _ => Ok(()),
        }
    }

    /// G(h), stable for every h (where h² overflows, the attenuator returns 1/h).
    pub fn eval<T: Scalar>(&self, h: T) -> T {
        match *self {
            Kind::Ordinary => h,
            Kind::Amplifying => h * h,
            Kind::Attenuating { b } => {
                let d = h * h + T::positive(b);
                if d.is_finite() { h / d } else { T::from_f64(1.0) / h }
            }
        }
    }

    /// G'(h): 1, 2h, or (b - h²) / (h² + b)².
    pub fn derivative<T: Scalar>(&self, h: T) -> T {
        let one = T::from_f64(1.0);
        match *self {
            Kind::Ordinary => one,
            Kind::Amplifying => h + h,
            Kind::Attenuating { b } => {
                // (b - h²)/d² as (2q - 1)/d with q = b/d: no factor overflows.
                let b = T::positive(b);
                let d = h * h + b;
                let q = b / d;
                (q + (q - one)) / d
            }
        }
    }

    /// G''(h): 0, 2, or 2h(h² - 3b) / (h² + b)³.
    pub fn second_derivative<T: Scalar>(&self, h: T) -> T {
        match *self {
            Kind::Ordinary => T::from_f64(0.0),
            Kind::Amplifying => T::from_f64(2.0),
            Kind::Attenuating { b } => {
                let b = T::positive(b);
                let d = h * h + b;
                if !d.is_finite() {
                    return T::from_f64(0.0);
                }
                let u = h / d;
                (u + u) * (T::from_f64(1.0) - T::from_f64(4.0) * (b / d)) / d
            }
        }
    }
}
