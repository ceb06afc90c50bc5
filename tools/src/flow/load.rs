//! Files by what they hold: what is something else is said to be so, with the command that takes it.

use super::certified;
use gainstage_golden::data::{Mlp, Samples, read_csv};
use gainstage_golden::document::{self, DocumentError, Kind};
use gainstage_golden::net::Model;
use gainstage_golden::plan::Plan;
use gainstage_golden::text::BYTE_ORDER_MARK;
use std::path::Path;

/// A computation that can be evaluated.
pub enum Computation {
    /// A trained network, in real numbers.
    Model(Model),
    /// A quantized network, in integers.
    Plan(Plan),
}

/// Reads a model or a plan, whichever the file holds.
///
/// # Errors
/// Names the file, the place and the cure.
pub fn computation(path: &Path) -> anyhow::Result<Computation> {
    #[derive(serde::Deserialize)]
    struct Keys {
        tables: Option<serde::de::IgnoredAny>,
        layers: Option<serde::de::IgnoredAny>,
    }
    // Only the keys at the top decide; every fault of the content is reported by the reader that follows.
    let text = document::read_text(path, document::MOST).unwrap_or_default();
    match serde_json::from_str::<Keys>(text.trim_start_matches(BYTE_ORDER_MARK)) {
        Ok(Keys { tables: None, layers: None }) | Err(_) => Ok(Computation::Model(Model::read(path)?)),
        Ok(_) => Ok(Computation::Plan(certified::read(path)?)),
    }
}

/// Reads a CSV file of samples.
///
/// # Errors
/// Names the file, the place and the cure.
pub fn samples(path: &Path) -> anyhow::Result<Samples> {
    read_csv(path).map_err(|e| misplaced(path, Kind::Samples, "CSV file of samples", e.into()))
}

/// Reads an `.mlp` file.
///
/// # Errors
/// Names the file, the place and the cure.
pub fn mlp(path: &Path) -> anyhow::Result<Mlp> {
    Mlp::read(path).map_err(|e| misplaced(path, Kind::Mlp, "network in an .mlp file", e.into()))
}

/// The error of a reader, or what says more: that the file is of another kind.
pub fn misplaced(path: &Path, wanted: Kind, what: &'static str, error: anyhow::Error) -> anyhow::Error {
    match Kind::of(path).filter(|&found| found != wanted) {
        Some(found) => DocumentError::Kind { path: path.into(), found, what }.into(),
        None => error,
    }
}
