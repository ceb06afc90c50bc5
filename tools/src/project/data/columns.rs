//! Columns of a CSV file as a project names them.

use crate::project::misplaced;
use gainstage_golden::data::{Columns, CsvError, CsvProblem, Reading, read_columns};
use gainstage_golden::document::Kind;
use std::path::Path;

/// Reads these columns of a CSV file.
///
/// # Errors
/// Names the file, the place and the cure.
pub fn columns(path: &Path, columns: &Columns) -> anyhow::Result<Reading> {
    read_columns(path, columns).map_err(|e| misplaced(path, Kind::Samples, "CSV file of samples", cured(e)))
}

/// What can be said of a fault where a project names the columns.
fn cured(error: CsvError) -> anyhow::Error {
    let more = match error.problem {
        CsvProblem::Missing { .. } => "; or set missing = \"skip\" in [data], which leaves such samples out",
        CsvProblem::Header { .. } => {
            " with inputs and targets (or label) in [data]; `gainstage new NAME --csv FILE` writes such a project"
        }
        _ => return error.into(),
    };
    let told = format!("{error}{more}");
    anyhow::Error::new(error).context(told)
}
