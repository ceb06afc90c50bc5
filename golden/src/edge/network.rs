//! One or two layers of learned functions: forward as the circuit computes, backward straight through.

use super::bank::Bank;
use super::{Circuit, Coded, Edge, Goal, Layer, Output, Port, Sum};

/// Functions on inputs and, behind hidden sums, functions on those.
#[derive(Clone, Debug)]
pub struct Network {
    pub banks: Vec<Bank>,
    /// Bits dropped from hidden sums, and bits kept.
    pub hidden: (u32, u32),
    pub goal: Goal,
}

/// What a sample leaves behind on its way forward.
pub struct Trace {
    sums: Vec<f32>,
    /// Hidden arguments before they are held inside their range, after, and the fraction that rounding would drop.
    raw: Vec<f32>,
    code: Vec<usize>,
    fraction: Vec<f32>,
    pub scores: Vec<f32>,
    back: Vec<f32>,
}

impl Trace {
    /// The argument of hidden sum i.
    pub fn argument(&self, i: usize) -> usize {
        self.code[i]
    }
}

impl Network {
    /// Room for the traces of samples.
    pub fn trace(&self) -> Trace {
        let inputs = self.banks.iter().map(|b| b.inputs.max(b.lanes)).max().unwrap_or(0);
        let scores = self.banks.last().map_or(0, |b| b.lanes);
        Trace {
            sums: vec![0.0; inputs],
            raw: vec![0.0; inputs],
            code: vec![0; inputs],
            fraction: vec![0.0; inputs],
            scores: vec![0.0; scores],
            back: vec![0.0; inputs],
        }
    }

    /// Rounds, or does not.
    pub fn set_rounded(&mut self, rounded: bool) {
        for bank in &mut self.banks {
            bank.rounded = rounded;
            bank.build();
        }
    }

    fn step(&self) -> f32 {
        libm::ldexpf(1.0, -(self.hidden.0 as i32))
    }

    fn top(&self) -> f32 {
        ((1u32 << self.hidden.1) - 1) as f32
    }

    /// The scores of a sample.
    pub fn forward(&self, x: &[u16], trace: &mut Trace) {
        let last = &self.banks[self.banks.len() - 1];
        if self.banks.len() == 1 {
            trace.code.iter_mut().zip(x).for_each(|(to, &x)| *to = x as usize);
            trace.fraction.fill(0.0);
        } else {
            self.hide(x, trace);
        }
        (0..last.outputs).for_each(|j| trace.scores[j] = last.bias(j));
        for &i in &last.live {
            let (code, part) = (trace.code[i], trace.fraction[i]);
            let row = &last.codes[last.row(i, code)];
            if part == 0.0 {
                trace.scores.iter_mut().zip(row).for_each(|(s, v)| *s += v);
            } else {
                let next = &last.codes[last.row(i, code + 1)];
                let both = row.iter().zip(next);
                trace.scores.iter_mut().zip(both).for_each(|(s, (a, b))| *s += a * (1.0 - part) + b * part);
            }
        }
    }

    fn hide(&self, x: &[u16], trace: &mut Trace) {
        let first = &self.banks[0];
        (0..first.outputs).for_each(|j| trace.sums[j] = first.bias(j));
        for &i in &first.live {
            let row = &first.codes[first.row(i, x[i] as usize)];
            trace.sums.iter_mut().zip(row).for_each(|(s, v)| *s += v);
        }
        let (step, top) = (self.step(), self.top());
        for j in 0..first.outputs {
            let exact = trace.sums[j] * step;
            let raw = exact.floor();
            trace.raw[j] = raw;
            trace.code[j] = raw.clamp(0.0, top) as usize;
            let inside = !first.rounded && raw >= 0.0 && raw < top;
            trace.fraction[j] = if inside { exact - raw } else { 0.0 };
        }
    }

    /// The loss of a sample; its gradient, times `weight`, goes into the banks.
    pub fn backward(&mut self, samples: &Coded, s: usize, weight: f32, trace: &mut Trace) {
        let x = samples.row(s);
        self.forward(x, trace);
        self.loss(samples, s, &mut trace.scores);
        trace.scores.iter_mut().for_each(|g| *g *= weight);
        let (depth, step, top) = (self.banks.len(), self.step(), self.top());
        let (head, tail) = self.banks.split_at_mut(depth - 1);
        let last = &mut tail[0];
        last.bias.gradient.iter_mut().zip(&trace.scores).for_each(|(b, g)| *b += g);
        trace.back.fill(0.0);
        for &i in &last.live {
            let (code, part) = (trace.code[i], trace.fraction[i]);
            let row = last.row(i, code);
            let share = 1.0 - part;
            last.gradient[row].iter_mut().zip(&trace.scores).for_each(|(to, g)| *to += g * share);
            if part > 0.0 {
                let next = last.row(i, code + 1);
                last.gradient[next].iter_mut().zip(&trace.scores).for_each(|(to, g)| *to += g * part);
            }
            if depth > 1 {
                trace.back[i] = slope(last, i, code, part > 0.0, &trace.scores);
            }
        }
        let [first] = head else { return };
        for j in 0..first.outputs {
            let (raw, g) = (trace.raw[j], trace.back[j] * step);
            // Where it saturates, only what leads back passes.
            let outward = (raw < 0.0 && g > 0.0) || (raw > top && g < 0.0);
            trace.back[j] = if outward { 0.0 } else { g };
            first.bias.gradient[j] += trace.back[j];
        }
        for &i in &first.live {
            let row = first.row(i, x[i] as usize);
            first.gradient[row].iter_mut().zip(&trace.back).for_each(|(to, g)| *to += g);
        }
    }

