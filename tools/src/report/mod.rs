//! Results for people and programs: tables, pictures, `report.json`.

mod activations;
mod board;
mod build;
mod chart;
mod dependence;
mod evidence;
mod folds;
mod front;
mod html;
mod inventory;
mod judged;
mod loss;
mod picture;
mod plan;
mod proof;
mod svg;
mod table;
mod training;

pub use activations::activations;
pub use board::BoardReport;
pub use build::{BuildReport, HeldOut, Judgement, REPORT_SCHEMA, Seconds, Seeds, confusion_table};
pub use chart::{Chart, number, range as span};
pub use dependence::{Counted, Course, Dependence, InputEffect};
pub use evidence::{Columns, Drawn, Errors, Evidence, Origin, Part, Quality, unit};
pub use folds::{CrossValidation, Fold};
pub use front::{EdgeReport, FrontReport, Row, SearchSeconds, Tried};
pub use inventory::Inventory;
pub use judged::Judged;
pub use loss::{Loss, Measure, Most};
pub use picture::{error_map, picture};
pub use plan::{PlanSummary, widths};
pub use proof::{Proof, ProofReport};
pub use svg::{Anchor, Svg};
pub use table::Table;
pub use training::{curves_csv, curves_svg, restarts};

use gainstage_golden::document::{DocumentError, write_atomic, write_json};
use std::path::Path;

/// Writes a report into a directory: as `report.json`, and as `report.html`, a page that opens without anything else.
///
/// # Errors
/// A place that cannot be written.
pub fn write(dir: &Path, report: &serde_json::Value) -> Result<(), DocumentError> {
    write_json(&dir.join("report.json"), report)?;
    write_atomic(&dir.join("report.html"), html::page(report).as_bytes())
}

/// Names of fields with underscores, as all of a report have.
fn snake_case(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            *fields =
                std::mem::take(fields).into_iter().map(|(name, v)| (name.replace('-', "_"), v)).collect();
            fields.values_mut().for_each(snake_case);
        }
        serde_json::Value::Array(all) => all.iter_mut().for_each(snake_case),
        _ => {}
    }
}
