//! `estimate`: what a plan's circuits would take, before anyone builds one.

use super::Outcome;
use crate::project::{Clock, FamilyName};
use crate::report::Table;
use gainstage_golden::plan::Plan;
use gainstage_hdl::arch::{Candidate, measure_all, usual_part};
use gainstage_hdl::board::{Board, Capacity};
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::manifest::Architecture;
use gainstage_hdl::wrap::{Build, BuildError};
use rayon::prelude::*;
use std::path::PathBuf;

/// Arguments of `estimate`.
#[derive(clap::Args)]
#[command(after_help = "\
Builds the graph of every architecture for every clock, and maps it as synthesis would: nothing is written, no tool runs. \
Of 60 circuits from 1 to 784 inputs on ECP5, iCE40 and Xilinx 7, half of the estimates were within 5 % of the look-up tables \
that yosys counts and within 2 % of the flip-flops; the worst was 41 % and 174 % off. Hard multipliers and block RAMs were \
exact (docs/measurements.md, by family). Latency and interval are those of the circuit. \
`reached` is the clock after routing, the worst 46 % off. `build` is the power of ten of the seconds that yosys and \
nextpnr take. `share` is that of the scarcest resource, of the \
board's part, or of a small part of the family. Without --clock: half the family's usual clock, that, and one and a half.

Examples:
  gainstage estimate plan.json --target ecp5
  gainstage estimate plan.json --board icebreaker
  gainstage estimate plan.json --target xc7 --clock 100,200 --json")]
pub struct Args {
    /// The plan
    #[arg(value_name = "plan.json")]
    plan: PathBuf,
    /// Device family
    #[arg(long, value_name = "FAMILY", default_value = "generic", conflicts_with = "board")]
    target: FamilyName,
    /// A board, by its name or its file: its family and its part
    #[arg(long, value_name = "BOARD")]
    board: Option<String>,
    /// Clocks that registers are placed for
    #[arg(long, value_name = "MHZ,...", value_delimiter = ',')]
    clock: Vec<Clock>,
}

const ARCHITECTURES: [Architecture; 3] =
    [Architecture::Parallel, Architecture::Folded, Architecture::Sequential];

/// A circuit that was estimated, or why there is none.
struct Row {
    architecture: Architecture,
    mhz: f64,
    found: Result<Candidate, BuildError>,
}

/// Runs `estimate`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    // What a table claims of its errors changes no cell, so that its certificate need not run.
    let plan = Plan::read(&args.plan)?;
    let (family, part, place) = match &args.board {
        Some(name) => {
            let board = Board::find(name)?;
            (board.device().family(), board.device().capacity(), board.part.clone())
        }
        None => (args.target.0, usual_part(args.target.0), "a small part".to_owned()),
    };
    let usual = family.default_clock_mhz();
    let clocks: Vec<f64> = match &args.clock[..] {
        [] => vec![0.5 * usual, usual, 1.5 * usual],
        given => given.iter().map(|c| c.0).collect(),
    };
    let rows = rows(&plan, family, part, &clocks)?;
    let json = serde_json::json!({
        "family": family.name(), "part": place, "calibration": family.calibration(), "capacity": part, "circuits": rows.iter().map(json).collect::<anyhow::Result<Vec<_>>>()?,
    });
    Ok(Outcome::held(text(&rows, family, &place), json))
}

fn rows(plan: &Plan, family: Family, part: Capacity, clocks: &[f64]) -> anyhow::Result<Vec<Row>> {
    let valid = plan.valid()?;
    // Side by side by architecture: clocks of one share most of the work.
    let of = |&architecture: &Architecture| {
        let build = |&mhz: &f64| Build { architecture, clock_mhz: mhz, ..Build::new(family) };
        let found = measure_all(valid, clocks.iter().map(build).collect(), part);
        clocks
            .iter()
            .zip(found)
            .map(move |(&mhz, found)| Row { architecture, mhz, found })
            .collect::<Vec<_>>()
    };
    Ok(ARCHITECTURES.par_iter().flat_map_iter(of).collect())
}

/// Samples a second at the clock that was asked for, or at what is reached of it.
fn rate(mhz: f64, c: &Candidate) -> f64 {
    1e6 * mhz.min(c.reached_mhz) / f64::from(c.interval)
}

/// The power of ten of the seconds that synthesis and placement take: about 20 ms for a look-up table, and two seconds for none.
fn build_seconds(c: &Candidate) -> u64 {
    let seconds = 2.0 + 0.02 * c.cost.lut as f64;
    10u64.pow(seconds.log10().round() as u32)
}

fn json(row: &Row) -> anyhow::Result<serde_json::Value> {
    let mut value = match &row.found {
        Ok(c) => serde_json::to_value(c)?,
        Err(e) => serde_json::json!({ "architecture": row.architecture, "refused": e.to_string() }),
    };
    value["clock_mhz"] = row.mhz.into();
    if let Ok(c) = &row.found {
        value["samples_per_second"] = rate(row.mhz, c).into();
        value["build_seconds"] = build_seconds(c).into();
    }
    Ok(value)
}

/// What a circuit takes, and how quick it is; `large`: its large memories too.
fn cells(row: &Row, c: &Candidate, large: bool) -> Vec<String> {
    let cost = c.cost;
    let mut cells = vec![row.architecture.name().to_owned(), format!("{}", row.mhz)];
    cells.extend([cost.lut, cost.ff, cost.dsp, cost.bram].map(|n| n.to_string()));
    cells.extend(large.then(|| cost.spram.to_string()));
    cells.extend([
        c.latency.to_string(),
        c.interval.to_string(),
        format!("{:.0} MHz", c.reached_mhz),
        format!("{:.3e}", rate(row.mhz, c)),
        format!("{} s", build_seconds(c)),
        format!("{:.0} %", 100.0 * c.share),
    ]);
    cells
}

fn text(rows: &[Row], family: Family, place: &str) -> String {
    // Few families have large memories, and few networks need them.
    let large = rows.iter().any(|row| row.found.as_ref().is_ok_and(|c| c.cost.spram > 0));
    let spram = |text: &str| large.then(|| text.to_owned());
    let heads = ["architecture", "MHz", "LUT", "FF", "DSP", "BRAM"].map(str::to_owned).into_iter();
    let behind = ["latency", "interval", "reached", "samples/s", "build", "share"].map(str::to_owned);
    let heads: Vec<String> = heads.chain(spram("SPRAM")).chain(behind).collect();
    let mut table = Table::new(&heads.iter().map(String::as_str).collect::<Vec<_>>());
    let mut refused = String::new();
    for row in rows {
        match &row.found {
            Ok(c) => table.row(cells(row, c, large)),
            Err(e) => refused += &format!("{} at {} MHz: {e}\n", row.architecture.name(), row.mhz),
        }
    }
    format!("{table}{refused}estimates for {family}; share of {place}\n")
}
