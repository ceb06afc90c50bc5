//! A design's files in a working directory: read once, so that what is hashed, copied and simulated is the same.

use crate::SimError;
use crate::run::Tool;
use crate::source::read;
use gainstage_hdl::wrap::manifest::Manifest;
use std::path::{Path, PathBuf};

pub(crate) use crate::source::{Source, write};
pub(crate) use crate::subset::{read_verilog, verilog};

/// Absolute paths of the ROM files. Each must exist.
pub(crate) fn roms(dir: &Path, manifest: &Manifest) -> Result<Vec<PathBuf>, SimError> {
    let absolute = |file: &String| {
        let path = dir.join(file);
        path.canonicalize().map_err(SimError::reading(&path))
    };
    manifest.files.roms.iter().map(absolute).collect()
}

/// Copies all files of a design into `to`, flat: the Verilog's `$readmemh` names a ROM by its last part, and
/// tools differ in where they look for it, but all of them look in their working directory. Returns the names
/// of the Verilog files, in order.
pub(crate) fn copy(dir: &Path, manifest: &Manifest, to: &Path) -> Result<Vec<String>, SimError> {
    let mut names = Vec::new();
    for source in verilog(dir, manifest)? {
        write(to, &source)?;
        names.push(source.name);
    }
    for file in &manifest.files.roms {
        write(to, &read(dir, file)?)?;
    }
    Ok(names)
}

/// What a tool was to write and ended without an error.
pub(crate) fn left_by(tool: Tool, path: &Path) -> Result<Vec<u8>, SimError> {
    std::fs::read(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => {
            tool.odd(format!("ended without an error, but did not write {}", path.display())).into()
        }
        _ => SimError::reading(path)(e),
    })
}

/// As [`left_by`], text.
pub(crate) fn text_left_by(tool: Tool, path: &Path) -> Result<String, SimError> {
    let bytes = left_by(tool, path)?;
    let problem = |_| SimError::Format { path: path.to_path_buf(), problem: "it is no text".into() };
    String::from_utf8(bytes).map_err(problem)
}
