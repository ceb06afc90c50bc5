//! Faults of a project file, with their place.

use std::fmt;
use std::path::{Path, PathBuf};

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

impl ProjectError {
    /// A fault that the TOML reader found in `text`.
    pub(super) fn syntax(path: &Path, text: &str, e: &toml::de::Error) -> ProjectError {
        let at = e.span().map_or(0, |s| s.start.min(text.len()));
        let before = text.get(..at).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = text[start..].lines().next().unwrap_or_default().to_owned();
        let place = (before.matches('\n').count() + 1, before[start..].chars().count() + 1);
        ProjectError::Syntax { path: path.into(), place, line, message: e.message().trim().to_owned() }
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
            ProjectError::Syntax { .. } => None,
        }
    }
}
