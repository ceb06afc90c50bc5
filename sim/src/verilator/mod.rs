//! Verilator models as shared libraries, built from the files of a directory and cached by content.
//!
//! The Verilog goes into the library; ROM files do not. Each [`Instance`] reads them from the directory when
//! it is created, by absolute path, whatever the working directory of the process. So swapped weights need no
//! new build, and what is simulated is what lies there.

mod build;
mod cache;
mod flags;
mod instance;
pub(crate) mod program;
mod shim;

pub use instance::{Instance, Model};

use std::path::PathBuf;
use std::time::Duration;

/// How a model is built.
#[derive(Clone, Debug)]
pub struct Options {
    /// With code that writes waveforms: slower to build and to run. Cached apart.
    pub trace: bool,
    /// Processes that compile at the same time.
    pub jobs: usize,
    /// The time limit of each of the two steps, translation and compilation.
    pub limit: Duration,
    /// Where built models are kept; `None`: `$GAINSTAGE_CACHE`, else `$XDG_CACHE_HOME/gainstage`, else
    /// `$HOME/.cache/gainstage`.
    pub cache: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        let jobs = std::thread::available_parallelism().map_or(1, |n| n.get());
        Options { trace: false, jobs, limit: Duration::from_secs(1800), cache: None }
    }
}

#[cfg(test)]
mod tests;
