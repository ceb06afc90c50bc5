//! Real numbers behind codes.

use crate::num::{Format, MAX_WIDTH};
use crate::plan::{Plan, PlanLayer, PlanNeuron};

/// Exact sums have at most so many bits: in `f64` half a step can still be added to them.
const EXACT_BITS: i32 = 52;

/// The parameters of a neuron: weights, then the bias, in units of the data; and what they are rounded to.
#[derive(Clone)]
pub(super) struct Parameters {
    pub real: Vec<f64>,
    pub rounded: Vec<f64>,
    weight: Format,
    /// The step of the exact sum.
    sum_ulp: f64,
    /// Whether they stay as they are: subtractions of offsets are exact.
    pub fixed: bool,
    /// Weights that stay 0, where pruned ones do; none otherwise.
    zeros: Vec<usize>,
}

/// The nearest multiple of a step, half up, in a range of codes.
#[inline(always)]
fn nearest(v: f64, per: f64, ulp: f64, (lo, hi): (f64, f64)) -> f64 {
    (v * per + 0.5).floor().clamp(lo, hi) * ulp
}

impl Parameters {
    /// Those of a neuron that reads `inputs`; nothing if its sums may be too wide.
    pub fn of(neuron: &PlanNeuron, inputs: &[Format]) -> Option<Parameters> {
        let frac = neuron.acc_frac(inputs);
        let largest = |f: Format| libm::ldexp(1.0, f.width as i32 - i32::from(f.signed) - f.frac);
        let fixed = neuron.weight.width <= 2 && !neuron.weight.signed;
        let sum_ulp = libm::ldexp(1.0, -frac);
        let weights: Vec<f64> = neuron.weights.iter().map(|&w| neuron.weight.value(w)).collect();
        let bias = neuron.bias as f64 * sum_ulp;
        // Whatever the weights come to; those that stay are what they are.
        let most =
            |(w, &x): (&f64, &Format)| largest(x) * if fixed { w.abs() } else { largest(neuron.weight) };
        let most = weights.iter().zip(inputs).map(most).sum::<f64>() + 2.0 * bias.abs();
        if most >= libm::ldexp(1.0, EXACT_BITS - frac) {
            return None;
        }
        let mut real = weights;
        real.push(bias);
        let rounded = real.clone();
        Some(Parameters { real, rounded, weight: neuron.weight, sum_ulp, fixed, zeros: Vec::new() })
    }

    /// Weights that are 0 now stay so.
    pub fn hold_zeros(&mut self) {
        let weights = &self.real[..self.real.len() - 1];
        self.zeros = weights.iter().enumerate().filter(|(_, w)| **w == 0.0).map(|(i, _)| i).collect();
    }

    /// Rounds all of them. What lies beyond the format comes back to its ends, and so does the real number.
    pub fn round(&mut self) {
        let (f, last) = (self.weight, self.real.len() - 1);
        self.zeros.iter().for_each(|&i| self.real[i] = 0.0);
        let range = (f.min_code() as f64, f.max_code() as f64);
        let (ulp, per) = (f.ulp(), 1.0 / f.ulp());
        for (real, rounded) in self.real[..last].iter_mut().zip(&mut self.rounded) {
            *real = real.clamp((range.0 - 0.5) * ulp, (range.1 + 0.5) * ulp);
            *rounded = nearest(*real, per, ulp, range);
        }
        let most = libm::ldexp(1.0, MAX_WIDTH as i32 - 2);
        self.rounded[last] = nearest(self.real[last], 1.0 / self.sum_ulp, self.sum_ulp, (-most, most));
    }

    /// Writes the codes into the neuron they came from.
    pub fn store(&self, neuron: &mut PlanNeuron) {
        let last = self.rounded.len() - 1;
        let codes = self.rounded[..last].iter().map(|w| (w / self.weight.ulp()) as i64);
        neuron.weights = codes.collect();
        neuron.bias = (self.rounded[last] / self.sum_ulp) as i64;
    }
}

/// The parameters of a plan, layer by layer.
pub(super) type All = Vec<Vec<Parameters>>;

/// Those of a plan; nothing if its sums may be too wide.
pub(super) fn parameters(plan: &Plan) -> Option<All> {
    let layer = |(l, layer): (usize, &PlanLayer)| {
        let inputs = plan.input_formats(l);
        layer.neurons.iter().map(|n| Parameters::of(n, &inputs)).collect()
    };
    plan.layers.iter().enumerate().map(layer).collect()
}

/// The same real numbers behind the formats of another plan.
pub(super) fn in_formats(plan: &Plan, all: &All) -> Option<All> {
    let mut other = parameters(plan)?;
    for (to, from) in other.iter_mut().flatten().zip(all.iter().flatten()) {
        to.real.clone_from(&from.real);
        to.zeros.clone_from(&from.zeros);
        to.round();
    }
    Some(other)
}

/// Writes all codes into a plan with the formats that they are rounded to.
pub(super) fn store(all: &All, plan: &mut Plan) {
    for (layer, all) in plan.layers.iter_mut().zip(all) {
        layer.neurons.iter_mut().zip(all).for_each(|(n, p)| p.store(n));
    }
}
