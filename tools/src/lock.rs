//! One writer of a directory at a time.
//!
//! The lock is a file beside the directory, since the directory itself is exchanged as a whole. The system gives it up when
//! the process that holds it ends, however it ends; what the file says is only for those who must wait.

use anyhow::Context;
use gainstage_golden::document::without_path;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The files of the locks that this process holds.
static HELD: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn held() -> MutexGuard<'static, Vec<PathBuf>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the files of all locks away, for a process that ends without dropping them.
pub fn remove_all() {
    for path in held().drain(..) {
        let _ = std::fs::remove_file(path);
    }
}

/// Held while a directory is written; given up when it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

/// Who holds a lock.
#[derive(Serialize, Deserialize)]
struct Holder {
    process: u32,
    host: String,
    command: String,
    /// Seconds since 1970.
    since: u64,
}

impl Lock {
    /// Takes the lock of a directory, there already or yet to be made.
    ///
    /// # Errors
    /// Another process has it: the message says which; a place that cannot be written.
    pub fn take(target: &Path) -> anyhow::Result<Lock> {
        let path = beside(target).with_context(|| cannot(target))?;
        loop {
            let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            let mut file = open.map_err(without_path).with_context(|| cannot(target))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    anyhow::bail!("{}: {}", target.display(), held_by(&mut file))
                }
                Err(TryLockError::Error(e)) => return Err(e).with_context(|| cannot(target)),
            }
            // Whoever had it before may have taken the file away after it was opened here: then it locks nothing.
            let same = |there: std::fs::Metadata, mine: std::fs::Metadata| there.ino() == mine.ino();
            if path.metadata().is_ok_and(|there| file.metadata().is_ok_and(|mine| same(there, mine))) {
                let text = serde_json::to_string(&Holder::this()).unwrap_or_default();
                // Without a name in it the lock is still one.
                let _ = file.set_len(0).and_then(|()| file.write_all(text.as_bytes()));
                held().push(path.clone());
                return Ok(Lock { file, path });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // First the name, then the lock: in this order nobody finds a file that is about to go.
        let _ = std::fs::remove_file(&self.path);
        held().retain(|path| *path != self.path);
        let _ = self.file.unlock();
    }
}

fn cannot(target: &Path) -> String {
    format!("cannot write into {}; give -o a place that can be written", parent(target).display())
}

fn parent(target: &Path) -> &Path {
    target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The lock's file: the same one for every way of writing the directory's path.
fn beside(target: &Path) -> std::io::Result<PathBuf> {
    let parent = parent(target);
    std::fs::create_dir_all(parent)?;
    let whole = match (target.canonicalize(), target.file_name()) {
        (Ok(whole), _) => whole,
        (Err(_), Some(name)) => parent.canonicalize()?.join(name),
        (Err(e), None) => return Err(e),
    };
    let name = whole.file_name().map_or_else(|| "root".into(), |n| n.to_string_lossy().into_owned());
    Ok(whole.with_file_name(format!(".gainstage-{name}.lock")))
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

impl Holder {
    fn this() -> Holder {
        let args = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned());
        let command = ["gainstage".to_owned()].into_iter().chain(args).collect::<Vec<_>>().join(" ");
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
        Holder { process: std::process::id(), host, command, since: seconds() }
    }
}

/// Who holds the lock of this file, and what to do.
fn held_by(file: &mut File) -> String {
    let mut text = String::new();
    // Names and commands are short; whatever else stands there is not read.
    let read = file.take(1 << 16).read_to_string(&mut text).ok();
    let holder = read.and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    let who = holder.map_or("another gainstage".to_owned(), |h| {
        let at = if h.host.is_empty() { String::new() } else { format!(" on {}", h.host) };
        let since = seconds().saturating_sub(h.since);
        format!("process {}{at} (`{}`, for {since} s)", h.process, h.command)
    });
    format!("{who} is writing there: wait until it has ended, or give another directory with -o")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_writer_is_told_of_the_first() {
        let dir = tempfile::tempdir().expect("a directory");
        let target = dir.path().join("deep/out");
        let first = Lock::take(&target).expect("free");
        let second = Lock::take(&dir.path().join("deep/../deep/out")).expect_err("taken").to_string();
        let me = format!("process {}", std::process::id());
        assert!(second.contains(&me) && second.contains("is writing there"), "{second}");
        assert!(Lock::take(&dir.path().join("deep/other")).is_ok());
        drop(first);
        // Nothing is left behind, and the directory can be had again; once it is there as well.
        assert_eq!(dir.path().join("deep").read_dir().expect("listed").count(), 0);
        std::fs::create_dir(&target).expect("made");
        let again = Lock::take(&target).expect("free again");
        assert!(Lock::take(&target).is_err());
        drop(again);
    }

    #[test]
    fn what_a_killed_process_left_locks_nothing() {
        let dir = tempfile::tempdir().expect("a directory");
        let target = dir.path().join("out");
        std::fs::write(beside(&target).expect("a place"), "{\"process\":1").expect("written");
        assert!(Lock::take(&target).is_ok());
    }
}
