//! Somebody's CSV: a project, a circuit, and a page, with nothing to be changed.

use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn gainstage(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    command.env("GAINSTAGE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/models"));
    command.args(args).current_dir(dir).output().expect("the command runs")
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = gainstage(dir, &[args, &["--json"]].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("one object")
}

fn simulators_are_missing() -> bool {
    let missing = Command::new("verilator").arg("--version").output().is_err();
    if missing {
        println!("skipped: verilator is not installed");
    }
    missing
}

/// A pressure sensor's codes as a European spreadsheet writes them, with columns that nothing can be learned from.
fn sensor() -> String {
    let mut csv = String::from("Nr;Zeit;Code;\"Druck; [hPa]\";Bereich\r\n");
    for i in 0..300 {
        let code = i * 37 % 1024;
        let x = f64::from(code) / 1023.0;
        let pressure = 300.0 + 800.0 * x - 120.0 * x * x;
        let text = format!("{pressure:.3}").replace('.', ",");
        writeln!(csv, "{};12:{:02};{code};{text};A\r", i + 1, i % 60).expect("a string takes all");
    }
    csv
}

#[test]
fn a_sensors_log_becomes_a_circuit_and_a_page() {
    if simulators_are_missing() {
        return;
    }
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path();
    fs::write(dir.join("log.csv"), sensor()).expect("written");
    let found = json(dir, &["new", "sensor", "--csv", "log.csv", "--target", "Druck; [hPa]"]);
    let used: Vec<&str> =
        found["columns"].as_array().expect("columns").iter().filter_map(|c| c["use"].as_str()).collect();
    assert_eq!(
        used,
        [
            "not used: it only numbers the lines",
            "not used: text, such as `12:00` in line 2",
            "an input",
            "a value to learn",
            "not used: text, such as `A` in line 2",
        ]
    );
    let report = json(dir, &["build", "sensor"]);
    assert_eq!((&report["ok"], &report["mismatches"]), (&true.into(), &0.into()), "{report}");
    let errors = &report["errors"];
    assert_eq!((&errors["training"]["samples"], &errors["held_out"]["samples"]), (&240.into(), &60.into()));
    let mae = errors["held_out"]["integer"]["mae"].as_f64().expect("an error");
    assert!(mae < 0.2 && Some(mae) == report["mae"].as_f64(), "{mae} of 800 hPa");
    assert_eq!(report["columns"]["outputs"][0]["unit"], "hPa");

    // Names go on.
    let build = dir.join("sensor/build");
    let read = |file: &str| fs::read_to_string(build.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    assert!(read("rtl/sensor.v").contains("// y_druck_hpa is Druck? [hPa]."));
    assert!(gainstage(dir, &["export", "sensor/build", "--format", "c99", "-o", "c"]).status.success());
    let header = fs::read_to_string(dir.join("c/sensor.h")).expect("a header");
    assert!(header.contains("x[0], Code") && header.contains("y[0], Druck? [hPa]"), "{header}");
    let page = read("report.html");
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let tree = roxmltree::Document::parse_with_options(&page, options).expect("well-formed");
    assert!(tree.descendants().any(|n| n.is_text() && n.text().is_some_and(|t| t.contains("Druck; [hPa]"))));

    // The columns of the file are found by the plan's names, in any order, and the plan is judged by them.
    let other = "Druck; [hPa],Code\n700.5,500\n300,0\n".replace("Druck; [hPa]", "\"Druck; [hPa]\"");
    fs::write(dir.join("more.csv"), other).expect("written");
    let judged = json(dir, &["eval", "sensor/build/plan.json", "--data", "more.csv", "-o", "y.csv"]);
    assert_eq!(judged["samples"], 2, "{judged}");
    assert_eq!(gainstage(dir, &["verify", "sensor/build", "--data", "more.csv"]).status.code(), Some(0));

    // Codes come in as they are; what lies outside of their port, or has no value, is told.
    assert!(read("rtl/sensor.v").contains("// Inputs:  x_code u10.0\n"));
    fs::write(dir.join("far.csv"), "Code\n500\n5000\n\"\"\n").expect("written");
    let far = |more: &[&str]| {
        gainstage(
            dir,
            &[&["eval", "sensor/build/plan.json", "--data", "far.csv", "-o", "y.csv"], more].concat(),
        )
    };
    let refused = far(&[]);
    assert!(
        refused.status.code() == Some(2)
            && String::from_utf8_lossy(&refused.stderr).contains("far.csv:4:1: Code")
    );
    let said = far(&["--skip-missing"]);
    let text = String::from_utf8_lossy(&said.stderr);
    assert!(
        text.contains("1 sample left out")
            && text.contains("outside of the port, and saturated: 1 value of Code"),
        "{text}"
    );
    assert_eq!(fs::read_to_string(dir.join("y.csv")).expect("outputs").lines().count(), 3);
    // Samples are not written over.
    let before = fs::read_to_string(dir.join("more.csv")).expect("samples");
    let over = gainstage(dir, &["eval", "sensor/build/plan.json", "--data", "more.csv", "-o", "./more.csv"]);
    assert!(
        over.status.code() == Some(2)
            && String::from_utf8_lossy(&over.stderr).contains("is the file that is read")
    );
    assert_eq!(fs::read_to_string(dir.join("more.csv")).expect("samples"), before);
}

#[test]
fn classes_are_found_and_named() {
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path();
    let mut csv = String::from("length\twidth\tfruit\n");
    for i in 0..120 {
        let (a, b) = (f64::from(i * 7 % 40) / 8.0, f64::from(i * 11 % 30) / 6.0);
        writeln!(csv, "{a}\t{b}\t{}", if a > b { "pear" } else { "apple" }).expect("a string takes all");
    }
    fs::write(dir.join("fruit.csv"), csv).expect("written");
    json(dir, &["new", "fruit", "--csv", "fruit.csv"]);
    let toml = fs::read_to_string(dir.join("fruit/gainstage.toml")).expect("a project");
    assert!(
        toml.contains("label = \"fruit\"") && toml.contains("inputs = [\"length\", \"width\"]"),
        "{toml}"
    );
    let front = json(dir, &["pareto", "fruit", "--trials", "1"]);
    let rows = front["rows"].as_array().expect("rows");
    let first = rows.iter().find(|r| r["lut_estimate"].is_u64()).expect("a circuit");
    let first = first["circuit"].as_str().expect("a plan");
    let plan = fs::read_to_string(dir.join("fruit/pareto").join(first)).expect("a plan");
    let plan: Value = serde_json::from_str(&plan).expect("JSON");
    assert_eq!(plan["names"]["inputs"], serde_json::json!(["length", "width"]));
    assert_eq!(plan["argmax"]["classes"], serde_json::json!(["apple", "pear"]));
    // More than the class: its outputs are called after the column.
    let more = format!("{toml}\n[quantize]\ntop = 2\nmargin = true\n");
    fs::write(dir.join("fruit/gainstage.toml"), more).expect("written");
    let front = json(dir, &["pareto", "fruit", "--trials", "1"]);
    let rows = front["rows"].as_array().expect("rows");
    let circuit = rows.iter().find(|r| r["lut_estimate"].is_u64()).expect("a circuit");
    let circuit = circuit["circuit"].as_str().expect("a plan");
    let plan = dir.join("fruit/pareto").join(circuit);
    let plan = plan.to_str().expect("text");
    json(dir, &["generate", plan, "-o", "both"]);
    let manifest: Value =
        serde_json::from_str(&fs::read_to_string(dir.join("both/manifest.json")).expect("a manifest"))
            .expect("JSON");
    let ports: Vec<&str> =
        manifest["outputs"].as_array().expect("ports").iter().filter_map(|p| p["name"].as_str()).collect();
    assert_eq!(ports, ["y_fruit", "y_fruit_2", "y_margin"]);
    let judged = json(dir, &["eval", plan, "--data", "fruit.csv", "-o", "y.csv"]);
    assert!(judged["accuracy"].as_f64().is_some_and(|a| a > 0.8) && judged["outputs"] == 3, "{judged}");
    // A port is fixed by the name of its column, or refused with the names there are.
    let fixed = toml.replace("edges = \"learned\"", "edges = \"learned\"\nports = { widht = \"u8.4\" }");
    fs::write(dir.join("fruit/gainstage.toml"), fixed).expect("written");
    let said = gainstage(dir, &["pareto", "fruit", "--trials", "1"]);
    let text = String::from_utf8_lossy(&said.stderr);
    assert!(text.contains("ports names \"widht\", but the inputs are length, width"), "{text}");
}

/// Files that are no tables, or that nothing can be learned from: the line, the reason, exit code 2, and nothing written.
/// Two clouds that touch: a sum of both columns and some of a third decide, no one of them alone.
fn clouds(rows: u32) -> String {
    (0..rows).fold("a,b,c,kind\n".to_owned(), |csv, i| {
        let [a, b, c] = [i * 37 % 101, i * 53 % 97, i * 29 % 89].map(f64::from);
        let kind = if a + b + 0.3 * c > 110.0 { "high" } else { "low" };
        csv + &format!("{a},{b},{c},{kind}\n")
    })
}

/// A project that says nothing but where the data is; each sample judges once.
#[test]
fn folds_judge_every_sample_of_a_project_without_a_network() {
    if simulators_are_missing() {
        return;
    }
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path();
    fs::write(dir.join("clouds.csv"), clouds(90)).expect("written");
    let project =
        "name = \"clouds\"\n[data]\ncsv = \"clouds.csv\"\ninputs = [\"a\", \"b\", \"c\"]\nlabel = \"kind\"\n";
    fs::write(dir.join("gainstage.toml"), project).expect("written");
    // A minute a fold is the default: the test has none to spare.
    let network = "[network]\nedges = \"learned\"\nminutes = 0.02\n";
    fs::write(dir.join("quick.toml"), format!("{project}{network}")).expect("written");
    let refused = gainstage(dir, &["build", ".", "--folds", "46"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("46 folds of 90 samples: give at least two samples a fold"), "{said}");
    let twice = format!("{project}{network}ports = {{ x0 = \"u7.0\", a = \"u8.0\" }}\n");
    fs::write(dir.join("quick.toml"), twice).expect("written");
    let refused = gainstage(dir, &["build", "quick.toml", "-o", "out"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && said.contains("ports names a twice"), "{said}");
    // A port may be named by its place; keys that nothing listens to are told.
    let more = "ports = { x0 = \"u7.0\" }\n[quantize]\nbits = 8\n";
    fs::write(dir.join("quick.toml"), format!("{project}{network}{more}")).expect("written");
    let report = json(dir, &["build", "quick.toml", "-o", "out", "--folds", "3"]);
    assert_eq!(report["plan"]["inputs"][0], "u7.0");
    let warned = report["warnings"].to_string();
    assert!(warned.contains("bits in [quantize] says nothing to a network that is found"), "{warned}");
    let found = &report["cross_validation"];
    let folds = found["folds"].as_array().expect("folds");
    let figures: Vec<f64> = folds.iter().filter_map(|f| f["figure"].as_f64()).collect();
    assert_eq!(figures.len(), 3);
    assert_eq!(folds.iter().filter_map(|f| f["samples"].as_u64()).sum::<u64>(), 90);
    let mean = figures.iter().sum::<f64>() / 3.0;
    assert!((found["mean"].as_f64().expect("a mean") - mean).abs() < 1e-12 && mean > 0.7, "{found}");
    let tried = report["found"].as_array().expect("circuits");
    assert!(tried.iter().any(|t| t["lut_estimate"] == report["lut_estimate"]), "{tried:?}");
}

#[test]
fn what_cannot_be_read_is_refused_and_nothing_is_written() {
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path();
    let cases: [(&str, &[u8], &str); 9] = [
        ("empty", b"", "the file is empty"),
        ("noheader", b"1,2\n3,4\n", "odd.csv:1:1: `1` is a number"),
        ("ragged", b"a,b\n1,2\n3\n", "odd.csv:3: 1 value, but the header names 2 columns"),
        ("few", b"a,b\n1,2\n2,3\n5,9\n", "odd.csv: 3 samples to learn from are too few"),
        ("constant", b"a,y\n1,2\n2,2\n", "odd.csv: column `y` has the same value in every sample"),
        ("one", b"a\n1\n2\n", "odd.csv: there is but one column, `a`"),
        ("words", b"a,b\nx,1\ny,2\nz,4\n", "odd.csv: no column is left to learn from: `a` is not used: text"),
        ("zeros", b"a,b\n1,\0\n", "odd.csv:2: the line has a zero byte"),
        ("infinite", b"a,b\n1,2.5\n2,inf\n3,4\n", "odd.csv: column `b`, line 3: `inf` is not a number"),
    ];
    for (name, text, problem) in cases {
        fs::write(dir.join("odd.csv"), text).expect("written");
        let said = gainstage(dir, &["new", name, "--csv", "odd.csv"]);
        let error = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.code() == Some(2) && error.contains(problem), "{name}: {said:?}");
        assert!(!dir.join(name).exists(), "{name}");
    }
    fs::write(dir.join("gaps.csv"), "a,b\n1,2\n,3\n").expect("written");
    let toml = "name = \"gaps\"\n[data]\ncsv = \"gaps.csv\"\ninputs = [\"a\"]\ntargets = [\"b\"]\n[network]\nedges = \"learned\"\n";
    fs::write(dir.join("gainstage.toml"), toml).expect("written");
    let said = gainstage(dir, &["build", "."]);
    let error = String::from_utf8_lossy(&said.stderr);
    assert!(
        error.contains("gaps.csv:3:1: a: the cell has no value") && error.contains("missing = \"skip\""),
        "{error}"
    );
}

#[test]
fn keys_that_do_not_go_together_are_named() {
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path();
    for (data, problem) in [
        ("generator = \"eq6\"\nlabel = \"a\"", "label belongs to a CSV file"),
        ("csv = \"a.csv\"\ntargets = [\"a\"]\nlabel = \"b\"", "targets and label are both given"),
        ("csv = \"a.csv\"\ninputs = [\"a\"]", "inputs are named, but nothing to learn"),
        (
            "csv = \"a.csv\"\ntargets = [\"a\"]\nclass-weights = \"balanced\"",
            "class-weights belongs to classes, but values are learned",
        ),
        ("generator = \"eq6\"\nclass-weights = \"balanced\"", "class-weights belongs to classes"),
        ("csv = \"a.csv\"\nheld-out = \"95%\"", "held-out is 95%: use 0%, or 1% to 90%"),
    ] {
        let toml = format!("name = \"n\"\n[data]\n{data}\n[network]\nedges = \"learned\"\n");
        fs::write(dir.join("gainstage.toml"), toml).expect("written");
        let said = gainstage(dir, &["build", "."]);
        let error = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.code() == Some(2) && error.contains(problem), "{error}");
    }
}

/// The tutorial's commands, those that need no board: each does what it says, and the figures are those that it quotes.
#[test]
fn the_tutorial_runs_as_it_stands() {
    if simulators_are_missing() {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let tutorial = fs::read_to_string(root.join("docs/tutorial.md")).expect("a tutorial");
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path();
    fs::create_dir_all(dir.join("examples/thermistor")).expect("made");
    let csv = "examples/thermistor/ntc.csv";
    fs::copy(root.join(csv), dir.join(csv)).expect("copied");
    let mut said = String::new();
    let (mut inside, mut ran) = (false, 0);
    for line in tutorial.lines() {
        inside ^= line.starts_with("```");
        let words = line.split('#').next().unwrap_or("").split_whitespace().collect::<Vec<_>>();
        let board = ["--board", "program", "talk", "doctor"].iter().any(|w| words.contains(w));
        if !inside || words.first() != Some(&"gainstage") || board {
            continue;
        }
        let output = gainstage(dir, &words[1..]);
        assert!(output.status.success(), "{line}: {output:?}");
        said += &String::from_utf8_lossy(&output.stdout);
        ran += 1;
    }
    assert!(ran >= 5, "{ran}");
    let quoted = tutorial.lines().filter(|l| {
        ["MAE  ", "RMSE  ", "95th", "largest  ", "adc  ", "temperature (°C)  °C"]
            .iter()
            .any(|start| l.starts_with(start))
    });
    for line in quoted {
        assert!(said.contains(line), "the tutorial quotes what is not said: {line}\n{said}");
    }
}
