//! Built models on disk: found by content, whole or not there, and distrusted until their checksum holds.

use crate::SimError;
use crate::run::{RunError, Tool, cancelled};
use sha2::{Digest, Sha256};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The library in an entry.
const LIBRARY: &str = "model.so";
/// The library's checksum in an entry.
const CHECKSUM: &str = "model.sha256";

/// The directory of all entries.
pub(super) fn root(given: Option<&Path>) -> Result<PathBuf, SimError> {
    let var = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let root = given
        .map(Path::to_path_buf)
        .or_else(|| var("GAINSTAGE_CACHE"))
        .or_else(|| Some(var("XDG_CACHE_HOME")?.join("gainstage")))
        .or_else(|| Some(var("HOME")?.join(".cache/gainstage")))
        .ok_or(SimError::NoCache)?
        .join("verilator");
    std::fs::create_dir_all(&root).map_err(SimError::writing(&root))?;
    root.canonicalize().map_err(SimError::reading(&root))
}

/// A hash in hexadecimal digits over parts, each with its length, so that no two lists of parts are alike.
pub(super) fn key<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// The library of the entry `key`, made by `build` if there is none or if it was damaged. `build` gets an
/// empty directory and returns the path of the library in it.
///
/// Only one thread of one process builds an entry; others wait, and take what it made.
pub(super) fn get(
    root: &Path,
    key: &str,
    build: impl FnOnce(&Path) -> Result<PathBuf, SimError>,
) -> Result<PathBuf, SimError> {
    let _lock = Lock::wait(&root.join(format!("{key}.lock")))?;
    let entry = root.join(key);
    let library = entry.join(LIBRARY);
    if sound(&entry) {
        return Ok(library);
    }
    let work = tempfile::Builder::new().prefix("build-").tempdir_in(root).map_err(SimError::writing(root))?;
    let built = build(work.path())?;
    let fresh =
        tempfile::Builder::new().prefix("entry-").tempdir_in(root).map_err(SimError::writing(root))?;
    fill(fresh.path(), &built).map_err(SimError::writing(fresh.path()))?;
    if entry.exists() {
        std::fs::remove_dir_all(&entry).map_err(SimError::writing(&entry))?;
    }
    std::fs::rename(fresh.keep(), &entry).map_err(SimError::writing(&entry))?;
    Ok(library)
}

fn fill(entry: &Path, built: &Path) -> io::Result<()> {
    std::fs::rename(built, entry.join(LIBRARY))?;
    std::fs::write(entry.join(CHECKSUM), checksum(&entry.join(LIBRARY))?)
}

fn sound(entry: &Path) -> bool {
    let stated = std::fs::read_to_string(entry.join(CHECKSUM));
    matches!((stated, checksum(&entry.join(LIBRARY))), (Ok(a), Ok(b)) if a == b)
}

fn checksum(file: &Path) -> io::Result<String> {
    Ok(hex(&Sha256::digest(std::fs::read(file)?)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A lock that ends with the value, and with the process however it ends.
struct Lock(#[expect(dead_code, reason = "closing the file releases the lock")] File);

impl Lock {
    fn wait(path: &Path) -> Result<Lock, SimError> {
        let open = File::options().create(true).truncate(false).write(true).open(path);
        let file = open.map_err(SimError::writing(path))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock(file)),
                Err(TryLockError::WouldBlock) => (),
                Err(TryLockError::Error(e)) => return Err(SimError::writing(path)(e)),
            }
            if cancelled() {
                return Err(RunError::Cancelled { tool: Tool::Verilator.info().name }.into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
