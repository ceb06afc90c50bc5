//! Architectures: how a whole network becomes a circuit. All give the same bits.

mod library;
mod neuron;
mod parallel;
mod unit;

pub use library::{Library, argmax_module, attenuator_module, squarer_module, table_module};
pub use neuron::neuron_module;
pub use parallel::{Network, parallel};
pub use unit::unit;
