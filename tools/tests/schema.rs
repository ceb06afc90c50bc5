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
    for document in DOCUMENTS {
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
