//! Training steps in registers: forward, backward and Adam without allocation.
//!
//! [`Engine`](engine::Engine) steps one network with its neurons across the lanes of registers; [`Batched`](batched::Batched)
//! steps many networks of one shape, one in each lane.

mod across;
mod adam;
pub(super) mod batched;
pub(super) mod buffer;
mod dropout;
pub(super) mod engine;
pub(super) mod lanes;
mod lanewise;
pub(super) mod layout;
pub(super) mod math;
mod normal;
mod normalise;
pub(super) mod path;
pub(super) mod rates;
mod shape;
mod staging;
mod stepper;
mod unit;
