//! Bounded memory for what a tool prints.

use super::CAPTURE_LIMIT;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Keeps the first and the last part of a stream: errors stand at either end.
#[derive(Default)]
struct Ends {
    head: Vec<u8>,
    tail: Vec<u8>,
    dropped: usize,
    closed: bool,
}

impl Ends {
    fn push(&mut self, data: &[u8]) {
        let half = CAPTURE_LIMIT / 2;
        let (first, rest) = data.split_at(data.len().min(half - self.head.len()));
        self.head.extend_from_slice(first);
        self.tail.extend_from_slice(rest);
        // Twice the room, so that dropping moves each byte at most once on average.
        if self.tail.len() > 2 * half {
            let drop = self.tail.len() - half;
            self.tail.drain(..drop);
            self.dropped += drop;
        }
    }

    fn text(&self) -> String {
        let note = match self.dropped {
            0 => String::new(),
            n => format!("\n[... {n} bytes left out ...]\n"),
        };
        [&*String::from_utf8_lossy(&self.head), &note, &*String::from_utf8_lossy(&self.tail)].concat()
    }
}

/// A stream being read by a thread.
pub(super) struct Capture(Arc<(Mutex<Ends>, Condvar)>);

impl Capture {
    /// Reads `stream` to its end in a thread.
    pub(super) fn start(mut stream: impl Read + Send + 'static) -> Capture {
        let shared = Arc::new((Mutex::new(Ends::default()), Condvar::new()));
        let theirs = shared.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 1 << 14];
            while let Ok(n @ 1..) = stream.read(&mut buffer) {
                theirs.0.lock().unwrap_or_else(PoisonError::into_inner).push(&buffer[..n]);
            }
            theirs.0.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
            theirs.1.notify_all();
        });
        Capture(shared)
    }

    /// What was read. Waits for the end of the stream, but not for ever: a process that left its group may
    /// hold the other end open.
    pub(super) fn text(self) -> String {
        let ends = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(ends, Duration::from_secs(2), |e| !e.closed);
        waited.unwrap_or_else(PoisonError::into_inner).0.text()
    }
}

/// The last few kilobytes of a file.
pub(super) fn file_tail(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let start = file.metadata()?.len().saturating_sub(8192);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(8192).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_keeps_both_ends_within_the_limit() {
        let mut ends = Ends::default();
        ends.push(b"first");
        for _ in 0..40 {
            ends.push(&vec![b'.'; 1 << 20]);
        }
        ends.push(b"last");
        assert!(ends.head.len() + ends.tail.len() <= CAPTURE_LIMIT + CAPTURE_LIMIT / 2);
        let text = ends.text();
        assert!(text.starts_with("first.") && text.ends_with(".last") && text.contains("bytes left out"));
        assert_eq!(ends.head.len() + ends.tail.len() + ends.dropped, (40 << 20) + 9);
    }
}
