//! `export`: files for other people's tools.

use super::Outcome;
use crate::flow::export::{self, File, Format, Source, Tests, onnx};
use crate::flow::load::samples_with;
use gainstage_golden::export::c99::{Buffers, Options};
use gainstage_golden::export::rom::RomFormat;
use std::fmt::Write;
use std::path::PathBuf;

/// Arguments of `export`.
#[derive(clap::Args)]
#[command(after_help = "\
Memory formats write the tables of the circuit and the weights and biases of each layer, a file each, and say which of
them the Verilog reads: where it reads weights, those of its engines, not those of the layers. Words are raw bits, a
signed code as two's complement, weights neuron after neuron. Raw binary has the lowest byte first.

c99 writes NAME.h and NAME.c: integers only, no heap, `void NAME_run(const int64_t *x, int64_t *y)`, the same bits as
the circuit, and NAME.hpp for C++. Sizes of constants and stack are printed and stand in the header.

rust writes a crate, Cargo.toml and src/lib.rs: no std, no heap, no panics; `run` takes and gives numbers of the crate
fixed, `run_codes` codes. python writes NAME.py, a reference to read: numpy, a line a step, formats in comments.

onnx writes one file, OUT if that ends in .onnx, else OUT/NAME.onnx. Of a plan it holds int64 arithmetic from codes to
codes, the same bits as the circuit; with --values from and to float64 values. Of a model.json it holds float32.

testbench and cocotb write a test with vectors and all files of the circuit, ready to run in OUT: corner codes, the
samples of --data, random codes. The Verilog bench prints PASS, or the first mismatch and ends with $fatal.

All formats but the memories, c99, rust, python and onnx need a directory that `generate` or `build` wrote.

Examples:
  gainstage export plan.json --format c99 -o c
  gainstage export plan.json --format onnx -o plan.onnx
  gainstage export net --format coe -o coe
  gainstage export net --format testbench --vectors 5000 -o tb")]
pub struct Args {
    /// A directory that `generate` or `build` wrote, or a plan; for onnx also a model
    #[arg(value_name = "DIR|plan.json|model.json")]
    source: PathBuf,
    /// What to write
    #[arg(long, value_enum)]
    format: Name,
    /// Directory to write into; it is made. For onnx also a file that ends in .onnx
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Samples for tests
    #[arg(long, value_name = "FILE.csv")]
    data: Option<PathBuf>,
    /// Leave out samples with a cell that has no value
    #[arg(long)]
    skip_missing: bool,
    /// Random vectors for tests
    #[arg(long, value_name = "N", default_value_t = 1000)]
    vectors: u64,
    /// Their seed
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// c99: keep weights and tables in program memory where the program is compiled for an AVR
    #[arg(long)]
    progmem: bool,
    /// c99: also a function for buffers of 16 or 32 bits that span -1 to 1, in units of each port's full scale
    #[arg(long, value_enum, value_name = "Q")]
    buffers: Option<Q>,
    /// onnx: of a plan the values that codes stand for, not the codes
    #[arg(long)]
    values: bool,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
}

/// Elements of buffers.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Q {
    /// int16_t with 15 fraction bits
    Q15,
    /// int32_t with 31 fraction bits
    Q31,
}

/// Formats by the names that users give.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Name {
    /// Memories: hexadecimal, one word per line ($readmemh)
    Mem,
    /// The same, called .hex
    Hex,
    /// Memories: Xilinx coefficient files
    Coe,
    /// Memories: Xilinx .mif, binary
    MifXilinx,
    /// Memories: Altera .mif
    MifAltera,
    /// Memories: raw bytes, the lowest first
    Bin,
    /// Memories: C arrays
    CHeader,
    /// The network as a C program
    C99,
    /// The network as a Rust crate without std
    Rust,
    /// The network as a Python script on numpy
    Python,
    /// A plan or a model as an ONNX graph
    Onnx,
    /// A self-checking Verilog test bench
    Testbench,
    /// A clock constraint for synthesis
    Sdc,
    /// A clock constraint for Vivado
    Xdc,
    /// A VHDL component declaration
    Vhdl,
    /// A Verilog instantiation to copy from
    Template,
    /// The AXI4-Stream wrapper of the circuit, without the circuit itself
    AxiStream,
    /// A test for cocotb 2
    Cocotb,
}

