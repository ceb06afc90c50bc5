//! The integer model, compiled for throughput: blocks of samples, one operation over all lanes at a time.
//!
//! A validated plan fits every intermediate into 63 bits, so `i64` lanes give what [`Plan::trace`] gives in `i128`;
//! a property test holds the two together. The loops are plain; `multiversion` compiles them for AVX-512, AVX2
//! and the baseline and picks at run time. Integers: the path cannot change a bit.

use super::{Argmax, Plan, PlanNeuron, Stage, Tail};
use crate::approx::{Fold, Side, Table};
use crate::num::Format;
use multiversion::multiversion;
use rayon::prelude::*;

/// Samples per block: a multiple of every SIMD width, small enough that a layer stays in the first-level cache.
const LANES: usize = 64;

/// One code per sample of a block.
type Lane = [i64; LANES];

/// A plan made ready to run.
pub struct Engine {
    inputs: usize,
    layers: Vec<Vec<Neuron>>,
    tables: Vec<FlatTable>,
    /// Left shifts of the scores, if the plan decides a class.
    argmax: Option<Vec<u32>>,
}

struct Neuron {
    /// Weights with the alignment shift folded in; zero weights are left out.
    terms: Vec<(usize, i64)>,
    bias: i64,
    stage: Op,
}

enum Op {
    Linear(Requant),
    Activated { z: Requant, table: Option<usize>, identity: Requant, tail: TailOp },
    Fused { z: Requant, table: usize },
}

enum TailOp {
    Ordinary(Requant),
    Amplifying(Requant),
    Attenuating { b: i64, shift: i32, y: (i64, i64) },
}

/// Round half up by `right`, or multiply by 2^left, then saturate.
#[derive(Clone, Copy)]
struct Requant {
    right: u32,
    left: u32,
    /// Operands outside saturate before the left shift, so that it cannot overflow.
    limit: (i64, i64),
    range: (i64, i64),
}

impl Requant {
    fn new(from_frac: i32, to: Format) -> Requant {
        let shift = from_frac - to.frac;
        let (right, left) = (shift.clamp(0, 63) as u32, (-shift).clamp(0, 63) as u32);
        let range = (to.min_code(), to.max_code());
        // One past the range, before the left shift: what lies beyond saturates anyway.
        let limit =
            if left > 0 { ((range.0 >> left) - 1, (range.1 >> left) + 1) } else { (i64::MIN, i64::MAX) };
        Requant { right, left, limit, range }
    }

    #[inline(always)]
    fn apply(self, v: &mut Lane) {
        if self.left > 0 {
            for v in v.iter_mut() {
                let inside = (*v).clamp(self.limit.0, self.limit.1);
                // A shift of up to 63 on a value within ±(2^47 >> left) + 1 stays inside i64 for left ≤ 62.
                *v = (inside << self.left.min(62)).clamp(self.range.0, self.range.1);
            }
        } else {
            // Half up on the shifted-out bits: (v >> r) + bit(r-1), which cannot overflow.
            for v in v.iter_mut() {
                let carry = if self.right > 0 { (*v >> (self.right - 1)) & 1 } else { 0 };
                *v = ((*v >> self.right) + carry).clamp(self.range.0, self.range.1);
            }
        }
    }
}

/// A table with its coefficients in one array per degree, and an all-zero segment past the end.
struct FlatTable {
    fold: Fold,
    offset: i64,
    guard: u32,
    segment_bits: u32,
    /// Equal segments are a tree whose blocks are the segments; past the last comes one of zeros.
    block_bits: u32,
    /// Per block: its first row, and the shift that stretches its segments.
    first: Vec<i64>,
    shift: Vec<i64>,
    /// `coefficients[i][segment]` is c_i.
    coefficients: Vec<Vec<i64>>,
    /// (t, s) per Horner step.
    steps: Vec<(u32, u32)>,
    positive: Side,
    negative: Side,
    range: (i64, i64),
    /// The code with an answer of its own, and the answer.
    exception: Option<(i64, i64)>,
}

impl FlatTable {
    fn new(t: &Table) -> FlatTable {
        let rows = t.segments.len();
        let degree = t.steps.len();
        let column = |i: usize| t.segments.iter().map(|c| c[i]).chain([0]).collect();
        let blocks = t.tree.as_ref().map_or(rows, |tree| tree.blocks.len());
        let block = |k: usize| match &t.tree {
            _ if k == blocks => (rows as i64, 0),
            Some(tree) => (tree.blocks[k].first as i64, tree.blocks[k].shift as i64),
            None => (k as i64, 0),
        };
        FlatTable {
            fold: t.fold,
            offset: t.input.min_code(),
            guard: t.guard,
            segment_bits: t.segment_bits,
            block_bits: t.tree.as_ref().map_or(t.segment_bits, |tree| tree.block_bits),
            first: (0..=blocks).map(|k| block(k).0).collect(),
            shift: (0..=blocks).map(|k| block(k).1).collect(),
            coefficients: (0..=degree).map(column).collect(),
            steps: t.steps.iter().map(|s| (s.t, s.s)).collect(),
            positive: t.positive,
            negative: if t.fold == Fold::Magnitude { t.negative } else { t.positive },
            range: (t.output.min_code(), t.output.max_code()),
            exception: t.lowest.map(|y| (t.input.min_code(), y)),
        }
    }

