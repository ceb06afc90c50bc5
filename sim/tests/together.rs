//! Two circuits in one design: every file of both, in the tools that read Verilog, and each with its memory files in a
//! directory of its own.

mod common;

use common::{have, means, random_plan};
use gainstage_golden::plan::{Engine, Plan};
use gainstage_hdl::board::Board;
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::manifest::{Architecture, Manifest};
use gainstage_hdl::wrap::{Build, CLOCK_CELLS, Circuit, PLAN_FILE, Stream, Top};
use gainstage_sim::run::{Run, Tool};
use std::fmt::Write;
use std::path::Path;
use tempfile::TempDir;

/// A circuit below a directory of its own, with its wrapper, and on a board where one is named.
struct Part {
    plan: Plan,
    core: Manifest,
    /// Verilog, relative to the directory of both.
    verilog: Vec<String>,
    /// The board's top module.
    board: Option<String>,
}

fn part(dir: &Path, name: &str, seed: u64, build: &Build, board: Option<&str>) -> Part {
    let mut plan = (seed..).find_map(|s| random_plan(s, 9)).expect("some seed has a plan");
    plan.name = name.into();
    let circuit = Circuit::new(&plan, build).expect("a circuit");
    let mut files = circuit.files;
    let core = circuit.manifest;
    let top = board.map(|board| {
        let board = Board::find(board).expect("a shipped board");
        let text = &files.iter().find(|f| f.path == PLAN_FILE).expect("the plan").text;
        let clock = board.clock.system_mhz;
        Top::new(&core, text.as_bytes(), &board, clock, board.uart.baud).expect("it fits the board")
    });
    files.extend(match &top {
        Some(top) => top.files(&core),
        None => Stream::new(&core).files(&core),
    });
    let mut verilog = Vec::new();
    for file in files {
        let path = format!("{name}/{}", file.path);
        let full = dir.join(&path);
        std::fs::create_dir_all(full.parent().expect("below the directory")).expect("writable");
        std::fs::write(full, file.text).expect("writable");
        verilog.extend(path.ends_with(".v").then_some(path));
    }
    Part { plan, core, verilog, board: top.map(|t| t.link.top) }
}

fn pair(build: &Build, board: Option<&str>) -> (TempDir, [Part; 2]) {
    let dir = tempfile::tempdir().expect("a directory");
    let parts = [("aa", 1), ("bb", 40)].map(|(name, seed)| part(dir.path(), name, seed, build, board));
    (dir, parts)
}

/// Both wrappers side by side, every port connected.
fn side_by_side(parts: &[Part; 2]) -> String {
    let (mut ports, mut instances) = (String::from("input wire clk, input wire rst_n"), String::new());
    for Part { core, .. } in parts {
        let (stream, top) = (Stream::new(core), &core.top);
        let (i, o) = (8 * stream.in_bytes - 1, 8 * stream.out_bytes - 1);
        let directory =
            if core.rom_dir.is_some() { format!("#(.ROM_DIR(\"{top}/rtl\")) ") } else { String::new() };
        let _ = write!(instances, "{top}_axis {directory}u_{top} (.aclk(clk), .aresetn(rst_n)");
        let signals = [
            ("input", "s_axis_tdata", i),
            ("input", "s_axis_tvalid", 0),
            ("output", "s_axis_tready", 0),
            ("input", "s_axis_tlast", 0),
            ("output", "m_axis_tdata", o),
            ("output", "m_axis_tvalid", 0),
            ("input", "m_axis_tready", 0),
            ("output", "m_axis_tlast", 0),
        ];
        for (way, port, high) in signals {
            let bits = if high > 0 { format!("[{high}:0] ") } else { String::new() };
            let _ = write!(ports, ", {way} wire {bits}{top}_{port}");
            let _ = write!(instances, ", .{port}({top}_{port})");
        }
        instances.push_str(");\n");
    }
    format!("module pair ({ports});\n{instances}endmodule\n")
}

