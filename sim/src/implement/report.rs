//! What nextpnr reports.

use super::path::{self, CriticalPath};
use crate::netlist::Counts;
use gainstage_hdl::board::Capacity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much of a kind of site is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Use {
    /// nextpnr's name of it, such as `ICESTORM_LC`.
    pub site: String,
    /// Taken.
    pub used: u64,
    /// There.
    pub available: u64,
}

/// A clock.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Fmax {
    /// Its net.
    pub clock: String,
    /// What it reaches, MHz.
    pub achieved_mhz: f64,
    /// What it must, MHz.
    pub required_mhz: f64,
}

/// A placed and routed design.
pub(super) struct Placed {
    pub(super) utilization: Vec<Use>,
    pub(super) fmax: Vec<Fmax>,
    /// What the circuit's clock reaches.
    pub(super) achieved_mhz: f64,
    pub(super) path: Option<CriticalPath>,
    clock: String,
}

impl Placed {
    /// Whether the other clocks reach what they must.
    pub(super) fn others_met(&self) -> bool {
        self.fmax.iter().filter(|f| f.clock != self.clock).all(|f| f.achieved_mhz >= f.required_mhz)
    }
}

#[derive(Deserialize)]
struct Raw {
    utilization: BTreeMap<String, RawUse>,
    fmax: BTreeMap<String, RawFmax>,
    critical_paths: Vec<path::Raw>,
}

#[derive(Deserialize)]
struct RawUse {
    used: u64,
    available: u64,
}

#[derive(Deserialize)]
struct RawFmax {
    achieved: f64,
    constraint: f64,
}

/// Reads `--report`'s JSON. The circuit's clock is the one that must reach `clock_mhz`; if several must, the slowest.
pub(super) fn read(text: &str, clock_mhz: f64) -> Result<Placed, String> {
    let raw: Raw = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let fmax: Vec<Fmax> = raw
        .fmax
        .into_iter()
        .map(|(clock, f)| Fmax { clock, achieved_mhz: f.achieved, required_mhz: f.constraint })
        .collect();
    let ours = fmax
        .iter()
        // A tool rounds what it was asked for to picoseconds of the period.
        .filter(|f| (f.required_mhz / clock_mhz - 1.0).abs() < 0.01)
        .min_by(|a, b| a.achieved_mhz.total_cmp(&b.achieved_mhz));
    let Some(ours) = ours else {
        return Err(format!("no clock of {clock_mhz} MHz among {} clocks", fmax.len()));
    };
    let (achieved_mhz, clock) = (ours.achieved_mhz, ours.clock.clone());
    let path = raw.critical_paths.into_iter().find(|p| p.within(&clock)).map(CriticalPath::from);
    let used = raw.utilization.into_iter().filter(|(_, u)| u.used > 0);
    let utilization = used.map(|(site, u)| Use { site, used: u.used, available: u.available }).collect();
    Ok(Placed { utilization, fmax, achieved_mhz, path, clock })
}

/// What a part is filled with by the counts of synthesis, where nothing is placed.
pub(super) fn by_counts(counts: &Counts, capacity: &Capacity) -> Vec<Use> {
    let row = |site: &str, used, available| Use { site: site.into(), used, available };
    vec![
        row("LUT", counts.lut, capacity.lut),
        row("FF", counts.ff, capacity.ff),
        row("DSP", counts.dsp, capacity.dsp),
        row("RAMB18", counts.bram, capacity.bram),
    ]
}
