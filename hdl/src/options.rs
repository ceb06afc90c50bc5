//! Build options: architecture, family, clock and multipliers, as `build.json` holds them. No bit of any output depends on
//! them.

use crate::device::{Divider, Division, Family, Target, UnknownFamily};
use crate::units::Multiplier;
use gainstage_golden::document::{DocumentError, parse_json, read_json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The schema version this crate reads and writes.
pub const SCHEMA: u32 = 1;

/// How a circuit spends time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// A new sample every clock. The data path runs freely: its outputs follow the inputs whether or not they
    /// are marked valid, and a checker may compare them in every cycle.
    Parallel,
    /// Layers share their multipliers over several clocks.
    Folded,
    /// One engine walks the whole network.
    Sequential,
}

impl Architecture {
    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Parallel => "parallel",
            Architecture::Folded => "folded",
            Architecture::Sequential => "sequential",
        }
    }
}

/// Where the weights of a sequential circuit lie.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WeightsIn {
    /// In read-only memory; in SPRAM where the family has it and block RAM would not hold them.
    #[default]
    Auto,
    /// In read-only memory: block RAM, or look-up tables where there are few.
    Rom,
    /// In the large memories of iCE40 UltraPlus, which know nothing at power-up: they are loaded first.
    Spram,
}

/// How a plan is to become a circuit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// Schema version.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// How the circuit spends time.
    pub architecture: Architecture,
    /// Device family, by name.
    pub family: String,
    /// Clock the registers are placed for, MHz.
    pub clock_mhz: f64,
    /// Whether products of two signals may use hard multipliers.
    pub dsp: bool,
    /// Whether tables may lie in block RAM.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub block_ram: bool,
    /// How constant weights are multiplied.
    pub weights: Multiplier,
    /// The most clocks from one sample to the next, where the architecture has a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<u32>,
    /// Products that each multiplier of a layer forms for one sample, at most: one number for all layers, or one for
    /// each. Folded only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reuse: Vec<u32>,
    /// How attenuators divide.
    #[serde(default, skip_serializing_if = "is_default")]
    pub divider: Divider,
    /// Rows of a divider's digit recurrence between two registers; none: as many as fit the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divider_rows: Option<u32>,
    /// The most hard multipliers that the circuit may take, by estimate; none: as many as it likes. Beyond them the
    /// activations of folded and sequential circuits multiply in look-up tables, and weights of parallel ones in adders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_dsp: Option<u32>,
    /// Where the weights of a sequential circuit lie.
    #[serde(default, skip_serializing_if = "is_auto")]
    pub weights_in: WeightsIn,
}

