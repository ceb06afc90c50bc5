//! Boards that cannot be used.

use gainstage_golden::document::Misfit;
use std::path::PathBuf;

/// Why there is no board.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BoardError {
    /// No shipped board has the name.
    #[error(
        "there is no board {name:?}: use one of {known}, or the path of a board file of your own (my.toml)"
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// The file cannot be read.
    #[error("{}: {source}; give a board file, or one of {known}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
        /// The names that exist.
        known: String,
    },
    /// The file is no TOML, or not of a board's shape.
    #[error("{}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// In which way it does not fit.
        misfit: Misfit,
        /// What is wrong, with line and column.
        message: String,
    },
    /// A value makes no sense.
    #[error("{}: {place}: {fault}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The field.
        place: &'static str,
        /// What is wrong with it, and the cure.
        fault: BoardFault,
    },
}

/// A value of a board file that makes no sense.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BoardFault {
    /// The board's name.
    #[error("{0:?} is no name: use letters, digits, - and _")]
    Name(String),
    /// The board's title, which stands in comments of the files that are made for it.
    #[error("{0:?} is no title: use one line")]
    Title(String),
    /// A part that is not known; with those that are.
    #[error("{0}")]
    Part(String),
    /// A pin that no data sheet names.
    #[error("{0:?} is no pin: use the name in the part's data sheet, such as \"G2\"")]
    Pin(String),
    /// Two signals on one pin.
    #[error("pin {pin} is already {other}: every signal needs its own")]
    SharedPin {
        /// The pin.
        pin: String,
        /// The field that has it.
        other: &'static str,
    },
    /// An I/O standard that is none.
    #[error("{0:?} is no I/O standard: use one such as \"LVCMOS33\"")]
    Standard(String),
    /// A clock that no part has.
    #[error("{0} MHz is not supported: use 1 to 1000")]
    Clock(f64),
    /// A serial rate that no adapter has.
    #[error("{0} bits a second are not supported: use 300 to 12000000")]
    Baud(u32),
    /// An address that no sector of a flash memory has.
    #[error("{0:#x} is no place for weights: use a multiple of 4096 below 2^24, behind the bitstream")]
    Offset(u32),
    /// An order to the programmer that a board file may not give.
    #[error("{0}")]
    Program(String),
}
