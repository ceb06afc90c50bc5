//! Symmetry and asymptotes, taken out before anything is fitted.

use super::Fold;
use crate::func::{Activation, Function, Kind};

/// One side of zero in real terms: slope·|x| + constant + sign·residual(|x|).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub slope: f64,
    pub constant: f64,
    /// +1, -1, or 0 where the asymptote is the function.
    pub sign: i8,
}

/// How a function falls apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Split {
    pub fold: Fold,
    pub positive: Part,
    pub negative: Part,
}

const fn part(slope: f64, constant: f64, sign: i8) -> Part {
    Part { slope, constant, sign }
}

impl Split {
    /// The decomposition of a function; with [`Fold::Offset`] nothing is known and all is residual.
    pub fn of(function: &Function) -> Split {
        match function.kind {
            Kind::Ordinary => Split::ordinary(&function.activation),
            kind => Split::composed(&function.activation, kind),
        }
    }

    /// H alone. With r(t) = ln(1 + e^-t), psoftplus is x + (1-a)·r(x) on the right, -a·|x| + (1-a)·r(|x|) on the left.
    fn ordinary(activation: &Activation) -> Split {
        let magnitude = |positive, negative| Split { fold: Fold::Magnitude, positive, negative };
        let line = part(1.0, 0.0, 0);
        match activation {
            Activation::None => magnitude(line, part(-1.0, 0.0, 0)),
            Activation::Relu => magnitude(line, part(0.0, 0.0, 0)),
            Activation::LeakyRelu { slope } => magnitude(line, part(-slope, 0.0, 0)),
            Activation::Elu => magnitude(line, part(0.0, -1.0, 1)),
            Activation::Softplus => magnitude(part(1.0, 0.0, 1), part(0.0, 0.0, 1)),
            Activation::ParametricSoftplus { a } => magnitude(part(1.0, 0.0, 1), part(-a, 0.0, 1)),
            Activation::Sigmoid => magnitude(part(0.0, 1.0, -1), part(0.0, 0.0, 1)),
            Activation::Tanh => Split::symmetric(Fold::Odd, part(0.0, 1.0, -1)),
            Activation::Learned(_) | Activation::Formula(_) => {
                Split::symmetric(Fold::Offset, part(0.0, 0.0, 1))
            }
        }
    }

    /// G(H) for a G that bends: even, odd, one-sided, or no symmetry at all.
    fn composed(activation: &Activation, kind: Kind) -> Split {
        let residual = part(0.0, 0.0, 1);
        match (activation, kind) {
            (Activation::None, Kind::Attenuating { .. }) => Split::symmetric(Fold::Odd, residual),
            (Activation::None, _) => Split::symmetric(Fold::Magnitude, residual),
            (Activation::Tanh, Kind::Attenuating { b }) => {
                Split::symmetric(Fold::Odd, part(0.0, 1.0 / (1.0 + b), 1))
            }
            (Activation::Tanh, _) => Split::symmetric(Fold::Magnitude, part(0.0, 1.0, -1)),
            (Activation::Relu, _) => {
                Split { fold: Fold::Magnitude, positive: residual, negative: part(0.0, 0.0, 0) }
            }
            _ => Split::symmetric(Fold::Offset, residual),
        }
    }

    fn symmetric(fold: Fold, both: Part) -> Split {
        Split { fold, positive: both, negative: both }
    }
}
