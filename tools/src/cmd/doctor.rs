//! `doctor`: which outside tools are there.

use super::Outcome;
use crate::exit;
use crate::report::Table;
use gainstage_sim::run::{TOOLS, Tool, ToolInfo};
use serde::Serialize;

/// Arguments of `doctor`.
#[derive(clap::Args)]
#[command(after_help = "\
Tools are looked for in the environment variable in the list, then on the path. `verify` and `build` need \
Verilator, make and a C++ compiler, and run Icarus Verilog too where it is there. Everything else runs without any \
tool at all. The exit code is 3 if a tool that `verify` needs is missing or broken.

Examples:
  gainstage doctor
  gainstage doctor --json
  VERILATOR=/opt/verilator/bin/verilator gainstage doctor")]
pub struct Args {}

/// What `verify` cannot do without.
const REQUIRED: &[Tool] = &[Tool::Verilator, Tool::Make, Tool::Cxx];

#[derive(Serialize)]
struct Finding {
    name: &'static str,
    found: bool,
    required: bool,
    path: Option<std::path::PathBuf>,
    version: Option<String>,
    env: &'static str,
    purpose: &'static str,
    hint: &'static str,
    problem: Option<String>,
}

/// Runs `doctor`.
pub fn run(_args: &Args) -> anyhow::Result<Outcome> {
    let findings: Vec<Finding> = std::thread::scope(|scope| {
        // Each tool starts a process or two: together they take as long as the slowest.
        let threads: Vec<_> = TOOLS.iter().map(|info| scope.spawn(|| examine(info))).collect();
        threads.into_iter().filter_map(|t| t.join().ok()).collect()
    });
    let healthy = findings.iter().all(|f| f.problem.is_none() || !f.required);
    let json = serde_json::json!({
        "ok": healthy,
        "version": env!("CARGO_PKG_VERSION"),
        "tools": findings,
    });
    let code = if healthy { exit::HELD } else { exit::MISSING_TOOL };
    Ok(Outcome { text: text(&findings, healthy), json, code })
}

fn examine(info: &'static ToolInfo) -> Finding {
    let path = info.tool.find();
    let version = path.as_ref().ok().map(|_| info.tool.version());
    let problem = path.as_ref().err().or(version.as_ref().and_then(|v| v.as_ref().err()));
    let problem = problem.map(ToString::to_string);
    Finding {
        name: info.name,
        found: path.is_ok(),
        required: REQUIRED.contains(&info.tool),
        problem,
        path: path.ok(),
        version: version.and_then(Result::ok),
        env: info.env,
        purpose: info.purpose,
        hint: info.hint,
    }
}

fn text(findings: &[Finding], healthy: bool) -> String {
    let mut table = Table::new(&["tool", "state", "version, or how to get it", "for", "variable"]);
    for f in findings {
        let state = match (f.found, f.problem.is_some(), f.required) {
            (true, false, _) => "found",
            (true, true, true) => "BROKEN",
            (true, true, false) => "broken",
            (false, _, true) => "MISSING",
            (false, _, false) => "missing",
        };
        let detail = match (&f.version, &f.problem) {
            (Some(version), _) => version.clone(),
            (None, Some(problem)) if f.found || problem.contains('=') => problem.clone(),
            _ => f.hint.to_owned(),
        };
        table.row([f.name.into(), state.into(), detail, f.purpose.into(), f.env.into()]);
    }
    let verdict = match healthy {
        true => "Everything that `verify` and `build` need is there.",
        false => {
            "`verify` and `build` need the tools marked MISSING or BROKEN; everything else works without them."
        }
    };
    format!("gainstage {}\n\n{table}\n{verdict}\n", env!("CARGO_PKG_VERSION"))
}
