//! From a template to a proven circuit through the command itself, and what happens when something is wrong with it.
//!
//! Takes Verilator; without it the tests print `skipped`.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn gainstage(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    // Models are kept between runs of the tests, but not among the user's own.
    command.env("GAINSTAGE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/models"));
    command.args(args).current_dir(dir).output().expect("the command runs")
}

/// Runs a command with `--json`; gives the one object on standard output and the exit code.
fn json(dir: &Path, args: &[&str]) -> (Value, i32) {
    let output = gainstage(dir, &[args, &["--json"]].concat());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text:?} after {output:?}"));
    (value, output.status.code().expect("an exit code"))
}

fn simulators_are_missing() -> bool {
    let missing = gainstage(Path::new("."), &["doctor"]).status.code() != Some(0);
    if missing {
        println!("skipped: Verilator, make or a C++ compiler is missing");
    }
    missing
}

fn words(path: &Path) -> Vec<String> {
    fs::read_to_string(path).expect("a file").lines().map(str::to_owned).collect()
}

fn only_file(dir: &Path, end: &str) -> PathBuf {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(dir).expect("a directory").map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    paths
        .into_iter()
        .find(|p| p.to_string_lossy().ends_with(end))
        .unwrap_or_else(|| panic!("no file ends with {end}"))
}

#[test]
fn a_template_becomes_a_proven_circuit_and_faults_are_caught() {
    if simulators_are_missing() {
        return;
    }
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path();
    assert_eq!(gainstage(dir, &["new", "demo", "--template", "small", "--data"]).status.code(), Some(0));

    let (report, code) = json(dir, &["build", "demo"]);
    assert_eq!((code, &report["ok"], &report["mismatches"]), (0, &true.into(), &0.into()), "{report}");
    assert!(report["mae_float"].as_f64().is_some_and(|e| e < 0.2), "{report}");
    // Within a tenth of the float error: the widths of the example hold the network.
    let (float, fixed) = (report["mae_float"].as_f64(), report["mae_fixed"].as_f64());
    assert!(fixed < float.map(|e| 1.1 * e), "{report}");
    // The 12,567 points of the grid, all 16,384 codes, 10,000 random ones, corners.
    assert!(report["samples"].as_u64().is_some_and(|n| n > 12_567 + 16_384 + 10_000), "{report}");
    assert!(report["latency"].is_u64() && report["interval"] == 1 && report["memories"].as_u64() > Some(0));
    let build = dir.join("demo/build");
    let on_disk: Value =
        serde_json::from_slice(&fs::read(build.join("report.json")).expect("a report")).expect("JSON");
    assert_eq!(on_disk["mae_fixed"], report["mae_fixed"]);
    for drawn in ["picture.svg", "curves.svg"] {
        assert!(fs::read_to_string(build.join(drawn)).expect("a picture").contains("<polyline"), "{drawn}");
    }

    the_same_plan_gives_the_same_bytes(dir, &build);
    outputs_are_those_of_the_plan(dir, &report);
    a_flipped_memory_bit_is_named(dir, &build);
    a_changed_circuit_is_caught(dir, &build);
}

