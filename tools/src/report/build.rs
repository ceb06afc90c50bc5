//! `report.json`: what a build came to.

use super::{BoardReport, Evidence, Judged, Loss, PlanSummary, ProofReport, Table, restarts, widths};
use crate::project::Method;
use gainstage_golden::data::Confusion;
use gainstage_golden::net::TrainingRecord;
use gainstage_golden::text::count;
use gainstage_hdl::arch::Breakdown;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The schema version of `report.json`.
pub const REPORT_SCHEMA: u32 = 1;

/// The contents of `report.json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BuildReport {
    /// Schema version of this file.
    #[schemars(extend("const" = REPORT_SCHEMA))]
    pub schema: u32,
    /// Name of the design.
    pub name: String,
    /// Version of the program.
    pub version: &'static str,
    /// Errors against the targets, or accuracy against the labels.
    #[serde(flatten)]
    pub judged: Judgement,
    /// The samples, and errors on them.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// Mean absolute error, or accuracy, of a `constant`, a `linear` fit and a `cubic` one on the same samples, and of a `table` in integers
    /// where there is one input.
    pub baselines: BTreeMap<&'static str, f64>,
    /// Samples judged by.
    pub test_samples: usize,
    /// Whether training never saw them.
    pub test_is_separate: bool,
    /// The real-valued network on the samples that were held out of training and that restarts were compared by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_out: Option<HeldOut>,
    /// What quantization loses, and whether that is allowed.
    pub loss: Loss,
    /// What the circuit does not see of its inputs.
    pub warnings: Vec<String>,
    /// Total width of the inputs, weights, and z, h and y, where no layer says otherwise.
    pub bits: u32,
    /// Width of every layer, where the smallest were searched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer_bits: Option<Vec<u32>>,
    /// How the codes came about: rounded (`ptq`), moved after that (`tune`), or trained as integers (`qat`).
    pub method: Method,
    /// Architecture: `parallel`, `folded` or `sequential`.
    pub architecture: &'static str,
    /// Device family that registers were placed for.
    pub target: String,
    /// Clock that registers were placed for, MHz.
    pub clock_mhz: f64,
    /// What the circuit takes, by estimate.
    pub resources: Breakdown,
    /// What the simulation showed: `ok`, `samples`, `mismatches`, `latency`, `interval` and more.
    #[serde(flatten)]
    pub proof: ProofReport,
    /// Seeds.
    pub seeds: Seeds,
    /// Wall times.
    pub seconds: Seconds,
    /// Versions of the outside tools.
    pub tools: BTreeMap<&'static str, String>,
    /// The board, if one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board: Option<BoardReport>,
    /// Formats, tables, sums that can saturate.
    pub plan: PlanSummary,
    /// How the network was trained; none for an imported one.
    pub training: Option<TrainingRecord>,
}

/// Errors of the real-valued and of the integer network, on the same samples.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "JudgedErrors")]
pub struct Errors {
    /// Mean absolute error of the real-valued network.
    pub mae_float: f64,
    /// Standard deviation of its error.
    pub sd_float: f64,
    /// Mean absolute error of the integer network.
    pub mae_fixed: f64,
    /// Standard deviation of its error.
    pub sd_fixed: f64,
}

/// How often the real-valued and the integer network found the right class, on the same samples.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Classified {
    /// Share of the samples that the real-valued network gets right.
    pub accuracy_float: f64,
    /// Share of the samples that the integer network gets right.
    pub accuracy_fixed: f64,
    /// Which class the integer network took for which.
    pub confusion: Confusion,
}

/// What both networks came to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Judgement {
    /// Of values.
    Values(Errors),
    /// Of classes.
    Classes(Classified),
}

impl Judgement {
    /// From the figures of the real-valued and the integer network, which are of the same sort.
    pub fn of(float: Judged, fixed: Judged) -> Judgement {
        match (float, fixed) {
            (Judged::Values(float), Judged::Values(fixed)) => Judgement::Values(Errors {
                mae_float: float.mae,
                sd_float: float.sd,
                mae_fixed: fixed.mae,
                sd_fixed: fixed.sd,
            }),
            (Judged::Classes(float), Judged::Classes(fixed)) => Judgement::Classes(Classified {
                accuracy_float: float.accuracy(),
                accuracy_fixed: fixed.accuracy(),
                confusion: fixed,
            }),
            _ => unreachable!("the same samples judge both"),
        }
    }

    fn rows(&self) -> Vec<(&'static str, String)> {
        let percent = |share: f64| format!("{:.2} %", 100.0 * share);
        match self {
            Judgement::Values(e) => vec![
                ("float MAE", format!("{:.6}", e.mae_float)),
                ("float SD", format!("{:.6}", e.sd_float)),
                ("fixed MAE", format!("{:.6}", e.mae_fixed)),
                ("fixed SD", format!("{:.6}", e.sd_fixed)),
            ],
            Judgement::Classes(c) => vec![
                ("float accuracy", percent(c.accuracy_float)),
                ("fixed accuracy", percent(c.accuracy_fixed)),
            ],
        }
    }
}

