//! Results for people and programs: tables, pictures, `report.json`.

mod activations;
mod build;
mod chart;
mod picture;
mod plan;
mod proof;
mod svg;
mod table;

pub use activations::activations;
pub use build::{BuildReport, Judgement, Seconds, Seeds, confusion_table};
pub use picture::picture;
pub use plan::PlanSummary;
pub use proof::ProofReport;
pub use table::Table;
