//! `report.json`: what a build came to.

use super::{PlanSummary, ProofReport, Table};
use gainstage_golden::net::TrainingRecord;
use serde::Serialize;
use std::collections::BTreeMap;

/// The contents of `report.json`.
#[derive(Clone, Debug, Serialize)]
pub struct BuildReport {
    /// Schema version of this file.
    pub schema: u32,
    /// Name of the design.
    pub name: String,
    /// Version of the program.
    pub version: &'static str,
    /// Errors against the targets.
    #[serde(flatten)]
    pub errors: Errors,
    /// Total width of the inputs, weights, and z, h and y, where no layer says otherwise.
    pub bits: u32,
    /// Device family that registers were placed for.
    pub target: String,
    /// Clock that registers were placed for, MHz.
    pub clock_mhz: f64,
    /// What the simulation showed: `ok`, `samples`, `mismatches`, `latency`, `interval` and more.
    #[serde(flatten)]
    pub proof: ProofReport,
    /// Seeds.
    pub seeds: Seeds,
    /// Wall times.
    pub seconds: Seconds,
    /// Versions of the outside tools.
    pub tools: BTreeMap<&'static str, String>,
    /// Formats, tables, sums that can saturate.
    pub plan: PlanSummary,
    /// How the network was trained; none for an imported one.
    pub training: Option<TrainingRecord>,
}

/// Errors of the real-valued and of the integer network, on the same samples.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Errors {
    /// Mean absolute error of the real-valued network.
    pub mae_float: f64,
    /// Standard deviation of its error.
    pub sd_float: f64,
    /// Mean absolute error of the integer network.
    pub mae_fixed: f64,
    /// Standard deviation of its error.
    pub sd_fixed: f64,
    /// Samples judged by.
    pub test_samples: usize,
    /// Whether training never saw them.
    pub test_is_separate: bool,
}

/// Seeds that the results depend on.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Seeds {
    /// Of a generator's samples.
    pub data: Option<u64>,
    /// Of the training, if there was one.
    pub train: Option<u64>,
    /// Of vectors, gaps and resets.
    pub verify: u64,
}

/// Wall times in seconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Seconds {
    /// Training.
    pub train: f64,
    /// Quantization, tables included.
    pub quantize: f64,
    /// Writing the circuit.
    pub generate: f64,
    /// Building models and simulating.
    pub verify: f64,
    /// All of it.
    pub total: f64,
}

impl std::fmt::Display for BuildReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Errors { mae_float, sd_float, mae_fixed, sd_fixed, test_samples, test_is_separate } = self.errors;
        let clocks = |c: Option<u32>| c.map_or("-".into(), |c| format!("{c} clocks"));
        let judged = if test_is_separate { "not trained on" } else { "the training data" };
        let mut table = Table::new(&["figure", "value"]);
        let rows = [
            ("float MAE", format!("{mae_float:.6}")),
            ("float SD", format!("{sd_float:.6}")),
            ("fixed MAE", format!("{mae_fixed:.6}")),
            ("fixed SD", format!("{sd_fixed:.6}")),
            ("on", format!("{test_samples} samples, {judged}")),
            ("width", format!("{} bits", self.bits)),
            ("latency", clocks(self.proof.latency)),
            ("interval", clocks(self.proof.interval)),
            ("placed for", format!("{}, {} MHz", self.target, self.clock_mhz)),
            ("simulated", format!("{} samples", self.proof.samples)),
            ("mismatches", self.proof.mismatches.to_string()),
            ("simulation", format!("{:.0} samples/s", self.proof.samples_per_second)),
            ("training", format!("{:.1} s", self.seconds.train)),
            ("all in all", format!("{:.1} s", self.seconds.total)),
        ];
        rows.into_iter().for_each(|(figure, value)| table.row([figure.to_owned(), value]));
        write!(f, "{}\n{}\n{table}", self.plan, self.proof)
    }
}
