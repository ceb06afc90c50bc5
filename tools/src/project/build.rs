//! `[build]` and `[verify]`: the circuit, and what it is tried with.

use gainstage_hdl::device::{Divider, Family, UnknownFamily};
use gainstage_hdl::options::WeightsIn;
use gainstage_hdl::units::Multiplier;
use gainstage_hdl::wrap::manifest;
use serde::Deserialize;

/// How the circuit is built. Nothing here changes a bit of what it computes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Build {
    /// Architecture: parallel if not given, but `auto` where a board is.
    pub arch: Option<Architecture>,
    /// Device family.
    pub target: FamilyName,
    /// Clock in MHz; the family's usual one if not given.
    pub clock: Option<Clock>,
    /// Whether products of two signals may use hard multipliers; they may if not given.
    pub dsp: Option<bool>,
    /// How constant weights are multiplied.
    pub weights: Multiplier,
    /// The most clocks from one sample to the next, where the architecture has a choice.
    pub interval: Option<u32>,
    /// Products that each multiplier of a layer forms for one sample: one number, or one for each layer. Folded only.
    pub reuse: Vec<u32>,
    /// Samples per second that must be taken: another way to give `interval`.
    pub rate: Option<f64>,
    /// How attenuators divide.
    pub divider: Divider,
    /// Rows of a divider's digit recurrence between two registers; as many as fit the clock if not given.
    pub divider_rows: Option<u32>,
    /// The most hard multipliers that the circuit may take.
    pub max_dsp: Option<u32>,
    /// Where the weights of a sequential circuit lie.
    pub weights_in: WeightsIn,
}

/// How a circuit spends time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// Every neuron is there; a new sample every clock
    Parallel,
    /// Each layer shares multipliers and activations over several clocks; weights in ROM
    Folded,
    /// One engine walks through all layers; weights in ROM, the smallest
    Sequential,
    /// The smallest of the three that keeps --interval or --rate; without either the quickest that leaves room on the part
    Auto,
}

/// A device family, by name.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct FamilyName(pub Family);

impl Default for FamilyName {
    fn default() -> FamilyName {
        FamilyName(Family::Generic)
    }
}

impl TryFrom<String> for FamilyName {
    type Error = UnknownFamily;
    fn try_from(name: String) -> Result<FamilyName, UnknownFamily> {
        name.parse()
    }
}

impl std::str::FromStr for FamilyName {
    type Err = UnknownFamily;
    fn from_str(name: &str) -> Result<FamilyName, UnknownFamily> {
        Family::from_name(name).map(FamilyName)
    }
}

/// A clock in MHz.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "f64")]
pub struct Clock(pub f64);

impl TryFrom<f64> for Clock {
    type Error = String;
    fn try_from(mhz: f64) -> Result<Clock, String> {
        match (1.0..=1000.0).contains(&mhz) {
            true => Ok(Clock(mhz)),
            false => Err(format!("a clock of {mhz} MHz is not supported: use 1 to 1000")),
        }
    }
}

impl std::str::FromStr for Clock {
    type Err = String;
    fn from_str(text: &str) -> Result<Clock, String> {
        let mhz: f64 = text.parse().map_err(|_| format!("{text:?} is not a number of MHz"))?;
        mhz.try_into()
    }
}

impl Build {
    /// The contents of `build.json`, as far as they are known without the plan: `auto` decides on one
    /// ([`crate::flow::means::means`]).
    pub fn means(&self) -> gainstage_hdl::wrap::Build {
        let mut means = gainstage_hdl::wrap::Build::new(self.target.0);
        means.architecture = match self.arch {
            None | Some(Architecture::Parallel | Architecture::Auto) => manifest::Architecture::Parallel,
            Some(Architecture::Folded) => manifest::Architecture::Folded,
            Some(Architecture::Sequential) => manifest::Architecture::Sequential,
        };
        means.clock_mhz = self.clock.map_or(means.clock_mhz, |c| c.0);
        means.dsp = self.dsp.unwrap_or(means.dsp);
        means.weights = self.weights;
        means.interval = self.interval;
        means.reuse = self.reuse.clone();
        (means.divider, means.divider_rows) = (self.divider, self.divider_rows);
        means.max_dsp = self.max_dsp;
        means.weights_in = self.weights_in;
        means
    }
}

/// What the circuit is tried with, beside corner codes and the data, and always with gaps and resets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Verify {
    /// Random samples.
    pub vectors: u64,
    /// Their seed.
    pub seed: u64,
}

impl Default for Verify {
    fn default() -> Verify {
        Verify { vectors: 100_000, seed: 1 }
    }
}
