//! Hard multipliers with their registers: what synthesis takes against its twin in plain Verilog.

mod common;

use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_hdl::device::{Family, Target};
use gainstage_hdl::emit::Design;
use gainstage_hdl::expr::Graph;
use gainstage_hdl::module::Module;
use gainstage_sim::netlist::{Options, synthesize};
use gainstage_sim::run::{Run, Tool};
use std::fmt::Write;
use std::sync::Arc;

/// A family's module with what its test needs.
struct Block {
    family: Family,
    mhz: f64,
    /// The behaviour of its cells: a file of yosys', or the models for what yosys has no behaviour of.
    cells: &'static str,
    model: Option<&'static str>,
    widths: [(u32, u32); 5],
    registers: [u32; 2],
    /// A register less, and an operand without its sign.
    spoils: [(&'static str, &'static str, &'static str); 2],
}

const ECP5: Block = Block {
    family: Family::Ecp5,
    mhz: 200.0,
    cells: "model.v",
    model: Some(include_str!("../src/models/ecp5.v")),
    widths: [(18, 18), (18, 2), (9, 17), (1, 1), (7, 12)],
    registers: [1, 3],
    spoils: [
        (".REG_PIPELINE_CLK(PRODUCT)", ".REG_PIPELINE_CLK(\"NONE\")", "differs 18_18_3"),
        (".SIGNEDA(1'b1)", ".SIGNEDA(1'b0)", "differs 9_17_1"),
    ],
};

const XC7: Block = Block {
    family: Family::Xc7,
    mhz: 250.0,
    cells: "+/xilinx/cells_sim.v",
    model: None,
    widths: [(25, 18), (25, 2), (17, 9), (1, 1), (12, 7)],
    registers: [1, 3],
    spoils: [
        (".MREG(PRODUCT)", ".MREG(0)", "differs 25_18_3"),
        ("{(30 - A){a[A-1]}}", "{(30 - A){1'b0}}", "differs 17_9_1"),
    ],
};

const ICE40UP: Block = Block {
    family: Family::Ice40Up,
    mhz: 40.0,
    cells: "+/ice40/cells_sim.v",
    model: None,
    widths: [(16, 16), (16, 2), (9, 15), (1, 1), (7, 12)],
    registers: [1, 2],
    spoils: [
        (".PIPELINE_16x16_MULT_REG2(REGISTERS == 2)", ".PIPELINE_16x16_MULT_REG2(1'b0)", "differs 16_16_2"),
        (".A_SIGNED(1'b1)", ".A_SIGNED(1'b0)", "differs 9_15_1"),
    ],
};

impl Block {
    fn module(&self) -> String {
        format!("m_gainstage_multiply_{}", self.family)
    }

    /// The file with both, as a design carries it.
    fn source(&self) -> String {
        let mut g = Graph::new();
        let (a, b) = (g.input_range("a", -100, 100), g.input_range("b", -100, 100));
        let y = g.mul(a, b);
        g.output_range("y", y);
        let module = Module::new("m", "", g, &Target::new(self.family).with_clock(self.mhz));
        let files = Design::new(Arc::new(module)).files().expect("a design");
        let file = files.into_iter().find(|f| f.path == format!("rtl/{}.v", self.module()));
        file.expect("a product at this clock takes the block").text
    }

    /// Widths and register counts that are tried, with a name for each.
    fn tried(&self) -> impl Iterator<Item = (u32, u32, u32, String)> {
        let all = self.widths.iter().flat_map(|&(a, b)| self.registers.map(|r| (a, b, r)));
        all.map(|(a, b, r)| (a, b, r, format!("{a}_{b}_{r}")))
    }

    /// A module `name` with an instance of `module` for each.
    fn all(&self, name: &str, module: &str) -> String {
        let mut text = format!("module {name}(input clk, input [24:0] a, input [17:0] b");
        for (a, b, _, tag) in self.tried() {
            let _ = write!(text, ", output [{}:0] p_{tag}", a + b - 1);
        }
        text += ");\n";
        for (a, b, registers, tag) in self.tried() {
            let _ = writeln!(
                text,
                "{module} #(.A({a}), .B({b}), .REGISTERS({registers})) u_{tag} (.clk(clk), .a(a[{}:0]), .b(b[{}:0]), \
                 .p(p_{tag}));",
                a - 1,
                b - 1
            );
        }
        text + "endmodule\n"
    }

    /// Compares the two every clock; prints what differs and how many were compared.
    fn bench(&self) -> String {
        let mut text = String::from(
            "module bench;\nreg clk = 0;\nreg [24:0] a;\nreg [17:0] b;\ninteger n = 0, seen = 0;\n",
        );
        let (mut twin, mut hard, mut checks) = (String::new(), String::new(), String::new());
        for (a, b, _, tag) in self.tried() {
            let _ = writeln!(text, "wire [{}:0] twin_{tag}, hard_{tag};", a + b - 1);
            let _ = write!(twin, ", .p_{tag}(twin_{tag})");
            let _ = write!(hard, ", .p_{tag}(hard_{tag})");
            let _ = writeln!(
                checks,
                "if (twin_{tag} !== hard_{tag}) $display(\"differs {tag}\"); else seen = seen + 1;"
            );
        }
        let _ = writeln!(
            text,
            "twins t (.clk(clk), .a(a), .b(b){twin});\nhards h (.clk(clk), .a(a), .b(b){hard});"
        );
        // Both the most negative operands of 25, 18 and 16 bits and any others.
        text += "always #1 clk = !clk;\nalways @(negedge clk) begin a = $random; b = $random;\nif (n % 5 == 0) a = \
                 (n % 3 == 0) ? 25'h1000000 : (n % 3 == 1) ? 25'h20000 : 25'h8000;\nif (n % 7 == 0) b = \
                 (n % 2 == 0) ? 18'h20000 : 18'h8000;\nif (n % 11 == 0) a = 25'hffffff; end\n";
        let check = format!("always @(posedge clk) begin n = n + 1; if (n > 6) begin\n{checks}end\n");
        let end = "if (n == 3000) begin $display(\"seen %0d\", seen); $finish; end end\nendmodule\n";
        text + &check + end
    }

    /// What Icarus says of the twins beside the block as yosys elaborates it, with a text in the block replaced.
    fn compared(&self, from: &str, to: &str) -> String {
        let dir = tempfile::tempdir().expect("a directory");
        let twin = self.source();
        assert!(twin.contains(from), "{from} is not in {}", self.module());
        let hard = twin.replace(&self.module(), "hard").replace(from, to);
        let files = [
            ("twin.v", twin + &self.all("twins", &self.module())),
            ("hard.v", hard + &self.all("hards", "hard")),
            ("model.v", self.model.unwrap_or_default().to_owned()),
            ("bench.v", self.bench()),
        ];
        for (name, text) in &files {
            std::fs::write(dir.path().join(name), text).expect("written");
        }
        // yosys itself defines SYNTHESIS.
        let script = format!(
            "read_verilog hard.v; read_verilog -defer {}; hierarchy -top hards; proc; flatten; opt_clean; \
             write_verilog -noattr flat.v",
            self.cells
        );
        Run::new(Tool::Yosys, dir.path()).args(["-q", "-p", &script]).output().expect("elaborated");
        let compile = Run::new(Tool::Iverilog, dir.path()).args(["-g2005", "-s", "bench", "-o", "bench.vvp"]);
        compile.args(["twin.v", "flat.v", "bench.v"]).output().expect("it compiles");
        Run::new(Tool::Vvp, dir.path()).args(["bench.vvp"]).output().expect("it runs").stdout
    }
}

#[test]
fn the_blocks_and_their_twins_are_the_same_every_clock() {
    if ![Tool::Yosys, Tool::Iverilog, Tool::Vvp].into_iter().all(common::have) {
        return;
    }
    for block in [ECP5, XC7, ICE40UP] {
        assert_eq!(block.compared("", "").trim(), format!("seen {}", 10 * (3000 - 6)), "{}", block.family);
        for (from, to, seen) in block.spoils {
            let said = block.compared(from, to);
            assert!(
                said.contains(seen),
                "{}: {from} became {to}, and nobody saw it: {said:.200}",
                block.family
            );
        }
    }
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
        (Family::Ice40Up, 30.0, 16, 1),
        (Family::Ice40Up, 45.0, 16, 1),
        (Family::Xc7, 100.0, 18, 1),
        (Family::Xc7, 200.0, 18, 1),
        (Family::Xc7, 400.0, 18, 1),
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
