//! Nothing is lost silently: what quantization loses is said, named and has an exit code; what a circuit does not see is warned
//! of; two builds do not write one directory.
//!
//! Builds take Verilator; without it those tests print `skipped`.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    command.env("GAINSTAGE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/models"));
    command.args(args).current_dir(dir);
    command
}

fn gainstage(dir: &Path, args: &[&str]) -> Output {
    command(dir, args).output().expect("it starts")
}

fn json(dir: &Path, args: &[&str]) -> (Value, Option<i32>, String) {
    let output = gainstage(dir, &[args, &["--json"]].concat());
    let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"));
    (value, output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn simulators_are_missing() -> bool {
    let missing = gainstage(Path::new("."), &["doctor"]).status.code() != Some(0);
    if missing {
        println!("skipped: Verilator, make or a C++ compiler is missing");
    }
    missing
}

/// A project with these samples and these lines behind `[train]`.
fn project(dir: &Path, csv: &str, lines: &str) {
    let toml = "name = \"net\"\n[data]\ncsv = \"samples.csv\"\nheld-out = 0\n[network]\nhidden = [{ ordinary = 3, activation = \
                \"tanh\" }]\n[train]\nrestarts = 2\n";
    std::fs::write(dir.join("samples.csv"), csv).expect("written");
    std::fs::write(dir.join("gainstage.toml"), format!("{toml}{lines}")).expect("written");
}

/// Trains and quantizes; gives what `quantize` says.
fn quantized(dir: &Path) -> (Value, String) {
    let trained = gainstage(dir, &["train", ".", "-o", "model.json"]);
    assert_eq!(trained.status.code(), Some(0), "{trained:?}");
    let (value, code, said) = json(dir, &["quantize", "model.json", "--project", ".", "-o", "plan.json"]);
    assert_eq!(code, Some(0), "{said}");
    (value, said)
}

fn rows(n: usize, row: impl Fn(usize) -> String) -> String {
    (0..n).map(|i| row(i) + "\n").collect()
}

/// Columns of 0.1 have a deviation of 10^-17 by plain sums: no weight may follow it.
#[test]
fn a_constant_column_costs_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let next = f64::from_bits(0.1f64.to_bits() + 1);
    for (csv, lines) in [
        (
            format!("x0,x1,y0\n{}", rows(20, |i| format!("{i},0.1,{i}"))),
            "epochs = 300\nstandardise = \"both\"\n",
        ),
        (
            format!("x0,x1,y0\n{}", rows(20, |i| format!("{i},{},{i}", if i % 2 == 0 { 0.1 } else { next }))),
            "epochs = 300\nstandardise = \"both\"\n",
        ),
        (
            format!("x0,x1,label\n{}", rows(20, |i| format!("{i},0.7,{}", if i < 10 { "lo" } else { "hi" }))),
            "epochs = 300\nstandardise = \"inputs\"\ncost = \"softmax\"\n",
        ),
    ] {
        project(dir.path(), &csv, lines);
        let (found, said) = quantized(dir.path());
        assert_eq!(found["loss"]["held"], true, "{csv}: {found}");
        let model: Value =
            serde_json::from_slice(&std::fs::read(dir.path().join("model.json")).expect("a model"))
                .expect("JSON");
        let weights = model["network"]["layers"][0]["weights"].as_array().expect("weights");
        assert!(weights.iter().skip(1).step_by(2).all(|w| *w == 0.0), "{model}");
        assert!(!said.contains("x1 is not seen"), "the column says nothing, so nothing is missed: {said}");
    }
}

/// Offsets that leave few codes of 16 bits, and columns whose sizes are seven decades apart: a layer of subtractions keeps
/// what the network has.
#[test]
fn raw_units_cost_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let offset = |low: f64, step: f64| {
        let csv = rows(101, |i| {
            let t = i as f64 / 50.0 - 1.0;
            format!("{},{}", low + step * i as f64, t * t)
        });
        format!("x0,y0\n{csv}")
    };
    let scales = rows(200, |i| {
        let (s, t) = (i as f64 / 200.0, (i * 7 % 200) as f64 / 200.0);
        format!("{},{},{}", 40_000.0 + 20_000.0 * s, 0.002 + 0.001 * t, s + t * t)
    });
    for csv in [offset(1012.75, 0.01), offset(1_699_997_000.0, 60.0), format!("x0,x1,y0\n{scales}")] {
        // Nothing is said of standardisation: the columns of a file are.
        project(dir.path(), &csv, "epochs = 300\n[quantize]\nbits = 16\nmethod = \"ptq\"\n");
        let (found, said) = quantized(dir.path());
        assert_eq!(found["warnings"], Value::Array(Vec::new()), "{said}");
        let (float, fixed) = (found["loss"]["float"].as_f64(), found["loss"]["fixed"].as_f64());
        let (float, fixed) = (float.expect("an error"), fixed.expect("an error"));
        assert!(fixed < 1.05 * float, "{fixed} for {float}");
    }
}

