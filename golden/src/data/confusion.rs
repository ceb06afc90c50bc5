//! How often which class was taken for which.

use super::SamplesError;
use super::samples::decide;
use schemars::JsonSchema;
use serde::Serialize;

/// The confusion matrix of a classifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Confusion {
    /// Names of the classes.
    pub classes: Vec<String>,
    /// `counts[t][f]`: samples of class t that were found to be of class f.
    pub counts: Vec<Vec<u64>>,
}

impl Confusion {
    /// Of the classes found and the true ones, as indices.
    ///
    /// # Errors
    /// Another number of one than of the other, or none at all; an index that is not one of a class.
    pub fn of(found: &[usize], labels: &[usize], classes: &[String]) -> Result<Confusion, SamplesError> {
        if found.len() != labels.len() {
            return Err(SamplesError::Compare { found: found.len(), expected: labels.len() });
        }
        if labels.is_empty() {
            return Err(SamplesError::Empty);
        }
        if let Some(&class) = found.iter().chain(labels).find(|&&c| c >= classes.len()) {
            return Err(SamplesError::Class { class, classes: classes.len() });
        }
        let mut counts = vec![vec![0; classes.len()]; classes.len()];
        for (&f, &t) in found.iter().zip(labels) {
            counts[t][f] += 1;
        }
        Ok(Confusion { classes: classes.to_vec(), counts })
    }

    /// The classes that scores stand for, `outputs` scores per sample: the largest, of equal ones the first; a single
    /// score means the second class above 0.
    pub fn decide(scores: &[f64], outputs: usize) -> Vec<usize> {
        scores.chunks(outputs.max(1)).map(|s| decide(s, 0.0)).collect()
    }

    /// Samples.
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().sum()
    }

    /// The share of samples whose class was found.
    pub fn accuracy(&self) -> f64 {
        let right: u64 = self.counts.iter().enumerate().map(|(i, row)| row[i]).sum();
        right as f64 / self.total() as f64
    }

    /// The mean over the classes of 2 tp / (2 tp + fp + fn), of those that there are samples of or that were found.
    pub fn macro_f1(&self) -> f64 {
        let f1 = |k: usize| {
            let (row, column): (u64, u64) =
                (self.counts[k].iter().sum(), self.counts.iter().map(|r| r[k]).sum());
            (row + column > 0).then(|| 2.0 * self.counts[k][k] as f64 / (row + column) as f64)
        };
        let all: Vec<f64> = (0..self.classes.len()).filter_map(f1).collect();
        all.iter().sum::<f64>() / all.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_hand() {
        let classes = ["a", "b", "c"].map(str::to_owned);
        let found = Confusion::decide(&[2.0, 1.0, 1.0, 0.0, 3.0, 3.0, 1.0, 1.0, 1.0, -2.0, -1.5, -1.0], 3);
        assert_eq!(found, [0, 1, 0, 2]);
        let confusion = Confusion::of(&found, &[0, 2, 0, 2], &classes).expect("counts");
        assert_eq!(confusion.counts, [[2, 0, 0], [0, 0, 0], [0, 1, 1]]);
        assert_eq!((confusion.total(), confusion.accuracy()), (4, 0.75));
        // a is always right; b is found once, wrongly; one of two c is found: 2·1 / (2·1 + 0 + 1).
        assert!((confusion.macro_f1() - (1.0 + 0.0 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
        assert_eq!(Confusion::decide(&[-0.5, 0.0, 0.5], 1), [0, 0, 1]);
        let error = SamplesError::Compare { found: 4, expected: 1 };
        assert_eq!(Confusion::of(&found, &[0], &classes), Err(error));
        // A score above 0 means the second class, where labels name only one.
        let one = Confusion::of(&Confusion::decide(&[0.5], 1), &[0], &classes[..1]);
        assert_eq!(one, Err(SamplesError::Class { class: 1, classes: 1 }));
    }
}
