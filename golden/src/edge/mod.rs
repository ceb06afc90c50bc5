//! Learned edges: networks whose every connection is a function of its own, y_j = Σ_i φ_ij(x_i), trained as the integers
//! that the circuit computes.
//!
//! An argument has few bits, so that a function is a table outright, one look-up table or a few for each bit of its result;
//! sums are exact. Training runs that arithmetic forward and passes gradients straight through the roundings; edges that
//! are not worth their price in look-up tables vanish one after another. docs/training.md has the method.

mod bank;
mod baseline;
mod circuit;
mod coded;
mod eliminate;
mod error;
mod export;
mod front;
mod joint;
mod network;
mod port;
mod price;
mod saving;
mod settings;
mod teach;
mod train;
mod tuple;

pub use baseline::{Baseline, baselines};
pub use circuit::{Circuit, Edge, Judged, Layer, Output, Sum};
pub use coded::{Coded, Goal};
pub use error::EdgeError;
pub use export::Tables;
pub(crate) use front::can_vary;
pub use front::{Point, Progress, Search, front, selecting, split, undominated};
pub use port::{Port, Window};
pub use price::{price, price_of_sums, price_of_table};
pub use settings::settings;
pub use teach::teach;
pub use train::Setting;

#[cfg(test)]
mod tests;
