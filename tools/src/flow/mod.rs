//! What several commands do: each step of the way from samples to a proven circuit.

pub mod board;
pub mod build;
pub mod campaign;
pub mod certified;
pub mod crossval;
pub mod diff;
pub mod edges;
pub mod evaluate;
pub mod export;
pub mod generate;
pub mod inventory;
pub mod load;
pub mod lock;
pub mod loss;
pub mod means;
pub mod pareto;
pub mod place;
pub mod quantize;
pub mod roms;
pub mod simpler;
pub mod table;
pub mod talk;
pub mod train;
pub mod tune;
pub mod verify;
pub mod widths;
