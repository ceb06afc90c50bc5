//! Results for people and programs: tables, pictures, `report.json`.

mod activations;
mod board;
mod build;
mod chart;
mod front;
mod loss;
mod picture;
mod plan;
mod proof;
mod svg;
mod table;
mod training;

pub use activations::activations;
pub use board::BoardReport;
pub use build::{BuildReport, HeldOut, Judgement, Seconds, Seeds, confusion_table};
pub use chart::{Chart, range as span};
pub use front::{EdgeReport, FrontReport, Row};
pub use loss::{Loss, Measure, Most};
pub use picture::{error_map, picture};
pub use plan::{PlanSummary, widths};
pub use proof::ProofReport;
pub use svg::{Anchor, Svg};
pub use table::Table;
pub use training::{curves_csv, curves_svg, restarts};
