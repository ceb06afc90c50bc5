//! The AXI4-Stream wrapper of a core: a function of its manifest alone, whatever its architecture.

use super::manifest::{Manifest, Port};
use super::sources;
use crate::emit::{SourceFile, owned};
use std::fmt::Write;

/// The directory of the wrapper inside a generated directory.
pub const STREAM_DIR: &str = "axis";

/// Slots beyond those that hide the latency: taking, filling and fetching each take a clock.
const SPARE_SLOTS: u32 = 3;

/// An AXI4-Stream wrapper: a beat holds a sample, each code in whole bytes, the first code in the lowest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The module: the core's name with `_axis` behind it.
    pub module: String,
    /// Bytes of an input beat.
    pub in_bytes: u32,
    /// Bytes of an output beat.
    pub out_bytes: u32,
    /// Results that fit into the buffer, as a power of two.
    pub slot_bits: u32,
}

/// Whole bytes of a code.
fn bytes(port: &Port) -> u32 {
    port.format.width.div_ceil(8)
}

impl Stream {
    /// The wrapper of a core.
    pub fn new(core: &Manifest) -> Stream {
        let slots = core.latency.div_ceil(core.interval) + SPARE_SLOTS;
        Stream {
            module: format!("{}_axis", core.top),
            in_bytes: core.inputs.iter().map(bytes).sum(),
            out_bytes: core.outputs.iter().map(bytes).sum(),
            slot_bits: slots.next_power_of_two().ilog2(),
        }
    }

    /// The wrapper and what it stands on, paths relative to the generated directory, children first.
    pub fn files(&self, core: &Manifest) -> Vec<SourceFile> {
        let mut files = sources::files(STREAM_DIR, &core.top, sources::STREAM);
        files.push(SourceFile {
            path: format!("{STREAM_DIR}/{}.v", self.module),
            text: owned(&core.top, &self.verilog(core)),
        });
        files
    }

    /// The input beat of a row of codes: little-endian, two's complement in whole bytes.
    pub fn pack(core: &Manifest, codes: &[i64], beat: &mut Vec<u8>) {
        for (port, code) in core.inputs.iter().zip(codes) {
            beat.extend_from_slice(&code.to_le_bytes()[..bytes(port) as usize]);
        }
    }

    /// The codes of an output beat.
    pub fn unpack(core: &Manifest, mut beat: &[u8], codes: &mut Vec<i64>) {
        for port in &core.outputs {
            let (code, rest) = beat.split_at(bytes(port) as usize);
            let negative = port.format.signed && code.last().is_some_and(|b| b & 0x80 != 0);
            let mut all = [if negative { 0xff } else { 0 }; 8];
            all[..code.len()].copy_from_slice(code);
            codes.push(i64::from_le_bytes(all));
            beat = rest;
        }
    }

