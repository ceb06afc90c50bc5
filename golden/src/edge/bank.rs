//! The functions of one layer while they are trained: node values, the tables they draw, gradients, Adam.
//!
//! Everything lies by input, then argument, then output, so that a sample adds whole rows: one row for an input, however
//! many outputs there are.

use multiversion::multiversion;
use std::ops::Range;

/// Adam's decay rates.
const DECAY: (f32, f32) = (0.9, 0.99);

/// Rows are padded to a multiple of this.
const LANES: usize = 4;

/// One layer.
#[derive(Clone, Debug)]
pub struct Bank {
    pub inputs: usize,
    pub outputs: usize,
    /// Outputs, padded.
    pub lanes: usize,
    /// Arguments of a function.
    pub cells: usize,
    /// Arguments from node to node, of the functions of each input.
    strides: Vec<usize>,
    nodes: usize,
    /// Results stay in -limit .. limit - 1.
    limit: f32,
    /// Whether results and biases are rounded.
    pub rounded: bool,
    theta: Adam,
    pub bias: Adam,
    /// The functions before rounding.
    pub real: Vec<f32>,
    /// What the forward pass adds.
    pub codes: Vec<f32>,
    /// Gradients of the results.
    pub gradient: Vec<f32>,
    /// 1 where there is an edge, 0 where there is none; by input, then output.
    alive: Vec<f32>,
    /// The inputs that have an edge.
    pub live: Vec<usize>,
}

/// Values and their running moments.
#[derive(Clone, Debug)]
pub struct Adam {
    pub value: Vec<f32>,
    pub gradient: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
}

/// The rates of one step: of learning, and Adam's corrections for the steps so far.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    pub learn: f32,
    corrections: (f32, f32),
    /// How much the group lasso takes from the root mean square of a function.
    pub shrink: f32,
}

impl Rates {
    /// For step number `step`, from 1.
    pub fn new(learn: f32, step: usize, shrink: f32) -> Rates {
        let left = |decay: f32| 1.0 - libm::powf(decay, step as f32);
        Rates { learn, corrections: (left(DECAY.0), left(DECAY.1)), shrink }
    }
}

impl Adam {
    fn new(n: usize) -> Adam {
        Adam { value: vec![0.0; n], gradient: vec![0.0; n], first: vec![0.0; n], second: vec![0.0; n] }
    }

    fn forget(&mut self) {
        self.first.fill(0.0);
        self.second.fill(0.0);
    }

    /// One step of some values, whose gradients become 0.
    #[inline(always)]
    fn step(&mut self, range: Range<usize>, rates: Rates) {
        let moments = self.first[range.clone()].iter_mut().zip(&mut self.second[range.clone()]);
        let values = self.value[range.clone()].iter_mut().zip(&mut self.gradient[range]);
        for ((value, gradient), (m, v)) in values.zip(moments) {
            *m = DECAY.0 * *m + (1.0 - DECAY.0) * *gradient;
            *v = DECAY.1 * *v + (1.0 - DECAY.1) * *gradient * *gradient;
            *value -= rates.learn * (*m / rates.corrections.0) / ((*v / rates.corrections.1).sqrt() + 1e-8);
            *gradient = 0.0;
        }
    }
}

impl Bank {
    /// Functions of `bits` bits that are straight from node to node, all 0. `used` says how many arguments, from 0 on, each input
    /// has: nodes stand `stride` arguments apart where it has all of them, closer together where it has few, so that functions of
    /// small whole numbers bend as often as others. Behind the last node they are constant.
    pub fn new(used: &[usize], outputs: usize, bits: u32, stride: usize, limit: f32) -> Bank {
        let (inputs, cells, lanes) = (used.len(), 1usize << bits, outputs.next_multiple_of(LANES));
        let nodes = (cells - 1).div_ceil(stride) + 1;
        let strides = used.iter().map(|&used| (stride * used).div_ceil(cells).max(1)).collect();
        let table = vec![0.0; inputs * cells * lanes];
        let alive = (0..inputs * lanes).map(|k| if k % lanes < outputs { 1.0 } else { 0.0 }).collect();
        Bank {
            inputs,
            outputs,
            lanes,
            cells,
            strides,
            nodes,
            limit,
            rounded: true,
            theta: Adam::new(inputs * nodes * lanes),
            bias: Adam::new(lanes),
            real: table.clone(),
            codes: table.clone(),
            gradient: table,
            alive,
            live: (0..inputs).collect(),
        }
    }

    /// Draws every function: `f` gives the result for input, argument and output.
    pub fn draw(&mut self, mut f: impl FnMut(usize, usize, usize) -> f32) {
        for i in 0..self.inputs {
            for j in 0..self.outputs {
                for k in 0..self.nodes {
                    let value = f(i, k * self.strides[i], j).clamp(-self.limit, self.limit - 1.0);
                    self.theta.value[(i * self.nodes + k) * self.lanes + j] = value;
                }
            }
        }
        self.build();
    }

    /// Whether input i has an edge to output j.
    pub fn is_alive(&self, i: usize, j: usize) -> bool {
        self.alive[i * self.lanes + j] != 0.0
    }

    /// Removes an edge; `mean` goes into the bias.
    pub fn remove(&mut self, i: usize, j: usize, mean: f32) {
        self.alive[i * self.lanes + j] = 0.0;
        self.bias.value[j] += mean;
        self.build_of(i);
        self.live.retain(|&i| self.alive[i * self.lanes..][..self.lanes].contains(&1.0));
    }

