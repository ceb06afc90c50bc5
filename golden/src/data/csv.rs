//! CSV files of samples: a header `x0,x1,...` and, where targets are known, `y0,...` or `label`; then a line per sample.
//!
//! A column `label` names the class of each sample, as text or as a number. Other fields are decimal numbers between commas; blanks around them, double quotes, a byte order mark, blank
//! lines and CRLF line ends are accepted. Read by hand rather than with a general CSV reader, so that every
//! fault has its exact line.

use super::samples::{as_number, same_number};
use super::{CsvError, CsvProblem, Samples};
use crate::document::{self, DocumentError, write_atomic};
use std::collections::BTreeSet;
use std::fmt::{Debug, Write};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// No line of samples is longer; a file without line ends must not fill the memory.
const MAX_LINE: u64 = 1 << 20;

/// Reads samples from a CSV file.
pub fn read_csv(file: &Path) -> Result<Samples, CsvError> {
    let open = document::open(file, document::MOST_SAMPLES).map_err(|e| CsvError {
        file: file.into(),
        line: 0,
        column: 0,
        problem: e.into(),
    })?;
    parse_csv(file, BufReader::new(open))
}

/// Reads samples from CSV text; `file` is the name that errors give.
pub fn parse_csv(file: &Path, text: impl BufRead) -> Result<Samples, CsvError> {
    let mut lines = Lines { text, number: 0, bytes: Vec::new() };
    parse(&mut lines).map_err(|Fault { column, problem, whole }| CsvError {
        file: file.into(),
        line: if whole { 0 } else { lines.number },
        column,
        problem,
    })
}

/// A problem, the field it is in (from 1; 0: the line), and whether it concerns the whole file.
struct Fault {
    column: usize,
    problem: CsvProblem,
    whole: bool,
}

impl From<CsvProblem> for Fault {
    fn from(problem: CsvProblem) -> Fault {
        Fault { column: 0, problem, whole: false }
    }
}

fn in_column(index: usize, problem: CsvProblem) -> Fault {
    Fault { column: index + 1, problem, whole: false }
}

fn parse(lines: &mut Lines<impl BufRead>) -> Result<Samples, Fault> {
    let whole = |problem| Fault { column: 0, problem, whole: true };
    let header = lines.next()?.ok_or_else(|| whole(CsvProblem::Empty))?;
    let names: Vec<String> = fields(&header).map(str::to_owned).collect();
    let labelled = names.len() > 1 && names.last().is_some_and(|n| n == LABEL);
    let inputs = check_header(&names[..names.len() - usize::from(labelled)], labelled)?;
    let outputs = names.len() - inputs;
    let (mut x, mut y, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(line) = lines.next()? {
        let found = fields(&line).count();
        if found != names.len() {
            return Err(CsvProblem::Width { found, expected: names.len() }.into());
        }
        for (i, field) in fields(&line).enumerate() {
            if labelled && i == inputs {
                labels.push(label(field).map_err(|problem| in_column(i, problem))?);
                continue;
            }
            let value = number(&names[i], field).map_err(|problem| in_column(i, problem))?;
            if i < inputs { x.push(value) } else { y.push(value) }
        }
    }
    if x.is_empty() {
        return Err(whole(CsvProblem::NoRows));
    }
    let samples = if labelled {
        let classes = classes(&labels).map_err(whole)?;
        let index = |l: &String| classes.iter().position(|c| c == l).unwrap_or(0);
        Samples::labelled(inputs, x, &labels.iter().map(index).collect::<Vec<_>>(), classes)
    } else {
        Samples::new(inputs, outputs, x, y)
    };
    Ok(samples.expect("whole rows of finite numbers"))
}

/// The column of class names.
const LABEL: &str = "label";

/// More classes than a network of ours is for: such a column holds measurements.
const MAX_CLASSES: usize = 256;

/// Letters of a class name.
const MAX_LABEL: usize = 64;

fn label(field: &str) -> Result<String, CsvProblem> {
    if field.is_empty() || field.chars().count() > MAX_LABEL || field.contains(char::is_control) {
        return Err(CsvProblem::Label(clip(field)));
    }
    Ok(field.to_owned())
}

/// The distinct labels in order: as numbers if all are, else as text.
///
/// Two labels that are the same number, such as `1` and `1.0`, are refused: whether they are one class is for those to say
/// who wrote them.
fn classes(labels: &[String]) -> Result<Vec<String>, CsvProblem> {
    let mut classes: Vec<String> = labels.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect();
    if classes.len() > MAX_CLASSES {
        return Err(CsvProblem::TooManyClasses { found: classes.len(), most: MAX_CLASSES });
    }
    if !classes.iter().all(|c| as_number(c).is_some()) {
        return Ok(classes);
    }
    let whole = |c: &String| c.parse::<i64>().ok();
    match classes.iter().map(whole).collect::<Option<Vec<i64>>>() {
        Some(_) => classes.sort_by_key(|c| whole(c)),
        None => classes.sort_by(|a, b| as_number(a).unwrap_or(0.0).total_cmp(&as_number(b).unwrap_or(0.0))),
    }
    if let Some(pair) = classes.windows(2).find(|pair| same_number(&pair[0], &pair[1])) {
        return Err(CsvProblem::EqualLabels { one: pair[0].clone(), other: pair[1].clone() });
    }
    Ok(classes)
}

/// The number of inputs of a header `x0..., y0...`; where a label follows there are no y.
fn check_header(names: &[String], labelled: bool) -> Result<usize, Fault> {
    let mut inputs = 0;
    for (i, name) in names.iter().enumerate() {
        let (next_x, next_y) = (format!("x{inputs}"), format!("y{}", i - inputs));
        if inputs == i && *name == next_x {
            inputs += 1;
        } else if inputs == 0 || *name != next_y || labelled {
            let found = clip(name);
            return Err(in_column(
                i,
                if name.parse::<f64>().is_ok() {
                    CsvProblem::MissingHeader(found)
                } else if names[..i].contains(name) {
                    CsvProblem::Duplicate(found)
                } else {
                    let expected = match i {
                        0 => "`x0`".to_owned(),
                        _ if labelled => format!("`{next_x}` or `{LABEL}`"),
                        _ if inputs == i => format!("`{next_x}` or `{next_y}`"),
                        _ => format!("`{next_y}`"),
                    };
                    CsvProblem::Header { found, expected }
                },
            ));
        }
    }
    Ok(inputs)
}

fn number(name: &str, field: &str) -> Result<f64, CsvProblem> {
    let (name, value) = (|| name.to_owned(), || clip(field));
    match field.parse::<f64>() {
        Err(_) => Err(CsvProblem::Text { name: name(), value: value() }),
        Ok(v) if v.is_nan() => Err(CsvProblem::NaN { name: name(), value: value() }),
        Ok(v) if v.is_infinite() => Err(CsvProblem::Infinite { name: name(), value: value() }),
        Ok(v) => Ok(v),
    }
}

/// The fields of a line, without blanks and double quotes around them.
fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(|field| {
        let field = field.trim();
        field.strip_prefix('"').and_then(|f| f.strip_suffix('"')).unwrap_or(field).trim()
    })
}

