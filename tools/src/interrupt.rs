//! Ctrl-C: a flag for long computations, and an end to outside tools.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

static FLAG: AtomicBool = AtomicBool::new(false);

/// Makes Ctrl-C (and SIGTERM, SIGHUP) set the [flag] and kill outside tools; a second one ends the program at once.
pub fn install() {
    let handler = || {
        let again = FLAG.swap(true, Ordering::SeqCst);
        gainstage_sim::run::kill_all();
        if again {
            std::process::exit(crate::exit::INTERRUPTED.into());
        }
    };
    // Without a handler Ctrl-C still ends the program, only less kindly.
    let _ = ctrlc::set_handler(handler);
}

/// Set once an interrupt arrived.
pub fn flag() -> &'static AtomicBool {
    &FLAG
}

/// Fails once an interrupt arrived: called between the steps of a long flow.
pub fn check() -> Result<(), Interrupted> {
    if FLAG.load(Ordering::SeqCst) { Err(Interrupted) } else { Ok(()) }
}

/// The user asked to stop.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted; what was finished before is kept")
    }
}

impl std::error::Error for Interrupted {}
