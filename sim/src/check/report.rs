//! What a verification found.

use super::Tally;
use crate::run::Tool;
use gainstage_golden::text::count;
use gainstage_hdl::wrap::manifest::Manifest;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The result of a verification.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// The simulator.
    pub simulator: &'static str,
    /// Samples that came out and were compared. (In the parallel architecture the outputs of all other cycles
    /// were compared too.)
    pub samples: u64,
    /// Clock cycles simulated.
    pub cycles: u64,
    /// Clocks of the run without a reset, idle times among them; 0 if there was none.
    pub unbroken: u64,
    /// Cycles in which `out_valid` or an output was wrong.
    pub mismatches: u64,
    /// Measured clocks from `in_valid` to `out_valid`; `None` if it never rose.
    pub latency: Option<u32>,
    /// Clocks between the closest samples that were driven, all of them right; `None` if something was wrong.
    pub interval: Option<u32>,
    /// The first mismatch.
    pub first: Option<Mismatch>,
    /// Wall time to build the model, s (next to nothing if it was in the cache).
    pub build_seconds: f64,
    /// Wall time of the simulation with all comparisons, s.
    pub seconds: f64,
}

/// Wall times of a verification.
pub(crate) struct Times {
    pub(crate) build: Duration,
    pub(crate) run: Duration,
}

impl Report {
    /// What `tool` showed. The interval is what the manifest states, once nothing was wrong.
    pub(crate) fn of(
        tool: Tool,
        manifest: &Manifest,
        tally: &Tally,
        latency: Option<u32>,
        first: Option<Mismatch>,
        times: Times,
    ) -> Report {
        let mismatches = tally.mismatches.max(u64::from(first.is_some()));
        Report {
            simulator: tool.info().name,
            samples: tally.samples,
            cycles: tally.cycles,
            unbroken: tally.unbroken,
            mismatches,
            latency,
            interval: (mismatches == 0).then_some(manifest.interval),
            first,
            build_seconds: times.build.as_secs_f64(),
            seconds: times.run.as_secs_f64(),
        }
    }

    /// Whether everything was right, and something was compared at all.
    pub fn passed(&self) -> bool {
        self.mismatches == 0 && self.samples > 0
    }

    /// Samples simulated and compared in a second.
    pub fn samples_per_second(&self) -> f64 {
        self.samples as f64 / self.seconds.max(1e-9)
    }
}

/// What was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum What {
    /// The circuit is slower or faster than the manifest says, or gives nothing at all.
    Latency {
        /// Clocks that the manifest states.
        stated: u32,
        /// Clocks until `out_valid` rose.
        measured: Option<u32>,
    },
    /// `out_valid` was wrong.
    Valid {
        /// What it should have been.
        expected: bool,
        /// What it was, if the simulator knew.
        actual: Option<bool>,
    },
    /// `in_ready` was wrong.
    Ready {
        /// What it should have been.
        expected: bool,
        /// What it was, if the simulator knew.
        actual: Option<bool>,
    },
    /// An output was wrong.
    Output {
        /// The output's name.
        port: String,
        /// The integer model's code.
        expected: i64,
        /// The circuit's code, if the simulator knew it.
        actual: Option<i64>,
    },
}

/// A mismatch, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Mismatch {
    /// What was wrong.
    #[serde(flatten)]
    pub what: What,
    /// The clock cycle of its run; in the waveform that cycle begins at time 10 × `cycle`.
    pub cycle: u64,
    /// The number of the vector in the list, counted from 0; `None` between vectors.
    pub sample: Option<u64>,
    /// The input codes that the wrong output belongs to; empty if it belongs to none.
    pub inputs: Vec<i64>,
    /// The first wrong neuron.
    pub located: Option<Located>,
    /// A waveform around the cycle.
    pub waveform: Option<PathBuf>,
    /// What could not be found out, and why.
    pub notes: Vec<String>,
}

/// A neuron whose output is wrong although everything before it is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Located {
    /// The layer, counted from 0.
    pub layer: usize,
    /// The neuron in the layer, counted from 0.
    pub neuron: usize,
    /// The signal below the top module.
    pub signal: String,
    /// The clock cycle of the run.
    pub cycle: u64,
    /// The integer model's code.
    pub expected: i64,
    /// The circuit's code, if the simulator knew it.
    pub actual: Option<i64>,
}

struct Code(Option<i64>);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(code) => write!(f, "{code}"),
            None => f.write_str("unknown (x)"),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Latency { stated, measured: Some(clocks) } => {
                write!(f, "the latency is {}, but the manifest says {stated}", count(*clocks, "clock"))
            }
            What::Latency { stated, measured: None } => {
                write!(
                    f,
                    "out_valid never rose; the manifest says that it does after {}",
                    count(*stated, "clock")
                )
            }
            What::Valid { expected, actual } => {
                write!(f, "out_valid is {}, expected {}", Code(actual.map(i64::from)), u8::from(*expected))
            }
            What::Ready { expected, actual } => {
                write!(f, "in_ready is {}, expected {}", Code(actual.map(i64::from)), u8::from(*expected))
            }
            What::Output { port, expected, actual } => {
                write!(f, "output {port} is {}, expected {expected}", Code(*actual))
            }
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cycle {}: {}", self.cycle, self.what)?;
        if let Some(sample) = self.sample {
            write!(f, "; sample {sample}")?;
        }
        if !self.inputs.is_empty() {
            write!(f, "; input codes {:?}", self.inputs)?;
        }
        if let Some(l) = &self.located {
            let Located { layer, neuron, signal, cycle, expected, .. } = l;
            write!(f, "; first wrong: layer {layer}, neuron {neuron} ({signal}) in cycle {cycle}: ")?;
            write!(f, "{}, expected {expected}", Code(l.actual))?;
        }
        if let Some(path) = &self.waveform {
            write!(f, "; waveform: {}", path.display())?;
        }
        self.notes.iter().try_for_each(|note| write!(f, "; {note}"))
    }
}
