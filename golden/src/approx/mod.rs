//! Piecewise-polynomial approximations: integer tables, fits, certificates.

mod table;

pub use table::{Certificate, Fold, Side, Step, Table};
