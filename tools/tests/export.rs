//! `gainstage export` from outside: every format, and the exported tests run.

use gainstage_golden::export::rom::RomFormat;
use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A plan with two inputs and tables.
fn plan() -> Plan {
    let shape = RandomShape { inputs: 2, outputs: 2, hidden: 2, width: 3 };
    let plan = |seed| {
        let network = random_network(seed, shape);
        let options = QuantOptions {
            name: "net".into(),
            bits: 9,
            granularity: Granularity::Neuron,
            layers: Vec::new(),
            demand: Default::default(),
            kinds: Default::default(),
        };
        let ranges = vec![(-2.0, 2.0); network.layers[0].inputs];
        quantize_network(&network, &Calibration::from_box(&ranges), &options).ok()
    };
    let rich = |p: &Plan| p.inputs.len() == 2 && p.output_formats().len() == 2 && p.tables.len() > 1;
    (0..).filter_map(plan).find(rich).expect("the seeds do not run out")
}

/// A directory with `plan.json` and the circuit `net`.
fn generated() -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    plan().write(&dir.path().join("plan.json")).expect("written");
    gainstage(dir.path(), &["generate", "plan.json", "-o", "net"]);
    dir
}

fn run(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gainstage")).args(args).current_dir(dir).output().expect("it starts")
}

/// Runs a command that must succeed.
fn gainstage(dir: &Path, args: &[&str]) -> String {
    let output = run(dir, args);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {error}");
    String::from_utf8(output.stdout).expect("text")
}

/// Whether a program starts; otherwise says that a test is skipped.
fn have(program: &str) -> bool {
    let found = Command::new(program).arg("-V").output().is_ok();
    if !found {
        println!("skipped: {program} is not installed");
    }
    found
}

/// The words of a memory file in the circuit's directory, and the bits that its digits have room for.
fn mem(path: &Path) -> Vec<u128> {
    let text = std::fs::read(path).expect("a memory file");
    RomFormat::Mem.read(&text, path, 128).expect("it reads back")
}

/// Flips a bit of the first memory that reaches an output when it is wrong: the low bits of c0 always do.
fn flip(dir: &Path) -> PathBuf {
    let mut files: Vec<PathBuf> =
        dir.read_dir().expect("listed").map(|e| e.expect("an entry").path()).collect();
    files.sort();
    let table =
        |p: &PathBuf| p.to_string_lossy().contains("_table0_") && p.extension().is_some_and(|e| e == "mem");
    let memory = files.into_iter().find(table).expect("a table");
    let text = std::fs::read_to_string(&memory).expect("text");
    let flipped: Vec<String> = text
        .lines()
        .map(|l| {
            format!("{:0width$x}", u128::from_str_radix(l, 16).expect("hex") ^ (1 << 4), width = l.len())
        })
        .collect();
    std::fs::write(&memory, flipped.join("\n") + "\n").expect("written");
    memory
}

#[test]
fn memories_hold_what_the_circuit_reads() {
    let dir = generated();
    let formats = [
        ("mem", RomFormat::Mem),
        ("hex", RomFormat::Hex),
        ("coe", RomFormat::Coe),
        ("mif-xilinx", RomFormat::MifXilinx),
        ("mif-altera", RomFormat::MifAltera),
        ("bin", RomFormat::Binary),
        ("c-header", RomFormat::CHeader),
    ];
    // The width of a memory as the Altera format states it.
    gainstage(dir.path(), &["export", "net", "--format", "mif-altera", "-o", "widths"]);
    let plan = plan();
    for (name, format) in formats {
        for source in ["net", "plan.json"] {
            let out = format!("{name}-{source}");
            gainstage(dir.path(), &["export", source, "--format", name, "-o", &out]);
            let mut tables = 0;
            for file in dir.path().join(&out).read_dir().expect("listed") {
                let path = file.expect("an entry").path();
                let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
                let stated =
                    std::fs::read_to_string(dir.path().join(format!("widths/{stem}.mif"))).expect("there");
                let width = stated.lines().find_map(|l| l.strip_prefix("WIDTH=")).expect("a width");
                let width = width.trim_end_matches(';').parse().expect("a number");
                let words =
                    format.read(&std::fs::read(&path).expect("there"), &path, width).expect("reads back");
                let memory = dir.path().join(format!("net/rtl/{stem}.mem"));
                if memory.exists() {
                    assert_eq!(words, mem(&memory), "{name}: {stem}");
                    tables += 1;
                } else if stem == "net_layer0_weights" {
                    let neurons = plan.layers[0].neurons.iter();
                    let codes: Vec<u128> = neurons
                        .flat_map(|n| n.weights.iter())
                        .map(|&w| w as i128 as u128 & ((1 << width) - 1))
                        .collect();
                    assert_eq!(words, codes, "{name}");
                }
            }
            assert!(tables > 1, "{name}, {source}: {tables} tables");
        }
    }
}

