//! Rounding that corrects what is not rounded yet.
//!
//! First the whole network, still real, is fitted to its own outputs while its values are disturbed as rounding will
//! disturb them (Levenberg-Marquardt steps), so that weights turn to where rounding of z, h and y matters least. Then layer by
//! layer: the integer layers before give the values that the rest of the network really gets; the rest is fitted to the
//! outputs of the unrounded network on those values; then the weights of its first layer are rounded one by one, each error
//! handed on through the inverse of JᵀJ to all weights behind it (in the spirit of optimal brain quantization, Frantar &
//! Alistarh 2022, with the whole network's outputs as the aim).

use super::build::{Builder, empty_plan};
use super::noisy_jacobian::{Aims, Noise};
use super::{Calibration, QuantError, QuantOptions, observe, quantize_network};
use crate::approx::{Demand, Effort};
use crate::least_squares::{Damping, Rule, Tries};
use crate::net::{Layer, Network};
use crate::num::{Format, MAX_WIDTH, Rounding, quantize};
use crate::plan::{Engine, Plan, PlanLayer};
use crate::watch::{self, Task};
use rayon::prelude::*;

/// How much work goes into correcting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refinement {
    /// Calibration points that a step looks at.
    pub points: usize,
    /// Levenberg-Marquardt steps of the whole network while its values are disturbed more than rounding will disturb
    /// them, less with every step.
    pub loud: usize,
    /// Levenberg-Marquardt steps of the whole network before its first layer is rounded, disturbed as rounding will.
    pub first: usize,
    /// Levenberg-Marquardt steps of the rest of the network behind each rounded layer.
    pub steps: usize,
}

impl Default for Refinement {
    fn default() -> Refinement {
        Refinement { points: 2000, loud: 80, first: 60, steps: 4 }
    }
}

/// Quantizes a validated network as [`super::quantize_network`] does, but its weights move to where rounding matters least
/// ([`quiet_network`]), and every rounding error is corrected where it can be: by the weights that are not yet rounded. Aims
/// at the real-valued network's outputs on the calibration points, never at targets. Where rounding to the nearest comes
/// closer to them after all, its plan is returned.
///
/// # Errors
/// As [`super::quantize_network`].
pub fn quantize_refined(
    network: &Network,
    calibration: &Calibration,
    options: &QuantOptions,
    how: Refinement,
) -> Result<Plan, QuantError> {
    let quiet = quiet_network(network, calibration, options, how)?;
    Ok(quantize_from(network, quiet, calibration, options, how)?.0)
}

/// The second half of [`quantize_refined`], for a quiet network that there is already. Says too whether it came closer than
/// rounding to the nearest, whose plan is returned if it did not.
///
/// # Errors
/// As [`super::quantize_network`].
pub fn quantize_from(
    network: &Network,
    quiet: Network,
    calibration: &Calibration,
    options: &QuantOptions,
    how: Refinement,
) -> Result<(Plan, bool), QuantError> {
    let aims = network.eval_all(&calibration.points);
    let plan = round_in_turn(quiet, calibration, &aims, options, how)?;
    let far = |plan: &Plan| {
        let codes = Engine::new(plan).run(&encode(&calibration.points, &plan.inputs));
        distance(plan, &codes, &aims)
    };
    let nearest = |effort| {
        let demand = Demand { effort, ..options.demand.clone() };
        quantize_network(network, calibration, &QuantOptions { demand, ..options.clone() })
    };
    // Its tables have formats of their own and take as long as the plan's: where it is far behind, rough ones tell.
    if CLEARLY * far(&plan) <= far(&nearest(Effort::Rough)?) {
        return Ok((plan, true));
    }
    let nearest = nearest(options.demand.effort)?;
    let closer = far(&plan) <= far(&nearest);
    Ok((if closer { plan } else { nearest }, closer))
}

/// So many times the squared distance leaves no doubt, whichever tables both have.
const CLEARLY: f64 = 1.5;