/// Feeds each core one sample for ever and prints what comes out.
fn bench(parts: &[Part; 2], samples: &[Vec<i64>; 2]) -> String {
    let mut text = String::from("module bench;\nreg clk = 0, rst = 1, on = 0;\nalways #1 clk = !clk;\n");
    for (Part { core, .. }, x) in parts.iter().zip(samples) {
        let top = &core.top;
        let _ = writeln!(text, "wire {top}_valid;");
        let mut pins = format!(".clk(clk), .rst(rst), .in_valid(on), .out_valid({top}_valid)");
        for (port, code) in core.inputs.iter().zip(x) {
            let width = port.format.width;
            let _ =
                write!(pins, ", .{}({width}'d{})", port.name, (*code as u64) & (u64::MAX >> (64 - width)));
        }
        let mut shown = Vec::new();
        for port in &core.outputs {
            let (signed, net) =
                (if port.format.signed { "signed" } else { "" }, format!("{top}_{}", port.name));
            let _ = writeln!(text, "wire {signed} [{}:0] {net};", port.format.width - 1);
            let _ = write!(pins, ", .{}({net})", port.name);
            shown.push(net);
        }
        let directory =
            if core.rom_dir.is_some() { format!("#(.ROM_DIR(\"{top}/rtl\")) ") } else { String::new() };
        let _ = writeln!(text, "{top} {directory}u_{top} ({pins});");
        let format = vec!["%0d"; shown.len()].join(" ");
        let _ = writeln!(
            text,
            "always @(negedge clk) if (!rst && {top}_valid === 1'b1) $display(\"{top} {format}\", {});",
            shown.join(", ")
        );
    }
    text + "initial begin #4 rst = 0; on = 1; #1600 $finish; end\nendmodule\n"
}

fn check(build: &Build, board: Option<&str>) {
    let what = format!("{:?} {}", build.architecture, build.family);
    let (dir, parts) = pair(build, board);
    let run = |tool: Tool, args: &[&str]| {
        let output = Run::new(tool, dir.path()).args(args).output().unwrap_or_else(|e| panic!("{what}: {e}"));
        let said = output.stdout + &output.stderr;
        assert!(tool == Tool::Vvp || said.trim().is_empty(), "{what}: {said}");
        said
    };
    std::fs::write(dir.path().join("pair.v"), side_by_side(&parts)).expect("writable");
    std::fs::write(dir.path().join(CLOCK_CELLS.0), CLOCK_CELLS.1).expect("writable");
    let all: Vec<&str> = parts.iter().flat_map(|p| &p.verilog).map(String::as_str).collect();
    let with = |args: &[&'static str]| [args, &all].concat();

    run(
        Tool::Verilator,
        &[
            &with(&["--lint-only", "-Wall", "-Wno-DECLFILENAME", "--top-module", "pair", "pair.v"])[..],
            &["-Wno-MULTITOP"],
        ]
        .concat(),
    );
    // A tool that reads each file by itself.
    let reads: String = all.iter().map(|f| format!("read_verilog {f}; ")).collect();
    let script = format!("{reads}read_verilog pair.v; hierarchy -check -top pair; proc; check -assert");
    let portable = script.replace("read_verilog ", "read_verilog -DGAINSTAGE_PORTABLE ");
    run(Tool::Yosys, &["-q", "-p", &portable]);
    if let [Some(a), Some(b)] = [&parts[0].board, &parts[1].board] {
        let args = ["-g2005", "-o", "boards.vvp", "-s", a, "-s", b, CLOCK_CELLS.0];
        run(Tool::Iverilog, &[&args[..], &all].concat());
    }

    let samples =
        [0, 1].map(|i| parts[i].plan.inputs.iter().map(|f| f.max_code() / 2 - i as i64).collect::<Vec<_>>());
    std::fs::write(dir.path().join("bench.v"), bench(&parts, &samples)).expect("writable");
    run(Tool::Iverilog, &with(&["-g2005", "-s", "bench", "-o", "bench.vvp", "bench.v"]));
    let said = run(Tool::Vvp, &["-n", "bench.vvp"]);
    for (part, x) in parts.iter().zip(&samples) {
        let y = Engine::new(&part.plan).run(x);
        let codes: Vec<String> = y.iter().map(i64::to_string).collect();
        let line = format!("{} {}", part.core.top, codes.join(" "));
        let mine: Vec<&str> = said.lines().filter(|l| l.starts_with(&part.core.top)).collect();
        assert!(!mine.is_empty() && mine.iter().all(|l| *l == line), "{what}: {line} wanted:\n{said}");
    }
}

fn tools_are_there() -> bool {
    [Tool::Verilator, Tool::Iverilog, Tool::Vvp, Tool::Yosys].into_iter().all(have)
}

#[test]
fn two_circuits_of_every_architecture_stand_side_by_side() {
    if !tools_are_there() {
        return;
    }
    for (family, architecture) in [
        (Family::Ecp5, Architecture::Folded),
        (Family::Ecp5, Architecture::Parallel),
        (Family::Generic, Architecture::Sequential),
        (Family::Nexus, Architecture::Folded),
    ] {
        check(&Build { architecture, ..means(family, 150.0) }, None);
    }
}

#[test]
fn two_boards_stand_side_by_side() {
    if !tools_are_there() {
        return;
    }
    for (family, board) in
        [(Family::Ecp5, "ulx3s-85f"), (Family::Ice40Up, "icebreaker"), (Family::Xc7, "arty-a7-35")]
    {
        let clock = Board::find(board).expect("a shipped board").clock.system_mhz;
        check(&Build { architecture: Architecture::Folded, ..means(family, clock) }, Some(board));
    }
}
