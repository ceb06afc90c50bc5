//! Rounding that corrects what is not rounded yet.
//!
//! Layer by layer: the integer layers before give the values that the rest of the network really gets; the rest, still
//! real, is fitted to the outputs of the unrounded network on those values while its own values are disturbed as rounding
//! will disturb them (Levenberg-Marquardt steps), so that weights turn to where rounding of z, h and y matters least; then
//! the weights of its first layer are rounded one by one, each error handed on through the inverse of JᵀJ to all weights behind it
//! (in the spirit of optimal brain quantization, Frantar & Alistarh 2022, with the whole network's outputs as the aim).

use super::build::{Builder, empty_plan};
use super::tangent::{Aims, Noise, parameters};
use super::{Calibration, QuantError, QuantOptions, observe, quantize_network};
use crate::net::{Layer, Network};
use crate::num::{Format, MAX_WIDTH, Rounding, quantize};
use crate::plan::{Engine, Plan, PlanLayer};

/// How much work goes into correcting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refinement {
    /// Calibration points that a step looks at.
    pub points: usize,
    /// Levenberg-Marquardt steps of the whole network before its first layer is rounded.
    pub first: usize,
    /// Levenberg-Marquardt steps of the rest of the network behind each rounded layer.
    pub steps: usize,
}

impl Default for Refinement {
    fn default() -> Refinement {
        Refinement { points: 1000, first: 40, steps: 2 }
    }
}

/// Quantizes a validated network as [`super::quantize_network`] does, but every rounding error is corrected where it can
/// be: by the weights that are not yet rounded. Aims at the real-valued network's outputs on the calibration points,
/// never at targets. Where rounding to the nearest comes closer to them after all, its plan is returned.
///
/// # Errors
/// As [`super::quantize_network`].
pub fn quantize_refined(
    network: &Network,
    calibration: &Calibration,
    options: &QuantOptions,
    how: Refinement,
) -> Result<Plan, QuantError> {
    if calibration.points.len() < network.inputs() {
        return Err(QuantError::NoPoints);
    }
    let nearest = quantize_network(network, calibration, options)?;
    let mut plan = empty_plan(&observe(network, calibration), options)?;
    let aims = network.eval_all(&calibration.points);
    let mut codes = encode(&calibration.points, &plan.inputs);
    let mut rest = network.clone();
    for l in 0..network.layers.len() {
        let inputs = plan.input_formats(l);
        let all = decode(&codes, &inputs);
        let take = |turn| Aims::spread(&all, inputs.len(), &aims, network.outputs(), how.points, turn);
        let (mut damping, steps) = (START, if l == 0 { how.first } else { how.steps });
        for step in 0..steps {
            let noise = noise(&rest, &all, options, l, step)?;
            take(step).step(&mut rest, &noise, &mut damping);
        }
        let seen = observe(&rest, &Calibration { points: all.clone() });
        let builder = Builder { layer: &rest.layers[0], options, seen: &seen.layers[0], l };
        let mut layer = builder.layer(&mut plan)?;
        round(&mut rest, &mut layer, &inputs, &take(0));
        plan.layers.push(layer);
        codes = run_last(&plan, &codes);
        rest.layers.remove(0);
    }
    plan.validate()?;
    let reached = distance(&plan, &codes, &aims);
    let plain = Engine::new(&nearest).run(&encode(&calibration.points, &nearest.inputs));
    Ok(if reached <= distance(&nearest, &plain, &aims) { plan } else { nearest })
}

/// Σe² of output codes.
fn distance(plan: &Plan, codes: &[i64], aims: &[f64]) -> f64 {
    let values = decode(codes, &plan.score_formats());
    values.iter().zip(aims).map(|(v, t)| (v - t) * (v - t)).sum()
}

/// Codes of values, row-major.
fn encode(values: &[f64], formats: &[Format]) -> Vec<i64> {
    // Points are finite.
    let code = |(&v, &f): (&f64, &Format)| quantize(v, f, Rounding::HalfUp).unwrap_or(0);
    values.iter().zip(formats.iter().cycle()).map(code).collect()
}

/// Values of codes, row-major.
fn decode(codes: &[i64], formats: &[Format]) -> Vec<f64> {
    codes.iter().zip(formats.iter().cycle()).map(|(&c, f)| f.value(c)).collect()
}

/// What the last layer of an unfinished plan makes of the codes of the layer before.
fn run_last(plan: &Plan, codes: &[i64]) -> Vec<i64> {
    let l = plan.layers.len() - 1;
    let layers = vec![plan.layers[l].clone()];
    Engine::new(&Plan { inputs: plan.input_formats(l), layers, ..plan.clone() }).run(codes)
}

