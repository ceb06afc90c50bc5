//! A design's files: read once, so that what is hashed, copied and simulated is the same.

use crate::netlist::models::is_model;
use crate::run::Tool;
use crate::{SimError, subset};
use gainstage_golden::document;
use gainstage_hdl::wrap::manifest::Manifest;
use std::path::{Path, PathBuf};

/// A file of a design by its last part, with its contents.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// The Verilog files of a design, in order. None of them can make a tool do anything but compute.
pub(crate) fn verilog(dir: &Path, manifest: &Manifest) -> Result<Vec<Source>, SimError> {
    manifest.files.verilog.iter().map(|file| read_verilog(dir, manifest, file)).collect()
}

/// A Verilog file that lies in a directory, on its way to a tool.
pub(crate) fn read_verilog(dir: &Path, manifest: &Manifest, file: &str) -> Result<Source, SimError> {
    let source = read(dir, file)?;
    if !subset::is_helper(&source.bytes) && !is_model(&source.bytes) {
        let refused =
            |line, problem: &str| subset::Refusal { line, problem: problem.into() }.of(&dir.join(file));
        if subset::is_helpers_name(&manifest.top, &source.name) {
            return Err(refused(1, "this file is the same in every design, and here it differs"));
        }
        let text = std::str::from_utf8(&source.bytes).map_err(|_| refused(1, "not UTF-8"))?;
        let roms: Vec<&str> = manifest.files.roms.iter().filter_map(|f| f.rsplit('/').next()).collect();
        subset::safe(text, &roms).map_err(|refusal| refusal.of(&dir.join(file)))?;
    }
    Ok(source)
}

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

pub(crate) fn write(to: &Path, source: &Source) -> Result<(), SimError> {
    let path = to.join(&source.name);
    std::fs::write(&path, &source.bytes).map_err(SimError::writing(&path))
}

fn read(dir: &Path, file: &str) -> Result<Source, SimError> {
    let path = dir.join(file);
    let bytes = document::read(&path, document::MOST).map_err(SimError::reading(&path))?;
    let name = file.rsplit('/').next().unwrap_or(file).to_string();
    Ok(Source { name, bytes })
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