#[test]
fn labels_become_a_circuit_whose_output_is_the_class() {
    if simulators_are_missing() {
        return;
    }
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path();
    assert_eq!(gainstage(dir, &["new", "demo", "--template", "spirals", "--data"]).status.code(), Some(0));
    let train = words(&dir.join("demo/train.csv"));
    assert_eq!((train[0].as_str(), train.len()), ("x0,x1,label", 401));
    // The same samples as a file: the classes are read from the labels.
    let toml = fs::read_to_string(dir.join("demo/gainstage.toml")).expect("a project");
    let files = toml.replace(
        "generator = \"spirals\"\npoints = 400\nseed = 1",
        "csv = \"train.csv\"\ntest-csv = \"test.csv\"",
    );
    fs::write(dir.join("demo/gainstage.toml"), refined(&files)).expect("written");

    let (report, code) = json(dir, &["build", "demo"]);
    assert_eq!((code, &report["ok"], &report["mismatches"]), (0, &true.into(), &0.into()), "{report}");
    assert!(report["accuracy_float"].as_f64().is_some_and(|a| a > 0.98), "{report}");
    assert!(report["accuracy_fixed"].as_f64().is_some_and(|a| a > 0.9), "{report}");
    let (eval, _) = json(
        dir,
        &["eval", "demo/build/plan.json", "--data", "demo/test.csv", "-o", "classes.csv", "--codes"],
    );
    assert_eq!((&eval["accuracy"], eval["outputs"].as_u64()), (&report["accuracy_fixed"], Some(1)));
    // Counted by hand from both files.
    let (found, truth) = (words(&dir.join("classes.csv")), words(&dir.join("demo/test.csv")));
    let right = found.iter().zip(&truth).skip(1);
    let right = right.filter(|(f, t)| (f.as_str() == "1") == t.ends_with(",second")).count();
    assert_eq!(eval["accuracy"].as_f64(), Some(right as f64 / (truth.len() - 1) as f64));
    assert_eq!(eval["confusion"]["classes"], serde_json::json!(["first", "second"]));

    let smallest =
        ["quantize", "demo/build/model.json", "--data", "demo/train.csv", "--max-loss", "3%", "--bits", "9"];
    let (found, code) = json(dir, &[&smallest[..], &["-o", "small.json"]].concat());
    assert_eq!((code, found["bits"].as_u64().is_some_and(|b| b < 9)), (0, true), "{found}");
    let (eval, _) = json(dir, &["eval", "small.json", "--data", "demo/train.csv", "-o", "classes.csv"]);
    assert!(eval["accuracy"].as_f64().is_some_and(|a| a > 0.95), "{eval}");

    more_than_the_class(dir);

    let unknown = truth[1].replace("first", "third");
    fs::write(dir.join("other.csv"), format!("{}\n{unknown}\n", truth[0])).expect("written");
    let refused = gainstage(dir, &["eval", "demo/build/plan.json", "--data", "other.csv"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("sample 0: `third` is not one of the classes first, second"), "{told}");
}

/// Both classes in order and the margin: the class is that of the plan without them, and `verify` finds no mismatch.
fn more_than_the_class(dir: &Path) {
    let quantize =
        ["quantize", "demo/build/model.json", "--data", "demo/train.csv", "--bits", "8", "--method", "ptq"];
    let eval =
        |plan: &str, out: &str| json(dir, &["eval", plan, "--data", "demo/test.csv", "-o", out, "--codes"]);
    assert_eq!(json(dir, &[&quantize[..], &["-o", "class.json"]].concat()).1, 0);
    assert_eq!(json(dir, &[&quantize[..], &["--top", "2", "--margin", "-o", "more.json"]].concat()).1, 0);
    let ((class, _), (more, _)) = (eval("class.json", "class.csv"), eval("more.json", "more.csv"));
    assert_eq!((&class["accuracy"], &more["outputs"]), (&more["accuracy"], &3.into()), "{more}");
    for (one, both) in words(&dir.join("class.csv")).iter().zip(words(&dir.join("more.csv"))).skip(1) {
        let other = if one == "0" { "1" } else { "0" };
        assert!(both.starts_with(&format!("{one},{other},")) && !both.contains('-'), "{both}");
    }
    assert_eq!(json(dir, &["generate", "more.json", "-o", "more", "--arch", "folded"]).1, 0);
    let (report, code) = json(dir, &["verify", "more", "--data", "demo/test.csv"]);
    assert_eq!((code, &report["ok"]), (0, &true.into()), "{report}");
    probabilities(dir, &quantize);
    let refused = gainstage(dir, &[&quantize[..], &["--top", "3", "-o", "no.json"]].concat());
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("[quantize]: top is 3: use 1 to 2") && told.contains("GS0614"), "{told}");
}

