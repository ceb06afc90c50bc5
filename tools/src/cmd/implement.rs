//! `implement`: from a generated directory to a bitstream.

use super::Outcome;
use crate::flow::board::{Choice, implement};
use crate::lock::Lock;
use crate::project::Clock;
use gainstage_hdl::board::Board;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `implement`.
#[derive(clap::Args)]
#[command(after_help = "\
Adds to DIR: axis/ (the AXI4-Stream wrapper), board/ (top module, constraints, link.json, the bitstream) and logs/. \
The tools are yosys, nextpnr and the packer of the family, found through YOSYS, NEXTPNR_ICE40, NEXTPNR_ECP5, ICEPACK \
and ECPPACK, then on the path, then in the .venv of `make setup-ecp5`. For Xilinx parts board/ holds scripts for \
Vivado instead of a bitstream: build.tcl, and package_ip.tcl for the wrapper as an IP core. Exit code 1 if the design does not fit, or if no \
placement reaches the clock with its margin.

Examples:
  gainstage generate plan.json -o net --target ecp5 --clock 50
  gainstage implement net --board ulx3s-85f
  gainstage implement net --board ./my.toml --seeds 8 --json")]
pub struct Args {
    /// A directory that `generate` or `build` wrote
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// A name that `gainstage boards` lists, or the path of a board file
    #[arg(long, value_name = "BOARD")]
    board: String,
    /// The circuit's clock in MHz [default: the board's]
    #[arg(long, value_name = "MHZ")]
    clock: Option<Clock>,
    /// How
    #[command(flatten)]
    how: How,
}

/// How a board is filled: the same for `implement` and `build`.
#[derive(clap::Args, Clone)]
pub struct How {
    /// Serial rate in bits a second [default: the board's]
    #[arg(long, value_name = "BITS")]
    baud: Option<u32>,
    /// Placements to try until timing is met
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1000))]
    seeds: u32,
    /// By how many percent the clock must be exceeded
    #[arg(long, value_name = "PERCENT", default_value_t = MARGIN, value_parser = percent)]
    margin: f64,
    /// Time limit of each tool in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    tool_limit: u64,
}

/// By how much a placed circuit may be slower than its delay model says. An LFE5U-85F reached 50.7 MHz with registers placed
/// for 50.
const HEADROOM: f64 = 0.05;

/// By how many percent the clock must be exceeded where nothing else is said.
pub const MARGIN: f64 = 3.0;

/// The clock that registers are placed for: a board's, with a margin, and what a delay model cannot know.
pub fn placed_for(clock_mhz: f64, margin: f64) -> Clock {
    Clock((clock_mhz * (1.0 + HEADROOM + margin)).min(1000.0))
}

fn percent(text: &str) -> Result<f64, String> {
    let percent: f64 = text.parse().map_err(|_| format!("{text:?} is no number of percent"))?;
    if (0.0..=100.0).contains(&percent) { Ok(percent) } else { Err("use 0 to 100 percent".into()) }
}

impl How {
    /// The clock that registers are placed for.
    pub fn placed_for(&self, clock_mhz: f64) -> Clock {
        placed_for(clock_mhz, self.margin / 100.0)
    }

    /// What is asked of a board at a clock.
    pub fn choice(&self, board: Board, clock_mhz: f64) -> Choice {
        Choice {
            clock_mhz,
            baud: self.baud.unwrap_or(board.uart.baud),
            board,
            seeds: self.seeds,
            margin: self.margin / 100.0,
            limit: Duration::from_secs(self.tool_limit),
        }
    }
}

/// Runs `implement`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let board = Board::find(&args.board)?;
    let clock = args.clock.map_or(board.clock.system_mhz, |c| c.0);
    let _lock = Lock::take(&args.dir)?;
    let report = implement(&args.dir, &args.how.choice(board, clock))?;
    let text = format!("{report}\n{}\n", args.dir.display());
    let mut json = serde_json::to_value(&report)?;
    json["ok"] = true.into();
    Ok(Outcome::held(text, json))
}
