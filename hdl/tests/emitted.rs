//! The files that are written: clean in three tools, and simulated by one of them.

mod common;

use common::{Random, dot, format, modules};
use gainstage_hdl::device::{Family, Target};
use gainstage_hdl::emit::{Design, EmitError};
use gainstage_hdl::expr::{Graph, Rom};
use gainstage_hdl::module::Module;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Runs a tool in a directory; `None` (and the printed word) if it is not installed.
fn run(dir: &Path, tool: &str, args: &[&str]) -> Option<(bool, String)> {
    match Command::new(tool).args(args).current_dir(dir).output() {
        Ok(o) => {
            let text = String::from_utf8_lossy(&o.stdout).into_owned() + &String::from_utf8_lossy(&o.stderr);
            Some((o.status.success(), text))
        }
        Err(_) => {
            println!("skipped: {tool} is not installed");
            None
        }
    }
}

/// All test modules, those with children and tables too, half of them with a valid pipeline, written to a directory.
fn written() -> (tempfile::TempDir, Vec<Module>, Vec<Vec<String>>) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (mut tops, mut files) = (Vec::new(), Vec::new());
    for (i, m) in modules().into_iter().enumerate() {
        let m = if i % 2 == 0 { m.with_valid() } else { m };
        let at = dir.path().join(m.name());
        let paths = Design::new(Arc::new(m.clone())).write(&at).expect("writes");
        let is_verilog = |p: &&PathBuf| p.extension().is_some_and(|e| e == "v");
        let name = |p: &PathBuf| p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        files.push(paths.iter().filter(is_verilog).map(name).collect());
        tops.push(m);
    }
    (dir, tops, files)
}

fn rtl(dir: &tempfile::TempDir, m: &Module) -> PathBuf {
    dir.path().join(m.name()).join("rtl")
}

#[test]
fn verilator_and_icarus_find_nothing_to_say() {
    let (dir, tops, files) = written();
    for (m, files) in tops.iter().zip(&files) {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let lint = ["--lint-only", "-Wall", "--top-module", m.name()];
        if let Some((ok, text)) = run(&rtl(&dir, m), "verilator", &[&lint[..], &files].concat()) {
            assert!(ok && text.trim().is_empty(), "{}:\n{text}", m.name());
        }
        let compile = ["-g2005", "-Wall", "-t", "null", "-s", m.name()];
        if let Some((ok, text)) = run(&rtl(&dir, m), "iverilog", &[&compile[..], &files].concat()) {
            assert!(ok && text.trim().is_empty(), "{}:\n{text}", m.name());
        }
    }
}

#[test]
fn yosys_reads_and_checks_every_file() {
    let (dir, tops, files) = written();
    for (m, files) in tops.iter().zip(&files) {
        let script = format!(
            "read_verilog -D GAINSTAGE_PORTABLE {}; hierarchy -check -top {}; proc; check -assert",
            files.join(" "),
            m.name()
        );
        if let Some((ok, text)) = run(&rtl(&dir, m), "yosys", &["-q", "-p", &script]) {
            assert!(ok && !text.contains("Warning"), "{}:\n{text}", m.name());
        }
    }
}

/// A bench that applies rows of inputs, one per clock, and prints the outputs of every cycle.
fn bench(m: &Module, rows: &[Vec<i64>]) -> String {
    let mut text = String::from("module bench;\nreg clk = 0;\n");
    let mut ports = if m.needs_clock() { vec![".clk(clk)".to_owned()] } else { Vec::new() };
    if m.has_valid() {
        text += "reg rst = 1, in_valid = 0;\nwire out_valid;\n";
        ports.extend(["rst", "in_valid", "out_valid"].map(|p| format!(".{p}({p})")));
    }
    for p in m.inputs() {
        let _ = writeln!(text, "reg signed [{}:0] {} = 0;", p.width() - 1, p.name);
        ports.push(format!(".{0}({0})", p.name));
    }
    let mut show = Vec::new();
    for (p, _) in m.outputs() {
        let sign = if p.signed() { "signed " } else { "" };
        let _ = writeln!(text, "wire {sign}[{}:0] {};", p.width() - 1, p.name);
        ports.push(format!(".{0}({0})", p.name));
        show.push(p.name.clone());
    }
    let _ = writeln!(text, "{} dut({});\nalways #5 clk = ~clk;\ninitial begin", m.name(), ports.join(", "));
    if m.has_valid() {
        text += "repeat (3) @(negedge clk);\nrst = 0; in_valid = 1;\n";
    }
    let formats = vec!["%0d"; show.len()].join(" ");
    for row in rows {
        for (p, v) in m.inputs().iter().zip(row) {
            let _ = write!(text, "{} = {v}; ", p.name);
        }
        let valid = if m.has_valid() { "out_valid" } else { "1'b1" };
        let _ = writeln!(
            text,
            "@(posedge clk); $display(\"{formats} %b\", {}, {valid}); @(negedge clk);",
            show.join(", ")
        );
    }
    text + "$finish;\nend\nendmodule\n"
}

