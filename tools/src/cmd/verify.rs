//! `verify`: proof by running the files.

use super::Outcome;
use crate::exit;
use crate::flow::load::samples_with;
use crate::flow::verify::{Options, verify};
use crate::project::misplaced;
use crate::report::ProofReport;
use gainstage_golden::document::Kind;
use std::path::PathBuf;

/// Arguments of `verify`.
#[derive(clap::Args)]
#[command(after_help = "\
Looks at every file in DIR, and names those that it knows nothing about. Verilog outside the subset that the generator \
writes is refused before any tool reads it; wrappers and files of a board are compared with what this version writes. \
Reads back every memory file, then simulates the Verilog that lies in DIR, never regenerating it: in Verilator with \
all vectors (corner codes, every code where there are at most 2^20, the samples of --data, random ones), with gaps \
and resets, and once for 140,000 clocks and more without a reset, with idle times up to 70,000 clocks, comparing every output of every cycle, latency and interval with the integer model of DIR/plan.json; then \
some seconds of them in Icarus Verilog. The first mismatch is named with its neuron, and a waveform is written to \
DIR/mismatch.vcd. Exit code 1 if anything differs.

Examples:
  gainstage verify net
  gainstage verify net --vectors 1000000 --seed 7 --data test.csv
  gainstage verify net --lint --json")]
pub struct Args {
    /// A directory that `generate` or `build` wrote
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Random vectors
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    vectors: u64,
    /// Seed of random vectors, gaps, resets and power-up states
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Samples to run as well
    #[arg(long, value_name = "FILE.csv")]
    data: Option<PathBuf>,
    /// Leave out samples of --data with a cell that has no value
    #[arg(long, requires = "data")]
    skip_missing: bool,
    /// Also run the linters that are installed: Verilator, Icarus Verilog, yosys
    #[arg(long)]
    lint: bool,
    /// Leave the second simulator out
    #[arg(long)]
    no_second: bool,
}

/// Runs `verify`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    if args.dir.is_file() {
        let other =
            anyhow::anyhow!("{}: not a directory; give one that `generate` wrote", args.dir.display());
        return Err(misplaced(&args.dir, Kind::Generated, "directory of a generated circuit", other));
    }
    let name = args.data.as_deref().map(|file| file.display().to_string()).unwrap_or_default();
    let samples =
        args.data.as_deref().map(|file| samples_with(&args.dir, file, args.skip_missing)).transpose()?;
    let options = Options {
        vectors: args.vectors,
        seed: args.seed,
        data: samples.as_ref().map(|s| (s, name.as_str())),
        lint: args.lint,
        second: !args.no_second,
    };
    let report = ProofReport::of(&verify(&args.dir, &options)?);
    let code = if report.ok { exit::HELD } else { exit::CHECK_FAILED };
    Ok(Outcome { text: report.to_string(), json: serde_json::to_value(&report)?, code })
}
