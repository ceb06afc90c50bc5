//! The integers of a network of learned edges: what the circuit computes, plainly.

use super::{Coded, Goal, Port};
use serde::{Deserialize, Serialize};

/// Ports, then layers of sums of functions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circuit {
    /// One for each input.
    pub ports: Vec<Port>,
    /// First to last.
    pub layers: Vec<Layer>,
}

/// Sums side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// The sums.
    pub sums: Vec<Sum>,
}

/// bias + Σ φ(source), then what becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// A constant.
    pub bias: i64,
    /// The functions.
    pub edges: Vec<Edge>,
    /// From the exact sum to what the next layer reads.
    pub output: Output,
}

/// One function, defined by its codes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// Index of the value in the layer before, or of the input.
    pub source: usize,
    /// The result for every argument, 0 first.
    pub values: Vec<i64>,
}

/// What becomes of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Output {
    /// floor(sum / 2^shift), held inside 0 .. 2^bits - 1: the argument of edges.
    Argument {
        /// Bits dropped.
        shift: u32,
        /// Bits kept.
        bits: u32,
    },
    /// The sum itself, with so many fraction bits.
    Result {
        /// Fraction bits.
        frac: i32,
    },
}

impl Edge {
    /// The least and the largest result.
    pub fn range(&self) -> (i64, i64) {
        self.values.iter().fold((i64::MAX, i64::MIN), |(lo, hi), &v| (lo.min(v), hi.max(v)))
    }
}

/// How good a circuit is on samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The share of errors by the labels, or the root mean square error in deviations of the target.
    pub error: f64,
    /// The share of errors that is to be expected by what is wanted, where that is likelihoods of classes; otherwise the error.
    pub expected: f64,
    /// The mean loss that training lowers.
    pub loss: f64,
}

impl Edge {
    /// How far the argument is shifted up, if that is all the function does.
    pub fn shift(&self) -> Option<u32> {
        let first = self.values.get(1).filter(|v| v.count_ones() == 1)?;
        let shifted = self.values.iter().enumerate().all(|(c, v)| *v == c as i64 * first);
        shifted.then_some(first.trailing_zeros())
    }
}

impl Layer {
    /// Whether sums are of shifted arguments only.
    pub fn is_wiring(&self) -> bool {
        self.sums.iter().flat_map(|s| &s.edges).all(|e| e.shift().is_some())
    }
}

impl Sum {
    /// The exact sum for arguments.
    pub fn exact(&self, x: &[i64]) -> i64 {
        self.bias + self.edges.iter().map(|e| e.values[x[e.source] as usize]).sum::<i64>()
    }

    /// What comes of an exact sum.
    pub fn finish(&self, sum: i64) -> i64 {
        match self.output {
            Output::Argument { shift, bits } => (sum >> shift).clamp(0, (1 << bits) - 1),
            Output::Result { .. } => sum,
        }
    }

    /// What the exact sum can reach.
    pub fn range(&self) -> (i64, i64) {
        self.edges.iter().map(Edge::range).fold((self.bias, self.bias), |(lo, hi), (a, b)| (lo + a, hi + b))
    }
}

impl Circuit {
    /// The results for the arguments of a sample.
    pub fn run(&self, arguments: &[u16]) -> Vec<i64> {
        let first = arguments.iter().map(|&a| a as i64).collect();
        self.layers.iter().fold(first, |x: Vec<i64>, layer| {
            layer.sums.iter().map(|sum| sum.finish(sum.exact(&x))).collect()
        })
    }

    /// The class that scores stand for: as [`crate::plan::Argmax`] decides.
    pub fn decide(scores: &[i64]) -> usize {
        match scores {
            [one] => usize::from(*one > 0),
            all => (1..all.len()).fold(0, |best, i| if all[i] > all[best] { i } else { best }),
        }
    }

