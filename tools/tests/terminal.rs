//! Pipes that close, disks that are full, and Ctrl-C.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn gainstage(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    command.args(args).current_dir(dir);
    command
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let mut child = gainstage(Path::new("."), &["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    // Closed before anything is read: the script is longer than any pipe's room.
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{output:?}");
}

#[test]
fn a_full_disk_is_said() {
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        println!("skipped: there is no /dev/full here");
        return;
    };
    let output =
        gainstage(Path::new("."), &["new", "--list"]).stdout(full).output().expect("the command runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("cannot write to standard output") && told.contains("No space left"), "{told}");
}

#[test]
fn interrupted_training_keeps_the_best_network() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    let project =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/small/gainstage.toml"));
    let endless = project.expect("the example").replace("epochs = 8000", "epochs = 100000000");
    fs::write(dir.join("gainstage.toml"), endless).expect("written");

    let mut child = gainstage(dir, &["train", ".", "-o", "model.json", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    std::thread::sleep(Duration::from_millis(1500));
    let start = Instant::now();
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    let code = child.wait().expect("it ends").code();
    assert!(start.elapsed() < Duration::from_secs(20), "it took {:?} to stop", start.elapsed());

    let (mut told, mut result) = (String::new(), String::new());
    child.stderr.take().expect("a pipe").read_to_string(&mut told).expect("text");
    child.stdout.take().expect("a pipe").read_to_string(&mut result).expect("text");
    assert_eq!(code, Some(130), "{told}");
    assert!(told.contains("interrupted: model.json holds the best network so far"), "{told}");
    let result: serde_json::Value = serde_json::from_str(&result).expect("one object");
    assert_eq!(result["training"]["interrupted"], true);
    // What was kept is a whole model that the next step takes.
    let plan = gainstage(dir, &["quantize", "model.json", "--bits", "12", "-o", "plan.json"]).output();
    assert_eq!(plan.expect("the command runs").status.code(), Some(0));
}
