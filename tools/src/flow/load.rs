//! Files by what they hold: what is something else is said to be so, with the command that takes it.

use super::certified;
use crate::project::misplaced;
use crate::term;
use gainstage_golden::data::{self, Names, Samples, Survey, read_named};
use gainstage_golden::document::{self, Kind};
use gainstage_golden::net::{Mlp, Model};
use gainstage_golden::plan::{Argmax, Plan, Softmax};
use gainstage_golden::text::{BYTE_ORDER_MARK, count};
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

/// Reads a CSV file of samples for a model, a plan or a directory with one: from the columns of its names, if the file has
/// them, else from a header `x0,...`.
///
/// # Errors
/// Names the file, the place and the cure. What is wrong with the model or plan is for its own reader to tell.
pub fn samples_for(circuit: &Path, path: &Path) -> anyhow::Result<Samples> {
    samples_with(circuit, path, false)
}

/// The same; with `skip_missing` samples are left out, and counted aloud, that have a cell without a value.
///
/// # Errors
/// As [`samples_for`].
pub fn samples_with(circuit: &Path, path: &Path, skip_missing: bool) -> anyhow::Result<Samples> {
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Named {
        names: Names,
        classes: Vec<String>,
        argmax: Option<Argmax>,
        softmax: Option<Softmax>,
    }
    let file = if circuit.is_dir() { circuit.join("plan.json") } else { circuit.to_owned() };
    let text = document::read_text(&file, document::MOST).unwrap_or_default();
    let named: Named = serde_json::from_str(text.trim_start_matches(BYTE_ORDER_MARK)).unwrap_or_default();
    let classes = named.argmax.is_some() || named.softmax.is_some() || !named.classes.is_empty();
    let read = read_named(path, &named.names, classes, skip_missing)
        .map_err(|e| misplaced(path, Kind::Samples, "CSV file of samples", e.into()))?;
    if read.skipped > 0 {
        let left = count(read.skipped as usize, "sample");
        term::say(&format!("{}: {left} left out, a cell has no value", path.display()));
    }
    Ok(read.samples)
}

/// Surveys all columns of a CSV file.
///
/// # Errors
/// Names the file, the place and the cure.
pub fn survey(path: &Path) -> anyhow::Result<Survey> {
    data::survey(path).map_err(|e| misplaced(path, Kind::Samples, "CSV file of samples", e.into()))
}

/// Reads an `.mlp` file.
///
/// # Errors
/// Names the file, the place and the cure.
pub fn mlp(path: &Path) -> anyhow::Result<Mlp> {
    Mlp::read(path).map_err(|e| misplaced(path, Kind::Mlp, "network in an .mlp file", e.into()))
}
