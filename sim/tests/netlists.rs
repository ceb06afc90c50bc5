//! Synthesised netlists with hard multipliers and block RAM against the plan, for every family.
//!
//! `make verify-netlists` (`GAINSTAGE_NETLISTS=24`) takes 24 networks and tables of 6 to 18 bits for each family and prints a
//! table; without it a few circuits stand for all.

mod common;

use common::{generate, have, means, random_plan};
use gainstage_golden::approx::{Demand, approximate};
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_hdl::device::{Family, Target};
use gainstage_hdl::expr::Graph;
use gainstage_hdl::module::Module;
use gainstage_hdl::units::Multiplier;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::{Architecture, Manifest};
use gainstage_sim::check::{PlanModel, Report};
use gainstage_sim::icarus;
use gainstage_sim::netlist::{Counts, Options, netlist};
use gainstage_sim::run::{Run, Tool};
use gainstage_sim::vectors::Vectors;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

/// The families with hard blocks, each at a clock below and one above those from which multipliers are registered inside.
const FAMILIES: [(Family, [f64; 2]); 4] = [
    (Family::Ecp5, [50.0, 180.0]),
    (Family::Ice40Up, [12.0, 40.0]),
    (Family::Nexus, [50.0, 180.0]),
    (Family::Xc7, [60.0, 280.0]),
];

const FUNCTIONS: [&str; 6] = ["tanh", "sigmoid", "psoftplus(0.3)", "{x*exp(-x^2)}", "softplus", "{sin(x)}"];

/// A circuit of the list: its plan and its means for a family at a clock.
struct Case {
    plan: Plan,
    build: fn(Family, f64) -> Build,
}

fn parallel(family: Family, mhz: f64) -> Build {
    Build { weights: Multiplier::Dsp, ..means(family, mhz) }
}

fn folded(family: Family, mhz: f64) -> Build {
    Build { architecture: Architecture::Folded, interval: Some(12), ..means(family, mhz) }
}

fn sequential(family: Family, mhz: f64) -> Build {
    Build { architecture: Architecture::Sequential, ..means(family, mhz) }
}

fn table(function: &str, bits: u32) -> Plan {
    let format = |whole: i32| Format::new(true, bits, bits as i32 - whole).expect("a format");
    let function = function.parse().expect("a function");
    let table = approximate(&function, format(4), format(4), &Demand::default()).expect("a table");
    Plan::of_table("single_table", table)
}

/// Circuit `i` of `n`, of 6 bits to `most`.
fn case(i: u32, n: u32, most: u32) -> Case {
    let bits = (6 + (most - 6) * i / (n - 1).max(1)).min(most);
    if i.is_multiple_of(3) {
        return Case { plan: table(FUNCTIONS[(i / 3) as usize % FUNCTIONS.len()], bits), build: parallel };
    }
    let plan = (0..).find_map(|k| random_plan(u64::from(1000 * i + k), bits)).expect("endless");
    let builds: [fn(Family, f64) -> Build; 3] = [parallel, folded, sequential];
    Case { plan, build: builds[(i % 5 % 3) as usize] }
}

/// A netlist with all hard blocks.
struct Synthesised {
    out: TempDir,
    manifest: Manifest,
    counts: Counts,
}

fn synthesised(dir: &Path, manifest: &Manifest, family: Family) -> Synthesised {
    let out = tempfile::tempdir().expect("a directory");
    let (manifest, counts) = netlist(dir, manifest, out.path(), &Options::new(family)).expect("synthesised");
    Synthesised { out, manifest, counts }
}

fn simulated(s: &Synthesised, plan: &Plan, samples: u64) -> Report {
    let vectors =
        Vectors::standard(plan.inputs.clone(), &[], 2 * samples, 3).expect("vectors").sample(samples);
    let model = PlanModel::new(plan.clone());
    icarus::verify(s.out.path(), &s.manifest, &vectors, &model, &Default::default()).expect("it runs")
}

/// Samples worth a few seconds in Icarus.
fn samples(manifest: &Manifest) -> u64 {
    (1200 / u64::from(manifest.interval)).clamp(60, 600)
}

