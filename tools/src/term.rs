//! The terminal: results to standard output, everything else to standard error.

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Writes a result to standard output. A reader that went away (`| head`) is not an error; a full disk is.
pub fn result(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}

/// A note to the user. Lost if nobody can read it.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Without a terminal, the time between two lines of progress.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// A step that cannot say how far it is: told when it begins, and again as long as it lasts. Dropped when it ends.
pub struct Step {
    bar: Option<ProgressBar>,
    line: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Step {
    /// Tells that `what` begins.
    pub fn begin(what: &str) -> Step {
        if std::io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.set_message(what.to_owned());
            bar.enable_steady_tick(Duration::from_millis(200));
            return Step { bar: Some(bar), line: None };
        }
        say(what);
        let (end, ended) = std::sync::mpsc::channel();
        let (what, start) = (what.to_owned(), Instant::now());
        let repeat = move || {
            while ended.recv_timeout(LINE_EVERY) == Err(RecvTimeoutError::Timeout) {
                say(&format!("{what}: {} s", start.elapsed().as_secs()));
            }
        };
        Step { bar: None, line: Some((end, std::thread::spawn(repeat))) }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
        if let Some((end, thread)) = self.line.take() {
            drop(end);
            // It prints and ends; there is nothing to be learned from a failure.
            let _ = thread.join();
        }
    }
}

/// Progress on standard error: a bar on a terminal, a line now and then elsewhere.
pub struct Progress {
    bar: Option<ProgressBar>,
    what: String,
    total: u64,
    last: Instant,
}

impl Progress {
    /// Progress of `what` towards `total` steps.
    pub fn new(what: &str, total: u64) -> Progress {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style =
                ProgressStyle::with_template("{prefix} [{bar:30}] {percent:>3} % {eta_precise} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
            bar.set_prefix(what.to_owned());
            bar
        });
        Progress { bar, what: what.to_owned(), total, last: Instant::now() }
    }

    /// `done` steps are finished; `note` is shown beside them.
    pub fn update(&mut self, done: u64, note: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(note.to_owned());
                bar.set_position(done.min(self.total));
            }
            None if self.last.elapsed() >= LINE_EVERY => {
                self.last = Instant::now();
                let percent = 100 * done.min(self.total) / self.total.max(1);
                say(&format!("{}: {percent} % {note}", self.what));
            }
            None => (),
        }
    }
}

impl Progress {
    /// Takes the bar away, before its value goes out of scope.
    pub fn finish(self) {
        drop(self);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}