#[test]
fn the_test_bench_passes_and_a_flipped_bit_fails() {
    if !have("iverilog") {
        return;
    }
    let dir = generated();
    gainstage(dir.path(), &["export", "net", "--format", "testbench", "--vectors", "300", "-o", "tb"]);
    let tb = dir.path().join("tb");
    let simulate = |macros: &[&str]| {
        let script = format!("iverilog -g2005 -Wall {} -o tb.vvp *.v && vvp -n tb.vvp", macros.join(" "));
        let output = Command::new("sh").args(["-c", &script]).current_dir(&tb).output().expect("a shell");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (held, text, complaints) = simulate(&[]);
    assert!(held && text.starts_with("PASS: "), "{text} {complaints}");
    assert_eq!(complaints, "");
    flip(&tb);
    let (held, text, _) = simulate(&[]);
    assert!(!held && text.starts_with("FAIL: sample "), "{text}");
    let (_, text, _) = simulate(&["-DNO_FATAL"]);
    assert!(text.starts_with("FAIL: sample ") && !text.contains("PASS"), "{text}");
}

#[test]
fn circuits_that_take_a_sample_now_and_then_have_test_benches() {
    if !have("iverilog") {
        return;
    }
    let dir = generated();
    for arch in ["folded", "sequential"] {
        gainstage(dir.path(), &["generate", "plan.json", "-o", arch, "--arch", arch]);
        let tb = format!("{arch}_tb");
        gainstage(dir.path(), &["export", arch, "--format", "testbench", "--vectors", "100", "-o", &tb]);
        let script = "iverilog -g2005 -Wall -o tb.vvp *.v && vvp -n tb.vvp";
        let output = Command::new("sh")
            .args(["-c", script])
            .current_dir(dir.path().join(&tb))
            .output()
            .expect("a shell");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.starts_with("PASS: "), "{arch}: {text}");
        for format in ["template", "vhdl"] {
            gainstage(dir.path(), &["export", arch, "--format", format, "-o", "out", "--force"]);
        }
        for file in ["out/net_template.v", "out/net.vhd"] {
            let text = std::fs::read_to_string(dir.path().join(file)).expect("written");
            assert!(text.contains("in_ready"), "{text}");
        }
    }
}

#[test]
fn a_late_result_fails_the_test_bench() {
    if !have("iverilog") {
        return;
    }
    let dir = generated();
    gainstage(dir.path(), &["export", "net", "--format", "testbench", "--vectors", "50", "-o", "tb"]);
    let bench = dir.path().join("tb/net_tb.v");
    let text = std::fs::read_to_string(&bench).expect("there");
    let line = text.lines().find(|l| l.contains("localparam LATENCY")).expect("a latency");
    let stated: u32 = line.split(['=', ';']).nth(1).expect("a value").trim().parse().expect("a number");
    let history = format!("history[{}]", stated - 1);
    let wrong = text
        .replace(line, &format!("    localparam LATENCY = {};", stated + 1))
        .replace(&history, &format!("history[{stated}]"));
    std::fs::write(&bench, wrong).expect("written");
    let script = "iverilog -g2005 -o tb.vvp *.v && vvp -n tb.vvp";
    let output =
        Command::new("sh").args(["-c", script]).current_dir(dir.path().join("tb")).output().expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success() && text.contains("out_valid is 1, expected 0"), "{text}");
}

/// The project's own Python environment, if it has cocotb.
fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python");
    let found =
        Command::new(&python).args(["-c", "import cocotb_tools"]).output().is_ok_and(|o| o.status.success());
    if !found {
        println!("skipped: no cocotb in .venv; run `make setup`");
    }
    found.then_some(python)
}

#[test]
fn the_cocotb_test_passes_and_a_flipped_bit_fails() {
    let Some(python) = python() else { return };
    if !have("iverilog") {
        return;
    }
    let dir = generated();
    gainstage(dir.path(), &["export", "net", "--format", "cocotb", "--vectors", "100", "-o", "tb"]);
    let tb = dir.path().join("tb");
    let simulate = || {
        let output = Command::new(&python).arg("test_net.py").current_dir(&tb).output().expect("it starts");
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), text)
    };
    let (held, text) = simulate();
    assert!(held && text.contains("1 tests, 0 failed"), "{text}");
    flip(&tb);
    let (held, text) = simulate();
    assert!(!held && text.contains("expected"), "{text}");
}