    #[inline(always)]
    fn apply(&self, z: &mut Lane) {
        let (mut m, mut block, mut segment) = ([0i64; LANES], [0usize; LANES], [0usize; LANES]);
        let (mut first, mut stretch) = ([0i64; LANES], [0i64; LANES]);
        let (mut x, mut p) = ([0i64; LANES], [0i64; LANES]);
        let half = (1i64 << self.segment_bits) >> 1;
        let mask = (1i64 << self.segment_bits) - 1;
        let last = self.first.len() as i64 - 1;
        for l in 0..LANES {
            m[l] = if self.fold == Fold::Offset { z[l] - self.offset } else { z[l].abs() };
            block[l] = (m[l] >> self.block_bits).clamp(0, last) as usize;
        }
        gather(&self.first, &block, &mut first);
        gather(&self.shift, &block, &mut stretch);
        for l in 0..LANES {
            let within = m[l] & ((1i64 << self.block_bits) - 1);
            segment[l] = (first[l] + (within >> (self.segment_bits as i64 - stretch[l]))) as usize;
            x[l] = ((m[l] << stretch[l]) & mask) - half;
        }
        let d = self.steps.len();
        gather(&self.coefficients[d], &segment, &mut p);
        let mut c = [0i64; LANES];
        for (&(t, s), column) in self.steps.iter().zip(self.coefficients[..d].iter().rev()) {
            gather(column, &segment, &mut c);
            for l in 0..LANES {
                p[l] = c[l] + ((p[l] * (x[l] >> t)) >> s);
            }
        }
        let odd = self.fold == Fold::Odd;
        for l in 0..LANES {
            let below = z[l] < 0 && self.fold != Fold::Offset;
            let (a, b) = (&self.negative, &self.positive);
            let slope = if below { a.slope } else { b.slope };
            let by = if below { a.slope_shift } else { b.slope_shift };
            let constant = if below { a.constant } else { b.constant };
            let sign = if below { a.residual } else { b.residual } as i64;
            let line = ((slope * m[l]) << by.max(0)) >> (-by).max(0);
            let y = (line + constant + sign * p[l]) >> self.guard;
            let y = (if odd && below { -y } else { y }).clamp(self.range.0, self.range.1);
            // No exception: an argument no code has.
            let (code, answer) = self.exception.unwrap_or((i64::MIN, 0));
            z[l] = if z[l] == code { answer } else { y };
        }
    }
}

#[inline(always)]
fn gather(column: &[i64], index: &[usize; LANES], out: &mut Lane) {
    let last = column.len() - 1;
    for l in 0..LANES {
        // The minimum keeps the access in bounds without a branch per lane.
        out[l] = column[index[l].min(last)];
    }
}

impl Engine {
    /// Compiles a validated plan.
    pub fn new(plan: &Plan) -> Engine {
        let layers = plan.layers.iter().enumerate().map(|(l, layer)| {
            let formats = plan.input_formats(l);
            layer.neurons.iter().map(|n| compile(n, &formats)).collect()
        });
        Engine {
            inputs: plan.inputs.len(),
            layers: layers.collect(),
            tables: plan.tables.iter().map(FlatTable::new).collect(),
            argmax: plan.argmax.as_ref().map(|_| Argmax::shifts(&plan.score_formats())),
        }
    }

    /// Inputs per sample.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Outputs per sample.
    pub fn outputs(&self) -> usize {
        if self.argmax.is_some() { 1 } else { self.layers.last().map_or(0, Vec::len) }
    }

    /// Output codes for input codes, both sample after sample, on the calling thread.
    ///
    /// # Panics
    /// If `x` is not a whole number of samples, or `y` has not as many.
    pub fn run_into(&self, x: &[i64], y: &mut [i64]) {
        assert_eq!(x.len() % self.inputs, 0, "a sample has {} inputs", self.inputs);
        assert_eq!(x.len() / self.inputs, y.len() / self.outputs(), "one output row per sample");
        let width = self.layers.iter().map(Vec::len).max().unwrap_or(0).max(self.inputs);
        let (mut a, mut b) = (vec![[0; LANES]; width], vec![[0; LANES]; width]);
        for (x, y) in x.chunks(LANES * self.inputs).zip(y.chunks_mut(LANES * self.outputs())) {
            let samples = x.len() / self.inputs;
            for (i, lane) in a[..self.inputs].iter_mut().enumerate() {
                for l in 0..samples {
                    lane[l] = x[l * self.inputs + i];
                }
            }
            for layer in &self.layers {
                run_layer(layer, &self.tables, &a, &mut b);
                std::mem::swap(&mut a, &mut b);
            }
            if let Some(shifts) = &self.argmax {
                decide(&mut a, shifts);
            }
            for l in 0..samples {
                for (o, lane) in a[..self.outputs()].iter().enumerate() {
                    y[l * self.outputs() + o] = lane[l];
                }
            }
        }
    }

