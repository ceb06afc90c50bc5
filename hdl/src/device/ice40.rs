//! Lattice iCE40 HX. LP parts are slower, and neither has multipliers.

use super::{Delays, Facts};

pub(super) static FACTS: Facts = Facts {
    name: "ice40",
    clock_mhz: 50.0,
    // HX8K: 32 blocks of 4 Kbit.
    memory_bits: 32 * 4 * 1024,
    delays: Delays {
        stage: 1.2,
        lut: 1.3,
        lut_inputs: 4,
        carry: 1.9,
        carry_bit: 0.13,
        dsp: 0.0,
        dsp_bits: (0, 0),
        dsp_registered: &[],
        block_ram: 3.0,
    },
};
