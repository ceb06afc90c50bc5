//! Boards as data: parts, pins, clocks. A board is a TOML file; the shipped ones are embedded.
//!
//! ```toml
//! name = "ulx3s-85f"                 # what --board takes
//! title = "Radiona ULX3S"            # for people
//! part = "LFE5U-85F-6BG381C"         # decides family, size, package and speed
//! source = "where the pins come from"
//!
//! [clock]
//! pin = "G2"
//! mhz = 25.0
//! system_mhz = 50.0                  # what the circuit runs at unless asked otherwise; a PLL makes it
//!
//! [uart]                             # as seen from the FPGA
//! rx = "M1"
//! tx = "L4"
//! baud = 1000000
//!
//! [leds]                             # all optional
//! alive = "B2"
//! error = "C2"
//! active_low = false
//!
//! [reset]                            # optional
//! pin = "R1"
//! active_low = false
//! pull = "down"
//!
//! [flash]                            # optional: the memory that the board starts from, as seen from the FPGA
//! sck = "15"
//! ss = "16"
//! so = "14"                          # out of the FPGA
//! si = "17"
//! offset = 0x100000                  # where weights that are loaded at start lie, behind the bitstream
//!
//! [program]                          # arguments of openFPGALoader, of those that choose board, cable and speed
//! args = ["-b", "ulx3s"]
//! ```

mod constraints;
mod error;
mod part;
pub mod pll;
mod program;
mod shipped;

pub use error::{BoardError, BoardFault};
pub use part::{Capacity, Device};
pub use shipped::SHIPPED;

use crate::device::Family;
use gainstage_golden::document::{self, Misfit};
use serde::Deserialize;
use std::path::Path;

/// The file name of constraints below a board's directory: by family.
pub fn constraints_extension(family: Family) -> &'static str {
    match family {
        Family::Ice40 | Family::Ice40Up => "pcf",
        Family::Xc7 => "xdc",
        _ => "lpf",
    }
}

/// A board.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// What `--board` takes.
    pub name: String,
    /// For people.
    pub title: String,
    /// The maker's part number: family, size, package and speed follow from it.
    pub part: String,
    /// Where pins and standards come from.
    pub source: String,
    /// The oscillator.
    pub clock: Clock,
    /// The serial line to the host, as seen from the FPGA.
    pub uart: Uart,
    /// Lights.
    #[serde(default)]
    pub leds: Leds,
    /// A button that resets.
    pub reset: Option<Button>,
    /// The serial flash memory that it starts from, where the FPGA can read it.
    pub flash: Option<Flash>,
    /// How it is programmed.
    #[serde(default)]
    pub program: Program,
}

/// A serial flash memory, its pins as seen from the FPGA.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flash {
    /// Clock.
    pub sck: String,
    /// Select, active low.
    pub ss: String,
    /// Data out of the FPGA.
    pub so: String,
    /// Data into the FPGA.
    pub si: String,
    /// The address of weights that are loaded at start: behind the bitstream, at a sector of its own.
    pub offset: u32,
    /// I/O standard.
    #[serde(default = "lvcmos33")]
    pub standard: String,
}

/// An oscillator.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Its pin.
    pub pin: String,
    /// Its frequency, MHz.
    pub mhz: f64,
    /// What the circuit runs at unless asked otherwise, MHz.
    pub system_mhz: f64,
    /// I/O standard.
    #[serde(default = "lvcmos33")]
    pub standard: String,
    /// iCE40: the pin is the PLL's own pad, which only the PLL may read if it is used.
    #[serde(default)]
    pub pll_pad: bool,
}

/// A serial line.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uart {
    /// Where the FPGA listens.
    pub rx: String,
    /// Where the FPGA talks.
    pub tx: String,
    /// Bits a second unless asked otherwise.
    pub baud: u32,
    /// I/O standard.
    #[serde(default = "lvcmos33")]
    pub standard: String,
}

/// Lights; each is optional.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leds {
    /// Blinks while the circuit runs.
    pub alive: Option<String>,
    /// Lights at the first request that was dropped.
    pub error: Option<String>,
    /// Whether a light is on at 0.
    #[serde(default)]
    pub active_low: bool,
    /// I/O standard.
    #[serde(default = "lvcmos33")]
    pub standard: String,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// Its pin.
    pub pin: String,
    /// Whether it gives 0 while pressed.
    pub active_low: bool,
    /// A pull resistor inside the FPGA.
    #[serde(default)]
    pub pull: Pull,
    /// I/O standard.
    #[serde(default = "lvcmos33")]
    pub standard: String,
}

/// A pull resistor inside the FPGA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pull {
    /// None: the board has one.
    #[default]
    None,
    /// To the supply.
    Up,
    /// To ground.
    Down,
}

/// How a board is programmed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Arguments of openFPGALoader before the bitstream: those that choose board, cable and speed.
    #[serde(default)]
    pub args: Vec<String>,
}

fn lvcmos33() -> String {
    "LVCMOS33".into()
}

/// Bits that a name, a pin or a standard may be made of: it ends in files that other tools read.
fn plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

