//! Faults of a project file, with their place.

use gainstage_golden::document::{DocumentError, Kind};
use gainstage_golden::fault::{Code, Coded, unreadable};
use gainstage_golden::faults;
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
    /// Not TOML, unknown keys, or values that make no sense: all that there are, in the order of the file.
    Faults {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        faults: Vec<Fault>,
    },
}

/// A fault in the text of a project file.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Line and column, from 1.
    place: (usize, usize),
    /// The line itself.
    line: String,
    /// What is wrong.
    told: Told,
}

/// What is wrong, the cure, and the code.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// For people.
    pub message: String,
    /// For `explain`.
    pub code: Option<&'static Code>,
}

impl Told {
    /// An error that has a code.
    pub fn of<E: Coded + fmt::Display>(error: &E) -> Told {
        Told { message: error.to_string(), code: error.code() }
    }
}

impl From<DocumentError> for ProjectError {
    fn from(e: DocumentError) -> ProjectError {
        ProjectError::Document(e)
    }
}

impl Fault {
    /// A fault at a byte of the text.
    pub(super) fn at(text: &str, at: usize, told: Told) -> Fault {
        let at = at.min(text.len());
        let before = text.get(..at).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = text[start..].lines().next().unwrap_or_default().to_owned();
        let place = (before.matches('\n').count() + 1, before[start..].chars().count() + 1);
        Fault { place, line, told }
    }

    /// A value in the table `table` that is out of range; the message begins with its key, such as `optimiser.beta1`.
    pub(super) fn value(text: &str, table: &str, told: Told) -> Fault {
        let at = root(text).and_then(|root| {
            let inner = root.get(table)?;
            let at = inner.get_ref().as_table().and_then(|t| key(t, first_word(&told.message)));
            Some(at.unwrap_or(inner.span().start))
        });
        Fault::at(text, at.unwrap_or(0), told)
    }

    /// Where it is, to sort by and to tell whether two are the same.
    pub(super) fn place(&self) -> (usize, usize) {
        self.place
    }
}

/// The tables of a project file with their places; nothing of a file that is not TOML.
pub(super) fn root(text: &str) -> Option<DeTable<'_>> {
    DeTable::parse(text).ok().map(Spanned::into_inner)
}

/// The place of the value of a key at the top of a project file.
pub(super) fn start(text: &str, key: &str) -> usize {
    root(text).and_then(|root| Some(root.get(key)?.span().start)).unwrap_or(0)
}

pub(super) fn first_word(message: &str) -> &str {
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
pub(super) fn key_in_table_at(table: &DeTable, at: usize, word: &str) -> Option<usize> {
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
            ProjectError::Faults { path, faults } => {
                for (i, Fault { place: (line, column), line: text, told }) in faults.iter().enumerate() {
                    let margin = " ".repeat(line.to_string().len());
                    let pointer = " ".repeat(column - 1);
                    // The first has its code where the code of the whole error is shown.
                    let next = match told.code {
                        _ if i == 0 => String::new(),
                        None => "\nerror: ".into(),
                        Some(code) => format!("\nerror[{code}]: "),
                    };
                    writeln!(f, "{next}{}:{line}:{column}: {}", path.display(), told.message)?;
                    write!(f, "{margin} |\n{line} | {text}\n{margin} | {pointer}^")?;
                }
                Ok(())
            }
        }
    }
}

faults! {
    "Projects", ProjectError {
        601 Self::NoProject { .. } => "a directory without a project",
            "A project is a directory with a file gainstage.toml.",
            "$ gainstage train circuit/rtl -o m.json",
            "Give the directory of a project, or write one with `gainstage new`.";
        via Self::Read { .. } => unreadable();
        via Self::Document(e) => e.code();
        via Self::Faults { faults, .. } => faults.first().and_then(|f| f.told.code);
    }
}

impl std::error::Error for ProjectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ProjectError::Read { source, .. } => Some(source),
            ProjectError::Faults { .. } | ProjectError::NoProject { .. } | ProjectError::Document(_) => None,
        }
    }
}

/// The error of a reader, or what says more: that the file is of another kind.
pub fn misplaced(path: &Path, wanted: Kind, what: &'static str, error: anyhow::Error) -> anyhow::Error {
    match Kind::of(path).filter(|&found| found != wanted) {
        Some(found) => DocumentError::Kind { path: path.into(), found, what }.into(),
        None => error,
    }
}
