//! Lattice ECP5, speed grade 6: an inferred 18 by 18 multiplier between registers runs at 141 MHz, block RAM at 150 MHz.

use super::{Delays, Facts};

pub(super) static FACTS: Facts = Facts {
    name: "ecp5",
    clock_mhz: 100.0,
    // LFE5-85: 208 blocks of 18 Kbit.
    memory_bits: 208 * 18 * 1024,
    delays: Delays {
        stage: 0.9,
        lut: 1.0,
        lut_inputs: 4,
        carry: 1.9,
        carry_bit: 0.06,
        dsp: 6.0,
        dsp_bits: (18, 18),
        block_ram: 5.5,
    },
};
