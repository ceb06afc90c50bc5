//! Built models on disk: found by content, whole or not there, and distrusted until their checksum holds.

use crate::SimError;
use crate::run::{RunError, Tool, cancelled};
use gainstage_golden::scratch::Scratch;
use sha2::{Digest, Sha256};
use std::fs::{DirBuilder, File, Metadata, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The library in an entry.
const LIBRARY: &str = "model.so";
/// The library's checksum in an entry.
const CHECKSUM: &str = "model.sha256";

/// The directory of all entries: private, since what lies there is run.
pub(super) fn root(given: Option<&Path>) -> Result<PathBuf, SimError> {
    let var = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = given
        .map(Path::to_path_buf)
        .or_else(|| var("GAINSTAGE_CACHE"))
        .or_else(|| Some(var("XDG_CACHE_HOME")?.join("gainstage")))
        .or_else(|| Some(var("HOME")?.join(".cache/gainstage")))
        .ok_or(SimError::NoCache)?;
    let root = base.join("verilator");
    DirBuilder::new().recursive(true).mode(0o700).create(&root).map_err(SimError::writing(&root))?;
    // A sticky directory is open to all, but what lies in it is not: `/tmp` will do as a base.
    for (dir, sticky) in [(&base, 0o1000), (&root, 0)] {
        let about = dir.metadata().map_err(SimError::reading(dir))?;
        if let Some(who) = strangers(&about, sticky) {
            return Err(SimError::OpenCache { path: dir.clone(), who });
        }
    }
    root.canonicalize().map_err(SimError::reading(&root))
}

/// Who else can change what lies in a directory; nobody if its mode has the bit `sticky`, or only the administrator.
fn strangers(about: &Metadata, sticky: u32) -> Option<String> {
    // SAFETY: a plain system call without arguments.
    let user = unsafe { libc::geteuid() };
    let (owner, mode) = (about.uid(), about.mode());
    if owner != user && owner != 0 {
        return Some(format!("the user with the number {owner}"));
    }
    let open = mode & 0o022 != 0 && mode & sticky == 0;
    open.then(|| {
        if mode & 0o002 != 0 {
            "everybody".into()
        } else {
            format!("the group with the number {}", about.gid())
        }
    })
}

/// What keeps the compiler's results, where it is there and the compiler's command has none of its own. One that the
/// environment names must be there.
pub(super) fn compiler_cache(compiler: &str) -> Result<Option<String>, SimError> {
    let first = Path::new(compiler.split(' ').next().unwrap_or_default()).file_name();
    let own = first.is_some_and(|f| ["ccache", "sccache", "distcc", "icecc"].iter().any(|name| f == *name));
    if own || Tool::Ccache.find_optional()?.is_none() {
        return Ok(None);
    }
    Ok(Some(Tool::Ccache.shell_command()?))
}

/// What a tool was to make.
pub(super) fn made(tool: Tool, path: PathBuf) -> Result<PathBuf, SimError> {
    match path.is_file() {
        true => Ok(path),
        false => Err(tool.odd(format!("ended without an error, but did not make {}", path.display())).into()),
    }
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
    let work = Scratch::within(root).map_err(SimError::writing(root))?;
    let built = build(work.path())?;
    let fresh = Scratch::within(root).map_err(SimError::writing(root))?;
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
