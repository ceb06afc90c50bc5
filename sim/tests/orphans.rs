//! No tool outlives the program, even if that is killed.

use gainstage_sim::run::{Run, Tool};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Set in the process that is killed.
const KILLED: &str = "GAINSTAGE_TEST_KILLED";

fn alive(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

/// The process that is killed: runs a tool with a child, in the directory that the variable names. Else nothing.
#[test]
fn runs_a_tool() {
    let Some(dir) = std::env::var_os(KILLED) else { return };
    // SAFETY: the only test that is run in this process.
    unsafe { std::env::set_var("ICEPACK", "/bin/sh") };
    let script = "sleep 300 & echo $! > child; echo $$ > leader; wait";
    let _ = Run::new(Tool::Icepack, Path::new(&dir)).args(["-c", script]).output();
}

#[test]
fn tools_and_their_children_die_with_a_process_that_is_killed() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut process = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "runs_a_tool"])
        .env(KILLED, dir.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let start = Instant::now();
    let read = |name| std::fs::read_to_string(dir.path().join(name)).unwrap_or_default().trim().to_owned();
    while read("leader").is_empty() {
        assert!(start.elapsed() < Duration::from_secs(20), "the tool did not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    let pids = [read("leader"), read("child")];
    assert!(pids.iter().all(|pid| alive(pid)), "{pids:?}");
    // SIGKILL: nothing in the process can react.
    process.kill().expect("killed");
    process.wait().expect("it ends");
    let start = Instant::now();
    while pids.iter().any(|pid| alive(pid)) {
        assert!(start.elapsed() < Duration::from_secs(20), "{pids:?} live on");
        std::thread::sleep(Duration::from_millis(5));
    }
}
