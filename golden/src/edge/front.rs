//! Many networks, each from large to small, and the circuits among them that no other beats.

use super::eliminate::chain;
use super::joint::joint;
use super::tuple::Tuples;
use super::{Circuit, Coded, EdgeError, Goal, Judged, Port, Setting, Window, price};
use crate::data::Samples;
use crate::num::Format;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Share of the samples that training does not see: they select.
const HELD: f64 = 0.2;

/// Fewer samples than this do not tell circuits apart by their labels alone: a teacher, who did not see them, has a say too.
const FEW: usize = 300;

/// Fewer samples than this cannot be divided.
const LEAST: usize = 10;

/// A circuit, and how good it is on samples that its training did not see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The integers.
    pub circuit: Circuit,
    /// Estimated look-up tables, without the decision between scores.
    pub lut: usize,
    /// Share of errors, or root mean square error in deviations of the target, on samples held out of training, each as often
    /// as it [counts](Samples::counted).
    pub error: f64,
    /// The share of errors that is to be expected on them, where a teacher has a say too; otherwise the error.
    pub expected: f64,
    /// Mean loss on them.
    pub loss: f64,
    /// What it was trained with.
    pub setting: Setting,
}

/// What a search is told.
#[derive(Clone, Debug)]
pub struct Search {
    /// Formats of ports that the user fixed.
    pub fixed: Vec<Option<Format>>,
    /// Seed of the split.
    pub seed: u64,
}

/// Who is told of the search, and may end it.
pub trait Progress: Sync {
    /// Whether to stop.
    fn cancelled(&self) -> bool;
}

/// Trains with a setting, and with a teacher if there is one, and gives the circuits from large to small.
///
/// # Errors
/// Samples that nothing can be learned from, ports that do not suit them.
pub fn front(
    samples: &Samples,
    search: &Search,
    setting: &Setting,
    teacher: Option<&[f32]>,
    progress: &dyn Progress,
    each: &mut dyn FnMut(Point),
) -> Result<(), EdgeError> {
    if setting.joint > 0 {
        return joint(samples, search, setting, teacher, progress, each);
    }
    let goal = Goal::of(samples, setting.result_bits)?;
    let clip = !samples.classes().is_empty();
    let ports = ports(samples, search, |fixed| Window::new(setting.input_bits, clip, fixed))?;
    let coded = Coded::new(samples, &ports, &goal);
    let (held, used) = split(coded.rows(), search)?;
    let taught = teacher.map_or(coded.clone(), |said| coded.clone().taught(said));
    // Tables of tuples are learned cell by cell, and better from labels.
    let lesson = if setting.tuple > 0 { &coded } else { &taught };
    let used = lesson.pick(&samples.counted(&used));
    let judge = if held.len() < FEW { &taught } else { &coded };
    let held = judge.pick(&samples.counted(&held));
    let tuples = (setting.tuple > 0).then(|| Tuples::choose(&used, &ports, setting));
    let (arguments, used) = match &tuples {
        Some(tuples) => (tuples.ports(), tuples.coded(&used)),
        None => (ports.clone(), used),
    };
    if arguments.is_empty() {
        return Ok(());
    }
    chain(&used, &goal, &arguments, setting, &|| progress.cancelled(), &mut |circuit| {
        let circuit = match &tuples {
            Some(tuples) => tuples.ahead(&ports, circuit).simplified(&goal),
            None => circuit,
        };
        let Judged { error, expected, loss } = circuit.judge(&held, &goal);
        let lut = price(&circuit, false);
        each(Point { circuit, lut, error, expected, loss, setting: setting.clone() });
        true
    });
    Ok(())
}

/// How many of so many samples select.
pub fn selecting(rows: usize) -> usize {
    (rows as f64 * HELD) as usize
}

/// The samples that select, and those that train.
///
/// # Errors
/// Fewer than can be divided.
pub fn split(rows: usize, search: &Search) -> Result<(Vec<usize>, Vec<usize>), EdgeError> {
    if rows < LEAST {
        return Err(EdgeError::Few(rows));
    }
    let mut order: Vec<usize> = (0..rows).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(search.seed));
    let used = order.split_off(selecting(rows));
    Ok((order, used))
}

/// Refuses samples of which no input changes.
pub(crate) fn can_vary(samples: &Samples) -> Result<(), EdgeError> {
    let constant = |i: usize| {
        let (lo, hi) = samples.input_range(i);
        lo == hi
    };
    if (0..samples.inputs()).all(constant) { Err(EdgeError::ConstantInputs) } else { Ok(()) }
}

/// A port for every input, each with a window that depends on the format that is fixed.
pub(super) fn ports(
    samples: &Samples,
    search: &Search,
    window: impl Fn(Option<Format>) -> Window,
) -> Result<Vec<Port>, EdgeError> {
    can_vary(samples)?;
    let port = |i: usize| {
        let column: Vec<f64> = samples.x().iter().skip(i).step_by(samples.inputs()).copied().collect();
        Port::fit(&column, window(search.fixed.get(i).copied().flatten()), i)
    };
    (0..samples.inputs()).map(port).collect()
}

impl Point {
    /// What selects: expected error and loss held out, both to be small. The error counts samples, and the least of many circuits'
    /// is mostly luck where few are held out; the loss says by how much each is decided. Of values both rise together.
    pub fn merit(&self) -> f64 {
        self.expected + self.loss
    }
}

/// The points that no other beats: from the fewest look-up tables on, each of better merit than all before it.
pub fn undominated(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a.lut.cmp(&b.lut).then(a.merit().total_cmp(&b.merit())));
    let mut best = f64::INFINITY;
    points.retain(|p| {
        let better = p.merit() < best;
        best = best.min(p.merit());
        better
    });
    points
}
