//! Lattice ECP5, speed grade 6: an inferred 18 by 18 multiplier between registers runs at 141 MHz, block RAM at 150 MHz.

use super::{Delays, Facts, Registered};

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
        // Input registers alone were measured at 196 MHz. Of all three, nextpnr knows only the last one's clock to output.
        dsp_registered: &[Registered { registers: 1, out: 4.2 }, Registered { registers: 3, out: 1.2 }],
        block_ram: 5.5,
    },
};