/// What a message shows of a value: enough to recognise it.
fn clip(value: &str) -> String {
    match value.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &value[..end]),
        None => value.to_owned(),
    }
}

/// Non-blank lines with their number.
struct Lines<R> {
    text: R,
    number: u64,
    bytes: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// The next line that is not blank, without its end; bytes that are not UTF-8 become replacement characters.
    fn next(&mut self) -> Result<Option<String>, CsvProblem> {
        loop {
            self.bytes.clear();
            let read = self.text.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut self.bytes)?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if read as u64 > MAX_LINE {
                return Err(CsvProblem::LongLine(MAX_LINE));
            }
            let line = String::from_utf8_lossy(&self.bytes);
            let line = if self.number == 1 { line.trim_start_matches('\u{feff}') } else { &line };
            if !line.trim().is_empty() {
                return Ok(Some(line.to_owned()));
            }
        }
    }
}

/// A number that CSV files hold: a value (written as the shortest decimal that reads back equal) or a code.
pub trait Cell: Debug + Copy {}
impl Cell for f64 {}
impl Cell for i64 {}

/// Writes outputs, `y0,...`, row-major with `outputs` numbers per line; the file appears whole or not at all.
///
/// Values are reals or integer codes (see [`Cell`]).
pub fn write_outputs<T: Cell>(file: &Path, outputs: usize, values: &[T]) -> Result<(), DocumentError> {
    write_atomic(file, outputs_text(outputs, values).as_bytes())
}

/// The text that [`write_outputs`] writes.
pub fn outputs_text<T: Cell>(outputs: usize, values: &[T]) -> String {
    let mut text = header(0, outputs);
    values.chunks(outputs.max(1)).for_each(|row| push_row(&mut text, row));
    text
}

/// Writes samples as [`read_csv`] reads them: the same bits come back.
pub fn write_samples(file: &Path, samples: &Samples) -> Result<(), DocumentError> {
    write_atomic(file, samples_text(samples).as_bytes())
}

fn samples_text(samples: &Samples) -> String {
    let labels = samples.labels();
    if labels.is_empty() {
        let mut text = header(samples.inputs(), samples.outputs());
        for row in 0..samples.rows() {
            push_row(&mut text, &[samples.input(row), samples.target(row)].concat());
        }
        return text;
    }
    let mut text = header(samples.inputs(), 0);
    text.insert_str(text.len() - 1, &format!(",{LABEL}"));
    for (row, label) in labels.into_iter().enumerate() {
        push_row(&mut text, samples.input(row));
        text.insert_str(text.len() - 1, &format!(",{}", samples.classes()[label]));
    }
    text
}

fn header(inputs: usize, outputs: usize) -> String {
    let names = (0..inputs).map(|i| format!("x{i}")).chain((0..outputs).map(|i| format!("y{i}")));
    names.collect::<Vec<_>>().join(",") + "\n"
}

fn push_row<T: Cell>(text: &mut String, row: &[T]) {
    for (i, value) in row.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        // Debug, not Display: the shortest form that reads back, with an exponent where zeros would pile up.
        write!(text, "{comma}{value:?}").expect("a String takes everything");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests;
