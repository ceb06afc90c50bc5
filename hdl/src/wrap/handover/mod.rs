//! What other people's tools want beside a circuit: a test bench that checks itself, a cocotb test, an instantiation
//! template, a VHDL component, clock constraints.
//!
//! Everything is made from the manifest and from codes that the integer model computed: nothing here knows numbers
//! of its own. Names come from a checked manifest, so they are identifiers and cannot break out of any of these
//! languages; words that VHDL reserves are written as its extended identifiers.

mod bench;
mod cocotb;
mod constraints;
mod template;
mod vhdl;

pub use bench::{BENCH_SUFFIX, testbench};
pub use cocotb::cocotb_test;
pub use constraints::{sdc, xdc};
pub use template::template;
pub use vhdl::component;

use super::manifest::{Manifest, Port};
use crate::arch::LOAD_BITS;
use std::fmt::Write;

/// Samples for a test: rows of input codes, and the rows of output codes that the integer model gives for them.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a> {
    /// Input codes, one row after the other.
    pub inputs: &'a [i64],
    /// Output codes, one row after the other.
    pub outputs: &'a [i64],
}

impl Samples<'_> {
    /// The number of rows.
    ///
    /// # Panics
    /// If the codes are no whole rows, or not as many rows of outputs as of inputs.
    fn rows(&self, m: &Manifest) -> usize {
        let rows = self.inputs.len() / m.inputs.len();
        assert_eq!(self.inputs.len(), rows * m.inputs.len(), "whole rows of inputs");
        assert_eq!(self.outputs.len(), rows * m.outputs.len(), "a row of outputs for each row of inputs");
        rows
    }
}

/// What the codes of each port mean, as lines of a comment: `x0  s12.8: value = code * 2^-8, codes -2048 to 2047`.
fn units(m: &Manifest, comment: &str) -> String {
    let ports = m.inputs.iter().chain(&m.outputs);
    let width = ports.clone().map(|p| p.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Port { name, format: f } in ports {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{comment} {name:width$}  {f}: value = code * 2^{}, codes {} to {}",
            -f.frac,
            f.min_code(),
            f.max_code()
        );
    }
    text
}

/// A port that is no data port.
struct Control<'a> {
    name: &'a str,
    way: Way,
    bits: u32,
    what: &'static str,
}

/// Control inputs and outputs, with what they do; behind them come the data ports.
fn controls(m: &Manifest) -> Vec<Control<'_>> {
    let (input, output) = (Way::In, Way::Out);
    let port = |name, way, what| Control { name, way, bits: 1, what };
    let mut list = vec![
        port(&*m.clock, input, "rising edge"),
        port(&m.reset, input, "synchronous, active high: clears valid, not data"),
        port(&m.in_valid, input, "marks a sample"),
    ];
    list.extend(m.in_ready.iter().map(|name| port(name, output, "a sample is taken in this clock")));
    if let Some(load) = &m.load {
        list.push(port(&load.start, input, "begins to load the weights"));
        list.push(port(&load.valid, input, "marks a word of weights"));
        let bits = LOAD_BITS;
        list.push(Control {
            bits,
            ..port(&load.data, input, "words of the weights, in the order of their file")
        });
        list.push(port(&load.loaded, output, "all words are there"));
    }
    list.push(port(&m.out_valid, output, "marks a result"));
    list
}

/// Which way a port goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

/// ` signed` for a port of signed codes.
fn signed(p: &Port) -> &'static str {
    if p.format.signed { " signed" } else { "" }
}

#[cfg(test)]
mod tests;
