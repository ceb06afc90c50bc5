//! Placeholder crate root.

pub mod wrap;
