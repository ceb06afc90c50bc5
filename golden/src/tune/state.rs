//! A plan at work on samples: every exact sum and result, kept up to date while codes move.

use super::aim::{Aim, Judge};
use super::neuron::{Move, Neuron, digits};
use super::tables::Readers;
use crate::approx::Table;
use crate::plan::Plan;

struct Layer {
    neurons: Vec<Neuron>,
    /// Exact sums and results, sample after sample.
    sums: Vec<i64>,
    results: Vec<i64>,
}

/// The plan at work.
pub(super) struct State<'a> {
    plan: Plan,
    inputs: usize,
    x: &'a [i64],
    layers: Vec<Layer>,
    judge: Judge,
    errors: Vec<f64>,
    /// The error of all samples that a bit of an adder is worth.
    bit: f64,
    /// What is less is rounding, and no gain.
    least: f64,
}

impl<'a> State<'a> {
    /// Nothing for sums that are too wide.
    pub fn new(plan: &Plan, x: &'a [i64], aim: &Aim) -> Option<State<'a>> {
        let plan = Plan { argmax: None, softmax: None, ..plan.clone() };
        let mut layers = Vec::new();
        for (l, layer) in plan.layers.iter().enumerate() {
            let formats = plan.input_formats(l);
            let neurons = layer
                .neurons
                .iter()
                .enumerate()
                .map(|(n, neuron)| Neuron::of(&plan, neuron, &formats, (l, n)));
            layers.push(Layer {
                neurons: neurons.collect::<Option<_>>()?,
                sums: Vec::new(),
                results: Vec::new(),
            });
        }
        let ulps: Vec<f64> = plan.score_formats().iter().map(|f| f.ulp()).collect();
        let inputs = plan.inputs.len();
        let mut state = State {
            plan,
            inputs,
            x,
            layers,
            judge: Judge::new(aim, &ulps),
            errors: Vec::new(),
            bit: 0.0,
            least: 0.0,
        };
        state.run();
        Some(state)
    }

    /// Number of samples.
    pub fn rows(&self) -> usize {
        self.x.len() / self.inputs
    }

    /// The plan, without a decision; its weights are those at the beginning.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The tables as they are now.
    pub fn tables(&self) -> &[Table] {
        &self.plan.tables
    }

    /// Gains below this are rounding.
    pub fn least(&self) -> f64 {
        self.least
    }

    /// The rounded sum of a neuron for a sample.
    pub fn code(&self, sample: usize, l: usize, n: usize) -> i64 {
        let layer = &self.layers[l];
        layer.neurons[n].unit.code(layer.sums[sample * layer.neurons.len() + n])
    }

    /// How much less the error of a sample is where some neurons, in the order of the layers, have the tables of another plan.
    pub fn gain_with(
        &self,
        other: &Plan,
        changed: &[(usize, usize)],
        sample: usize,
        results: &mut Vec<i64>,
        next: &mut Vec<i64>,
    ) -> f64 {
        let first = changed.first().map_or(0, |c| c.0);
        let mut left = changed;
        let mut same = true;
        for (l, layer) in self.layers.iter().enumerate().skip(first) {
            let stored = &layer.results[sample * layer.neurons.len()..][..layer.neurons.len()];
            next.clear();
            if same {
                next.extend_from_slice(stored);
            } else {
                let result = |n: &Neuron| n.unit.result(&self.plan, n.place, n.sum(results));
                next.extend(layer.neurons.iter().map(result));
            }
            while let Some((&(_, n), rest)) = left.split_first().filter(|(c, _)| c.0 == l) {
                let code = match same {
                    true => self.code(sample, l, n),
                    false => layer.neurons[n].unit.code(layer.neurons[n].sum(results)),
                };
                next[n] = other.behind(&other.layers[l].neurons[n].stage, code);
                left = rest;
            }
            same &= next[..] == *stored;
            if same && left.is_empty() {
                return 0.0;
            }
            std::mem::swap(results, next);
        }
        self.errors[sample] - self.judge.error(sample, results)
    }

    /// Takes the table that some neurons read from another plan; samples that reach a row of it run anew.
    pub fn take_table(&mut self, other: &Plan, readers: &Readers, row: usize) {
        self.plan.tables[readers.table] = other.tables[readers.table].clone();
        for &(l, n) in &readers.neurons {
            let Neuron { unit, place, .. } = &mut self.layers[l].neurons[n];
            unit.list(&self.plan, *place);
        }
        let first = readers.neurons.first().map_or(0, |r| r.0);
        for &sample in &readers.samples[row] {
            self.rerun_results(sample, first);
        }
    }

    /// Runs everything anew.
    fn run(&mut self) {
        let rows = self.x.len() / self.inputs;
        for l in 0..self.layers.len() {
            let (before, rest) = self.layers.split_at_mut(l);
            let layer = &mut rest[0];
            let width = layer.neurons[0].weights.len();
            let x = before.last().map_or(self.x, |b| &b.results);
            layer.sums.clear();
            layer.results.clear();
            for row in 0..rows {
                let x = &x[row * width..][..width];
                for neuron in &layer.neurons {
                    let sum = neuron.sum(x);
                    layer.sums.push(sum);
                    layer.results.push(neuron.unit.result(&self.plan, neuron.place, sum));
                }
            }
        }
        let outputs = self.outputs();
        let rows = self.layers.last().map_or(&[][..], |l| &l.results).chunks_exact(outputs).enumerate();
        self.errors = rows.map(|(row, codes)| self.judge.error(row, codes)).collect();
    }

    fn outputs(&self) -> usize {
        self.layers.last().map_or(1, |l| l.neurons.len())
    }

    /// The mean error.
    pub fn error(&self) -> f64 {
        self.errors.iter().sum::<f64>() / self.errors.len().max(1) as f64
    }

    /// Bits of all adders of weights as sums of signed digits.
    pub fn adders(&self) -> u64 {
        let neurons = self.layers.iter().flat_map(|l| &l.neurons).filter(|n| !n.is_fixed());
        let bits =
            |n: &Neuron| n.weights.iter().zip(&n.adder).map(|(&w, bits)| digits(w) * bits).sum::<u64>();
        neurons.map(bits).sum()
    }

    /// Puts a price on adders, by the error and the adders that there are now.
    pub fn price(&mut self, price: f64) {
        self.bit = price * self.errors.iter().sum::<f64>() / self.adders().max(1) as f64;
        self.least = 1e-9 * self.objective();
    }

    /// What falls with every move that is kept.
    pub fn objective(&self) -> f64 {
        self.errors.iter().sum::<f64>() + self.bit * self.adders() as f64
    }

    /// What a move may take, in multiplications: a result from a list is worth a few, one that is computed many.
    pub fn work(&self) -> f64 {
        let neuron = |n: &Neuron| n.weights.len() + if n.unit.listed.is_some() { 4 } else { 40 };
        let all: usize = self.layers.iter().map(|l| l.neurons.iter().map(neuron).sum::<usize>()).sum();
        (all * self.rows()) as f64
    }

    /// The moves of a neuron: powers of two that stay inside its formats.
    pub fn moves(&self, l: usize, n: usize) -> Vec<Move> {
        let neuron = &self.layers[l].neurons[n];
        let mut moves = Vec::new();
        // Subtractions of offsets, and plain sums, are exact as they are.
        if neuron.is_fixed() {
            return moves;
        }
        for (i, &w) in neuron.weights.iter().enumerate() {
            for step in (0..neuron.weight.width - 1).map(|k| 1i64 << k) {
                moves.extend([Move::Weight(i, step), Move::Weight(i, -step)]);
            }
            if w != 0 && !(w.unsigned_abs().is_power_of_two()) {
                moves.push(Move::Weight(i, -w));
            }
        }
        let shift = neuron.unit.shift;
        for k in 0..neuron.unit.argument.width as i32 - 1 {
            if let Some(step) = (0..62).contains(&(shift + k)).then(|| 1i64 << (shift + k)) {
                moves.extend([Move::Bias(step), Move::Bias(-step)]);
            }
        }
        moves.retain(|&m| self.allows(l, n, m));
        moves
    }

    /// Whether a move makes something of a weight that is 0.
    pub fn revives(&self, l: usize, n: usize, m: Move) -> bool {
        matches!(m, Move::Weight(i, _) if self.layers[l].neurons[n].weights[i] == 0)
    }

    /// Whether a move stays inside the formats. What others were made before it counts.
    pub fn allows(&self, l: usize, n: usize, m: Move) -> bool {
        let neuron = &self.layers[l].neurons[n];
        let inside = match m {
            Move::Weight(i, by) => neuron.weight.contains(neuron.weights[i] + by),
            Move::Bias(_) => true,
        };
        inside && neuron.holds(&self.ranges(l), m)
    }

    /// Codes that the inputs of a layer may have.
    fn ranges(&self, l: usize) -> Vec<(i64, i64)> {
        self.plan.input_formats(l).iter().map(|f| (f.min_code(), f.max_code())).collect()
    }

    /// How much less the objective is after a move.
    pub fn gain(&self, l: usize, n: usize, m: Move) -> f64 {
        let mut scratch = Scratch::default();
        let neuron = &self.layers[l].neurons[n];
        let mut gain = match m {
            Move::Weight(i, by) => {
                let digits = [neuron.weights[i], neuron.weights[i] + by].map(|w| digits(w) as f64);
                self.bit * neuron.adder[i] as f64 * (digits[0] - digits[1])
            }
            Move::Bias(_) => 0.0,
        };
        self.changed(l, n, m, |row, _, result| {
            self.follow(&mut scratch, row, l, n, result);
            gain += self.errors[row] - self.judge.error(row, &scratch.results);
        });
        if gain > self.least { gain } else { 0.0 }
    }

    /// Makes a move.
    pub fn keep(&mut self, l: usize, n: usize, m: Move) {
        let mut all = Vec::new();
        self.changed_sums(l, n, m, |row, sum, result| all.push((row, sum, result)));
        let neuron = &mut self.layers[l].neurons[n];
        match m {
            Move::Weight(i, by) => neuron.weights[i] += by,
            Move::Bias(by) => neuron.bias += by,
        }
        let width = self.layers[l].neurons.len();
        for (row, sum, result) in all {
            self.layers[l].sums[row * width + n] = sum;
            let before = std::mem::replace(&mut self.layers[l].results[row * width + n], result);
            if before != result {
                self.rerun(row, l + 1);
            }
        }
    }

    /// Runs a sample anew from the results of layer `l` on, whose sums stay.
    fn rerun_results(&mut self, row: usize, l: usize) {
        let layer = &mut self.layers[l];
        let width = layer.neurons.len();
        for (n, neuron) in layer.neurons.iter().enumerate() {
            layer.results[row * width + n] =
                neuron.unit.result(&self.plan, neuron.place, layer.sums[row * width + n]);
        }
        self.rerun(row, l + 1);
    }

    /// Runs a sample anew from layer `l` on.
    fn rerun(&mut self, row: usize, l: usize) {
        for k in l..self.layers.len() {
            let (before, rest) = self.layers.split_at_mut(k);
            let (source, layer) = (&before[k - 1], &mut rest[0]);
            let (from, to) = (source.neurons.len(), layer.neurons.len());
            let x = &source.results[row * from..][..from];
            for (n, neuron) in layer.neurons.iter().enumerate() {
                let sum = neuron.sum(x);
                layer.sums[row * to + n] = sum;
                layer.results[row * to + n] = neuron.unit.result(&self.plan, neuron.place, sum);
            }
        }
        let outputs = self.outputs();
        let codes = self.layers.last().map_or(&[][..], |l| &l.results[row * outputs..][..outputs]);
        self.errors[row] = self.judge.error(row, codes);
    }

    /// The samples whose result of a neuron a move changes, with the new sum and result.
    fn changed(&self, l: usize, n: usize, m: Move, mut each: impl FnMut(usize, i64, i64)) {
        let results = &self.layers[l].results;
        let width = self.layers[l].neurons.len();
        self.changed_sums(l, n, m, |row, sum, result| {
            if result != results[row * width + n] {
                each(row, sum, result);
            }
        });
    }

    fn changed_sums(&self, l: usize, n: usize, m: Move, mut each: impl FnMut(usize, i64, i64)) {
        let layer = &self.layers[l];
        let neuron = &layer.neurons[n];
        let width = layer.neurons.len();
        let mut visit = |row: usize, by: i64| {
            let sum = layer.sums[row * width + n] + by;
            each(row, sum, neuron.unit.result(&self.plan, neuron.place, sum));
        };
        match m {
            Move::Bias(by) => (0..self.rows()).for_each(|row| visit(row, by)),
            Move::Weight(i, by) => {
                let x = match l {
                    0 => self.x,
                    _ => &self.layers[l - 1].results,
                };
                let inputs = neuron.weights.len();
                let by = by << neuron.aligned[i];
                for row in 0..self.rows() {
                    match x[row * inputs + i] {
                        0 => {}
                        x => visit(row, by * x),
                    }
                }
            }
        }
    }

    /// The outputs of a sample where a neuron's result is another, into `scratch.results`.
    fn follow(&self, scratch: &mut Scratch, row: usize, l: usize, n: usize, result: i64) {
        let width = self.layers[l].neurons.len();
        let old = &self.layers[l].results[row * width..][..width];
        scratch.results.clear();
        scratch.results.extend_from_slice(old);
        scratch.results[n] = result;
        let by = result - old[n];
        for (k, layer) in self.layers.iter().enumerate().skip(l + 1) {
            scratch.next.clear();
            let width = layer.neurons.len();
            let sums = &layer.sums[row * width..][..width];
            let sum = |(j, neuron): (usize, &Neuron)| match k == l + 1 {
                true => sums[j] + ((neuron.weights[n] * by) << neuron.aligned[n]),
                false => neuron.sum(&scratch.results),
            };
            let result = |(j, neuron): (usize, &Neuron)| {
                neuron.unit.result(&self.plan, neuron.place, sum((j, neuron)))
            };
            scratch.next.extend(layer.neurons.iter().enumerate().map(result));
            std::mem::swap(&mut scratch.results, &mut scratch.next);
        }
    }

    /// Writes the codes into the plan they came from.
    pub fn store(&self, plan: &mut Plan) {
        for (layer, from) in plan.layers.iter_mut().zip(&self.layers) {
            for (neuron, from) in layer.neurons.iter_mut().zip(&from.neurons) {
                neuron.weights.clone_from(&from.weights);
                neuron.bias = from.bias;
            }
        }
    }
}

/// Results of a sample, layer by layer.
#[derive(Default)]
struct Scratch {
    results: Vec<i64>,
    next: Vec<i64>,
}
