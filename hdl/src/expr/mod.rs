//! Expression graphs over integers whose intervals are known exactly.
//!
//! A [`Graph`] is a set of integer equations: inputs, operations, outputs, no clock (what remembers is apart, in
//! `state`). Each node has a [`Range`]; its
//! wire has the fewest bits that hold it (two's complement if the range reaches below zero, plain binary
//! otherwise). Binary points are the caller's business: a node is a code, not a value.
//!
//! Equal operations on equal operands are one node, constants fold, and comparisons that the ranges decide vanish.
//! [`Graph::evaluate`] is the meaning, independent of every simulator.

mod eval;
mod fold;
mod graph;
mod logic;
mod ops;
mod ports;
mod range;
mod rom;
mod round;
mod state;
mod sum;
mod tables;

pub use graph::{Graph, Node, Op, Sig};
pub use ports::{Instance, Port};
pub(crate) use range::MAX_WIDTH;
pub use range::Range;
pub use rom::{Column, Rom, RomStyle};
pub use state::{Ram, State, Write};
pub use sum::{Term, csd};
