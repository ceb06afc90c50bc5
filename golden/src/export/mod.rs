//! Files that carry tables and weights to other tools, with readers that prove them.

mod mem;

pub use mem::{MemError, read_mem, write_mem};
