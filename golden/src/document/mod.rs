//! JSON documents on disk: read with the place of every fault, written atomically.

mod bounded;
mod kind;
mod misfit;
mod plain;

pub use bounded::{MOST, MOST_BY_HAND, MOST_SAMPLES, open, read, read_text};
pub use kind::Kind;
pub use misfit::Misfit;
pub use plain::plain;

use crate::scratch::ScratchFile;
use crate::text::BYTE_ORDER_MARK;
use serde::{Serialize, de::DeserializeOwned};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A document that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of another kind than the one asked for.
    #[error("{path}: this is a {found}, not a {what}: {}", found.cure())]
    Kind {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: Kind,
        /// What was expected.
        what: &'static str,
    },
    /// Not JSON, or JSON of another shape.
    #[error("{path}:{line}:{column}: not a {what}: {problem}; correct the file or make it anew")]
    Json {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected.
        what: &'static str,
        /// In which way it is of another shape.
        misfit: Misfit,
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
    #[error("{path}: {source}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Place, value and cure.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Reads a JSON document whose top-level field `schema` must equal `known`.
///
/// # Errors
/// A file that cannot be read, is of another [`Kind`], is not JSON of this shape, or has another schema.
pub fn read_json<T: DeserializeOwned>(
    path: &Path,
    what: &'static str,
    known: u32,
) -> Result<T, DocumentError> {
    let text = read_text(path, MOST).map_err(|source| DocumentError::Io { path: path.into(), source });
    text.and_then(|text| parse_json(&text, path, what, known)).map_err(|e| e.or_kind(path, what))
}

/// As [`read_json`], on a text, which may begin with a byte order mark; `path` is named in errors.
///
/// # Errors
/// A text that is not JSON of this shape, or has another schema.
pub fn parse_json<T: DeserializeOwned>(
    text: &str,
    path: &Path,
    what: &'static str,
    known: u32,
) -> Result<T, DocumentError> {
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    // The schema first: a newer file must not be reported as a misspelt old one.
    #[derive(serde::Deserialize)]
    struct Head {
        schema: serde_json::Value,
    }
    let json = |e: serde_json::Error| DocumentError::Json {
        path: path.into(),
        line: e.line(),
        column: e.column(),
        what,
        misfit: misfit(&e),
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

impl DocumentError {
    /// A document whose content contradicts itself.
    pub fn invalid(path: &Path, fault: impl std::error::Error + Send + Sync + 'static) -> DocumentError {
        DocumentError::Invalid { path: path.into(), source: Box::new(fault) }
    }

    /// This error, or what says more: that the file at `path` is not a `what` at all.
    fn or_kind(self, path: &Path, what: &'static str) -> DocumentError {
        match Kind::of(path).filter(|found| found.to_string() != what) {
            Some(found) => DocumentError::Kind { path: path.into(), found, what },
            None => self,
        }
    }
}

fn misfit(e: &serde_json::Error) -> Misfit {
    match e.classify() {
        serde_json::error::Category::Data => Misfit::of(&e.to_string()),
        _ => Misfit::Syntax,
    }
}

/// The parser's message without its own "at line L column C": the caller prints the place first.
fn without_place(e: &serde_json::Error) -> String {
    let text = e.to_string();
    plain(text.rsplit_once(" at line ").map_or(text.as_str(), |(head, _)| head))
}

/// What the system said, without the name of the temporary file that it said it of.
pub fn without_path(e: std::io::Error) -> std::io::Error {
    let text = e.to_string();
    match text.rsplit_once(" at path ") {
        Some((head, _)) => std::io::Error::new(e.kind(), head),
        None => e,
    }
}

/// Writes a document as pretty JSON, atomically, with a final newline.
pub fn write_json<T: Serialize>(path: &Path, document: &T) -> Result<(), DocumentError> {
    let mut text = serde_json::to_string_pretty(document).map_err(|e| DocumentError::invalid(path, e))?;
    text.push('\n');
    write_atomic(path, text.as_bytes())
}

/// Writes a file so that readers see the old or the new content, never half of it: a temporary file in the same
/// directory, then a rename. Missing parent directories are made. A device or a pipe, such as `/dev/stdout`, is
/// written as it is.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), DocumentError> {
    let io = |source| DocumentError::Io { path: path.into(), source: without_path(source) };
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
    ScratchFile::within(parent).and_then(|file| file.publish(bytes, path)).map_err(io)
}
