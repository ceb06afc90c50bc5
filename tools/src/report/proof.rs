//! What a verification showed.

use super::Inventory;
use gainstage_golden::text::count;
use gainstage_sim::check::Report;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a verification showed.
pub struct Proof {
    /// What lies in the directory.
    pub files: Inventory,
    /// Memory files that were read back and compared.
    pub memories: usize,
    /// Vectors by kind, such as `corners` and `random`.
    pub vectors: Vec<(&'static str, u64)>,
    /// A report per simulator; the first ran all vectors.
    pub simulators: Vec<Report>,
    /// Why there was no second simulator, if there was none.
    pub no_second: Option<&'static str>,
    /// What each linter complained about; empty if none was asked for.
    pub lint: BTreeMap<&'static str, Vec<String>>,
}

impl Proof {
    /// Whether everything held.
    pub fn passed(&self) -> bool {
        let clean = self.lint.values().all(Vec::is_empty);
        clean && !self.simulators.is_empty() && self.simulators.iter().all(Report::passed)
    }

    /// Wrong cycles of all simulators.
    pub fn mismatches(&self) -> u64 {
        self.simulators.iter().map(|r| r.mismatches).sum()
    }
}

/// A verification in figures: what `verify --json` prints, and a part of `report.json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProofReport {
    /// Whether everything held.
    pub ok: bool,
    /// Samples compared in the first simulator.
    pub samples: u64,
    /// Wrong cycles, of all simulators.
    pub mismatches: u64,
    /// Measured clocks from a sample to its result; none if there was no result.
    pub latency: Option<u32>,
    /// Clocks between the closest samples, all of them right; none if something was wrong.
    pub interval: Option<u32>,
    /// What lies in the directory, and what of it was not looked at.
    pub files: Inventory,
    /// Memory files that were read back and hold what the plan says.
    pub memories: usize,
    /// Vectors by kind.
    pub vectors: BTreeMap<&'static str, u64>,
    /// Samples simulated and compared in a second.
    pub samples_per_second: f64,
    /// Each simulator's report.
    pub simulators: Vec<Report>,
    /// Why there was no second simulator, if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_second: Option<&'static str>,
    /// Each linter's complaints, where linters were asked for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default)]
    pub lint: BTreeMap<&'static str, Vec<String>>,
}

impl ProofReport {
    /// The figures of a proof.
    pub fn of(proof: &Proof) -> ProofReport {
        let first = proof.simulators.first();
        ProofReport {
            ok: proof.passed(),
            samples: first.map_or(0, |r| r.samples),
            mismatches: proof.mismatches(),
            latency: first.and_then(|r| r.latency),
            interval: first.and_then(|r| r.interval),
            files: proof.files.clone(),
            memories: proof.memories,
            vectors: proof.vectors.iter().copied().collect(),
            samples_per_second: first.map_or(0.0, Report::samples_per_second),
            simulators: proof.simulators.clone(),
            no_second: proof.no_second,
            lint: proof.lint.clone(),
        }
    }
}

impl std::fmt::Display for ProofReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds: Vec<String> = self.vectors.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        write!(f, "{}", self.files)?;
        writeln!(f, "Memories: {} read back, all as the plan says", self.memories)?;
        writeln!(f, "Vectors: {}", kinds.join(", "))?;
        for r in &self.simulators {
            writeln!(
                f,
                "{}: {} in {}, {} {} ({:.0} samples/s, model built in {:.1} s)",
                r.simulator,
                count(r.samples, "sample"),
                count(r.cycles, "cycle"),
                r.mismatches,
                if r.mismatches == 1 { "mismatch" } else { "mismatches" },
                r.samples_per_second(),
                r.build_seconds
            )?;
            if r.unbroken > 0 {
                writeln!(
                    f,
                    "  of these, {} without a reset, with idle times up to 70000",
                    count(r.unbroken, "cycle")
                )?;
            }
            if let Some(first) = &r.first {
                writeln!(f, "  first mismatch: {first}")?;
            }
        }
        if let Some(why) = self.no_second {
            writeln!(f, "Second simulator: {why}")?;
        }
        for (linter, complaints) in &self.lint {
            writeln!(f, "Lint by {linter}: {}", count(complaints.len(), "complaint"))?;
            complaints.iter().take(8).try_for_each(|c| writeln!(f, "  {c}"))?;
        }
        match (self.ok, self.latency, self.interval) {
            (true, Some(latency), Some(interval)) => {
                writeln!(
                    f,
                    "Held: latency {}, a sample every {interval}, every output as in the plan",
                    count(latency, "clock")
                )
            }
            _ => writeln!(f, "FAILED: see above"),
        }
    }
}