fn is_auto(weights_in: &WeightsIn) -> bool {
    *weights_in == WeightsIn::Auto
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

fn is_default(divider: &Divider) -> bool {
    *divider == Divider::default()
}

/// Means that no circuit can be built with.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No such family.
    #[error(transparent)]
    Family(#[from] UnknownFamily),
    /// A clock outside what any part reaches.
    #[error("a clock of {0} MHz is not supported: use 1 to 1000")]
    Clock(f64),
    /// An interval that no number of multipliers reaches.
    #[error(
        "{place} cannot take a sample every {interval} clocks, {least} at best, because results leave one per clock: \
         allow a longer interval, or use another architecture"
    )]
    Interval {
        /// The network, or a layer of it.
        place: String,
        /// What was asked for.
        interval: u32,
        /// What can be had.
        least: u32,
    },
    /// Reuse factors that fit no network, or not this one.
    #[error(
        "{found} reuse factors for {layers} layers: give one for all or one for each, at least 1, folded only"
    )]
    Reuse {
        /// How many were given.
        found: usize,
        /// Layers of the network.
        layers: usize,
    },
    /// Multipliers asked for and forbidden at once.
    #[error("weights as multipliers need hard multipliers: allow DSP blocks, or use shift-add weights")]
    Multipliers,
    /// More multipliers than there may be.
    #[error(
        "the {architecture} circuit takes {least} hard multipliers at least, {most} are allowed: allow more, or a longer \
         interval, or fewer bits"
    )]
    Dsp {
        /// Which.
        architecture: &'static str,
        /// The fewest, by estimate.
        least: u64,
        /// What was allowed.
        most: u32,
    },
    /// Tables and weights that no part holds.
    #[error(
        "tables and weights take {blocks} block RAMs, the largest {family} part has {most}: quantize with fewer bits or \
         --tables logic, or take another family"
    )]
    Memory {
        /// Whose largest part.
        family: Family,
        /// Estimated block RAMs.
        blocks: u64,
        /// Those of the part.
        most: u64,
    },
    /// No architecture's circuit fits the part.
    #[error(
        "no architecture fits: the {architecture} circuit, the smallest, takes {used} {resource} by estimate, {over} more \
         than the {there} of the part; give fewer bits, {cure}, take a larger part, or name an architecture (then synthesis \
         has the last word)"
    )]
    NothingFits {
        /// The one that lacks least.
        architecture: &'static str,
        /// What is short.
        resource: &'static str,
        /// Estimated need.
        used: u64,
        /// What the part has.
        there: u64,
        /// The difference.
        over: u64,
        /// What else would make the circuit smaller.
        cure: &'static str,
    },
    /// Weights asked for in a memory that is not there.
    #[error(
        "weights in SPRAM: a {architecture} circuit for {family} has none; use --target ice40up (iCE40UP5K) with --arch \
         sequential, or leave --weights-in out"
    )]
    NoSpram {
        /// The family.
        family: Family,
        /// How the circuit spends time.
        architecture: &'static str,
    },
    /// Weights that SPRAM does not hold either.
    #[error(
        "{weights} weights of {bits} bits take {blocks} SPRAM blocks, the largest {family} part has {most}, which hold {room} of \
         them: quantize with fewer bits, take fewer neurons, or another family"
    )]
    Spram {
        /// Whose largest part.
        family: Family,
        /// Weights of the network, with those that fill the last word of a group.
        weights: u64,
        /// Bits of each.
        bits: u32,
        /// Blocks that they take.
        blocks: u64,
        /// Those of the part.
        most: u64,
        /// How many weights of so many bits the part holds.
        room: u64,
    },
    /// Rows that no divider has.
    #[error("{0} rows of a divider between two registers: use 1 to 64, with radix2 or radix4")]
    DividerRows(u32),
}

impl Build {
    /// The default means for a family: parallel, its default clock, hard multipliers, weights as shifts and adds.
    pub fn new(family: Family) -> Build {
        Build {
            schema: SCHEMA,
            architecture: Architecture::Parallel,
            family: family.name().into(),
            clock_mhz: family.default_clock_mhz(),
            dsp: true,
            block_ram: true,
            weights: Multiplier::ShiftAdd,
            interval: None,
            reuse: Vec::new(),
            divider: Divider::Auto,
            divider_rows: None,
            max_dsp: None,
            weights_in: WeightsIn::Auto,
        }
    }

    /// Reads and checks `build.json`.
    pub fn read(path: &Path) -> Result<Build, DocumentError> {
        read_json(path, "build file", SCHEMA).and_then(|build: Build| build.checked(path))
    }

    /// The same for the text of `build.json`; `path` is named in errors.
    pub fn from_json(text: &str, path: &Path) -> Result<Build, DocumentError> {
        parse_json(text, path, "build file", SCHEMA).and_then(|build: Build| build.checked(path))
    }

    fn checked(self, path: &Path) -> Result<Build, DocumentError> {
        match self.target() {
            Ok(_) => Ok(self),
            Err(e) => Err(DocumentError::invalid(path, e)),
        }
    }

    /// What the register placement needs; checks the means on the way.
    pub fn target(&self) -> Result<Target, BuildError> {
        if !(1.0..=1000.0).contains(&self.clock_mhz) {
            return Err(BuildError::Clock(self.clock_mhz));
        }
        if self.weights == Multiplier::Dsp && !self.dsp {
            return Err(BuildError::Multipliers);
        }
        let (divider, rows_per_clock) = (self.divider, self.divider_rows);
        if let Some(rows) = rows_per_clock.filter(|r| !(1..=64).contains(r) || divider == Divider::Corrected)
        {
            return Err(BuildError::DividerRows(rows));
        }
        let target = Target::new(Family::from_name(&self.family)?).with_clock(self.clock_mhz);
        Ok(target
            .with_dsp(self.dsp)
            .with_block_ram(self.block_ram)
            .with_division(Division { divider, rows_per_clock }))
    }
}
