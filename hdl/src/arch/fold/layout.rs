//! What formats alone say about an engine: alignments, ranges, and the constants of its neurons.
//!
//! No range here may depend on a weight or a bias, so that other weights fit the same circuit.

use crate::expr::Range;
use crate::units::Way;
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Plan, PlanNeuron, Stage, Tail};
use std::ops::Range as Span;

/// From the rounded sum to h.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Source {
    /// What the sum saturates to; the binary point does not matter.
    pub z: Format,
    /// What follows.
    pub then: Then,
}

/// From z to h.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Then {
    /// A table of the plan.
    Table(usize),
    /// Rounded by a shift into a format.
    Shift(i32, Format),
}

/// One neuron of an engine.
pub struct Cell<'a> {
    /// Its layer.
    pub layer: usize,
    /// Its number in the layer.
    pub neuron: usize,
    /// What the plan says.
    pub plan: &'a PlanNeuron,
    /// Formats of its inputs.
    pub inputs: Vec<Format>,
    /// Its source's number.
    pub source: usize,
    /// Its way's number.
    pub way: usize,
}

/// The neurons of an engine and what they share.
pub struct Layout<'a> {
    /// All neurons, layer by layer.
    pub cells: Vec<Cell<'a>>,
    /// The different sources.
    pub sources: Vec<Source>,
    /// The different ways, those with the divider first.
    pub ways: Vec<Way>,
    /// The shift of the rounding behind every sum: sums are raised so that one serves all.
    pub rounding: i32,
    /// The different raises.
    pub raises: Vec<u32>,
}

fn codes(f: Format) -> Range {
    Range::new(f.min_code() as i128, f.max_code() as i128)
}

fn product(a: Range, b: Range) -> Range {
    let corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
    corners.iter().fold(Range { lo: 0, hi: 0 }, |r, &c| Range { lo: r.lo.min(c), hi: r.hi.max(c) })
}

/// Formats whose binary point does not matter compare equal.
fn pointless(f: Format) -> Format {
    Format { frac: 0, ..f }
}

/// What the sum is rounded to.
fn first(stage: &Stage) -> Format {
    match *stage {
        Stage::Linear { y } => y,
        Stage::Fused { z, .. } | Stage::Activated { z, .. } => z,
    }
}

/// The source and the way of a stage.
fn path(plan: &Plan, stage: &Stage) -> (Source, Way) {
    let z = pointless(first(stage));
    match *stage {
        Stage::Linear { y } => (Source { z, then: Then::Shift(0, z) }, Way::new(Tail::Ordinary, y, y)),
        Stage::Fused { table, .. } => {
            let y = plan.tables[table].output;
            (Source { z, then: Then::Table(table) }, Way::new(Tail::Ordinary, y, y))
        }
        Stage::Activated { z: from, table, h, tail, y } => {
            let then = table.map_or(Then::Shift(from.frac - h.frac, pointless(h)), Then::Table);
            (Source { z, then }, Way::new(tail, h, y))
        }
    }
}