    /// How good the circuit is on samples.
    pub fn judge(&self, samples: &Coded, goal: &Goal) -> Judged {
        let (mut error, mut expected, mut loss) = (0.0, 0.0, 0.0);
        for s in 0..samples.rows() {
            let y = self.run(samples.row(s));
            match goal {
                Goal::Classes { unit, .. } => {
                    let scores: Vec<f64> = match y[..] {
                        [one] => vec![0.0, one as f64],
                        _ => y.iter().map(|&v| v as f64).collect(),
                    };
                    let (class, wanted) = (Circuit::decide(&y), &samples.wanted[s * scores.len()..]);
                    error += f64::from(u8::from(class != samples.labels[s]));
                    expected += 1.0 - f64::from(wanted[class]);
                    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let unit = f64::from(*unit);
                    let all = libm::log(scores.iter().map(|v| libm::exp((v - most) * unit)).sum::<f64>());
                    let right = scores.iter().zip(wanted).map(|(v, &w)| f64::from(w) * (v - most) * unit);
                    loss += all - right.sum::<f64>();
                }
                Goal::Values { deviation, .. } => {
                    for (o, (&y, d)) in y.iter().zip(deviation).enumerate() {
                        let e = (y as f64 - samples.targets[s * deviation.len() + o] as f64) / *d as f64;
                        error += e * e / deviation.len() as f64;
                        loss += 0.5 * e * e;
                    }
                }
            }
        }
        let n = samples.rows() as f64;
        let (error, loss) = (error / n, loss / n);
        match goal {
            Goal::Values { .. } => Judged { error: error.sqrt(), expected: error.sqrt(), loss },
            Goal::Classes { .. } => Judged { error, expected: expected / n, loss },
        }
    }

    /// Edges in all layers.
    pub fn edges(&self) -> usize {
        self.layers.iter().flat_map(|l| &l.sums).map(|s| s.edges.len()).sum()
    }

    /// The same function with as little as possible: constant edges become biases, what nobody reads goes, the biases
    /// move into the tables, and scores lose what all have in common.
    pub fn simplified(mut self, goal: &Goal) -> Circuit {
        for l in 0..self.layers.len() {
            self.drop_constants(l);
            self.drop_unread(l);
        }
        for layer in &mut self.layers {
            layer.sums.iter_mut().for_each(Sum::from_zero);
        }
        if let (Goal::Classes { scores: 2.., .. }, Some(last)) = (goal, self.layers.last_mut()) {
            let least = last.sums.iter().map(|s| s.bias).min().unwrap_or(0);
            last.sums.iter_mut().for_each(|s| s.bias -= least);
        }
        for layer in &mut self.layers {
            layer.sums.iter_mut().for_each(Sum::absorb_bias);
        }
        self
    }

    /// Constant functions, and functions of constant arguments, of layer `l`.
    fn drop_constants(&mut self, l: usize) {
        let fixed: Vec<Option<i64>> = match l.checked_sub(1) {
            None => vec![None; self.ports.len()],
            Some(before) => {
                let sums = &self.layers[before].sums;
                sums.iter().map(|s| s.edges.is_empty().then(|| s.finish(s.bias))).collect()
            }
        };
        for sum in &mut self.layers[l].sums {
            let Sum { edges, bias, .. } = sum;
            edges.retain(|e| {
                let (lo, hi) = e.range();
                let value = fixed[e.source].map(|x| e.values[x as usize]).or((lo == hi).then_some(lo));
                *bias += value.unwrap_or(0);
                value.is_none()
            });
        }
    }

    /// Sums of the layers before `l` that no edge reads lose their edges.
    fn drop_unread(&mut self, l: usize) {
        for before in (0..l).rev() {
            let (head, tail) = self.layers.split_at_mut(before + 1);
            let read = |j: usize| tail[0].sums.iter().flat_map(|s| &s.edges).any(|e| e.source == j);
            for (j, sum) in head[before].sums.iter_mut().enumerate() {
                if !read(j) {
                    sum.edges.clear();
                    sum.bias = 0;
                }
            }
        }
    }
}

impl Sum {
    /// Every function's least result becomes 0.
    #[allow(clippy::wrong_self_convention)]
    fn from_zero(&mut self) {
        for e in &mut self.edges {
            let (lo, _) = e.range();
            e.values.iter_mut().for_each(|v| *v -= lo);
            self.bias += lo;
        }
    }

    /// A constant costs an adder, but nothing inside a table: tables with codes to spare take it, the widest the rest.
    fn absorb_bias(&mut self) {
        for e in &mut self.edges {
            let (_, hi) = e.range();
            let spare = (1i64 << (64 - hi.leading_zeros())) - 1 - hi;
            let taken = self.bias.clamp(0, spare);
            e.values.iter_mut().for_each(|v| *v += taken);
            self.bias -= taken;
        }
        if self.bias != 0
            && let Some(widest) = self.edges.iter_mut().max_by_key(|e| e.range().1)
        {
            widest.values.iter_mut().for_each(|v| *v += self.bias);
            self.bias = 0;
        }
    }
}