impl Board {
    /// A shipped board by its name, or a user's own by the path of its file (with a `/` or ending in `.toml`).
    ///
    /// # Errors
    /// A name that no board has, with those that exist; a file that cannot be read or used.
    pub fn find(name: &str) -> Result<Board, BoardError> {
        if name.contains('/') || name.ends_with(".toml") {
            return Board::read(Path::new(name));
        }
        let (_, text) = SHIPPED
            .iter()
            .find(|(shipped, _)| *shipped == name)
            .ok_or_else(|| BoardError::Unknown { name: name.into(), known: shipped::names() })?;
        Board::parse(text, Path::new(name))
    }

    /// Reads and checks a board file.
    ///
    /// # Errors
    /// A file that cannot be read, that is no TOML of this shape, or that holds a value that makes no sense.
    pub fn read(path: &Path) -> Result<Board, BoardError> {
        let text = document::read_text(path, document::MOST_BY_HAND).map_err(|source| BoardError::Read {
            path: path.into(),
            source,
            known: shipped::names(),
        })?;
        Board::parse(&text, path)
    }

    /// Checks the text of a board file; `path` is named in errors.
    ///
    /// # Errors
    /// As [`Board::read`].
    pub fn parse(text: &str, path: &Path) -> Result<Board, BoardError> {
        let board: Board = toml::from_str(text).map_err(|e| BoardError::Syntax {
            path: path.into(),
            misfit: misfit(text, &e),
            message: e.to_string().trim_end().into(),
        })?;
        board.check().map_err(|(place, fault)| BoardError::Invalid { path: path.into(), place, fault })?;
        Ok(board)
    }

    /// What the part number says.
    pub fn device(&self) -> Device {
        // `parse` has shown that the part is known.
        part::device(&self.part).unwrap_or_else(|e| unreachable!("a checked board: {e}"))
    }

    /// Every pin with the field that names it.
    pub fn pins(&self) -> Vec<(&'static str, &str)> {
        let mut pins =
            vec![("clock.pin", &*self.clock.pin), ("uart.rx", &*self.uart.rx), ("uart.tx", &*self.uart.tx)];
        pins.extend(self.leds.alive.as_deref().map(|p| ("leds.alive", p)));
        pins.extend(self.leds.error.as_deref().map(|p| ("leds.error", p)));
        pins.extend(self.reset.as_ref().map(|b| ("reset.pin", &*b.pin)));
        pins.extend(self.flash.iter().flat_map(|f| {
            [("flash.sck", &*f.sck), ("flash.ss", &*f.ss), ("flash.so", &*f.so), ("flash.si", &*f.si)]
        }));
        pins
    }

    fn check(&self) -> Result<(), (&'static str, BoardFault)> {
        if !plain(&self.name) {
            return Err(("name", BoardFault::Name(self.name.clone())));
        }
        if self.title.chars().any(char::is_control) {
            return Err(("title", BoardFault::Title(self.title.clone())));
        }
        part::device(&self.part).map_err(|e| ("part", BoardFault::Part(e)))?;
        let pins = self.pins();
        for (i, &(place, pin)) in pins.iter().enumerate() {
            if !plain(pin) {
                return Err((place, BoardFault::Pin(pin.into())));
            }
            if let Some((other, _)) = pins[..i].iter().find(|(_, p)| *p == pin) {
                return Err((place, BoardFault::SharedPin { pin: pin.into(), other }));
            }
        }
        let reset = self.reset.as_ref().map(|b| ("reset.standard", &b.standard));
        let standards = [("clock.standard", &self.clock.standard), ("uart.standard", &self.uart.standard)];
        let flash = self.flash.as_ref().map(|f| ("flash.standard", &f.standard));
        let behind = reset.into_iter().chain(flash);
        for (place, standard) in
            standards.into_iter().chain([("leds.standard", &self.leds.standard)]).chain(behind)
        {
            // Without lights the default of the table is empty.
            let unused = place == "leds.standard" && self.leds.alive.is_none() && self.leds.error.is_none();
            if !plain(standard) && !unused {
                return Err((place, BoardFault::Standard(standard.clone())));
            }
        }
        for (place, mhz) in [("clock.mhz", self.clock.mhz), ("clock.system_mhz", self.clock.system_mhz)] {
            if !(1.0..=1000.0).contains(&mhz) {
                return Err((place, BoardFault::Clock(mhz)));
            }
        }
        if !(300..=12_000_000).contains(&self.uart.baud) {
            return Err(("uart.baud", BoardFault::Baud(self.uart.baud)));
        }
        // Three bytes of address, and sectors of 4 KiB; the bitstream lies at 0.
        let odd = |offset: &u32| *offset == 0 || *offset >= 1 << 24 || !offset.is_multiple_of(4096);
        if let Some(offset) = self.flash.as_ref().map(|f| f.offset).filter(odd) {
            return Err(("flash.offset", BoardFault::Offset(offset)));
        }
        let asked = self.program.problem().map(BoardFault::Program);
        asked.map_or(Ok(()), |fault| Err(("program.args", fault)))
    }
}

/// In which way a text is no board file: not TOML at all, or what the reader says.
fn misfit(text: &str, error: &toml::de::Error) -> Misfit {
    match toml::de::DeTable::parse(text) {
        Ok(_) => Misfit::of(error.message()),
        Err(_) => Misfit::Syntax,
    }
}

#[cfg(test)]
mod tests;
