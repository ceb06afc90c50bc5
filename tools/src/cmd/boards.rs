//! `boards`: what --board takes.

use super::Outcome;
use crate::report::Table;
use gainstage_hdl::board::{Board, SHIPPED};
use std::path::PathBuf;

/// Arguments of `boards`.
#[derive(clap::Args)]
#[command(after_help = "\
A board is a TOML file: part, oscillator, pins. One of your own works from any place; --show prints a shipped one to \
start from. The exit code is 2 for a board file that cannot be used.

Examples:
  gainstage boards
  gainstage boards --show ulx3s-85f > my.toml
  gainstage boards --check my.toml
  gainstage build demo --board ./my.toml")]
pub struct Args {
    /// Print the file of a shipped board
    #[arg(long, value_name = "BOARD", conflicts_with = "check")]
    show: Option<String>,
    /// Read a board file of your own and print its constraint file
    #[arg(long, value_name = "FILE.toml")]
    check: Option<PathBuf>,
}

/// Runs `boards`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    if let Some(name) = &args.show {
        Board::find(name)?;
        let text =
            SHIPPED.iter().find(|(n, _)| n == name).map_or(String::new(), |(_, text)| (*text).to_owned());
        let json = serde_json::json!({ "ok": true, "board": name, "toml": text });
        return Ok(Outcome::held(text, json));
    }
    if let Some(path) = &args.check {
        let board = Board::read(path)?;
        let constraints = board.constraints();
        let json = serde_json::json!({ "ok": true, "board": board.name, "constraints": constraints });
        return Ok(Outcome::held(constraints, json));
    }
    let mut table = Table::new(&["board", "what it is", "part", "oscillator", "circuit", "serial line"]);
    let mut rows = Vec::new();
    for (name, _) in SHIPPED {
        let b = Board::find(name)?;
        let mhz = |mhz: f64| format!("{mhz} MHz");
        table.row([
            b.name.clone(),
            b.title.clone(),
            b.part.clone(),
            mhz(b.clock.mhz),
            mhz(b.clock.system_mhz),
            format!("{} bits/s", b.uart.baud),
        ]);
        rows.push(serde_json::json!({
            "name": b.name, "title": b.title, "part": b.part, "family": b.device().family().name(),
            "oscillator_mhz": b.clock.mhz, "clock_mhz": b.clock.system_mhz, "baud": b.uart.baud,
            "capacity": b.device().capacity(), "source": b.source,
        }));
    }
    let json = serde_json::json!({ "ok": true, "boards": rows });
    Ok(Outcome::held(table.to_string(), json))
}
