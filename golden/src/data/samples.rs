//! Samples in memory.

use super::Names;
use std::sync::Arc;

/// Samples of a function: finite inputs and, where they are known, finite targets. A clone shares the values: they may be most
/// of the memory that a command takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) x: Arc<Vec<f64>>,
    pub(super) y: Arc<Vec<f64>>,
    /// Names of the classes, if the targets are labels.
    pub(super) classes: Vec<String>,
    /// Names of the columns.
    pub(super) names: Names,
    /// Whether classes count alike in training and selection, however many samples there are of each.
    pub(super) balanced: bool,
}

/// Numbers that do not make samples.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SamplesError {
    /// A sample without an input.
    #[error("samples need at least one input")]
    NoInputs,
    /// Not a single sample.
    #[error("there are no samples: give at least one")]
    Empty,
    /// The inputs do not fill whole rows.
    #[error("{found} input values do not make whole samples of {inputs}: remove or add values")]
    Ragged {
        /// Values found.
        found: usize,
        /// Values per sample.
        inputs: usize,
    },
    /// Inputs and targets differ in number.
    #[error("{found} target values for {rows} samples of {outputs} outputs: give {outputs} per sample")]
    Targets {
        /// Samples.
        rows: usize,
        /// Outputs per sample.
        outputs: usize,
        /// Target values found.
        found: usize,
    },
    /// A value that is not finite.
    #[error("sample {row}, {column}: {value} is not a finite number: remove the sample or mend the value")]
    NotFinite {
        /// The sample, from 0.
        row: usize,
        /// `x0`, `x1`, ..., `y0`, ...
        column: String,
        /// The value.
        value: f64,
    },
    /// A label that is not among the known classes.
    #[error(
        "sample {row}: `{label}` is not one of the classes {known}: mend the label, or train with this class"
    )]
    UnknownClass {
        /// The sample, from 0.
        row: usize,
        /// The label.
        label: String,
        /// The classes there are.
        known: String,
    },
    /// A class that was found where labels name fewer.
    #[error(
        "class {class} (from 0) was found where the labels name {classes} in all: give samples of every class, or a \
         model that names its classes"
    )]
    Class {
        /// Index of the class.
        class: usize,
        /// How many the labels name.
        classes: usize,
    },
    /// Two sets of values that should belong together.
    #[error(
        "{found} output values cannot be compared with {expected} targets: use the samples they came from"
    )]
    Compare {
        /// Outputs given.
        found: usize,
        /// Targets known.
        expected: usize,
    },
}

impl Samples {
    /// Checked samples: `x` row-major with `inputs` values per sample, `y` with `outputs` per sample.
    ///
    /// `outputs` may be 0 (no targets are known); then `y` is empty.
    pub fn new(inputs: usize, outputs: usize, x: Vec<f64>, y: Vec<f64>) -> Result<Samples, SamplesError> {
        if inputs == 0 {
            return Err(SamplesError::NoInputs);
        }
        if x.is_empty() {
            return Err(SamplesError::Empty);
        }
        if !x.len().is_multiple_of(inputs) {
            return Err(SamplesError::Ragged { found: x.len(), inputs });
        }
        let rows = x.len() / inputs;
        if rows.checked_mul(outputs) != Some(y.len()) {
            return Err(SamplesError::Targets { rows, outputs, found: y.len() });
        }
        for (values, width, letter) in [(&x, inputs, 'x'), (&y, outputs, 'y')] {
            if let Some(at) = values.iter().position(|v| !v.is_finite()) {
                let column = format!("{letter}{}", at % width);
                return Err(SamplesError::NotFinite { row: at / width, column, value: values[at] });
            }
        }
        let (x, y) = (Arc::new(x), Arc::new(y));
        Ok(Samples { inputs, outputs, x, y, classes: Vec::new(), names: Names::default(), balanced: false })
    }

    /// Checked samples of classes: `labels` holds an index into `classes` per sample. The targets are 1 for the class of
    /// the sample and 0 for the others.
    ///
    /// # Panics
    /// If a label is no index into `classes`.
    pub fn labelled(
        inputs: usize,
        x: Vec<f64>,
        labels: &[usize],
        classes: Vec<String>,
    ) -> Result<Samples, SamplesError> {
        let y = one_of(classes.len(), labels);
        Ok(Samples { classes: classes.clone(), ..Samples::new(inputs, classes.len(), x, y)? })
    }

