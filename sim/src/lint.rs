//! What three tools say of the Verilog in a directory.

use crate::SimError;
use crate::run::{Run, Tool};
use crate::stage;
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::wrap::manifest::Manifest;
use std::path::Path;
use std::time::Duration;

/// The time limit of one tool.
const LIMIT: Duration = Duration::from_secs(600);

/// A check of the Verilog's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Linter {
    /// `verilator --lint-only -Wall`
    Verilator,
    /// `iverilog -g2005 -Wall`
    Icarus,
    /// `yosys`: `read_verilog -D GAINSTAGE_PORTABLE; hierarchy -check; proc; check -assert`
    Yosys,
}

impl Linter {
    /// All of them.
    pub const ALL: [Linter; 3] = [Linter::Verilator, Linter::Icarus, Linter::Yosys];

    /// The tool that it takes.
    pub fn tool(self) -> Tool {
        match self {
            Linter::Verilator => Tool::Verilator,
            Linter::Icarus => Tool::Iverilog,
            Linter::Yosys => Tool::Yosys,
        }
    }
}

/// The warnings and errors of a linter, as printed, for the files that lie in `dir`. None: the Verilog is clean.
pub fn lint(dir: &Path, manifest: &Manifest, linter: Linter) -> Result<Vec<String>, SimError> {
    let work = Scratch::temporary().map_err(SimError::writing(&std::env::temp_dir()))?;
    let files = stage::copy(dir, manifest, work.path())?;
    let top = &manifest.top;
    let run = Run::new(linter.tool(), work.path()).limit(LIMIT);
    let run = match linter {
        Linter::Verilator => run.args(["--lint-only", "-Wall", "--top-module", top]).args(files),
        Linter::Icarus => run.args(["-g2005", "-Wall", "-s", top, "-o", "/dev/null"]).args(files),
        Linter::Yosys => {
            let files = files.join(" ");
            let script = format!(
                "read_verilog -D GAINSTAGE_PORTABLE {files}; hierarchy -check -top {top}; proc; check -assert"
            );
            run.args(["-q", "-p", &script])
        }
    };
    // All three print nothing when they have nothing to say.
    let (status, output) = run.status()?;
    let lines = output.stdout.lines().chain(output.stderr.lines());
    let mut messages: Vec<String> =
        lines.map(str::trim_end).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    if messages.is_empty() && !status.success() {
        messages.push(format!("{status} without a message"));
    }
    Ok(messages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{design, have, manifest, swap};

    fn messages(linter: Linter, from: &str, to: &str) -> Option<String> {
        let dir = design(|name, t| if name == "duo.v" { swap(t, from, to) } else { t });
        have(&[linter.tool()]).then(|| lint(dir.path(), &manifest(), linter).expect("it runs").join("\n"))
    }

    #[test]
    fn clean_is_silent() {
        for linter in Linter::ALL {
            assert_eq!(messages(linter, "4'b0000", "4'b0000").unwrap_or_default(), "");
        }
    }

    #[test]
    fn each_linter_complains_in_its_way() {
        let two_drivers = "assign out_valid = valid[2];\n  assign out_valid = valid[3]";
        for (linter, from, to, said) in [
            (Linter::Verilator, "4'b0000", "5'b00000", "WIDTH"),
            (Linter::Icarus, "wire [7:0] h1;", "wire [7:0] h1", "syntax error"),
            (Linter::Yosys, "assign out_valid = valid[3]", two_drivers, "multiple conflicting drivers"),
        ] {
            if let Some(messages) = messages(linter, from, to) {
                assert!(messages.contains(said), "{linter:?}: {messages}");
            }
        }
    }
}
