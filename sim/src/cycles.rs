//! Batches of clock cycles: what goes in and what comes out.
//!
//! A row is one clock cycle. Its outputs are those that a register clocked by the edge at the *end* of the
//! cycle would take, with the inputs of the same row applied. So a circuit with L registers from input to
//! output shows the result of row t in row t + L, and a combinational one in row t itself.
//!
//! A row may last many clocks, with the same inputs in all of them: an idle time in which nothing may change. What is
//! recorded of it is its first clock, or the first that differed from that.

use gainstage_hdl::wrap::manifest::Manifest;

/// An output code that the simulator does not know (Verilog's `x` or `z`). Codes have at most 48 bits.
pub const UNKNOWN: i64 = i64::MIN;

/// An `out_valid` or `in_ready` that the simulator does not know.
pub const UNKNOWN_VALID: u8 = 2;

/// What goes in, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stimulus {
    /// Input codes, one row after the other.
    pub inputs: Vec<i64>,
    /// `in_valid`: 0 or 1.
    pub in_valid: Vec<u8>,
    /// The reset: 0 or 1.
    pub reset: Vec<u8>,
    /// How many clocks a row lasts: 1, or more where nothing happens for long.
    pub clocks: Vec<u32>,
}

impl Stimulus {
    /// The number of rows.
    pub fn cycles(&self) -> usize {
        self.in_valid.len()
    }

    /// Adds a row.
    pub fn push(&mut self, inputs: &[i64], valid: bool, reset: bool) {
        self.inputs.extend_from_slice(inputs);
        self.in_valid.push(valid.into());
        self.reset.push(reset.into());
        self.clocks.push(1);
    }

    /// Clock cycles before row `row`.
    pub fn clock(&self, row: usize) -> u64 {
        self.clocks[..row].iter().copied().map(u64::from).sum()
    }
}

/// What came out, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Output codes, one row after the other; [`UNKNOWN`] where the simulator knows none.
    pub outputs: Vec<i64>,
    /// `out_valid`: 0, 1, or [`UNKNOWN_VALID`].
    pub out_valid: Vec<u8>,
    /// `in_ready`: 0, 1, or [`UNKNOWN_VALID`]; always 1 where there is no such port.
    pub in_ready: Vec<u8>,
    /// The clock of its row, counted from 0, in which all this was so: 0, or in a row of many clocks the first in which
    /// something was not as in its first clock.
    pub clock: Vec<u32>,
}

impl Response {
    /// Takes the last row away.
    pub(crate) fn pop(&mut self, manifest: &Manifest) {
        self.outputs.truncate(self.outputs.len().saturating_sub(manifest.outputs.len()));
        self.out_valid.pop();
        self.in_ready.pop();
        self.clock.pop();
    }

    /// Makes room for `cycles` rows of the circuit's outputs.
    pub fn resize(&mut self, manifest: &Manifest, cycles: usize) {
        self.outputs.resize(cycles * manifest.outputs.len(), UNKNOWN);
        self.out_valid.resize(cycles, UNKNOWN_VALID);
        self.in_ready.resize(cycles, UNKNOWN_VALID);
        self.clock.resize(cycles, 0);
    }
}
