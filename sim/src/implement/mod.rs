//! From Verilog to a bitstream: yosys, nextpnr, the packer. Timing is met with a margin, or the run fails and says on
//! which path.

mod path;
mod report;
mod tools;

pub use path::{CriticalPath, Step};
pub use report::{Fmax, Use};

use crate::SimError;
use crate::netlist::Counts;
use crate::run::RunError;
use crate::stage;
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::board::{Board, Capacity, Device};
use gainstage_hdl::emit::SourceFile;
use gainstage_hdl::wrap::Top;
use gainstage_hdl::wrap::manifest::Manifest;
use schemars::JsonSchema;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How to implement.
#[derive(Clone)]
pub struct Options<'a> {
    /// Placement seeds to try, one after the other, until timing is met with the margin.
    pub seeds: u32,
    /// By how much the clock reached must exceed the clock asked for, as a fraction.
    pub margin: f64,
    /// The time limit of each tool.
    pub limit: Duration,
    /// Where the tools' logs go.
    pub logs: PathBuf,
    /// Told before each step.
    pub progress: Option<&'a dyn Fn(&str)>,
}

/// Why there is no bitstream.
#[derive(Debug, thiserror::Error)]
pub enum ImplementError {
    /// A tool is missing, failed or took too long; a file cannot be read or written.
    #[error(transparent)]
    Sim(#[from] SimError),
    /// It does not fit.
    #[error("{what} does not fit {part}: {}", lacks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Fit {
        /// The design.
        what: String,
        /// The part.
        part: String,
        /// What there is too little of.
        lacks: Vec<Lack>,
        /// What it takes.
        counts: Box<Counts>,
    },
    /// Timing is not met.
    #[error(
        "timing: {clock_mhz} MHz and {:.0} % margin were asked for, the best of {tried} placements reaches {achieved_mhz:.2} MHz; \
         the longest path: {path}", 100.0 * margin
    )]
    Timing {
        /// What was asked for.
        clock_mhz: f64,
        /// The margin asked for, as a fraction.
        margin: f64,
        /// The best.
        achieved_mhz: f64,
        /// Seeds tried.
        tried: u32,
        /// The path that decides.
        path: Box<CriticalPath>,
    },
}

impl From<RunError> for ImplementError {
    fn from(e: RunError) -> ImplementError {
        ImplementError::Sim(e.into())
    }
}

/// Something there is too little of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lack {
    /// What.
    pub what: &'static str,
    /// How much is needed.
    pub needed: u64,
    /// How much there is.
    pub available: u64,
}

impl std::fmt::Display for Lack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Lack { what, needed, available } = self;
        let percent = 100.0 * *needed as f64 / (*available).max(1) as f64;
        write!(f, "{needed} {what} of {available} ({percent:.0} %)")
    }
}

/// What there is too little of.
pub fn lacks(counts: &Counts, capacity: &Capacity) -> Vec<Lack> {
    let all = [
        ("LUT", counts.lut, capacity.lut),
        ("flip-flops", counts.ff, capacity.ff),
        ("multipliers", counts.dsp, capacity.dsp),
        ("block RAMs", counts.bram, capacity.bram),
        ("SPRAM blocks", counts.spram, capacity.spram),
    ];
    let lack = |&(what, needed, available): &(&'static str, u64, u64)| {
        (needed > available).then_some(Lack { what, needed, available })
    };
    all.iter().filter_map(lack).collect()
}

/// A placed, routed and packed design.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Implementation {
    /// What yosys counted.
    pub counts: Counts,
    /// What nextpnr used of the part, by the name of the site.
    pub utilization: Vec<Use>,
    /// The clock asked for, MHz.
    pub clock_mhz: f64,
    /// What placement and routing reached; nothing where a vendor's tools do that.
    pub timing: Option<Timing>,
    /// Versions of the tools.
    pub tools: Vec<(&'static str, String)>,
    /// The bitstream's name and contents, where it was made.
    #[serde(skip)]
    pub bitstream: Option<(String, Vec<u8>)>,
}

/// Timing after routing.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Timing {
    /// What the circuit's clock reaches, MHz.
    pub achieved_mhz: f64,
    /// Every clock, what it reaches and what it must.
    pub fmax: Vec<Fmax>,
    /// The placement seed.
    pub seed: u32,
    /// What each seed before it, and it, reached, MHz.
    pub tried_mhz: Vec<f64>,
    /// The path that decides.
    pub critical_path: Option<CriticalPath>,
}

