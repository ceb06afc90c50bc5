//! Piecewise-polynomial approximations: integer tables, fits, certificates.
//!
//! [`approximate`] takes symmetry and asymptotes out of a function, fits the residual on a power-of-two grid of
//! segments, turns the fit into integers and runs every input code. All of its arithmetic is `+ - * /` and the `libm`
//! crate in fixed orders: the same request gives the same bytes on every machine.

mod bounds;
mod certify;
mod cost;
mod demand;
mod fit;
mod node;
mod partition;
mod real;
mod request;
mod search;
mod segment;
mod split;
mod table;
mod target;
#[cfg(test)]
mod tests;
mod validate;
mod width_reduction;

pub use bounds::{Bounds, MAX_BITS, Range, StepBounds};
pub use cost::{BitCost, Cost, Decoder, GenericCost, TableShape};
pub use demand::{ApproxError, Demand, Effort, Segments, Unmet};
pub use real::resolution;
pub use request::{Candidate, approximate, approximate_with, attempt, candidates, check_domain};
pub use table::{Block, Certificate, Fold, Side, Step, Table, Tree};
pub use validate::{MAX_DEGREE, MAX_INPUT_WIDTH, MAX_OUTPUT_WIDTH, TableError};
