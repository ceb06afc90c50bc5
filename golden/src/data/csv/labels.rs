//! Labels: words or numbers that name the class of a sample.

use super::super::CsvProblem;
use super::number::clip;
use crate::data::samples::{as_number, same_number};
use foldhash::HashMap;

/// More classes than a network of ours is for: such a column holds measurements.
pub(super) const MAX_CLASSES: usize = 256;

/// Letters of a class name.
const MAX_LABEL: usize = 64;

/// The labels of the samples read so far.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// The number of each label, in the order in which they were first seen.
    known: HashMap<String, usize>,
    of: Vec<usize>,
}

impl Labels {
    pub(super) fn push(&mut self, field: &str) -> Result<(), CsvProblem> {
        let next = self.known.len();
        let number = match self.known.get(field) {
            Some(&number) => number,
            None => *self.known.entry(checked(field)?).or_insert(next),
        };
        self.of.push(number);
        Ok(())
    }

    /// How many different ones there are so far.
    pub(super) fn count(&self) -> usize {
        self.known.len()
    }

    /// The class of each sample, and the names of the classes.
    pub(super) fn classes(self) -> Result<(Vec<usize>, Vec<String>), CsvProblem> {
        let classes = sorted(self.known.keys().cloned().collect())?;
        let mut place = vec![0; classes.len()];
        for (k, class) in classes.iter().enumerate() {
            place[self.known[class]] = k;
        }
        Ok((self.of.into_iter().map(|number| place[number]).collect(), classes))
    }
}

fn checked(field: &str) -> Result<String, CsvProblem> {
    if field.is_empty() || field.chars().count() > MAX_LABEL || field.contains(char::is_control) {
        return Err(CsvProblem::Label(clip(field)));
    }
    Ok(field.to_owned())
}

/// The labels in order: as numbers if all are, else as text.
///
/// Two labels that are the same number, such as `1` and `1.0`, are refused: whether they are one class is for those to say
/// who wrote them.
fn sorted(mut classes: Vec<String>) -> Result<Vec<String>, CsvProblem> {
    if classes.len() > MAX_CLASSES {
        return Err(CsvProblem::TooManyClasses { found: classes.len(), most: MAX_CLASSES });
    }
    classes.sort();
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
