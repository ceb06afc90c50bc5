//! What the outputs of a plan should be, and how far they are from it.

/// Targets of samples, row after row.
#[derive(Clone, Debug)]
pub enum Aim {
    /// Values of every output, and the error Σ|y - t|.
    Values(Vec<f64>),
    /// The index of the right class, and the cross-entropy of the scores.
    Classes(Vec<usize>),
}

impl Aim {
    /// Samples, for a plan with so many outputs.
    pub(super) fn rows(&self, outputs: usize) -> usize {
        match self {
            Aim::Values(targets) => targets.len() / outputs.max(1),
            Aim::Classes(labels) => labels.len(),
        }
    }
}

/// Errors of rows of output codes.
pub(super) struct Judge<'a> {
    aim: &'a Aim,
    /// The value of a step of every output; for classes in units of logits.
    steps: Vec<f64>,
    /// The values of the steps themselves.
    ulps: Vec<f64>,
}

/// Units of logits that are tried, in steps of a fifth of an octave.
const UNITS: std::ops::RangeInclusive<i32> = -60..=60;

impl<'a> Judge<'a> {
    pub fn new(aim: &'a Aim, ulps: Vec<f64>) -> Judge<'a> {
        Judge { aim, steps: ulps.clone(), ulps }
    }

    /// The error of a sample.
    pub fn error(&self, row: usize, codes: &[i64]) -> f64 {
        match self.aim {
            Aim::Values(targets) => {
                let targets = &targets[row * codes.len()..][..codes.len()];
                let parts = codes.iter().zip(&self.steps).zip(targets);
                parts.map(|((&c, step), t)| (c as f64 * step - t).abs()).sum()
            }
            Aim::Classes(labels) => self.cross_entropy(codes, labels[row]),
        }
    }

    fn cross_entropy(&self, codes: &[i64], label: usize) -> f64 {
        // One score decides between two classes: it is that of the second, the first has 0.
        if let [code] = codes {
            let score = *code as f64 * self.steps[0] * if label == 1 { 1.0 } else { -1.0 };
            return softplus(-score);
        }
        let right = codes[label] as f64 * self.steps[label];
        let others = codes.iter().zip(&self.steps).map(|(&c, step)| c as f64 * step - right);
        let largest = others.clone().fold(0.0, f64::max);
        // What is 2^-29 of the largest is nothing beside it.
        let sum: f64 = others.map(|d| d - largest).filter(|&d| d > -20.0).map(libm::exp).sum();
        largest + libm::log(sum)
    }

    /// Takes the unit of logits in which the scores of all rows have the least cross-entropy: scores of a network that
    /// was not trained by it have a scale of their own. Gives whether it changed.
    pub fn refit(&mut self, codes: &[i64]) -> bool {
        if !matches!(self.aim, Aim::Classes(_)) {
            return false;
        }
        let before = self.steps.clone();
        let outputs = self.ulps.len();
        // A thousand samples tell the scale.
        let stride = (codes.len() / outputs).div_ceil(1000).max(1);
        let all = |judge: &Judge| -> f64 {
            let rows = codes.chunks_exact(outputs).enumerate().step_by(stride);
            rows.map(|(row, codes)| judge.error(row, codes)).sum()
        };
        let mut best = (f64::INFINITY, before.clone());
        for unit in UNITS {
            let scale = libm::exp2(f64::from(unit) / 5.0);
            self.steps = self.ulps.iter().map(|u| u * scale).collect();
            let error = all(self);
            if error < best.0 {
                best = (error, self.steps.clone());
            }
        }
        self.steps = best.1;
        self.steps != before
    }
}

/// ln(1 + e^x).
fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}