/// No width is given: the smallest that lose at most a tenth are found, and single layers may have less.
#[test]
fn widths_that_are_not_given_are_found() {
    let dir = tempfile::tempdir().expect("a directory");
    project(dir.path(), &parabola(), "epochs = 500\n");
    let (found, said) = quantized(dir.path());
    let (float, fixed) = (found["loss"]["float"].as_f64(), found["loss"]["fixed"].as_f64());
    assert!(fixed.expect("an error") <= 1.1 * float.expect("an error"), "{found}");
    let (bits, layers) =
        (found["bits"].as_u64().expect("bits"), found["layer_bits"].as_array().expect("layers"));
    assert!(bits < 24 && layers.iter().all(|w| w.as_u64().is_some_and(|w| w <= bits)), "{found}");
    // Something narrower was tried, and was not good.
    assert!(said.contains("too much is lost"), "{said}");
    // Rounding alone finds some too.
    let args = ["quantize", "model.json", "--project", ".", "--method", "ptq", "-o", "plan.json"];
    let (ptq, _, _) = json(dir.path(), &args);
    assert!(ptq["bits"].as_u64().is_some_and(|bits| bits < 24) && ptq["loss"]["held"] == true, "{ptq}");
}

const LOSSY: &str = "epochs = 300\nstandardise = \"both\"\n[quantize]\nbits = 12\nlayers = [{ layer = 0, weights = 3, z = 4, h = 4, y = 4 }]\n[verify]\nvectors = 100\n";

fn parabola() -> String {
    format!("x0,y0\n{}", rows(60, |i| format!("{},{}", i as f64 / 20.0, (i as f64 / 20.0 - 1.5).powi(2))))
}

/// Two outputs whose units are nine decades apart: neither is given up for the other, and the one that is lost is named.
#[test]
fn every_output_counts_in_its_own_units() {
    let dir = tempfile::tempdir().expect("a directory");
    let csv = rows(100, |i| {
        let t = i as f64 / 50.0 - 1.0;
        format!("{t},{},{}", 1e6 * t * t, 1e-3 * (2.0 * t).sin())
    });
    project(dir.path(), &format!("x0,y0,y1\n{csv}"), "epochs = 500\n");
    let (found, _) = quantized(dir.path());
    assert!(found["loss"]["held"] == true && found["loss"]["output"].is_null(), "{found}");
    let outputs = gainstage(dir.path(), &["eval", "plan.json", "--data", "samples.csv"]);
    let text = String::from_utf8_lossy(&outputs.stdout).into_owned();
    let second = |line: &str| line.split(',').next_back().map(str::to_owned);
    let values: std::collections::BTreeSet<_> = text.lines().skip(1).filter_map(second).collect();
    assert!(values.len() > 10, "y1 is not a constant: {values:?}");
    let args = ["quantize", "model.json", "--project", ".", "--bits", "4", "-o", "plan.json"];
    let (lost, _, _) = json(dir.path(), &args);
    assert!(lost["loss"]["held"] == false && lost["loss"]["output"].is_u64(), "{lost}");
}

