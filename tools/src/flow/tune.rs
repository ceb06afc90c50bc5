//! Integer fine-tuning of a plan towards its network, and whether it helped.

use super::evaluate::{self, input_codes};
use gainstage_golden::data::{Confusion, Samples};
use gainstage_golden::net::Network;
use gainstage_golden::plan::Plan;
use gainstage_golden::tune::{Aim, Effort, tune};

/// Samples that codes are moved by, at most.
const MOST: usize = 4000;

/// So many samples have a part held out.
const FEW: usize = 50;

/// One of so many samples is held out of tuning, to judge it by.
const HELD: usize = 5;

/// Samples that codes are moved by, and those that say whether that was good.
pub struct Tuning {
    moved: Samples,
    held: Samples,
    aim: Aim,
}

impl Tuning {
    /// The parts of samples with targets; of few, all are both. Codes move towards the outputs of the network.
    pub fn of(samples: &Samples, network: &Network) -> Tuning {
        // Files are often sorted, or classes take turns: the parts follow a hash of the row.
        let mut rows: Vec<usize> = (0..samples.rows()).collect();
        rows.sort_by_key(|&row| ((row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15), row));
        let held = if rows.len() < FEW { Vec::new() } else { rows.split_off(rows.len() - rows.len() / HELD) };
        rows.truncate(MOST);
        rows.sort_unstable();
        let part = |rows: &[usize]| samples.select(rows).unwrap_or_else(|| samples.clone());
        let moved = part(&rows);
        let held = if held.is_empty() { samples.clone() } else { part(&held) };
        let outputs = evaluate::float(network, &moved);
        let aim = match moved.classes() {
            [] => Aim::Values(outputs),
            _ => Aim::scores(outputs, &moved.labels()),
        };
        Tuning { moved, held, aim }
    }

    /// The samples that codes are not moved by.
    pub fn held(&self) -> &Samples {
        &self.held
    }

    /// Moves codes of a plan that decides nothing yet. What is worse on the samples held out, or on the others, is not kept.
    ///
    /// # Errors
    /// Samples without targets.
    pub fn run(&self, plan: Plan, effort: Effort) -> anyhow::Result<Plan> {
        let moved = self.moved(&plan, effort).0;
        for judge in [&self.held, &self.moved] {
            let (before, after) = (worths(&plan, judge)?, worths(&moved, judge)?);
            // The mean of what is left of every output's error; classes have one figure.
            let left = before.iter().zip(&after).map(|(b, a)| if a == b { 1.0 } else { a / b }).sum::<f64>();
            let worse = if judge.classes().is_empty() { left > before.len() as f64 } else { after < before };
            if worse {
                return Ok(plan);
            }
        }
        Ok(moved)
    }

    /// Moves codes at the price of the effort. Gives the bits of the adders before and after.
    pub fn moved(&self, plan: &Plan, effort: Effort) -> (Plan, [u64; 2]) {
        let mut moved = plan.clone();
        let tuned = tune(&mut moved, &input_codes(plan, &self.moved), &self.aim, effort);
        (moved, tuned.adders)
    }
}

/// Figures of merit of a plan without a decision, larger is better: see [`worths_of`].
///
/// # Errors
/// Samples without targets.
fn worths(plan: &Plan, judge: &Samples) -> anyhow::Result<Vec<f64>> {
    worths_of(&evaluate::fixed(plan, judge).values, judge)
}

/// Figures of merit of outputs, larger is better: less the mean absolute error of every output, or the accuracy.
///
/// # Errors
/// Samples without targets.
pub fn worths_of(values: &[f64], judge: &Samples) -> anyhow::Result<Vec<f64>> {
    let outputs = judge.outputs();
    if judge.classes().is_empty() {
        let errors: Vec<f64> = values.iter().zip(judge.y()).map(|(v, t)| (v - t).abs()).collect();
        let mean = |o: usize| -errors.iter().skip(o).step_by(outputs).sum::<f64>() / judge.rows() as f64;
        return Ok((0..outputs).map(mean).collect());
    }
    let found = Confusion::decide(values, outputs);
    Ok(vec![Confusion::of(&found, &judge.labels(), judge.classes())?.accuracy()])
}
