//! Numbers as people write them, and cells without one.

use super::super::CsvProblem;

/// What stands in cells that have no value.
const MISSING: [&str; 10] = ["", "na", "n/a", "#n/a", "nan", "null", "none", "?", "-", "missing"];

/// Whether a cell has no value.
pub(super) fn is_missing(field: &str) -> bool {
    // Nearly all cells begin with a digit: they are not compared.
    let digit = field.as_bytes().first().is_some_and(u8::is_ascii_digit);
    !digit && field.len() <= 7 && MISSING.iter().any(|m| field.eq_ignore_ascii_case(m))
}

/// 1 and 0 for what is true and false.
fn truth(field: &str) -> Option<f64> {
    let values = [("true", 1.0), ("false", 0.0)];
    values.into_iter().find(|(word, _)| field.eq_ignore_ascii_case(word)).map(|(_, value)| value)
}

/// Reads decimal numbers, and `true` and `false` as 1 and 0. Where commas do not stand between fields, one may stand for the decimal point, throughout.
#[derive(Debug)]
pub(super) struct Decimal {
    /// Whether a comma can be a decimal point.
    comma: bool,
    /// The decimal point seen first.
    mark: Option<char>,
}

impl Decimal {
    pub(super) fn new(separator: char) -> Decimal {
        Decimal { comma: separator != ',', mark: None }
    }

    /// Whether a comma was found to be the decimal point.
    pub(super) fn is_comma(&self) -> bool {
        self.mark == Some(',')
    }

    /// The number of a field in a column.
    pub(super) fn number(&mut self, name: &str, field: &str) -> Result<f64, CsvProblem> {
        let fault = |problem: fn(String, String) -> CsvProblem| Err(problem(clip(name), clip(field)));
        let parsed = match self.comma && field.contains([',', '.']) {
            true => self.marked(name, field)?,
            false => field.parse::<f64>().ok().or_else(|| truth(field)),
        };
        match parsed {
            None if is_missing(field) => fault(|name, value| CsvProblem::Missing { name, value }),
            None => fault(|name, value| CsvProblem::Text { name, value }),
            Some(v) if v.is_nan() => fault(|name, value| CsvProblem::NaN { name, value }),
            Some(v) if v.is_infinite() => fault(|name, value| CsvProblem::Infinite { name, value }),
            Some(v) => Ok(v),
        }
    }

    /// A number with a mark in it: that of those before.
    fn marked(&mut self, name: &str, field: &str) -> Result<Option<f64>, CsvProblem> {
        let value = field.replace(',', ".").parse::<f64>().ok();
        let mark = if field.contains(',') { ',' } else { '.' };
        if value.is_some() && *self.mark.get_or_insert(mark) != mark {
            return Err(CsvProblem::BothMarks { name: clip(name), value: clip(field) });
        }
        Ok(value)
    }
}

/// What a message shows of a value: enough to recognise it.
pub(super) fn clip(value: &str) -> String {
    match value.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_is_a_number_and_other_words_are_none() {
        let mut decimal = Decimal::new(';');
        for (field, value) in [("true", 1.0), ("FALSE", 0.0), ("True", 1.0), ("1,5", 1.5)] {
            assert_eq!(decimal.number("x", field).ok(), Some(value), "{field}");
        }
        // These may be answers as well as numbers.
        for field in ["yes", "no", "truely", "t"] {
            assert!(matches!(decimal.number("x", field), Err(CsvProblem::Text { .. })), "{field}");
        }
    }
}