    /// Output codes for input codes, on all threads of the current pool.
    pub fn run(&self, x: &[i64]) -> Vec<i64> {
        let mut y = vec![0; x.len() / self.inputs * self.outputs()];
        let chunk = 16 * LANES;
        let watch = crate::watch::here();
        x.par_chunks(chunk * self.inputs)
            .zip(y.par_chunks_mut(chunk * self.outputs()))
            .for_each(|(x, y)| watch.within(|| self.run_into(x, y)));
        y
    }
}

fn compile(n: &PlanNeuron, formats: &[Format]) -> Neuron {
    let frac = n.acc_frac(formats);
    let weight = |(i, &w): (usize, &i64)| (i, w << n.alignment(formats[i], frac));
    let terms = n.weights.iter().enumerate().filter(|(_, w)| **w != 0).map(weight).collect();
    let stage = match n.stage {
        Stage::Linear { y } => Op::Linear(Requant::new(frac, y)),
        Stage::Fused { z, table } => Op::Fused { z: Requant::new(frac, z), table },
        Stage::Activated { z, table, h, tail, y } => Op::Activated {
            z: Requant::new(frac, z),
            table,
            identity: Requant::new(z.frac, h),
            tail: match tail {
                Tail::Ordinary => TailOp::Ordinary(Requant::new(h.frac, y)),
                Tail::Amplifying => TailOp::Amplifying(Requant::new(2 * h.frac, y)),
                Tail::Attenuating { b } => {
                    TailOp::Attenuating { b, shift: h.frac + y.frac, y: (y.min_code(), y.max_code()) }
                }
            },
        },
    };
    Neuron { terms, bias: n.bias, stage }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2", "aarch64+neon"))]
fn run_layer(layer: &[Neuron], tables: &[FlatTable], x: &[Lane], y: &mut [Lane]) {
    for (neuron, out) in layer.iter().zip(y) {
        let mut acc = [neuron.bias; LANES];
        for &(i, w) in &neuron.terms {
            let lane = &x[i];
            for l in 0..LANES {
                acc[l] += w * lane[l];
            }
        }
        run_stage(&neuron.stage, tables, &mut acc);
        *out = acc;
    }
}

#[inline(always)]
fn run_stage(stage: &Op, tables: &[FlatTable], v: &mut Lane) {
    match stage {
        Op::Linear(q) => q.apply(v),
        Op::Fused { z, table } => {
            z.apply(v);
            tables[*table].apply(v);
        }
        Op::Activated { z, table, identity, tail } => {
            z.apply(v);
            match table {
                Some(t) => tables[*t].apply(v),
                None => identity.apply(v),
            }
            match tail {
                TailOp::Ordinary(q) => q.apply(v),
                TailOp::Amplifying(q) => {
                    for v in v.iter_mut() {
                        *v *= *v;
                    }
                    q.apply(v);
                }
                TailOp::Attenuating { b, shift, y } => divide(v, *b, *shift, *y),
            }
        }
    }
}

/// The index of the largest score replaces the first; a single one becomes whether it is above 0.
#[inline(always)]
fn decide(scores: &mut [Lane], shifts: &[u32]) {
    let (mut class, mut best) = ([0i64; LANES], [0i64; LANES]);
    if shifts.len() > 1 {
        best = scores[0].map(|v| v << shifts[0]);
    }
    let first = if shifts.len() > 1 { 1 } else { 0 };
    for (i, &by) in shifts.iter().enumerate().skip(first) {
        let index = i.max(1) as i64;
        for l in 0..LANES {
            let score = scores[i][l] << by;
            if score > best[l] {
                (best[l], class[l]) = (score, index);
            }
        }
    }
    scores[0] = class;
}

/// The attenuator on every lane; a plan that validates keeps numerator and denominator in 63 bits.
#[inline(always)]
fn divide(v: &mut Lane, b: i64, shift: i32, y: (i64, i64)) {
    for v in v.iter_mut() {
        let k = *v;
        let n = k.abs() << shift.max(0);
        let d = (k * k + b) << (-shift).max(0);
        let magnitude = (2 * n + d) / (2 * d);
        *v = (if k < 0 { -magnitude } else { magnitude }).clamp(y.0, y.1);
    }
}
