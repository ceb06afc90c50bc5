//! Files of a design in memory.

use crate::SimError;
use gainstage_golden::document;
use std::path::Path;

/// A file of a design by its last part, with its contents.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) fn write(to: &Path, source: &Source) -> Result<(), SimError> {
    let path = to.join(&source.name);
    std::fs::write(&path, &source.bytes).map_err(SimError::writing(&path))
}

pub(crate) fn read(dir: &Path, file: &str) -> Result<Source, SimError> {
    let path = dir.join(file);
    let bytes = document::read(&path, document::MOST).map_err(SimError::reading(&path))?;
    let name = file.rsplit('/').next().unwrap_or(file).to_string();
    Ok(Source { name, bytes })
}
