//! Faults of a project file, with their place.

use gainstage_golden::document::{DocumentError, plain};
use std::fmt;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A project that cannot be used.
#[derive(Debug)]
pub enum ProjectError {
    /// The file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A directory without a project.
    NoProject {
        /// The directory.
        path: PathBuf,
    },
    /// A file of another kind.
    Document(DocumentError),
    /// Not TOML, an unknown key, or a value that makes no sense.
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line and column, from 1.
        place: (usize, usize),
        /// The line itself.
        line: String,
        /// What is wrong, and the cure.
        message: String,
    },
}

impl From<DocumentError> for ProjectError {
    fn from(e: DocumentError) -> ProjectError {
        ProjectError::Document(e)
    }
}

impl ProjectError {
    /// A fault that the TOML reader found in `text`.
    pub(super) fn syntax(path: &Path, text: &str, e: &toml::de::Error) -> ProjectError {
        let message = plain(e.message().trim());
        let at = e.span().map_or(0, |s| s.start);
        // What is checked of a table as a whole is told of the table; the message begins with the key it is about.
        let at = root(text).and_then(|root| key_in_table_at(&root, at, first_word(&message))).unwrap_or(at);
        ProjectError::at(path, text, at, message)
    }

    /// A value in the table `table` that is out of range; `message` begins with its key, such as `optimiser.beta1`.
    pub(super) fn value(path: &Path, text: &str, table: &str, message: &str) -> ProjectError {
        let at = root(text).and_then(|root| {
            let inner = root.get(table)?;
            let at = inner.get_ref().as_table().and_then(|t| key(t, first_word(message)));
            Some(at.unwrap_or(inner.span().start))
        });
        ProjectError::at(path, text, at.unwrap_or(0), message.to_owned())
    }

    fn at(path: &Path, text: &str, at: usize, message: String) -> ProjectError {
        let at = at.min(text.len());
        let before = text.get(..at).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = text[start..].lines().next().unwrap_or_default().to_owned();
        let place = (before.matches('\n').count() + 1, before[start..].chars().count() + 1);
        ProjectError::Syntax { path: path.into(), place, line, message }
    }
}

/// The tables of a project file with their places; nothing of a file that is not TOML.
fn root(text: &str) -> Option<DeTable<'_>> {
    DeTable::parse(text).ok().map(Spanned::into_inner)
}

fn first_word(message: &str) -> &str {
    message.split_whitespace().next().unwrap_or_default()
}

/// The place of a key's value, dots leading into inner tables.
fn key(table: &DeTable, path: &str) -> Option<usize> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let value = table.get(first)?;
    match rest {
        None => Some(value.span().start),
        Some(rest) => key(value.get_ref().as_table()?, rest),
    }
}

/// The place of `word` in the table that begins at `at`, if it is a key there.
fn key_in_table_at(table: &DeTable, at: usize, word: &str) -> Option<usize> {
    table.values().find_map(|value| in_value(value, at, word))
}

fn in_value(value: &Spanned<DeValue>, at: usize, word: &str) -> Option<usize> {
    match value.get_ref() {
        DeValue::Table(inner) if value.span().start == at => key(inner, word),
        DeValue::Table(inner) => key_in_table_at(inner, at, word),
        DeValue::Array(items) => items.iter().find_map(|item| in_value(item, at, word)),
        _ => None,
    }
}

impl fmt::Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProjectError::Read { path, source } => write!(
                f,
                "{}: {source}; give a directory with a gainstage.toml, or write one with `gainstage new`",
                path.display()
            ),
            ProjectError::NoProject { path } => write!(
                f,
                "{}: there is no gainstage.toml in it; write one with `gainstage new`",
                path.display()
            ),
            ProjectError::Document(e) => e.fmt(f),
            ProjectError::Syntax { path, place: (line, column), line: text, message } => {
                let margin = " ".repeat(line.to_string().len());
                let pointer = " ".repeat(column - 1);
                writeln!(f, "{}:{line}:{column}: {message}", path.display())?;
                write!(f, "{margin} |\n{line} | {text}\n{margin} | {pointer}^")
            }
        }
    }
}

impl std::error::Error for ProjectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ProjectError::Read { source, .. } => Some(source),
            ProjectError::Syntax { .. } | ProjectError::NoProject { .. } | ProjectError::Document(_) => None,
        }
    }
}
