//! Who watches a command for Python: keeps notes and what is under way, and ends it if Python wants that.

use gainstage_golden::watch::Watcher;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A task under way: what it is, how far, and of how much; 0 of what cannot be counted.
pub type Shown = (String, u64, u64);

/// The watcher of one command.
#[derive(Default)]
pub struct Listener {
    cancelled: AtomicBool,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    begun: u64,
    live: Vec<(u64, Shown)>,
    notes: Vec<String>,
}

impl Listener {
    /// Wants the command to end.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// The tasks under way, the outermost first.
    pub fn tasks(&self) -> Vec<Shown> {
        self.heard().live.iter().map(|(_, shown)| shown.clone()).collect()
    }

    /// What the user should know.
    pub fn notes(&self) -> Vec<String> {
        std::mem::take(&mut self.heard().notes)
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher for Listener {
    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn begin(&self, what: &str, total: u64) -> u64 {
        let mut heard = self.heard();
        heard.begun += 1;
        let number = heard.begun;
        heard.live.push((number, (what.to_owned(), 0, total)));
        number
    }

    fn update(&self, task: u64, done: u64) {
        let mut heard = self.heard();
        if let Some((_, shown)) = heard.live.iter_mut().find(|(number, _)| *number == task) {
            // Steps of several threads may be told out of order.
            shown.1 = shown.1.max(done);
        }
    }

    fn end(&self, task: u64) {
        self.heard().live.retain(|(number, _)| *number != task);
    }

    fn takes_notes(&self) -> bool {
        true
    }

    fn note(&self, text: &str) {
        self.heard().notes.push(text.to_owned());
    }
}
