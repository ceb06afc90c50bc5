//! What is odd about training data, though it can be trained with.

use super::config::{Normalise, Standardise, TrainConfig};
use crate::data::{Samples, moments};
use crate::func::Kind;
use crate::net::{HiddenLayer, Topology};
use thiserror::Error;

/// Something about the samples that a user should know before training.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum Concern {
    /// There is only one sample.
    #[error("there is only one sample: any network can learn it, and none will know more")]
    OneSample,
    /// There are hardly any samples.
    #[error(
        "there are only {rows} samples: a network learns them by heart and nothing between them; add samples"
    )]
    FewSamples {
        /// How many.
        rows: usize,
    },
    /// Amplifying neurons are to be normalised where there are none.
    #[error(
        "normalise = true changes nothing, because the network has no amplifying neuron: leave it out, or set \"all\""
    )]
    NothingToNormalise,
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
    /// A column's values differ by no more than rounding.
    #[error(
        "column {column} differs from {value} by no more than rounding: it says nothing; subtract {value} before the \
         samples are written, or leave it out"
    )]
    Rounding {
        /// The column, as in a CSV file.
        column: String,
        /// Its mean.
        value: f64,
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

/// Fewer samples than this are [`Concern::FewSamples`].
const FEW: usize = 10;

impl Concern {
    /// All that is odd about training such a network with this configuration on these samples.
    pub fn of(topology: &Topology, samples: &Samples, config: &TrainConfig) -> Vec<Concern> {
        let mut concerns = Concern::of_samples(samples, config.standardise);
        let kinds = |l: &HiddenLayer| l.neurons.iter().any(|n| n.kind == Kind::Amplifying);
        if config.normalise == Normalise::Amplifying && !topology.hidden.iter().any(kinds) {
            concerns.push(Concern::NothingToNormalise);
        }
        concerns
    }

    /// All that is odd about these samples, their columns scaled like this while training.
    pub fn of_samples(samples: &Samples, standardise: Standardise) -> Vec<Concern> {
        let mut concerns = match samples.rows() {
            1 => return vec![Concern::OneSample],
            rows if rows < FEW => vec![Concern::FewSamples { rows }],
            _ => Vec::new(),
        };
        for (values, width, letter) in
            [(samples.x(), samples.inputs(), 'x'), (samples.y(), samples.outputs(), 'y')]
        {
            let moments = moments(values, width);
            for (c, [mean, deviation]) in moments.into_iter().enumerate() {
                let column = || values.iter().copied().skip(c).step_by(width);
                let (low, high) = column().fold((f64::MAX, f64::MIN), |(lo, hi), v| (lo.min(v), hi.max(v)));
                let name = format!("{letter}{c}");
                if low == high {
                    concerns.push(Concern::Constant { column: name, value: low });
                } else if deviation == 0.0 {
                    concerns.push(Concern::Rounding { column: name, value: mean });
                } else if letter == 'x' && standardise == Standardise::None && low.abs().max(high.abs()) > FAR
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
    use crate::net::Neuron;

    fn concerns(x: &[f64], y: &[f64]) -> Vec<Concern> {
        let samples = Samples::new(2, 1, x.to_vec(), y.to_vec()).expect("samples");
        let few = |c: &Concern| matches!(c, Concern::FewSamples { .. });
        let found = Concern::of_samples(&samples, Standardise::None);
        found.into_iter().filter(|c| !few(c)).collect()
    }

    #[test]
    fn few_samples_and_a_setting_without_effect_are_said() {
        let rows = |n: usize| {
            let column: Vec<f64> = (0..n).map(|i| i as f64).collect();
            let samples = Samples::new(1, 1, column.clone(), column).expect("samples");
            let config = TrainConfig { normalise: Normalise::Amplifying, ..TrainConfig::default() };
            let topology = |kind| {
                let neurons = vec![Neuron { kind, ..Neuron::default() }];
                let hidden = vec![HiddenLayer { neurons, bias: true }];
                Topology { inputs: 1, hidden, outputs: 1, output_bias: true }
            };
            [Kind::Ordinary, Kind::Amplifying].map(|kind| Concern::of(&topology(kind), &samples, &config))
        };
        let few = Concern::FewSamples { rows: 3 };
        assert_eq!(rows(3), [vec![few.clone(), Concern::NothingToNormalise], vec![few]]);
        assert_eq!(rows(10), [vec![Concern::NothingToNormalise], vec![]]);
    }

    #[test]
    fn what_differs_by_rounding_alone_is_said() {
        let x = [0.1, 1.0, 0.1 + 1.4e-17, 2.0, 0.1, 3.0];
        assert_ne!(x[0], x[2]);
        match &concerns(&x, &[1.0, 2.0, 3.0])[..] {
            [Concern::Rounding { column, value }] => assert!(column == "x0" && (value - 0.1).abs() < 1e-16),
            other => panic!("{other:?}"),
        }
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
