//! The published JSON Schemas: as derived, and true of the files.

use gainstage_golden::func::{Activation, Kind};
use gainstage_golden::net::{Layer, Model, Network, Neuron, RandomShape, random_network};
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::Manifest;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const DOCUMENTS: [&str; 4] = ["model", "plan", "build", "manifest"];

/// Written, and never read.
const REPORT: &str = "report";

fn gainstage(dir: &Path, args: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_gainstage")).args(args).current_dir(dir).output().expect("starts");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn published(document: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/schemas/{document}.schema.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn faults(schema: &str, document: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a sound schema");
    validator.iter_errors(document).map(|e| e.to_string()).collect()
}

#[test]
fn the_published_schemas_are_the_derived_ones() {
    for document in DOCUMENTS.into_iter().chain([REPORT]) {
        let derived = gainstage(Path::new("."), &["schema", document]);
        assert!(
            derived == published(document),
            "docs/schemas/{document}.schema.json is out of date: write it with `gainstage schema {document}`"
        );
    }
}

fn network() -> Network {
    let mut network = random_network(3, RandomShape { inputs: 2, outputs: 2, hidden: 3, width: 4 });
    // Every activation and kind once, whatever the seed drew.
    let activations = [
        Activation::None,
        Activation::Relu,
        Activation::LeakyRelu { slope: 0.3 },
        Activation::Elu,
        Activation::Softplus,
        Activation::ParametricSoftplus { a: 0.3 },
        Activation::Sigmoid,
        Activation::Tanh,
    ];
    let kinds = [Kind::Ordinary, Kind::Amplifying, Kind::Attenuating { b: 1.0 }];
    let neurons: Vec<Neuron> = activations
        .into_iter()
        .zip(kinds.into_iter().cycle())
        .map(|(activation, kind)| Neuron { activation, kind })
        .collect();
    let (inputs, count) = (network.inputs(), neurons.len());
    let outputs = Layer {
        inputs: count,
        neurons: vec![Neuron::default()],
        weights: vec![0.25; count],
        bias: Some(vec![0.5]),
    };
    let hidden = Layer { inputs, neurons, weights: vec![0.5; inputs * count], bias: None };
    network.layers = vec![hidden, outputs];
    network
}

#[test]
fn what_is_written_validates_and_faults_do_not() {
    let dir = tempfile::tempdir().expect("a directory");
    let network = network();
    let ranges = vec![(-2.0, 2.0); network.inputs()];
    let options = QuantOptions {
        name: "net".into(),
        bits: 12,
        granularity: Granularity::Layer,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    let plan: Plan = quantize_network(&network, &Calibration::from_box(&ranges), &options).expect("a plan");
    plan.write(&dir.path().join("plan.json")).expect("written");
    gainstage(dir.path(), &["generate", "plan.json", "-o", "net"]);
    let read = |name: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(dir.path().join("net").join(name)).expect("there"))
            .expect("JSON")
    };
    let model = Model::new("net", network, vec![[-2.0, 2.0]; ranges.len()]);
    let documents = [
        ("model", serde_json::to_value(&model).expect("JSON")),
        ("plan", read("plan.json")),
        ("build", read("build.json")),
        ("manifest", read("manifest.json")),
    ];
    for (name, document) in documents {
        let schema = published(name);
        assert_eq!(faults(&schema, &document), [""; 0], "{name}");
        for (what, change) in [
            (
                "an unknown field",
                Box::new(|d: &mut Value| d["surprise"] = 1.into()) as Box<dyn Fn(&mut Value)>,
            ),
            ("another schema version", Box::new(|d: &mut Value| d["schema"] = 999.into())),
            (
                "a missing field",
                Box::new(|d: &mut Value| drop(d.as_object_mut().expect("an object").remove("schema"))),
            ),
        ] {
            let mut wrong = document.clone();
            change(&mut wrong);
            assert!(!faults(&schema, &wrong).is_empty(), "{name}: {what} passed");
        }
    }
}

/// The names of all fields that a schema knows.
fn fields(schema: &Value, found: &mut Vec<String>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        found.extend(properties.keys().cloned());
    }
    match schema {
        Value::Object(all) => all.values().for_each(|v| fields(v, found)),
        Value::Array(all) => all.iter().for_each(|v| fields(v, found)),
        _ => {}
    }
}

