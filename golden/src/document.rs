//! JSON documents on disk: read with the place of every fault, written atomically.

use serde::{Serialize, de::DeserializeOwned};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A document that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Not JSON, or JSON of another shape.
    #[error("{path}:{line}:{column}: not a {what}: {problem}")]
    Json {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected.
        what: &'static str,
        /// What the parser said.
        problem: String,
    },
    /// A schema version this program does not know.
    #[error("{path}: schema {found} of a {what} is not known (this program reads {known}): {cure}")]
    Schema {
        /// The file.
        path: PathBuf,
        /// What was expected.
        what: &'static str,
        /// The version in the file.
        found: String,
        /// The version this program reads.
        known: u32,
        /// What to do.
        cure: &'static str,
    },
    /// Well-formed, but the content contradicts itself.
    #[error("{path}: {problem}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Place, value and cure.
        problem: String,
    },
}

/// Reads a JSON document whose top-level field `schema` must equal `known`.
pub fn read_json<T: DeserializeOwned>(
    path: &Path,
    what: &'static str,
    known: u32,
) -> Result<T, DocumentError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| DocumentError::Io { path: path.into(), source })?;
    parse_json(&text, path, what, known)
}

/// The same for a text; `path` is named in errors.
pub fn parse_json<T: DeserializeOwned>(
    text: &str,
    path: &Path,
    what: &'static str,
    known: u32,
) -> Result<T, DocumentError> {
    #[derive(serde::Deserialize)]
    struct Head {
        schema: serde_json::Value,
    }
    let json = |e: serde_json::Error| DocumentError::Json {
        path: path.into(),
        line: e.line(),
        column: e.column(),
        what,
        problem: without_place(&e),
    };
    let head: Head = serde_json::from_str(text).map_err(json)?;
    if head.schema != serde_json::json!(known) {
        let newer = head.schema.as_u64().is_some_and(|v| v > known as u64);
        return Err(DocumentError::Schema {
            path: path.into(),
            what,
            found: head.schema.to_string(),
            known,
            cure: if newer { "update this program" } else { "make the file anew" },
        });
    }
    serde_json::from_str(text).map_err(json)
}

/// The parser's message without its own "at line L column C": the caller prints the place first.
fn without_place(e: &serde_json::Error) -> String {
    let text = e.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(head, _)| head.to_owned())
}

/// Writes a document as pretty JSON, atomically, with a final newline.
pub fn write_json<T: Serialize>(path: &Path, document: &T) -> Result<(), DocumentError> {
    let mut text = serde_json::to_string_pretty(document)
        .map_err(|e| DocumentError::Invalid { path: path.into(), problem: e.to_string() })?;
    text.push('\n');
    write_atomic(path, text.as_bytes())
}

/// Writes a file so that readers see the old or the new content, never half of it: a temporary file in the same
/// directory, then a rename. Missing parent directories are made. A device or a pipe, such as `/dev/stdout`, is
/// written as it is.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), DocumentError> {
    let io = |source| DocumentError::Io { path: path.into(), source };
    if std::fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir()) {
        return std::fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut f| f.write_all(bytes))
            .map_err(io);
    }
    let parent = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(parent).map_err(io)?;
    let mut file = tempfile::Builder::new().prefix(".gainstage-").tempfile_in(parent).map_err(io)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(io)?;
    // Temporary files are private; a document gets the permissions any new file would have.
    let mode = std::fs::Permissions::from_mode(0o644);
    file.as_file().set_permissions(mode).map_err(io)?;
    file.persist(path).map_err(|e| io(e.error))?;
    Ok(())
}
