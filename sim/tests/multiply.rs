//! The hard multiplier of ECP5: what synthesis takes against its twin in plain Verilog.

mod common;

use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_hdl::emit::Design;
use gainstage_hdl::expr::Graph;
use gainstage_hdl::module::Module;
use gainstage_hdl::target::{Family, Target};
use gainstage_sim::netlist::{Options, synthesize};
use gainstage_sim::run::{Run, Tool};
use std::fmt::Write;
use std::sync::Arc;

/// MULT18X18D as far as it is used, from Lattice's description (FPGA-TN-02205): operand registers, one inside, one behind,
/// each there if it has a clock; signed products of signed operands.
const MODEL: &str = include_str!("models/mult18x18d.v");

/// The file with both, as a design carries it.
fn source() -> String {
    let mut g = Graph::new();
    let (a, b) = (g.input_range("a", -100, 100), g.input_range("b", -100, 100));
    let y = g.mul(a, b);
    g.output_range("y", y);
    let module = Module::new("m", "", g, &Target::new(Family::Ecp5).with_clock(200.0));
    let files = Design::new(Arc::new(module)).files().expect("a design");
    let file = files.into_iter().find(|f| f.path == "rtl/m_gainstage_multiply_ecp5.v");
    file.expect("a product at 200 MHz takes the block").text
}

/// Compares the two every clock for widths and register counts; prints what differs and how many were compared.
fn bench() -> String {
    let mut text = String::from("module bench;\nreg clk = 0;\nreg [17:0] a, b;\ninteger n, seen;\n");
    let mut checks = String::new();
    for (a, b) in [(18, 18), (18, 2), (9, 17), (1, 1), (7, 12)] {
        for registers in [1, 3] {
            let tag = format!("{a}_{b}_{registers}");
            let _ = writeln!(text, "wire [{}:0] twin_{tag}, hard_{tag};", a + b - 1);
            for (module, out) in [("m_gainstage_multiply_ecp5", "twin"), ("hard", "hard")] {
                let _ = writeln!(
                    text,
                    "{module} #(.A({a}), .B({b}), .REGISTERS({registers})) u_{out}_{tag} (.clk(clk), .a(a[{}:0]), \
                     .b(b[{}:0]), .p({out}_{tag}));",
                    a - 1,
                    b - 1
                );
            }
            let _ = writeln!(
                checks,
                "if (twin_{tag} !== hard_{tag}) $display(\"differs {tag}\"); else seen = seen + 1;"
            );
        }
    }
    let stimulus = "always #1 clk = !clk;\nalways @(negedge clk) begin a = $random; b = $random;\nif (n % 5 == 0) a = \
                    18'h20000; if (n % 7 == 0) b = 18'h20000; if (n % 11 == 0) a = 18'h1ffff; end\n";
    let check = format!(
        "initial n = 0;\ninitial seen = 0;\nalways @(posedge clk) begin n = n + 1; if (n > 6) begin\n{checks}end\n"
    );
    let end = "if (n == 5000) begin $display(\"seen %0d\", seen); $finish; end end\nendmodule\n";
    text + stimulus + &check + end
}

#[test]
fn the_block_and_its_twin_are_the_same_every_clock() {
    if !common::have(Tool::Iverilog) || !common::have(Tool::Vvp) {
        return;
    }
    let run = |spoil: (&str, &str)| {
        let dir = tempfile::tempdir().expect("a directory");
        let twin = source();
        let hard = twin.replace("m_gainstage_multiply_ecp5", "hard").replace(spoil.0, spoil.1);
        let files = [
            ("twin.v", twin),
            ("hard.v", format!("`define SYNTHESIS\n{hard}")),
            ("model.v", MODEL.to_owned()),
            ("bench.v", bench()),
        ];
        for (name, text) in &files {
            std::fs::write(dir.path().join(name), text).expect("written");
        }
        let names = files.iter().map(|(name, _)| *name);
        let compile = Run::new(Tool::Iverilog, dir.path()).args(["-g2005", "-o", "bench.vvp"]).args(names);
        compile.output().expect("it compiles");
        Run::new(Tool::Vvp, dir.path()).args(["bench.vvp"]).output().expect("it runs").stdout
    };
    assert_eq!(run(("", "")).trim(), format!("seen {}", 10 * (5000 - 6)));
    // A register less, or an operand without its sign, is seen.
    assert!(run((".REG_PIPELINE_CLK(PRODUCT)", ".REG_PIPELINE_CLK(\"NONE\")")).contains("differs 18_18_3"));
    assert!(run((".SIGNEDA(1'b1)", ".SIGNEDA(1'b0)")).contains("differs 9_17_1"));
}

