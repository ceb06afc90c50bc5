//! Files and directories in the making: they are gone when their owner is, however it ended.
//!
//! Each carries the number of its process in its name and a lock that the system drops with the process. Whoever makes a new
//! one takes away those beside it whose owner is dead: it was killed before it could.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, NamedTempFile, TempDir};

/// Begins the names of what lies beside results.
const HIDDEN: &str = ".gainstage-";
/// Begins the names of what lies in the system's directory for temporary files.
const PLAIN: &str = "gainstage-";

/// What this process has made and not yet taken away, and the places it has swept.
#[derive(Default)]
struct State {
    live: BTreeSet<PathBuf>,
    swept: BTreeSet<PathBuf>,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);

fn with_state<T>(act: impl FnOnce(&mut State) -> T) -> T {
    let mut state: MutexGuard<_> = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    act(state.get_or_insert_default())
}

/// A directory that goes away with the value.
#[derive(Debug)]
pub struct Scratch {
    dir: Option<TempDir>,
    /// Closing it drops the lock.
    _lock: Option<File>,
}

impl Scratch {
    /// A private directory in the system's place for temporary files.
    ///
    /// # Errors
    /// What the system says.
    pub fn temporary() -> io::Result<Scratch> {
        Scratch::make(&std::env::temp_dir(), PLAIN, 0o700)
    }

    /// A directory in `parent`, to become a result of its own: it has the permissions of any new directory.
    ///
    /// # Errors
    /// What the system says.
    pub fn within(parent: &Path) -> io::Result<Scratch> {
        Scratch::make(parent, HIDDEN, 0o777)
    }

