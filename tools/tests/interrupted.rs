//! Ctrl-C and SIGTERM end every command, whatever it is at; nothing half-written stays, nor anything of a killed run.

use gainstage_golden::func::{Activation, Kind};
use gainstage_golden::net::{Layer, Model, Network, Neuron};
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn gainstage(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    command.args(args).current_dir(dir).env("GAINSTAGE_PROGRESS", "on");
    command
}

/// A network of layers as wide as each other, with weights that have nothing in common.
fn network(width: usize, layers: usize, activation: &Activation) -> Network {
    let mut state = 1u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 23) - 1.0
    };
    let mut layer = |_| Layer {
        inputs: width,
        weights: (0..width * width).map(|_| random()).collect(),
        bias: None,
        neurons: vec![Neuron { activation: activation.clone(), kind: Kind::Ordinary }; width],
    };
    Network { layers: (0..layers).map(&mut layer).collect() }
}

/// Names in a directory.
fn names(dir: &Path) -> Vec<String> {
    let entries = dir.read_dir().expect("listed").map_while(Result::ok);
    let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

/// Starts a command that would take minutes, interrupts it, and looks at what it leaves.
fn interrupt(dir: &Path, name: &str, args: &[&str]) {
    let before = names(dir);
    let mut command = gainstage(dir, args);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_millis(1500));
    signal(&child, name);
    let start = Instant::now();
    while child.try_wait().expect("it can be asked").is_none() {
        // Not a measurement: by itself it would go on much longer.
        assert!(start.elapsed() < Duration::from_secs(15), "{args:?} goes on after {name}");
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{args:?}: {told}");
    assert!(told.contains("interrupted"), "{args:?}: {told}");
    assert!(!told.contains("panicked"), "{args:?}: {told}");
    if args.contains(&"--json") {
        let object: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one object");
        assert_eq!((&object["ok"], &object["exit_code"]), (&false.into(), &130.into()));
    }
    assert_eq!(names(dir), before, "{args:?} left something");
}

#[test]
fn generate_is_interrupted() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = QuantOptions {
        name: "wide".into(),
        bits: 16,
        granularity: Granularity::Layer,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    let network = network(200, 2, &Activation::None);
    let calibration = Calibration::from_box(&vec![(-1.0, 1.0); 200]);
    let plan = quantize_network(&network, &calibration, &options).expect("a plan");
    plan.write(&dir.path().join("plan.json")).expect("written");
    interrupt(dir.path(), "-INT", &["generate", "plan.json", "-o", "out"]);
    interrupt(
        dir.path(),
        "-TERM",
        &["--json", "generate", "plan.json", "-o", "out", "--target", "ecp5", "--arch", "auto"],
    );
}

#[test]
fn searches_of_tables_are_interrupted() {
    let dir = tempfile::tempdir().expect("a directory");
    let table =
        ["--function", "{sin(20*x)*exp(-x)}", "--from", "s22.16", "--to", "s22.18", "--max-ulp", "0.51"];
    interrupt(dir.path(), "-INT", &[&["table", "explain"], &table[..]].concat());
    interrupt(
        dir.path(),
        "-TERM",
        &[&["--json", "generate", "unit", "table", "-o", "unit"], &table[..]].concat(),
    );
}

#[test]
fn quantize_is_interrupted() {
    let dir = tempfile::tempdir().expect("a directory");
    let model = Model::new("deep", network(24, 4, &Activation::Tanh), vec![[-1.0, 1.0]; 24]);
    model.write(&dir.path().join("model.json")).expect("written");
    let args =
        ["quantize", "model.json", "--bits", "14", "--refine", "--input-range=-1:1", "-o", "plan.json"];
    interrupt(dir.path(), "-INT", &args);
    interrupt(dir.path(), "-TERM", &[&["--json"], &args[..]].concat());
}

#[test]
fn crossval_is_interrupted() {
    let dir = tempfile::tempdir().expect("a directory");
    let row = |i: u32| format!("{},{},{}\n", i % 97, i % 89, i % 83);
    let rows: String = (0..3000).map(row).collect();
    std::fs::write(dir.path().join("samples.csv"), format!("x0,x1,y0\n{rows}")).expect("written");
    interrupt(dir.path(), "-INT", &["crossval", "samples.csv", "--hidden", "12"]);
}

#[test]
fn what_a_killed_run_left_is_taken_away_by_the_next() {
    let dir = tempfile::tempdir().expect("a directory");
    let format = |signed, width, frac| Format::new(signed, width, frac).expect("a format");
    let plan = Plan::of_squarer("square", format(true, 12, 4), format(false, 20, 6));
    plan.write(&dir.path().join("plan.json")).expect("written");
    let mut dead = Command::new("true").spawn().expect("it starts");
    dead.wait().expect("it ends");
    let left = dir.path().join(format!(".gainstage-{}-abc", dead.id()));
    std::fs::create_dir_all(left.join("rtl")).expect("made");
    let status =
        gainstage(dir.path(), &["generate", "plan.json", "-o", "out"]).output().expect("it runs").status;
    assert!(status.success());
    assert_eq!(names(dir.path()), ["out", "plan.json"]);
}

#[test]
fn the_umask_is_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let format = |signed, width, frac| Format::new(signed, width, frac).expect("a format");
    let plan = Plan::of_squarer("square", format(true, 12, 4), format(false, 20, 6));
    plan.write(&dir.path().join("plan.json")).expect("written");
    for (umask, file, directory) in [("077", 0o600, 0o700), ("022", 0o644, 0o755), ("002", 0o664, 0o775)] {
        let script = format!("umask {umask}; exec \"$0\" \"$@\"");
        let run = |args: &[&str]| {
            let shell = ["-c", &script, env!("CARGO_BIN_EXE_gainstage")];
            let output = Command::new("sh").args(shell).args(args).current_dir(dir.path()).output();
            assert!(output.expect("it runs").status.success(), "{args:?}");
        };
        let (out, project) = (format!("out{umask}"), format!("project{umask}"));
        run(&["generate", "plan.json", "-o", &out]);
        run(&["export", "plan.json", "--format", "c99", "-o", &format!("{out}-c")]);
        run(&["new", &project, "--template", "small"]);
        let mode = |path: &str| {
            dir.path().join(path).metadata().unwrap_or_else(|e| panic!("{path}: {e}")).permissions().mode()
                & 0o777
        };
        for path in
            [format!("{out}/manifest.json"), format!("{out}-c/square.c"), format!("{project}/gainstage.toml")]
        {
            assert_eq!(mode(&path), file, "{path}");
        }
        for path in [format!("{out}/rtl"), format!("{out}-c"), project, out] {
            assert_eq!(mode(&path), directory, "{path}");
        }
    }
}

