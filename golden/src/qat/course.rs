//! A plan in training: its parameters, and what it makes of samples.

use super::adam::Adam;
use super::forward::{Block, LANES, Machine, Pass, zeros};
use super::latent::{All, Parameters, in_formats, parameters};
use crate::num::{Format, Rounding, quantize};
use crate::plan::Plan;
use crate::tune::Judge;
use crate::watch::Task;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// Samples, and what their outputs should be.
pub(super) struct Ground<'a> {
    /// Inputs in units of the data.
    pub x: &'a [f64],
    pub judge: Judge,
    /// Those that are trained on, those that formats are chosen by, and those that select.
    pub seen: &'a [usize],
    pub some: Vec<usize>,
    pub held: &'a [usize],
    /// Samples of a step.
    pub batch: usize,
    pub seed: u64,
}

/// A plan, and the real numbers behind its codes.
#[derive(Clone)]
pub(super) struct Course {
    pub plan: Arc<Plan>,
    machine: Machine,
    /// The inputs as ports have them.
    inputs: Arc<Vec<f64>>,
    pub all: All,
}

impl Course {
    /// The plan as it is, a `sparse` one with weights that stay 0; nothing if its sums may be too wide.
    pub fn of(plan: &Plan, x: &[f64], sparse: bool) -> Option<Course> {
        let mut all = parameters(plan)?;
        if sparse {
            all.iter_mut().flatten().for_each(Parameters::hold_zeros);
        }
        let plan = Arc::new(plan.clone());
        Some(Course { machine: Machine::of(&plan), inputs: Arc::new(rounded(&plan, x)), all, plan })
    }

    /// The same real numbers in the formats of another plan, of which some neurons are others, and ports if `x` is given.
    pub fn with(&self, plan: Plan, changed: &[(usize, usize)], x: Option<&[f64]>) -> Option<Course> {
        let all = in_formats(&plan, &self.all)?;
        let plan = Arc::new(plan);
        let machine = self.machine.with(&plan, changed);
        let inputs = x.map_or_else(|| self.inputs.clone(), |x| Arc::new(rounded(&plan, x)));
        Some(Course { plan, machine, inputs, all })
    }

    /// What an epoch takes, in multiplications, about.
    pub fn work(&self, ground: &Ground) -> f64 {
        let neurons = self.all.iter().flatten().zip(self.machine.units.iter().flatten());
        let weights: usize = neurons.map(|(p, unit)| p.real.len() + unit.work()).sum();
        (weights * (3 * ground.seen.len() + ground.held.len())) as f64
    }

    /// Trains at a rate. Gives the least error on the samples held out; the parameters that have it stay.
    pub fn run(&mut self, ground: &Ground, rate: f64, epochs: usize, task: &Task) -> f64 {
        let mut pass = Pass::of(&self.plan);
        let mut adam = Adam::of(self.scales(ground, &mut pass).into_iter());
        let mut gradients = zeros(&self.all);
        let mut order = ground.seen.to_vec();
        let mut random = ChaCha8Rng::seed_from_u64(ground.seed);
        let mut best = (self.error(ground, ground.held), self.all.clone());
        let steps = order.len().div_ceil(ground.batch).max(1);
        for epoch in 0..epochs {
            order.shuffle(&mut random);
            for (step, rows) in order.chunks(ground.batch).enumerate() {
                gradients.iter_mut().flatten().for_each(|g| g.fill(0.0));
                rows.chunks(LANES).for_each(|rows| self.add(ground, rows, &mut pass, &mut gradients));
                let done = (epoch * steps + step) as f64 / (epochs * steps) as f64;
                let rate = rate * 0.5 * (1.0 + libm::cos(std::f64::consts::PI * done));
                adam.step(&mut self.all, &gradients, rate);
                self.all.iter_mut().flatten().filter(|p| !p.fixed).for_each(|p| p.round());
            }
            let error = self.error(ground, ground.held);
            if error < best.0 {
                best = (error, self.all.clone());
            }
            task.step();
        }
        self.all = best.1;
        best.0
    }

    /// What a step of each parameter is measured by: a neuron's largest weight; of biases, times what its inputs come to.
    fn scales(&self, ground: &Ground, pass: &mut Pass) -> Vec<f64> {
        let rows: Vec<usize> = ground.seen.iter().copied().take(LANES).collect();
        self.load(&rows, pass);
        pass.forward(&self.machine, &self.all);
        let mut scales = Vec::new();
        for (layer, inputs) in self.all.iter().zip(&pass.values) {
            let squares: f64 = inputs.iter().flatten().map(|v| v * v).sum();
            let reach = (squares / (inputs.len() * LANES) as f64).sqrt();
            for p in layer {
                let weights = &p.real[..p.real.len() - 1];
                let largest = weights.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
                scales.extend(weights.iter().map(|_| largest));
                scales.push(largest * reach);
            }
        }
        scales
    }

    /// Puts the inputs of samples into a block; what is left of it repeats the last.
    fn load(&self, rows: &[usize], pass: &mut Pass) {
        let width = self.plan.inputs.len();
        for lane in 0..LANES {
            let Some(&row) = rows.get(lane).or(rows.last()) else { return };
            let x = &self.inputs[row * width..][..width];
            pass.values[0].iter_mut().zip(x).for_each(|(block, x)| block[lane] = *x);
        }
    }

    /// Adds the gradients of a block of samples.
    pub fn add(&self, ground: &Ground, rows: &[usize], pass: &mut Pass, gradients: &mut [Vec<Vec<f64>>]) {
        self.load(rows, pass);
        pass.forward(&self.machine, &self.all);
        let results = &pass.values[pass.values.len() - 1];
        let mut slopes: Vec<Block> = vec![[0.0; LANES]; results.len()];
        let mut outputs = vec![0.0; results.len()];
        for (lane, &row) in rows.iter().enumerate() {
            outputs.iter_mut().zip(results).for_each(|(v, block)| *v = block[lane]);
            ground.judge.slopes(row, &mut outputs);
            slopes.iter_mut().zip(&outputs).for_each(|(block, g)| block[lane] = *g);
        }
        pass.backward(&self.all, &slopes, gradients);
    }

    /// The mean error on samples.
    pub fn error(&self, ground: &Ground, rows: &[usize]) -> f64 {
        let mut error = 0.0;
        self.outputs(rows, |row, results, lane| {
            error += ground.judge.error_of(row, results.iter().map(|block| block[lane]));
        });
        error / rows.len().max(1) as f64
    }

    /// Runs samples. Each is told its results, which stand in a lane of blocks.
    pub fn outputs(&self, rows: &[usize], mut each: impl FnMut(usize, &[Block], usize)) {
        let mut pass = Pass::of(&self.plan);
        for part in rows.chunks(LANES) {
            self.load(part, &mut pass);
            pass.forward(&self.machine, &self.all);
            let results = &pass.values[pass.values.len() - 1];
            part.iter().enumerate().for_each(|(lane, &row)| each(row, results, lane));
        }
    }
}

/// Values as ports have them.
fn rounded(plan: &Plan, x: &[f64]) -> Vec<f64> {
    // Samples are finite.
    let value = |(&v, &f): (&f64, &Format)| f.value(quantize(v, f, Rounding::HalfUp).unwrap_or(0));
    x.iter().zip(plan.inputs.iter().cycle()).map(value).collect()
}
