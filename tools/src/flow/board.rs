//! From a generated directory to a bitstream for a board.

use crate::exit::CheckFailed;
use crate::interrupt;
use crate::report::BoardReport;
use crate::term;
use anyhow::Context;
use gainstage_golden::document::write_atomic;
use gainstage_golden::export::read_mem;
use gainstage_hdl::board::{Board, Device, SHIPPED};
use gainstage_hdl::emit::SourceFile;
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_hdl::wrap::{BOARD_DIR, PLAN_FILE, STREAM_DIR, Top};
use gainstage_sim::SimError;
use gainstage_sim::implement::{self, ImplementError, Implementation, lacks};
use gainstage_sim::netlist::Counts;
use std::path::Path;
use std::time::{Duration, Instant};

/// The directory of the tools' logs inside a generated directory.
pub const LOG_DIR: &str = "logs";

/// What is asked of a board.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The board.
    pub board: Board,
    /// Its circuit's clock, MHz.
    pub clock_mhz: f64,
    /// Serial rate, bits a second.
    pub baud: u32,
    /// Placement seeds to try.
    pub seeds: u32,
    /// By how much the clock must be exceeded, as a fraction.
    pub margin: f64,
    /// The time limit of each tool.
    pub limit: Duration,
}

/// Writes the stream wrapper, the board's files and the bitstream into a generated directory; all of them or none.
///
/// # Errors
/// A clock or rate that cannot be had; a missing tool; a design that does not fit or that is too slow.
pub fn implement(dir: &Path, choice: &Choice) -> anyhow::Result<BoardReport> {
    let start = Instant::now();
    let core = Manifest::read(dir)?;
    let path = dir.join(PLAN_FILE);
    let plan = gainstage_golden::document::read(&path, gainstage_golden::document::MOST)
        .with_context(|| path.display().to_string())?;
    let top = Top::new(&core, &plan, &choice.board, choice.clock_mhz, choice.baud)?;
    let files = top.files(&core);
    let tell = |what: &str| term::say(what);
    let options = implement::Options {
        seeds: choice.seeds,
        margin: choice.margin,
        limit: choice.limit,
        logs: dir.join(LOG_DIR),
        progress: Some(&tell),
    };
    let made = implement::implement(dir, &core, &top, &files, &choice.board, &options)
        .map_err(|e| explain(e, choice))?;
    interrupt::check()?;
    let bitstream =
        made.bitstream.as_ref().map(|(name, bytes)| (format!("{BOARD_DIR}/{name}"), bytes.clone()));
    let weights = weights(dir, &core, &top)?;
    let place = top.link.weights.as_ref().map_or(u32::MAX, |w| w.offset) as usize;
    if let Some((name, bytes)) = bitstream.as_ref().filter(|(_, bytes)| bytes.len() > place) {
        anyhow::bail!(
            "{name} has {} bytes and the weights begin at {place:#x}: give a larger offset in [flash] of the board's file",
            bytes.len()
        );
    }
    let binary: Vec<(String, Vec<u8>)> = bitstream.iter().cloned().chain(weights.clone()).collect();
    publish(dir, &files, &binary)?;
    let name = |file: Option<(String, Vec<u8>)>| file.map(|(name, _)| name);
    Ok(report(choice, &top, made, (name(bitstream), name(weights)), start))
}

/// What the board's flash memory must hold beside the bitstream, and the file for it; none where all weights are in that.
///
/// # Errors
/// A file of weights that cannot be read, or is no memory file.
pub fn weights(dir: &Path, core: &Manifest, top: &Top) -> anyhow::Result<Option<(String, Vec<u8>)>> {
    let (Some(load), Some(place)) = (&core.load, &top.link.weights) else { return Ok(None) };
    let path = dir.join(&load.file);
    let text = gainstage_golden::document::read_text(&path, gainstage_golden::document::MOST)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let words = read_mem(&text, &path)?;
    let narrow: Result<Vec<u16>, _> = words.iter().map(|&w| u16::try_from(w)).collect();
    let words = narrow.with_context(|| {
        format!("{}: a word is wider than 16 bits: generate the directory again", path.display())
    })?;
    anyhow::ensure!(
        words.len() == load.words as usize,
        "{}: {} words, but the circuit loads {}: generate the directory again",
        path.display(),
        words.len(),
        load.words
    );
    Ok(top.weights(&words).map(|image| (format!("{BOARD_DIR}/{}", place.file), image)))
}

fn report(
    choice: &Choice,
    top: &Top,
    made: Implementation,
    (bitstream, weights): (Option<String>, Option<String>),
    start: Instant,
) -> BoardReport {
    BoardReport {
        board: choice.board.name.clone(),
        part: choice.board.part.clone(),
        margin_percent: 100.0 * choice.margin,
        serial: top.link.serial,
        bitstream,
        weights,
        made,
        seconds: start.elapsed().as_secs_f64(),
    }
}

/// Replaces the directories of wrapper and board by new ones.
fn publish(dir: &Path, files: &[SourceFile], binary: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    for old in [STREAM_DIR, BOARD_DIR] {
        let path = dir.join(old);
        match std::fs::remove_dir_all(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(e).with_context(|| format!("cannot replace {}", path.display()));
            }
            _ => {}
        }
    }
    let texts = files.iter().map(|f| (f.path.as_str(), f.text.as_bytes()));
    let binary = binary.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    for (name, bytes) in texts.chain(binary) {
        let path = dir.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("cannot write {}", parent.display()))?;
        }
        write_atomic(&path, bytes)?;
    }
    Ok(())
}

/// What a person can do about it.
fn explain(e: ImplementError, choice: &Choice) -> anyhow::Error {
    match &e {
        ImplementError::Fit { counts, .. } => {
            let text = format!("{e}; {}", roomier(counts, &choice.board));
            anyhow::Error::new(e).context(CheckFailed(text))
        }
        ImplementError::Timing { achieved_mhz, margin, .. } => {
            let possible = (achieved_mhz / (1.0 + margin) * 10.0).floor() / 10.0;
            let text = format!("{e}. Ask for --clock {possible}, or try more placements with --seeds");
            anyhow::Error::new(e).context(CheckFailed(text))
        }
        ImplementError::Sim(_) => unwrapped(e),
    }
}

/// The tool's own error, by which the exit code is chosen.
fn unwrapped(e: ImplementError) -> anyhow::Error {
    match e {
        ImplementError::Sim(SimError::Run(e)) => e.into(),
        e => e.into(),
    }
}

/// The boards that have what is missing, by the same counts.
fn roomier(counts: &Counts, board: &Board) -> String {
    let device = board.device();
    let fits = |b: &Board| {
        let other = b.device();
        // Look-up tables of another size cannot be compared.
        let alike = matches!(other, Device::Xc7 { .. }) == matches!(device, Device::Xc7 { .. });
        alike && lacks(counts, &other.capacity()).is_empty()
    };
    let names: Vec<String> =
        SHIPPED.iter().filter_map(|(name, _)| Board::find(name).ok()).filter(fits).map(|b| b.name).collect();
    let cure = "fewer bits (--bits), fewer neurons, or an architecture that shares its multipliers (arch in gainstage.toml)";
    match names.is_empty() {
        true => format!("no shipped board has as much: {cure}"),
        false => format!("it would fit {}; or take {cure}", names.join(", ")),
    }
}