#[test]
fn what_has_no_end_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    assert!(Command::new("mkfifo").arg(dir.path().join("pipe")).status().expect("it runs").success());
    std::fs::File::create(dir.path().join("sparse")).and_then(|f| f.set_len(24 << 30)).expect("made");
    for (file, said) in [
        ("/dev/zero", "this is a device, not a file"),
        ("pipe", "this is a named pipe, not a file"),
        ("sparse", "24.0 GiB are too much"),
    ] {
        for args in [
            &["eval", file, "--data", "sparse"][..],
            &["quantize", file, "--bits", "8", "--input-range", "0:1", "-o", "out"],
            &["generate", file, "-o", "out"],
            &["train", file, "-o", "out"],
            &["import", file, "-o", "out"],
            &["crossval", file],
            &["diff", file, file],
            &["export", file, "--format", "c99", "-o", "out"],
        ] {
            let output = gainstage(dir.path(), args).stdin(Stdio::null()).output().expect("it runs");
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{args:?}: {told}");
            // The first paper's files have a bound, and words for it, of their own.
            let bound = args[0] == "import" && told.contains("has more than 1073741824 bytes");
            assert!((bound || told.contains(said)) && told.contains(file), "{args:?}: {told}");
        }
    }
    assert_eq!(names(dir.path()), ["pipe", "sparse"]);
}

#[test]
fn messages_can_be_read() {
    let dir = tempfile::tempdir().expect("a directory");
    let formula = format!("{{1/(x{})}}", "+x".repeat(3000));
    let huge = format!("0:1{}", "0".repeat(300));
    let model = Model::new("wide", network(2, 1, &Activation::None), vec![[-1.0, 1.0]; 2]);
    model.write(&dir.path().join("model.json")).expect("written");
    for args in [
        &["table", "explain", "--function", &formula, "--from", "s8.4", "--to", "s8.4"][..],
        &["quantize", "model.json", "--bits", "8", "--input-range", &huge, "-o", "plan.json"],
    ] {
        let output = gainstage(dir.path(), args).output().expect("it runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.len() < 800, "{} letters: {told}", told.len());
    }
}