/// Somebody else's master and slave around the wrapper; a flipped bit behind it must show.
#[test]
fn the_stream_wrapper_serves_cocotbext_axi() {
    let Some(python) = python() else { return };
    let there = Command::new(&python).args(["-c", "import cocotbext.axi"]).output();
    if !have("iverilog") || !there.is_ok_and(|o| o.status.success()) {
        println!("skipped: no iverilog, or no cocotbext-axi in .venv; run `make setup`");
        return;
    }
    let dir = generated();
    for format in ["cocotb", "axi-stream"] {
        gainstage(dir.path(), &["export", "net", "--format", format, "--vectors", "100", "-o", "tb"]);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/axi_stream.py");
    let simulate = || {
        let args = ["tb", "net", "700"];
        let output = Command::new(&python)
            .arg(&script)
            .args(args)
            .current_dir(dir.path())
            .output()
            .expect("it starts");
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), text)
    };
    let (held, text) = simulate();
    assert!(held && text.contains("1 tests, 0 failed") && text.contains("700 beats"), "{text}");
    flip(&dir.path().join("tb"));
    let (held, text) = simulate();
    assert!(!held && text.contains("instead of"), "{text}");
}

#[test]
fn descriptions_of_the_circuit_need_a_circuit() {
    let dir = generated();
    for (format, file, needle) in [
        ("sdc", "net.sdc", "create_clock -name clk"),
        ("xdc", "net.xdc", "[get_ports {clk}]"),
        ("vhdl", "net.vhd", "component net is"),
        ("template", "net_template.v", "net #(.ROM_DIR(\"\")) net_inst ("),
        ("axi-stream", "net_axis.v", "module net_axis #("),
    ] {
        gainstage(dir.path(), &["export", "net", "--format", format, "-o", "out"]);
        let text = std::fs::read_to_string(dir.path().join("out").join(file)).expect("written");
        assert!(text.contains(needle), "{text}");
        let refused = run(dir.path(), &["export", "plan.json", "--format", format, "-o", "out"]);
        let error = String::from_utf8_lossy(&refused.stderr);
        assert!(refused.status.code() == Some(2) && error.contains("give the directory"), "{error}");
    }
}

#[test]
fn the_component_is_vhdl() {
    if !have("ghdl") {
        return;
    }
    let dir = generated();
    gainstage(dir.path(), &["export", "net", "--format", "vhdl", "-o", "out"]);
    let component = std::fs::read_to_string(dir.path().join("out/net.vhd")).expect("written");
    let package =
        format!("library ieee; use ieee.std_logic_1164.all;\npackage p is\n{component}end package;\n");
    std::fs::write(dir.path().join("p.vhd"), package).expect("written");
    let output = Command::new("ghdl").args(["-a", "p.vhd"]).current_dir(dir.path()).output().expect("starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Engines read weights in an order of their own; the layers' files are for other programs.
#[test]
fn the_memories_that_the_verilog_reads_are_named() {
    let dir = generated();
    gainstage(dir.path(), &["generate", "plan.json", "-o", "small", "--arch", "sequential"]);
    let text = gainstage(dir.path(), &["export", "small", "--format", "coe", "-o", "coe"]);
    let line = |start: &str| text.lines().find_map(|l| l.strip_prefix(start)).expect(start).to_owned();
    let (read, other) = (line("read by the verilog: "), line("not read by the verilog: "));
    assert!(read.contains("net_engine0_weights.coe") && !read.contains("layer0"), "{text}");
    assert!(
        other.contains("net_layer0_weights.coe, net_layer0_biases.coe") && !other.contains("engine"),
        "{text}"
    );
    // What is read is what the circuit has in its own files.
    let mut files: Vec<String> = dir
        .path()
        .join("small/rtl")
        .read_dir()
        .expect("listed")
        .flatten()
        .filter_map(|e| {
            e.file_name().to_string_lossy().strip_suffix(".mem").map(|stem| format!("{stem}.coe"))
        })
        .collect();
    files.sort();
    assert_eq!(read, files.join(", "));
}

#[test]
fn program_memory_is_a_matter_of_the_c_program() {
    let dir = generated();
    gainstage(dir.path(), &["export", "plan.json", "--format", "c99", "--progmem", "-o", "c"]);
    let source = std::fs::read_to_string(dir.path().join("c/net.c")).expect("there");
    assert!(source.contains("#include <avr/pgmspace.h>"), "{source}");
    let refused = run(dir.path(), &["export", "plan.json", "--format", "mem", "--progmem", "-o", "m"]);
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && error.contains("--format c99"), "{error}");
}

#[test]
fn c_states_its_sizes_and_nothing_is_overwritten_unasked() {
    let dir = generated();
    let args = ["export", "plan.json", "--format", "c99", "-o", "c"];
    let text = gainstage(dir.path(), &args);
    assert!(
        text.contains("net.c") && text.contains("table bytes: ") && text.contains("stack bytes: "),
        "{text}"
    );
    // The same again changes nothing and is allowed.
    gainstage(dir.path(), &args);
    std::fs::write(dir.path().join("c/net.c"), "mine").expect("written");
    let refused = run(dir.path(), &args);
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && error.contains("--force"), "{error}");
    assert_eq!(std::fs::read_to_string(dir.path().join("c/net.c")).expect("there"), "mine");
    gainstage(dir.path(), &["export", "plan.json", "--format", "c99", "-o", "c", "--force"]);
    let json = gainstage(dir.path(), &["--json", "export", "net", "--format", "c99", "-o", "c"]);
    assert!(json.contains("\"stack_bytes\""), "{json}");
}

