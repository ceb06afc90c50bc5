//! Circuits of learned edges: one that was built, and a front of them.

use super::{
    BoardReport, Chart, Evidence, Judged, PlanSummary, ProofReport, REPORT_SCHEMA, Seeds, Svg, Table,
    confusion_table, span,
};
use gainstage_golden::data::{Confusion, Metrics};
use gainstage_golden::edge::Setting;
use gainstage_golden::text::count;
use gainstage_hdl::arch::Breakdown;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// How good a circuit is, in integers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Figures {
    /// Errors of values.
    Values(Metrics),
    /// Classes found.
    Classes {
        /// Share of the samples whose class was found.
        accuracy: f64,
        /// Which class was taken for which.
        confusion: Confusion,
    },
}

impl From<Judged> for Figures {
    fn from(judged: Judged) -> Figures {
        match judged {
            Judged::Values(m) => Figures::Values(m),
            Judged::Classes(c) => Figures::Classes { accuracy: c.accuracy(), confusion: c },
        }
    }
}

/// A circuit that a search found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tried {
    /// What computes it.
    pub kind: String,
    /// Look-up tables by estimate.
    pub lut_estimate: usize,
    /// Share of errors, or root mean square error in the target's deviations, on the samples that selected.
    pub held_out_error: f64,
    /// What selected: of classes the error plus the cross-entropy in nats, of values the error.
    pub merit: f64,
}

/// `report.json` of a circuit of learned edges.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EdgeReport {
    /// Schema version of this file.
    #[schemars(extend("const" = REPORT_SCHEMA))]
    pub schema: u32,
    /// Name of the design.
    pub name: String,
    /// Version of the program.
    pub version: &'static str,
    /// What the integers come to.
    #[serde(flatten)]
    pub judged: Figures,
    /// The samples, and errors on them.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// Samples judged by.
    pub test_samples: usize,
    /// Whether neither training nor selection saw them.
    pub test_is_separate: bool,
    /// Look-up tables of six inputs by estimate, without the decision between scores.
    pub lut_estimate: usize,
    /// What computes it: `tables`, `curves`, or `neurons`, their shape and their bits.
    pub kind: String,
    /// Functions, of learned edges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<usize>,
    /// The circuits that the search found, from the smallest to the best.
    pub found: Vec<Tried>,
    /// How many it looked at.
    pub looked_at: usize,
    /// What they were trained with, if they are tables outright.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<Setting>,
    /// Mean absolute error, or accuracy, of a `constant`, a `linear` fit and a `cubic` one on the same samples.
    pub baselines: BTreeMap<&'static str, f64>,
    /// What simpler things do as well.
    pub warnings: Vec<String>,
    /// Architecture: `parallel`, `folded` or `sequential`.
    pub architecture: &'static str,
    /// Device family.
    pub target: String,
    /// Clock that registers were placed for, MHz.
    pub clock_mhz: f64,
    /// What the circuit takes, by estimate.
    pub resources: Breakdown,
    /// What the simulation showed.
    #[serde(flatten)]
    pub proof: ProofReport,
    /// The board, if one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board: Option<BoardReport>,
    /// Formats, tables.
    pub plan: PlanSummary,
    /// Wall times.
    pub seconds: SearchSeconds,
    /// Seeds.
    pub seeds: Seeds,
    /// Versions of the outside tools.
    pub tools: BTreeMap<&'static str, String>,
}

/// Wall times of a search in seconds.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct SearchSeconds {
    /// The search.
    pub search: f64,
    /// All of it.
    pub total: f64,
}

impl EdgeReport {
    /// The contents of `report.json`: `ok` says whether all of it held.
    ///
    /// # Errors
    /// What cannot be written as JSON.
    pub fn json(&self) -> serde_json::Result<serde_json::Value> {
        let mut json = serde_json::to_value(self)?;
        json["ok"] = self.proof.ok.into();
        Ok(json)
    }
}

impl EdgeReport {
    /// What computes it, for people.
    fn what(&self) -> String {
        let edges = self.edges.map_or_else(String::new, |n| format!(", {}", count(n, "learned edge")));
        format!("{}{edges}; the best of {} looked at", self.kind, count(self.looked_at, "circuit"))
    }
}

impl std::fmt::Display for EdgeReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let clocks = |c: Option<u32>| c.map_or("-".into(), |c| count(c, "clock"));
        let mut table = Table::new(&["figure", "value"]);
        let rows = [
            ("what", self.what()),
            (
                "estimate",
                match self.judged {
                    Figures::Values(_) => format!("{} LUT, of 6 inputs", self.lut_estimate),
                    Figures::Classes { .. } => {
                        format!("{} LUT, of 6 inputs, without the decision between scores", self.lut_estimate)
                    }
                },
            ),
            ("latency", clocks(self.proof.latency)),
            ("interval", clocks(self.proof.interval)),
            ("placed for", format!("{}, {} MHz", self.target, self.clock_mhz)),
            ("simulated", format!("{} samples", self.proof.samples)),
            ("mismatches", self.proof.mismatches.to_string()),
            ("search", format!("{:.1} s", self.seconds.search)),
            ("all in all", format!("{:.1} s", self.seconds.total)),
        ];
        rows.into_iter().for_each(|(figure, value)| table.row([figure.to_owned(), value]));
        self.warnings.iter().try_for_each(|w| writeln!(f, "Warning: {w}"))?;
        writeln!(f, "{}", self.proof)?;
        if let Figures::Classes { confusion, .. } = &self.judged {
            writeln!(f, "{}", confusion_table(confusion))?;
        }
        write!(f, "{table}\n{}", self.evidence)?;
        self.board.as_ref().map_or(Ok(()), |board| write!(f, "\n{board}"))
    }
}

