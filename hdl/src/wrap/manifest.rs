//! `manifest.json`: what a generated directory holds, for simulators, checkers and reports.
//!
//! A manifest states ports, formats and timing. It is a promise: verification measures latency and interval
//! on the files beside it and fails where they differ. It never decides a bit; the plan does.

mod check;
mod codes;

pub use crate::arch::Probe;
pub use crate::options::Architecture;
pub use check::ManifestError;
pub use codes::Codes;

use gainstage_golden::document::{DocumentError, parse_json, read_json, write_json};
use gainstage_golden::num::Format;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file name of a manifest inside a generated directory.
pub const FILE_NAME: &str = "manifest.json";

/// The version of the schema that this crate reads and writes.
pub const SCHEMA: u32 = 1;

/// A data port of the top module: a code of `format`, `format.width` bits wide.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// The name in the Verilog.
    pub name: String,
    /// How its bits are read.
    pub format: Format,
}

/// Weights that are loaded before the first sample: after a clock with `start`, each clock with `valid` takes a word on `data`;
/// from the last one on `loaded` is high, until the next `start`. The reset changes nothing of that.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// The input that begins a load.
    pub start: String,
    /// The input that marks a word.
    pub valid: String,
    /// The input of words, 16 bits wide.
    pub data: String,
    /// The output that says that all words are there.
    pub loaded: String,
    /// How many words there are.
    pub words: u32,
    /// The file that holds them in their order, one of the memory files.
    pub file: String,
}

/// The files of a design, relative to the directory of the manifest, with `/` between parts.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Verilog-2005, a module before those that use it.
    pub verilog: Vec<String>,
    /// Files that the Verilog reads with `$readmemh`, by their last part.
    pub roms: Vec<String>,
}

/// What a generated directory holds. See the module's text.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The schema of this file: [`SCHEMA`].
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// The name and version of the program that wrote the files.
    pub generator: String,
    /// The top module.
    pub top: String,
    /// The clock input; everything happens at its rising edge.
    pub clock: String,
    /// The synchronous reset input, active high. It clears valid and control, not data.
    pub reset: String,
    /// The input that marks a sample.
    pub in_valid: String,
    /// The output that says that a sample is taken in this clock; none where one is taken in every clock. It does
    /// not depend on `in_valid`, and is high `interval` clocks after the last sample was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_ready: Option<String>,
    /// Weights that are loaded; until they are there, `in_ready` is low. None where all tables are in the circuit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<Load>,
    /// The output that marks a result, for one clock: there is no way to hold it back.
    pub out_valid: String,
    /// The parameter of the top module that names the directory of the memory files; an empty string is the working
    /// directory. None where no memory file is read, and in files of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rom_dir: Option<String>,
    /// The data inputs, in the order of the network's inputs.
    pub inputs: Vec<Port>,
    /// The data outputs, in the order of the network's outputs.
    pub outputs: Vec<Port>,
    /// Clocks from `in_valid` to `out_valid`: the registers on the way. 0 is combinational.
    pub latency: u32,
    /// The least number of clocks from one sample to the next.
    pub interval: u32,
    /// How the circuit spends time.
    pub architecture: Architecture,
    /// The device family that the circuit was generated for.
    pub family: String,
    /// The clock that the registers were placed for, MHz.
    pub clock_mhz: f64,
    /// What the codes of the data ports mean, inputs first; empty, or exactly what the formats say.
    #[serde(default)]
    pub codes: Vec<Codes>,
    /// The files.
    pub files: Files,
    /// Where the neurons' outputs are inside the circuit; may be empty.
    #[serde(default)]
    pub probes: Vec<Probe>,
}

impl Manifest {
    /// Reads and checks `dir/manifest.json`.
    ///
    /// # Errors
    /// A file that cannot be read, is no manifest, or contradicts itself: file, place, value and cure.
    pub fn read(dir: &Path) -> Result<Manifest, DocumentError> {
        let path = dir.join(FILE_NAME);
        let manifest: Manifest = read_json(&path, "manifest", SCHEMA).map_err(|e| match e {
            DocumentError::Io { path, source } => {
                DocumentError::invalid(&path, ManifestError::Unreadable(source))
            }
            other => other,
        })?;
        manifest.checked(&path)
    }

    /// Reads and checks a manifest's text; `path` is named in errors.
    ///
    /// # Errors
    /// As [`Manifest::read`].
    pub fn from_json(text: &str, path: &Path) -> Result<Manifest, DocumentError> {
        let manifest: Manifest = parse_json(text, path, "manifest", SCHEMA)?;
        manifest.checked(path)
    }

    fn checked(self, path: &Path) -> Result<Manifest, DocumentError> {
        self.check().map_err(|e| DocumentError::invalid(path, e))?;
        Ok(self)
    }

    /// The text of the file: the same bytes for the same manifest.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest holds no map with odd keys");
        text.push('\n');
        text
    }

    /// Checks the manifest and writes it as `dir/manifest.json`, whole or not at all.
    ///
    /// # Errors
    /// A manifest that could not be read back, a place that cannot be written.
    pub fn write(&self, dir: &Path) -> Result<(), DocumentError> {
        let path = dir.join(FILE_NAME);
        self.check().map_err(|e| DocumentError::invalid(&path, e))?;
        write_json(&path, self)
    }
}

#[cfg(test)]
mod tests;
