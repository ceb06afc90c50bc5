//! Lattice ECP5, speed grade 6; grade 8 is 1.29 times as quick.
//!
//! `scripts/delays_ecp5.py` measures small circuits between registers after routing (periods in ns at grade 6): adders of 8 to 48 bits
//! 2.7 to 4.1, one to four tables in a row 1.7 to 3.9, memories of 16 to 256 words in tables 2.0 to 4.6, a product without registers 7.1,
//! with registered operands 5.3, with all registers 2.1 (nextpnr knows no path inside, so a data sheet has the last word), block
//! RAM 6.7. Chains stand here with an allowance, because wires are longer in a full part.

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
        dsp: 6.15,
        dsp_bits: (18, 18),
        dsp_registered: &[
            Registered { registers: 1, into: 1.0, out: 4.35, period: 0.0 },
            Registered { registers: 3, into: 1.0, out: 1.2, period: 0.0 },
        ],
        block_ram: 5.8,
    },
};