/// What became of a circuit.
struct Done {
    counts: Counts,
    /// Its first mismatch, if there is one.
    wrong: Option<String>,
}

/// Circuit `i` for family `k`: synthesised, simulated, printed.
fn one(case: &Case, i: u32, k: usize) -> Done {
    let (family, clocks) = FAMILIES[k];
    let mhz = clocks[(i as usize + i as usize / 2) % 2];
    let build = (case.build)(family, mhz);
    let (dir, manifest) = generate(&case.plan, &build);
    let s = synthesised(dir.path(), &manifest, family);
    let report = simulated(&s, &case.plan, samples(&manifest));
    let name = format!("{} {} {:?}", case.plan.name, case.plan.inputs[0], build.architecture);
    println!(
        "{name:<29} {:<8} {mhz:<5} {:<8} {:<11} {:<4} {}",
        family.name(),
        report.samples,
        report.mismatches,
        s.counts.dsp,
        s.counts.bram
    );
    let wrong =
        (!report.passed()).then(|| format!("{name} {family} {mhz}: {}", report.first.expect("a mismatch")));
    Done { counts: s.counts, wrong }
}

#[test]
fn netlists_with_hard_blocks_compute_the_plan() {
    if ![Tool::Yosys, Tool::Iverilog, Tool::Vvp].into_iter().all(have) {
        return;
    }
    let wanted = std::env::var("GAINSTAGE_NETLISTS").ok().map(|n| n.parse().expect("a number of circuits"));
    // Wide circuits are long in synthesis, and longer in simulation.
    let (all, most) = (wanted.unwrap_or(4), if wanted.is_some() { 18 } else { 12 });
    println!("circuit                       family   MHz   samples  mismatches  DSP  BRAM");
    // Without the long form each circuit stands for one family and its kind.
    let jobs: Vec<(u32, usize)> = (0..all)
        .flat_map(|i| (0..FAMILIES.len()).map(move |k| (i, k)))
        .filter(|&(i, k)| wanted.is_some() || k == i as usize % FAMILIES.len())
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(&(i, k)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((k, one(&case(i, all, most), i, k)));
        }
        done
    };
    // Synthesis and Icarus take one core each.
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let done: Vec<(usize, Done)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|w| w.join().expect("a worker")).collect()
    });
    let (mut bad, mut dsp, mut bram) = (Vec::new(), [0; 4], [0; 4]);
    for (k, done) in done {
        dsp[k] += done.counts.dsp;
        bram[k] += done.counts.bram;
        bad.extend(done.wrong);
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    if wanted.is_some() {
        // Every family's multipliers and memories were there to be tried.
        assert!(dsp.iter().chain(&bram).all(|&n| n > 0), "multipliers {dsp:?}, memories {bram:?}");
    }
}

/// (c + d)*x for DSP48E1, whose pre-adder yosys packs; the sum's range is given.
fn sum_and_product(c: (i128, i128), d: (i128, i128)) -> String {
    let mut g = Graph::new();
    let (c, d, x) = (g.input_range("c", c.0, c.1), g.input_range("d", d.0, d.1), g.input_range("x", -64, 63));
    let sum = g.add(c, d);
    let y = g.mul(sum, x);
    g.output_range("y", y);
    let module = Module::new("circuit", "", g, &Target::new(Family::Xc7).with_clock(20.0));
    assert_eq!(module.latency(), 1);
    module.verilog().expect("Verilog")
}

