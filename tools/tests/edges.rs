//! Networks of learned edges through the commands: a front of circuits, and one that is built and proven.

use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// y = |x0 - 200| / 50 + (x1 > 0), from raw units, as a project of learned edges.
fn project(dir: &Path) {
    let mut csv = String::from("x0,x1,y0\n");
    for i in 0..400 {
        let (x0, x1) = (100.0 + f64::from(i * 37 % 200), f64::from(i * 13 % 101) / 50.0 - 1.0);
        let y = (x0 - 200.0).abs() / 50.0 + f64::from(u8::from(x1 > 0.0));
        writeln!(csv, "{x0},{x1},{y}").expect("a string takes all");
    }
    fs::write(dir.join("samples.csv"), csv).expect("written");
    let text =
        "name = \"bent\"\n[data]\ncsv = \"samples.csv\"\n[network]\nedges = \"learned\"\nminutes = 0.2\n";
    fs::write(dir.join("gainstage.toml"), text).expect("written");
}

fn gainstage(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    command.env("GAINSTAGE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/models"));
    command.args(args).current_dir(dir).output().expect("the command runs")
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = gainstage(dir, args);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("one object")
}

/// Each row is smaller or better than those beside it, has a plan, and beats a line, which cannot bend.
#[test]
fn a_front_is_searched_and_gone_on_with() {
    let dir = tempfile::tempdir().expect("a directory");
    project(dir.path());
    let front = json(dir.path(), &["pareto", ".", "--minutes", "0.25", "--json"]);
    let rows = front["rows"].as_array().expect("rows");
    let (circuits, others): (Vec<_>, Vec<_>) = rows.iter().partition(|r| r["lut_estimate"].is_u64());
    assert_eq!(others.len(), 2, "a constant and a line: {front}");
    let figure = |row: &Value, key: &str| row[key].as_f64().expect("a number");
    for pair in circuits.windows(2) {
        let better = |key| figure(pair[0], key) > figure(pair[1], key);
        assert!(figure(pair[0], "lut_estimate") < figure(pair[1], "lut_estimate") && better("held_out"));
    }
    let least = |rows: &[&Value]| rows.iter().map(|r| figure(r, "held_out")).fold(f64::INFINITY, f64::min);
    assert!(least(&circuits) < 0.3 * least(&others), "{front}");
    for row in &circuits {
        let plan = dir.path().join("pareto").join(row["circuit"].as_str().expect("a file"));
        let said = gainstage(dir.path(), &["generate", &plan.display().to_string(), "-o", "one", "--force"]);
        assert!(said.status.success(), "{said:?}");
    }
    // What is finished is taken over and not found again: an error that no training gives comes back.
    let path = dir.path().join("pareto/points/00000.json");
    let mut points: Value =
        serde_json::from_slice(&fs::read(&path).expect("a finished setting")).expect("JSON");
    points["points"][0]["error"] = 0.0.into();
    fs::write(&path, points.to_string()).expect("written");
    let again = json(dir.path(), &["pareto", ".", "--minutes", "0.02", "--json"]);
    let last = again["rows"].as_array().and_then(|rows| rows.last()).expect("rows");
    assert_eq!(figure(last, "held_out"), 0.0);
    // What was found with other samples is not.
    points["samples"] = 1.into();
    fs::write(&path, points.to_string()).expect("written");
    let anew = json(dir.path(), &["pareto", ".", "--minutes", "0.1", "--json"]);
    let last = anew["rows"].as_array().and_then(|rows| rows.last()).expect("rows");
    assert!(figure(last, "held_out") > 0.0);
}

#[test]
fn a_circuit_is_built_and_proven() {
    if Command::new("verilator").arg("--version").output().is_err() {
        println!("skipped: verilator is not installed");
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    project(dir.path());
    let report = json(dir.path(), &["build", ".", "-o", "out", "--json"]);
    assert_eq!((report["ok"].as_bool(), report["mismatches"].as_u64()), (Some(true), Some(0)), "{report}");
    assert!(report["lut_estimate"].as_u64().is_some_and(|n| n > 0 && n < 400), "{report}");
    // |x0 - 200| / 50 alone has a mean deviation of half a unit.
    assert!(report["mae"].as_f64().is_some_and(|e| e < 0.1), "{report}");
    let verify = gainstage(dir.path(), &["verify", "out"]);
    assert!(verify.status.success(), "{verify:?}");
}
