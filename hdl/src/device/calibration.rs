//! What estimates of circuits are multiplied by, family by family: what their structure does not tell.
//!
//! `make bench-estimate RECALIBRATE=1` counts circuits with yosys and nextpnr and prints these factors: half of the way, for there are
//! few circuits of a family, to the median of the even ones of its list. The odd ones judge them (docs/measurements.md).

use super::Family;

/// Factors of one family.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Calibration {
    /// Look-up tables.
    pub lut: f64,
    /// Flip-flops.
    pub ff: f64,
    /// The clock that is reached.
    pub mhz: f64,
}

impl Family {
    /// The factors of a family; those that no tool here counts have none.
    pub fn calibration(self) -> Calibration {
        let (lut, ff, mhz) = match self {
            Family::Ecp5 => (1.01, 1.0, 1.0),
            Family::Ice40 => (0.98, 1.0, 1.12),
            Family::Ice40Up => (0.98, 1.01, 1.12),
            // No tool here tells its clock.
            Family::Xc7 => (1.06, 1.01, 1.0),
            Family::Generic | Family::Nexus => (1.0, 1.0, 1.0),
        };
        Calibration { lut, ff, mhz }
    }
}
