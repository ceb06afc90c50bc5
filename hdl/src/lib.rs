//! Circuits of Gainstage: from width-checked integer expressions to Verilog.
//!
//! A unit is written as an [`expr::Graph`] that knows nothing of clocks; [`module::Module`] places its registers
//! for a [`target::Target`] ([`schedule`]); [`emit`] prints Verilog-2005 through rust-hdl and writes the ROM files
//! beside it.
//!
//! The contested decision: **no width is ever chosen by hand**. Every node carries the exact interval of its
//! integer, its width follows from that, and nothing wraps unless the caller states a proof
//! ([`expr::Graph::assume_range`]). Formats matter at ports only.

/// The program and its version, as they stand in manifests and at the head of every generated file.
pub const GENERATOR: &str = concat!("gainstage ", env!("CARGO_PKG_VERSION"));

pub mod arch;
pub mod board;
pub mod emit;
pub mod expr;
pub mod module;
pub mod schedule;
pub mod target;
pub mod units;
pub mod wrap;
