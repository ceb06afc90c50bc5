//! CSV files of samples: a header, then a line per sample.
//!
//! Columns are found by the names that [`Columns`] gives, or are `x0,x1,...` and then `y0,y1,...` or `label`, the class of each
//! sample as text or as a number. Other fields are decimal numbers. What spreadsheets write is accepted: commas, semicolons
//! or tabs between fields, decimal commas where commas do not separate, double quotes, blanks, blank lines, CRLF, byte order
//! marks, UTF-16. Read by hand rather than with a general CSV reader, so that every fault has its exact line.

mod columns;
mod labels;
#[cfg(test)]
mod large;
mod lines;
mod number;
mod outlook;
mod survey;
#[cfg(test)]
mod tests;
mod write;

pub use columns::Columns;
pub use survey::{Column, Survey};
pub use write::{Cell, outputs_text, write_outputs, write_samples};

use super::{CsvError, CsvProblem, Names, Samples};
use crate::document;
use columns::{Role, Roles};
use labels::Labels;
use lines::{Lines, decoded, emptied, fields};
use number::{Decimal, is_missing};
use outlook::{Count, Counted, Outlook};
use std::borrow::Cow;
use std::io::{BufRead, Read};
use std::path::Path;

/// Samples of a file, and what of it they do not hold.
#[derive(Debug)]
pub struct Reading {
    /// The samples.
    pub samples: Samples,
    /// Names of the columns that are neither inputs nor targets.
    pub ignored: Vec<String>,
    /// How many samples were left out, since a cell of theirs has no value.
    pub skipped: u64,
}

/// Reads samples from a CSV file with the header `x0,...`.
///
/// # Errors
/// Names the line, the column, and what is wrong.
pub fn read_csv(file: &Path) -> Result<Samples, CsvError> {
    read_columns(file, &Columns::default()).map(|reading| reading.samples)
}

/// Reads the samples of these columns of a CSV file.
///
/// # Errors
/// Names the line, the column, and what is wrong.
pub fn read_columns(file: &Path, columns: &Columns) -> Result<Reading, CsvError> {
    parse_by(file, opened(file)?, size(file), |_| columns.clone())
}

/// Reads samples for a network of these names from a CSV file: from the columns it was trained on, if they are there, else
/// from a header `x0,...`. With `skip_missing` samples are left out that have a cell without a value.
///
/// # Errors
/// Names the line, the column, and what is wrong.
pub fn read_named(
    file: &Path,
    names: &Names,
    classes: bool,
    skip_missing: bool,
) -> Result<Reading, CsvError> {
    let columns = |header: &[String]| Columns { skip_missing, ..Columns::of(names, classes, header) };
    parse_by(file, opened(file)?, size(file), columns)
}

/// Reads samples with the header `x0,...` from CSV text; `file` is the name that errors give.
///
/// # Errors
/// Names the line, the column, and what is wrong.
pub fn parse_csv(file: &Path, text: impl Read) -> Result<Samples, CsvError> {
    parse_by(file, text, None, |_| Columns::default()).map(|reading| reading.samples)
}

/// Reads the samples of these columns of CSV text; `file` is the name that errors give.
///
/// # Errors
/// Names the line, the column, and what is wrong.
pub fn parse_columns(file: &Path, text: impl Read, columns: &Columns) -> Result<Reading, CsvError> {
    parse_by(file, text, None, |_| columns.clone())
}

/// Surveys all columns of a CSV file.
///
/// # Errors
/// A file that is no CSV file: names the line, and what is wrong.
pub fn survey(file: &Path) -> Result<Survey, CsvError> {
    survey_of(file, opened(file)?, size(file))
}

/// Surveys all columns of CSV text; `file` is the name that errors give.
///
/// # Errors
/// Text that is no CSV file: names the line, and what is wrong.
pub fn parse_survey(file: &Path, text: impl Read) -> Result<Survey, CsvError> {
    survey_of(file, text, None)
}

fn survey_of(file: &Path, text: impl Read, size: Option<u64>) -> Result<Survey, CsvError> {
    let (read, name) = (Count::new(0), file.display().to_string());
    let mut lines = Lines::new(decoded(Counted { text, read: &read }));
    let outlook = Outlook::new(&name, &read, size);
    survey::survey(&mut lines, outlook).map_err(|fault| fault.in_file(file, lines.number))
}

fn opened(file: &Path) -> Result<impl Read, CsvError> {
    let at = |e: std::io::Error| CsvError { file: file.into(), line: 0, column: 0, problem: e.into() };
    document::open(file, document::MOST_SAMPLES).map_err(at)
}

/// How many bytes a file has; none for what is no file, such as a pipe.
fn size(file: &Path) -> Option<u64> {
    file.metadata().ok().filter(std::fs::Metadata::is_file).map(|about| about.len())
}

fn parse_by(
    file: &Path,
    text: impl Read,
    size: Option<u64>,
    columns: impl FnOnce(&[String]) -> Columns,
) -> Result<Reading, CsvError> {
    let (read, name) = (Count::new(0), file.display().to_string());
    let mut lines = Lines::new(decoded(Counted { text, read: &read }));
    let outlook = Outlook::new(&name, &read, size);
    parse(&mut lines, outlook, columns).map_err(|fault| fault.in_file(file, lines.number))
}

/// A problem, the field it is in (from 1; 0: the line), and whether it concerns the whole file.
struct Fault {
    column: usize,
    problem: CsvProblem,
    whole: bool,
}

