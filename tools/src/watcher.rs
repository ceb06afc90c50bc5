//! The terminal as the watcher of every command: shows how far long computations are, and passes Ctrl-C on.

use crate::interrupt;
use crate::term::{self, Line, QUICK};
use crate::words::duration;
use gainstage_golden::watch::Watcher;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often what is shown is refreshed.
const TICK: Duration = Duration::from_millis(250);

/// Watches one command.
#[derive(Default)]
pub struct Terminal {
    tasks: Mutex<Tasks>,
}

/// Tasks under way: those within others begin later.
#[derive(Default)]
struct Tasks {
    begun: u64,
    live: Vec<Live>,
    line: Option<Line>,
}

struct Live {
    number: u64,
    what: String,
    done: u64,
    total: u64,
    start: Instant,
}

impl Live {
    /// What it is, how far, and how much longer at this speed.
    fn text(&self) -> String {
        let share = self.done as f64 / self.total.max(1) as f64;
        let percent = (100.0 * share) as u64;
        if self.done == 0 {
            return self.what.clone();
        }
        let left = self.start.elapsed().as_secs_f64() * (1.0 - share) / share;
        format!("{}: {percent} %, about {} left", self.what, duration(left))
    }
}

impl Tasks {
    fn show(&mut self) {
        // The outermost says how long it will take, the innermost what is going on.
        let Some(first) = self.live.first().filter(|t| t.start.elapsed() >= QUICK) else { return };
        let mut text = first.text();
        if let Some(last) = self.live.get(1..).and_then(<[Live]>::last) {
            text = format!("{text} ({})", last.what);
        }
        self.line.get_or_insert_with(Line::new).show(&text);
    }
}

impl Terminal {
    /// A watcher that refreshes what it shows, and says that the program is at work where nobody else does.
    pub fn start() -> Arc<Terminal> {
        let terminal = Arc::new(Terminal::default());
        let (seen, start) = (Arc::downgrade(&terminal), Instant::now());
        std::thread::spawn(move || {
            while let Some(terminal) = seen.upgrade() {
                terminal.with(|tasks| match tasks.live.is_empty() {
                    false => tasks.show(),
                    true if term::silent_for() < QUICK => tasks.line = None,
                    true => {
                        let text = format!("at work for {}", duration(start.elapsed().as_secs_f64()));
                        tasks.line.get_or_insert_with(Line::new).show(&text);
                    }
                });
                drop(terminal);
                std::thread::sleep(TICK);
            }
        });
        terminal
    }

    fn with<T>(&self, act: impl FnOnce(&mut Tasks) -> T) -> T {
        act(&mut self.tasks.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Watcher for Terminal {
    fn cancelled(&self) -> bool {
        interrupt::flag().load(Ordering::Relaxed)
    }

    fn begin(&self, what: &str, total: u64) -> u64 {
        self.with(|tasks| {
            tasks.begun += 1;
            let (number, what) = (tasks.begun, what.to_owned());
            tasks.live.push(Live { number, what, done: 0, total, start: Instant::now() });
            tasks.show();
            number
        })
    }

    fn update(&self, task: u64, done: u64) {
        self.with(|tasks| {
            if let Some(live) = tasks.live.iter_mut().find(|t| t.number == task) {
                // Steps of several threads may be told out of order.
                live.done = live.done.max(done);
            }
            tasks.show();
        });
    }

    fn end(&self, task: u64) {
        self.with(|tasks| {
            tasks.live.retain(|t| t.number != task);
            if tasks.live.is_empty() {
                tasks.line = None;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_speed() {
        let start = Instant::now().checked_sub(Duration::from_secs(30)).expect("the machine runs longer");
        let live = |done| Live { number: 1, what: "looking".into(), done, total: 4, start };
        assert_eq!(live(0).text(), "looking");
        assert_eq!(live(1).text(), "looking: 25 %, about 90 s left");
        assert_eq!([12.4, 150.0, 9000.0].map(duration), ["12 s", "2 min", "2.5 h"]);
    }

    #[test]
    fn tasks_come_and_go() {
        let terminal = Terminal::default();
        let (outer, inner) = (terminal.begin("outer", 3), terminal.begin("inner", 9));
        terminal.update(inner, 5);
        terminal.update(inner, 4);
        let done = terminal.with(|t| t.live.iter().map(|l| l.done).collect::<Vec<_>>());
        assert_eq!(done, [0, 5]);
        terminal.end(inner);
        terminal.end(outer);
        assert!(terminal.with(|t| t.live.is_empty()));
    }
}
