//! What stands around a core: the means it is built with, the files it is made of, and the manifest that tells every
//! later tool what was generated.

mod build;
mod circuit;
pub mod manifest;

pub use build::{Build, BuildError};
pub use circuit::{BUILD_FILE, Circuit, CircuitError, PLAN_FILE};