    /// The loss of a sample's scores, which become its gradient.
    pub fn loss(&self, samples: &Coded, s: usize, scores: &mut [f32]) -> f32 {
        match &self.goal {
            Goal::Classes { scores: 1, unit } => {
                let wanted = samples.wanted[2 * s + 1];
                let score = scores[0] * unit;
                let log = logistic(&mut scores[0], *unit);
                scores[0] = unit * (scores[0] - wanted);
                log - wanted * score
            }
            Goal::Classes { scores: n, unit } => {
                softmax(&mut scores[..*n], &samples.wanted[s * n..][..*n], *unit)
            }
            Goal::Values { deviation, .. } => {
                let mut loss = 0.0;
                for (o, d) in deviation.iter().enumerate() {
                    let e = (scores[o] - samples.targets[s * deviation.len() + o]) / d;
                    scores[o] = e / d;
                    loss += 0.5 * e * e;
                }
                loss
            }
        }
    }

    /// The scores of a sample of a network that rounds, if `mean` took the place of edge (i, j) of bank `l`; `known` is the
    /// sample's trace. Whether they differ from those in it.
    pub fn forward_without(
        &self,
        (l, i, j): (usize, usize, usize),
        mean: f32,
        x: &[u16],
        known: &Trace,
        scores: &mut [f32],
    ) -> bool {
        let argument = if l == 0 { x[i] as usize } else { known.code[i] };
        let change = mean - self.banks[l].code(i, argument, j);
        let last = self.banks.len() - 1;
        if l == last {
            scores.copy_from_slice(&known.scores);
            scores[j] += change;
            return change != 0.0;
        }
        let (before, last) = (known.code[j], &self.banks[last]);
        let after = ((known.sums[j] + change) * self.step()).floor().clamp(0.0, self.top()) as usize;
        if after == before {
            return false;
        }
        let rows = last.codes[last.row(j, after)].iter().zip(&last.codes[last.row(j, before)]);
        let changed = known.scores.iter().zip(rows).map(|(s, (new, old))| s + (new - old));
        scores.iter_mut().zip(changed).for_each(|(to, v)| *to = v);
        true
    }

    /// The integers of the forward pass.
    pub fn circuit(&self, ports: &[Port]) -> Circuit {
        let layers = self.banks.iter().enumerate().map(|(l, bank)| {
            let sums = (0..bank.outputs).map(|j| {
                let output = match &self.goal {
                    _ if l + 1 < self.banks.len() => {
                        Output::Argument { shift: self.hidden.0, bits: self.hidden.1 }
                    }
                    Goal::Classes { .. } => Output::Result { frac: 0 },
                    Goal::Values { frac, .. } => Output::Result { frac: frac[j] },
                };
                let arguments = |i: usize| if l == 0 { 1 << ports[i].bits } else { bank.cells };
                let edges = (0..bank.inputs).filter(|&i| bank.is_alive(i, j)).map(|i| Edge {
                    source: i,
                    values: (0..arguments(i)).map(|c| libm::rintf(bank.code(i, c, j)) as i64).collect(),
                });
                Sum { bias: libm::rintf(bank.bias(j)) as i64, edges: edges.collect(), output }
            });
            Layer { sums: sums.collect() }
        });
        Circuit { ports: ports.to_vec(), layers: layers.collect() }
    }
}

/// Cross-entropy with the likelihoods wanted; the scores become its gradient.
fn softmax(scores: &mut [f32], wanted: &[f32], unit: f32) -> f32 {
    let expected: f32 = scores.iter().zip(wanted).map(|(s, w)| w * s * unit).sum();
    let log = likelihoods(scores, unit);
    scores.iter_mut().zip(wanted).for_each(|(s, w)| *s = unit * (*s - w));
    log - expected
}

/// Scores become likelihoods; gives the logarithm of what they were divided by.
pub fn likelihoods(scores: &mut [f32], unit: f32) -> f32 {
    let most = scores.iter().fold(f32::NEG_INFINITY, |m, &v| m.max(v));
    let mut sum = 0.0;
    for s in scores.iter_mut() {
        *s = libm::expf((*s - most) * unit);
        sum += *s;
    }
    scores.iter_mut().for_each(|s| *s /= sum);
    libm::logf(sum) + most * unit
}

/// The same of a single score, whose other class has 0.
pub fn logistic(score: &mut f32, unit: f32) -> f32 {
    let logit = *score * unit;
    let odds = libm::expf(-logit.abs());
    *score = if logit > 0.0 { 1.0 / (1.0 + odds) } else { odds / (1.0 + odds) };
    libm::log1pf(odds) + logit.max(0.0)
}

/// The gradient of the loss in a hidden argument: from the functions before rounding, over the two neighbours.
fn slope(bank: &Bank, i: usize, code: usize, between: bool, scores: &[f32]) -> f32 {
    let left = if between { code } else { code.saturating_sub(1) };
    let right = (code + 1).min(bank.cells - 1);
    let (a, b) = (&bank.real[bank.row(i, left)], &bank.real[bank.row(i, right)]);
    let rise: f32 = scores.iter().zip(a.iter().zip(b)).map(|(g, (a, b))| g * (b - a)).sum();
    rise / (right - left) as f32
}
