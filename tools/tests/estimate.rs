//! `estimate` beside what `generate` makes of the same plan.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn gainstage(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gainstage"))
        .args(args)
        .current_dir(dir)
        .output()
        .expect("the command runs")
}

fn ok(dir: &Path, args: &[&str]) -> Value {
    let output = gainstage(dir, &[args, &["--json"]].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("one object")
}

/// A plan of three neurons on two inputs.
fn plan(dir: &Path) {
    let csv: String = (0..80).map(|i| format!("{},{},{}\n", i % 9, i % 7, (i % 9) * (i % 7))).collect();
    fs::write(dir.join("samples.csv"), format!("x0,x1,y0\n{csv}")).expect("written");
    let project = "name = \"bumps\"\n[data]\ncsv = \"samples.csv\"\n[network]\nhidden = [{ ordinary = 2, amplifying = 1, activation = \"tanh\" }]\n[train]\nepochs = 50\n";
    fs::write(dir.join("gainstage.toml"), project).expect("written");
    ok(dir, &["train", ".", "-o", "model.json"]);
    ok(dir, &["quantize", "model.json", "--project", ".", "--bits", "10", "-o", "plan.json"]);
}

/// Latency and interval are those of the directory that `generate` writes with the same means.
#[test]
fn what_is_estimated_is_what_is_generated() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    plan(dir);
    let all = ok(dir, &["estimate", "plan.json", "--target", "ecp5", "--clock", "50,100"]);
    let circuits = all["circuits"].as_array().expect("circuits");
    assert_eq!(circuits.len(), 6, "{all}");
    for c in circuits {
        let (arch, mhz) = (c["architecture"].as_str().expect("a name"), c["clock_mhz"].to_string());
        let args = [
            "generate",
            "plan.json",
            "-o",
            "net",
            "--force",
            "--target",
            "ecp5",
            "--arch",
            arch,
            "--clock",
            &mhz,
        ];
        ok(dir, &args);
        let manifest = fs::read_to_string(dir.join("net/manifest.json")).expect("a manifest");
        let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
        for figure in ["latency", "interval"] {
            assert_eq!(c[figure], manifest[figure], "{arch} at {mhz} MHz: {figure}");
        }
        assert!(
            c["cost"]["lut"].as_u64().is_some_and(|n| n > 0) && c["share"].as_f64().is_some_and(|s| s > 0.0)
        );
    }
    // Fewer multipliers, more clocks.
    let figure = |value: &Value| value.as_u64().expect("a number");
    let [first, last] = [&circuits[0], &circuits[4]];
    assert!(figure(&first["cost"]["dsp"]) >= figure(&last["cost"]["dsp"]), "{all}");
    assert!(figure(&first["interval"]) < figure(&last["interval"]), "{all}");
}

#[test]
fn a_board_gives_family_and_part_and_faults_are_told() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    plan(dir);
    let on_board = ok(dir, &["estimate", "plan.json", "--board", "icebreaker"]);
    assert_eq!(
        (on_board["family"].as_str(), on_board["capacity"]["lut"].as_u64()),
        (Some("ice40up"), Some(5280))
    );
    for args in [
        &["estimate", "plan.json", "--board", "icebreaker", "--target", "ecp5"][..],
        &["estimate", "plan.json", "--board", "nope"],
        &["estimate", "plan.json", "--clock", "0"],
        &["estimate", "samples.csv"],
        &["estimate", "missing.json"],
    ] {
        let said = gainstage(dir, args);
        assert!(said.status.code() == Some(2) && !said.stderr.is_empty(), "{args:?}: {said:?}");
    }
}
