//! The numbers of each Adam step: learning rate, bias corrections, weight decay.

use crate::train::config::{Optimiser, TrainConfig};

/// The numbers of one Adam step; see [`Rates`] for where they come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::train) struct StepRates {
    pub beta1: f64,
    pub beta2: f64,
    /// The learning rate, bias corrections included.
    pub rate: f64,
    /// Added to v under the root.
    pub inside: f64,
    /// 1 - rate · λ, the share of a weight that stays.
    pub keep: f64,
}

/// Walks through the steps of a restart.
#[derive(Clone, Debug)]
pub(in crate::train) struct Rates {
    optimiser: Optimiser,
    /// The learning rate, without bias corrections.
    pub rate: f64,
    l2: f64,
    /// Samples per step.
    pub batch: usize,
    /// The share of hidden neurons that a sample leaves out.
    pub dropout: f64,
    /// β1^t and β2^t after t steps.
    pub powers: [f64; 2],
}

impl Rates {
    pub fn new(config: &TrainConfig) -> Rates {
        let TrainConfig { optimiser, rate, l2, batch, dropout, .. } = *config;
        Rates { optimiser, rate, l2, batch, dropout, powers: [1.0; 2] }
    }

    /// About so many samples, in whole batches.
    pub fn whole_batches(&self, samples: usize) -> usize {
        (samples / self.batch).max(1) * self.batch
    }

    /// Sets the learning rate of the steps to come.
    pub fn set_rate(&mut self, rate: f64) {
        self.rate = rate;
    }

    /// The numbers of the next step.
    ///
    /// Adam's m̂ / √(v̂ + ε²) with m̂ = m/(1-β1^t), v̂ = v/(1-β2^t) is m / √(v + ε²·c²) · c/(1-β1^t) with
    /// c = √(1-β2^t): so one formula in the inner loop serves both rules.
    #[inline(always)]
    pub fn next(&mut self) -> StepRates {
        let keep = 1.0 - self.rate * self.l2;
        match self.optimiser {
            Optimiser::PaperAdam { beta1, beta2, epsilon } => {
                StepRates { beta1, beta2, rate: self.rate, inside: epsilon, keep }
            }
            Optimiser::Adam { beta1, beta2, epsilon } => {
                self.powers = [decay(self.powers[0], beta1), decay(self.powers[1], beta2)];
                let c = (1.0 - self.powers[1]).sqrt();
                let rate = self.rate * c / (1.0 - self.powers[0]);
                StepRates { beta1, beta2, rate, inside: (epsilon * c) * (epsilon * c), keep }
            }
        }
    }
}

/// `power · beta`, 0 once it cannot be seen beside 1 (and before it is denormal).
fn decay(power: f64, beta: f64) -> f64 {
    let next = power * beta;
    if next < 1e-20 { 0.0 } else { next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adam_steps_by_hand() {
        let config = TrainConfig { rate: 0.1, l2: 0.5, ..TrainConfig::default() };
        let mut rates = Rates::new(&config);
        // A constant gradient g: m̂ = g and v̂ = g² after every step, so the step is rate · g / √(g² + ε²).
        let (g, mut m, mut v) = (0.25, 0.0, 0.0);
        for _ in 0..3 {
            let r = rates.next();
            m = r.beta1 * m + (1.0 - r.beta1) * g;
            v = r.beta2 * v + (1.0 - r.beta2) * g * g;
            let step = r.rate * m / (v + r.inside).sqrt();
            assert!((step - 0.1 * 0.25 / (0.0625f64 + 1e-16).sqrt()).abs() < 1e-15, "{step}");
            assert_eq!(r.keep, 0.95);
        }
        let optimiser = Optimiser::PaperAdam { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
        let r = Rates::new(&TrainConfig { optimiser, ..config }).next();
        // m = 0.1·g, v = 0.01·g²: m / √(v + ε) is just under 1.
        let step = r.rate * (0.1 * g) / (0.01 * g * g + r.inside).sqrt();
        assert!((step - 0.1 * 0.025 / (0.000625f64 + 1e-8).sqrt()).abs() < 1e-15, "{step}");
    }
}
