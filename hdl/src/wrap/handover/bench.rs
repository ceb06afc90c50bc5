//! A self-checking test bench in plain Verilog-2005.

use super::{Samples, signed, units};
use crate::emit::SourceFile;
use crate::wrap::manifest::{Manifest, Port};
use std::fmt::Write;

/// What the bench's module is called after the top module's name.
pub const BENCH_SUFFIX: &str = "_tb";

/// `TOP_tb.v` and the two files of vectors that it reads from its working directory, where the circuit's memory files
/// must be too.
///
/// It drives every sample, the first half as fast as the circuit takes them, the rest with gaps, and checks
/// `out_valid` in every cycle and the outputs of every sample. It prints `PASS` and ends with `$finish`, or prints the
/// first mismatch and ends with `$fatal` (which gives an exit code; with the macro `NO_FATAL`, with `$finish`).
///
/// # Panics
/// If the samples are no whole rows of the manifest's ports.
pub fn testbench(m: &Manifest, samples: Samples<'_>) -> Vec<SourceFile> {
    let file = |path: String, text: String| SourceFile { path, text };
    let name = format!("{}{BENCH_SUFFIX}", m.top);
    let (inputs, outputs) = (format!("{name}_inputs.mem"), format!("{name}_outputs.mem"));
    vec![
        file(format!("{name}.v"), text(m, &name, samples.rows(m))),
        file(inputs, rows(&m.inputs, samples.inputs)),
        file(outputs, rows(&m.outputs, samples.outputs)),
    ]
}

/// A row per line: the codes side by side, the first port in the highest bits, in hexadecimal.
fn rows(ports: &[Port], codes: &[i64]) -> String {
    let mut text = String::new();
    let mut bits: Vec<u8> = Vec::new();
    for row in codes.chunks(ports.len()) {
        bits.clear();
        for (code, p) in row.iter().zip(ports) {
            bits.extend((0..p.format.width).rev().map(|i| (code >> i & 1) as u8));
        }
        let digit = |c: &[u8]| c.iter().fold(0, |v, b| v << 1 | u32::from(*b));
        // Digits of four bits from the low end; the first may have fewer.
        let digits: Vec<char> = bits.rchunks(4).filter_map(|c| char::from_digit(digit(c), 16)).collect();
        text.extend(digits.iter().rev());
        text.push('\n');
    }
    text
}

fn bits(ports: &[Port]) -> u32 {
    ports.iter().map(|p| p.format.width).sum()
}

/// Names with a prefix, side by side.
fn names(ports: &[Port], prefix: &str) -> String {
    ports.iter().map(|p| format!("{prefix}{}", p.name)).collect::<Vec<_>>().join(", ")
}

fn text(m: &Manifest, name: &str, count: usize) -> String {
    let mut text = head(m, name);
    text.push_str(&declarations(m, name, count));
    text.push_str(&drive(m));
    text.push_str(&check(m));
    text.push_str("endmodule\n`default_nettype wire\n");
    text
}

fn head(m: &Manifest, name: &str) -> String {
    format!(
        "// Self-checking test bench of {top}: prints PASS, or FAIL with the first mismatch.\n//\n\
         {}//\n\
         // Run it in the directory of this file, where the memory files are:\n\
         //   Icarus    iverilog -g2005 -o {name}.vvp *.v && vvp {name}.vvp\n\
         //   Questa    vlib work && vlog -sv *.v && vsim -c {name} -do \"run -all; quit\"\n\
         //   Vivado    xvlog -sv *.v && xelab {name} -R\n\
         // A failure ends with $fatal; define NO_FATAL for a simulator that does not know it.\n\
         `default_nettype none\nmodule {name};\n",
        units(m, "//  "),
        top = m.top,
    )
}

fn declarations(m: &Manifest, name: &str, count: usize) -> String {
    let mut text = format!(
        "    localparam COUNT = {count};\n    localparam LATENCY = {};\n    localparam INTERVAL = {};\n\n",
        m.latency, m.interval
    );
    let mut line = |s: String| {
        text.push_str("    ");
        text.push_str(&s);
        text.push('\n');
    };
    let range = |p: &Port| format!("[{}:0]", p.format.width - 1);
    line(format!("reg [{}:0] stimulus [0:COUNT-1];", bits(&m.inputs) - 1));
    line(format!("reg [{}:0] expected [0:COUNT-1];", bits(&m.outputs) - 1));
    line(format!("initial $readmemh(\"{name}_inputs.mem\", stimulus);"));
    line(format!("initial $readmemh(\"{name}_outputs.mem\", expected);\n"));
    line("reg clk, rst, in_valid;\n    wire out_valid;".into());
    // Where there is no such port, a sample is taken in every clock.
    line(if m.in_ready.is_some() { "wire in_ready;" } else { "wire in_ready = 1'b1;" }.into());
    if let Some(load) = &m.load {
        line(
            "reg load_start, load_valid;\n    reg [15:0] load_data;\n    wire loaded;\n    integer loading;"
                .into(),
        );
        line(format!("reg [15:0] weights [0:{}];", load.words - 1));
        let file = load.file.rsplit('/').next().unwrap_or(&load.file);
        line(format!("initial $readmemh(\"{file}\", weights);"));
    }
    m.inputs.iter().for_each(|p| line(format!("reg{} {} p_{};", signed(p), range(p), p.name)));
    m.outputs.iter().for_each(|p| line(format!("wire{} {} p_{};", signed(p), range(p), p.name)));
    m.outputs.iter().for_each(|p| line(format!("reg{} {} e_{};", signed(p), range(p), p.name)));
    line(format!("{} dut (", m.top));
    let signals =
        [(&m.clock, "clk"), (&m.reset, "rst"), (&m.in_valid, "in_valid"), (&m.out_valid, "out_valid")];
    let ready = m.in_ready.iter().map(|port| (port, "in_ready"));
    let load = m.load.iter().flat_map(|l| {
        [(&l.start, "load_start"), (&l.valid, "load_valid"), (&l.data, "load_data"), (&l.loaded, "loaded")]
    });
    signals
        .into_iter()
        .chain(ready)
        .chain(load)
        .for_each(|(port, signal)| line(format!("    .{port}({signal}),")));
    let data: Vec<&Port> = m.inputs.iter().chain(&m.outputs).collect();
    for (i, p) in data.iter().enumerate() {
        let comma = if i + 1 < data.len() { "," } else { "" };
        line(format!("    .{0}(p_{0}){comma}", p.name));
    }
    line(");\n".into());
    text
}

