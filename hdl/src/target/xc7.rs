//! AMD 7 series, speed grade 1: DSP48E1 is 25 by 18, signed.

use super::{Delays, Facts};

pub(super) static FACTS: Facts = Facts {
    name: "xc7",
    clock_mhz: 125.0,
    // XC7VX1140T: 1880 blocks of 36 Kbit.
    memory_bits: 1880 * 36 * 1024,
    delays: Delays {
        stage: 0.8,
        lut: 0.8,
        lut_inputs: 6,
        carry: 1.3,
        carry_bit: 0.03,
        dsp: 4.6,
        dsp_bits: (25, 18),
        dsp_registered: &[],
        block_ram: 3.0,
    },
};
