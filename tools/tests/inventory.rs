//! `verify` looks at every file of a directory: it refuses what does not belong, names what it knows nothing about, and
//! runs nothing that a file says. The refusals come before any tool.

use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_hdl::board::Board;
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_hdl::wrap::{Stream, Top};
use gainstage_sim::run::Tool;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    /// A squarer in `net` with its stream wrapper and the files of a board.
    fn new() -> Desk {
        let desk = Desk { dir: tempfile::tempdir().expect("a directory") };
        let format = |signed, width, frac| Format::new(signed, width, frac).expect("a format");
        let plan = Plan::of_squarer("sq", format(true, 8, 4), format(false, 12, 6));
        plan.write(&desk.dir.path().join("plan.json")).expect("written");
        let args = ["generate", "plan.json", "-o", "net", "--target", "ice40up", "--clock", "24"];
        let (answer, code) = desk.json(&args, &[]);
        assert_eq!(code, 0, "{answer}");
        let manifest = Manifest::read(&desk.net("")).expect("a manifest");
        let board = Board::find("icebreaker").expect("a board");
        let text = std::fs::read(desk.net("plan.json")).expect("a plan");
        let top = Top::new(&manifest, &text, &board, 24.0, 115_200).expect("a top module");
        for file in Stream::new(&manifest).files(&manifest).into_iter().chain(top.files(&manifest)) {
            let path = desk.net(&file.path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, file.text).expect("written");
        }
        desk
    }

    fn net(&self, name: &str) -> PathBuf {
        self.dir.path().join("net").join(name)
    }

    fn json(&self, args: &[&str], envs: &[(&str, &str)]) -> (Value, i32) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
        command.env("GAINSTAGE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/models"));
        command.envs(envs.iter().copied()).args(args).arg("--json").current_dir(self.dir.path());
        let output = command.output().expect("it starts");
        let text = String::from_utf8_lossy(&output.stdout);
        let value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}: {output:?}"));
        (value, output.status.code().expect("an exit code"))
    }

    /// The error and the exit code of a verification.
    fn refused(&self, envs: &[(&str, &str)]) -> (String, i32) {
        let (answer, code) = self.json(&["verify", "net", "--vectors", "0"], envs);
        (answer["error"].as_str().unwrap_or_else(|| panic!("held: {answer}")).to_owned(), code)
    }

    /// A file is changed, the refusal has to say why, and the file is restored.
    fn changed(&self, name: &str, change: impl Fn(&str) -> String, said: &str) {
        let path = self.net(name);
        let text = std::fs::read_to_string(&path).expect("there");
        let changed = change(&text);
        assert_ne!(text, changed, "{name}");
        std::fs::write(&path, changed).expect("written");
        let (error, code) = self.refused(&[]);
        assert!(code == 1 && error.contains(name) && error.contains(said), "{name}, {said}: {code} {error}");
        std::fs::write(&path, text).expect("restored");
    }

    /// A file that was not there.
    fn added(&self, name: &str, text: &str) {
        let path = self.net(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(&path, text).expect("written");
        let (error, code) = self.refused(&[]);
        assert!(
            code == 1 && error.contains(name) && error.contains("does not belong"),
            "{name}: {code} {error}"
        );
        std::fs::remove_file(&path).expect("removed");
    }
}

fn verilator_is_missing() -> bool {
    let missing = Tool::Verilator.find().is_err();
    if missing {
        println!("skipped: Verilator is not installed");
    }
    missing
}