    fn verilog(&self, core: &Manifest) -> String {
        let Stream { module, in_bytes, out_bytes, slot_bits } = self;
        let (in_top, out_top) = (8 * in_bytes - 1, 8 * out_bytes - 1);
        let out_bits: u32 = core.outputs.iter().map(|p| p.format.width).sum();
        let mut text = self.header(core);
        let parameters = match &core.rom_dir {
            Some(name) => format!("#(\n    parameter {name} = \"\"\n) "),
            None => String::new(),
        };
        let _ = write!(
            text,
            "`default_nettype none
module {module} {parameters}(
    input wire aclk,
    input wire aresetn,
    input wire [{in_top}:0] s_axis_tdata,
    input wire s_axis_tvalid,
    output wire s_axis_tready,
    input wire s_axis_tlast,
    output wire [{out_top}:0] m_axis_tdata,
    output wire m_axis_tvalid,
    input wire m_axis_tready,
    output wire m_axis_tlast{}
);
    wire rst = ~aresetn;
    wire core_valid;
    wire core_ready;
    wire result_valid;
    wire [{}:0] result;
    wire [{}:0] buffered;
",
            load_ports(core),
            out_bits - 1,
            out_bits - 1
        );
        self.core(core, &mut text);
        let _ = write!(
            text,
            "
    gainstage_stream #(
        .OUT_BITS({out_bits}),
        .SLOT_BITS({slot_bits})
    ) stream (
        .clk(aclk),
        .rst(rst),
        .in_valid(s_axis_tvalid),
        .in_ready(s_axis_tready),
        .in_last(s_axis_tlast),
        .core_valid(core_valid),
        .core_ready(core_ready),
        .result_valid(result_valid),
        .result(result),
        .out_valid(m_axis_tvalid),
        .out_ready(m_axis_tready),
        .out_data(buffered),
        .out_last(m_axis_tlast)
    );
    assign m_axis_tdata = {};
endmodule
`default_nettype wire
",
            padded(core)
        );
        text
    }

    fn header(&self, core: &Manifest) -> String {
        let mut text = format!(
            "// {}\n// AXI4-Stream around {}: a beat in is a sample, a beat out its result. TLAST goes along with it.\n//\n",
            self.module, core.top
        );
        for (name, ports) in [("s_axis_tdata", &core.inputs), ("m_axis_tdata", &core.outputs)] {
            let mut low = 0;
            for port in ports {
                let top = low + 8 * bytes(port) - 1;
                let _ = writeln!(text, "// {name}[{top}:{low}] holds {} ({})", port.name, port.format);
                low = top + 1;
            }
        }
        let _ = writeln!(
            text,
            "// Codes out are sign- or zero-extended to whole bytes; the spare bits of codes in are ignored.\n\
             // Samples may enter every {} of aclk. Hold aresetn low for a clock after power-up.\n\
             // Written by {}.",
            if core.interval == 1 { "clock".into() } else { format!("{} clocks", core.interval) },
            core.generator
        );
        text
    }

    /// The core, its codes cut out of the beat, and its results side by side without spare bits.
    fn core(&self, core: &Manifest, text: &mut String) {
        let mut connections = String::new();
        let mut unused = Vec::new();
        let mut low = 0;
        for port in &core.inputs {
            let (width, whole) = (port.format.width, 8 * bytes(port));
            let _ = writeln!(connections, "        .{}(s_axis_tdata[{}:{low}]),", port.name, low + width - 1);
            if width < whole {
                unused.push(format!("s_axis_tdata[{}:{}]", low + whole - 1, low + width));
            }
            low += whole;
        }
        low = 0;
        for port in &core.outputs {
            let _ = writeln!(
                connections,
                "        .{}(result[{}:{low}]),",
                port.name,
                low + port.format.width - 1
            );
            low += port.format.width;
        }
        match &core.in_ready {
            None => text.push_str("    assign core_ready = 1'b1;\n"),
            Some(port) => {
                let _ = writeln!(connections, "        .{port}(core_ready),");
            }
        }
        for port in core.load.iter().flat_map(|l| [&l.start, &l.valid, &l.data, &l.loaded]) {
            let _ = writeln!(connections, "        .{port}({port}),");
        }
        if !unused.is_empty() {
            let _ = writeln!(text, "    wire unused = &{{1'b0, {}}};", unused.join(", "));
        }
        let _ = write!(
            text,
            "
    {top} {parameters}core (
        .{clock}(aclk),
        .{reset}(rst),
        .{in_valid}(core_valid),
{connections}        .{out_valid}(result_valid)
    );
",
            top = core.top,
            parameters = core.rom_dir.as_ref().map_or(String::new(), |name| format!("#(.{name}({name})) ")),
            clock = core.clock,
            reset = core.reset,
            in_valid = core.in_valid,
            out_valid = core.out_valid
        );
    }
}

/// The ports of the weights, where they are loaded: those of the core.
fn load_ports(core: &Manifest) -> String {
    core.load.as_ref().map_or(String::new(), |l| {
        format!(
            ",\n    input wire {},\n    input wire {},\n    input wire [15:0] {},\n    output wire {}",
            l.start, l.valid, l.data, l.loaded
        )
    })
}

/// The buffered results, each extended to whole bytes, the first one lowest.
fn padded(core: &Manifest) -> String {
    let mut pieces = Vec::new();
    let mut low = 0;
    for port in &core.outputs {
        let width = port.format.width;
        let (top, spare) = (low + width - 1, 8 * bytes(port) - width);
        pieces.push(format!("buffered[{top}:{low}]"));
        match (spare, port.format.signed) {
            (0, _) => {}
            (_, true) => pieces.push(format!("{{{spare}{{buffered[{top}]}}}}")),
            (_, false) => pieces.push(format!("{spare}'b0")),
        }
        low += width;
    }
    pieces.reverse();
    format!("{{{}}}", pieces.join(", "))
}
