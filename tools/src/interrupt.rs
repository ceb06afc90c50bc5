//! Ctrl-C: an end to long computations and to outside tools.
//!
//! The handler sets a flag and kills the tools. Computations hear of it through their [watcher](crate::watcher) and unwind;
//! flows [`check`] between their steps. Who has something to keep holds a [`Grace`] meanwhile. A program that is still there
//! a moment later (in a simulator's loop, in somebody's library) takes its unfinished directories away and ends.

use crate::exit::Interrupted;
use crate::{exit, lock, term};
use gainstage_golden::scratch;
use gainstage_golden::watch::{self, Watch};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

static FLAG: AtomicBool = AtomicBool::new(false);
static GRACES: AtomicUsize = AtomicUsize::new(0);
static JSON: AtomicBool = AtomicBool::new(false);
static SPOKEN: AtomicBool = AtomicBool::new(false);

/// How long the program may take to end by itself.
const PATIENCE: Duration = Duration::from_millis(600);

/// Makes Ctrl-C (and SIGTERM, SIGHUP) set the [flag] and kill outside tools; a second one ends the program at once.
pub fn install() {
    let handler = || {
        let again = FLAG.swap(true, Ordering::SeqCst);
        gainstage_sim::run::kill_all();
        if again {
            leave();
        }
        // In a thread of its own, so that the next signal is heard.
        std::thread::spawn(insist);
    };
    // Without a handler Ctrl-C still ends the program, only less kindly.
    let _ = ctrlc::set_handler(handler);
}

/// Says that results are JSON: so is the last word of a program that is ended.
pub fn speak_json() {
    JSON.store(true, Ordering::Relaxed);
}

/// Whether nobody has had the last word yet: the result, or why there is none.
pub fn last_word() -> bool {
    !SPOKEN.swap(true, Ordering::SeqCst)
}

/// Ends the program if it does not end by itself.
fn insist() {
    let (mut since, mut said) = (Instant::now(), false);
    while since.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(20));
        if GRACES.load(Ordering::SeqCst) > 0 {
            if !said && since.elapsed() > PATIENCE / 2 {
                term::say("interrupted: what was found so far is being kept; once more to end at once");
                said = true;
            }
            if said {
                since = Instant::now();
            }
        }
    }
    leave();
}

/// Ends the program where it stands. What it was writing goes away: results have never been touched.
fn leave() -> ! {
    scratch::remove_all();
    lock::remove_all();
    if last_word() {
        let (spoken, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            term::say(&format!("error: {Interrupted}"));
            if JSON.load(Ordering::Relaxed) {
                let object = exit::error_json(&Interrupted.to_string(), exit::INTERRUPTED, None);
                let _ = term::result(&format!("{object}\n"));
            }
            let _ = spoken.send(());
        });
        // Nobody may be reading: that holds up nothing.
        let _ = heard.recv_timeout(PATIENCE / 6);
    }
    // Not `exit`: destructors of libraries must not run beside threads that are still in them.
    // SAFETY: it ends the process and nothing else.
    unsafe { libc::_exit(exit::INTERRUPTED.into()) }
}

/// As long as it lives, an interrupted program is left to end by itself: it has something to keep.
pub struct Grace(());

impl Grace {
    /// Asks for it.
    pub fn ask() -> Grace {
        GRACES.fetch_add(1, Ordering::SeqCst);
        Grace(())
    }
}

impl Drop for Grace {
    fn drop(&mut self) {
        GRACES.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Set once an interrupt arrived.
pub fn flag() -> &'static AtomicBool {
    &FLAG
}

/// Whether an interrupt arrived, or who watches wants an end.
pub fn wanted(watch: &Watch) -> bool {
    FLAG.load(Ordering::Relaxed) || watch.cancelled()
}

/// Fails once an interrupt arrived: called between the steps of a long flow.
pub fn check() -> Result<(), Interrupted> {
    if wanted(&watch::here()) { Err(Interrupted) } else { Ok(()) }
}
