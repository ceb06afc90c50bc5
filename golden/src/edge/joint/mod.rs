//! Joint tables: a table of a few inputs side by side says the class outright.
//!
//! A circuit of a few dozen look-up tables has no room for sums. Two inputs of five bits are one argument of ten, and the class is a
//! table of it. What a cell of the table says follows from the training samples in it and, where they are few, from networks in real
//! numbers that were trained with these inputs alone.

mod cells;
mod choice;

use super::coded::BELIEF;
use super::front::{Point, Search, ports, split};
use super::price::price;
use super::train::Setting;
use super::{Circuit, Coded, Edge, EdgeError, Goal, Layer, Output, Port, Progress, Sum, Window};
use crate::data::Samples;
use cells::Cells;

/// Inputs of a joint table at most.
const INPUTS: usize = 3;

/// Bits of the arguments by which cells are learned: all inputs together, and one of them at most.
const FINE: (u32, u32) = (14, 7);

/// Bits of the arguments at least.
const LEAST: u32 = 4;

/// So many samples' worth of the networks' likelihoods is in each cell, beside the samples themselves.
const PRIORS: [f64; 2] = [2.0, 16.0];

/// Entropy in bits that a window may cost which takes no logic.
const FREE_WINDOW: f64 = 0.6;

/// Circuits of joint tables with arguments of at most `setting.joint` bits. Nothing where there is one input.
///
/// # Errors
/// As [`super::front`].
pub(super) fn joint(
    samples: &Samples,
    search: &Search,
    setting: &Setting,
    teacher: Option<&[f32]>,
    progress: &dyn Progress,
    each: &mut dyn FnMut(Point),
) -> Result<(), EdgeError> {
    let goal = Goal::of(samples, setting.result_bits)?;
    let (held, used) = split(samples.rows(), search)?;
    let (held, used) = (samples.counted(&held), samples.counted(&used));
    let mut inputs = Vec::new();
    for count in 1..=INPUTS.min(samples.inputs()) {
        let fine = (FINE.0 / count as u32).min(FINE.1);
        let window = |fixed| Window { free: FREE_WINDOW, ..Window::new(fine, true, fixed) };
        let ports = ports(samples, search, window)?;
        let all = Coded::new(samples, &ports, &goal);
        let train = teacher.map_or(all.clone(), |said| all.clone().taught(said)).pick(&used);
        inputs.extend(choice::next_input(&train, &inputs, &ports));
        if progress.cancelled() || inputs.len() < count {
            return Ok(());
        }
        if count == 1 {
            continue;
        }
        let widths: Vec<u32> = inputs.iter().map(|&i| ports[i].bits).collect();
        let cells = Cells::learn(&train.columns(&inputs), &goal, &widths, setting, &|| progress.cancelled());
        let held = all.pick(&held);
        for bits in allocations(&widths, setting.joint) {
            for prior in PRIORS {
                let table = Table { inputs: &inputs, bits: &bits, classes: cells.table(&bits, prior) };
                each(table.judged(&ports, &held, &cells, setting));
            }
        }
    }
    Ok(())
}

/// All ways to give each input at least two and at most so many bits, with a sum within the limits.
fn allocations(widths: &[u32], most: u32) -> Vec<Vec<u32>> {
    let mut all = vec![vec![]];
    for &width in widths {
        let more = all.iter().flat_map(|bits: &Vec<u32>| {
            (2..=width).map(move |b| bits.iter().copied().chain([b]).collect::<Vec<u32>>())
        });
        all = more.collect();
    }
    all.retain(|bits| (LEAST..=most).contains(&bits.iter().sum::<u32>()));
    all
}

/// The class for every argument.
struct Table<'a> {
    inputs: &'a [usize],
    /// Of each input, the first in the lowest bits.
    bits: &'a [u32],
    classes: Vec<usize>,
}

