//! The golden model of Gainstage: every number a circuit computes is defined here.
//!
//! Purpose: formats and rounding ([`num`]), scalar functions ([`func`]), their piecewise-polynomial
//! approximations ([`approx`]), dense networks ([`net`]), their training ([`train`]), quantization, and the integer model of a
//! quantized network ([`plan`]). No crate above this one recomputes a number.
//!
//! The contested decision: a plan fixes **bits**, not real numbers. A table or a rounding that appears in
//! `plan.json` defines the output, and the real function only judges how good it is.
//!
//! A certified table, which is off by less than one ulp of its output for every input code:
//!
//! ```
//! use gainstage_golden::prelude::*;
//!
//! let (input, output) = (Format::new(true, 8, 5)?, Format::new(true, 8, 6)?);
//! let tanh = Function::new(Activation::Tanh, Kind::Ordinary);
//! let table = approximate(&tanh, input, output, &Demand::default())?;
//! assert!(table.certificate.codes == 256 && table.certificate.worst_ulp < 1.0);
//! // 1.0 is the code 32; tanh 1 = 0.7616 is 48.7 in steps of 1/64.
//! assert!((table.eval(32) as f64 - 64.0 * 1f64.tanh()).abs() < 1.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`prelude`] has what most programs need. `examples/train.rs` trains a network and runs it in integers. Errors have stable
//! codes ([`fault`]). The feature `fixed`, which is on by default, converts codes to and from the types of the `fixed` crate.

pub mod approx;
pub mod curves;
pub mod data;
pub mod document;
pub mod edge;
pub mod export;
pub mod fault;
pub mod func;
pub mod learned;
mod least_squares;
pub mod memory;
pub mod names;
pub mod net;
pub mod num;
pub mod onnx;
pub mod plan;
pub mod prelude;
pub mod qat;
pub mod quant;
pub mod scratch;
pub mod text;
pub mod train;
pub mod tune;

pub mod watch;
