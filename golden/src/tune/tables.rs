//! Moves of the coefficients of tables: the table that is built is the activation, whatever function it was made from.

use super::state::State;
use super::{Effort, Tuned};
use crate::approx::Table;
use crate::plan::{Plan, Stage};
use crate::tune::Aim;
use crate::watch::{self, Task};
use rayon::prelude::*;

/// Fewer samples in a segment say too little about it.
const LEAST: usize = 8;

/// A change of one coefficient of a table.
#[derive(Clone, Copy, Debug)]
struct Move {
    row: usize,
    coefficient: usize,
    by: i64,
}

impl Move {
    fn make(self, table: &mut Table) {
        table.segments[self.row][self.coefficient] += self.by;
    }

    fn undo(self, table: &mut Table) {
        table.segments[self.row][self.coefficient] -= self.by;
    }
}

/// Who reads a table, and which samples reach each of its rows.
pub(super) struct Readers {
    pub table: usize,
    /// Layer and neuron.
    pub neurons: Vec<(usize, usize)>,
    /// Samples by row.
    pub samples: Vec<Vec<usize>>,
}

/// Tunes the coefficients of a validated plan's tables on samples, as [`super::tune`] does its weights. No coefficient gets more bits
/// than its column has, so that the circuit stays as large. Certificates are made anew: they say how far a table is from the
/// function it came from.
///
/// # Panics
/// If `x` and `aim` have not as many samples.
pub fn tune_tables(plan: &mut Plan, x: &[i64], aim: &Aim, effort: Effort) -> Tuned {
    let rows = aim.rows(plan.layers.last().map_or(1, |l| l.neurons.len()));
    assert_eq!(x.len(), rows * plan.inputs.len(), "a row of inputs for every sample");
    let mut tuned = Tuned::default();
    let Some(mut state) = State::new(plan, x, aim) else { return tuned };
    state.price(0.0);
    (tuned.before, tuned.after) = (state.error(), state.error());
    tuned.adders = [state.adders(); 2];
    let task = Task::begin("moving tables", (effort.passes * plan.tables.len()) as u64);
    let widths: Vec<Vec<(i64, i64)>> = plan.tables.iter().map(limits).collect();
    while tuned.passes < effort.passes {
        let before = state.error();
        for (t, limits) in widths.iter().enumerate() {
            tuned.moves += state.table(t, limits);
            task.step();
        }
        tuned.passes += 1;
        tuned.after = state.error();
        if before - tuned.after <= effort.least * before {
            break;
        }
    }
    for (table, moved) in plan.tables.iter_mut().zip(state.tables()) {
        // What cannot be certified stays as it was.
        if table.segments != moved.segments
            && moved.validate().is_ok()
            && let Ok(certificate) = moved.certify()
        {
            *table = Table { certificate, ..moved.clone() };
        }
    }
    tuned
}

/// The least and the largest value of each coefficient that its column holds.
fn limits(table: &Table) -> Vec<(i64, i64)> {
    let one = |range: &crate::approx::Range| {
        let reach = range.hi.max(if range.lo < 0 { !range.lo } else { 0 }).max(0);
        let most = i64::MAX.checked_shr(reach.leading_zeros().max(1) - 1).unwrap_or(0);
        (if range.lo < 0 { !most } else { 0 }, most)
    };
    table.columns().iter().map(one).collect()
}

impl State<'_> {
    /// Moves the coefficients of a table. Gives how many moves were kept.
    fn table(&mut self, t: usize, limits: &[(i64, i64)]) -> usize {
        let watch = watch::here();
        let mut readers = self.readers(t);
        let Some(first) = readers.neurons.first().map(|r| r.0) else { return 0 };
        let deep = readers.neurons.iter().any(|r| r.0 > first);
        let moves = self.table_moves(&readers, limits);
        let tried: Vec<(f64, Move)> = moves
            .into_par_iter()
            .map_init(
                || self.plan().clone(),
                |probe, m| watch.within(|| (self.table_gain(probe, &readers, m), m)),
            )
            .collect();
        let mut good: Vec<(f64, Move)> = tried.into_iter().filter(|(gain, _)| *gain > 0.0).collect();
        good.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut probe = self.plan().clone();
        let mut kept = 0;
        for (_, m) in good {
            watch::check();
            let (lo, hi) = limits[m.coefficient];
            let to = probe.tables[t].segments[m.row][m.coefficient] + m.by;
            if (lo..=hi).contains(&to) && self.table_gain(&mut probe, &readers, m) > 0.0 {
                m.make(&mut probe.tables[t]);
                self.take_table(&probe, &readers, m.row);
                kept += 1;
                if deep {
                    readers = self.readers(t);
                }
            }
        }
        kept
    }

    /// The readers of a table, in the order of the layers.
    fn readers(&self, table: usize) -> Readers {
        let plan = self.plan();
        let reads = |stage: &Stage| match *stage {
            Stage::Fused { table: t, .. } | Stage::Activated { table: Some(t), .. } => t == table,
            _ => false,
        };
        let layers = plan.layers.iter().enumerate();
        let neurons: Vec<(usize, usize)> = layers
            .flat_map(|(l, layer)| {
                let those = layer.neurons.iter().enumerate().filter(|(_, n)| reads(&n.stage));
                those.map(move |(n, _)| (l, n))
            })
            .collect();
        let read = &plan.tables[table];
        let mut samples = vec![Vec::new(); read.segments.len()];
        for sample in 0..self.rows() {
            let row = |&(l, n): &(usize, usize)| read.row(read.argument(self.code(sample, l, n)));
            let mut rows: Vec<usize> = neurons.iter().filter_map(row).map(|(row, _)| row).collect();
            rows.sort_unstable();
            rows.dedup();
            rows.into_iter().for_each(|row| samples.get_mut(row).into_iter().for_each(|s| s.push(sample)));
        }
        Readers { table, neurons, samples }
    }

    fn table_moves(&self, readers: &Readers, limits: &[(i64, i64)]) -> Vec<Move> {
        let mut moves = Vec::new();
        for (row, coefficients) in self.plan().tables[readers.table].segments.iter().enumerate() {
            if readers.samples[row].len() < LEAST {
                continue;
            }
            for (coefficient, (&c, &(lo, hi))) in coefficients.iter().zip(limits).enumerate() {
                let bits = i64::BITS - hi.leading_zeros();
                let steps = (0..bits).map(|k| 1i64 << k).flat_map(|by| [by, -by]);
                let inside = steps.filter(|by| (lo..=hi).contains(&(c + by)));
                moves.extend(inside.map(|by| Move { row, coefficient, by }));
            }
        }
        moves
    }

    /// How much less the error of all samples is after a move, which `probe` makes and takes back.
    fn table_gain(&self, probe: &mut Plan, readers: &Readers, m: Move) -> f64 {
        m.make(&mut probe.tables[readers.table]);
        let (mut results, mut next) = (Vec::new(), Vec::new());
        let mut gain = 0.0;
        for &sample in &readers.samples[m.row] {
            gain += self.gain_with(probe, &readers.neurons, sample, &mut results, &mut next);
        }
        m.undo(&mut probe.tables[readers.table]);
        if gain > self.least() { gain } else { 0.0 }
    }
}
