//! `link.json`: what a host must know to talk to a board.

use crc::{CRC_32_ISO_HDLC, Crc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

use gainstage_golden::document::{DocumentError, read_json};

/// The file name inside a board's directory.
pub const FILE_NAME: &str = "link.json";

/// The schema version this crate reads and writes.
pub const SCHEMA: u32 = 1;

/// How far a serial rate may be from what was asked for. Both ends together may be wrong by 4 %.
const TOLERANCE: f64 = 0.02;

/// A serial rate that a clock does not divide into.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SerialError {
    /// The nearest divisor is too far away.
    #[error(
        "{baud} bits a second out of {clock_mhz} MHz are {percent:.1} % off (at most 2 %): ask for another --baud, such as {nearest}, or another --clock"
    )]
    Off {
        /// The rate.
        baud: u32,
        /// The clock.
        clock_mhz: f64,
        /// The error.
        percent: f64,
        /// What the divisor gives.
        nearest: u32,
    },
    /// Too few or too many clocks in a bit.
    #[error(
        "{baud} bits a second out of {clock_mhz} MHz: a bit must last 4 to 65535 clocks; ask for {least} to {most}"
    )]
    Range {
        /// The rate.
        baud: u32,
        /// The clock.
        clock_mhz: f64,
        /// The slowest rate.
        least: u32,
        /// The fastest.
        most: u32,
    },
}

/// A serial line, 8N1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Serial {
    /// What the host sets, bits a second.
    pub baud: u32,
    /// Clocks in a bit.
    pub divisor: u32,
    /// By how much the board's rate is above the host's, percent.
    pub error_percent: f64,
}

impl Serial {
    /// The divisor of a clock for a rate.
    ///
    /// # Errors
    /// More than 2 % off; a bit shorter than 4 or longer than 65,535 clocks.
    pub fn new(clock_mhz: f64, baud: u32) -> Result<Serial, SerialError> {
        let hertz = clock_mhz * 1e6;
        let divisor = (hertz / f64::from(baud)).round();
        if !(4.0..=65535.0).contains(&divisor) {
            let (least, most) = ((hertz / 65535.0).ceil() as u32, (hertz / 4.0).floor() as u32);
            return Err(SerialError::Range { baud, clock_mhz, least, most });
        }
        let nearest = hertz / divisor;
        let off = nearest / f64::from(baud) - 1.0;
        if off.abs() > TOLERANCE {
            let nearest = nearest.round() as u32;
            return Err(SerialError::Off { baud, clock_mhz, percent: 100.0 * off, nearest });
        }
        Ok(Serial { baud, divisor: divisor as u32, error_percent: 100.0 * off })
    }
}

/// The file of weights for a board's flash memory.
pub const WEIGHTS_FILE: &str = "weights.bin";

/// Weights in a flash memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// The file beside this one that holds what the memory must.
    pub file: String,
    /// The address from which on it must.
    pub offset: u32,
}

/// What a host must know to talk to a board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Schema version.
    pub schema: u32,
    /// The top module.
    pub top: String,
    /// The board.
    pub board: String,
    /// Its part.
    pub part: String,
    /// The circuit's clock, MHz.
    pub clock_mhz: f64,
    /// The serial line.
    pub serial: Serial,
    /// Bytes of a sample.
    pub in_bytes: u32,
    /// Bytes of a result.
    pub out_bytes: u32,
    /// The most samples of a request.
    pub max_count: u32,
    /// A request that pauses for 2 to this power clocks is cut.
    pub timeout_clocks_log2: u32,
    /// Weights that the board reads from its flash memory at start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<Weights>,
    /// What the board answers to a request of no samples: it tells one design from another.
    pub id: u32,
}

impl Link {
    /// Reads `link.json`.
    ///
    /// # Errors
    /// A file that cannot be read, or that is of another shape.
    pub fn read(path: &Path) -> Result<Link, DocumentError> {
        read_json(path, "link file", SCHEMA)
    }

    /// The text of the file.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("numbers and names only");
        text.push('\n');
        text
    }
}

/// The number that a board gives for a plan: CRC-32 of the text of `plan.json`.
pub fn design_id(plan: &[u8]) -> u32 {
    Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisors_and_their_errors() {
        let s = Serial::new(50.0, 1_000_000).expect("exact");
        assert_eq!((s.divisor, s.error_percent), (50, 0.0));
        let s = Serial::new(24.0, 115_200).expect("near");
        assert!(s.divisor == 208 && (s.error_percent - 0.16).abs() < 0.01, "{s:?}");
        let text = Serial::new(12.0, 1_843_200).expect_err("6.5 clocks").to_string();
        assert_eq!(
            text,
            "1843200 bits a second out of 12 MHz are -7.0 % off (at most 2 %): ask for another --baud, such as 1714286, or another --clock"
        );
        let text = Serial::new(12.0, 4_000_000).expect_err("3 clocks").to_string();
        assert!(text.ends_with("a bit must last 4 to 65535 clocks; ask for 184 to 3000000"), "{text}");
    }
}
