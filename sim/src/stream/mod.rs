//! The AXI4-Stream wrapper in Verilator: random stalls on both sides, a protocol checker, every beat compared with
//! the golden model.

use crate::SimError;
use crate::check::Golden;
use crate::run::{Run, RunError, Tool};
use crate::stage::{self, Source};
use crate::vectors::Vectors;
use crate::verilator::program::{Program, program};
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::wrap::Stream;
use gainstage_hdl::wrap::manifest::Manifest;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Beats.
    pub beats: u64,
    /// Seed of the stalls and of TLAST.
    pub seed: u64,
    /// Whether the two sides stall; without stalls the throughput is what the core allows.
    pub stall: bool,
    /// The time limit of each step.
    pub limit: Duration,
}

/// What a run showed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Beats compared.
    pub beats: u64,
    /// Beats whose data or TLAST was wrong.
    pub mismatches: u64,
    /// The first of them, and what it should have been: data, then TLAST.
    pub first: Option<(u64, Vec<u8>, Vec<u8>)>,
    /// Clock cycles in all.
    pub cycles: u64,
    /// Clock cycles from the first beat out to the last.
    pub span: u64,
    /// A breach of the protocol, a loss, or a beat too many.
    pub breach: Option<String>,
    /// Wall time, s.
    pub seconds: f64,
}

impl Report {
    /// Whether everything was right, and something was compared at all.
    pub fn passed(&self) -> bool {
        self.beats > 0 && self.mismatches == 0 && self.breach.is_none()
    }
}

/// Runs the wrapper that lies in `dir` (the core's files and those of `Stream::files`). Beats cycle through `vectors`.
///
/// # Errors
/// Files that cannot be read, a missing tool. A wrong circuit is no error: the report says so.
pub fn verify(
    dir: &Path,
    core: &Manifest,
    vectors: &Vectors,
    golden: &dyn Golden,
    options: &Options,
) -> Result<Report, SimError> {
    let start = Instant::now();
    let stream = Stream::new(core);
    let work = Scratch::temporary().map_err(SimError::writing(&std::env::temp_dir()))?;
    let executable = program(&parts(dir, core, &stream)?, options.limit)?;
    stage::copy(dir, core, work.path())?;

    let (beats, expected) = make_beats(core, vectors, golden, options);
    stage::write(work.path(), &Source { name: "in.beats".into(), bytes: beats })?;
    let run = Run::new(Tool::Verilator, work.path())
        .program(&executable)
        .limit(options.limit)
        .args(["in.beats", "out.beats", &options.beats.to_string(), &options.seed.to_string()])
        .arg(if options.stall { "1" } else { "0" });
    let (cycles, breach) = match run.output() {
        Ok(output) => (output.stdout, None),
        Err(RunError::Failed { tail, .. }) => (String::new(), Some(tail)),
        Err(e) => return Err(e.into()),
    };
    let path = work.path().join("out.beats");
    let found = stage::left_by(Tool::Verilator, &path)?;
    let mut report = compare(&found, &expected, stream.out_bytes as usize + 1);
    let mut numbers = cycles.split_whitespace().map_while(|n| n.parse().ok());
    report.cycles = numbers.next().unwrap_or_default();
    report.span = numbers.next().unwrap_or_default();
    report.breach = breach;
    report.seconds = start.elapsed().as_secs_f64();
    Ok(report)
}

fn parts<'a>(dir: &Path, core: &Manifest, stream: &'a Stream) -> Result<Program<'a>, SimError> {
    let mut sources = stage::verilog(dir, core)?;
    for file in stream.files(core) {
        sources.push(stage::read_verilog(dir, core, &file.path)?);
    }
    // Long enough for the slowest core to answer.
    let patience = u64::from(core.latency + core.interval) + 64;
    Ok(Program {
        top: &stream.module,
        sources,
        main: include_str!("main.cpp"),
        defines: vec![
            format!("IN_BYTES={}", stream.in_bytes),
            format!("OUT_BYTES={}", stream.out_bytes),
            format!("PATIENCE={patience}ull"),
        ],
        parameters: Vec::new(),
    })
}

/// Beats in and the beats that must come out, each with TLAST behind it.
fn make_beats(
    core: &Manifest,
    vectors: &Vectors,
    golden: &dyn Golden,
    options: &Options,
) -> (Vec<u8>, Vec<u8>) {
    let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
    let (mut beats, mut expected) = (Vec::new(), Vec::new());
    let (mut row, mut result) = (vec![0; core.inputs.len()], vec![0; core.outputs.len()]);
    for beat in 0..options.beats {
        vectors.fill(beat % vectors.len().max(1), &mut row);
        golden.outputs(&row, &mut result);
        let last = u8::from(rng.random_ratio(1, 5));
        Stream::pack(core, &row, &mut beats);
        beats.push(last);
        for (port, code) in core.outputs.iter().zip(&result) {
            expected.extend_from_slice(&code.to_le_bytes()[..port.format.width.div_ceil(8) as usize]);
        }
        expected.push(last);
    }
    (beats, expected)
}

fn compare(found: &[u8], expected: &[u8], beat: usize) -> Report {
    let mut report =
        Report { beats: 0, mismatches: 0, first: None, cycles: 0, span: 0, breach: None, seconds: 0.0 };
    for (found, expected) in found.chunks_exact(beat).zip(expected.chunks_exact(beat)) {
        if found != expected {
            report.mismatches += 1;
            report.first.get_or_insert_with(|| (report.beats, found.to_vec(), expected.to_vec()));
        }
        report.beats += 1;
    }
    report
}
