//! What is odd about training data, though it can be trained with.

use super::config::{Standardise, TrainConfig};
use crate::data::Samples;
use thiserror::Error;

/// Something about the samples that a user should know before training.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Concern {
    /// There is only one sample.
    #[error("there is only one sample: any network can learn it, and none will know more")]
    OneSample,
    /// A column holds one value only.
    #[error("column {column} is {value} in all samples: it says nothing; leave it out, or add samples")]
    Constant {
        /// The column, as in a CSV file.
        column: String,
        /// Its value.
        value: f64,
    },
    /// Samples with the same inputs have different targets.
    #[error(
        "{count} samples contradict others with the same inputs (samples {first} and {second} first): a network can \
         only learn something in between; average them, or add an input that tells them apart"
    )]
    Contradiction {
        /// How many samples differ from one before them with the same inputs.
        count: usize,
        /// A sample, from 0.
        first: usize,
        /// Another with the same inputs, from 0.
        second: usize,
    },
    /// An input is far from the range that random weights are made for.
    #[error(
        "column {column} runs from {low} to {high}: training from small random weights will be slow or diverge; set \
         standardise = \"inputs\""
    )]
    Range {
        /// The column, as in a CSV file.
        column: String,
        /// Its smallest value.
        low: f64,
        /// Its largest value.
        high: f64,
    },
}

/// Inputs beyond this magnitude are a [`Concern::Range`].
const FAR: f64 = 1000.0;

impl Concern {
    /// All that is odd about these samples for training with this configuration.
    pub fn of(samples: &Samples, config: &TrainConfig) -> Vec<Concern> {
        if samples.rows() == 1 {
            return vec![Concern::OneSample];
        }
        let mut concerns = Vec::new();
        for (values, width, letter) in
            [(samples.x(), samples.inputs(), 'x'), (samples.y(), samples.outputs(), 'y')]
        {
            for c in 0..width {
                let column = || values.iter().copied().skip(c).step_by(width);
                let (low, high) = column().fold((f64::MAX, f64::MIN), |(lo, hi), v| (lo.min(v), hi.max(v)));
                let name = format!("{letter}{c}");
                if low == high {
                    concerns.push(Concern::Constant { column: name, value: low });
                } else if letter == 'x'
                    && config.standardise == Standardise::None
                    && low.abs().max(high.abs()) > FAR
                {
                    concerns.push(Concern::Range { column: name, low, high });
                }
            }
        }
        concerns.extend(contradiction(samples));
        concerns
    }
}

fn contradiction(samples: &Samples) -> Option<Concern> {
    let mut order: Vec<usize> = (0..samples.rows()).collect();
    let compare = |a: &usize, b: &usize| {
        let pairs = samples.input(*a).iter().zip(samples.input(*b));
        // + 0.0 makes -0 and 0 the same input.
        pairs.map(|(a, b)| (a + 0.0).total_cmp(&(b + 0.0))).find(|o| o.is_ne()).unwrap_or(a.cmp(b))
    };
    order.sort_by(compare);
    let contradicts = |pair: &&[usize]| {
        samples.input(pair[0]) == samples.input(pair[1]) && samples.target(pair[0]) != samples.target(pair[1])
    };
    let mut pairs = order.windows(2).filter(contradicts);
    let (first, second) = pairs.next().map(|p| (p[0], p[1]))?;
    Some(Concern::Contradiction { count: 1 + pairs.count(), first, second })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concerns(x: &[f64], y: &[f64]) -> Vec<Concern> {
        let samples = Samples::new(2, 1, x.to_vec(), y.to_vec()).expect("samples");
        Concern::of(&samples, &TrainConfig::default())
    }

    #[test]
    fn odd_data_is_named_and_plain_data_is_not() {
        assert_eq!(concerns(&[1.0, 2.0], &[1.0]), [Concern::OneSample]);
        assert_eq!(concerns(&[1.0, 2.0, 3.0, 4.0, 1.0, 4.0], &[1.0, 2.0, 3.0]), []);
        let constant = |column: &str, value| Concern::Constant { column: column.into(), value };
        let found = concerns(&[1.0, 2.0, 3.0, 2.0], &[7.0, 7.0]);
        assert_eq!(found, [constant("x1", 2.0), constant("y0", 7.0)]);
        let found = concerns(&[1.0, 2.0, -5000.0, 3.0], &[1.0, 2.0]);
        assert_eq!(found, [Concern::Range { column: "x0".into(), low: -5000.0, high: 1.0 }]);
    }

    #[test]
    fn contradictions_are_counted_and_agreeing_duplicates_are_fine() {
        let x = [0.0, 1.0, 5.0, 5.0, -0.0, 1.0, 5.0, 5.0, 0.0, 1.0];
        let found = concerns(&x, &[1.0, 2.0, 3.0, 2.0, 3.0]);
        assert_eq!(found, [Concern::Contradiction { count: 1, first: 0, second: 2 }]);
        let text = found[0].to_string();
        assert!(
            text.starts_with("1 samples contradict others with the same inputs (samples 0 and 2"),
            "{text}"
        );
    }
}
