//! A run that is killed at any moment leaves the old result or the new one, and nothing between them.

use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_hdl::wrap::manifest::Manifest;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn start(dir: &Path, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    command.args(args).current_dir(dir).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it starts")
}

/// Which of the plans lies in a directory, after looking at all that its manifest promises.
fn whole(dir: &Path, plans: &[Plan]) -> usize {
    let manifest = Manifest::read(dir).expect("a whole manifest");
    let plan = Plan::read(&dir.join("plan.json")).expect("a whole plan");
    assert_eq!(manifest.top, plan.name, "manifest and plan of different runs");
    for file in manifest.files.verilog.iter().chain(&manifest.files.roms) {
        let text = std::fs::read_to_string(dir.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
        let end = if file.ends_with(".v") { "`default_nettype wire\n" } else { "\n" };
        assert!(text.ends_with(end), "{file} is cut short");
    }
    plans.iter().position(|p| *p == plan).expect("one of the plans")
}

#[test]
fn a_killed_run_leaves_the_old_or_the_new() {
    let dir = tempfile::tempdir().expect("a directory");
    let format = |signed, width, frac| Format::new(signed, width, frac).expect("a format");
    let plans = ["older", "newer"]
        .map(|name| Plan::of_attenuator(name, 5, format(true, 16, 10), format(true, 16, 12)));
    for plan in &plans {
        plan.write(&dir.path().join(format!("{}.json", plan.name))).expect("written");
    }
    let out = dir.path().join("out");
    let generate = |name: &str| start(dir.path(), &["generate", name, "-o", "out"]);
    assert!(generate("older.json").wait().expect("it ends").success());
    // As long as a run takes here and now, in steps.
    let begin = std::time::Instant::now();
    assert!(generate("newer.json").wait().expect("it ends").success());
    let (whole_run, steps) = (begin.elapsed(), 24);
    let mut seen = [0; 2];
    for step in 0..steps {
        let present = whole(&out, &plans);
        let mut child = generate(["newer.json", "older.json"][present]);
        std::thread::sleep(whole_run * step / steps + Duration::from_micros(step.into()));
        // On Unix this is SIGKILL: nothing can clean up.
        child.kill().expect("killed");
        child.wait().expect("it ends");
        seen[usize::from(whole(&out, &plans) != present)] += 1;
    }
    assert!(seen[0] > 0, "no run was killed in time");
}

#[test]
fn a_killed_write_leaves_a_whole_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let format = |signed, width, frac| Format::new(signed, width, frac).expect("a format");
    Plan::of_squarer("sq", format(true, 12, 4), format(false, 20, 6))
        .write(&dir.path().join("plan.json"))
        .expect("written");
    let args = ["export", "plan.json", "--format", "c99", "-o", "c"];
    let begin = std::time::Instant::now();
    assert!(start(dir.path(), &args).wait().expect("it ends").success());
    let (whole_run, steps) = (begin.elapsed(), 12);
    let text = std::fs::read(dir.path().join("c/sq.c")).expect("written");
    for step in 0..steps {
        std::fs::remove_dir_all(dir.path().join("c"))
            .or_else(|e| match e.kind() {
                std::io::ErrorKind::NotFound => Ok(()),
                _ => Err(e),
            })
            .expect("removed");
        let mut child = start(dir.path(), &args);
        std::thread::sleep(whole_run * step / steps);
        child.kill().expect("killed");
        child.wait().expect("it ends");
        if let Ok(left) = std::fs::read(dir.path().join("c/sq.c")) {
            assert!(left == text, "half a file was left");
        }
    }
}
