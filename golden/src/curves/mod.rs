//! Networks of curves: every connection is a smooth function of its own, y = Σ ψ(Σ φ(x)), trained in real numbers; in the
//! circuit every curve is a piecewise polynomial. They are for values that need more bits than tables outright have.
//!
//! A curve is a cubic spline. With one input the network is a curve for each output, which penalised least squares finds
//! ([`Spline`]); with several it is trained by Levenberg and Marquardt's steps. [`sweep`] gives circuits with ever more bits.

mod banded;
mod basis;
mod circuit;
mod fit;
mod maker;
mod network;
mod scale;
mod spline;
mod sweep;
#[cfg(test)]
mod tests;

pub use circuit::Curves;
pub use maker::Candidate;
pub use spline::Spline;
pub use sweep::{Stop, Stops, sweep};

use scale::Scale;
