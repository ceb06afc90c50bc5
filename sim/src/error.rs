//! What can go wrong in a simulation, other than a wrong circuit (that is a result, not an error).

use crate::run::RunError;
use gainstage_golden::document::DocumentError;
use std::path::{Path, PathBuf};

/// Why there is no result. Each message says what was wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// An outside tool is missing, failed, or took too long.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The manifest cannot be used.
    #[error(transparent)]
    Manifest(#[from] DocumentError),
    /// A file cannot be read or written.
    #[error("{path}: {source}; {cure}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
        /// What to do.
        cure: &'static str,
    },
    /// Verilog that is no generated circuit's: no tool reads it.
    #[error(
        "{path}:{line}: {problem}: this is not Verilog that Gainstage writes, and no tool was run on it; restore the file, or generate the directory again"
    )]
    Refused {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
        /// What stands there.
        problem: String,
    },
    /// The Verilog's ports are not those of the manifest.
    #[error("top module {top}: {problem}; generate the directory again, or correct manifest.json")]
    Ports {
        /// The top module.
        top: String,
        /// What differs.
        problem: String,
    },
    /// The simulator complained while the circuit ran: a ROM file that is missing or too short, a loop.
    #[error("simulation of {top}: {message}; restore or generate the directory again")]
    Simulator {
        /// The top module.
        top: String,
        /// What it said.
        message: String,
    },
    /// There is no place for built models.
    #[error(
        "no cache directory: neither GAINSTAGE_CACHE, XDG_CACHE_HOME nor HOME is set; set GAINSTAGE_CACHE"
    )]
    NoCache,
    /// Others could put a program of theirs among the built models, which are run.
    #[error(
        "{path}: {who} can write there, and built models are run: remove it and try again (or `chmod -R go-w` it, if \
         nobody did), or set GAINSTAGE_CACHE to a directory of your own"
    )]
    OpenCache {
        /// The directory.
        path: PathBuf,
        /// Who.
        who: String,
    },
    /// A built model cannot be loaded even though its checksum is right.
    #[error("{path}: {source}; delete it and try again")]
    Load {
        /// The shared library.
        path: PathBuf,
        /// What the loader said.
        source: libloading::Error,
    },
    /// A waveform, or a tool's result, is not of the expected form.
    #[error("{path}: {problem}; check the version of the tool with `gainstage doctor`")]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Vectors that do not fit the circuit.
    #[error("vectors: {problem}")]
    Vectors {
        /// What is wrong, and what to do.
        problem: String,
    },
}

impl SimError {
    /// For `map_err`: a failed reading of an input.
    pub(crate) fn reading(path: &Path) -> impl FnOnce(std::io::Error) -> SimError {
        SimError::io(path, "generate the directory again, or restore the file")
    }

    /// For `map_err`: a failed writing of a result.
    pub(crate) fn writing(path: &Path) -> impl FnOnce(std::io::Error) -> SimError {
        SimError::io(path, "check that there is room and that the place may be written")
    }

    fn io(path: &Path, cure: &'static str) -> impl FnOnce(std::io::Error) -> SimError {
        let path = path.to_path_buf();
        move |source| SimError::Io { path, source, cure }
    }
}
