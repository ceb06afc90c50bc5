//! Architectures `folded` and `sequential`: engines that take many clocks for a sample.
//!
//! An [`engine`] computes one or several layers with a few multipliers. Counters, set by a pulse, walk through layers,
//! groups of neurons and chunks of inputs, and with them through ROMs: the weights in their order, the constants of each
//! neuron, and a few words for each layer that say how far to count. So an engine is the same Verilog for every network of
//! its topology and formats. `sequential` is one engine for all layers; `folded` is a chain with one for each.

mod budget;
mod constants;
mod control;
mod engine;
mod lanes;
mod layout;
mod loaded;
mod network;
mod post;
mod program;
mod sums;

use engine::{Engine, engine};
pub use lanes::{Lanes, layers_apart, sequential};
pub use loaded::{LOAD_BITS, Load};
pub use network::fold;
