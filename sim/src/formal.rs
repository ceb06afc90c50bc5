//! Formal equivalence: yosys proves that a module computes what a specification in plain Verilog says, for every input.
//!
//! Registers start with any contents. A module has no feedback, so as many clocks later as its latency its outputs
//! depend on inputs alone: the proof of that one clock holds for all.

use crate::SimError;
use crate::run::{Run, Tool};
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::emit::SourceFile;
use gainstage_hdl::expr::Port;
use gainstage_hdl::module::Module;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Module and specification agree for every input.
    Equivalent,
    /// They differ, for these inputs and register contents (yosys' table).
    Different(String),
}

/// A module, as its files have it, against a specification.
///
/// The specification is the Verilog of a combinational module `specification` with the module's inputs and outputs.
///
/// # Errors
/// yosys is missing, takes longer than `limit`, or cannot read one of the two.
pub fn prove(
    module: &Module,
    files: &[SourceFile],
    specification: &str,
    limit: Duration,
) -> Result<Verdict, SimError> {
    let work = Scratch::temporary().map_err(SimError::writing(&std::env::temp_dir()))?;
    let mut sources = Vec::new();
    let check = check(module);
    let texts = files.iter().map(|f| (f.path.rsplit('/').next().unwrap_or(&f.path), f.text.as_str()));
    for (name, text) in texts.chain([("specification.v", specification), ("check.v", &check)]) {
        let path = work.path().join(name);
        std::fs::write(&path, text).map_err(SimError::writing(&path))?;
        sources.extend(name.ends_with(".v").then_some(name));
    }
    let latency = module.latency();
    let script = format!(
        "read_verilog -D GAINSTAGE_PORTABLE {}; prep -top check -flatten; memory_map; opt -full; \
         sat -seq {} -prove-skip {latency} -prove same 1 -show-inputs check",
        sources.join(" "),
        latency + 1,
    );
    let output = Run::new(Tool::Yosys, work.path()).limit(limit).args(["-p", &script]).output()?;
    let said = output.stdout;
    // No exit code tells a refutation from a proof.
    if said.contains("SAT proof finished - no model found: SUCCESS!") {
        return Ok(Verdict::Equivalent);
    }
    match said.split_once("SAT proof finished - model found: FAIL!") {
        Some((_, example)) => Ok(Verdict::Different(example.trim().to_owned())),
        None => Err(SimError::Format {
            path: PathBuf::from("yosys"),
            problem: "`sat` said neither that the proof succeeded nor that it failed".into(),
        }),
    }
}

/// Module and specification side by side: `same` is 1 where the outputs agree.
fn check(module: &Module) -> String {
    let mut text = String::from("module check(input clk");
    let bits = |p: &Port| format!("{}[{}:0]", if p.signed() { "signed " } else { "" }, p.width() - 1);
    for p in module.inputs() {
        let _ = write!(text, ", input {} {}", bits(p), p.name);
    }
    text += ", output same);\n";
    let clock = if module.needs_clock() { vec![".clk(clk)".to_owned()] } else { Vec::new() };
    let mut unit = clock;
    let mut wanted = Vec::new();
    for p in module.inputs() {
        let mut last = p.name.clone();
        for i in 1..=module.latency() {
            let next = format!("{}_{i}_later", p.name);
            let _ = writeln!(text, "reg {} {next}; always @(posedge clk) {next} <= {last};", bits(p));
            last = next;
        }
        unit.push(format!(".{0}({0})", p.name));
        wanted.push(format!(".{}({last})", p.name));
    }
    let mut equal = Vec::new();
    for (p, _) in module.outputs() {
        let _ = writeln!(text, "wire {0} {1}_found, {1}_wanted;", bits(p), p.name);
        unit.push(format!(".{0}({0}_found)", p.name));
        wanted.push(format!(".{0}({0}_wanted)", p.name));
        equal.push(format!("({0}_found == {0}_wanted)", p.name));
    }
    let _ = writeln!(text, "{} found({});", module.name(), unit.join(", "));
    let _ = writeln!(text, "specification wanted({});", wanted.join(", "));
    let _ = writeln!(text, "assign same = {};\nendmodule", equal.join(" && "));
    text
}
