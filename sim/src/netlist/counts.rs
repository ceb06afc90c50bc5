//! Cells of a netlist, counted in the units that data sheets use.

use gainstage_hdl::device::Family;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a circuit takes of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Look-up tables: of 4 inputs (ECP5, Nexus, iCE40, generic) or up to 6 (Xilinx). A carry cell of ECP5 and
    /// Nexus takes two, and they are counted; a shift register of Xilinx takes one.
    pub lut: u64,
    /// Flip-flops.
    pub ff: u64,
    /// Carry cells: CCU2C and CCU2 (2 bits), SB_CARRY (1 bit), CARRY4 (4 bits).
    pub carry: u64,
    /// Hard multipliers: MULT18X18D, MULT18X18, SB_MAC16, DSP48E1 and their kind.
    pub dsp: u64,
    /// Block RAMs: of 16 kbit (ECP5, Nexus), 4 kbit (iCE40), 18 kbit (Xilinx; a RAMB36E1 counts as two).
    pub bram: u64,
    /// Memories of 256 kbit (iCE40 UltraPlus).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub spram: u64,
    /// Every kind of cell by its name in the netlist.
    pub cells: BTreeMap<String, u64>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[derive(Deserialize)]
struct Statistics {
    design: Design,
}

#[derive(Deserialize)]
struct Design {
    num_cells_by_type: BTreeMap<String, u64>,
}

impl Counts {
    /// From what yosys' `stat -json` wrote for a flat design.
    pub(crate) fn from_json(family: Family, text: &str) -> Result<Counts, String> {
        let statistics: Statistics = serde_json::from_str(text).map_err(|e| e.to_string())?;
        Ok(Counts::of(family, statistics.design.num_cells_by_type))
    }

    fn of(family: Family, cells: BTreeMap<String, u64>) -> Counts {
        let mut counts = Counts::default();
        for (name, &n) in &cells {
            let c = classify(family, name);
            counts.lut += n * c.lut;
            counts.ff += n * c.ff;
            counts.carry += n * c.carry;
            counts.dsp += n * c.dsp;
            counts.bram += n * c.bram;
            counts.spram += n * c.spram;
        }
        Counts { cells, ..counts }
    }
}

/// What one cell of a name counts as.
fn classify(family: Family, name: &str) -> Counts {
    let starts = |prefixes: &[&str]| u64::from(prefixes.iter().any(|p| name.starts_with(p)));
    let (lut, ff, carry, dsp, bram) = match family {
        Family::Ecp5 => {
            let carry = starts(&["CCU2C"]);
            let lut = starts(&["LUT4"]) + 2 * carry;
            (lut, starts(&["TRELLIS_FF"]), carry, starts(&["MULT"]), starts(&["DP16K", "PDPW16K"]))
        }
        Family::Nexus => {
            let carry = starts(&["CCU2"]);
            let lut = starts(&["LUT4"]) + 2 * carry;
            (lut, starts(&["FD1P3"]), carry, starts(&["MULT"]), starts(&["DP16K", "PDP16K", "PDPSC16K"]))
        }
        Family::Ice40 | Family::Ice40Up => {
            let (lut, ff) = (starts(&["SB_LUT4"]), starts(&["SB_DFF"]));
            (lut, ff, starts(&["SB_CARRY"]), starts(&["SB_MAC16"]), starts(&["SB_RAM40"]))
        }
        Family::Xc7 => {
            let bram = starts(&["RAMB18"]) + 2 * starts(&["RAMB36"]);
            let ff = starts(&["FDRE", "FDSE", "FDCE", "FDPE"]);
            (starts(&["LUT", "SRL"]), ff, starts(&["CARRY4"]), starts(&["DSP48"]), bram)
        }
        Family::Generic => {
            let ff = starts(&["$_DFF", "$_SDFF", "$_ALDFF"]);
            (starts(&["$lut"]), ff, 0, 0, 0)
        }
    };
    let spram = starts(&["SB_SPRAM"]);
    Counts { lut, ff, carry, dsp, bram, spram, cells: BTreeMap::new() }
}
