//! Architectures `folded` and `sequential`: engines that take many clocks for a sample.
//!
//! An [`engine`] computes one or several layers with a few multipliers. A counter, started by a pulse, walks through
//! ROMs: weights, a program (which operand, which sum begins, which result leaves), and the constants of each neuron.
//! So control is data, and an engine is the same Verilog for every network of its topology and formats.
//! `sequential` is one engine for all layers; `folded` is a chain with one for each.

mod budget;
mod control;
mod engine;
mod lanes;
mod layout;
mod network;
mod post;
mod program;
mod sums;

use engine::{Engine, engine};
pub use lanes::{Lanes, layers_apart, sequential};
pub use network::fold;
