//! Files that may hold a model or a plan.

use gainstage_golden::net::Model;
use gainstage_golden::plan::Plan;
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
    let text = std::fs::read_to_string(path).unwrap_or_default();
    match serde_json::from_str::<Keys>(&text) {
        Ok(Keys { tables: None, layers: None }) | Err(_) => Ok(Computation::Model(Model::read(path)?)),
        Ok(_) => Ok(Computation::Plan(Plan::read(path)?)),
    }
}
