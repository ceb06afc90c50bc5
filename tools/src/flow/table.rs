//! The search for a table, with what its circuit takes.

use anyhow::Context;
use gainstage_golden::approx::{self, BitCost, Candidate, Cost, Demand, Effort, Segments};
use gainstage_golden::func::Function;
use gainstage_golden::num::Format;
use gainstage_hdl::arch::table_module;
use gainstage_hdl::device::{TableCost, Target};
use serde::Serialize;

/// What is made small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Minimise {
    /// Look-up tables and hard multipliers on the target
    Circuit,
    /// The bits of the table
    Bits,
}

impl Minimise {
    /// The unit of its prices.
    pub fn unit(self) -> &'static str {
        match self {
            Minimise::Circuit => "look-up tables, with hard multipliers and depth at what they are worth",
            Minimise::Bits => "bits of the table",
        }
    }
}

/// Which segments a table may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SegmentKind {
    /// Whatever is cheaper
    Any,
    /// Segments of one length
    Equal,
    /// Segments of several lengths, behind a decoder
    Tree,
}

/// One request.
pub struct Search {
    pub function: Function,
    pub from: Format,
    pub to: Format,
    pub max_ulp: f64,
    pub degree: Option<u32>,
    pub segments: SegmentKind,
    pub minimise: Minimise,
    pub thorough: bool,
    pub target: Target,
}

/// One candidate in numbers.
#[derive(Debug, Serialize)]
pub struct Row {
    pub degree: u32,
    /// `equal` or `tree`.
    pub segments: &'static str,
    pub rows: usize,
    pub row_bits: u32,
    /// Bits of the table, decoder included.
    pub bits: u64,
    pub decoder_bits: u64,
    pub guard_bits: u32,
    /// Estimated look-up tables.
    pub lut: f64,
    /// Estimated hard multipliers.
    pub dsp: u32,
    /// Estimated block RAMs.
    pub bram: u64,
    /// Clocks from input to output of the circuit.
    pub stages: u32,
    pub worst_ulp: f64,
    pub correctly_rounded: f64,
    pub price: f64,
}

impl Search {
    /// The candidates, the cheapest first.
    ///
    /// # Errors
    /// A demand that cannot be met, or a table that no part of the family holds.
    pub fn candidates(&self) -> anyhow::Result<Vec<Candidate>> {
        let segments = match self.segments {
            SegmentKind::Any => Segments::Any,
            SegmentKind::Equal => Segments::Equal,
            SegmentKind::Tree => Segments::Tree,
        };
        let demand = Demand {
            max_ulp: self.max_ulp,
            degree: self.degree,
            segments,
            effort: if self.thorough { Effort::Thorough } else { Effort::Usual },
            ..Demand::default()
        };
        approx::check_domain(&self.function, self.from).context("no such table")?;
        let circuit = TableCost::new(&self.target);
        let cost: &dyn Cost = match self.minimise {
            Minimise::Circuit => &circuit,
            Minimise::Bits => &BitCost,
        };
        let found =
            approx::candidates(&self.function, self.from, self.to, &demand, cost).context("no such table")?;
        let (family, bits) = (self.target.family, found[0].shape.table_bits());
        let most = family.largest_memory_bits();
        anyhow::ensure!(
            bits <= most,
            "{}, {} to {}: the table takes {bits} bits, but the largest {family} part has {most} bits of memory: use \
             fewer bits for the input, or allow a higher degree or a larger error",
            self.function,
            self.from,
            self.to,
        );
        Ok(found)
    }

    /// The candidates in numbers.
    ///
    /// # Errors
    /// As [`Search::candidates`].
    pub fn rows(&self) -> anyhow::Result<Vec<Row>> {
        Ok(self.candidates()?.iter().map(|c| self.row(c)).collect())
    }

    fn row(&self, c: &Candidate) -> Row {
        let estimate = TableCost::new(&self.target).estimate(&c.shape);
        let decoder = c.shape.decoder.map_or(0, |d| d.blocks as u64 * d.bits as u64);
        Row {
            degree: c.table.degree(),
            segments: if c.table.tree.is_some() { "tree" } else { "equal" },
            rows: c.shape.segments,
            row_bits: c.shape.row_bits(),
            bits: c.shape.table_bits(),
            decoder_bits: decoder,
            guard_bits: c.table.guard,
            lut: estimate.lut,
            dsp: estimate.dsp,
            bram: estimate.bram,
            stages: table_module(&c.table, "table", &self.target).latency(),
            worst_ulp: c.table.certificate.worst_ulp,
            correctly_rounded: c.table.certificate.correctly_rounded,
            price: c.cost,
        }
    }
}
