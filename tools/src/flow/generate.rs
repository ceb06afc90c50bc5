//! From a plan to a directory of files.

use super::place::Place;
use crate::term;
use anyhow::Context;
use gainstage_golden::net::Model;
use gainstage_golden::plan::Plan;
use gainstage_hdl::arch::Breakdown;
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_hdl::wrap::{Build, Circuit};
use std::path::Path;

/// What was written.
pub struct Generated {
    /// What the directory promises.
    pub manifest: Manifest,
    /// What the circuit takes by estimate.
    pub resources: Breakdown,
}

/// Writes a generated directory, whole or not at all. `model` is kept beside the plan.
///
/// # Errors
/// A directory that this program did not write, unless `force`; a place that cannot be written; means that no
/// circuit can be built with.
pub fn generate(
    dir: &Path,
    plan: &Plan,
    build: &Build,
    model: Option<&Model>,
    force: bool,
) -> anyhow::Result<Generated> {
    // The place first: a refusal should come before the work.
    let place = Place::prepare(dir, force)?;
    let circuit = Circuit::new(plan, build)?;
    let reached = 1000.0 / circuit.network.top.schedule().achieved_ns;
    // Both are estimates; what they differ by within a few percent says nothing.
    if reached < 0.95 * build.clock_mhz {
        term::say(&format!(
            "warning: {} MHz is more than this circuit reaches on {}, about {reached:.0} MHz by estimate: some operations \
             take longer than a clock; demand a slower clock, give fewer bits, or take another family",
            build.clock_mhz, build.family
        ));
    }
    for file in &circuit.files {
        write(&place.path().join(&file.path), &file.text)
            .with_context(|| format!("cannot write {}", dir.join(&file.path).display()))?;
    }
    if let Some(model) = model {
        model.write(&place.path().join("model.json"))?;
    }
    place.publish()?;
    Ok(Generated { manifest: circuit.manifest, resources: Breakdown::of(&circuit.network.top) })
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, text)
}
