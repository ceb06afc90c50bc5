//! Training steps in registers: forward, backward and Adam without allocation.
//!
//! [`Engine`](engine::Engine) steps one network with its neurons across the lanes of registers; [`Flock`](batched::Flock)
//! steps many networks of one shape, one in each lane.

mod adam;
pub(super) mod batched;
mod batched_step;
pub(super) mod buffer;
pub(super) mod engine;
pub(super) mod lanes;
pub(super) mod layout;
pub(super) mod math;
mod normal;
mod normalise;
pub(super) mod path;
pub(super) mod rates;
mod shape;
mod single_step;
mod unit;