/// A confusion matrix as a table: true classes in rows, found ones in columns.
pub fn confusion_table(confusion: &Confusion) -> Table {
    let head =
        ["true class".to_owned()].into_iter().chain(confusion.classes.iter().map(|c| format!("as {c}")));
    let head: Vec<String> = head.collect();
    let mut table = Table::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
    for (class, counts) in confusion.classes.iter().zip(&confusion.counts) {
        table.row([class.clone()].into_iter().chain(counts.iter().map(u64::to_string)));
    }
    table
}

/// The real-valued network on the samples held out of its training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HeldOut {
    /// How many.
    pub samples: usize,
    /// Its mean absolute error, if they have values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mae: Option<f64>,
    /// The share whose class it finds, if they have classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
}

impl HeldOut {
    /// From the figures on so many samples.
    pub fn of(samples: usize, judged: &Judged) -> HeldOut {
        match judged {
            Judged::Values(m) => HeldOut { samples, mae: Some(m.mae), accuracy: None },
            Judged::Classes(c) => HeldOut { samples, mae: None, accuracy: Some(c.accuracy()) },
        }
    }
}

impl std::fmt::Display for HeldOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.mae, self.accuracy) {
            (Some(mae), _) => write!(f, "MAE {mae:.6}")?,
            (None, accuracy) => write!(f, "accuracy {:.2} %", 100.0 * accuracy.unwrap_or_default())?,
        }
        write!(f, " on {} held out of training", count(self.samples, "sample"))
    }
}

impl BuildReport {
    /// Whether the circuit is what the plan says, and the plan close enough to the network.
    pub fn held(&self) -> bool {
        self.proof.ok && self.loss.held
    }

    /// The contents of `report.json`: `ok` says whether all of it held.
    ///
    /// # Errors
    /// What cannot be written as JSON.
    pub fn json(&self) -> serde_json::Result<serde_json::Value> {
        let mut json = serde_json::to_value(self)?;
        json["ok"] = self.held().into();
        // A training's settings have the names of `gainstage.toml` in `model.json`; here they are fields like all others.
        if let Some(protocol) = json.pointer_mut("/training/protocol") {
            super::snake_case(protocol);
        }
        Ok(json)
    }

    /// What the figures stand on.
    fn judged_by(&self) -> String {
        let all = count(self.test_samples, "sample");
        match (self.test_is_separate, self.held_out) {
            (true, _) => format!("{all}, not trained on"),
            (false, None) => format!("{all}, the training data"),
            (false, Some(held)) => {
                let trained = self.test_samples.saturating_sub(held.samples);
                format!("{all}: {trained} trained on, {} held out", held.samples)
            }
        }
    }
}

/// Seeds that the results depend on.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Seeds {
    /// Of a generator's samples.
    pub data: Option<u64>,
    /// Of the training, if there was one.
    pub train: Option<u64>,
    /// Of vectors, gaps and resets.
    pub verify: u64,
}

/// Wall times in seconds.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
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
        let clocks = |c: Option<u32>| c.map_or("-".into(), |c| count(c, "clock"));
        let mut table = Table::new(&["figure", "value"]);
        let rows = [
            ("on", self.judged_by()),
            ("width", widths(self.bits, self.layer_bits.as_deref())),
            ("codes", self.method.words().into()),
            ("latency", clocks(self.proof.latency)),
            ("interval", clocks(self.proof.interval)),
            ("placed for", format!("{}, {} MHz", self.target, self.clock_mhz)),
            ("simulated", format!("{} samples", self.proof.samples)),
            ("mismatches", self.proof.mismatches.to_string()),
            ("simulation", format!("{:.0} samples/s", self.proof.samples_per_second)),
            ("training", format!("{:.1} s", self.seconds.train)),
            ("all in all", format!("{:.1} s", self.seconds.total)),
        ];
        let digits = |v: f64| match self.judged {
            Judgement::Values(_) => format!("MAE {v:.6}"),
            Judgement::Classes(_) => format!("accuracy {:.2} %", 100.0 * v),
        };
        let baselines = self.baselines.iter().map(|(name, v)| (*name, digits(*v)));
        let restarts = self.training.as_ref().map(|t| ("restarts", restarts(t)));
        let held_out = self.held_out.map(|h| ("validation", h.to_string()));
        let all = self.judged.rows().into_iter().chain(rows).chain(baselines).chain(held_out).chain(restarts);
        all.for_each(|(figure, value)| table.row([figure.to_owned(), value]));
        if !self.loss.held {
            writeln!(f, "{}\n", self.loss)?;
        }
        self.warnings.iter().try_for_each(|w| writeln!(f, "Warning: {w}"))?;
        write!(f, "{}\n{}\n", self.plan, self.proof)?;
        if let Judgement::Classes(c) = &self.judged {
            writeln!(f, "{}", confusion_table(&c.confusion))?;
        }
        write!(f, "{table}\n{}", self.evidence)?;
        if let Some(board) = &self.board {
            write!(f, "\n{board}")?;
        }
        if self.loss.held { Ok(()) } else { write!(f, "\n{}", self.loss) }
    }
}