/// Wrong results of 2000 after `synth_xilinx`, beside integers in the bench.
fn wrong_after_synthesis(verilog: &str, c: (i128, i128), d: (i128, i128)) -> u32 {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("circuit.v"), verilog).expect("written");
    let script = "read_verilog circuit.v; synth_xilinx -family xc7 -flatten -top circuit; \
                  select -assert-count 1 t:DSP48E1; delete =A:blackbox; read_verilog -defer +/xilinx/cells_sim.v; \
                  hierarchy -top circuit; proc; flatten; opt_clean; splitnets; write_verilog -noattr flat.v";
    Run::new(Tool::Yosys, dir.path()).args(["-q", "-p", script]).output().expect("synthesised");
    // Inputs of which the bench reads as many bits as their ports have.
    let bench = format!(
        "module bench; reg clk = 0; integer c, d, x, want, n, bad; wire signed [31:0] y;\n\
         circuit u (.clk(clk), .c(c), .d(d), .x(x), .y(y));\n\
         initial begin bad = 0; for (n = 0; n < 2000; n = n + 1) begin\n\
         c = {} + $unsigned($random) % {}; d = {} + $unsigned($random) % {}; x = $unsigned($random) % 128 - 64;\n\
         want = (c + d) * x; #1 clk = 1; #1 clk = 0; if ($signed(y) !== want) bad = bad + 1; end\n\
         $display(\"%0d\", bad); end endmodule\n",
        c.0,
        c.1 - c.0 + 1,
        d.0,
        d.1 - d.0 + 1
    );
    // The port of y has the width of the product; its sign fills the wire.
    let width =
        verilog.split("output wire signed [").nth(1).and_then(|t| t.split(':').next()).expect("a width");
    let bench = bench.replace("wire signed [31:0] y", &format!("wire signed [{width}:0] y"));
    std::fs::write(dir.path().join("bench.v"), bench).expect("written");
    let compile = Run::new(Tool::Iverilog, dir.path()).args(["-g2005", "-s", "bench", "-o", "bench.vvp"]);
    compile.args(["flat.v", "bench.v"]).output().expect("it compiles");
    let said = Run::new(Tool::Vvp, dir.path()).args(["-n", "bench.vvp"]).output().expect("it runs").stdout;
    said.trim().parse().expect("a number")
}

/// A sum that is unsigned by the rules of Verilog is extended by zeros where yosys packs it before the multiplier.
#[test]
fn a_signed_sum_survives_in_front_of_a_multiplier() {
    if ![Tool::Yosys, Tool::Iverilog, Tool::Vvp].into_iter().all(have) {
        return;
    }
    let (c, d) = ((-500, 400), (-32, 31));
    let now = sum_and_product(c, d);
    assert_eq!(wrong_after_synthesis(&now, c, d), 0);
    // As it was written before: the same bits, without signs.
    let sum = now.lines().find(|l| l.contains(" + ")).expect("a sum");
    let before = now.replace(sum, &sum.replace("$signed(", "("));
    assert!(wrong_after_synthesis(&before, c, d) > 500, "this yosys packs no unsigned sums");
}

/// A sum whose sign is cut off, because it is never negative, must not come before the multiplier with its operands cut.
#[test]
fn a_cut_sum_survives_in_front_of_a_multiplier() {
    if ![Tool::Yosys, Tool::Iverilog, Tool::Vvp].into_iter().all(have) {
        return;
    }
    let (c, d) = ((-200, 55), (200, 455));
    let now = sum_and_product(c, d);
    assert_eq!(wrong_after_synthesis(&now, c, d), 0);
    let cut = now.replace("(* keep *) ", "");
    assert!(cut != now && wrong_after_synthesis(&cut, c, d) > 500, "this yosys packs no cut sums");
}

const MEMORY: &str = include_str!("../src/models/memory.v");

/// Memories as yosys maps them, and what simulates their blocks.
struct Memories {
    dir: TempDir,
    models: usize,
}

