//! `gainstage diff` from outside.

use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use std::path::Path;
use std::process::{Command, Output};

fn run(dir: &Path, args: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_gainstage"))
        .args(args)
        .current_dir(dir)
        .output()
        .expect("it starts");
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

fn squarer() -> Plan {
    let (h, y) = (Format::new(true, 8, 4), Format::new(false, 12, 6));
    Plan::of_squarer("sq", h.expect("a format"), y.expect("a format"))
}

#[test]
fn plans_and_directories_are_compared() {
    let dir = tempfile::tempdir().expect("a directory");
    let (a, mut b) = (squarer(), squarer());
    b.layers[0].neurons[0].bias = 1;
    a.write(&dir.path().join("a.json")).expect("written");
    b.write(&dir.path().join("b.json")).expect("written");
    let (code, text) = run(dir.path(), &["diff", "a.json", "a.json"]);
    assert_eq!((code, text.lines().last()), (Some(0), Some("no differences")), "{text}");
    let (code, text) = run(dir.path(), &["diff", "a.json", "b.json"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("layers[0].neurons[0].bias: 0 -> 1"), "{text}");
    assert!(text.contains("output y0: differs in ") && text.contains(" of 10000 samples"), "{text}");

    std::fs::write(dir.path().join("data.csv"), "x0\n1.0\n-1.0\n").expect("written");
    let (code, text) = run(dir.path(), &["diff", "a.json", "b.json", "--data", "data.csv", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("one object");
    assert_eq!((code, &json["ok"], &json["samples"]), (Some(1), &false.into(), &2.into()));
    assert_eq!(json["outputs"][0]["worst"], 0.125);
    assert_eq!(json["differences"][0]["aspect"], "weights");

    for name in ["a", "b"] {
        let (code, text) = run(dir.path(), &["generate", &format!("{name}.json"), "-o", name]);
        assert_eq!(code, Some(0), "{text}");
    }
    let (code, text) = run(dir.path(), &["diff", "a", "a"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = run(dir.path(), &["diff", "a", "b"]);
    assert!(code == Some(1) && text.contains("file rtl/"), "{text}");
    let (code, text) = run(dir.path(), &["diff", "a", "nothing.json"]);
    assert!(code == Some(2) && text.contains("nothing.json"), "{text}");
}
