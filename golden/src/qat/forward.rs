//! Both ways through a plan, for a block of samples at a time.

use super::latent::{All, Parameters};
use super::stage::Unit;
use crate::plan::Plan;
use multiversion::multiversion;
use std::sync::Arc;

/// Samples per block.
pub(super) const LANES: usize = 64;

/// One number per sample of a block.
pub(super) type Block = [f64; LANES];

/// What a plan's neurons do behind their sums.
#[derive(Clone)]
pub(super) struct Machine {
    pub units: Vec<Vec<Unit>>,
}

impl Machine {
    pub fn of(plan: &Arc<Plan>) -> Machine {
        let units = plan.layers.iter().map(|l| l.neurons.iter().map(|n| Unit::of(plan, n)).collect());
        Machine { units: units.collect() }
    }

    /// That of a plan in which some neurons are others.
    pub fn with(&self, plan: &Arc<Plan>, changed: &[(usize, usize)]) -> Machine {
        let mut machine = self.clone();
        for &(l, n) in changed {
            machine.units[l][n] = Unit::of(plan, &plan.layers[l].neurons[n]);
        }
        machine
    }
}

/// Values of a block, and their slopes and gradients.
pub(super) struct Pass {
    /// The inputs, then the results of every layer.
    pub values: Vec<Vec<Block>>,
    /// Slopes of every layer's results by its sums.
    slopes: Vec<Vec<Block>>,
    /// Gradients of the loss by the values of a layer, and by those of the layer before.
    behind: Vec<Block>,
    before: Vec<Block>,
}

impl Pass {
    pub fn of(plan: &Plan) -> Pass {
        let zero = [0.0; LANES];
        let widths: Vec<usize> = plan.layers.iter().map(|l| l.neurons.len()).collect();
        let blocks = |&n: &usize| vec![zero; n];
        let inputs = std::iter::once(plan.inputs.len());
        let values = inputs.chain(widths.iter().copied()).map(|n| vec![zero; n]).collect();
        Pass { values, slopes: widths.iter().map(blocks).collect(), behind: Vec::new(), before: Vec::new() }
    }

    /// The values behind the inputs, which stand in `values[0]`.
    pub fn forward(&mut self, machine: &Machine, all: &All) {
        for (l, (units, layer)) in machine.units.iter().zip(all).enumerate() {
            let (inputs, results) = self.values.split_at_mut(l + 1);
            for (n, (unit, parameters)) in units.iter().zip(layer).enumerate() {
                let result = &mut results[0][n];
                sums(&parameters.rounded, &inputs[l], result);
                finish(unit, result, &mut self.slopes[l][n]);
            }
        }
    }

    /// Adds the gradients of all parameters to `gradients`; those by the outputs stand in `outputs`.
    pub fn backward(&mut self, all: &All, outputs: &[Block], gradients: &mut [Vec<Vec<f64>>]) {
        self.behind.clear();
        self.behind.extend_from_slice(outputs);
        for l in (0..all.len()).rev() {
            // Nothing before it is trained.
            let more = l > 0 && all[..l].iter().flatten().any(|p| !p.fixed);
            self.before.clear();
            self.before.resize(if more { self.values[l].len() } else { 0 }, [0.0; LANES]);
            for (n, parameters) in all[l].iter().enumerate() {
                let delta = &mut self.behind[n];
                delta.iter_mut().zip(&self.slopes[l][n]).for_each(|(d, s)| *d *= s);
                if !parameters.fixed {
                    gradient(delta, &self.values[l], &mut gradients[l][n]);
                }
                if more {
                    back(&parameters.rounded, delta, &mut self.before);
                }
            }
            if !more {
                break;
            }
            std::mem::swap(&mut self.behind, &mut self.before);
        }
    }
}

/// Rounds sums to arguments, half up, and looks their results up.
fn finish(unit: &Unit, v: &mut Block, slopes: &mut Block) {
    let f = unit.argument;
    codes(v, 1.0 / f.ulp());
    let (lo, hi) = (f.min_code() as f64, f.max_code() as f64);
    if unit.is_linear() {
        let ulp = f.ulp();
        for (v, slope) in v.iter_mut().zip(slopes) {
            let held = v.clamp(lo, hi);
            *slope = if held == *v { 1.0 } else { 0.0 };
            *v = held * ulp;
        }
        return;
    }
    for (v, slope) in v.iter_mut().zip(slopes) {
        let held = v.clamp(lo, hi);
        let (value, steep) = unit.at(held as i64);
        *slope = if held == *v { steep } else { 0.0 };
        *v = value;
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2", "aarch64+neon"))]
fn codes(v: &mut Block, per: f64) {
    v.iter_mut().for_each(|v| *v = (*v * per + 0.5).floor());
}

/// Σ w·x + bias: exact, so that no order matters.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2", "aarch64+neon"))]
fn sums(parameters: &[f64], x: &[Block], sum: &mut Block) {
    let (bias, weights) = parameters.split_last().expect("a bias");
    let mut held = [*bias; LANES];
    for (w, x) in weights.iter().zip(x) {
        if *w != 0.0 {
            held.iter_mut().zip(x).for_each(|(s, x)| *s += w * x);
        }
    }
    *sum = held;
}

/// Adds Σ delta·x to the gradient of every weight, and Σ delta to that of the bias, in a fixed order.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2", "aarch64+neon"))]
fn gradient(delta: &Block, x: &[Block], gradient: &mut [f64]) {
    const PART: usize = 8;
    let total = |parts: [f64; PART]| parts.iter().sum::<f64>();
    for (g, x) in gradient.iter_mut().zip(x) {
        let mut parts = [0.0; PART];
        for (d, x) in delta.chunks_exact(PART).zip(x.chunks_exact(PART)) {
            (0..PART).for_each(|k| parts[k] += d[k] * x[k]);
        }
        *g += total(parts);
    }
    let mut parts = [0.0; PART];
    for d in delta.chunks_exact(PART) {
        (0..PART).for_each(|k| parts[k] += d[k]);
    }
    if let Some(last) = gradient.last_mut() {
        *last += total(parts);
    }
}

/// Adds delta·w to the gradients of the inputs.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2", "aarch64+neon"))]
fn back(parameters: &[f64], delta: &Block, before: &mut [Block]) {
    for (w, before) in parameters.iter().zip(before) {
        if *w != 0.0 {
            before.iter_mut().zip(delta).for_each(|(b, d)| *b += d * w);
        }
    }
}

/// Gradients of all parameters, at 0.
pub(super) fn zeros(all: &All) -> Vec<Vec<Vec<f64>>> {
    let of = |p: &Parameters| vec![0.0; p.real.len()];
    all.iter().map(|layer| layer.iter().map(of).collect()).collect()
}