/// A row of a front.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// `constant`, `linear`, `cubic`, or the name of the plan's file.
    pub circuit: String,
    /// Look-up tables by estimate; none for what is no circuit.
    pub lut_estimate: Option<usize>,
    /// Look-up tables that yosys counts.
    pub lut: Option<u64>,
    /// Flip-flops that yosys counts.
    pub ff: Option<u64>,
    /// Functions.
    pub edges: Option<usize>,
    /// What computes it: `tables`, `curves`, or `neurons`, their shape and their bits.
    pub kind: String,
    /// Share of errors, or root mean square error in the target's deviations, on samples held out of training.
    pub held_out_error: f64,
    /// What selects: of classes the error plus the cross-entropy in nats, of values the error.
    pub merit: Option<f64>,
    /// The accuracy or the mean absolute error on the test data, which took no part in training or selection.
    pub test: Option<f64>,
    /// Samples that Verilator computed, each as the plan does.
    pub simulated: Option<u64>,
}

impl Row {
    /// A row of which nothing else is known.
    pub fn new(circuit: String, held_out_error: f64) -> Row {
        let (lut_estimate, lut, ff, edges, merit, test, simulated) =
            (None, None, None, None, None, None, None);
        Row {
            circuit,
            lut_estimate,
            lut,
            ff,
            edges,
            kind: String::new(),
            held_out_error,
            merit,
            test,
            simulated,
        }
    }
}

/// A front.
#[derive(Clone, Debug, Serialize)]
pub struct FrontReport {
    /// Whether accuracies stand in it; otherwise errors.
    pub classes: bool,
    /// The rows, from small to good.
    pub rows: Vec<Row>,
    /// Circuits that were looked at.
    pub looked_at: usize,
}

impl FrontReport {
    fn held(&self, row: &Row) -> String {
        if self.classes {
            format!("{:.2} %", 100.0 * (1.0 - row.held_out_error))
        } else {
            format!("{:.5}", row.held_out_error)
        }
    }

    fn test(&self, row: &Row) -> String {
        match row.test {
            None => "-".into(),
            Some(v) if self.classes => format!("{:.2} %", 100.0 * v),
            Some(v) => format!("{v:.6}"),
        }
    }

    /// As CSV.
    pub fn csv(&self) -> String {
        let figures = match self.classes {
            true => "held_out_accuracy,test_accuracy",
            false => "held_out_rmse_sd,test_mae",
        };
        let head = format!("circuit,lut_estimate,lut,ff,edges,{figures},simulated,kind,merit\n");
        self.rows.iter().fold(head, |text, r| {
            let cells = [
                r.circuit.clone(),
                cell(r.lut_estimate),
                cell(r.lut),
                cell(r.ff),
                cell(r.edges),
                if self.classes { 1.0 - r.held_out_error } else { r.held_out_error }.to_string(),
                cell(r.test),
                cell(r.simulated),
                quoted(&r.kind),
                cell(r.merit),
            ];
            text + &cells.join(",") + "\n"
        })
    }

    /// Error over look-up tables, as a picture.
    pub fn svg(&self) -> String {
        let error = |r: &Row| if self.classes { 100.0 * r.held_out_error } else { r.held_out_error };
        // Wires alone, and no error at all, have no logarithm.
        let log = |v: f64, least: f64| v.max(least).log10();
        let least = if self.classes { 0.01 } else { 1e-9 };
        let points: Vec<(f64, f64)> = self
            .rows
            .iter()
            .filter_map(|r| Some((log(r.lut_estimate? as f64, 1.0), log(error(r), least))))
            .collect();
        let mut svg = Svg::new(640.0, 420.0);
        let chart = Chart {
            across: (70.0, 620.0),
            down: (40.0, 380.0),
            x: span(points.iter().map(|p| p.0)),
            y: span(points.iter().map(|p| p.1)),
        };
        let title = if self.classes {
            "errors held out, %, over look-up tables (estimate)"
        } else {
            "root mean square error held out, in deviations of the target, over look-up tables (estimate)"
        };
        chart.log_axes(&mut svg, title);
        chart.curve(&mut svg, &points, "#1f5fbf", 1.5);
        for &(x, y) in &points {
            let (x, y) = chart.at(x, y);
            svg.rectangle((x - 2.5, y - 2.5), (5.0, 5.0), "#1f5fbf");
        }
        svg.finish()
    }
}

/// A field of CSV.
fn quoted(text: &str) -> String {
    if text.contains(',') { format!("\"{text}\"") } else { text.to_owned() }
}

/// A figure, or nothing where it is not known.
fn cell<T: ToString>(figure: Option<T>) -> String {
    figure.map_or_else(String::new, |v| v.to_string())
}

impl std::fmt::Display for FrontReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (held, test) =
            if self.classes { ("held out", "test accuracy") } else { ("held out, RMSE/SD", "test MAE") };
        let heads =
            ["circuit", "LUT estimate", "LUT yosys", "FF", "edges", held, "merit", test, "simulated", "what"];
        let mut table = Table::new(&heads);
        let dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
        for r in &self.rows {
            table.row([
                r.circuit.clone(),
                dash(cell(r.lut_estimate)),
                dash(cell(r.lut)),
                dash(cell(r.ff)),
                dash(cell(r.edges)),
                self.held(r),
                r.merit.map_or("-".into(), |m| format!("{m:.4}")),
                self.test(r),
                dash(cell(r.simulated)),
                dash(r.kind.clone()),
            ]);
        }
        writeln!(
            f,
            "{table}merit selects, the less the better: of classes error + cross-entropy, which tells circuits apart that err alike; of values the error\n\
             {} looked at; estimates are of 6-input tables, without the decision between scores",
            count(self.looked_at, "circuit")
        )
    }
}
