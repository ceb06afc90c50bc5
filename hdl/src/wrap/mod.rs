//! What stands around a core: the files it is made of, the manifest that tells every
//! later tool what was generated, the AXI4-Stream wrapper, and the top module of a board.

mod circuit;
pub mod handover;
pub mod link;
pub mod manifest;
mod sources;
mod stream;
mod top;
mod vivado;

pub use crate::options::{Build, BuildError};
pub use circuit::{BUILD_FILE, Circuit, CircuitError, PLAN_FILE};
pub use sources::CLOCK_CELLS;
pub use stream::{STREAM_DIR, Stream};
pub use top::{BOARD_DIR, Top, TopError};
