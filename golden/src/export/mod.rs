//! Files that carry tables and weights to other tools, with readers that prove them.

pub mod c99;
mod mem;
mod onnx;
pub mod python;
pub mod rom;
pub mod rust;
mod steps;

pub use mem::{MemError, read_mem, write_mem};
pub use onnx::{TooLarge, model_to_onnx, plan_to_onnx};
pub use rom::{ImageError, RomError, RomFormat, RomImage};
