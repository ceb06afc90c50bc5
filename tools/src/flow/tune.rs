//! Training and fine-tuning of a plan towards its network, and whether it helped.

use super::evaluate::{self, codes_of, input_codes};
use super::quantize::Points;
use crate::term;
use gainstage_golden::data::{Confusion, Samples};
use gainstage_golden::net::Network;
use gainstage_golden::plan::Plan;
use gainstage_golden::qat;
use gainstage_golden::text::count;
use gainstage_golden::tune::{Aim, Effort, tune, tune_tables};

/// Samples that codes are moved by, at most.
const MOST: usize = 4000;

/// Samples that integers are trained on, at most, and those that select.
const LESSONS: usize = 16_000;
const SELECT: usize = 4000;

/// Points of a box, at most: its neighbours are like them.
const BOXED: usize = 4000;

/// So many samples have a part held out.
const FEW: usize = 50;

/// One of so many samples is held out of tuning, to judge it by.
const HELD: usize = 5;

/// Samples that codes are moved by, and those that say whether that was good, each as often as it
/// [counts](Samples::counted).
pub struct Tuning {
    moved: Samples,
    held: Samples,
    aim: Aim,
    lessons: Lessons,
    /// Whether the network is pruned: what is 0 stays so.
    sparse: bool,
}

/// What integers are trained on.
struct Lessons {
    x: Vec<f64>,
    aim: Aim,
    seen: Vec<usize>,
    held: Vec<usize>,
}

impl Lessons {
    /// Samples of classes, or of values in a file; where values may come from anywhere in a box, its points: the network says what
    /// is right there.
    fn of(samples: &Samples, network: &Network, points: &Points) -> Lessons {
        let boxed = matches!(points, Points::Box(_));
        let x = match (points, samples.classes()) {
            (Points::Box(_), []) => points.calibration().points,
            _ => samples.shared_x(),
        };
        let most = if boxed { BOXED } else { LESSONS };
        let (seen, mut held) = parts(x.len() / samples.inputs().max(1), most);
        held.truncate(SELECT.min(most / 2));
        let held = if held.is_empty() { seen.clone() } else { held };
        let (seen, held) = (samples.counted(&seen), samples.counted(&held));
        // Of many samples only those are computed that are looked at.
        let mut rows = [&seen[..], &held].concat();
        rows.sort_unstable();
        rows.dedup();
        let point = |&row: &usize| &x[row * samples.inputs()..][..samples.inputs()];
        let x: Vec<f64> = rows.iter().flat_map(point).copied().collect();
        let outputs = network.eval_all(&x);
        let aim = match samples.classes() {
            [] => Aim::Values(outputs),
            _ => towards(outputs, &samples.select(&rows).unwrap_or_else(|| samples.clone())),
        };
        let place = |row: &usize| rows.binary_search(row).unwrap_or(0);
        Lessons { x, aim, seen: seen.iter().map(place).collect(), held: held.iter().map(place).collect() }
    }
}

/// Towards the outputs of a network, and of classes towards the right one.
fn towards(outputs: Vec<f64>, samples: &Samples) -> Aim {
    match samples.classes() {
        [] => Aim::Values(outputs),
        _ => Aim::scores(outputs, &samples.labels()),
    }
}

/// Rows that codes are moved by, in order, and those that are held out; of few, none.
fn parts(rows: usize, most: usize) -> (Vec<usize>, Vec<usize>) {
    // Files are often sorted, or classes take turns: the parts follow a hash of the row.
    let mut rows: Vec<usize> = (0..rows).collect();
    rows.sort_by_key(|&row| ((row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15), row));
    let held = if rows.len() < FEW { Vec::new() } else { rows.split_off(rows.len() - rows.len() / HELD) };
    rows.truncate(most);
    rows.sort_unstable();
    (rows, held)
}

