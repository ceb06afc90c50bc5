//! Writing of samples and outputs.

use super::columns::LABEL;
use crate::data::Samples;
use crate::document::{DocumentError, write_atomic};
use std::fmt::{Debug, Write};
use std::path::Path;

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

/// Writes samples as [`super::read_csv`] reads them: the same bits come back.
pub fn write_samples(file: &Path, samples: &Samples) -> Result<(), DocumentError> {
    write_atomic(file, samples_text(samples).as_bytes())
}

pub(super) fn samples_text(samples: &Samples) -> String {
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
