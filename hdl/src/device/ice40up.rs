//! Lattice iCE40 UltraPlus: the worst figures of the open timing data (icestorm, up5k), wires as nextpnr routes them on a
//! part that is two thirds full.
//!
//! nextpnr-ice40 does not time paths through an unregistered SB_MAC16, so what is written here is all that keeps them
//! within a clock. The data sheet (FPGA-DS-02008, table of sysDSP timing) knows one number: 50 MHz for a signed product of 16
//! by 16 bits between registers of the block that passes its inner ones by. No claim goes beyond it.

use super::{Delays, Facts, Registered};

pub(super) static FACTS: Facts = Facts {
    name: "ice40up",
    clock_mhz: 24.0,
    // UP5K: 30 blocks of 4 Kbit.
    memory_bits: 30 * 4 * 1024,
    delays: Delays {
        stage: 4.6,
        lut: 3.0,
        lut_inputs: 4,
        carry: 6.2,
        carry_bit: 0.33,
        dsp: 24.0,
        dsp_bits: (16, 16),
        dsp_registered: &[
            Registered { registers: 1, into: 3.0, out: 21.0, period: 20.0 },
            Registered { registers: 2, into: 3.0, out: 3.0, period: 20.0 },
        ],
        block_ram: 7.0,
    },
};
