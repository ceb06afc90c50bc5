//! `plan.json`: the bits of a quantized network, and the integer model that computes them.
//!
//! A plan decides every output bit and nothing else: no clock, no family, no architecture.

mod schema;
mod units;

pub use schema::{Plan, PlanLayer, PlanNeuron, SCHEMA, Stage, Tail};
pub use units::{attenuate, square};
