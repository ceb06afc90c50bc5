//! Raw units: the format of an input and the window of its codes that the edges see.

use super::EdgeError;
use crate::num::{Format, Rounding, quantize, round_shift};
use serde::{Deserialize, Serialize};

/// The share of samples that may lie outside the window on either side.
const TAIL: f64 = 0.002;

/// Entropy in bits that a window of all codes may cost: it saves the subtraction and the saturator.
const FREE_WINDOW: f64 = 0.08;

/// A window may begin at multiples of this share of its length: the lower bits need no subtraction.
const OFFSETS: i64 = 16;

/// An input: code = value in `format`; argument = floor((code - offset) / 2^shift), held inside 0 .. 2^bits - 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Format of the code at the port.
    pub format: Format,
    /// The code where the window begins.
    pub offset: i64,
    /// Low bits of the code that no edge sees.
    pub shift: u32,
    /// Bits of the argument.
    pub bits: u32,
}

/// What a port is to be like.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Bits of the arguments at most.
    pub bits: u32,
    /// Whether the window may cut the column's tails.
    pub clip: bool,
    /// Entropy in bits that it may cost to save look-up tables.
    pub free: f64,
    /// The format of the port, if it is fixed.
    pub fixed: Option<Format>,
}

impl Window {
    /// Arguments of so many bits, with what a search usually lets a free window cost.
    pub fn new(bits: u32, clip: bool, fixed: Option<Format>) -> Window {
        Window { bits, clip, free: FREE_WINDOW, fixed }
    }
}

impl Port {
    /// The argument of a code.
    pub fn argument(&self, code: i64) -> i64 {
        let z = round_shift((code - self.offset) as i128, self.shift as i32, Rounding::Floor);
        z.clamp(0, (1 << self.bits) - 1) as i64
    }

    /// The argument of a value, through the port's format. Finite values only.
    pub fn argument_of(&self, value: f64) -> i64 {
        // A number that is none was refused with the samples.
        self.argument(quantize(value, self.format, Rounding::HalfUp).unwrap_or(0))
    }

    /// Whether every code of the port is its own argument: no subtraction, no saturation.
    pub fn is_plain(&self) -> bool {
        self.offset == 0 && self.shift == 0 && !self.format.signed && self.format.width == self.bits
    }

    /// The port whose arguments say the most about the column: steps that are powers of two and windows are tried, and
    /// the entropy of the arguments decides.
    ///
    /// # Errors
    /// A range that no format reaches; a fixed format in which the column is a constant.
    pub fn fit(column: &[f64], window: Window, input: usize) -> Result<Port, EdgeError> {
        let Window { bits, clip, free, fixed } = window;
        // A port of few codes has no more arguments than codes.
        let bits = fixed.map_or(bits, |format| bits.min(format.width));
        let mut sorted = column.to_vec();
        sorted.sort_by(f64::total_cmp);
        let counted = counted(&sorted);
        let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share) as usize];
        let (lo, hi) = if clip { (at(TAIL), at(1.0 - TAIL)) } else { (at(0.0), at(1.0)) };
        let span = if hi > lo { hi - lo } else { lo.abs().max(1e-9) };
        // 2^bits steps hold the span; what lies at its very end is in the last of them.
        let coarse = libm::ceil(libm::log2(span) - bits as f64) as i32;
        let mut best: Option<(f64, Port)> = None;
        for exponent in if clip { coarse - 2..=coarse } else { coarse..=coarse } {
            for port in windows(at(0.0), (lo, hi), exponent, bits, fixed) {
                let worth = entropy(&port, &counted) + if port.price() == 0 { free } else { 0.0 };
                if best.is_none_or(|(most, _)| worth > most) {
                    best = Some((worth, port));
                }
            }
        }
        let place = format!("input {input}");
        let (_, port) = best.ok_or(EdgeError::Range { place, lo, hi })?;
        match fixed {
            Some(format) if hi > lo && entropy(&port, &counted) == 0.0 => {
                Err(EdgeError::Port { input, format, lo, hi })
            }
            _ => Ok(port),
        }
    }
}

/// Windows of 2^bits steps of 2^exponent around lo .. hi.
fn windows(
    least: f64,
    (lo, hi): (f64, f64),
    exponent: i32,
    bits: u32,
    fixed: Option<Format>,
) -> impl Iterator<Item = Port> {
    let length = 1i64 << bits;
    let step = libm::ldexp(1.0, exponent);
    let (first, last) = (libm::floor(lo / step) as i64, libm::ceil(hi / step) as i64);
    let grain = (length / OFFSETS).max(1);
    let start = (first - length).div_euclid(grain) * grain;
    let starts = (0..(last - start) / grain + 1).map(move |k| start + k * grain);
    let aligned = starts.chain([0]).filter(move |&s| s + length > first && s <= last.max(0));
    aligned.filter_map(move |start| port(least, start, exponent, bits, fixed))
}

/// The port for a window that begins at `start` steps; nothing where no format holds it.
fn port(least: f64, start: i64, exponent: i32, bits: u32, fixed: Option<Format>) -> Option<Port> {
    if let Some(format) = fixed {
        let shift = exponent.saturating_add(format.frac).max(0) as u32;
        let finer = exponent + format.frac - shift as i32;
        let offset =
            if finer < 0 { start >> finer.unsigned_abs().min(62) } else { start.checked_shl(shift)? };
        return (shift < 40).then_some(Port { format, offset, shift, bits });
    }
    let end = start + (1 << bits) - 1;
    let signed = start < 0 || least < 0.0;
    // The top of the window is the top of the format where that saves the saturator.
    let reach = end.max(if signed { -start - 1 } else { 0 }).max(1) as u64;
    let width = 64 - reach.leading_zeros() + u32::from(signed);
    let format = Format::new(signed, width.max(2), -exponent).ok()?;
    Some(Port { format, offset: start, shift: 0, bits })
}

/// The values of a sorted column, and how often each is there: raw units have few.
fn counted(sorted: &[f64]) -> Vec<(f64, usize)> {
    sorted.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect()
}

/// Bits of information in the column's arguments.
fn entropy(port: &Port, column: &[(f64, usize)]) -> f64 {
    let mut counts = vec![0usize; 1 << port.bits];
    column.iter().for_each(|&(v, count)| counts[port.argument_of(v) as usize] += count);
    let n = column.iter().map(|(_, count)| count).sum::<usize>() as f64;
    let share = counts.iter().filter(|&&c| c > 0).map(|&c| c as f64 / n);
    -share.map(|p| p * libm::log2(p)).sum::<f64>()
}