#[test]
fn onnx_is_one_file_of_a_plan_a_directory_or_a_model() {
    let dir = generated();
    let path = dir.path();
    gainstage(path, &["export", "plan.json", "--format", "onnx", "-o", "plan.onnx"]);
    gainstage(path, &["export", "net", "--format", "onnx", "-o", "made"]);
    let [one, other] = ["plan.onnx", "made/net.onnx"].map(|f| std::fs::read(path.join(f)).expect("a file"));
    assert!(one == other && !one.is_empty());
    let said = gainstage(path, &["export", "plan.json", "--format", "onnx", "-o", "v.onnx", "--values"]);
    assert!(said.contains("values (float64)"), "{said}");
    let refused = |args: &[&str], told: &str| {
        let said = run(path, args);
        let error = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.status.code() == Some(2) && error.contains(told), "{error}");
    };
    // What is there and differs stays.
    let values = ["export", "plan.json", "--format", "onnx", "-o", "plan.onnx", "--values"];
    refused(&values, "plan.onnx is there and differs");
    assert_eq!(std::fs::read(path.join("plan.onnx")).expect("a file"), one);
    refused(&["export", "plan.json", "--format", "c99", "-o", "c", "--values"], "give --format onnx");
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/pipeline.onnx");
    gainstage(path, &["import", &model.display().to_string(), "-o", "model.json"]);
    refused(&["export", "model.json", "--format", "onnx", "-o", "m.onnx", "--values"], "a model has values");
    gainstage(path, &["export", "model.json", "--format", "onnx", "-o", "m.onnx"]);
    gainstage(path, &["import", "m.onnx", "-o", "again.json"]);
}

#[test]
fn rust_is_a_crate_and_python_a_script() {
    let dir = generated();
    let path = dir.path();
    let said = gainstage(path, &["export", "net", "--format", "rust", "-o", "crate"]);
    assert!(said.contains("table bytes: ") && said.contains("Cargo.toml"), "{said}");
    let library = std::fs::read_to_string(path.join("crate/src/lib.rs")).expect("there");
    assert!(library.contains("#![no_std]") && library.contains("pub fn run_codes("), "{library}");
    gainstage(path, &["export", "plan.json", "--format", "python", "-o", "py"]);
    let script = std::fs::read_to_string(path.join("py/net.py")).expect("there");
    assert!(script.contains("def predict(codes):"), "{script}");
}

#[test]
fn c_has_a_header_for_cpp_and_buffers_where_they_are_asked_for() {
    let dir = generated();
    let path = dir.path();
    gainstage(path, &["export", "plan.json", "--format", "c99", "-o", "c"]);
    let plain = std::fs::read_to_string(path.join("c/net.hpp")).expect("there");
    assert!(plain.contains("namespace net {") && !plain.contains("q15"), "{plain}");
    gainstage(path, &["export", "plan.json", "--format", "c99", "--buffers", "q15", "-o", "q"]);
    let header = std::fs::read_to_string(path.join("q/net.h")).expect("there");
    assert!(header.contains("void net_run_q15(const int16_t *x, int16_t *y);"), "{header}");
    let refused = run(path, &["export", "plan.json", "--format", "rust", "--buffers", "q15", "-o", "r"]);
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && error.contains("give --format c99"), "{error}");
}
