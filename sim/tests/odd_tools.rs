//! Tools that are not what they seem, in a process of its own because the environment is the whole process's.

use gainstage_golden::num::Format;
use gainstage_hdl::wrap::manifest::{Architecture, Files, Manifest, Port, SCHEMA};
use gainstage_sim::SimError;
use gainstage_sim::run::{RunError, Tool};
use gainstage_sim::verilator::{Model, Options};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn set(name: &str, value: impl AsRef<std::ffi::OsStr>) {
    // SAFETY: the only test of this process.
    unsafe { std::env::set_var(name, value) };
}

fn script(path: &Path, text: &str) {
    std::fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("made executable");
}

fn manifest() -> Manifest {
    let format = Format::new(true, 8, 0).expect("a sensible format");
    let port = |name: &str| Port { name: name.into(), format };
    Manifest {
        schema: SCHEMA,
        generator: "by hand".into(),
        top: "wires".into(),
        clock: "clk".into(),
        reset: "rst".into(),
        in_valid: "in_valid".into(),
        in_ready: None,
        load: None,
        out_valid: "out_valid".into(),
        rom_dir: None,
        inputs: vec![port("x")],
        outputs: vec![port("y")],
        latency: 0,
        interval: 1,
        architecture: Architecture::Parallel,
        family: "generic".into(),
        clock_mhz: 50.0,
        codes: Vec::new(),
        files: Files { verilog: vec!["wires.v".into()], roms: Vec::new() },
        probes: Vec::new(),
    }
}

#[test]
fn odd_tools_are_blamed_by_name() {
    let dir = tempfile::tempdir().expect("a directory");
    let cache = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("wires.v"), "module wires; endmodule\n").expect("written");
    let fake = dir.path().join("fake");
    let options = || Options { cache: Some(cache.path().into()), ..Options::default() };
    let build = || match Model::build(dir.path(), &manifest(), &options()).err().expect("no model") {
        SimError::Run(e) => e,
        other => panic!("{other}"),
    };
    set("VERILATOR", &fake);

    script(&fake, "echo 'hello, world'");
    let e = build();
    assert!(matches!(e, RunError::Odd { .. }), "{e}");
    let told = e.to_string();
    assert!(told.contains("is no Verilator: asked for its version, it says \"hello, world\""), "{told}");
    assert!(told.contains("gainstage doctor") && told.contains("VERILATOR"), "{told}");

    let version = "[ \"$1\" = --version ] && echo 'Verilator 5.000 devel' && exit 0";
    script(&fake, version);
    let told = build().to_string();
    assert!(told.starts_with("Verilator (") && told.contains("failed (exit status: 1)"), "{told}");
    script(&fake, &format!("{version}; exit 0"));
    let e = build();
    assert!(matches!(e, RunError::Odd { .. }) && e.to_string().contains("did not write"), "{e}");
    // What it says of the Verilog is no fault of its own.
    script(&fake, &format!("{version}; echo '%Error: wires.v:1:8: a fault' >&2; exit 1"));
    assert!(matches!(build(), RunError::Failed { .. }));
    script(&fake, &format!("{version}; echo 'cannot write: No space left on device' >&2; exit 1"));
    let e = build();
    assert!(matches!(e, RunError::NoRoom { tool: "Verilator", .. }), "{e}");
    assert!(e.to_string().contains("make room there"), "{e}");
    // A disk that is full of something else, and a tool that does not say so.
    let left: Vec<_> = cache.path().join("verilator").read_dir().expect("listed").flatten().collect();
    assert!(left.iter().all(|e| e.path().extension().is_some_and(|e| e == "lock")), "{left:?}");

    // Where others can write, built models are not run.
    let open =
        |mode| std::fs::set_permissions(cache.path(), std::fs::Permissions::from_mode(mode)).expect("set");
    open(0o777);
    let e = Model::build(dir.path(), &manifest(), &options()).err().expect("refused");
    assert!(
        matches!(e, SimError::OpenCache { .. }) && e.to_string().contains("everybody can write there"),
        "{e}"
    );
    open(0o770);
    let e = Model::build(dir.path(), &manifest(), &options()).err().expect("refused").to_string();
    assert!(e.contains("the group with the number"), "{e}");
    open(0o755);
    let made = cache.path().join("verilator").metadata().expect("there").permissions().mode();
    assert_eq!(made & 0o777, 0o700);

    // A variable may hold a command.
    set("CXX", format!("{} g++ -x", fake.display()));
    let (program, first) = Tool::Cxx.command().expect("found");
    assert_eq!((program, first), (fake.clone(), vec!["g++".into(), "-x".into()]));
    let blank = dir.path().join("a compiler");
    script(&blank, "exit 0");
    set("CXX", &blank);
    assert_eq!(Tool::Cxx.command().expect("found"), (blank, Vec::new()));

    // What lies in the working directory is nobody's tool.
    let place = dir.path().join("place");
    std::fs::create_dir_all(place.join(".venv/bin")).expect("made");
    script(&place.join("verilator"), "exit 0");
    script(&place.join(".venv/bin/verilator"), "exit 0");
    std::env::set_current_dir(&place).expect("entered");
    // SAFETY: the only test of this process.
    unsafe { std::env::remove_var("VERILATOR") };
    for path in [".", "", ":", ".:/nonexistent"] {
        set("PATH", path);
        let found = Tool::Verilator.find();
        assert!(matches!(found, Err(RunError::Missing { .. })), "PATH={path}: {found:?}");
    }
}
