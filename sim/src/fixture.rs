//! A small circuit for tests, written by hand, with its integer model.
//!
//! Two squares and a table: layer 0 is `h0 = sat(x0² / 16)` and `h1 = sat(x1² / 16)`, layer 1 is
//! `y = h0 + table[h1]`. Four registers from input to output.

use crate::check::Golden;
use crate::verilator::Options;
use gainstage_golden::num::Format;
use gainstage_hdl::wrap::manifest::{Architecture, Files, Manifest, Port, Probe, SCHEMA};
use std::path::{Path, PathBuf};

pub(crate) const SQUARE: &str = "`default_nettype none
module square (input wire clk, input wire signed [8:0] x, output reg [7:0] y);
  reg [16:0] p;
  wire signed [17:0] product = x * x;
  wire [12:0] shifted = p[16:4];
  wire unused = &{1'b0, product[17], p[3:0]};
  always @(posedge clk) begin
    p <= product[16:0];
    y <= |shifted[12:8] ? 8'hff : shifted[7:0];
  end
endmodule
`default_nettype wire
";

pub(crate) const TOP: &str = "`default_nettype none
module duo (
  input wire clk, input wire rst, input wire in_valid,
  input wire signed [8:0] x0, input wire signed [8:0] x1,
  output wire out_valid, output reg signed [9:0] y
);
  wire [7:0] h0;
  wire [7:0] h1;
  square s0 (.clk(clk), .x(x0), .y(h0));
  square s1 (.clk(clk), .x(x1), .y(h1));
  reg signed [7:0] mem [0:255];
  initial $readmemh(\"table.mem\", mem);
  reg signed [7:0] t;
  reg [7:0] h0_late;
  reg [3:0] valid;
  always @(posedge clk) begin
    t <= mem[h1];
    h0_late <= h0;
    y <= $signed({2'b00, h0_late}) + $signed({{2{t[7]}}, t});
    valid <= rst ? 4'b0000 : {valid[2:0], in_valid};
  end
  assign out_valid = valid[3];
endmodule
`default_nettype wire
";

fn entry(address: i64) -> i64 {
    (address * 37 + 11) % 256 - 128
}

/// The integer model: h0, h1, y.
pub(crate) fn golden(x: &[i64]) -> [i64; 3] {
    let square = |x: i64| ((x * x) >> 4).min(255);
    let (h0, h1) = (square(x[0]), square(x[1]));
    [h0, h1, h0 + entry(h1)]
}

/// The integer model with its neurons.
pub(crate) struct Duo;

impl Golden for Duo {
    fn outputs(&self, inputs: &[i64], out: &mut [i64]) {
        out[0] = golden(inputs)[2];
    }

    fn probe(&self, inputs: &[i64], layer: usize, neuron: usize) -> Option<i64> {
        golden(inputs).get(2 * layer + neuron).copied()
    }
}

fn format(signed: bool, width: u32) -> Format {
    Format::new(signed, width, 0).expect("a sensible format")
}

pub(crate) fn manifest() -> Manifest {
    let port = |name: &str, width| Port { name: name.into(), format: format(true, width) };
    let probe = |layer, neuron, signal: &str, format, latency| {
        let signal = signal.into();
        Probe { layer, neuron, signal, format, latency }
    };
    let byte = format(false, 8);
    Manifest {
        schema: SCHEMA,
        generator: "by hand".into(),
        top: "duo".into(),
        clock: "clk".into(),
        reset: "rst".into(),
        in_valid: "in_valid".into(),
        in_ready: None,
        load: None,
        rom_dir: None,
        out_valid: "out_valid".into(),
        inputs: vec![port("x0", 9), port("x1", 9)],
        outputs: vec![port("y", 10)],
        latency: 4,
        interval: 1,
        architecture: Architecture::Parallel,
        family: "generic".into(),
        clock_mhz: 50.0,
        codes: Vec::new(),
        files: Files {
            verilog: vec!["rtl/square.v".into(), "rtl/duo.v".into()],
            roms: vec!["rtl/table.mem".into()],
        },
        probes: vec![
            probe(1, 0, "y", format(true, 10), 4),
            probe(0, 0, "s0.y", byte, 2),
            probe(0, 1, "s1.y", byte, 2),
        ],
    }
}

/// The table's file.
pub(crate) fn rom() -> String {
    (0..256).map(|a| format!("{:02x}\n", entry(a) as u8)).collect()
}

/// Writes a design's directory.
pub(crate) fn write(dir: &Path, manifest: &Manifest, files: &[(&str, &str)]) {
    std::fs::create_dir_all(dir.join("rtl")).expect("a directory");
    manifest.write(dir).expect("a sound manifest");
    for (name, text) in files {
        std::fs::write(dir.join("rtl").join(name), text).expect("written");
    }
}

/// The circuit in a new directory, its files changed by `change` (file name, text).
pub(crate) fn design(change: impl Fn(&str, String) -> String) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let texts = [("square.v", SQUARE.to_string()), ("duo.v", TOP.to_string()), ("table.mem", rom())];
    let changed = texts.map(|(name, text)| (name, change(name, text)));
    write(dir.path(), &manifest(), &changed.each_ref().map(|(name, text)| (*name, text.as_str())));
    dir
}

/// Replaces text that must be there.
pub(crate) fn swap(text: String, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in the text");
    text.replacen(from, to, 1)
}

/// A cache that outlives the test run, apart from the user's.
pub(crate) fn options() -> Options {
    let cache = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/test-cache"));
    Options { cache: Some(cache), ..Options::default() }
}

/// Whether all tools are there; otherwise says that a test is skipped.
pub(crate) fn have(tools: &[crate::run::Tool]) -> bool {
    tools.iter().all(|t| t.find().inspect_err(|e| println!("skipped: {e}")).is_ok())
}
