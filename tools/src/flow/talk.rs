//! Samples to a board and results back, compared with the integer model.

use super::evaluate::{check_columns, input_codes};
use crate::interrupt;
use crate::term::{self, Progress};
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::document;
use gainstage_golden::plan::{Engine, Plan};
use gainstage_hdl::board::Board;
use gainstage_hdl::wrap::link::{self, Link};
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_hdl::wrap::{BOARD_DIR, PLAN_FILE, Stream, Top};
use gainstage_sim::board::SimulatedBoard;
use gainstage_sim::host::Host;
use gainstage_sim::vectors::Vectors;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long one read of the line waits.
const READ: Duration = Duration::from_millis(20);
/// After how long hardware is asked again; a simulation takes as long as it takes.
const PATIENCE: Duration = Duration::from_secs(2);
const SIMULATED_PATIENCE: Duration = Duration::from_secs(120);
/// The longest that a simulated board lives.
const SIMULATED_LIFE: Duration = Duration::from_secs(6 * 3600);
/// Samples between two looks at Ctrl-C.
const CHUNK: usize = 1000;

/// Whom to talk to.
pub enum Partner<'a> {
    /// A serial port.
    Port(&'a Path),
    /// The top module in Verilator. The board is needed where it is not a shipped one.
    Simulation(Option<&'a str>),
}

/// What to send.
pub struct Options<'a> {
    /// Samples, and the name of their file.
    pub data: Option<(&'a Samples, &'a str)>,
    /// Random samples beside them, and corner codes.
    pub random: u64,
    /// Their seed.
    pub seed: u64,
}

/// What a conversation came to.
#[derive(Clone, Debug, Serialize)]
pub struct Talk {
    /// Whether every result was as expected.
    pub ok: bool,
    /// The port.
    pub port: PathBuf,
    /// Whether there was no board behind it.
    pub simulated: bool,
    /// Samples sent.
    pub samples: u64,
    /// Samples with a wrong result.
    pub mismatches: u64,
    /// The first of them.
    pub first: Option<Wrong>,
    /// Requests sent again.
    pub repeated: u64,
    /// Requests that the board dropped since its reset; stops at 255.
    pub dropped: u8,
    /// Samples a second.
    pub samples_per_second: f64,
}

/// A wrong result.
#[derive(Clone, Debug, Serialize)]
pub struct Wrong {
    /// Which sample, from 0.
    pub sample: u64,
    /// Its input codes.
    pub inputs: Vec<i64>,
    /// What the board said.
    pub found: Vec<i64>,
    /// What the plan says.
    pub expected: Vec<i64>,
}

/// A design that lies in a directory.
struct Design {
    core: Manifest,
    plan: Plan,
    link: Link,
}

/// Sends samples to whoever is there and compares.
///
/// # Errors
/// A directory without a board's files; a port that cannot be opened, or that goes away; a board that is silent or holds
/// another design. A wrong result is no error: the report says so.
pub fn talk(dir: &Path, partner: &Partner, options: &Options) -> anyhow::Result<Talk> {
    let link_file = dir.join(BOARD_DIR).join(link::FILE_NAME);
    let link =
        Link::read(&link_file).context("there is no board here: run `gainstage build --board` first")?;
    let d = Design { core: Manifest::read(dir)?, plan: Plan::read(&dir.join(PLAN_FILE))?, link };
    let codes = codes(&d, options)?;
    match partner {
        Partner::Port(port) => converse(&d, port, PATIENCE, &codes, false),
        Partner::Simulation(board) => {
            let board = Board::find(board.unwrap_or(&d.link.board))?;
            let text = document::read(&dir.join(PLAN_FILE), document::MOST)?;
            let top = Top::new(&d.core, &text, &board, d.link.clock_mhz, d.link.serial.baud)?;
            term::say("building the Verilator model of the board (kept for next time)");
            let simulated = SimulatedBoard::start(dir, &d.core, &top, &board, SIMULATED_LIFE)?;
            converse(&d, simulated.terminal(), SIMULATED_PATIENCE, &codes, true)
        }
    }
}

