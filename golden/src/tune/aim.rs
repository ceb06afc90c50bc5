//! What the outputs of a plan should be, and how far they are from it.

/// What the outputs should be, sample after sample.
///
/// The outputs of the real-valued network are a better aim than the targets it was trained with: they hold no noise that few
/// samples could teach by heart.
#[derive(Clone, Debug)]
pub enum Aim {
    /// Values of every output. The error is Σ|y - t|; of several outputs, each counts in units of its own mean deviation,
    /// times the largest of them.
    Values(Vec<f64>),
    /// Scores of classes, in logits, as many as the plan has: one means the second of two classes above 0. The error is the
    /// cross-entropy of the plan's probabilities and these.
    Scores {
        /// The scores.
        scores: Vec<f64>,
        /// Logits for a score of 1.
        unit: f64,
    },
}

/// Units of logits that are tried, in fifths of an octave.
const UNITS: std::ops::RangeInclusive<i32> = -60..=60;

impl Aim {
    /// Scores in the unit of logits in which they explain the labels best: those of a network that was not trained by
    /// cross-entropy have a scale of their own.
    pub fn scores(scores: Vec<f64>, labels: &[usize]) -> Aim {
        let outputs = (scores.len() / labels.len().max(1)).max(1);
        let error = |unit: f64| -> f64 {
            let rows = scores.chunks_exact(outputs).zip(labels);
            rows.map(|(row, &label)| {
                let logits: Vec<f64> = row.iter().map(|s| s * unit).collect();
                normaliser(&logits) - right(&logits, label)
            })
            .sum()
        };
        let units = UNITS.map(|u| libm::exp2(f64::from(u) / 5.0));
        let best = units.map(|unit| (error(unit), unit)).min_by(|a, b| a.0.total_cmp(&b.0));
        Aim::Scores { unit: best.map_or(1.0, |b| b.1), scores }
    }

    /// The aim of some samples, for a plan with so many outputs.
    #[must_use]
    pub fn pick(&self, rows: &[usize], outputs: usize) -> Aim {
        let part =
            |all: &[f64]| rows.iter().flat_map(|&r| all[r * outputs..][..outputs].iter().copied()).collect();
        match self {
            Aim::Values(values) => Aim::Values(part(values)),
            Aim::Scores { scores, unit } => Aim::Scores { scores: part(scores), unit: *unit },
        }
    }

    /// Samples, for a plan with so many outputs.
    pub(crate) fn rows(&self, outputs: usize) -> usize {
        let (Aim::Values(all) | Aim::Scores { scores: all, .. }) = self;
        all.len() / outputs.max(1)
    }
}

/// The logit of a label.
fn right(logits: &[f64], label: usize) -> f64 {
    match logits {
        [one] => *one * label as f64,
        all => all[label],
    }
}

/// ln Σ e^logit; a single logit stands beside one of 0.
fn normaliser(logits: &[f64]) -> f64 {
    let least = if logits.len() == 1 { 0.0 } else { f64::NEG_INFINITY };
    let largest = logits.iter().copied().fold(least, f64::max);
    let alone = if logits.len() == 1 { libm::exp(-largest) } else { 0.0 };
    // What is e^-20 of the largest is nothing beside it.
    let others = logits.iter().map(|l| l - largest).filter(|&d| d > -20.0).map(libm::exp);
    largest + libm::log(alone + others.sum::<f64>())
}

/// Errors of rows of output codes.
pub(crate) struct Judge {
    /// The value of a step of every output, in units of the error.
    steps: Vec<f64>,
    /// Values, in units of the error; or probabilities.
    aims: Vec<f64>,
    classes: bool,
}

impl Judge {
    /// For a plan whose outputs have steps of these values.
    pub fn new(aim: &Aim, ulps: &[f64]) -> Judge {
        let outputs = ulps.len();
        match aim {
            Aim::Values(values) => {
                let scales = scales(values, outputs);
                let steps = ulps.iter().zip(&scales).map(|(u, s)| u * s).collect();
                let aims = values.iter().zip(scales.iter().cycle()).map(|(v, s)| v * s).collect();
                Judge { steps, aims, classes: false }
            }
            Aim::Scores { scores, unit } => {
                let row = |scores: &[f64]| {
                    let logits: Vec<f64> = scores.iter().map(|s| s * unit).collect();
                    let all = normaliser(&logits);
                    logits.into_iter().map(move |l| libm::exp(l - all))
                };
                let aims = scores.chunks_exact(outputs).flat_map(row).collect();
                Judge { steps: ulps.iter().map(|u| u * unit).collect(), aims, classes: true }
            }
        }
    }

    /// The error of a sample.
    pub fn error(&self, row: usize, codes: &[i64]) -> f64 {
        self.error_of(row, codes.iter().map(|&c| c as f64))
    }

    /// The same of a sample whose outputs are given in steps.
    pub fn error_of(&self, row: usize, steps: impl ExactSizeIterator<Item = f64>) -> f64 {
        let outputs = steps.len();
        let aims = &self.aims[row * outputs..][..outputs];
        let values = steps.zip(&self.steps).map(|(v, step)| v * step);
        if !self.classes {
            return values.zip(aims).map(|(v, t)| (v - t).abs()).sum();
        }
        let mut logits = [0.0; FEW];
        match logits.get_mut(..outputs) {
            Some(logits) => {
                logits.iter_mut().zip(values).for_each(|(l, v)| *l = v);
                cross_entropy(logits, aims)
            }
            None => cross_entropy(&values.collect::<Vec<_>>(), aims),
        }
    }

    /// The derivatives of a sample's loss by its outputs, given in steps, in place of them: of the cross-entropy; of values, of
    /// half the square of the error, whose slope says how far it is.
    pub fn slopes(&self, row: usize, outputs: &mut [f64]) {
        let aims = &self.aims[row * outputs.len()..][..outputs.len()];
        outputs.iter_mut().zip(&self.steps).for_each(|(v, step)| *v *= step);
        if self.classes {
            let all = normaliser(outputs);
            outputs.iter_mut().zip(aims).for_each(|(v, p)| *v = libm::exp(*v - all) - p);
        } else {
            outputs.iter_mut().zip(aims).for_each(|(v, t)| *v -= t);
        }
        outputs.iter_mut().zip(&self.steps).for_each(|(v, step)| *v *= step);
    }
}

/// So many classes need no list of their own.
const FEW: usize = 16;

fn cross_entropy(logits: &[f64], aims: &[f64]) -> f64 {
    normaliser(logits) - logits.iter().zip(aims).map(|(l, p)| l * p).sum::<f64>()
}

/// What the errors of every output are multiplied by: 1 for the one that varies most.
fn scales(values: &[f64], outputs: usize) -> Vec<f64> {
    let rows = (values.len() / outputs.max(1)).max(1) as f64;
    let column = |o: usize| values.iter().copied().skip(o).step_by(outputs);
    let deviation = |o: usize| {
        let mean = column(o).sum::<f64>() / rows;
        column(o).map(|v| (v - mean).abs()).sum::<f64>() / rows
    };
    let all: Vec<f64> = (0..outputs).map(deviation).collect();
    let most = all.iter().copied().fold(0.0, f64::max);
    // A constant has no scale of its own.
    all.into_iter().map(|d| if d > 1e-12 * most { most / d } else { 1.0 }).collect()
}