#[test]
fn quantize_says_what_is_lost_first_and_last() {
    let dir = tempfile::tempdir().expect("a directory");
    project(dir.path(), &parabola(), LOSSY);
    let (found, _) = quantized(dir.path());
    let loss = &found["loss"];
    assert_eq!((&loss["held"], &loss["measure"]), (&false.into(), &"mean-absolute-error".into()), "{found}");
    assert!(loss["most"]["value"].is_string() && loss["most"]["layer"].is_u64(), "{found}");
    assert!(loss["help"][0].as_str().is_some_and(|h| h.contains("--bits")), "{found}");
    let output = gainstage(dir.path(), &["quantize", "model.json", "--project", ".", "-o", "plan.json"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let says = "TOO MUCH IS LOST by quantization: mean absolute error";
    assert!(text.starts_with(says) && text.matches(says).count() == 2, "{text}");
    assert!(text.trim_end().ends_with("lets a greater loss pass"), "{text}");
    let wide = gainstage(
        dir.path(),
        &["quantize", "model.json", "--data", "samples.csv", "--bits", "18", "-o", "plan.json"],
    );
    let text = String::from_utf8_lossy(&wide.stdout).into_owned();
    assert!(!text.contains("TOO MUCH") && text.contains("Quantized: mean absolute error"), "{text}");
}

#[test]
fn a_build_that_loses_too_much_has_an_exit_code_of_its_own() {
    if simulators_are_missing() {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    project(dir.path(), &parabola(), LOSSY);
    let output = gainstage(dir.path(), &["build", "."]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(4), "{text}");
    let says = "TOO MUCH IS LOST by quantization";
    assert!(text.starts_with(says) && text.matches(says).count() == 2, "{text}");
    assert!(text.trim_end().ends_with("lets a greater loss pass"), "{text}");
    let report: Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("build/report.json")).expect("a report"))
            .expect("JSON");
    // The proof held, the whole did not.
    assert_eq!(
        (&report["ok"], &report["mismatches"], &report["loss"]["held"]),
        (&false.into(), &0.into(), &false.into())
    );

    let allowed = ["build", ".", "--model", "build/model.json", "--max-loss", "1000%"];
    let (report, code, _) = json(dir.path(), &allowed);
    assert_eq!((code, &report["ok"]), (Some(0), &true.into()), "{report}");
    let toml = std::fs::read_to_string(dir.path().join("gainstage.toml")).expect("a project");
    std::fs::write(
        dir.path().join("gainstage.toml"),
        toml.replace("bits = 12", "bits = 12\nmax-loss = \"1000%\""),
    )
    .expect("written");
    let (_, code, _) = json(dir.path(), &["build", ".", "--model", "build/model.json"]);
    assert_eq!(code, Some(0));
}

/// A build that is still training has the directory; the second is told by whom.
#[test]
fn two_builds_into_one_directory_are_kept_apart() {
    if simulators_are_missing() {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    project(dir.path(), &parabola(), "epochs = 100000000\nstandardise = \"both\"\n");
    let mut quiet = command(dir.path(), &["build", ".", "-o", "out"]);
    let mut first = quiet.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let lock = dir.path().join(".gainstage-out.lock");
    let begun = Instant::now();
    while !std::fs::read_to_string(&lock).is_ok_and(|t| t.ends_with('}')) {
        assert!(begun.elapsed() < Duration::from_secs(60), "no lock was taken");
        std::thread::sleep(Duration::from_millis(20));
    }
    let second = gainstage(dir.path(), &["build", ".", "-o", "out"]);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    first.kill().and_then(|()| first.wait()).expect("ended");
    assert_eq!(second.status.code(), Some(2), "{said}");
    let names =
        [format!("process {}", first.id()), "build . -o out".to_owned(), "is writing there".to_owned()];
    assert!(names.iter().all(|n| said.contains(n.as_str())), "{said}");
    // What a killed build leaves behind locks nothing.
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/released/plan-1.json");
    let third = gainstage(dir.path(), &["generate", plan, "-o", "out"]);
    assert_eq!(third.status.code(), Some(0), "{third:?}");
    assert!(!lock.exists());
}
