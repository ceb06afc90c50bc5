//! Files of a generated directory, in figures.

use gainstage_hdl::wrap::{BOARD_DIR, STREAM_DIR};
use schemars::JsonSchema;
use serde::Serialize;

/// What lies in a generated directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Inventory {
    /// Verilog files of the circuit, all within the subset that the generator writes.
    pub verilog: usize,
    /// Those of them that this version would not write in the same words.
    pub edited: Vec<String>,
    /// Files of `axis/` and `board/` that are, to the byte, what this version writes for the circuit.
    pub wrappers: usize,
    /// Files that nothing was found out about.
    pub not_looked_at: Vec<String>,
}

impl std::fmt::Display for Inventory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Files: {} of Verilog within the generator's subset, ", self.verilog)?;
        match self.edited.is_empty() {
            true => write!(f, "all as this version writes them")?,
            false => write!(f, "not as this version writes them: {}", self.edited.join(", "))?,
        }
        match self.wrappers {
            0 => writeln!(f)?,
            n => writeln!(
                f,
                "; {n} of {STREAM_DIR}/ and {BOARD_DIR}/ as this version writes them, not simulated"
            )?,
        }
        if !self.not_looked_at.is_empty() {
            writeln!(f, "Not looked at: {}", self.not_looked_at.join(", "))?;
        }
        Ok(())
    }
}
