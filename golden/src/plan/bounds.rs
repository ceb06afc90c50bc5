//! Interval analysis: what every sum and every code of a plan can reach, for any input codes.

use super::{Plan, PlanNeuron, Stage, Tail, attenuate, square};
use crate::approx::Table;
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
        let mut tables: Vec<_> = self.tables.iter().map(TableRanges::new).collect();
        let mut all = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let neuron = |n| self.neuron_bounds(n, &formats, &ranges, &mut tables);
            let bounds: Vec<_> = layer.neurons.iter().map(neuron).collect();
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

    fn neuron_bounds(
        &self,
        n: &PlanNeuron,
        inputs: &[Format],
        ranges: &[Range],
        tables: &mut [TableRanges],
    ) -> NeuronBounds {
        let acc_frac = n.acc_frac(inputs);
        let acc = n.acc_range(inputs, ranges);
        let first = match n.stage {
            Stage::Linear { y } => y,
            Stage::Activated { z, .. } | Stage::Fused { z, .. } => z,
        };
        let round = |v| requantize(v, acc_frac, first, Rounding::HalfUp);
        let z = (round(acc.0), round(acc.1));
        // Signed, so that what an unsigned format cannot hold below 0 counts too.
        let wide = Format { signed: true, width: 63, frac: first.frac };
        let acc_saturates = [acc.0, acc.1].iter().any(|&v| {
            let unlimited = requantize(v, acc_frac, wide, Rounding::HalfUp);
            !first.contains(unlimited)
        });
        let (h, y) = match &n.stage {
            Stage::Linear { .. } => (z, z),
            Stage::Fused { table, .. } => {
                let y = tables[*table].over(z);
                (y, y)
            }
            Stage::Activated { z: zf, table, h, tail, y } => {
                let range = match table {
                    Some(t) => tables[*t].over(z),
                    None => map(z, |c| requantize(c as i128, zf.frac, *h, Rounding::HalfUp)),
                };
                (range, tail_range(*tail, range, *h, *y))
            }
        };
        NeuronBounds { acc_frac, acc, z, h, y, acc_saturates }
    }
}

/// Codes per block of [`TableRanges`].
const BLOCK: i64 = 1 << 12;

/// Exact output ranges of a table over intervals of arguments. Blocks of codes are run once, however many neurons ask.
struct TableRanges<'a> {
    table: &'a Table,
    /// What the blocks reach that were asked for, the most negative code's first.
    blocks: Vec<Option<Range>>,
}

impl<'a> TableRanges<'a> {
    fn new(table: &'a Table) -> TableRanges<'a> {
        let codes = table.input.max_code() - table.input.min_code() + 1;
        TableRanges { table, blocks: vec![None; (codes as u64).div_ceil(BLOCK as u64) as usize] }
    }

    /// The smallest and the largest result for the arguments of `z`.
    fn over(&mut self, z: Range) -> Range {
        let first = self.table.input.min_code();
        let block = |code: i64| (code - first) / BLOCK;
        let mut all = (i64::MAX, i64::MIN);
        for i in block(z.0)..=block(z.1) {
            let whole = (first + i * BLOCK, first + (i + 1) * BLOCK - 1);
            let part = (whole.0.max(z.0), whole.1.min(z.1));
            let reached = if part == whole { self.block(i as usize, whole) } else { self.run(part) };
            all = (all.0.min(reached.0), all.1.max(reached.1));
        }
        all
    }

    fn block(&mut self, i: usize, codes: Range) -> Range {
        let reached = self.blocks[i].unwrap_or_else(|| self.run(codes));
        *self.blocks[i].insert(reached)
    }

    fn run(&self, codes: Range) -> Range {
        let results = (codes.0..=codes.1).map(|z| self.table.eval(z));
        results.fold((i64::MAX, i64::MIN), |(lo, hi), y| (lo.min(y), hi.max(y)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approx::{Demand, approximate};

    #[test]
    fn blocks_give_what_running_every_code_gives() {
        let (z, y) =
            (Format { signed: true, width: 15, frac: 9 }, Format { signed: true, width: 12, frac: 8 });
        let function = "psoftplus(-0.5)".parse().expect("a function that turns");
        let table = approximate(&function, z, y, &Demand::default()).expect("a table");
        let mut ranges = TableRanges::new(&table);
        let ends = [-16384, -12289, -12288, -5000, -4096, -1, 0, 1, 4095, 4096, 9000, 16383];
        for (i, &lo) in ends.iter().enumerate() {
            for &hi in &ends[i..] {
                let all = (lo..=hi).map(|z| table.eval(z));
                let expected = (all.clone().min().unwrap(), all.max().unwrap());
                assert_eq!(ranges.over((lo, hi)), expected, "{lo}..={hi}");
            }
        }
        assert!(ranges.blocks.iter().all(Option::is_some), "every block was asked for");
    }
}
