//! The terminal: results to standard output, everything else to standard error.

use crate::words::duration;
use anyhow::Context;
use gainstage_golden::text::shortened;
use gainstage_golden::watch::{self, Task};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
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

/// Bars and steps that are shown now, and when something was last said.
static SHOWN: AtomicUsize = AtomicUsize::new(0);
static SAID: Mutex<Option<Instant>> = Mutex::new(None);

/// Since when nothing has been shown or said.
pub fn silent_for() -> Duration {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if SHOWN.load(Ordering::SeqCst) > 0 {
        *said = Some(Instant::now());
    }
    said.get_or_insert_with(Instant::now).elapsed()
}

/// Something that is shown for as long as it lives.
struct Shown;

impl Shown {
    fn new() -> Shown {
        SHOWN.fetch_add(1, Ordering::SeqCst);
        Shown
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        SHOWN.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A note to the user: to the watcher if it takes notes, else to standard error, and lost if nobody can read it.
pub fn say(text: &str) {
    if watch::here().note(&shortened(text)) {
        return;
    }
    *SAID.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    print(&shortened(text));
}

fn print(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Nothing is shown of what takes less.
pub const QUICK: Duration = Duration::from_secs(2);

/// Whether progress is shown where there is no terminal: `GAINSTAGE_PROGRESS=off` keeps it out of logs.
fn wanted() -> bool {
    std::env::var_os("GAINSTAGE_PROGRESS").is_none_or(|v| v != "off")
}

/// Without a terminal, the time between two lines of progress.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// A step that cannot say how far it is: told when it begins, and again as long as it lasts. Dropped when it ends.
pub struct Step {
    _shown: Shown,
    bar: Option<ProgressBar>,
    line: Option<(Sender<()>, JoinHandle<()>)>,
    /// Where the watcher shows it.
    _task: Option<Task>,
}

impl Step {
    /// Tells that `what` begins.
    pub fn begin(what: &str) -> Step {
        if let Some(task) = told(what, 0) {
            return Step { _shown: Shown::new(), bar: None, line: None, _task: Some(task) };
        }
        if std::io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.set_message(what.to_owned());
            bar.enable_steady_tick(Duration::from_millis(200));
            return Step { _shown: Shown::new(), bar: Some(bar), line: None, _task: None };
        }
        say(what);
        let (end, ended) = std::sync::mpsc::channel();
        let (what, start) = (what.to_owned(), Instant::now());
        let repeat = move || {
            while ended.recv_timeout(LINE_EVERY) == Err(RecvTimeoutError::Timeout) {
                say(&format!("{what}: {} s", start.elapsed().as_secs()));
            }
        };
        let line = Some((end, std::thread::spawn(repeat)));
        Step { _shown: Shown::new(), bar: None, line, _task: None }
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

/// The task of what a watcher shows that takes notes; none if the terminal shows it.
fn told(what: &str, total: u64) -> Option<Task> {
    watch::here().takes_notes().then(|| Task::begin(what, total))
}

/// A line of progress that somebody else words: one that changes on a terminal, a new one now and then elsewhere.
pub struct Line {
    bar: Option<ProgressBar>,
    last: Option<Instant>,
}

impl Line {
    /// Nothing yet.
    pub fn new() -> Line {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{spinner} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Line { bar, last: None }
    }

    /// Shows what there is to say.
    pub fn show(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(text.to_owned()),
            None if self.last.is_none_or(|last| last.elapsed() >= LINE_EVERY) && wanted() => {
                self.last = Some(Instant::now());
                print(text);
            }
            None => (),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}

/// Progress on standard error: a bar on a terminal, a line now and then elsewhere.
pub struct Progress {
    _shown: Shown,
    bar: Option<ProgressBar>,
    what: String,
    total: u64,
    start: Instant,
    /// When it was last said how far it is.
    last: Option<Instant>,
    /// Where the watcher shows it.
    task: Option<Task>,
}

impl Progress {
    /// Progress of `what` towards `total` steps.
    pub fn new(what: &str, total: u64) -> Progress {
        let task = told(what, total);
        let bar = (task.is_none() && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style =
                ProgressStyle::with_template("{prefix} [{bar:30}] {percent:>3} % {eta_precise} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
            bar.set_prefix(what.to_owned());
            bar
        });
        Progress {
            _shown: Shown::new(),
            bar,
            what: what.to_owned(),
            total,
            start: Instant::now(),
            last: None,
            task,
        }
    }

    /// `done` steps are finished; `note` is shown beside them.
    pub fn update(&mut self, done: u64, note: &str) {
        if let Some(task) = &self.task {
            return task.reach(done);
        }
        match &self.bar {
            Some(bar) => {
                bar.set_message(note.to_owned());
                bar.set_position(done.min(self.total));
            }
            None if self.is_due() && wanted() => {
                self.last = Some(Instant::now());
                let share = done.min(self.total) as f64 / self.total.max(1) as f64;
                let left = match share > 0.0 {
                    true => {
                        let seconds = self.start.elapsed().as_secs_f64() * (1.0 - share) / share;
                        format!(", about {} left", duration(seconds))
                    }
                    false => String::new(),
                };
                say(&format!("{}: {:.0} %{left}, {note}", self.what, (100.0 * share).floor()));
            }
            None => (),
        }
    }
}

impl Progress {
    fn is_due(&self) -> bool {
        match self.last {
            Some(last) => last.elapsed() >= LINE_EVERY,
            None => self.start.elapsed() >= QUICK,
        }
    }

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