    /// The same samples with names of their columns.
    pub fn named(self, names: Names) -> Samples {
        Samples { names, ..self }
    }

    /// The same samples, whose classes count alike in training and selection, or each as often as it has samples.
    pub fn balanced(self, balanced: bool) -> Samples {
        Samples { balanced, ..self }
    }

    /// Whether classes count alike.
    pub fn is_balanced(&self) -> bool {
        self.balanced
    }

    /// The names of the columns.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The names of the classes; empty if the targets are not labels.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The class that all samples are of, if their labels name no other.
    pub fn only_class(&self) -> Option<&str> {
        let labels = self.labels();
        let first = *labels.first()?;
        labels.iter().all(|&l| l == first).then(|| self.classes[first].as_str())
    }

    /// The class of every sample, as an index; empty if the targets are not labels.
    pub fn labels(&self) -> Vec<usize> {
        if self.classes.is_empty() {
            return Vec::new();
        }
        // A single target decides between two classes, unless there is but one.
        let row = |row| if self.classes.len() == 1 { 0 } else { decide(self.target(row), 0.5) };
        (0..self.rows()).map(row).collect()
    }

    /// The same samples with the targets of `classes` in that order: the classes that a network knows.
    ///
    /// # Errors
    /// A label that is not among them.
    pub fn in_classes(self, classes: &[String]) -> Result<Samples, SamplesError> {
        let labels = self.labels();
        let find = |(row, &label): (usize, &usize)| {
            let name = &self.classes[label];
            let same = |c: &String| c == name || same_number(c, name);
            classes.iter().position(same).ok_or_else(|| SamplesError::UnknownClass {
                row,
                label: name.clone(),
                known: classes.join(", "),
            })
        };
        let labels: Vec<usize> = labels.iter().enumerate().map(find).collect::<Result<_, _>>()?;
        let y = Arc::new(one_of(classes.len(), &labels));
        Ok(Samples { outputs: classes.len(), y, classes: classes.to_vec(), ..self })
    }

    /// Samples of two classes with one target: 0 for the first, 1 for the second. Others stay as they are.
    pub fn with_one_target(self) -> Samples {
        if self.classes.len() != 2 || self.outputs != 2 {
            return self;
        }
        let y = self.y.chunks_exact(2).map(|t| t[1]).collect();
        Samples { outputs: 1, y: Arc::new(y), ..self }
    }

    /// Number of inputs of a sample, at least 1.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of targets of a sample; 0 if they are not known.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Number of samples, at least 1.
    pub fn rows(&self) -> usize {
        self.x.len() / self.inputs
    }

    /// All inputs, row-major.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// The same, shared.
    pub fn shared_x(&self) -> Arc<Vec<f64>> {
        self.x.clone()
    }

    /// All targets, row-major; empty if they are not known.
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// The inputs of sample `row`.
    pub fn input(&self, row: usize) -> &[f64] {
        &self.x[row * self.inputs..][..self.inputs]
    }

    /// The targets of sample `row`.
    pub fn target(&self, row: usize) -> &[f64] {
        &self.y[row * self.outputs..][..self.outputs]
    }

    /// The smallest and the largest value of input `i` over all samples.
    pub fn input_range(&self, i: usize) -> (f64, f64) {
        let column = self.x.iter().skip(i).step_by(self.inputs);
        column.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &v| (lo.min(v), hi.max(v)))
    }
}

/// Targets of so many classes: 1 for the class of a sample, 0 for the others.
fn one_of(classes: usize, labels: &[usize]) -> Vec<f64> {
    let mut y = vec![0.0; labels.len() * classes];
    for (row, &label) in labels.iter().enumerate() {
        assert!(label < classes, "label {label} of {classes} classes");
        y[row * classes + label] = 1.0;
    }
    y
}

/// The number that a label stands for; none if it is another word.
pub(super) fn as_number(label: &str) -> Option<f64> {
    label.parse::<f64>().ok().filter(|v| v.is_finite())
}