impl Name {
    /// The format of a plan's or a circuit's files; none for ONNX, which also takes models.
    fn format(self, options: Options) -> Option<Format> {
        Some(match self {
            Name::Onnx => return None,
            Name::Mem => Format::Rom(RomFormat::Mem),
            Name::Hex => Format::Rom(RomFormat::Hex),
            Name::Coe => Format::Rom(RomFormat::Coe),
            Name::MifXilinx => Format::Rom(RomFormat::MifXilinx),
            Name::MifAltera => Format::Rom(RomFormat::MifAltera),
            Name::Bin => Format::Rom(RomFormat::Binary),
            Name::CHeader => Format::Rom(RomFormat::CHeader),
            Name::C99 => Format::C99(options),
            Name::Rust => Format::Rust,
            Name::Python => Format::Python,
            Name::Testbench => Format::Testbench,
            Name::Sdc => Format::Sdc,
            Name::Xdc => Format::Xdc,
            Name::Vhdl => Format::Vhdl,
            Name::Template => Format::Template,
            Name::Cocotb => Format::Cocotb,
            Name::AxiStream => Format::AxiStream,
        })
    }
}

/// The files of a plan or a circuit.
fn files(args: &Args, format: Format) -> anyhow::Result<(Vec<File>, serde_json::Value)> {
    let source = Source::read(&args.source)?;
    let file = args.data.as_deref().map(|f| f.display().to_string()).unwrap_or_default();
    let samples =
        args.data.as_deref().map(|file| samples_with(&args.source, file, args.skip_missing)).transpose()?;
    let data = samples.as_ref().map(|s| (s, file.as_str()));
    source.files(format, &Tests { random: args.vectors, seed: args.seed, data })
}

/// A number as it is, a list with commas.
fn shown(value: &serde_json::Value) -> String {
    match value.as_array() {
        Some(all) if all.is_empty() => "none".into(),
        Some(all) => all.iter().filter_map(|v| v.as_str()).collect::<Vec<_>>().join(", "),
        None => value.to_string(),
    }
}

/// Runs `export`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        !args.progmem || matches!(args.format, Name::C99),
        "--progmem is about the C program: give --format c99, or leave it out"
    );
    anyhow::ensure!(
        !args.values || matches!(args.format, Name::Onnx),
        "--values is about ONNX files: give --format onnx, or leave it out"
    );
    anyhow::ensure!(
        args.buffers.is_none() || matches!(args.format, Name::C99),
        "--buffers is about the C program: give --format c99, or leave it out"
    );
    let buffers = args.buffers.map(|q| match q {
        Q::Q15 => Buffers::Q15,
        Q::Q31 => Buffers::Q31,
    });
    let options = Options { progmem: args.progmem, buffers };
    let (directory, files, sizes) = match args.format.format(options) {
        Some(format) => {
            let (files, sizes) = files(args, format)?;
            (args.output.clone(), files, sizes)
        }
        None => {
            let (file, sizes) = onnx::onnx(&args.source, args.values)?;
            let (directory, file) = onnx::place(&args.output, file);
            (directory, vec![file], sizes)
        }
    };
    let paths = export::write(&directory, &files, args.force)?;

    let mut text = String::new();
    for path in &paths {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", path.display());
    }
    for (name, value) in sizes.as_object().into_iter().flatten() {
        let _ = writeln!(text, "{}: {}", name.replace('_', " "), shown(value));
    }
    let mut json = serde_json::json!({ "ok": true, "output": args.output, "files": paths });
    if let (Some(all), Some(more)) = (json.as_object_mut(), sizes.as_object()) {
        all.extend(more.clone());
    }
    Ok(Outcome::held(text, json))
}