#[test]
fn what_does_not_belong_is_refused_before_any_tool() {
    if verilator_is_missing() {
        return;
    }
    let desk = Desk::new();
    desk.changed(
        "manifest.json",
        |t| t.replace("\"clock_mhz\": 24.0", "\"clock_mhz\": 999.0"),
        "clock_mhz is 999",
    );
    desk.changed("manifest.json", |t| t.replace("ice40up", "ecp5"), "family is `ecp5`");
    let folded = |t: &str| t.replace("\"parallel\"", "\"folded\"");
    desk.changed("manifest.json", folded, "architecture is folded");
    desk.added("rtl/more.v", "module more; endmodule\n");
    desk.added("axis/more.v", "module more; endmodule\n");
    desk.added("board/deep/more.tcl", "exec evil\n");
    let evil = desk.dir.path().join("evil");
    for call in ["$system", "$c"] {
        let item = format!("initial {call}(\"touch {}\");\nendmodule", evil.display());
        desk.changed("rtl/sq.v", |t| t.replace("endmodule", &item), "a circuit calls nothing");
        desk.changed("axis/sq_axis.v", |t| t.replace("endmodule", &item), "not what this version writes");
        desk.changed("board/sq_board.v", |t| t.replace("endmodule", &item), "not what this version writes");
    }
    assert!(!evil.exists());
    desk.changed(
        "axis/sq_gainstage_stream.v",
        |t| t.replacen("~used", "used", 1),
        "not what this version writes",
    );
    desk.changed(
        "board/sq_gainstage_link.v",
        |t| t.replacen("8'd1", "8'd2", 1),
        "not what this version writes",
    );
    let pins =
        std::fs::read_dir(desk.net("board")).expect("listed").map(|e| e.expect("an entry").file_name());
    let pins = pins.filter_map(|n| n.into_string().ok()).find(|n| n.ends_with(".pcf")).expect("constraints");
    desk.changed(&format!("board/{pins}"), |t| format!("{t}set_io evil 1\n"), "not what this version writes");
    std::fs::rename(desk.net("axis/sq_gainstage_stream.v"), desk.dir.path().join("away")).expect("moved");
    assert!(desk.refused(&[]).0.contains("axis/sq_gainstage_stream.v: there is no such file"));
}

#[test]
fn a_tool_that_is_named_is_wanted() {
    if verilator_is_missing() {
        return;
    }
    let desk = Desk::new();
    for name in ["IVERILOG", "VVP", "CCACHE"] {
        let cache = desk.dir.path().join("cache");
        let cache = cache.to_str().expect("a plain path");
        let (error, code) = desk.refused(&[(name, "/nonexistent"), ("GAINSTAGE_CACHE", cache)]);
        assert!(
            code == 3 && error.starts_with(&format!("{name}=/nonexistent is no executable")),
            "{code} {error}"
        );
    }
}

#[test]
fn what_was_not_looked_at_is_named() {
    if verilator_is_missing() {
        return;
    }
    let desk = Desk::new();
    std::fs::write(desk.net("notes.txt"), "mine").expect("written");
    std::fs::write(desk.net("board/sq_board.bin"), "bits").expect("written");
    let args = ["verify", "net", "--vectors", "0", "--no-second"];
    let (report, code) = desk.json(&args, &[("IVERILOG", "/nonexistent")]);
    assert_eq!((code, &report["ok"]), (0, &true.into()), "{report}");
    assert_eq!(report["no_second"], "left out (--no-second)");
    assert_eq!(report["simulators"].as_array().map(Vec::len), Some(1));
    let files = &report["files"];
    assert_eq!(files["not_looked_at"], serde_json::json!(["board/sq_board.bin", "notes.txt"]));
    assert_eq!(files["edited"], serde_json::json!([]));
    assert!(files["wrappers"].as_u64() > Some(10), "{files}");
    assert!(report["simulators"][0]["unbroken"].as_u64() > Some(140_000), "{report}");

    // Another circuit with the same bits is none of the generator's, and is for the simulators to judge.
    let path = desk.net("rtl/sq.v");
    let text = std::fs::read_to_string(&path).expect("the top module");
    std::fs::write(&path, text.replace("endmodule", "wire more = ~rst;\nendmodule")).expect("written");
    let (report, code) = desk.json(&args, &[]);
    assert_eq!((code, &report["files"]["edited"]), (0, &serde_json::json!(["rtl/sq.v"])), "{report}");
    assert!(Path::new(&path).exists());
}