/// Products that synthesis puts into hard blocks, per family, below and above the clock from which their registers are used.
#[test]
fn squarers_take_the_blocks_they_should() {
    if !common::have(Tool::Yosys) {
        return;
    }
    let format = |width, frac| Format::new(true, width, frac).expect("a format");
    for (family, mhz, width, dsp) in [
        (Family::Ecp5, 100.0, 16, 1),
        (Family::Ecp5, 200.0, 18, 1),
        (Family::Ecp5, 400.0, 18, 1),
        // Split in two, the narrow half in logic.
        (Family::Ecp5, 200.0, 25, 2),
        (Family::Ice40Up, 24.0, 16, 1),
        (Family::Ice40Up, 24.0, 18, 1),
        (Family::Xc7, 200.0, 18, 1),
        (Family::Xc7, 200.0, 25, 2),
        (Family::Nexus, 100.0, 18, 1),
    ] {
        let plan = Plan::of_squarer("squarer", format(width, 10), format(width, 8));
        let (dir, manifest) = common::generate(&plan, &common::means(family, mhz));
        let counts = synthesize(dir.path(), &manifest, &Options::new(family)).expect("synthesised");
        assert_eq!((counts.dsp, counts.bram), (dsp, 0), "{family} {mhz} {width}: {counts:?}");
    }
}

/// The carry chain that keeps two additions apart is the addition that stands beside it, for every operand.
#[test]
fn the_adder_and_its_twin_are_the_same() {
    if !common::have(Tool::Yosys) {
        return;
    }
    let mut g = Graph::new();
    let [a, b, c] = ["a", "b", "c"].map(|name| g.input_range(name, -100, 100));
    let first = g.add(a, b);
    let y = g.sub(first, c);
    g.output_range("y", y);
    let module = Module::new("m", "", g, &Target::new(Family::Ecp5).with_clock(50.0));
    let files = Design::new(Arc::new(module)).files().expect("a design");
    let twin = files
        .into_iter()
        .find(|f| f.path == "rtl/m_gainstage_add_ecp5.v")
        .expect("two adders in a stage")
        .text;
    let proved = |width: u32, subtract: u32, spoil: (&str, &str)| {
        let dir = tempfile::tempdir().expect("a directory");
        let hard = twin.replace("m_gainstage_add_ecp5", "hard").replace(spoil.0, spoil.1);
        std::fs::write(dir.path().join("twin.v"), &twin).expect("written");
        std::fs::write(dir.path().join("hard.v"), hard).expect("written");
        // yosys itself defines SYNTHESIS, so the plain text is asked for.
        let script = format!(
            "read_verilog -DGAINSTAGE_PORTABLE twin.v; read_verilog hard.v; read_verilog +/ecp5/cells_sim.v; \
             chparam -set WIDTH {width} -set SUBTRACT {subtract} m_gainstage_add_ecp5 hard; \
             hierarchy -check; proc; flatten; opt_clean; miter -equiv -make_assert -flatten m_gainstage_add_ecp5 hard m; \
             sat -verify -prove-asserts m"
        );
        Run::new(Tool::Yosys, dir.path()).args(["-q", "-p", &script]).output().is_ok()
    };
    for width in [2, 7, 16, 33] {
        assert!(proved(width, 0, ("", "")) && proved(width, 1, ("", "")), "{width} bits");
    }
    assert!(!proved(7, 1, (".CIN(carry[i])", ".CIN(1'b0)")), "a lost carry passed");
}
