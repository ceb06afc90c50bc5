//! Scalar functions: the activation H, the neuron kind G, and their composition G(H(x)).
//!
//! Every function is written once, over [`Scalar`], and so exists in three arithmetics: `f32` and `f64` with the
//! machine's mathematics for training, and [`Portable`] with the `libm` crate for everything that ends in a plan.

mod activation;
pub(crate) mod enclosure;
mod error;
mod formula;
mod function;
mod jet;
mod kind;
mod learned;
mod logistic;
mod scalar;
mod settle;
#[cfg(test)]
mod tests;
mod text;

pub use activation::Activation;
pub use error::FunctionError;
pub use formula::Formula;
pub(crate) use formula::Op;
pub use function::Function;
pub use kind::Kind;
pub use learned::{Interpolation, Learned};
pub use scalar::{Portable, Real, Scalar};
pub use text::{ACTIVATIONS, KINDS, ParseError, from_text};
