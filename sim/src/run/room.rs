//! Whether a disk is full.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Whether nothing more can be written into a directory: not every tool says so.
pub(super) fn is_full(dir: &Path) -> bool {
    let Ok(name) = CString::new(dir.as_os_str().as_bytes()) else { return false };
    // SAFETY: all-zero is a valid `statvfs`, which the call fills; the name ends with a zero.
    let about = unsafe {
        let mut about: libc::statvfs = std::mem::zeroed();
        (libc::statvfs(name.as_ptr(), &mut about) == 0).then_some(about)
    };
    // One that cannot be written at all has no room either, but that is another fault. File systems without blocks or inodes of their own state none at all.
    let about = about.filter(|a| a.f_flag & libc::ST_RDONLY == 0);
    about.is_some_and(|a| (a.f_blocks > 0 && a.f_bavail == 0) || (a.f_files > 0 && a.f_favail == 0))
}
