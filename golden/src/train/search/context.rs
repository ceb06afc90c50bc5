//! What all restarts of a search share.

use super::stages::Stages;
use crate::net::Topology;
use crate::train::columns::Columns;
use crate::train::config::{Precision, TrainConfig};
use crate::train::progress::Progress;
use crate::train::step::lanes::Lane;
use crate::train::step::path::Path;

/// What all restarts share.
pub(in crate::train) struct Context<'a, T> {
    pub topology: &'a Topology,
    pub path: Path,
    pub config: &'a TrainConfig,
    pub stages: Stages,
    pub training: &'a Columns<T>,
    /// The inputs of the training samples, for the random weights and the first averages.
    pub start: &'a [f64],
    /// What restarts are compared by.
    pub check: &'a Columns<f64>,
    /// The training samples, where restarts are compared by others.
    pub apart: Option<&'a Columns<f64>>,
    pub progress: &'a dyn Progress,
}

impl<T: Lane> Context<'_, T> {
    /// Instruction set and number type.
    pub fn instructions(&self) -> String {
        let precision = match self.config.precision {
            Precision::F32 => "f32",
            Precision::F64 => "f64",
        };
        format!("{} {precision}", self.path.name())
    }
}
