//! Names from files cannot break out of what is generated: they are refused, or they never get there.

use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::plan::{Argmax, Plan};
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use std::path::Path;
use std::process::{Command, Output};

/// What would end a string, a comment or a statement in Verilog, C, VHDL, Tcl, Python, HTML or a path.
const NAMES: &[&str] = &[
    "",
    "x; $finish",
    "x\nendmodule",
    "*/ int evil",
    "evil\\\"",
    "[exec evil]",
    "$(evil)",
    "`evil`",
    "</title><script>evil",
    "../evil",
    "/evil",
    "evil\0",
    "\u{202e}evil",
    "\"\"\"evil",
    "-evil",
    "0evil",
];

fn gainstage(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gainstage")).args(args).current_dir(dir).output().expect("it starts")
}

fn plan() -> Plan {
    let plan = |seed| {
        let network = random_network(seed, RandomShape { inputs: 2, outputs: 3, hidden: 1, width: 2 });
        let options = QuantOptions {
            name: "net".into(),
            bits: 8,
            granularity: Granularity::Neuron,
            layers: Vec::new(),
            demand: Default::default(),
            kinds: Default::default(),
        };
        let ranges = vec![(-2.0, 2.0); network.inputs()];
        quantize_network(&network, &Calibration::from_box(&ranges), &options).ok()
    };
    (0..).filter_map(plan).find(|p| p.score_formats().len() == 3).expect("the seeds do not run out")
}

/// Every file below a directory.
fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = dir.read_dir().expect("listed").map(|e| e.expect("an entry").path());
    entries.flat_map(|p| if p.is_dir() { files(&p) } else { vec![p] }).collect()
}

#[test]
fn designs_have_plain_names() {
    let dir = tempfile::tempdir().expect("a directory");
    for name in NAMES {
        let mut plan = plan();
        plan.name = (*name).into();
        plan.write(&dir.path().join("plan.json")).expect("written");
        for args in [
            &["generate", "plan.json", "-o", "out"][..],
            &["export", "plan.json", "--format", "c99", "-o", "out"],
            &["export", "plan.json", "--format", "coe", "-o", "out"],
        ] {
            let output = gainstage(dir.path(), args);
            let error = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{name:?}: {error}");
            assert!(error.contains("plan.json: name: ") && error.contains("use a letter"), "{error}");
        }
        assert_eq!(files(dir.path()).len(), 1, "{name:?}: something was written");
    }
}

#[test]
fn ports_and_files_have_plain_names() {
    let dir = tempfile::tempdir().expect("a directory");
    plan().write(&dir.path().join("plan.json")).expect("written");
    assert!(gainstage(dir.path(), &["generate", "plan.json", "-o", "net"]).status.success());
    let path = dir.path().join("net/manifest.json");
    let sound: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&path).expect("there")).expect("JSON");
    for place in
        ["/top", "/clock", "/inputs/0/name", "/outputs/0/name", "/files/verilog/0", "/probes/0/signal"]
    {
        for name in NAMES {
            let mut manifest = sound.clone();
            *manifest.pointer_mut(place).expect("there") = (*name).into();
            manifest["codes"] = serde_json::json!([]);
            std::fs::write(&path, manifest.to_string()).expect("written");
            let output = gainstage(dir.path(), &["export", "net", "--format", "testbench", "-o", "out"]);
            let error = String::from_utf8_lossy(&output.stderr);
            // 1: the list of files is not that of the plan; 2: no name that a file, a module or a port may have.
            assert!(matches!(output.status.code(), Some(1 | 2)), "{place} = {name:?}: {error}");
            // A file of this name could be, but is not there.
            assert!(error.contains("manifest.json") || *name == "0evil", "{error}");
        }
    }
    assert!(!dir.path().join("out").exists(), "something was written");
}

#[test]
fn names_of_classes_end_no_comment() {
    let dir = tempfile::tempdir().expect("a directory");
    let classes = ["*/ evil", "\"); evil", "</text><script>evil"].map(String::from).to_vec();
    let plan = Plan { argmax: Some(Argmax { classes, ..Argmax::default() }), ..plan() };
    plan.write(&dir.path().join("plan.json")).expect("written");
    assert!(gainstage(dir.path(), &["generate", "plan.json", "-o", "net"]).status.success());
    for format in ["c99", "testbench", "cocotb", "vhdl", "template", "xdc", "c-header"] {
        let output = gainstage(dir.path(), &["export", "net", "--format", format, "-o", "out"]);
        assert!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let (mut seen, mut named) = (0, 0);
    for file in files(dir.path()).into_iter().filter(|f| !f.ends_with("plan.json")) {
        let bytes = std::fs::read(&file).expect("read");
        let text = String::from_utf8_lossy(&bytes);
        for hostile in ["*/ evil", "\"); evil", "</text>", "<script"] {
            assert!(!text.contains(hostile), "a name got into {}", file.display());
        }
        named += usize::from(text.contains("0 is ?/ evil"));
        seen += 1;
    }
    assert!(seen > 10 && named >= 2, "{seen} files, {named} with names");
}
