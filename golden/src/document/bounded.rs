//! Reading of files that somebody names: what cannot be theirs is refused before it fills the memory.

use crate::text::bytes;
use std::fs::{File, FileType};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// No model, plan, manifest or Verilog file is larger.
pub const MOST: u64 = 1 << 29;

/// No file of samples is larger.
pub const MOST_SAMPLES: u64 = 1 << 32;

/// No file that people write by hand is larger.
pub const MOST_BY_HAND: u64 = 1 << 22;

/// Opens a file for reading; from a pipe too, if it is one that the program was given open (`/dev/stdin`, `<(command)`).
/// What is read ends with an error after `most` bytes.
///
/// # Errors
/// What the system says; a directory, a device, a named pipe, a socket; a file that is larger than `most` bytes.
pub fn open(path: &Path, most: u64) -> io::Result<impl Read> {
    let refused = |what: String| Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    let about = path.metadata()?;
    // Before it is opened: a named pipe would wait for somebody to write, and a device may do something.
    if let Some(kind) = unreadable(about.file_type(), path) {
        return refused(format!("this is a {kind}, not a file"));
    }
    if about.len() > most {
        return refused(format!(
            "{} are too much: files of this kind have at most {}",
            bytes(about.len()),
            bytes(most)
        ));
    }
    Ok(Bounded { rest: File::open(path)?.take(most + 1), most })
}

/// The content of a file, as [`open`] gives it.
///
/// # Errors
/// As [`open`].
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    open(path, most)?.read_to_end(&mut content)?;
    Ok(content)
}

/// The content of a text file, as [`open`] gives it.
///
/// # Errors
/// As [`open`]; what is no UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    let mut text = String::new();
    open(path, most)?.read_to_string(&mut text)?;
    Ok(text)
}

/// What a thing is that cannot be read to its end.
fn unreadable(kind: FileType, path: &Path) -> Option<&'static str> {
    let given = ["/dev/stdin", "/dev/fd", "/proc"].iter().any(|p| path.starts_with(p));
    match kind {
        k if k.is_dir() => Some("directory"),
        k if k.is_char_device() || k.is_block_device() => Some("device"),
        k if k.is_socket() => Some("socket"),
        k if k.is_fifo() && !given => Some("named pipe"),
        _ => None,
    }
}

/// A reader that refuses to go on for ever.
struct Bounded<R> {
    rest: io::Take<R>,
    most: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.rest.read(buffer)?;
        if self.rest.limit() == 0 {
            let what = format!("it has more than {}: files of this kind have less", bytes(self.most));
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &Path, most: u64) -> String {
        read(path, most).expect_err("refused").to_string()
    }

    #[test]
    fn what_has_no_end_is_refused_by_its_kind() {
        let dir = tempfile::tempdir().expect("a directory");
        assert_eq!(told(dir.path(), 100), "this is a directory, not a file");
        assert_eq!(told(Path::new("/dev/zero"), 100), "this is a device, not a file");
        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("it runs").success());
        assert_eq!(told(&pipe, 100), "this is a named pipe, not a file");
        let socket = dir.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("bound");
        assert_eq!(told(&socket, 100), "this is a socket, not a file");
    }

    #[test]
    fn what_is_too_large_is_refused_by_its_size() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("sparse");
        File::create(&file).and_then(|f| f.set_len(24 << 30)).expect("made");
        assert_eq!(told(&file, MOST), "24.0 GiB are too much: files of this kind have at most 512 MiB");
        std::fs::write(&file, "12345").expect("written");
        assert_eq!(read(&file, 5).expect("read"), b"12345");
        assert_eq!(told(&file, 4), "5 bytes are too much: files of this kind have at most 4 bytes");
        // A file that says nothing of its size, as those of the system do.
        assert_eq!(
            told(Path::new("/proc/self/maps"), 10),
            "it has more than 10 bytes: files of this kind have less"
        );
        assert!(!read(Path::new("/proc/self/stat"), MOST).expect("read").is_empty());
    }
}
