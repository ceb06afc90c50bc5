//! No particular device: four-input tables, a carry chain, 18 by 18 multipliers.

use super::{Delays, Facts};

pub(super) static FACTS: Facts = Facts {
    name: "generic",
    clock_mhz: 100.0,
    memory_bits: 1 << 40,
    delays: Delays {
        stage: 1.0,
        lut: 1.0,
        lut_inputs: 4,
        carry: 1.8,
        carry_bit: 0.06,
        dsp: 6.0,
        dsp_bits: (18, 18),
        dsp_registered: &[],
        block_ram: 3.5,
    },
};