/// Whether two labels are the same number, written in another way.
pub(super) fn same_number(a: &str, b: &str) -> bool {
    match (a.parse::<i64>(), b.parse::<i64>()) {
        // Whole numbers are told apart beyond the 53 bits of a double.
        (Ok(a), Ok(b)) => a == b,
        _ => as_number(a).is_some_and(|a| as_number(b) == Some(a)),
    }
}

/// The class that scores stand for: the largest, of equal ones the first; a single one counts above `threshold`.
pub(super) fn decide(scores: &[f64], threshold: f64) -> usize {
    if let [score] = scores {
        return usize::from(*score > threshold);
    }
    (1..scores.len()).fold(0, |best, i| if scores[i] > scores[best] { i } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_ranges_and_missing_targets() {
        let s = Samples::new(2, 1, vec![1.0, 2.0, -3.0, 4.0], vec![5.0, 6.0]).expect("samples");
        assert_eq!((s.rows(), s.input(1), s.target(1)), (2, &[-3.0, 4.0][..], &[6.0][..]));
        assert_eq!((s.input_range(0), s.input_range(1)), ((-3.0, 1.0), (2.0, 4.0)));
        let s = Samples::new(1, 0, vec![1.0], vec![]).expect("samples");
        assert!(s.target(0).is_empty());
    }

    #[test]
    fn what_is_not_samples() {
        assert_eq!(Samples::new(0, 1, vec![], vec![]), Err(SamplesError::NoInputs));
        assert_eq!(Samples::new(1, 0, vec![], vec![]), Err(SamplesError::Empty));
        assert_eq!(Samples::new(2, 0, vec![1.0], vec![]), Err(SamplesError::Ragged { found: 1, inputs: 2 }));
        assert_eq!(
            Samples::new(1, 1, vec![1.0], vec![]),
            Err(SamplesError::Targets { rows: 1, outputs: 1, found: 0 })
        );
        assert!(matches!(
            Samples::new(1, usize::MAX, vec![1.0, 2.0], vec![]),
            Err(SamplesError::Targets { .. })
        ));
        let bad = Samples::new(1, 2, vec![1.0, 2.0], vec![0.0, 0.0, 0.0, f64::INFINITY]);
        assert_eq!(
            bad.expect_err("infinite").to_string(),
            "sample 1, y1: inf is not a finite number: remove the sample or mend the value"
        );
    }

    #[test]
    fn rows_are_picked_and_a_single_class_is_known() {
        let names = ["a", "b"].map(str::to_owned).to_vec();
        let s = Samples::labelled(1, vec![1.0, 2.0, 3.0], &[1, 0, 1], names).expect("samples");
        let two = s.select(&[2, 0]).expect("rows");
        assert_eq!((two.x(), two.labels(), two.only_class()), (&[3.0, 1.0][..], vec![1, 1], Some("b")));
        assert_eq!((s.only_class(), s.select(&[]), s.select(&[3])), (None, None, None));
    }

    #[test]
    fn labels_become_targets_and_back() {
        let names = |n: &[&str]| n.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        let s =
            Samples::labelled(1, vec![1.0, 2.0, 3.0], &[1, 0, 1], names(&["no", "yes"])).expect("samples");
        assert_eq!((s.outputs(), s.y()), (2, &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0][..]));
        assert_eq!(s.labels(), [1, 0, 1]);
        let one = s.clone().with_one_target();
        assert_eq!((one.outputs(), one.y(), one.labels()), (1, &[1.0, 0.0, 1.0][..], vec![1, 0, 1]));
        let wider = s.clone().in_classes(&names(&["maybe", "yes", "no"])).expect("known");
        assert_eq!((wider.labels(), wider.outputs()), (vec![1, 2, 1], 3));
        let numbers = Samples::labelled(1, vec![1.0, 2.0], &[0, 1], names(&["2", "10"])).expect("samples");
        let other = numbers.in_classes(&names(&["2.0", "10.0"])).expect("the same numbers");
        assert_eq!(other.labels(), [0, 1]);
        let error = s.in_classes(&names(&["yes"])).expect_err("unknown").to_string();
        assert!(error.starts_with("sample 1: `no` is not one of the classes yes:"), "{error}");
    }
}
