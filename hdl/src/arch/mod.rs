//! Architectures: how a whole network becomes a circuit. All give the same bits.

mod auto;
mod breakdown;
mod cells;
mod cost;
#[cfg(test)]
mod fixture;
mod fold;
mod library;
mod multiplied;
mod network;
mod neuron;
mod parallel;
mod probe;
mod unit;

pub use auto::{Candidate, Choice, choose, measure, measure_all, usual_part};
pub use breakdown::{Breakdown, ModuleCost, PartCost};
pub use cost::estimate;
use fold::sequential;
pub use fold::{LOAD_BITS, Lanes, Load, fold, layers_apart};
use library::headed;
pub use library::{Library, argmax_module, attenuator_module, squarer_module, table_module};
pub use network::{Network, network};
pub use neuron::{activation_module, sums_module};
pub use parallel::parallel;
pub use probe::Probe;
pub use unit::unit;
