//! Samples as the arguments of the first edges, and what is wanted of the outputs.

use super::{EdgeError, Port};
use crate::data::Samples;
use crate::num::Format;

/// What the outputs are for.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// Scores, of which the largest decides; with a single one its sign.
    Classes {
        /// Number of scores.
        scores: usize,
        /// Natural logarithm of a likelihood ratio that one unit of a score stands for.
        unit: f32,
    },
    /// Values.
    Values {
        /// Fraction bits of every output.
        frac: Vec<i32>,
        /// Standard deviation of every target, in units of its output.
        deviation: Vec<f32>,
    },
}

impl Goal {
    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        match self {
            Goal::Classes { scores, .. } => *scores,
            Goal::Values { frac, .. } => frac.len(),
        }
    }

    /// The goal of samples: `bits` is how finely outputs are counted, 2^-bits of a logit, or of a target's deviation.
    ///
    /// # Errors
    /// No targets, one class, a constant target.
    pub fn of(samples: &Samples, bits: i32) -> Result<Goal, EdgeError> {
        if samples.outputs() == 0 {
            return Err(EdgeError::NoTargets);
        }
        if samples.classes().is_empty() {
            return values(samples, bits);
        }
        let labels = samples.labels();
        if labels.iter().all(|&l| l == labels[0]) {
            return Err(EdgeError::OneClass(samples.classes()[labels[0]].clone()));
        }
        let scores = if samples.classes().len() == 2 { 1 } else { samples.classes().len() };
        Ok(Goal::Classes { scores, unit: libm::ldexpf(1.0, -bits) })
    }
}

fn values(samples: &Samples, bits: i32) -> Result<Goal, EdgeError> {
    let (mut frac, mut deviation) = (Vec::new(), Vec::new());
    for output in 0..samples.outputs() {
        let column: Vec<f64> = samples.y().iter().skip(output).step_by(samples.outputs()).copied().collect();
        let mean = column.iter().sum::<f64>() / column.len() as f64;
        let spread = column.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / column.len() as f64;
        if column.iter().all(|&v| v == column[0]) {
            return Err(EdgeError::Constant { output, value: column[0] });
        }
        let sd = spread.sqrt();
        let f = bits - libm::ceil(libm::log2(sd)) as i32;
        let (lo, hi) = samples.y().iter().fold((0f64, 0f64), |(l, h), &v| (l.min(v), h.max(v)));
        Format::new(true, 2, f).map_err(|_| EdgeError::Range { place: format!("y{output}"), lo, hi })?;
        frac.push(f);
        deviation.push(libm::ldexp(sd, f) as f32);
    }
    Ok(Goal::Values { frac, deviation })
}

/// Samples made ready: arguments row by row, and targets.
#[derive(Clone, Debug, Default)]
pub struct Coded {
    /// Inputs of a sample.
    pub inputs: usize,
    /// Arguments, of 16 bits at most, row-major.
    pub x: Vec<u16>,
    /// The class of every sample, if there are classes.
    pub labels: Vec<usize>,
    /// What is to be learned of the classes: the likelihood of each, row-major.
    pub wanted: Vec<f32>,
    /// Targets in units of their outputs, row-major, if there are no classes.
    pub targets: Vec<f32>,
}

/// How far a teacher is believed where it and the label differ.
pub(super) const BELIEF: f32 = 0.7;

impl Coded {
    /// Samples through ports.
    pub fn new(samples: &Samples, ports: &[Port], goal: &Goal) -> Coded {
        let x = samples.x().iter().zip(ports.iter().cycle()).map(|(&v, p)| p.argument_of(v) as u16).collect();
        let targets = match goal {
            Goal::Classes { .. } => Vec::new(),
            Goal::Values { frac, .. } => {
                samples.y().iter().zip(frac.iter().cycle()).map(|(&v, &f)| libm::ldexp(v, f) as f32).collect()
            }
        };
        let (labels, classes) = (samples.labels(), samples.classes().len());
        let mut wanted = vec![0.0; labels.len() * classes];
        labels.iter().enumerate().for_each(|(s, &l)| wanted[s * classes + l] = 1.0);
        Coded { inputs: samples.inputs(), x, labels, wanted, targets }
    }

    /// The same samples, of which a teacher says how likely every class is.
    pub fn taught(mut self, likelihoods: &[f32]) -> Coded {
        let both = self.wanted.iter_mut().zip(likelihoods);
        both.for_each(|(wanted, said)| *wanted = (1.0 - BELIEF) * *wanted + BELIEF * said);
        self
    }

    /// Number of samples.
    pub fn rows(&self) -> usize {
        self.x.len() / self.inputs
    }

    /// The arguments of a sample.
    pub fn row(&self, s: usize) -> &[u16] {
        &self.x[s * self.inputs..][..self.inputs]
    }

    /// Some of the samples.
    pub fn pick(&self, rows: &[usize]) -> Coded {
        Coded {
            inputs: self.inputs,
            x: self.picked(&self.x, rows),
            labels: self.picked(&self.labels, rows),
            wanted: self.picked(&self.wanted, rows),
            targets: self.picked(&self.targets, rows),
        }
    }

    /// The same samples with some of their inputs only.
    pub fn columns(&self, inputs: &[usize]) -> Coded {
        let row = |s: usize| inputs.iter().map(move |&i| self.x[s * self.inputs + i]);
        Coded { inputs: inputs.len(), x: (0..self.rows()).flat_map(row).collect(), ..self.clone() }
    }

    /// Some rows of a row-major table, which may have none.
    fn picked<T: Copy>(&self, table: &[T], rows: &[usize]) -> Vec<T> {
        let width = table.len() / self.rows();
        rows.iter().flat_map(|&s| table[s * width..][..width].iter().copied()).collect()
    }
}
