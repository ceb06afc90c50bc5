//! `program`: a bitstream into a board.

use super::Outcome;
use anyhow::Context;
use gainstage_hdl::board::Board;
use gainstage_hdl::wrap::BOARD_DIR;
use gainstage_hdl::wrap::link::{self, Link};
use gainstage_sim::run::{Run, Tool};
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `program`.
#[derive(clap::Args)]
#[command(after_help = "\
Calls openFPGALoader (found through OPENFPGALOADER, then on the path; `apt-get install openfpgaloader`). Without \
--flash the design is gone when the board loses power. Weights that are loaded at start go into the flash memory first, and \
need --flash.

Examples:
  gainstage program demo/build
  gainstage program demo/build --flash
  gainstage program demo/build --board ./my.toml")]
pub struct Args {
    /// A directory with a board's bitstream
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The board's file, where it is not a shipped one
    #[arg(long, value_name = "BOARD")]
    board: Option<String>,
    /// Write the flash memory, from which the board starts
    #[arg(long)]
    flash: bool,
}

/// Runs `program`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let dir = args.dir.join(BOARD_DIR);
    let link = Link::read(&dir.join(link::FILE_NAME))
        .context("no bitstream to load: run `gainstage build --board` first")?;
    let board = Board::find(args.board.as_deref().unwrap_or(&link.board))?;
    let bitstream =
        ["bin", "bit"].map(|end| format!("{}.{end}", link.top)).into_iter().find(|f| dir.join(f).is_file());
    let Some(bitstream) = bitstream else {
        let dir = dir.display();
        anyhow::bail!(
            "{dir}: there is no bitstream: build it first (for Xilinx: vivado -mode batch -source build.tcl)"
        );
    };
    let load =
        || Run::new(Tool::OpenFpgaLoader, &dir).args(&board.program.args).limit(Duration::from_secs(300));
    let mut said = String::new();
    if let Some(weights) = &link.weights {
        anyhow::ensure!(
            args.flash,
            "the design reads its weights from the flash memory when it starts: give --flash, which writes both"
        );
        anyhow::ensure!(
            dir.join(&weights.file).is_file(),
            "{}: no such file; build the board's files again",
            dir.join(&weights.file).display()
        );
        let place = ["-f", "--file-type", "raw", "-o", &weights.offset.to_string()].map(str::to_owned);
        said += &load().args(place).arg(&weights.file).output()?.stdout;
    }
    let flash = if args.flash { &["-f"][..] } else { &[] };
    said += &load().args(flash).arg(&bitstream).output()?.stdout;
    let mut json =
        serde_json::json!({ "ok": true, "board": board.name, "bitstream": bitstream, "flash": args.flash });
    if let Some(weights) = &link.weights {
        json["weights"] = weights.file.clone().into();
    }
    Ok(Outcome::held(said, json))
}
