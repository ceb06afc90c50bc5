//! Boards that cannot be used.

use std::path::PathBuf;

/// Why there is no board.
#[derive(Debug, thiserror::Error)]
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
        /// What is wrong, with line and column.
        message: String,
    },
    /// A value makes no sense.
    #[error("{}: {place}: {problem}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The field.
        place: &'static str,
        /// What is wrong with it, and the cure.
        problem: String,
    },
}
