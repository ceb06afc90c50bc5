//! Lattice Nexus, low-power speed grade 7: a little faster than ECP5.

use super::{Delays, Facts};

pub(super) static FACTS: Facts = Facts {
    name: "nexus",
    clock_mhz: 100.0,
    // LFCPNX-100: 208 blocks of 18 Kbit.
    memory_bits: 208 * 18 * 1024,
    delays: Delays {
        stage: 0.9,
        lut: 0.9,
        lut_inputs: 4,
        carry: 1.7,
        carry_bit: 0.05,
        dsp: 5.5,
        dsp_bits: (18, 18),
        dsp_registered: &[],
        block_ram: 4.5,
    },
};
