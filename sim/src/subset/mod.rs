//! What a Verilog file may hold before any tool reads it.
//!
//! Two questions, both answered from the text alone. `safe`: could a tool that reads or runs it do anything but compute
//! (call the system, open files, take in other files or foreign code, treat one tool otherwise than another)? It is asked
//! of every Verilog file on its way to any tool. [`check`]: does a generated directory lie in the small subset of
//! Verilog-2005 that the generator writes, where every bit has one driver, every register one assignment at the rising edge
//! of the one clock, and every name a declaration before its use? It is asked before a directory is verified.
//!
//! The rules are the language's and the subset's, not names of the generator's: a changed circuit of the same kind passes
//! and is left to the simulators. Only files that are the same in every design (macros of a family, which choose between a
//! hard block and plain Verilog) are compared byte for byte, and are not parsed.

mod expr;
mod lexer;
mod module;
mod parser;
mod read;
mod safe;

pub(crate) use read::{read_verilog, verilog};
use safe::safe;

use crate::SimError;
use gainstage_hdl::emit::{SHARED, helpers, owned};
use gainstage_hdl::wrap::manifest::Manifest;
use module::Modules;
use std::path::Path;

/// What is wrong, and in which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) line: u32,
    pub(crate) problem: String,
}

impl Refusal {
    fn at(line: u32, problem: impl Into<String>) -> Refusal {
        Refusal { line, problem: problem.into() }
    }

    /// With the file's name.
    pub(crate) fn of(self, path: &Path) -> SimError {
        SimError::Refused { path: path.to_path_buf(), line: self.line, problem: self.problem }
    }
}

/// Whether a text is that of a file which is the same in every design, but for the design's name in it.
pub(crate) fn is_helper(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    // The design is the one whose copy the text declares.
    let declared = text.lines().find_map(|l| l.strip_prefix("module ")).unwrap_or_default();
    let top = declared.split_once(SHARED).and_then(|(top, _)| top.strip_suffix('_'));
    top.is_some_and(|top| {
        top.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && is_helper_of(top, text)
    })
}

/// Whether a text is that of a shared file as the design `top` has it.
fn is_helper_of(top: &str, text: &str) -> bool {
    helpers().iter().any(|h| owned(top, &h.text) == text)
}

/// Whether a file is called as the design `top` calls its copy of one that is the same in every design.
pub(crate) fn is_helpers_name(top: &str, name: &str) -> bool {
    helpers().iter().any(|h| owned(top, &h.path).rsplit('/').next() == Some(name))
}

/// Checks that the Verilog files of a directory lie in the subset that the generator writes. No tool runs.
///
/// # Errors
/// [`SimError::Refused`] with file, line and reason; a file that cannot be read.
pub fn check(dir: &Path, manifest: &Manifest) -> Result<(), SimError> {
    let mut modules = Modules::new(manifest);
    let sources = verilog(dir, manifest)?;
    let mut texts = Vec::with_capacity(sources.len());
    for (file, source) in manifest.files.verilog.iter().zip(&sources) {
        let path = dir.join(file);
        let text = std::str::from_utf8(&source.bytes).map_err(|_| Refusal::at(1, "not UTF-8").of(&path))?;
        let stem = source.name.strip_suffix(".v").unwrap_or(&source.name);
        texts.push((path, text, stem, is_helper_of(&manifest.top, text)));
    }
    // Shared modules first: the files of a design may stand in any order, and these use no others.
    texts.sort_by_key(|&(_, _, _, helper)| !helper);
    for (path, text, stem, helper) in texts {
        let read = if helper { modules.helper(text, stem) } else { modules.file(text, stem) };
        read.map_err(|refusal| refusal.of(&path))?;
    }
    modules.finish(manifest).map_err(|refusal| refusal.of(&dir.join("manifest.json")))
}

#[cfg(test)]
mod tests;
