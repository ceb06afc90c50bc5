//! Verilog files of a design on their way to a tool.

use super::{Refusal, is_helper, is_helpers_name, safe};
use crate::SimError;
use crate::models::is_model;
use crate::source::{Source, read};
use gainstage_hdl::wrap::manifest::Manifest;
use std::path::Path;

/// The Verilog files of a design, in order. None of them can make a tool do anything but compute.
pub(crate) fn verilog(dir: &Path, manifest: &Manifest) -> Result<Vec<Source>, SimError> {
    manifest.files.verilog.iter().map(|file| read_verilog(dir, manifest, file)).collect()
}

/// A Verilog file that lies in a directory, on its way to a tool.
pub(crate) fn read_verilog(dir: &Path, manifest: &Manifest, file: &str) -> Result<Source, SimError> {
    let source = read(dir, file)?;
    if !is_helper(&source.bytes) && !is_model(&source.bytes) {
        let refused = |line, problem: &str| Refusal { line, problem: problem.into() }.of(&dir.join(file));
        if is_helpers_name(&manifest.top, &source.name) {
            return Err(refused(1, "this file is the same in every design, and here it differs"));
        }
        let text = std::str::from_utf8(&source.bytes).map_err(|_| refused(1, "not UTF-8"))?;
        let roms: Vec<&str> = manifest.files.roms.iter().filter_map(|f| f.rsplit('/').next()).collect();
        safe(text, &roms).map_err(|refusal| refusal.of(&dir.join(file)))?;
    }
    Ok(source)
}
