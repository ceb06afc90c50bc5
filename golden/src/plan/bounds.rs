//! Interval analysis: what every sum and every code of a plan can reach, for any input codes.

use super::{Plan, PlanNeuron, Stage, Tail, attenuate, square};
use crate::num::{Format, Rounding, requantize};

/// A closed interval of codes.
pub type Range = (i64, i64);

/// What one neuron can reach over all inputs the previous layer can produce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeuronBounds {
    /// Fraction bits of the exact sum.
    pub acc_frac: i32,
    /// The exact sum.
    pub acc: (i128, i128),
    /// The table argument, after saturation (equal to `y` for a linear stage).
    pub z: Range,
    /// The activation's result (equal to `y` for a linear or fused stage).
    pub h: Range,
    /// The output.
    pub y: Range,
    /// Whether the requantizer behind the sum can saturate.
    pub acc_saturates: bool,
}

impl PlanNeuron {
    /// Fraction bits of the exact sum: the most that any product has.
    pub fn acc_frac(&self, inputs: &[Format]) -> i32 {
        inputs.iter().map(|x| self.weight.frac + x.frac).max().unwrap_or(self.weight.frac)
    }

    /// Left shift that brings the product with input `x` to `acc_frac`.
    pub fn alignment(&self, x: Format, acc_frac: i32) -> u32 {
        (acc_frac - self.weight.frac - x.frac) as u32
    }

    /// Interval of the exact sum when input `i` stays in `ranges[i]`.
    pub fn acc_range(&self, inputs: &[Format], ranges: &[Range]) -> (i128, i128) {
        let frac = self.acc_frac(inputs);
        let (mut lo, mut hi) = (self.bias as i128, self.bias as i128);
        for ((&w, &x), &(a, b)) in self.weights.iter().zip(inputs).zip(ranges) {
            // A plan that is not yet validated may leave i128: far beyond what validation lets pass.
            let w = (w as i128) << self.alignment(x, frac);
            let (p, q) = (w.saturating_mul(a as i128), w.saturating_mul(b as i128));
            lo = lo.saturating_add(p.min(q));
            hi = hi.saturating_add(p.max(q));
        }
        (lo, hi)
    }
}

impl Plan {
    /// Interval analysis of every neuron, layer by layer, from the full range of the inputs' formats.
    pub fn bounds(&self) -> Vec<Vec<NeuronBounds>> {
        let mut formats = self.inputs.clone();
        let mut ranges: Vec<Range> = formats.iter().map(|f| (f.min_code(), f.max_code())).collect();
        let mut all = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let bounds: Vec<_> =
                layer.neurons.iter().map(|n| self.neuron_bounds(n, &formats, &ranges)).collect();
            formats = layer.neurons.iter().map(|n| self.output_format(n)).collect();
            ranges = bounds.iter().map(|b| b.y).collect();
            all.push(bounds);
        }
        all
    }

    /// The output format of a neuron.
    pub fn output_format(&self, neuron: &PlanNeuron) -> Format {
        match neuron.stage {
            Stage::Linear { y } | Stage::Activated { y, .. } => y,
            Stage::Fused { table, .. } => self.tables[table].output,
        }
    }

    /// The formats a layer reads: the plan's inputs, or the outputs of the layer before.
    pub fn input_formats(&self, layer: usize) -> Vec<Format> {
        match layer {
            0 => self.inputs.clone(),
            l => self.layers[l - 1].neurons.iter().map(|n| self.output_format(n)).collect(),
        }
    }

    fn neuron_bounds(&self, n: &PlanNeuron, inputs: &[Format], ranges: &[Range]) -> NeuronBounds {
        let acc_frac = n.acc_frac(inputs);
        let acc = n.acc_range(inputs, ranges);
        let first = match n.stage {
            Stage::Linear { y } => y,
            Stage::Activated { z, .. } | Stage::Fused { z, .. } => z,
        };
        let round = |v| requantize(v, acc_frac, first, Rounding::HalfUp);
        let z = (round(acc.0), round(acc.1));
        let wide = Format { width: 63, ..first };
        let acc_saturates = [acc.0, acc.1].iter().any(|&v| {
            let unlimited = requantize(v, acc_frac, wide, Rounding::HalfUp);
            !first.contains(unlimited)
        });
        let (h, y) = match &n.stage {
            Stage::Linear { .. } => (z, z),
            Stage::Fused { table, .. } => {
                let y = self.table_range(*table, z);
                (y, y)
            }
            Stage::Activated { z: zf, table, h, tail, y } => {
                let range = match table {
                    Some(t) => self.table_range(*t, z),
                    None => map(z, |c| requantize(c as i128, zf.frac, *h, Rounding::HalfUp)),
                };
                (range, tail_range(*tail, range, *h, *y))
            }
        };
        NeuronBounds { acc_frac, acc, z, h, y, acc_saturates }
    }

    /// Exact output range of a table over an interval of arguments (every code is run).
    fn table_range(&self, table: usize, z: Range) -> Range {
        let t = &self.tables[table];
        (z.0..=z.1).map(|c| t.eval(c)).fold((i64::MAX, i64::MIN), |(lo, hi), y| (lo.min(y), hi.max(y)))
    }
}

fn map(r: Range, f: impl Fn(i64) -> i64) -> Range {
    (f(r.0), f(r.1))
}

fn tail_range(tail: Tail, h: Range, hf: Format, yf: Format) -> Range {
    match tail {
        Tail::Ordinary => map(h, |c| requantize(c as i128, hf.frac, yf, Rounding::HalfUp)),
        Tail::Amplifying => {
            let (a, b) = (square(h.0, hf, yf), square(h.1, hf, yf));
            (if h.0 <= 0 && h.1 >= 0 { 0 } else { a.min(b) }, a.max(b))
        }
        Tail::Attenuating { b } => {
            // Extremes at the ends and at k = ±√B, where the curve turns.
            let root = (b as u64).isqrt() as i64;
            let turns = [-root - 1, -root, root, root + 1];
            let inside = turns.into_iter().filter(|&k| h.0 <= k && k <= h.1);
            inside
                .chain([h.0, h.1])
                .map(|k| attenuate(k, b, hf, yf))
                .fold((i64::MAX, i64::MIN), |(lo, hi), y| (lo.min(y), hi.max(y)))
        }
    }
}
