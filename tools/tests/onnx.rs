//! Other people's networks: a file of skl2onnx (StandardScaler, then MLPClassifier) becomes a circuit's integers.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn gainstage(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gainstage")).args(args).current_dir(dir).output().expect("it runs")
}

#[test]
fn a_pipeline_of_scikit_learn_becomes_a_plan() {
    let dir = tempfile::tempdir().expect("a directory");
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/pipeline.onnx");
    let said = gainstage(dir.path(), &["import", &model.display().to_string(), "-o", "model.json", "--json"]);
    assert!(said.status.success(), "{said:?}");
    let found: Value = serde_json::from_slice(&said.stdout).expect("one object");
    assert_eq!((&found["checked"]["samples"], &found["outputs"]), (&256.into(), &3.into()), "{found}");
    assert!(found["checked"]["largest_difference"].as_f64().is_some_and(|d| d < 1e-9), "{found}");
    let model = fs::read_to_string(dir.path().join("model.json")).expect("a model");
    let model: Value = serde_json::from_str(&model).expect("JSON");
    assert_eq!(model["classes"].as_array().map(Vec::len), Some(3), "{model}");
    let ranges = ["quantize", "model.json", "--bits", "14", "--input-range=-3:3", "-o", "plan.json"];
    assert!(gainstage(dir.path(), &ranges).status.success());
    fs::write(dir.path().join("x.csv"), "x0,x1,x2,x3\n0.5,-1,2,0\n-2,1,0,1\n").expect("written");
    for file in ["model.json", "plan.json"] {
        let said = gainstage(dir.path(), &["eval", file, "--data", "x.csv", "-o", "y.csv"]);
        assert!(said.status.success(), "{file}: {said:?}");
    }
}

#[test]
fn what_is_no_model_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/pipeline.onnx");
    let bytes = fs::read(file).expect("a model");
    for (name, content) in
        [("empty", &b""[..]), ("text", b"# not a model"), ("cut", &bytes[..bytes.len() / 2])]
    {
        fs::write(dir.path().join("m.onnx"), content).expect("written");
        let said = gainstage(dir.path(), &["import", "m.onnx", "-o", "model.json"]);
        let error = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.code() == Some(2) && error.contains("m.onnx: "), "{name}: {error}");
        assert!(!dir.path().join("model.json").exists(), "{name}");
    }
}