impl Memories {
    fn synthesised(synthesis: &str, cells: &str, models: &[&str], block: &str) -> Memories {
        let dir = tempfile::tempdir().expect("a directory");
        let texts = [include_str!("models/memories.v"), include_str!("models/memories_bench.v")];
        for (name, text) in ["memories.v", "bench.v"].into_iter().zip(texts) {
            std::fs::write(dir.path().join(name), text).expect("written");
        }
        let words = |count: u64, word: fn(u64) -> u64| -> String {
            (0..count).map(|k| format!("{:x}\n", word(k))).collect()
        };
        for (name, text) in [
            ("rom.mem", words(512, |k| (k * 40503) & 0xffff)),
            ("wide.mem", words(512, |k| (k * 0x9_E377_9B97) & 0xf_ffff_ffff)),
            ("deep.mem", words(4096, |k| ((k * 2_654_435) >> 7) & 15)),
        ] {
            std::fs::write(dir.path().join(name), text).expect("written");
        }
        let memories = Memories { dir, models: models.len() };
        memories.put(models);
        let boxes: String = memories.names().map(|n| format!("read_verilog -lib {n}; ")).collect();
        let script = format!(
            "read_verilog memories.v; {synthesis} -top memories; select -assert-min 4 t:{block}; delete =A:blackbox; \
             {boxes}read_verilog -defer {cells}; hierarchy -top memories; proc; flatten; opt_clean; \
             rename memories netlist; splitnets; write_verilog -noattr flat.v"
        );
        Run::new(Tool::Yosys, memories.dir.path()).args(["-q", "-p", &script]).output().expect("synthesised");
        memories
    }

    fn names(&self) -> impl Iterator<Item = String> {
        (0..self.models).map(|i| format!("model{i}.v"))
    }

    fn put(&self, models: &[&str]) {
        for (name, text) in self.names().zip(models) {
            std::fs::write(self.dir.path().join(name), text).expect("written");
        }
    }

    /// What differs between the netlist, whose blocks these models simulate, and the Verilog.
    fn wrong(&self, models: &[&str]) -> u32 {
        self.put(models);
        let dir = self.dir.path();
        let compile = Run::new(Tool::Iverilog, dir).args(["-g2005", "-s", "bench", "-o", "bench.vvp"]);
        compile.args(["flat.v", "bench.v", "memories.v"]).args(self.names()).output().expect("it compiles");
        let said = Run::new(Tool::Vvp, dir).args(["-n", "bench.vvp"]).output().expect("it runs").stdout;
        let number = said.trim().strip_prefix("wrong ").and_then(|n| n.parse().ok());
        number.unwrap_or_else(|| panic!("{said}"))
    }
}

#[test]
fn memories_of_every_family_are_those_of_the_verilog() {
    if ![Tool::Yosys, Tool::Iverilog, Tool::Vvp].into_iter().all(have) {
        return;
    }
    let (ecp5, nexus, xc7) = (
        include_str!("../src/models/ecp5.v"),
        include_str!("../src/models/nexus.v"),
        include_str!("../src/models/xc7.v"),
    );
    let wrong = |synthesis, cells, models: &[&str], block| {
        Memories::synthesised(synthesis, cells, models, block).wrong(models)
    };
    let nexus = wrong("synth_nexus", "+/nexus/cells_sim.v", &[MEMORY, nexus], "PDPSC16K");
    let xilinx = "synth_xilinx -family xc7 -flatten";
    let xc7 = wrong(xilinx, "+/xilinx/cells_sim.v", &[MEMORY, xc7], "RAMB18E1");
    let ice40 = wrong("synth_ice40", "+/ice40/cells_sim.v", &[], "SB_RAM40_4K");
    let on_ecp5 = Memories::synthesised("synth_ecp5", "+/ecp5/cells_sim.v", &[MEMORY, ecp5], "DP16KD");
    assert_eq!((on_ecp5.wrong(&[MEMORY, ecp5]), nexus, xc7, ice40), (0, 0, 0, 0));
    // A bit of what is written, a byte of what is there from the start, and a byte enable too many are seen.
    let spoilt = |text: &str, from: &str, to: &str| {
        assert!(text.contains(from), "{from} is not in the model");
        text.replacen(from, to, 1)
    };
    assert!(on_ecp5.wrong(&[&spoilt(MEMORY, "= data[9*i +: 9];", "= data[9*i +: 9] ^ 1;"), ecp5]) > 0);
    assert!(on_ecp5.wrong(&[&spoilt(MEMORY, "INIT[9*k +: 9]", "INIT[9*k +: 9] ^ (k == 700)"), ecp5]) > 0);
    assert!(on_ecp5.wrong(&[MEMORY, &spoilt(ecp5, "ROWS[20*i +: 18]", "ROWS[18*i +: 18]")]) > 0);
}
