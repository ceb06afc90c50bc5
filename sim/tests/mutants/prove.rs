//! yosys on whether two directories hold the same circuit.

use gainstage_hdl::wrap::manifest::{Architecture, Manifest};
use gainstage_sim::run::{Run, RunError, Tool};
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// The time limit of one proof.
const LIMIT: Duration = Duration::from_secs(300);

/// Clocks after a reset for which circuits with control are compared, with any inputs in each of them.
fn bound(m: &Manifest) -> u32 {
    m.latency + 2 * m.interval + 2
}

/// Register by register, assuming that those of the same name hold the same: quick, and misses what is never reached.
pub fn same_registers(sound: &Path, mutant: &Path, m: &Manifest) -> bool {
    let script = "equiv_make gold gate equiv; hierarchy -top equiv; opt_clean; equiv_simple -undef -seq 2; \
                  equiv_induct -undef -seq 2; equiv_status -assert";
    run(sound, mutant, m, "", script).is_some()
}

/// By outputs. What flows through without coming back is compared for any contents of the registers, as late as outputs
/// follow from inputs alone; else, for every sequence of inputs after a reset, some samples long, where results are valid.
pub fn same_outputs(sound: &Path, mutant: &Path, m: &Manifest) -> bool {
    let sat = match m.architecture {
        Architecture::Parallel => {
            let latency = m.latency;
            format!("sat -seq {} -prove-skip {latency} -prove same 1 check", latency + 1)
        }
        _ => format!(
            "sat -seq {} -set-at 1 {1} 1 -set-at 2 {1} 1 -prove-skip 2 -prove same 1 check",
            bound(m),
            m.reset
        ),
    };
    let script = format!("prep -top check -flatten; opt -full; {sat}");
    run(sound, mutant, m, &check(m), &script)
        .is_some_and(|said| said.contains("SAT proof finished - no model found: SUCCESS!"))
}

/// What yosys said, if all went well.
fn run(sound: &Path, mutant: &Path, m: &Manifest, check: &str, then: &str) -> Option<String> {
    let work = tempfile::tempdir().expect("a directory");
    let mut script = String::new();
    for (dir, name) in [(sound, "gold"), (mutant, "gate")] {
        let to = work.path().join(name);
        std::fs::create_dir(&to).expect("made");
        for file in m.files.verilog.iter().chain(&m.files.roms) {
            let last = file.rsplit('/').next().unwrap_or(file);
            // Memory files are looked for in the working directory.
            let to = if file.ends_with(".v") { to.join(last) } else { work.path().join(last) };
            std::fs::copy(dir.join(file), to).expect("copied");
        }
        let files: Vec<String> =
            m.files.verilog.iter().map(|f| format!("{name}/{}", f.rsplit('/').next().unwrap_or(f))).collect();
        let _ = write!(
            script,
            "read_verilog -D GAINSTAGE_PORTABLE {}; hierarchy -check -top {1}; proc; flatten; memory -nordff; opt -full; \
             rename {1} {name}; design -stash {name}; ",
            files.join(" "),
            m.top
        );
    }
    std::fs::write(work.path().join("check.v"), check).expect("written");
    script += "design -copy-from gold -as gold gold; design -copy-from gate -as gate gate; ";
    if !check.is_empty() {
        script += "read_verilog check.v; ";
    }
    script += then;
    match Run::new(Tool::Yosys, work.path()).limit(LIMIT).args(["-p", &script]).output() {
        Ok(output) => Some(output.stdout),
        Err(RunError::Failed { .. } | RunError::TimedOut { .. }) => None,
        Err(e) => panic!("{e}"),
    }
}

/// Both circuits side by side: `same` is 1 where they agree in all that is promised.
fn check(m: &Manifest) -> String {
    let mut text = format!("module check(input {}, input {}, input {}", m.clock, m.reset, m.in_valid);
    for p in &m.inputs {
        let _ = write!(text, ", input [{}:0] {}", p.format.width - 1, p.name);
    }
    text += ", output same);\n";
    let controls: Vec<&String> = m.in_ready.iter().chain([&m.out_valid]).collect();
    for side in ["gold", "gate"] {
        let ins = [&m.clock, &m.reset, &m.in_valid].into_iter().chain(m.inputs.iter().map(|p| &p.name));
        let mut ports: Vec<String> = ins.map(|name| format!(".{name}({name})")).collect();
        for name in &controls {
            let _ = writeln!(text, "wire {side}_{name};");
            ports.push(format!(".{name}({side}_{name})"));
        }
        for p in &m.outputs {
            let _ = writeln!(text, "wire [{}:0] {side}_{};", p.format.width - 1, p.name);
            ports.push(format!(".{0}({side}_{0})", p.name));
        }
        let _ = writeln!(text, "{side} {side}_circuit({});", ports.join(", "));
    }
    let equal = |name: &String| format!("(gold_{name} == gate_{name})");
    let data: Vec<String> = m.outputs.iter().map(|p| equal(&p.name)).collect();
    let control: Vec<String> = controls.into_iter().map(equal).collect();
    // A data path that runs freely is promised in every clock.
    let excused = if m.architecture == Architecture::Parallel {
        "1'b0".into()
    } else {
        format!("~gold_{}", m.out_valid)
    };
    let _ = writeln!(
        text,
        "assign same = {} & ({excused} | ({}));\nendmodule",
        control.join(" & "),
        data.join(" & ")
    );
    text
}
