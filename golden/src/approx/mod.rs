//! Piecewise-polynomial approximations: integer tables, fits, certificates.

mod bounds;
mod certify;
mod table;
mod validate;

pub use bounds::{Bounds, MAX_BITS, Range, StepBounds};
pub use table::{Certificate, Fold, Side, Step, Table};
pub use validate::{MAX_INPUT_WIDTH, MAX_OUTPUT_WIDTH, TableError};