/// A network with the outputs of this one, as far as can be, whose weights are where rounding of its values matters least.
///
/// Large steps are needed to get there, and a network that must be exact can only take small ones: so the noise is that
/// of much narrower formats to begin with. How loud is best depends on the network: several are tried.
///
/// # Errors
/// No calibration points, or widths that cannot hold the values.
pub fn quiet_network(
    network: &Network,
    calibration: &Calibration,
    options: &QuantOptions,
    how: Refinement,
) -> Result<Network, QuantError> {
    if calibration.points.len() < network.inputs() {
        return Err(QuantError::NoPoints);
    }
    let aims = network.eval_all(&calibration.points);
    let take = |turn| {
        let (inputs, outputs) = (network.inputs(), network.outputs());
        Aims::spread(&calibration.points, inputs, &aims, outputs, how.points, turn)
    };
    let octaves = f64::from(options.bits.saturating_sub(LOUDEST));
    let shares = if how.loud == 0 || octaves == 0.0 { &SHARES[..1] } else { &SHARES[..] };
    let steps = (how.loud + how.first) * shares.len();
    let task = Task::begin("moving weights to where rounding matters least", steps as u64);
    let settle = |share: f64| {
        let (mut quiet, mut damping) = (network.clone(), Damping::new(RULE));
        for step in 0..how.loud + how.first {
            let left = 1.0 - step.min(how.loud) as f64 / how.loud.max(1) as f64;
            let aims = take(step);
            let noise = noise(&quiet, &aims.x, options, 0, step)?;
            aims.step(&mut quiet, &noise.louder(libm::exp2(octaves * share * left)), &mut damping);
            task.step();
        }
        // All are judged by the same noise, at points no step looked at.
        let aims = take(how.loud + how.first);
        let noise = noise(&quiet, &aims.x, options, 0, how.loud + how.first)?;
        Ok((aims.energy(&quiet, &noise), quiet))
    };
    let watch = watch::here();
    let settle = |&share: &f64| watch.within(|| settle(share));
    let tried: Vec<_> = shares.par_iter().map(settle).collect::<Result<_, QuantError>>()?;
    let best = tried.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
    Ok(best.map_or_else(|| network.clone(), |(_, quiet)| quiet))
}

/// Formats with so many bits are as noisy as it gets.
const LOUDEST: u32 = 11;

/// How many of the octaves between the loudest noise and that of rounding are tried.
const SHARES: [f64; 3] = [0.0, 0.5, 1.0];

/// Rounds layer by layer, the layers behind fitted to what the rounded ones give.
fn round_in_turn(
    mut rest: Network,
    calibration: &Calibration,
    aims: &[f64],
    options: &QuantOptions,
    how: Refinement,
) -> Result<Plan, QuantError> {
    let mut plan = empty_plan(&observe(&rest, calibration), options)?;
    let mut codes = encode(&calibration.points, &plan.inputs);
    let outputs = rest.outputs();
    let task = Task::begin("rounding layer by layer", rest.layers.len() as u64);
    for l in 0..rest.layers.len() {
        let inputs = plan.input_formats(l);
        let all = decode(&codes, &inputs);
        let take = |turn| Aims::spread(&all, inputs.len(), aims, outputs, how.points, turn);
        let mut damping = Damping::new(RULE);
        for step in 0..if l == 0 { 0 } else { how.steps } {
            watch::check();
            let aims = take(step);
            let noise = noise(&rest, &aims.x, options, l, step)?;
            aims.step(&mut rest, &noise, &mut damping);
        }
        let seen = observe(&rest, &Calibration::from_data(&all));
        let builder = Builder { layer: &rest.layers[0], options, seen: &seen.layers[0], l };
        let mut layer = builder.layer(&mut plan)?;
        round(&mut rest, &mut layer, &inputs, &take(0));
        plan.layers.push(layer);
        codes = run_last(&plan, &codes);
        rest.layers.remove(0);
        task.step();
    }
    plan.validate()?;
    Ok(plan)
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
    let mut w: Vec<f64> = rest.weights_and_biases().copied().collect();
    if let Some(factor) = normal.factor(DAMPING) {
        let mut inverse = factor.inverse();
        for q in 0..count {
            watch::check();
            let neuron = &mut layer.neurons[q / first.inputs];
            let code = quantize(w[q], neuron.weight, Rounding::HalfUp).unwrap_or(0);
            neuron.weights[q % first.inputs] = code;
            let error = neuron.weight.value(code) - w[q];
            eliminate(&mut inverse, &mut w, q, error);
        }
    }
    round_biases(layer, first, &w[count..], inputs);
    rest.weights_and_biases_mut().zip(&w).for_each(|(to, w)| *to = *w);
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
    let seen = observe(rest, &Calibration::from_data(points));
    let layer = |(k, layer): (usize, &Layer)| {
        let builder = Builder { layer, options, seen: &seen.layers[k], l: l + k };
        (0..layer.neurons.len()).map(|n| builder.halves(n)).collect()
    };
    let halves = rest.layers.iter().enumerate().map(layer).collect::<Result<_, _>>()?;
    Ok(Noise { halves, seed: (l * 1000 + step) as u64 })
}

/// Damping of steps, relative to the curvature.
const RULE: Rule =
    Rule { start: 1e-3, range: [1e-9, 1e6], easier: 4.0, harder: 4.0, tries: Tries::UntilHopeless };

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
    fn step(&self, network: &mut Network, noise: &Noise, damping: &mut Damping) {
        let (normal, energy) = self.linearise(network, noise);
        let next = damping.descend(|damping| {
            watch::check();
            let step = normal.factor(damping)?.solve(&normal.gradient);
            let mut next = network.clone();
            next.weights_and_biases_mut().zip(&step).for_each(|(w, d)| *w -= d);
            (self.energy(&next, noise) < energy).then_some(next)
        });
        if let Some(next) = next {
            *network = next;
        }
    }
}
