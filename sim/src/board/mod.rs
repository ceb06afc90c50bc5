//! A board without a board: its top module in Verilator, its serial line on a pseudo-terminal.
//!
//! A host talks to it as to hardware. The line runs at a few clocks a bit, and the clock of the circuit is the simulated
//! one, whatever the PLL would make of the oscillator.

use crate::SimError;
use crate::run::{Run, RunError, Tool};
use crate::stage;
use crate::verilator::program::{Program, program};
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::board::Board;
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_hdl::wrap::{BOARD_DIR, CLOCK_CELLS, STREAM_DIR, Top};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Clocks of a simulated bit: 6.25 Mbaud at 50 MHz.
const DIVISOR: u32 = 8;
/// A simulated request that pauses for 2 to this power clocks is cut.
const TIMEOUT_BITS: u32 = 14;
/// The file that gets the terminal's name.
const NAME_FILE: &str = "terminal";

/// A running board. Dropping it ends the simulation.
pub struct SimulatedBoard {
    terminal: PathBuf,
    name_file: PathBuf,
    thread: Option<JoinHandle<Result<(), RunError>>>,
    _work: Scratch,
}

impl SimulatedBoard {
    /// Builds (or takes from the cache) and starts the top module that lies in `dir`, with what it stands on. It runs for
    /// `limit` at most.
    ///
    /// # Errors
    /// Files that cannot be read, a missing tool, Verilog that does not compile.
    pub fn start(
        dir: &Path,
        core: &Manifest,
        top: &Top,
        board: &Board,
        limit: Duration,
    ) -> Result<SimulatedBoard, SimError> {
        let work = Scratch::temporary().map_err(SimError::writing(&std::env::temp_dir()))?;
        let executable = program(&parts(dir, core, top, board)?, limit)?;
        stage::copy(dir, core, work.path())?;
        let name_file = work.path().join(NAME_FILE);
        let mut run =
            Run::new(Tool::Verilator, work.path()).program(&executable).arg(&name_file).limit(limit);
        if let Some(weights) = &top.link.weights {
            let image = dir.join(BOARD_DIR).join(&weights.file);
            run = run.arg(image.canonicalize().map_err(SimError::reading(&image))?);
        }
        let thread = std::thread::spawn(move || run.output().map(drop));
        let mut board =
            SimulatedBoard { terminal: PathBuf::new(), name_file, thread: Some(thread), _work: work };
        board.terminal = board.wait_for_name()?;
        Ok(board)
    }

    /// The terminal to open.
    pub fn terminal(&self) -> &Path {
        &self.terminal
    }

    fn wait_for_name(&mut self) -> Result<PathBuf, SimError> {
        let start = Instant::now();
        loop {
            if let Ok(name) = std::fs::read_to_string(&self.name_file) {
                return Ok(name.into());
            }
            let ended = self.thread.as_ref().is_none_or(JoinHandle::is_finished);
            if ended || start.elapsed() > Duration::from_secs(60) {
                self.end()?;
                let problem = "the simulated board gave no terminal".into();
                return Err(SimError::Format { path: self.name_file.clone(), problem });
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn end(&mut self) -> Result<(), RunError> {
        // The simulation looks for its file now and then.
        let _ = std::fs::remove_file(&self.name_file);
        self.thread.take().map_or(Ok(()), |t| t.join().unwrap_or(Ok(())))
    }
}

impl Drop for SimulatedBoard {
    fn drop(&mut self) {
        // How it ended matters to nobody any more.
        let _ = self.end();
    }
}

fn parts<'a>(dir: &Path, core: &Manifest, top: &'a Top, board: &Board) -> Result<Program<'a>, SimError> {
    let mut sources = stage::verilog(dir, core)?;
    for file in top.files(core) {
        let ours = [STREAM_DIR, BOARD_DIR].iter().any(|d| file.path.starts_with(d));
        if ours && file.path.ends_with(".v") {
            sources.push(stage::read_verilog(dir, core, &file.path)?);
        }
    }
    let (name, text) = CLOCK_CELLS;
    sources.push(stage::Source { name: name.into(), bytes: text.into() });
    let mut defines = vec![format!("DIVISOR={DIVISOR}u"), format!("SILENCE={}ull", 4u64 << TIMEOUT_BITS)];
    defines.extend(top.link.weights.as_ref().map(|w| format!("FLASH_OFFSET={}u", w.offset)));
    defines.extend(board.reset.as_ref().map(|b| format!("BUTTON_IDLE={}", u8::from(b.active_low))));
    Ok(Program {
        top: &top.link.top,
        sources,
        main: include_str!("main.cpp"),
        defines,
        parameters: vec![format!("DIVISOR=16'd{DIVISOR}"), format!("TIMEOUT_BITS={TIMEOUT_BITS}")],
    })
}
