//! The first activation H of a neuron.

use super::logistic::{residual, sigmoid, sigmoid_curvature, sigmoid_slope, tanh_slope};
use super::{Formula, FunctionError, Learned, Scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The activation H, applied to the pre-activation z = Σ w·x + bias.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
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
    /// A function given by points (López-Rubio et al.).
    Learned(Learned),
    /// A function that a user wrote.
    Formula(#[schemars(with = "super::formula::Raw")] Formula),
}

impl Activation {
    /// Whether the parameters make a function.
    pub fn validate(&self) -> Result<(), FunctionError> {
        let finite = |name, parameter, value: f64| {
            if value.is_finite() { Ok(()) } else { Err(FunctionError::NotFinite { name, parameter, value }) }
        };
        match self {
            Activation::LeakyRelu { slope } => finite("leaky-relu", "slope", *slope),
            Activation::ParametricSoftplus { a } => finite("psoftplus", "a", *a),
            Activation::Learned(points) => points.validate(),
            _ => Ok(()),
        }
    }

    /// H(x), without overflow for every finite x whose H(x) is a number of the type.
    pub fn eval<T: Scalar>(&self, x: T) -> T {
        let below = x < T::from_f64(0.0);
        match self {
            Activation::None => x,
            Activation::Relu => hinge(x, 0.0),
            Activation::LeakyRelu { slope } => hinge(x, *slope),
            Activation::Elu => {
                if below {
                    x.exp_m1()
                } else {
                    x
                }
            }
            Activation::Softplus => hinge(x, 0.0) + residual(x),
            // a·x + (1-a)·max(x, 0) is a hinge: no difference of large terms.
            Activation::ParametricSoftplus { a } => hinge(x, *a) + T::from_f64(1.0 - a) * residual(x),
            Activation::Sigmoid => sigmoid(x),
            Activation::Tanh => x.tanh(),
            Activation::Learned(points) => points.eval(x),
            Activation::Formula(formula) => formula.eval(x),
        }
    }

    /// H'(x). At a kink, the derivative of the side x ≥ 0 (of a learned function: of the right side).
    pub fn derivative<T: Scalar>(&self, x: T) -> T {
        let (zero, one) = (T::from_f64(0.0), T::from_f64(1.0));
        let side = |below: f64| if x < zero { T::from_f64(below) } else { one };
        match self {
            Activation::None => one,
            Activation::Relu => side(0.0),
            Activation::LeakyRelu { slope } => side(*slope),
            Activation::Elu => {
                if x < zero {
                    x.exp()
                } else {
                    one
                }
            }
            Activation::Softplus => sigmoid(x),
            Activation::ParametricSoftplus { a } => T::from_f64(*a) + T::from_f64(1.0 - a) * sigmoid(x),
            Activation::Sigmoid => sigmoid_slope(x),
            Activation::Tanh => tanh_slope(x),
            Activation::Learned(points) => points.derivative(x),
            Activation::Formula(formula) => formula.derivative(x),
        }
    }

    /// H''(x), kinks as in [`Activation::derivative`].
    pub fn second_derivative<T: Scalar>(&self, x: T) -> T {
        let zero = T::from_f64(0.0);
        match self {
            Activation::None | Activation::Relu | Activation::LeakyRelu { .. } => zero,
            Activation::Elu => {
                if x < zero {
                    x.exp()
                } else {
                    zero
                }
            }
            Activation::Softplus => sigmoid_slope(x),
            Activation::ParametricSoftplus { a } => T::from_f64(1.0 - a) * sigmoid_slope(x),
            Activation::Sigmoid => sigmoid_curvature(x),
            Activation::Tanh => -((x.tanh() + x.tanh()) * tanh_slope(x)),
            Activation::Learned(points) => points.second_derivative(x),
            Activation::Formula(formula) => formula.second_derivative(x),
        }
    }
}

/// x for x ≥ 0, slope·x below.
fn hinge<T: Scalar>(x: T, slope: f64) -> T {
    if x < T::from_f64(0.0) { T::from_f64(slope) * x } else { x }
}