impl Tuning {
    /// The parts of samples with targets; of few, all are both. Codes move towards the outputs of the network.
    pub fn of(samples: &Samples, network: &Network, points: &Points) -> Tuning {
        let (rows, held) = parts(samples.rows(), MOST);
        let part = |rows: &[usize]| samples.select(&samples.counted(rows)).unwrap_or_else(|| samples.clone());
        let moved = part(&rows);
        let held = if held.is_empty() { samples.repeated() } else { part(&held) };
        let aim = towards(evaluate::float(network, &moved), &moved);
        Tuning {
            moved,
            held,
            aim,
            lessons: Lessons::of(samples, network, points),
            sparse: network.is_pruned(),
        }
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
            if left(&plan, &moved, judge)? > 1.0 {
                return Ok(plan);
            }
        }
        Ok(moved)
    }

    /// Trains the integers of a plan that decides nothing yet, whether that helps or not. Plans with sums that are too wide stay.
    pub fn trained(&self, plan: &Plan, effort: &qat::Effort) -> Plan {
        let (mut trained, l) = (plan.clone(), &self.lessons);
        let effort = qat::Effort { sparse: self.sparse, ..effort.clone() };
        qat::train(&mut trained, (&l.x, &l.aim), (&l.seen, &l.held), &effort);
        trained
    }

    /// Moves the coefficients of a plan's tables, then codes again. The plan stays where that is worse for what is held out.
    ///
    /// # Errors
    /// Samples without targets.
    pub fn with_tables(&self, plan: Plan) -> anyhow::Result<Plan> {
        let (l, outputs) = (&self.lessons, plan.score_formats().len());
        let part = |rows: &[usize]| {
            let rows: Vec<usize> = rows.iter().step_by(rows.len().div_ceil(MOST).max(1)).copied().collect();
            let inputs = plan.inputs.len();
            let x: Vec<f64> = rows.iter().flat_map(|r| &l.x[r * inputs..][..inputs]).copied().collect();
            (codes_of(&plan, &x), l.aim.pick(&rows, outputs))
        };
        let (x, aim) = part(&l.seen);
        let mut moved = plan.clone();
        let tuned = tune_tables(&mut moved, &x, &aim, TABLES);
        let moved = self.run(moved, Effort { passes: TABLES.passes, ..Effort::default() })?;
        let (x, aim) = part(&l.held);
        let error = |plan: &Plan| tune(&mut plan.clone(), &x, &aim, Effort { passes: 0, ..TABLES }).before;
        let (before, after) = (error(&plan), error(&moved));
        let verdict = if after < before { "kept" } else { "no better: left" };
        term::say(&format!(
            "tables trained: {} moved, error of what is held out {after:.4e} for {before:.4e}: {verdict}",
            count(tuned.moves, "coefficient")
        ));
        Ok(if after < before { moved } else { plan })
    }

    /// Whether another plan is better: no worse on the samples held out, and better on these and the others together.
    ///
    /// # Errors
    /// Samples without targets.
    pub fn prefers(&self, plan: &Plan, other: &Plan) -> anyhow::Result<bool> {
        let (held, moved) = (left(plan, other, &self.held)?, left(plan, other, &self.moved)?);
        Ok(held <= 1.0 && held + moved < 2.0)
    }

    /// Moves codes at the price of the effort. Gives the bits of the adders before and after.
    pub fn moved(&self, plan: &Plan, effort: Effort) -> (Plan, [u64; 2]) {
        let mut moved = plan.clone();
        let effort = Effort { sparse: self.sparse, ..effort };
        let tuned = tune(&mut moved, &input_codes(plan, &self.moved), &self.aim, effort);
        (moved, tuned.adders)
    }
}

/// How tables are moved.
const TABLES: Effort = Effort { passes: 4, work: 0.0, least: 0.01, price: 0.0, sparse: false };

/// What is left of a plan's error with another one: the mean over the outputs; classes have one figure.
///
/// # Errors
/// Samples without targets.
fn left(plan: &Plan, other: &Plan, judge: &Samples) -> anyhow::Result<f64> {
    let (before, after) = (worths(plan, judge)?, worths(other, judge)?);
    let wrong = |worth: f64| if judge.classes().is_empty() { -worth } else { 1.0 - worth };
    let share = |(b, a): (&f64, &f64)| if a == b { 1.0 } else { wrong(*a) / wrong(*b) };
    Ok(before.iter().zip(&after).map(share).sum::<f64>() / before.len().max(1) as f64)
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