/// Probabilities of two classes: they add up to 1 within a last bit, and the larger is that of the class.
fn probabilities(dir: &Path, quantize: &[&str]) {
    let (plan, code) = json(dir, &[quantize, &["--softmax", "9", "-o", "shares.json"]].concat());
    assert_eq!(code, 0);
    assert!(plan["plan"]["probability_ulp"].as_f64().is_some_and(|u| u > 0.5 && u < 0.8), "{plan}");
    assert_eq!(plan["plan"]["decided"], serde_json::json!(["first u9.9", "second u9.9"]));
    let data = ["--data", "demo/test.csv"];
    let (judged, _) =
        json(dir, &[&["eval", "shares.json", "-o", "shares.csv", "--codes"], &data[..]].concat());
    assert!(judged["accuracy"].as_f64().is_some_and(|a| a > 0.9), "{judged}");
    for row in words(&dir.join("shares.csv")).iter().skip(1) {
        let sum: i64 = row.split(',').map(|c| c.parse::<i64>().expect("a code")).sum();
        assert!((511..=513).contains(&sum), "{row}");
    }
    for arch in ["parallel", "sequential"] {
        assert_eq!(json(dir, &["generate", "shares.json", "-o", arch, "--arch", arch]).1, 0);
        let (report, code) = json(dir, &[&["verify", arch], &data[..]].concat());
        assert_eq!((code, &report["ok"]), (0, &true.into()), "{report}");
    }
}

/// Fused tables, ports without a sign, corrected weights: what `quantize` promises of them, the circuit must keep.
fn refined(toml: &str) -> String {
    toml.replace("bits = 9", "bits = 7").replace("formats = \"neuron\"", "formats = \"value\"\nrefine = true")
}

fn the_same_plan_gives_the_same_bytes(dir: &Path, build: &Path) {
    let (_, code) =
        json(dir, &["generate", "demo/build/plan.json", "-o", "again", "--target", "ice40", "--clock", "40"]);
    assert_eq!(code, 0);
    let mut names = vec![PathBuf::from("plan.json"), "build.json".into(), "manifest.json".into()];
    for entry in fs::read_dir(build.join("rtl")).expect("sources") {
        names.push(Path::new("rtl").join(entry.expect("an entry").file_name()));
    }
    for name in names {
        let read = |place: &Path| fs::read(place.join(&name)).expect("a file");
        assert_eq!(read(build), read(&dir.join("again")), "{}", name.display());
    }
}

fn outputs_are_those_of_the_plan(dir: &Path, report: &Value) {
    let (eval, code) = json(dir, &["eval", "demo/build/plan.json", "--data", "demo/test.csv", "-o", "y.csv"]);
    assert_eq!((code, &eval["mae"]), (0, &report["mae_fixed"]));
    assert_eq!(words(&dir.join("y.csv")).len(), 12_568);
    let model = gainstage(dir, &["eval", "demo/build/model.json", "--data", "demo/test.csv", "-o", "-"]);
    let told = String::from_utf8_lossy(&model.stderr).into_owned();
    assert!(told.contains(&format!("{:.6}", report["mae_float"].as_f64().expect("a number"))), "{told}");
}

fn a_flipped_memory_bit_is_named(dir: &Path, build: &Path) {
    let rom = only_file(&build.join("rtl"), ".mem");
    let good = fs::read_to_string(&rom).expect("a memory");
    let mut lines = words(&rom);
    let digit = lines[2].pop().and_then(|d| d.to_digit(16)).expect("a hexadecimal word");
    lines[2].push(char::from_digit(digit ^ 1, 16).expect("a digit"));
    fs::write(&rom, lines.join("\n")).expect("written");
    let (report, code) = json(dir, &["verify", "demo/build"]);
    let error = report["error"].as_str().expect("an error");
    assert_eq!(code, 1);
    assert!(error.contains(".mem:3: word 2 is") && error.contains("but the plan says"), "{error}");
    fs::write(&rom, good).expect("restored");
}