/// The names of all fields of a document, but for maps whose keys are names of things.
fn keys(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::Object(all) => {
            for (key, value) in all {
                found.push(key.clone());
                if !["tools", "cells"].contains(&key.as_str()) {
                    keys(value, found);
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|v| keys(v, found)),
        _ => {}
    }
}

fn in_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Builds of each kind: values and classes, neurons and learned functions, one input and several.
#[test]
fn reports_validate_and_their_fields_have_one_style() {
    if Command::new("verilator").arg("--version").output().is_err() {
        println!("skipped: verilator is not installed");
        return;
    }
    let schema = published(REPORT);
    let mut known = Vec::new();
    fields(&serde_json::from_str(&schema).expect("JSON"), &mut known);
    let odd: Vec<&String> = known.iter().filter(|f| !in_snake_case(f)).collect();
    assert!(known.len() > 150 && odd.is_empty(), "{odd:?}");
    let dir = tempfile::tempdir().expect("a directory");
    let mut csv = String::from("a,b,y,kind\n");
    for i in 0..120 {
        let (a, b) = (i * 7 % 40, i * 11 % 30);
        csv += &format!("{a},{b},{},{}\n", 2 * a + b, if a > b { "pear" } else { "apple" });
    }
    std::fs::write(dir.path().join("data.csv"), csv).expect("written");
    let data = "[data]\ncsv = \"data.csv\"\ninputs = [\"a\", \"b\"]\nheld-out = \"20%\"\n";
    let edges = "[network]\nedges = \"learned\"\nminutes = 0.02\n";
    let neurons =
        "[network]\nhidden = [{ ordinary = 2 }]\n[train]\nepochs = 20\nrestarts = 1\nvalidation = 0.25\n";
    for (name, goal, network) in [
        ("values", "targets = [\"y\"]\n", edges),
        ("classes", "label = \"kind\"\n", edges),
        ("neurons", "targets = [\"y\"]\n", neurons),
        ("scores", "label = \"kind\"\n", neurons),
    ] {
        let project = format!("name = \"{name}\"\n{data}{goal}{network}");
        std::fs::write(dir.path().join("gainstage.toml"), project).expect("written");
        // Hardly trained: what rounding loses does not matter here.
        let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
        command.env("GAINSTAGE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/models"));
        let built = command.args(["build", ".", "-o", name, "--max-loss", "1000"]).current_dir(dir.path());
        let output = built.output().expect("starts");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let text = std::fs::read_to_string(dir.path().join(name).join("report.json")).expect("a report");
        let report: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(faults(&schema, &report), [""; 0], "{name}");
        let mut found = Vec::new();
        keys(&report, &mut found);
        let odd: Vec<&String> = found.iter().filter(|f| !in_snake_case(f)).collect();
        assert!(odd.iter().all(|f| report["tools"].get(f.as_str()).is_some()), "{name}: {odd:?}");
        let dependence = &report["dependence"];
        assert_eq!(dependence["inputs"].as_array().map(Vec::len), Some(2), "{name}");
        assert!(report["resources"]["total"]["lut"].as_u64() > Some(0), "{name}");
        let curve = report.pointer("/training/restarts/0/training_curve").and_then(Value::as_array);
        assert_eq!(curve.is_some_and(|c| c.len() > 1), network == neurons, "{name}");
        for (what, field, wrong) in [
            ("another schema version", "schema", Value::from(999)),
            ("a text for a number", "latency", "six".into()),
            ("no resources", "resources", Value::Null),
        ] {
            let mut broken = report.clone();
            broken[field] = wrong;
            assert!(!faults(&schema, &broken).is_empty(), "{name}: {what} passed");
        }
    }
}

/// A file as a released program wrote it.
fn released(name: &str) -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/released").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    (path, text)
}

#[test]
fn files_of_released_versions_load() {
    let (path, text) = released("model-1.json");
    Model::from_json(&text, &path).expect("a model");
    let (path, text) = released("build-1.json");
    Build::from_json(&text, &path).expect("a build file");
    let (path, text) = released("manifest-1.json");
    Manifest::from_json(&text, &path).expect("a manifest");
    let (path, text) = released("plan-1.json");
    let plan = Plan::from_json(&text, &path).expect("a plan");
    let codes: Vec<[Vec<i64>; 2]> =
        serde_json::from_str(&released("plan-1.outputs.json").1).expect("rows of codes");
    assert_eq!(codes.len(), 24);
    for [x, y] in codes {
        assert_eq!(plan.trace(&x).last(), Some(&y), "for {x:?}");
    }
    for name in DOCUMENTS {
        let document = serde_json::from_str(&released(&format!("{name}-1.json")).1).expect("JSON");
        assert_eq!(faults(&published(name), &document), [""; 0], "{name}");
    }
}

#[test]
fn other_versions_are_refused_with_what_to_do() {
    for name in DOCUMENTS {
        let (path, text) = released(&format!("{name}-1.json"));
        for (version, cure) in
            [("2", "update this program"), ("0", "anew"), ("\"1\"", "anew"), ("1.5", "anew")]
        {
            let text = text.replacen("\"schema\":1", &format!("\"schema\":{version}"), 1);
            let error = match name {
                "model" => Model::from_json(&text, &path).expect_err("refused").to_string(),
                "plan" => Plan::from_json(&text, &path).expect_err("refused").to_string(),
                "build" => Build::from_json(&text, &path).expect_err("refused").to_string(),
                _ => Manifest::from_json(&text, &path).expect_err("refused").to_string(),
            };
            assert!(error.contains(&format!("schema {version} ")) && error.contains(cure), "{error}");
        }
    }
}
