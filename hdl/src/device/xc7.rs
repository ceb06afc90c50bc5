//! AMD 7 series, speed grade 1: DSP48E1 is 25 by 18, signed.
//!
//! Its paths are those that Project X-Ray read from Vivado for Artix-7 (and yosys has in `cells_sim.v`): 2.8 ns without a
//! register, 2.95 from operand registers to P, 0.33 from P's register; wires at 0.8. DS181 promises 464.25 MHz where
//! all registers are used; no claim goes beyond it.

use super::{Delays, Facts, Registered};

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
        dsp_registered: &[
            Registered { registers: 1, into: 0.8, out: 3.4, period: 0.0 },
            Registered { registers: 3, into: 0.8, out: 0.8, period: 1000.0 / 464.25 },
        ],
        block_ram: 3.0,
    },
};