impl<'a> Layout<'a> {
    /// Of some layers of a plan.
    pub fn new(plan: &'a Plan, layers: Span<usize>) -> Layout<'a> {
        let neurons = || {
            let all = layers.clone().map(|l| (l, &plan.layers[l].neurons));
            all.flat_map(|(l, neurons)| neurons.iter().enumerate().map(move |(n, p)| (l, n, p)))
        };
        let (mut sources, mut ways) = (Vec::new(), Vec::new());
        for (_, _, neuron) in neurons() {
            let (source, way) = path(plan, &neuron.stage);
            if !sources.contains(&source) {
                sources.push(source);
            }
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        ways.sort_by_key(|w| !w.divides());
        let mut rounding = i32::MIN;
        let mut cells = Vec::new();
        for (layer, neuron, p) in neurons() {
            let inputs = plan.input_formats(layer);
            rounding = rounding.max(p.acc_frac(&inputs) - first(&p.stage).frac);
            let (source, way) = path(plan, &p.stage);
            let source = sources.iter().position(|s| *s == source).unwrap_or(0);
            let way = ways.iter().position(|w| *w == way).unwrap_or(0);
            cells.push(Cell { layer, neuron, plan: p, inputs, source, way });
        }
        let mut layout = Layout { cells, sources, ways, rounding, raises: Vec::new() };
        layout.raises = layout.cells.iter().map(|c| layout.raise(c)).collect();
        layout.raises.sort_unstable();
        layout.raises.dedup();
        layout
    }

    /// The number of a neuron's cell.
    pub fn cell(&self, layer: usize, neuron: usize) -> usize {
        self.cells.iter().position(|c| (c.layer, c.neuron) == (layer, neuron)).unwrap_or(0)
    }

    /// Left shift of a cell's product with input `i`: that of the input, since a neuron's weights share a format.
    pub fn shift(&self, cell: &Cell, i: usize) -> u32 {
        cell.plan.alignment(cell.inputs[i], cell.plan.acc_frac(&cell.inputs))
    }

    /// Left shift of a cell's sum, bias included.
    pub fn raise(&self, cell: &Cell) -> u32 {
        (self.rounding - self.own_rounding(cell)) as u32
    }

    /// The shift of the rounding that a cell's sum needs as it is.
    fn own_rounding(&self, cell: &Cell) -> i32 {
        cell.plan.acc_frac(&cell.inputs) - first(&cell.plan.stage).frac
    }

    /// Every integer that is a code of one of the formats.
    fn hull(formats: impl Iterator<Item = Format>) -> Range {
        formats.map(codes).reduce(Range::hull).unwrap_or(Range { lo: 0, hi: 0 })
    }

    /// Weights of any cell; 0 is among them.
    pub fn weights(&self) -> Range {
        Self::hull(self.cells.iter().map(|c| c.plan.weight))
    }

    /// Results of any cell before the last layer.
    pub fn results(&self, plan: &Plan) -> Range {
        let last = self.cells.last().map_or(0, |c| c.layer);
        Self::hull(self.cells.iter().filter(|c| c.layer < last).map(|c| plan.output_format(c.plan)))
    }

    /// What the products of a cell add up to.
    fn products(&self, cell: &Cell) -> Range {
        let terms = cell.inputs.iter().enumerate().map(|(i, &x)| {
            let p = product(codes(cell.plan.weight), codes(x));
            Range { lo: p.lo << self.shift(cell, i), hi: p.hi << self.shift(cell, i) }
        });
        terms.fold(Range { lo: 0, hi: 0 }, |a, b| Range { lo: a.lo + b.lo, hi: a.hi + b.hi })
    }

    /// What the products of any cell add up to.
    pub fn sums(&self) -> Range {
        self.cells.iter().map(|c| self.products(c)).reduce(Range::hull).unwrap_or(Range { lo: 0, hi: 0 })
    }

    /// Biases that matter to a cell: beyond them the sum saturates whatever the inputs are.
    fn bias_limits(&self, cell: &Cell) -> Range {
        let (p, z, rounding) = (self.products(cell), codes(first(&cell.plan.stage)), self.own_rounding(cell));
        let scale = |v: i128| if rounding >= 0 { v << rounding } else { v >> -rounding };
        Range { lo: scale(z.lo - 1) - p.hi - 1, hi: scale(z.hi + 1) - p.lo + 1 }
    }

    /// Biases of any cell.
    pub fn biases(&self) -> Range {
        self.cells.iter().map(|c| self.bias_limits(c)).reduce(Range::hull).unwrap_or(Range { lo: 0, hi: 0 })
    }

    /// The bias of a cell, or the end of its range where it saturates the sum anyway.
    pub fn bias(&self, cell: &Cell) -> i128 {
        let limits = self.bias_limits(cell);
        (cell.plan.bias as i128).clamp(limits.lo, limits.hi)
    }

    /// The sums of any cell, with their biases and raised.
    pub fn totals(&self) -> Range {
        let total = |c: &Cell| {
            let (p, b, raise) = (self.products(c), self.bias_limits(c), self.raise(c));
            Range { lo: (p.lo + b.lo) << raise, hi: (p.hi + b.hi) << raise }
        };
        self.cells.iter().map(total).reduce(Range::hull).unwrap_or(Range { lo: 0, hi: 0 })
    }
}
