//! The golden model of Gainstage: every number a circuit computes is defined here.
//!
//! Purpose: formats and rounding ([`num`]), scalar functions ([`func`]), their piecewise-polynomial
//! approximations ([`approx`]), dense networks ([`net`]), their training ([`train`]), quantization, and the integer model of a
//! quantized network ([`plan`]). No crate above this one recomputes a number.
//!
//! The contested decision: a plan fixes **bits**, not real numbers. A table or a rounding that appears in
//! `plan.json` defines the output, and the real function only judges how good it is.

pub mod approx;
pub mod curves;
pub mod data;
pub mod document;
pub mod edge;
pub mod export;
pub mod func;
pub mod learned;
pub mod names;
pub mod net;
pub mod num;
pub mod onnx;
pub mod plan;
pub mod quant;
pub mod scratch;
pub mod text;
pub mod train;
pub mod tune;

pub mod watch;