#[test]
fn icarus_computes_the_function_at_the_stated_latency() {
    let (dir, tops, files) = written();
    for (m, files) in tops.iter().zip(&files) {
        let at = rtl(&dir, m);
        let mut random = Random(99);
        let latency = m.latency() as usize;
        let rows: Vec<Vec<i64>> = (0..100 + latency).map(|_| random.inputs(m.graph())).collect();
        std::fs::write(at.join("bench.v"), bench(m, &rows)).expect("writes");
        let mut args = vec!["-g2005", "-o", "bench.vvp", "bench.v"];
        args.extend(files.iter().map(String::as_str));
        let Some((ok, text)) = run(&at, "iverilog", &args) else { return };
        assert!(ok, "{text}");
        let (ok, text) = run(&at, "vvp", &["-n", "bench.vvp"]).expect("vvp comes with iverilog");
        assert!(ok, "{text}");
        let shown: Vec<&str> = text.lines().filter(|l| !l.contains("bench.v")).collect();
        assert_eq!(shown.len(), rows.len(), "{text}");
        for (t, line) in shown.iter().enumerate() {
            let valid = t >= latency || !m.has_valid();
            assert!(line.ends_with(if valid { " 1" } else { " 0" }), "{} cycle {t}: {line}", m.name());
            if t >= latency {
                let want: Vec<String> = m.evaluate(&rows[t - latency]).iter().map(i64::to_string).collect();
                assert_eq!(line[..line.len() - 2], want.join(" "), "{} cycle {t}", m.name());
            }
        }
    }
}

#[test]
fn the_text_has_no_dollar_names_and_is_the_same_every_time() {
    for m in modules() {
        let text = m.verilog().expect("emits");
        assert_eq!(text, m.clone().verilog().expect("emits"));
        let tasks = text.replace("$signed(", "").replace("initial $readmemh(", "");
        assert!(!tasks.contains('$'), "{tasks}");
        assert!(text.contains("`default_nettype none") && text.ends_with("`default_nettype wire\n"));
    }
}

/// Verilator warns of a declaration that hides its module.
#[test]
fn no_net_is_called_like_its_module() {
    let mut g = Graph::new();
    let a = g.input_range("a", 0, 3);
    let busy = g.state("busy", 0, 3);
    g.set_next(busy, a);
    g.output_range("y", busy);
    let module = Module::new("busy", "", g, &Target::new(Family::Generic));
    let text = module.verilog().expect("emits");
    assert!(text.contains("reg [1:0] busy_2;"), "{text}");
}

#[test]
fn a_shared_child_is_one_file_and_a_name_clash_an_error() {
    let target = Target::new(Family::Generic);
    let (dir, tops, files) = written();
    let i = tops.iter().position(|m| m.name().starts_with("hierarchy")).expect("there is one");
    // The carry chains of a family are a file of their own, whoever uses them.
    let own = files[i].iter().filter(|f| !f.contains("_gainstage_")).count();
    assert_eq!(own, 3, "{:?} in {}", files[i], dir.path().display());
    let child = |hi| {
        let mut g = Graph::new();
        let a = g.input_range("a", 0, hi);
        let y = g.square(a);
        g.output_range("y", y);
        Arc::new(Module::new("child", "", g, &target))
    };
    let parent = |other| {
        let mut g = Graph::new();
        let a = g.input_range("a", 0, 3);
        let (y, z) = (g.instance(&child(3), &[a])[0], g.instance(&child(other), &[a])[0]);
        let y = g.add(y, z);
        g.output_range("y", y);
        Design::new(Arc::new(Module::new("parent", "", g, &target))).files()
    };
    assert_eq!(parent(3).expect("equal modules are one").len(), 2);
    assert!(matches!(parent(4), Err(EmitError::NameClash { what: "module", name }) if name == "child"));
}

#[test]
fn tables_are_written_as_two_complement_and_clashes_refused() {
    let target = Target::new(Family::Generic);
    let design = |second: Vec<i128>| {
        let mut g = Graph::new();
        let a = g.input_range("a", 0, 2);
        let roms = [Rom::new("t", vec![-3, 5, -8]), Rom::new("t", second)].map(Arc::new);
        for (i, rom) in roms.iter().enumerate() {
            let y = g.rom(a, rom);
            g.output_range(&format!("y{i}"), y);
        }
        Design::new(Arc::new(Module::new("m", "", g, &target))).files()
    };
    let files = design(vec![-3, 5, -8]).expect("equal tables are one");
    let table = files.iter().find(|f| f.path == "rtl/t.mem").expect("a table");
    assert_eq!((files.len(), table.text.as_str()), (2, "d\n5\n8\n"));
    assert!(matches!(design(vec![-3, 5, -7]), Err(EmitError::NameClash { what: "table", .. })));
}

#[test]
fn a_large_network_is_a_file_for_each_module() {
    let target = Target::new(Family::Ecp5);
    let mut random = Random(3);
    let f = format(true, 18, 12);
    let mut g = Graph::new();
    let mut layer: Vec<_> = (0..10).map(|i| g.input(&format!("x{i}"), f)).collect();
    for l in 0..5 {
        let mut next = Vec::new();
        for n in 0..10 {
            let mut child = Graph::new();
            let x: Vec<_> = (0..10).map(|i| child.input(&format!("x{i}"), f)).collect();
            let products: Vec<_> = x.iter().map(|&x| (x, random.next() as i64 >> 46)).collect();
            let acc = dot(&mut child, &products, 12345);
            let y = child.requantize(acc, 24, f, gainstage_golden::num::Rounding::HalfUp);
            child.output("y", y, f);
            let child = Arc::new(Module::new(&format!("n{l}_{n}"), "A neuron.", child, &target));
            next.extend(g.instance(&child, &layer));
        }
        layer = next;
    }
    layer.iter().enumerate().for_each(|(i, &y)| g.output(&format!("y{i}"), y, f));
    let files =
        Design::new(Arc::new(Module::new("net", "", g, &target).with_valid())).files().expect("emits");
    // 51 modules, and the carry chain they share.
    assert_eq!(files.len(), 52);
}