/// Looks for all tools that a board's bitstream takes.
///
/// # Errors
/// The first that is missing.
pub fn find_tools(board: &Board) -> Result<(), ImplementError> {
    Ok(tools::of(&board.device()).iter().try_for_each(|t| t.find().map(drop))?)
}

/// Implements the core that lies in `dir` under its board's top module, `files` beside it. For 7 series it ends with the
/// counts: place, route and bitstream are Vivado's.
///
/// # Errors
/// A tool that is missing, fails or takes too long; a design that does not fit, or that is too slow.
pub fn implement(
    dir: &Path,
    core: &Manifest,
    top: &Top,
    files: &[SourceFile],
    board: &Board,
    options: &Options,
) -> Result<Implementation, ImplementError> {
    let work = Work::new(dir, core, top, files, board, options)?;
    // All of them, before the first of them takes minutes.
    find_tools(board)?;
    let counts = work.synthesize()?;
    let capacity = work.device.capacity();
    let lacks = lacks(&counts, &capacity);
    if !lacks.is_empty() {
        let (what, part) = (core.top.clone(), board.part.clone());
        return Err(ImplementError::Fit { what, part, lacks, counts: Box::new(counts) });
    }
    let (utilization, timing, bitstream) = match work.device {
        Device::Xc7 { .. } => (report::by_counts(&counts, &capacity), None, None),
        _ => {
            let (utilization, timing) = work.place()?;
            (utilization, Some(timing), Some(work.pack()?))
        }
    };
    let versions =
        tools::of(&work.device).iter().filter_map(|t| Some((t.info().name, t.version().ok()?))).collect();
    Ok(Implementation {
        counts,
        utilization,
        clock_mhz: top.link.clock_mhz,
        timing,
        tools: versions,
        bitstream,
    })
}

/// A directory that the tools work in.
struct Work<'a> {
    dir: Scratch,
    verilog: Vec<String>,
    device: Device,
    top: &'a Top,
    options: &'a Options<'a>,
}

impl<'a> Work<'a> {
    fn new(
        dir: &Path,
        core: &Manifest,
        top: &'a Top,
        files: &[SourceFile],
        board: &Board,
        options: &'a Options<'a>,
    ) -> Result<Work<'a>, SimError> {
        let work = Scratch::temporary().map_err(SimError::writing(&std::env::temp_dir()))?;
        let mut verilog = stage::copy(dir, core, work.path())?;
        for file in files {
            let name = file.path.rsplit('/').next().unwrap_or(&file.path).to_owned();
            stage::write(
                work.path(),
                &stage::Source { name: name.clone(), bytes: file.text.clone().into() },
            )?;
            if name.ends_with(".v") {
                verilog.push(name);
            }
        }
        std::fs::create_dir_all(&options.logs).map_err(SimError::writing(&options.logs))?;
        Ok(Work { dir: work, verilog, device: board.device(), top, options })
    }

    fn tell(&self, what: &str) {
        if let Some(progress) = self.options.progress {
            progress(what);
        }
    }

    /// Seeds in order until one is fast enough; the best is no comfort.
    fn place(&self) -> Result<(Vec<Use>, Timing), ImplementError> {
        let clock_mhz = self.top.link.clock_mhz;
        let wanted = clock_mhz * (1.0 + self.options.margin);
        let mut tried = Vec::new();
        let mut best: Option<report::Placed> = None;
        for seed in 1..=self.options.seeds.max(1) {
            let placed = self.route(seed)?;
            tried.push(placed.achieved_mhz);
            if placed.achieved_mhz >= wanted && placed.others_met() {
                let report::Placed { utilization, fmax, achieved_mhz, path: critical_path, .. } = placed;
                return Ok((
                    utilization,
                    Timing { achieved_mhz, fmax, seed, tried_mhz: tried, critical_path },
                ));
            }
            self.tell(&format!("seed {seed} reaches {:.2} MHz of {wanted:.2}", placed.achieved_mhz));
            if best.as_ref().is_none_or(|b| placed.achieved_mhz > b.achieved_mhz) {
                best = Some(placed);
            }
        }
        let (achieved_mhz, path) = best.map_or((0.0, None), |b| (b.achieved_mhz, b.path));
        Err(ImplementError::Timing {
            clock_mhz,
            margin: self.options.margin,
            achieved_mhz,
            tried: self.options.seeds.max(1),
            path: Box::new(path.unwrap_or_default()),
        })
    }
}

#[cfg(test)]
mod tests;
