//! `max-luts` of a network with layers: narrower integers, until the circuit keeps within; and pruned weights, which stay 0.

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

/// A project of a smooth bowl, with so many look-up tables at most, and more lines of `[train]`.
fn project(dir: &Path, most: Option<u64>, lines: &str) {
    let most = most.map_or(String::new(), |most| format!("max-luts = {most}\n"));
    let row = |i: usize| {
        let (a, b) = (i as f64 * 0.7 % 2.0 - 1.0, i as f64 * 0.31 % 2.0 - 1.0);
        format!("{a},{b},{}\n", a * a + 0.5 * b)
    };
    let csv: String = (0..120).map(row).collect();
    fs::write(dir.join("samples.csv"), format!("x0,x1,y0\n{csv}")).expect("written");
    let toml = format!(
        "name = \"bowl\"\n[data]\ncsv = \"samples.csv\"\n[network]\n{most}hidden = [{{ ordinary = 3, amplifying = 2, activation = \
         \"tanh\" }}]\n[train]\nepochs = 300\nrestarts = 2\npolish = 60\n{lines}[build]\ntarget = \"ecp5\"\n"
    );
    fs::write(dir.join("gainstage.toml"), toml).expect("written");
}

const QUANTIZE: [&str; 6] = ["quantize", "model.json", "--project", ".", "-o", "plan.json"];

/// What the circuit of the plan takes by estimate.
fn luts(dir: &Path) -> u64 {
    let made = ok(dir, &["generate", "plan.json", "-o", "net", "--target", "ecp5", "--force"]);
    made["estimate"]["lut"].as_u64().unwrap_or_else(|| panic!("look-up tables: {made}"))
}

#[test]
fn fewer_bits_keep_within_a_budget() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    project(dir, None, "");
    ok(dir, &["train", ".", "-o", "model.json"]);
    let free = ok(dir, &QUANTIZE);
    let (bits, whole) = (free["bits"].as_u64(), luts(dir));
    // A budget that is not reached changes nothing.
    let plan = fs::read(dir.join("plan.json")).expect("a plan");
    project(dir, Some(whole), "");
    ok(dir, &QUANTIZE);
    assert_eq!(fs::read(dir.join("plan.json")).expect("a plan"), plan);
    project(dir, Some(whole * 2 / 3), "");
    let within = ok(dir, &QUANTIZE);
    assert!(within["bits"].as_u64() < bits, "{within}");
    assert!(luts(dir) <= whole * 2 / 3, "{} of {whole}", luts(dir));
    // One that nothing keeps within names the smallest, and writes no plan.
    fs::remove_file(dir.join("plan.json")).expect("there");
    project(dir, Some(5), "");
    let refused = gainstage(dir, &QUANTIZE);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success(), "{said}");
    assert!(said.contains("no circuit of at most 5 look-up tables was found: the smallest has"), "{said}");
    assert!(!dir.join("plan.json").exists());
}

/// The decision between classes counts: a budget that only the scores keep within is none that is kept.
#[test]
fn a_budget_counts_what_decides() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    let row = |i: usize| {
        let (a, b) = (i as f64 * 0.7 % 2.0 - 1.0, i as f64 * 0.31 % 2.0 - 1.0);
        format!("{a},{b},{}\n", ["a", "b", "c"][usize::from(a > b) + usize::from(a * b > 0.1)])
    };
    let csv: String = (0..150).map(row).collect();
    fs::write(dir.join("samples.csv"), format!("x0,x1,label\n{csv}")).expect("written");
    let project = |most: &str| {
        let toml = format!(
            "name = \"abc\"\n[data]\ncsv = \"samples.csv\"\n[network]\n{most}hidden = [{{ ordinary = 4, activation = \"relu\" }}]\n\
             [train]\ncost = \"softmax\"\nepochs = 200\nrestarts = 2\n[quantize]\nmargin = true\n[build]\ntarget = \"ecp5\"\n"
        );
        fs::write(dir.join("gainstage.toml"), toml).expect("written");
    };
    project("");
    ok(dir, &["train", ".", "-o", "model.json"]);
    ok(dir, &QUANTIZE);
    let whole = luts(dir);
    project(&format!("max-luts = {}\n", whole - 1));
    ok(dir, &QUANTIZE);
    assert!(luts(dir) < whole, "{} of {whole}", luts(dir));
}

/// Weights of a plan that are 0, layer by layer, of the layers of the network.
fn zeros(plan: &Value) -> Vec<usize> {
    let layers = plan["layers"].as_array().expect("layers");
    let count = |layer: &Value| {
        let neurons = layer["neurons"].as_array().expect("neurons");
        neurons.iter().flat_map(|n| n["weights"].as_array().expect("weights")).filter(|w| **w == 0).count()
    };
    layers.iter().map(count).collect()
}

#[test]
fn what_is_pruned_stays_0_in_integers() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    let read = |file: &str| -> Value {
        serde_json::from_slice(&fs::read(dir.join(file)).expect("a file")).expect("JSON")
    };
    project(dir, None, "prune = 0.2\n");
    ok(dir, &["train", ".", "-o", "model.json"]);
    let model = read("model.json");
    let gone: Vec<usize> = model["network"]["layers"]
        .as_array()
        .or(model["layers"].as_array())
        .expect("layers")
        .iter()
        .map(|l| l["weights"].as_array().expect("weights").iter().filter(|w| w.as_f64() == Some(0.0)).count())
        .collect();
    assert!(gone.iter().sum::<usize>() > 0, "{gone:?}");
    for more in [&["--method", "qat"][..], &["--method", "tune"], &["--refine", "--bits", "12"]] {
        ok(dir, &[&QUANTIZE[..], more].concat());
        let found = zeros(&read("plan.json"));
        let last = &found[found.len() - gone.len()..];
        assert!(last.iter().zip(&gone).all(|(found, gone)| found >= gone), "{more:?}: {found:?} of {gone:?}");
    }
    // Without polish nothing could make up for what goes.
    let toml = fs::read_to_string(dir.join("gainstage.toml")).expect("a project");
    fs::write(dir.join("gainstage.toml"), toml.replace("polish = 60\n", "")).expect("written");
    let refused = gainstage(dir, &["train", ".", "-o", "model.json"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("prune"), "{said}");
}