/// Input codes: the data, or else corners; and random ones.
fn codes(d: &Design, options: &Options) -> anyhow::Result<Vec<i64>> {
    let mut vectors = Vectors::new(d.plan.inputs.clone());
    vectors = match options.data {
        Some((samples, file)) => {
            check_columns(samples, d.plan.inputs.len(), d.plan.output_formats().len(), file)?;
            vectors.data(&input_codes(&d.plan, samples))?
        }
        None => vectors.corners(options.seed),
    };
    let vectors = vectors.random(options.random, options.seed);
    let mut codes = Vec::new();
    let mut row = vec![0; d.plan.inputs.len()];
    for i in 0..vectors.len() {
        vectors.fill(i, &mut row);
        codes.extend_from_slice(&row);
    }
    Ok(codes)
}

fn converse(
    d: &Design,
    port: &Path,
    patience: Duration,
    codes: &[i64],
    simulated: bool,
) -> anyhow::Result<Talk> {
    let cannot = || {
        format!(
            "cannot open {}: give the port of the board, such as /dev/ttyUSB0, and see that you may use it",
            port.display()
        )
    };
    let line = serialport::new(port.to_string_lossy(), d.link.serial.baud)
        .timeout(READ)
        .open()
        .with_context(cannot)?;
    let mut host = Host::new(line, &d.link, patience);
    host.identify().with_context(|| port.display().to_string())?;

    let (inputs, outputs, beat) = (d.core.inputs.len(), d.core.outputs.len(), d.link.out_bytes as usize);
    let total = codes.len() / inputs;
    let mut found = Vec::with_capacity(total * outputs);
    let mut progress = Progress::new("talking", total as u64);
    let start = Instant::now();
    for rows in codes.chunks(CHUNK * inputs) {
        interrupt::check()?;
        let mut samples = Vec::new();
        rows.chunks(inputs).for_each(|row| Stream::pack(&d.core, row, &mut samples));
        let unpack = |_: usize, payload: &[u8]| {
            payload.chunks_exact(beat).for_each(|b| Stream::unpack(&d.core, b, &mut found));
        };
        host.run(&samples, unpack)
            .with_context(|| format!("{}, after {} samples", port.display(), found.len() / outputs))?;
        progress.update((found.len() / outputs) as u64, "samples");
    }
    progress.finish();
    let seconds = start.elapsed().as_secs_f64();
    let mut talk = compare(d, codes, &found);
    (talk.port, talk.simulated) = (port.to_owned(), simulated);
    (talk.repeated, talk.dropped) = (host.tally.repeated, host.tally.dropped);
    talk.samples_per_second = total as f64 / seconds.max(1e-9);
    Ok(talk)
}

fn compare(d: &Design, codes: &[i64], found: &[i64]) -> Talk {
    let (inputs, outputs) = (d.core.inputs.len(), d.core.outputs.len());
    let mut expected = vec![0; codes.len() / inputs * outputs];
    Engine::new(&d.plan).run_into(codes, &mut expected);
    let wrong: Vec<usize> = (0..codes.len() / inputs)
        .filter(|i| found[i * outputs..][..outputs] != expected[i * outputs..][..outputs])
        .collect();
    let first = wrong.first().map(|&i| Wrong {
        sample: i as u64,
        inputs: codes[i * inputs..][..inputs].to_vec(),
        found: found[i * outputs..][..outputs].to_vec(),
        expected: expected[i * outputs..][..outputs].to_vec(),
    });
    Talk {
        ok: wrong.is_empty() && !codes.is_empty(),
        port: PathBuf::new(),
        simulated: false,
        samples: (codes.len() / inputs) as u64,
        mismatches: wrong.len() as u64,
        first,
        repeated: 0,
        dropped: 0,
        samples_per_second: 0.0,
    }
}

impl std::fmt::Display for Talk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.simulated { "a simulated board" } else { "the board" };
        writeln!(
            f,
            "{} samples through {what} at {}: {} mismatches, {:.0} samples/s, {} requests sent again, {} dropped by the board",
            self.samples,
            self.port.display(),
            self.mismatches,
            self.samples_per_second,
            self.repeated,
            self.dropped
        )?;
        match &self.first {
            Some(w) => writeln!(
                f,
                "first mismatch: sample {}, input codes {:?}: {:?} instead of {:?}",
                w.sample, w.inputs, w.found, w.expected
            ),
            None => Ok(()),
        }
    }
}