/// Rounds the weights of the first layer of `rest` in turn, each error corrected by all that follow, and puts the codes
/// into `layer`, whose formats stand. Where the normal equations cannot be solved, everything is rounded to the nearest.
fn round(rest: &mut Network, layer: &mut PlanLayer, inputs: &[Format], aims: &Aims) {
    let (normal, _) = aims.linearise(rest, &Noise::default());
    let first = &rest.layers[0];
    let count = first.weights.len();
    let mut w: Vec<f64> = parameters(&mut rest.clone()).map(|w| *w).collect();
    if let Some(factor) = normal.factor(DAMPING) {
        let mut inverse = factor.inverse();
        for q in 0..count {
            let neuron = &mut layer.neurons[q / first.inputs];
            let code = quantize(w[q], neuron.weight, Rounding::HalfUp).unwrap_or(0);
            neuron.weights[q % first.inputs] = code;
            let error = neuron.weight.value(code) - w[q];
            eliminate(&mut inverse, &mut w, q, error);
        }
    }
    round_biases(layer, first, &w[count..], inputs);
    parameters(rest).zip(&w).for_each(|(to, w)| *to = *w);
}

/// Keeps the correction of a weight from running along directions that the points do not decide.
const DAMPING: f64 = 1e-4;

/// Moves weight `q` by `error`, all later ones so that the outputs change least, and takes `q` out of the inverse.
fn eliminate(inverse: &mut [f64], w: &mut [f64], q: usize, error: f64) {
    let n = w.len();
    let (above, below) = inverse.split_at_mut((q + 1) * n);
    let row = &above[q * n..][..n];
    let pivot = row[q];
    for k in q + 1..n {
        w[k] += error / pivot * row[k];
    }
    for other in below.chunks_exact_mut(n) {
        let share = other[q] / pivot;
        other[q..].iter_mut().zip(&row[q..]).for_each(|(o, r)| *o -= share * r);
    }
}

/// Biases have the point of the exact sum, which is fine enough to round them on their own.
fn round_biases(layer: &mut PlanLayer, first: &Layer, biases: &[f64], inputs: &[Format]) {
    if first.bias.is_none() {
        return;
    }
    for (neuron, &bias) in layer.neurons.iter_mut().zip(biases) {
        let exact = Format { signed: true, width: MAX_WIDTH, frac: neuron.acc_frac(inputs) };
        neuron.bias = quantize(bias, exact, Rounding::HalfUp).unwrap_or(0);
    }
}

/// What rounding will do to the values of the rest of a network, whose first layer is layer `l` of all.
fn noise(
    rest: &Network,
    points: &[f64],
    options: &QuantOptions,
    l: usize,
    step: usize,
) -> Result<Noise, QuantError> {
    let seen = observe(rest, &Calibration { points: points.to_vec() });
    let layer = |(k, layer): (usize, &Layer)| {
        let builder = Builder { layer, options, seen: &seen.layers[k], l: l + k };
        (0..layer.neurons.len()).map(|n| builder.halves(n)).collect()
    };
    let halves = rest.layers.iter().enumerate().map(layer).collect::<Result<_, _>>()?;
    Ok(Noise { halves, seed: (l * 1000 + step) as u64 })
}

/// The damping of the first step.
const START: f64 = 1e-3;

impl Aims {
    /// So many of the points, evenly spread over their order; another `turn`, other points.
    fn spread(x: &[f64], inputs: usize, y: &[f64], outputs: usize, points: usize, turn: usize) -> Aims {
        let rows = x.len() / inputs;
        let take = points.clamp(1, rows);
        let shift = turn * 7919 % rows;
        let at = |i: usize| (i * rows / take + shift) % rows;
        let pick = |values: &[f64], width: usize| {
            (0..take).flat_map(|i| values[at(i) * width..][..width].to_vec()).collect()
        };
        Aims { inputs, outputs, x: pick(x, inputs), y: pick(y, outputs) }
    }

    /// A Levenberg-Marquardt step towards the aims; Σe² does not rise.
    fn step(&self, network: &mut Network, noise: &Noise, damping: &mut f64) {
        let (normal, energy) = self.linearise(network, noise);
        while *damping < 1e6 {
            let next = normal.factor(*damping).map(|factor| {
                let mut next = network.clone();
                let step = factor.solve(&normal.gradient);
                parameters(&mut next).zip(&step).for_each(|(w, d)| *w -= d);
                next
            });
            if let Some(next) = next.filter(|n| self.energy(n, noise) < energy) {
                *network = next;
                *damping = (*damping / 4.0).max(1e-9);
                return;
            }
            *damping *= 4.0;
        }
    }
}