impl Fault {
    /// The fault of a file as a whole.
    fn whole(problem: CsvProblem) -> Fault {
        Fault { column: 0, problem, whole: true }
    }

    fn in_column(index: usize, problem: CsvProblem) -> Fault {
        Fault { column: index + 1, problem, whole: false }
    }

    fn in_file(self, file: &Path, line: u64) -> CsvError {
        let line = if self.whole { 0 } else { line };
        CsvError { file: file.into(), line, column: self.column, problem: self.problem }
    }
}

impl From<CsvProblem> for Fault {
    fn from(problem: CsvProblem) -> Fault {
        Fault { column: 0, problem, whole: false }
    }
}

fn parse(
    lines: &mut Lines<impl BufRead>,
    mut outlook: Outlook,
    columns: impl FnOnce(&[String]) -> Columns,
) -> Result<Reading, Fault> {
    let header = lines.header()?.ok_or_else(|| Fault::whole(CsvProblem::Empty))?;
    let columns = columns(&header);
    let roles = columns.roles(&header).map_err(|(at, problem)| match at {
        Some(at) => Fault::in_column(at, problem),
        None => problem.into(),
    })?;
    let mut rows = Rows::new(&header, &roles, lines.separator);
    let (separator, mut skipped, mut spent) = (lines.separator, 0, Vec::new());
    while let Some((_, line)) = lines.next()? {
        if let Some(samples) = outlook.line(rows.bytes())? {
            rows.reserve(samples);
        }
        let mut row: Vec<Cow<'_, str>> = spent;
        row.extend(fields(&line, separator));
        if row.len() != header.len() {
            return Err(CsvProblem::Width { found: row.len(), expected: header.len() }.into());
        }
        let mut used = row.iter().zip(&roles.of).filter(|(_, role)| **role != Role::Ignored);
        if columns.skip_missing && used.any(|(field, _)| is_missing(field)) {
            skipped += 1;
        } else {
            rows.push(&row)?;
        }
        spent = emptied(row);
    }
    let samples = rows.samples(skipped, &outlook)?;
    let unused = header.iter().zip(&roles.of).filter(|(_, role)| **role == Role::Ignored);
    let ignored = unused.map(|(name, _)| name.clone()).collect();
    Ok(Reading { samples: samples.named(roles.names), ignored, skipped })
}

/// The samples read so far.
struct Rows<'a> {
    header: &'a [String],
    roles: &'a Roles,
    decimal: Decimal,
    x: Vec<f64>,
    y: Vec<f64>,
    labels: Labels,
}

impl<'a> Rows<'a> {
    fn new(header: &'a [String], roles: &'a Roles, separator: char) -> Rows<'a> {
        let (decimal, labels) = (Decimal::new(separator), Labels::default());
        Rows { header, roles, decimal, x: Vec::new(), y: Vec::new(), labels }
    }

    /// Takes a line that has a field for every column.
    fn push(&mut self, row: &[Cow<'_, str>]) -> Result<(), Fault> {
        let (x, y) = (self.x.len(), self.y.len());
        self.x.resize(x + self.roles.inputs, 0.0);
        self.y.resize(y + self.roles.targets, 0.0);
        for (i, field) in row.iter().enumerate() {
            let at = |problem| Fault::in_column(i, problem);
            match self.roles.of[i] {
                Role::Ignored => {}
                Role::Label => self.labels.push(field).map_err(at)?,
                Role::Input(k) => self.x[x + k] = self.decimal.number(&self.header[i], field).map_err(at)?,
                Role::Target(k) => self.y[y + k] = self.decimal.number(&self.header[i], field).map_err(at)?,
            }
        }
        Ok(())
    }

    /// Bytes that a sample takes in the end.
    fn bytes(&self) -> usize {
        // The class of a sample is a number at first, then a target for each class.
        let label = if self.has_label() { 1 + self.labels.count() } else { 0 };
        size_of::<f64>() * (self.roles.inputs + self.roles.targets + label)
    }

    fn has_label(&self) -> bool {
        self.roles.of.contains(&Role::Label)
    }

    /// Takes the memory for so many samples in all at once: growing by doubling would take twice as much.
    fn reserve(&mut self, samples: usize) {
        let more = |have: usize, width: usize| samples.saturating_mul(width).saturating_sub(have);
        // What cannot be had so is taken as it comes.
        let _ = self.x.try_reserve_exact(more(self.x.len(), self.roles.inputs));
        let _ = self.y.try_reserve_exact(more(self.y.len(), self.roles.targets));
    }

    fn samples(self, skipped: u64, outlook: &Outlook) -> Result<Samples, Fault> {
        if self.x.is_empty() {
            let problem = if skipped > 0 { CsvProblem::AllSkipped(skipped) } else { CsvProblem::NoRows };
            return Err(Fault::whole(problem));
        }
        let samples = if self.has_label() {
            let rows = self.x.len() / self.roles.inputs;
            let (labels, classes) = self.labels.classes().map_err(Fault::whole)?;
            let targets = (rows * classes.len() * size_of::<f64>()) as u64;
            outlook.check(rows as u64, targets).map_err(Fault::whole)?;
            Samples::labelled(self.roles.inputs, self.x, &labels, classes)
        } else {
            Samples::new(self.roles.inputs, self.roles.targets, self.x, self.y)
        };
        Ok(samples.expect("whole rows of finite numbers"))
    }
}
