//! A missing simulator, in a process of its own because the environment is the whole process's.

use gainstage_golden::num::Format;
use gainstage_hdl::wrap::manifest::{Architecture, Files, Manifest, Port, SCHEMA};
use gainstage_sim::SimError;
use gainstage_sim::run::{RunError, Tool};
use gainstage_sim::verilator::{Model, Options};

#[test]
fn a_missing_verilator_is_named_with_its_cure() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("wires.v"), "module wires; endmodule\n").expect("written");
    let port = |name: &str| {
        let format = Format::new(true, 8, 0).expect("a sensible format");
        Port { name: name.into(), format }
    };
    let manifest = Manifest {
        schema: SCHEMA,
        generator: "by hand".into(),
        top: "wires".into(),
        clock: "clk".into(),
        reset: "rst".into(),
        in_valid: "in_valid".into(),
        in_ready: None,
        load: None,
        rom_dir: None,
        out_valid: "out_valid".into(),
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
    };
    // SAFETY: the only test of this process.
    unsafe { std::env::set_var("VERILATOR", "/nonexistent") };
    let e = Model::build(dir.path(), &manifest, &Options::default()).err().expect("no Verilator");
    assert!(matches!(e, SimError::Run(RunError::BadEnv { .. })));
    assert_eq!(
        e.to_string(),
        "VERILATOR=/nonexistent is no executable file; correct or unset VERILATOR, or get Verilator: \
         apt-get install verilator"
    );
    // Without the variable and with an empty path.
    unsafe {
        std::env::remove_var("VERILATOR");
        std::env::set_var("PATH", dir.path());
    }
    let e = Tool::Verilator.find().expect_err("no Verilator").to_string();
    assert_eq!(
        e,
        "Verilator is not on the path; apt-get install verilator, or set VERILATOR to the executable"
    );
}
