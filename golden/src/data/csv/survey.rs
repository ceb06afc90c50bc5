//! A look at all columns of a file, before anybody says what they are.

use super::labels::MAX_CLASSES;
use super::lines::{Lines, emptied, fields};
use super::number::{Decimal, clip, is_missing};
use super::outlook::Outlook;
use super::{CsvProblem, Fault};
use foldhash::quality::FixedState;
use foldhash::{HashSet, HashSetExt};
use std::borrow::Cow;
use std::hash::BuildHasher;
use std::io::BufRead;

/// Bytes that a line takes in the set of lines seen, at most.
const LINE: usize = 36;

/// What a file holds.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Samples: lines below the header.
    pub rows: u64,
    /// Samples that stand above, character by character.
    pub repeated: u64,
    /// The character between fields.
    pub separator: char,
    /// Whether commas are decimal points.
    pub decimal_comma: bool,
    /// The columns, in their order.
    pub columns: Vec<Column>,
}

/// What a column holds.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name in the header.
    pub name: String,
    /// Cells without a value.
    pub missing: u64,
    /// Cells that are no numbers.
    pub texts: u64,
    /// The first of them: its line, and what it says.
    pub first_text: Option<(u64, String)>,
    /// The smallest and the largest number; infinite if there is none.
    pub range: (f64, f64),
    /// Whether all numbers are whole.
    pub whole: bool,
    /// Whether every number is one more than the number above it.
    pub counts_up: bool,
    /// How many different values there are; none if more than classes could have.
    pub levels: Option<usize>,
}

/// The column as far as it was read.
struct Open {
    column: Column,
    last: Option<f64>,
    seen: HashSet<String>,
}

/// Reads all of it.
pub(super) fn survey(lines: &mut Lines<impl BufRead>, mut outlook: Outlook) -> Result<Survey, Fault> {
    let header = lines.header()?.ok_or_else(|| Fault::whole(CsvProblem::Empty))?;
    if let Some((at, name)) = header.iter().enumerate().find(|(_, name)| name.parse::<f64>().is_ok()) {
        return Err(Fault::in_column(at, CsvProblem::MissingHeader(clip(name))));
    }
    let mut open: Vec<Open> = header.iter().map(|name| Open::new(name)).collect();
    let (separator, mut decimal) = (lines.separator, Decimal::new(lines.separator));
    // The same lines are taken for the same on every machine.
    let (hasher, mut spent) = (FixedState::default(), Vec::new());
    let (mut rows, mut repeated, mut known) = (0, 0, HashSet::new());
    while let Some((number, line)) = lines.next()? {
        outlook.line(LINE)?;
        let mut row: Vec<Cow<'_, str>> = spent;
        row.extend(fields(&line, separator));
        if row.len() != header.len() {
            return Err(CsvProblem::Width { found: row.len(), expected: header.len() }.into());
        }
        rows += 1;
        repeated += u64::from(!known.insert(hasher.hash_one(line.as_ref())));
        row.iter().zip(&mut open).for_each(|(field, column)| column.cell(field, number, &mut decimal));
        spent = emptied(row);
    }
    if rows == 0 {
        return Err(Fault::whole(CsvProblem::NoRows));
    }
    let columns = open.into_iter().map(|o| o.column).collect();
    Ok(Survey { rows, repeated, separator, decimal_comma: decimal.is_comma(), columns })
}

impl Open {
    fn new(name: &str) -> Open {
        let column = Column {
            name: name.to_owned(),
            missing: 0,
            texts: 0,
            first_text: None,
            range: (f64::INFINITY, f64::NEG_INFINITY),
            whole: true,
            counts_up: true,
            levels: Some(0),
        };
        Open { column, last: None, seen: HashSet::new() }
    }

    /// Takes a cell of a line.
    fn cell(&mut self, field: &str, line: u64, decimal: &mut Decimal) {
        let column = &mut self.column;
        if is_missing(field) {
            column.missing += 1;
            return;
        }
        if column.levels.is_some() && !self.seen.contains(field) {
            self.seen.insert(field.to_owned());
            column.levels = (self.seen.len() <= MAX_CLASSES).then_some(self.seen.len());
        }
        let Ok(value) = decimal.number("", field) else {
            column.texts += 1;
            column.counts_up = false;
            column.first_text.get_or_insert_with(|| (line, clip(field)));
            return;
        };
        column.range = (column.range.0.min(value), column.range.1.max(value));
        column.whole &= value.fract() == 0.0;
        column.counts_up &= self.last.is_none_or(|last| value == last + 1.0);
        self.last = Some(value);
    }
}
