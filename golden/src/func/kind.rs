//! The kind G of a neuron, applied to h = H(z) (Jung & Kwon).

use super::Real;
use serde::{Deserialize, Serialize};

/// What a neuron does with h.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
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
    /// G(h), stable for every finite h (h² may overflow: the attenuator then returns 1/h).
    pub fn eval<T: Real>(&self, h: T) -> T {
        match *self {
            Kind::Ordinary => h,
            Kind::Amplifying => h * h,
            Kind::Attenuating { b } => {
                let d = h * h + T::of(b);
                if d.is_finite() { h / d } else { T::one() / h }
            }
        }
    }

    /// G'(h): 1, 2h, or (b - h²) / (h² + b)².
    pub fn derivative<T: Real>(&self, h: T) -> T {
        match *self {
            Kind::Ordinary => T::one(),
            Kind::Amplifying => h + h,
            Kind::Attenuating { b } => {
                // (b - h²)/d² as (2b/d - 1)/d: neither factor overflows.
                let d = h * h + T::of(b);
                (T::of(2.0 * b) / d - T::one()) / d
            }
        }
    }
}
