//! Names that cannot be those of a circuit are refused where they enter, with the word and a way out.

use std::path::Path;
use std::process::{Command, Output};

fn run(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gainstage")).args(args).current_dir(dir).output().expect("it starts")
}

/// A file of the last release with another name in it.
fn renamed(file: &str, name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/released").join(file);
    let text = std::fs::read_to_string(path).expect("there");
    let mut document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    document["name"] = name.into();
    document.to_string()
}

/// Words of SystemVerilog, VHDL and C, ports, include files, capitals, what other circuits call their modules.
const WORDS: &str = "soft strong weak cross context bind before until expect alias dist restrict foreach always_ff assume \
                     unique0 wildcard nettype clk rst x0 y0 in_valid stdint limits signal double Net gainstage_link a_axis \
                     a_layer0 aux";

#[test]
fn plans_models_projects_and_arguments_are_refused_at_once() {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: String| std::fs::write(dir.path().join(name), text).expect("written");
    for word in WORDS.split_whitespace() {
        write("plan.json", renamed("plan-1.json", word));
        write("model.json", renamed("model-1.json", word));
        write("p.toml", format!("name = \"{word}\"\n"));
        let cases: [&[&str]; 5] = [
            &["generate", "plan.json", "-o", "out"],
            &["export", "plan.json", "--format", "c99", "-o", "out"],
            &["quantize", "model.json", "-o", "out"],
            &["import", "none.mlp", "--name", word, "-o", "out"],
            &["train", "p.toml", "-o", "out"],
        ];
        for args in cases {
            let output = run(dir.path(), args);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
            let told =
                said.contains(&format!("{word:?} cannot name a circuit: ")) && said.contains("; try \"");
            assert!(told, "{args:?}: {said}");
            assert!(!dir.path().join("out").exists(), "{args:?} wrote something");
        }
    }
}

/// What is named after a file or a directory is given a name that can be.
#[test]
fn projects_called_like_a_word_are_renamed() {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, project) in
        [("soft", "soft_net"), ("Limits", "limits_net"), ("x0", "x0_net"), ("my-Net", "my_net")]
    {
        let output = run(dir.path(), &["new", name]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains(&format!("Named {project}.")), "{name}: {said}");
    }
}

/// Editors of other systems put a mark before JSON and TOML.
#[test]
fn a_byte_order_mark_is_passed_over() {
    let dir = tempfile::tempdir().expect("a directory");
    let plan = renamed("plan-1.json", "net");
    std::fs::write(dir.path().join("plan.json"), &plan).expect("written");
    std::fs::write(dir.path().join("marked.json"), format!("\u{feff}{plan}")).expect("written");
    for (file, out) in [("plan.json", "a"), ("marked.json", "b")] {
        let output = run(dir.path(), &["generate", file, "-o", out]);
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let made = |out: &str| std::fs::read(dir.path().join(out).join("rtl/net.v")).expect("there");
    assert_eq!(made("a"), made("b"));
    let board = run(dir.path(), &["boards", "--show", "icesugar"]).stdout;
    std::fs::write(dir.path().join("b.toml"), [b"\xef\xbb\xbf".as_slice(), &board].concat())
        .expect("written");
    let output = run(dir.path(), &["boards", "--check", "b.toml"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
