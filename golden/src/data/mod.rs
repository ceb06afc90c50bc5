//! Data: samples, their files (CSV, and the first paper's `.mat`), seeded targets and error figures.
//!
//! Everything that enters here is checked once, at the border: a [`Samples`] holds finite numbers of matching
//! lengths. Errors name file, place, value and cure. Sizes that a file claims are compared with the bytes that are there before anything is
//! allocated.

mod balance;
mod bytes;
mod confusion;
mod csv;
mod csv_error;
mod figures;
mod hold_out;
mod mat;
mod metrics;
mod moments;
mod names;
mod samples;
mod shapes;
mod targets;

pub use bytes::{ByteProblem, BytesError};
pub(crate) use bytes::{Bytes, read_file};
pub use confusion::Confusion;
pub use csv::{
    Cell, Column, Columns, Reading, Survey, outputs_text, parse_columns, parse_csv, parse_survey,
    read_columns, read_csv, read_named, survey, write_outputs, write_samples,
};
pub use csv_error::{CsvError, CsvProblem};
pub use figures::{OutputFigures, ValueFigures};
pub use mat::{Mat, read_mat_samples};
pub use metrics::Metrics;
pub use moments::moments;
pub(crate) use names::plain;
pub use names::{Names, NamesError};
pub use samples::{Samples, SamplesError};
pub use shapes::Shapes;
pub use targets::{Target, UnknownTarget};

/// The most columns of inputs or of targets.
pub const MAX_WIDTH: usize = 65_536;
