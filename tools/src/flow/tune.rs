//! Integer fine-tuning of a plan on samples with targets, and whether it helped.

use super::evaluate::{self, Judged, input_codes};
use gainstage_golden::data::Samples;
use gainstage_golden::plan::Plan;
use gainstage_golden::tune::{Aim, Effort, tune};

/// Samples that codes are moved by, at most: spread evenly over all.
const MOST: usize = 4000;

/// So many samples have a part held out.
const FEW: usize = 50;

/// One of so many samples is held out of tuning, to judge it by.
const HELD: usize = 5;

/// Samples that codes are moved by, and those that say whether that was good.
pub struct Tuning {
    moved: Samples,
    held: Samples,
}

impl Tuning {
    /// The parts of all samples; of few, all are both.
    pub fn of(samples: &Samples) -> Tuning {
        let pick = |held: bool| {
            let rows = (0..samples.rows()).filter(|row| (row % HELD == HELD - 1) == held);
            samples.select(&rows.collect::<Vec<_>>())
        };
        let parts = if samples.rows() < FEW { None } else { pick(false).zip(pick(true)) };
        let (moved, held) = parts.unwrap_or_else(|| (samples.clone(), samples.clone()));
        let stride = moved.rows().div_ceil(MOST);
        let some = moved.select(&(0..moved.rows()).step_by(stride).collect::<Vec<_>>());
        Tuning { moved: some.unwrap_or(moved), held }
    }

    /// The samples that codes are not moved by.
    pub fn held(&self) -> &Samples {
        &self.held
    }

    /// Moves codes of a plan that decides nothing yet. What is worse on the samples held out is not kept.
    ///
    /// # Errors
    /// Samples without targets.
    pub fn run(&self, plan: Plan, effort: Effort) -> anyhow::Result<Plan> {
        let moved = self.moved(&plan, effort).0;
        let worth = |plan: &Plan| -> anyhow::Result<f64> {
            Ok(worth(&evaluate::judge_fixed(plan, &evaluate::fixed(plan, &self.held), &self.held)?))
        };
        Ok(if worth(&moved)? >= worth(&plan)? { moved } else { plan })
    }

    /// Moves codes at the price of the effort. Gives the bits of the adders before and after.
    pub fn moved(&self, plan: &Plan, effort: Effort) -> (Plan, [u64; 2]) {
        let aim = match self.moved.classes() {
            [] => Aim::Values(self.moved.y().to_vec()),
            _ => Aim::Classes(self.moved.labels()),
        };
        let mut moved = plan.clone();
        let tuned = tune(&mut moved, &input_codes(plan, &self.moved), &aim, effort);
        (moved, tuned.adders)
    }
}

/// A figure of merit: larger is better.
pub fn worth(judged: &Judged) -> f64 {
    match judged {
        Judged::Values(m) => -m.mae,
        Judged::Classes(c) => c.accuracy(),
    }
}