impl Table<'_> {
    /// The circuit, and how good it is on samples held out; `ports` are those of the finest arguments, which `held` has.
    fn judged(&self, ports: &[Port], held: &Coded, cells: &Cells, setting: &Setting) -> Point {
        let fine = self.circuit(ports, cells.goal().outputs(), |width, _| width);
        let (mut errors, mut expected) = (0usize, 0.0);
        let read = held.columns(self.inputs);
        for s in 0..held.rows() {
            let class = Circuit::decide(&fine.run(held.row(s)));
            let wrong = class != held.labels[s];
            errors += usize::from(wrong);
            let likely = f64::from(cells.likely(read.row(s))[class]);
            expected +=
                f64::from(1.0 - BELIEF) * f64::from(u8::from(wrong)) + f64::from(BELIEF) * (1.0 - likely);
        }
        let sure = Confidence::of(expected, held.rows(), cells.classes());
        let circuit = self.circuit(ports, cells.goal().outputs(), |_, bits| bits).simplified(cells.goal());
        let (lut, error) = (price(&circuit, false), errors as f64 / held.rows() as f64);
        let setting = Setting { result_bits: sure.result_bits(), ..setting.clone() };
        Point { circuit, lut, error, expected: sure.expected, loss: sure.loss(), setting }
    }

    /// The circuit whose ports have arguments of `width(of the port, in the table)` bits.
    fn circuit(&self, ports: &[Port], scores: usize, width: impl Fn(u32, u32) -> u32) -> Circuit {
        let mut ports = ports.to_vec();
        let (mut edges, mut place) = (Vec::new(), 0);
        for (&i, &bits) in self.inputs.iter().zip(self.bits) {
            let port = &mut ports[i];
            let kept = width(port.bits, bits);
            port.shift += port.bits - kept;
            port.bits = kept;
            let values = (0..1i64 << kept).map(|c| c >> (kept - bits) << place);
            edges.push(Edge { source: i, values: values.collect() });
            place += bits;
        }
        let output = Output::Argument { shift: 0, bits: place };
        let argument = Layer { sums: vec![Sum { bias: 0, edges, output }] };
        let score = |class: usize, other: i64| {
            let values = self.classes.iter().map(|&c| if c == class { 1 } else { other }).collect();
            Sum { bias: 0, edges: vec![Edge { source: 0, values }], output: Output::Result { frac: 0 } }
        };
        // A single score stands against 0.
        let sums = if scores == 1 { vec![score(1, -1)] } else { (0..scores).map(|k| score(k, 0)).collect() };
        Circuit { ports, layers: vec![argument, Layer { sums }] }
    }
}

/// How sure a decision is, whatever the sample.
///
/// Of many tables the one with the fewest errors on few samples is mostly lucky: what tells them apart is the share of errors
/// that the networks expect, who saw none of these samples, and the labels, as far as either is believed in training.
struct Confidence {
    expected: f64,
    /// The likelihood of an error, as Agresti and Coull estimate a share (1998).
    wrong: f64,
    others: f64,
}

impl Confidence {
    fn of(errors: f64, rows: usize, classes: usize) -> Confidence {
        let wrong = (errors + 2.0) / (rows as f64 + 4.0);
        Confidence { expected: errors / rows as f64, wrong, others: classes as f64 - 1.0 }
    }

    /// The cross-entropy in nats: an error is any of the other classes.
    fn loss(&self) -> f64 {
        let (wrong, right) = (libm::log(self.wrong / self.others), libm::log(1.0 - self.wrong));
        -self.expected * wrong - (1.0 - self.expected) * right
    }

    /// Scores that are 1 apart, or 2 with a single one, are a logit of these bits apart.
    fn result_bits(&self) -> i32 {
        let logit = libm::log((1.0 - self.wrong) * self.others / self.wrong).max(0.25);
        -libm::round(libm::log2(logit)) as i32
    }
}

#[cfg(test)]
mod tests;