fn a_changed_circuit_is_caught(dir: &Path, build: &Path) {
    // One register less in the valid pipeline: every value is right, but comes with the wrong sample.
    let manifest = build.join("manifest.json");
    let good = fs::read_to_string(&manifest).expect("a manifest");
    let latency = serde_json::from_str::<Value>(&good).expect("JSON")["latency"].as_u64().expect("a number");
    let (was, is) = (
        format!("\"latency\": {latency},\n  \"interval\""),
        format!("\"latency\": {},\n  \"interval\"", latency + 1),
    );
    assert!(good.contains(&was));
    fs::write(&manifest, good.replace(&was, &is)).expect("written");
    let (report, code) = json(dir, &["verify", "demo/build", "--vectors", "100"]);
    assert_eq!((code, &report["ok"]), (1, &false.into()), "{report}");
    assert_eq!(report["latency"], latency);
    fs::write(&manifest, good).expect("restored");

    // A neuron that computes something else: the outputs differ, and the neuron is named.
    let neuron = only_file(&build.join("rtl"), "layer1_neuron0.v");
    let text = fs::read_to_string(&neuron).expect("a module");
    let changed = text.replacen("assign y = ", "assign y = ~", 1);
    assert_ne!(text, changed, "{text}");
    fs::write(&neuron, changed).expect("written");
    let (report, code) = json(dir, &["verify", "demo/build", "--vectors", "1000"]);
    assert_eq!(code, 1, "{report}");
    assert!(report["mismatches"].as_u64() > Some(0), "{report}");
    let located = &report["simulators"][0]["first"]["located"];
    assert_eq!((&located["layer"], &located["neuron"]), (&1.into(), &0.into()), "{report}");
    assert!(build.join("mismatch.vcd").exists());
    // The directory is still one that gainstage wrote: it can be built again.
    fs::write(&neuron, text).expect("restored");
    let (report, code) = json(dir, &["build", "demo", "--model", "demo/build/model.json"]);
    assert_eq!((code, &report["mismatches"]), (0, &0.into()), "{report}");
}

#[test]
fn units_alone_are_tried_on_every_code() {
    if simulators_are_missing() {
        return;
    }
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path();
    for unit in [
        &["squarer", "--from", "s8.4", "--to", "s10.4"][..],
        &["divider", "--b", "1", "--from", "s8.5", "--to", "s8.7"],
        &["table", "--function", "tanh", "--from", "s8.5", "--to", "s8.7"],
    ] {
        let (written, code) = json(dir, &[&["generate", "unit"], unit, &["-o", unit[0]]].concat());
        assert_eq!(code, 0, "{written}");
        let (report, code) = json(dir, &["verify", unit[0], "--vectors", "0"]);
        assert_eq!(
            (code, &report["mismatches"], &report["vectors"]["exhaustive"]),
            (0, &0.into(), &256.into()),
            "{report}"
        );
        assert_eq!(report["latency"], written["latency"]);
    }
}

/// Learned activations from the template to the proven circuit, their picture, and the comparison on the same data.
#[test]
fn irises_are_told_apart_by_learned_steps() {
    if simulators_are_missing() {
        return;
    }
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path();
    assert_eq!(gainstage(dir, &["new", "demo", "--template", "iris"]).status.code(), Some(0));
    let (report, code) = json(dir, &["build", "demo"]);
    assert_eq!((code, &report["ok"], &report["mismatches"]), (0, &true.into(), &0.into()), "{report}");
    let (training, held_out) = (&report["errors"]["training"], &report["errors"]["held_out"]);
    assert_eq!((&training["samples"], &held_out["samples"]), (&120.into(), &30.into()), "{report}");
    for (part, least) in [(training, 0.95), (held_out, 0.85)] {
        for which in ["real", "integer"] {
            assert!(part[which]["accuracy"].as_f64().is_some_and(|a| a > least), "{report}");
        }
    }
    assert_eq!(held_out["integer"]["accuracy"], report["accuracy_fixed"]);
    // Steps through nodes on a grid: a plain lookup, no Horner step, and exact but for the rounding of ordinates.
    let plan: Value =
        serde_json::from_slice(&fs::read(dir.join("demo/build/plan.json")).expect("a plan")).expect("JSON");
    let tables = plan["tables"].as_array().expect("tables");
    assert_eq!(tables.len(), 5);
    assert!(tables.iter().all(|t| t["steps"] == serde_json::json!([])), "{plan}");

    let (drawn, _) = json(dir, &["activations", "demo/build/model.json", "-o", "learned.svg"]);
    assert_eq!(drawn["activations"].as_u64(), Some(5));
    assert!(fs::read_to_string(dir.join("learned.svg")).expect("a picture").matches("<polyline").count() > 5);

    let (found, _) = json(dir, &["crossval", "demo/iris.csv", "--folds", "5", "--inner", "2"]);
    let methods = found["methods"].as_array().expect("methods");
    assert_eq!(methods.len(), 3);
    assert!(methods.iter().all(|m| m["mean"].as_f64().is_some_and(|a| a > 0.9)), "{found}");
    assert_eq!((found["updates_risen"].as_f64(), found["epochs_risen"][1].as_f64()), (Some(0.0), Some(0.0)));
    assert_eq!(found["folds"].as_array().map(Vec::len), Some(150));
}
