//! How far the reading of a file is, and what memory its samples will take.

use super::super::CsvProblem;
use crate::memory;
use crate::text::bytes;
use crate::watch::{self, Task};
use std::cell::Cell;
use std::io::{self, Read};

/// A file that is larger is estimated after so many bytes: enough for the mean length of its lines.
const PROBE: u64 = 1 << 22;

/// Lines between two looks at how far it is.
const LOOK: u64 = 1 << 12;

/// Bytes read so far, known to who reads and to who asks.
pub(super) type Count = Cell<u64>;

/// A file that is being read.
pub(super) struct Outlook<'a> {
    /// Its name, for people.
    name: &'a str,
    /// Bytes read of it.
    read: &'a Count,
    /// All its bytes; none where that is not known, as of a pipe.
    size: Option<u64>,
    /// Bytes of memory there are; none where that is not known.
    room: Option<u64>,
    lines: u64,
    task: Option<Task>,
}

impl<'a> Outlook<'a> {
    pub(super) fn new(name: &'a str, read: &'a Count, size: Option<u64>) -> Outlook<'a> {
        Outlook { name, read, size, room: None, lines: 0, task: None }
    }

    /// With so much memory instead of what the machine has.
    #[cfg(test)]
    pub(super) fn in_room(self, room: u64) -> Outlook<'a> {
        Outlook { room: Some(room), ..self }
    }

    /// Another line is read, for each of which so many bytes are kept. True once: where it is known how many lines there will
    /// be, so that their memory can be taken at once.
    ///
    /// # Errors
    /// The memory for the lines that follow is not there.
    pub(super) fn line(&mut self, bytes: usize) -> Result<Option<usize>, CsvProblem> {
        self.lines += 1;
        if !self.lines.is_multiple_of(LOOK) {
            return Ok(None);
        }
        watch::check();
        if let Some(task) = &self.task {
            task.reach(self.read.get());
        }
        match self.size {
            Some(size) if self.task.is_none() && self.read.get() > PROBE => self.estimate(size, bytes),
            _ => Ok(None),
        }
    }

    fn estimate(&mut self, size: u64, each: usize) -> Result<Option<usize>, CsvProblem> {
        let lines = (self.lines as f64 * (size as f64 / self.read.get() as f64).max(1.0)) as u64;
        let needed = lines.saturating_mul(each as u64);
        self.check(lines, needed)?;
        let what = format!("reading {}, about {lines} samples, {} of memory", self.name, bytes(needed));
        self.task = Some(Task::begin(&what, size));
        Ok(usize::try_from(lines).ok())
    }

    /// Refuses what the machine has no memory for.
    ///
    /// # Errors
    /// So many samples take more than there is.
    pub(super) fn check(&self, samples: u64, needed: u64) -> Result<(), CsvProblem> {
        match self.room.or_else(memory::available) {
            Some(room) if needed > room => Err(CsvProblem::Memory { samples, needed, room }),
            _ => Ok(()),
        }
    }
}

/// Counts the bytes that are read.
pub(super) struct Counted<'a, R> {
    pub(super) text: R,
    pub(super) read: &'a Count,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.text.read(buffer)?;
        self.read.set(self.read.get() + n as u64);
        Ok(n)
    }
}