/// Inputs change with the falling edge.
fn drive(m: &Manifest) -> String {
    let inputs = names(&m.inputs, "p_");
    format!(
        "    integer sent, wait_for, received, drained;
    reg done;
    reg [15:0] lfsr;
    always #5 clk = ~clk;
    initial begin
        clk = 1'b0;
        rst = 1'b1;
        in_valid = 1'b0;
        {{{inputs}}} = 0;
        sent = 0;
        wait_for = 0;
        received = 0;
        drained = 0;
        done = 1'b0;
        lfsr = 16'hace1;
        repeat (4) @(negedge clk);
{}        rst = 1'b0;
    end

    // The first half as fast as the circuit takes samples, the rest with gaps. Between samples the inputs change too.
    always @(negedge clk) if (!rst) begin
        lfsr = {{lfsr[14:0], lfsr[15] ^ lfsr[13] ^ lfsr[12] ^ lfsr[10]}};
        if (wait_for > 0 || sent == COUNT || (2 * sent >= COUNT && lfsr[1:0] == 2'b00)) begin
            if (wait_for > 0) wait_for = wait_for - 1;
            in_valid = 1'b0;
            {{{inputs}}} = ~{{{inputs}}};
        end else begin
            in_valid = 1'b1;
            {{{inputs}}} = stimulus[sent];
            sent = sent + 1;
            wait_for = INTERVAL - 1;
        end
    end

",
        m.load.as_ref().map_or(String::new(), |load| loading(load.words))
    )
}

/// The weights go in before the reset ends.
fn loading(words: u32) -> String {
    format!(
        "        load_valid = 1'b0;
        load_start = 1'b1;
        @(negedge clk);
        load_start = 1'b0;
        load_valid = 1'b1;
        for (loading = 0; loading < {words}; loading = loading + 1) begin
            load_data = weights[loading];
            @(negedge clk);
        end
        load_valid = 1'b0;
        if (loaded !== 1'b1) begin
            $display(\"FAIL: loaded is %b behind the last of {words} words\", loaded);
            fail;
        end
"
    )
}

/// Outputs are looked at with the rising edge, as a register behind the circuit would take them.
fn check(m: &Manifest) -> String {
    // Bit k tells whether a sample went in k + 1 clocks ago.
    let due = match m.latency {
        0 => "in_valid".to_owned(),
        latency => format!("history[{}]", latency - 1),
    };
    let mut compare = String::new();
    for p in &m.outputs {
        let name = &p.name;
        // Writing to a string cannot fail.
        let _ = write!(
            compare,
            "            if (!done && p_{name} !== e_{name}) begin
                $display(\"FAIL: sample %0d (inputs %h), {name}: expected %0d, got %0d\",
                    received, stimulus[received], e_{name}, p_{name});
                fail;
            end
"
        );
    }
    format!(
        "    task fail;
        begin
            done = 1'b1;
`ifdef NO_FATAL
            $finish;
`else
            $fatal(1);
`endif
        end
    endtask

    reg [LATENCY:0] history;
    initial history = 0;
    always @(posedge clk) if (!rst && !done) begin
        history <= (history << 1) | in_valid;
        if (in_valid && in_ready !== 1'b1) begin
            $display(\"FAIL: sample %0d is not taken: in_ready is %b, the interval is %0d clocks\",
                sent - 1, in_ready, INTERVAL);
            fail;
        end else if (out_valid !== {due}) begin
            $display(\"FAIL: after %0d samples out_valid is %b, expected %b: the latency is %0d clocks\",
                received, out_valid, {due}, LATENCY);
            fail;
        end else if (out_valid) begin
            {{{expected}}} = expected[received];
{compare}            received = received + 1;
        end
        if (received == COUNT) drained = drained + 1;
        if (!done && drained > LATENCY + INTERVAL + 4) begin
            done = 1'b1;
            $display(\"PASS: %0d samples, latency %0d, interval %0d\", COUNT, LATENCY, INTERVAL);
            $finish;
        end
    end
",
        expected = names(&m.outputs, "e_"),
    )
}