    fn make(parent: &Path, prefix: &str, mode: u32) -> io::Result<Scratch> {
        let permissions = std::fs::Permissions::from_mode(mode);
        let dir = Builder::new().prefix(&own(prefix)).permissions(permissions).tempdir_in(parent)?;
        // A file system without locks has none here either: then the number of the process has to do.
        let lock = File::open(dir.path()).ok().filter(|f| f.try_lock().is_ok());
        with_state(|s| s.live.insert(dir.path().to_owned()));
        sweep(parent, dir.path());
        Ok(Scratch { dir: Some(dir), _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.dir.as_ref().map_or(Path::new(""), TempDir::path)
    }

    /// Leaves the directory where it is.
    pub fn keep(mut self) -> PathBuf {
        let path = self.dir.take().map(TempDir::keep).unwrap_or_default();
        with_state(|s| s.live.remove(&path));
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let path = self.path().to_owned();
        drop(self.dir.take());
        with_state(|s| s.live.remove(&path));
    }
}

/// A file that goes away with the value, unless it became a result.
pub(crate) struct ScratchFile(Option<NamedTempFile>);

impl ScratchFile {
    /// A file in `parent`: it has the permissions of any new file.
    pub(crate) fn within(parent: &Path) -> io::Result<ScratchFile> {
        let permissions = std::fs::Permissions::from_mode(0o666);
        let file = Builder::new().prefix(&own(HIDDEN)).permissions(permissions).tempfile_in(parent)?;
        // As above.
        let _ = file.as_file().try_lock();
        with_state(|s| s.live.insert(file.path().to_owned()));
        sweep(parent, file.path());
        Ok(ScratchFile(Some(file)))
    }

    /// Writes all there is to be written, takes it to the disk and gives it its name.
    pub(crate) fn publish(mut self, bytes: &[u8], path: &Path) -> io::Result<()> {
        let Some(mut file) = self.0.take() else { return Ok(()) };
        let name = file.path().to_owned();
        let result = file.write_all(bytes).and_then(|()| file.as_file().sync_all());
        let result = result.and_then(|()| file.persist(path).map(drop).map_err(|e| e.error));
        with_state(|s| s.live.remove(&name));
        result
    }
}

/// The beginning of a name of ours.
fn own(prefix: &str) -> String {
    format!("{prefix}{}-", std::process::id())
}

/// Takes away every directory and file of this process that is still there. For a program that ends without unwinding; whoever
/// still writes into one of them will fail.
pub fn remove_all() {
    let live = with_state(|s| std::mem::take(&mut s.live));
    for dir in live {
        // A file that appears meanwhile is in the way once, hardly twice.
        let remove = || if dir.is_dir() { std::fs::remove_dir_all(&dir) } else { std::fs::remove_file(&dir) };
        (0..5).any(|_| !dir.exists() || remove().is_ok());
    }
}

/// Takes away what dead processes left in `parent`, once for each process. `mine` tells whose files are ours.
fn sweep(parent: &Path, mine: &Path) {
    let Ok(place) = parent.canonicalize() else { return };
    if !with_state(|s| s.swept.insert(place)) {
        return;
    }
    let Ok(owner) = mine.symlink_metadata().map(|m| m.uid()) else { return };
    for entry in parent.read_dir().into_iter().flatten().map_while(Result::ok) {
        let path = entry.path();
        let Ok(about) = path.symlink_metadata() else { continue };
        if about.uid() == owner && is_leftover(&entry.file_name(), &about) && abandoned(&path) {
            // What cannot be taken away is left to the next run.
            let _ = if about.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        }
    }
}

/// Whether a name says that a process made it which is there no more.
fn is_leftover(name: &OsStr, about: &Metadata) -> bool {
    let name = name.to_string_lossy();
    let (hidden, plain) = (name.strip_prefix(HIDDEN), name.strip_prefix(PLAIN));
    // Beside temporary directories there are files of ours that were kept for good.
    let rest = hidden.filter(|_| about.is_dir() || about.is_file()).or(plain.filter(|_| about.is_dir()));
    let number = rest.and_then(|r| r.split_once('-')).and_then(|(number, _)| number.parse::<u32>().ok());
    number.is_some_and(|n| Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{n}")).exists())
}

/// Whether nobody holds the lock: a process that this one cannot see might.
fn abandoned(path: &Path) -> bool {
    File::open(path).is_ok_and(|f| f.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number that no process has: one that has just ended.
    fn dead() -> u32 {
        let mut child = std::process::Command::new("true").spawn().expect("it starts");
        child.wait().expect("it ends");
        child.id()
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = dir.read_dir().expect("listed").map_while(Result::ok);
        let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_dead_processes_left_is_taken_away_and_nothing_else() {
        let place = tempfile::tempdir().expect("a directory");
        let at = |name: &str| place.path().join(name);
        let (dead, own) = (dead(), std::process::id());
        std::fs::create_dir_all(at(&format!(".gainstage-{dead}-a/rtl"))).expect("made");
        std::fs::write(at(&format!(".gainstage-{dead}-a/rtl/a.v")), "half").expect("written");
        std::fs::write(at(&format!(".gainstage-{dead}-b")), "half a file").expect("written");
        std::fs::create_dir(at(&format!("gainstage-{dead}-c"))).expect("made");
        let kept = [
            // Somebody alive, whom we may not see, works there.
            format!(".gainstage-{dead}-locked"),
            format!(".gainstage-{own}-a"),
            ".gainstage-old-a".into(),
            format!("results-{dead}-a"),
        ];
        kept.iter().for_each(|name| std::fs::create_dir(at(name)).expect("made"));
        let lock = File::open(at(&kept[0])).expect("there");
        lock.try_lock().expect("locked");
        // A trained network that found no other room.
        let model = format!("gainstage-{dead}-model.json");
        std::fs::write(at(&model), "{}").expect("written");
        std::os::unix::fs::symlink("/", at(&format!(".gainstage-{dead}-link"))).expect("linked");

        let scratch = Scratch::within(place.path()).expect("made");
        let mine = scratch.path().file_name().expect("a name").to_string_lossy().into_owned();
        let mut expected: Vec<String> = kept.into_iter().collect();
        expected.extend([mine, model, format!(".gainstage-{dead}-link")]);
        expected.sort();
        assert_eq!(names(place.path()), expected);
        drop(scratch);
        assert_eq!(names(place.path()).len(), expected.len() - 1);
    }

    #[test]
    fn results_have_the_permissions_of_new_files() {
        let place = tempfile::tempdir().expect("a directory");
        let mode = |path: &Path| path.metadata().expect("there").permissions().mode() & 0o777;
        std::fs::write(place.path().join("file"), "").expect("written");
        std::fs::create_dir(place.path().join("dir")).expect("made");
        let scratch = Scratch::within(place.path()).expect("made");
        assert_eq!(mode(scratch.path()), mode(&place.path().join("dir")));
        let result = place.path().join("result");
        ScratchFile::within(place.path()).and_then(|f| f.publish(b"whole", &result)).expect("written");
        assert_eq!(mode(&result), mode(&place.path().join("file")));
        assert_eq!(std::fs::read(&result).expect("read"), b"whole");
        assert_eq!(mode(Scratch::temporary().expect("made").path()), 0o700);
        let kept = scratch.keep();
        assert!(kept.is_dir());
    }
}
