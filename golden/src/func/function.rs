//! The composition G(H(x)).

use super::{Activation, FunctionError, Kind, Portable, Scalar};
use serde::{Deserialize, Serialize};

/// The real function of a neuron, G(H(x)).
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// The activation H.
    #[serde(default)]
    pub activation: Activation,
    /// The kind G.
    #[serde(default)]
    pub kind: Kind,
}

impl Function {
    /// G∘H.
    pub fn new(activation: Activation, kind: Kind) -> Function {
        Function { activation, kind }
    }

    /// Whether both have sound parameters.
    pub fn validate(&self) -> Result<(), FunctionError> {
        self.activation.validate()?;
        self.kind.validate()
    }

    /// G(H(x)) through the `libm` crate: the same bits on every machine. What ends in a plan comes from here.
    pub fn eval(&self, x: f64) -> f64 {
        self.eval_in(Portable(x)).0
    }

    /// G(H(x)) in any arithmetic.
    pub fn eval_in<T: Scalar>(&self, x: T) -> T {
        self.kind.eval(self.activation.eval(x))
    }

    /// The derivative, G'(H)·H'.
    pub fn derivative<T: Scalar>(&self, x: T) -> T {
        self.kind.derivative(self.activation.eval(x)) * self.activation.derivative(x)
    }

    /// The second derivative, G''(H)·H'² + G'(H)·H''.
    pub fn second_derivative<T: Scalar>(&self, x: T) -> T {
        let (h, slope) = (self.activation.eval(x), self.activation.derivative(x));
        let bend = self.activation.second_derivative(x);
        let outer = self.kind.second_derivative(h) * slope * slope;
        // G'(H) may be infinite where the activation is straight: infinity times 0 is no number.
        if bend == T::from_f64(0.0) { outer } else { outer + self.kind.derivative(h) * bend }
    }
}