    /// The result of edge (i, j) for an argument, as the forward pass sees it.
    pub fn code(&self, i: usize, argument: usize, j: usize) -> f32 {
        self.codes[(i * self.cells + argument) * self.lanes + j]
    }

    /// The row of an input's argument.
    #[inline(always)]
    pub fn row(&self, i: usize, argument: usize) -> Range<usize> {
        let start = (i * self.cells + argument) * self.lanes;
        start..start + self.lanes
    }

    /// The bias as the forward pass sees it.
    pub fn bias(&self, j: usize) -> f32 {
        let b = self.bias.value[j];
        if self.rounded { libm::rintf(b) } else { b }
    }

    /// Forgets what Adam remembers.
    pub fn forget(&mut self) {
        self.theta.forget();
        self.bias.forget();
    }

    /// One step of Adam, then of the group lasso; draws the tables anew. Inputs without an edge stay as they are.
    pub fn step(&mut self, rates: Rates) {
        step(self, rates);
    }

    /// The node before an argument of input i, and how far it is from there to the next.
    #[inline(always)]
    fn between(&self, i: usize, argument: usize) -> (usize, f32) {
        let stride = self.strides[i];
        let k = argument / stride;
        if k + 1 < self.nodes {
            (k, (argument % stride) as f32 / stride as f32)
        } else {
            (self.nodes - 1, 0.0)
        }
    }

    /// From the gradients of an input's results to those of its nodes.
    #[inline(always)]
    fn gather(&mut self, i: usize) {
        let n = self.lanes;
        for c in 0..self.cells {
            let (k, share) = self.between(i, c);
            let g = &mut self.gradient[(i * self.cells + c) * n..][..n];
            let at = (i * self.nodes + k) * n;
            for (to, g) in self.theta.gradient[at..at + n].iter_mut().zip(&*g) {
                *to += g * (1.0 - share);
            }
            if share > 0.0 {
                for (to, g) in self.theta.gradient[at + n..at + 2 * n].iter_mut().zip(&*g) {
                    *to += g * share;
                }
            }
            g.fill(0.0);
        }
    }

    /// Draws the tables from the nodes.
    pub fn build(&mut self) {
        (0..self.inputs).for_each(|i| self.build_of(i));
    }

    /// Draws the tables of an input.
    #[inline(always)]
    fn build_of(&mut self, i: usize) {
        let n = self.lanes;
        let alive = &self.alive[i * n..][..n];
        for c in 0..self.cells {
            let (k, share) = self.between(i, c);
            let at = (i * self.nodes + k) * n;
            let left = &self.theta.value[at..][..n];
            let right = if share > 0.0 { &self.theta.value[at + n..][..n] } else { left };
            let to = (i * self.cells + c) * n;
            let real = &mut self.real[to..][..n];
            for (((to, a), b), alive) in real.iter_mut().zip(left).zip(right).zip(alive) {
                *to = (a * (1.0 - share) + b * share) * alive;
            }
            let codes = &mut self.codes[to..][..n];
            match self.rounded {
                true => codes.iter_mut().zip(&*real).for_each(|(code, real)| *code = round(*real)),
                false => codes.copy_from_slice(real),
            }
        }
    }
}

/// [`Bank::step`] in wide lanes where there are any; without fused multiplications, so that every machine finds the same.
#[multiversion(targets("x86_64+avx2", "aarch64+neon"))]
fn step(bank: &mut Bank, rates: Rates) {
    let limit = bank.limit;
    for k in 0..bank.live.len() {
        let i = bank.live[k];
        let nodes = i * bank.nodes * bank.lanes..(i + 1) * bank.nodes * bank.lanes;
        bank.gather(i);
        bank.theta.step(nodes.clone(), rates);
        bank.theta.value[nodes.clone()].iter_mut().for_each(|v| *v = v.clamp(-limit, limit - 1.0));
        if rates.shrink > 0.0 {
            shrink(&mut bank.theta.value[nodes], bank.lanes, rates.learn * rates.shrink);
        }
        bank.build_of(i);
    }
    bank.bias.step(0..bank.lanes, rates);
}

/// The proximal step of Σ rms(φ - mean φ): small functions become constants. `values` are the nodes of one input, a row of `lanes`
/// outputs each.
#[inline(always)]
fn shrink(values: &mut [f32], lanes: usize, by: f32) {
    let nodes = (values.len() / lanes) as f32;
    let (mut mean, mut keep) = (vec![0.0f32; lanes], vec![0.0f32; lanes]);
    for row in values.chunks(lanes) {
        mean.iter_mut().zip(row).for_each(|(mean, v)| *mean += v);
    }
    mean.iter_mut().for_each(|mean| *mean /= nodes);
    for row in values.chunks(lanes) {
        keep.iter_mut().zip(row).zip(&mean).for_each(|((sum, v), mean)| *sum += (v - mean) * (v - mean));
    }
    keep.iter_mut().for_each(|k| *k = (1.0 - by / (*k / nodes).sqrt().max(1e-9)).max(0.0));
    for row in values.chunks_mut(lanes) {
        row.iter_mut().zip(&mean).zip(&keep).for_each(|((v, mean), keep)| *v = mean + (*v - mean) * keep);
    }
}

/// To the nearest integer, ties to even, for |v| < 2^22: two additions, which every lane can do.
#[inline(always)]
fn round(v: f32) -> f32 {
    const MAGIC: f32 = 12_582_912.0;
    (v + MAGIC) - MAGIC
}
