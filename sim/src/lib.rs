//! Proof by running: outside simulators and synthesis against the golden model.
//!
//! Purpose: drive generated circuits, **the files that lie in a directory, never regenerated**, with the same
//! vectors as the golden model and compare every output of every cycle, latency and interval included.
//!
//! The contested decision: a Verilator model is a shared library that runs batches of thousands of cycles in
//! C++, and Rust compares the recorded cycles afterwards. A check per call would spend its time on the border.

pub mod board;
pub mod check;
pub mod cycles;
mod error;
pub mod fault;
#[cfg(test)]
mod fixture;
pub mod formal;
pub mod host;
pub mod icarus;
pub mod implement;
pub mod lint;
mod models;
pub mod native;
pub mod netlist;
pub mod prelude;
pub mod run;
mod source;
mod stage;
pub mod stream;
pub mod subset;
pub mod vectors;
pub mod verilator;
mod waves;

pub use error::SimError;
