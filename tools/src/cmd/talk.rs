//! `talk`: to a board, or to its model.

use super::Outcome;
use crate::exit;
use crate::flow::load::samples_for;
use crate::flow::talk::{Options, Partner, talk};
use std::path::PathBuf;

/// Arguments of `talk`.
#[derive(clap::Args)]
#[command(after_help = "\
Sends input codes over the serial line, receives output codes and compares them with the integer model of \
DIR/plan.json. What gets lost or corrupted on the way is sent again. With --sim the partner is the whole top module \
of the board in Verilator, at the other end of a pseudo-terminal. Exit code 1 if any result differs.

Examples:
  gainstage talk demo/build --port /dev/ttyUSB0 --data test.csv
  gainstage talk demo/build --sim --data test.csv
  gainstage talk demo/build --port /dev/ttyUSB0 --random 100000 --json")]
#[command(group = clap::ArgGroup::new("partner").required(true).args(["port", "sim"]))]
pub struct Args {
    /// A directory with a board's files
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The serial port of the board
    #[arg(long, value_name = "TTY")]
    port: Option<PathBuf>,
    /// Talk to the board's model in Verilator instead
    #[arg(long)]
    sim: bool,
    /// Samples to send [default: corner codes]
    #[arg(long, value_name = "FILE.csv")]
    data: Option<PathBuf>,
    /// Random samples to send as well
    #[arg(long, value_name = "N", default_value_t = 0)]
    random: u64,
    /// Seed of random samples
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// With --sim: the board's file, where it is not a shipped one
    #[arg(long, value_name = "BOARD", requires = "sim")]
    board: Option<String>,
}

/// Runs `talk`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let name = args.data.as_deref().map(|file| file.display().to_string()).unwrap_or_default();
    let samples = args.data.as_deref().map(|file| samples_for(&args.dir, file)).transpose()?;
    let options =
        Options { data: samples.as_ref().map(|s| (s, name.as_str())), random: args.random, seed: args.seed };
    let partner = match &args.port {
        Some(port) => Partner::Port(port),
        None => Partner::Simulation(args.board.as_deref()),
    };
    let talk = talk(&args.dir, &partner, &options)?;
    let code = if talk.ok { exit::HELD } else { exit::CHECK_FAILED };
    Ok(Outcome { text: talk.to_string(), json: serde_json::to_value(&talk)?, code })
}
