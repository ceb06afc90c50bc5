//! Who waits for a long computation: is told how far it is, and may end it.
//!
//! [`run`] makes a [`Watcher`] hear of everything that is computed within a closure. What takes long asks [`check`] on the
//! way, and tells of its [`Task`]s. Threads that a computation starts do not know its watcher by themselves: [`here`] takes it
//! along.
//!
//! The contested decision: a computation that is to end **unwinds** to [`run`], which gives [`Cancelled`]. Searches try one
//! thing after another and take an error for "this one cannot be had": an error would be lost among those, where it must end
//! them all. Nothing unwinds outside of [`run`], destructors take away what was begun, and no panic is reported.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Hears of long computations, from any thread.
pub trait Watcher: Send + Sync {
    /// Whether to stop. Asked often: it must be cheap.
    fn cancelled(&self) -> bool {
        false
    }

    /// A task of `total` steps begins. The number that is given names it later.
    fn begin(&self, _what: &str, _total: u64) -> u64 {
        0
    }

    /// So many steps of a task are done.
    fn update(&self, _task: u64, _done: u64) {}

    /// A task has ended, or was given up.
    fn end(&self, _task: u64) {}

    /// Whether [notes](Watcher::note) and steps are told to it, and to nobody else.
    fn takes_notes(&self) -> bool {
        false
    }

    /// What the user should know.
    fn note(&self, _text: &str) {}
}

/// The watcher of a computation wanted it to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Cancelled;

/// What unwinds.
struct Unwinding;

thread_local! {
    static HERE: RefCell<Watch> = const { RefCell::new(Watch(None)) };
}

/// Runs a computation that `watcher` hears of.
///
/// # Errors
/// [`Cancelled`] if it was given up.
pub fn run<T>(watcher: Arc<dyn Watcher>, work: impl FnOnce() -> T) -> Result<T, Cancelled> {
    let watched = || Watch(Some(watcher)).within(work);
    // Whoever shares something with the computation sees it after a panic too: locks say so, and here all are asked.
    catch_unwind(AssertUnwindSafe(watched)).map_err(cancelled_or_panic)
}

fn cancelled_or_panic(payload: Box<dyn Any + Send>) -> Cancelled {
    if payload.is::<Unwinding>() { Cancelled } else { resume_unwind(payload) }
}

/// Gives the computation up if its watcher wants that. Without a watcher nothing happens.
pub fn check() {
    HERE.with_borrow(Watch::check);
}

/// The watcher of this thread, to be taken along to others.
pub fn here() -> Watch {
    HERE.with_borrow(Watch::clone)
}

/// A watcher, or none.
#[derive(Clone, Default)]
pub struct Watch(Option<Arc<dyn Watcher>>);

impl Watch {
    /// Whether the computation is to end.
    pub fn cancelled(&self) -> bool {
        self.0.as_ref().is_some_and(|w| w.cancelled())
    }

    /// Tells what the user should know; false if the watcher takes no notes.
    pub fn note(&self, text: &str) -> bool {
        let taken = self.0.as_ref().filter(|w| w.takes_notes());
        taken.iter().for_each(|w| w.note(text));
        taken.is_some()
    }

    /// Whether the watcher takes notes.
    pub fn takes_notes(&self) -> bool {
        self.0.as_ref().is_some_and(|w| w.takes_notes())
    }

    /// As [`check`].
    pub fn check(&self) {
        // What unwinds already must not do so twice.
        if self.cancelled() && !std::thread::panicking() {
            resume_unwind(Box::new(Unwinding));
        }
    }

    /// Computes a part of a watched computation in this thread; asks first whether it is still wanted.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        self.check();
        let _back = Back(HERE.replace(self.clone()));
        work()
    }
}

/// Puts the watcher back that a thread had before.
struct Back(Watch);

impl Drop for Back {
    fn drop(&mut self) {
        HERE.set(std::mem::take(&mut self.0));
    }
}

/// A part of a computation with a known number of steps, told to the watcher as long as it lives.
pub struct Task {
    watch: Watch,
    number: u64,
    done: AtomicU64,
}

impl Task {
    /// Begins a task, called `what` in the watcher's language.
    pub fn begin(what: &str, total: u64) -> Task {
        let watch = here();
        let number = watch.0.as_ref().map_or(0, |w| w.begin(what, total));
        Task { watch, number, done: AtomicU64::new(0) }
    }

    /// Another step is done; gives up if the watcher wants that.
    pub fn step(&self) {
        self.tell();
        self.watch.check();
    }

    /// So many steps are done; goes on whatever the watcher wants.
    pub fn reach(&self, done: u64) {
        let done = self.done.fetch_max(done, Ordering::Relaxed).max(done);
        self.watch.0.iter().for_each(|w| w.update(self.number, done));
    }

    /// Another step is done; goes on whatever the watcher wants, for those that end by themselves with what they have.
    pub fn tell(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.watch.0.iter().for_each(|w| w.update(self.number, done));
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.watch.0.iter().for_each(|w| w.end(self.number));
    }
}

#[cfg(test)]
mod tests;
