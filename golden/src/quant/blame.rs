//! Which rounding of a plan loses most: the plan run in `f64` with one rounding left out, or with that one alone.

use crate::func::Portable;
use crate::net::{Layer, Network};
use crate::num::{Format, Rounding, quantize, requantize};
use crate::plan::{Plan, PlanNeuron, Stage, Tail, attenuate, square};
use schemars::JsonSchema;
use serde::Serialize;

/// A sort of value that a plan rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Rounded {
    /// The inputs of the network.
    Input,
    /// The weights and biases of a layer.
    Weights,
    /// The sums in front of the activations of a layer.
    Z,
    /// The results of its activations, tables included.
    H,
    /// Its outputs, the constants of attenuators included.
    Y,
}

/// What one rounding does to the error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Blame {
    /// The layer, from 0; the inputs belong to the first.
    pub layer: usize,
    /// What is rounded.
    pub value: Rounded,
    /// The error if this were exact and all else as the plan has it.
    pub without: f64,
    /// The error if this were as the plan has it and all else exact.
    pub alone: f64,
}

/// What every rounding of a plan does to the error of its network, in the order of the layers.
///
/// `x` holds samples one after the other; `error` judges the outputs of the last layer for all of them, smaller is better.
/// Roundings that a plan does not have (z of a layer without activations) are left out.
///
/// # Panics
/// If plan and network have different shapes, or `x` does not hold whole samples.
pub fn blame(network: &Network, plan: &Plan, x: &[f64], error: impl Fn(&[f64]) -> f64) -> Vec<Blame> {
    let judge = |rounds: &dyn Fn(usize, Rounded) -> bool| error(&run(network, plan, x, rounds));
    let mut found = Vec::new();
    for (layer, l) in plan.layers.iter().enumerate() {
        let all = [Rounded::Input, Rounded::Weights, Rounded::Z, Rounded::H, Rounded::Y];
        let there = |value: &Rounded| match value {
            Rounded::Input => layer == 0,
            Rounded::Weights | Rounded::Y => true,
            Rounded::Z => l.neurons.iter().any(|n| !matches!(n.stage, Stage::Linear { .. })),
            Rounded::H => l.neurons.iter().any(|n| matches!(n.stage, Stage::Activated { .. })),
        };
        for value in all.into_iter().filter(there) {
            let without = judge(&|l, v| (l, v) != (layer, value));
            let alone = judge(&|l, v| (l, v) == (layer, value));
            found.push(Blame { layer, value, without, alone });
        }
    }
    found
}

/// The rounding that loses most of what lies between the error `real` of the network and `fixed` of its plan: the one
/// without which least is lost. Where each of several would do the whole damage alone, the worst of these.
pub fn worst(found: &[Blame], real: f64, fixed: f64) -> Option<Blame> {
    let best = found.iter().min_by(|a, b| a.without.total_cmp(&b.without))?;
    match fixed - best.without >= 0.2 * (fixed - real) {
        true => Some(*best),
        false => found.iter().max_by(|a, b| a.alone.total_cmp(&b.alone)).copied(),
    }
}

/// The outputs of the last layer where only what `rounds` names is rounded.
fn run(network: &Network, plan: &Plan, x: &[f64], rounds: &dyn Fn(usize, Rounded) -> bool) -> Vec<f64> {
    let mut outputs = Vec::new();
    for sample in x.chunks_exact(plan.inputs.len()) {
        let mut values: Vec<f64> = match rounds(0, Rounded::Input) {
            true => sample.iter().zip(&plan.inputs).map(|(&v, &f)| f.value(code(v, f))).collect(),
            false => sample.to_vec(),
        };
        for (l, layer) in network.layers.iter().enumerate() {
            let formats = plan.input_formats(l);
            let neurons = plan.layers[l].neurons.iter().enumerate();
            let neuron =
                |(n, p)| Run { plan, layer, n, p, rounds: &|v| rounds(l, v) }.output(&values, &formats);
            values = neurons.map(neuron).collect();
        }
        outputs.extend(values);
    }
    outputs
}

/// The code of a value; what is not a number is 0, as a network that gives it has no error to compare with.
fn code(v: f64, format: Format) -> i64 {
    quantize(v, format, Rounding::HalfUp).unwrap_or(0)
}

/// One neuron of both.
struct Run<'a> {
    plan: &'a Plan,
    layer: &'a Layer,
    n: usize,
    p: &'a PlanNeuron,
    rounds: &'a dyn Fn(Rounded) -> bool,
}

impl Run<'_> {
    fn output(&self, x: &[f64], formats: &[Format]) -> f64 {
        let sum = match (self.rounds)(Rounded::Weights) {
            false => self.layer.sum(self.n, x),
            true => {
                let unit = self.p.weight.ulp();
                let products = self.p.weights.iter().zip(x).map(|(&w, x)| w as f64 * unit * x);
                products.sum::<f64>() + libm::ldexp(self.p.bias as f64, -self.p.acc_frac(formats))
            }
        };
        let neuron = &self.layer.neurons[self.n];
        let real_h = |z: f64| neuron.activation.eval(Portable(z)).0;
        let real_y = |h: f64| neuron.kind.eval(Portable(h)).0;
        match self.p.stage {
            Stage::Linear { y } => self.round(Rounded::Y, sum, y).1,
            Stage::Fused { z, table } => {
                let (code, z) = self.round(Rounded::Z, sum, z);
                let table = &self.plan.tables[table];
                match code.filter(|_| (self.rounds)(Rounded::Y)) {
                    Some(code) => table.output.value(table.eval(code)),
                    None => self.round(Rounded::Y, real_y(real_h(z)), table.output).1,
                }
            }
            Stage::Activated { z, table, h, tail, y } => {
                let (z_code, z_value) = self.round(Rounded::Z, sum, z);
                let (h_code, h_value) = match (z_code, (self.rounds)(Rounded::H)) {
                    (Some(code), true) => {
                        let code = match table {
                            Some(t) => self.plan.tables[t].eval(code),
                            None => requantize(code as i128, z.frac, h, Rounding::HalfUp),
                        };
                        (Some(code), h.value(code))
                    }
                    (None, true) => (None, self.rounded_h(sum, z, table, h)),
                    (_, false) if self.settles(h).contains(&sum) => (None, real_h(z_value)),
                    (_, false) => (None, real_h(sum)),
                };
                // An ordinary neuron hands h on: rounding y to the same format is no rounding of its own.
                if h_code.is_none() && tail == Tail::Ordinary && y == h {
                    return real_y(h_value);
                }
                match h_code.filter(|_| (self.rounds)(Rounded::Y)) {
                    Some(code) => y.value(match tail {
                        Tail::Ordinary => requantize(code as i128, h.frac, y, Rounding::HalfUp),
                        Tail::Amplifying => square(code, h, y),
                        Tail::Attenuating { b } => attenuate(code, b, h, y),
                    }),
                    None => self.round(Rounded::Y, real_y(h_value), y).1,
                }
            }
        }
    }

    /// h of an exact sum, where only h is rounded: what its table has, but for the rounding of z. Where the activation has
    /// settled to within half a unit of h, z may saturate: what that costs belongs to the rounding of h.
    fn rounded_h(&self, sum: f64, z: Format, table: Option<usize>, h: Format) -> f64 {
        let real = |z: f64| self.layer.neurons[self.n].activation.eval(Portable(z)).0;
        let Some(table) = table else { return h.value(code(real(sum), h)) };
        let argument = code(sum, z);
        let value = h.value(self.plan.tables[table].eval(argument));
        match self.settles(h).contains(&sum) {
            true => real(sum) + (value - real(z.value(argument))),
            false => value,
        }
    }

    /// Arguments beyond which the activation has settled.
    fn settles(&self, h: Format) -> std::ops::RangeInclusive<f64> {
        let (lo, hi) = self.layer.neurons[self.n].activation.settles(0.5 * h.ulp());
        lo..=hi
    }

    /// A value rounded to a format, and its code; as it is, and no code, where that is exact.
    fn round(&self, what: Rounded, v: f64, format: Format) -> (Option<i64>, f64) {
        if !(self.rounds)(what) {
            return (None, v);
        }
        let code = code(v, format);
        (Some(code), format.value(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approx::Demand;
    use crate::func::{Activation, Kind};
    use crate::net::Neuron;
    use crate::plan::Engine;
    use crate::quant::{Calibration, Granularity, Kinds, LayerBits, QuantOptions, quantize_network};

    fn options(bits: u32, granularity: Granularity, layers: Vec<LayerBits>) -> QuantOptions {
        let (demand, kinds) = (Demand::default(), Kinds::Usual);
        QuantOptions { name: "net".into(), bits, granularity, layers, demand, kinds }
    }

    /// Two hidden layers of an ordinary, an amplifying, an attenuating and a linear neuron, weights by a formula.
    fn network() -> Network {
        let neuron = |kind| Neuron { activation: Activation::Tanh, kind };
        let kinds = [Kind::Ordinary, Kind::Amplifying, Kind::Attenuating { b: 1.0 }];
        let hidden = || [Neuron::default()].into_iter().chain(kinds.map(neuron)).collect();
        let layer = |inputs: usize, neurons: Vec<Neuron>| {
            let weight = |i: usize| (1.0 + 2.0 * i as f64 + inputs as f64).sin();
            let bias = Some((0..neurons.len()).map(|i| 0.3 - 0.1 * i as f64).collect());
            Layer { inputs, weights: (0..inputs * neurons.len()).map(weight).collect(), bias, neurons }
        };
        Network { layers: vec![layer(1, hidden()), layer(4, hidden()), layer(4, vec![Neuron::default()])] }
    }

    fn points() -> Vec<f64> {
        (0..200).map(|i| i as f64 / 40.0 - 2.5).collect()
    }

    fn mae<'a>(truth: &'a [f64]) -> impl Fn(&[f64]) -> f64 + 'a {
        move |found| found.iter().zip(truth).map(|(a, b)| (a - b).abs()).sum::<f64>() / truth.len() as f64
    }

    #[test]
    fn all_roundings_are_the_plan_and_none_is_the_network() {
        let (network, x) = (network(), points());
        for granularity in [Granularity::Layer, Granularity::Neuron, Granularity::Value] {
            let calibration = Calibration::from_data(&x);
            let plan = quantize_network(&network, &calibration, &options(10, granularity, Vec::new()));
            let plan = plan.expect("a plan");
            let codes: Vec<i64> = x.iter().map(|&v| code(v, plan.inputs[0])).collect();
            let y = plan.output_formats()[0];
            let fixed: Vec<f64> = Engine::new(&plan).run(&codes).into_iter().map(|c| y.value(c)).collect();
            assert_eq!(run(&network, &plan, &x, &|_, _| true), fixed, "{granularity:?}");
            assert_eq!(run(&network, &plan, &x, &|_, _| false), network.eval_all(&x));
        }
    }

    /// One value of one layer gets few bits: it is the one that is named, whichever it is.
    #[test]
    fn the_narrow_value_is_blamed() {
        let (network, x) = (network(), points());
        let real = network.eval_all(&x);
        for (layer, value) in [
            (0, Rounded::Z),
            (0, Rounded::Weights),
            (1, Rounded::H),
            (1, Rounded::Weights),
            (2, Rounded::Weights),
        ] {
            let mut layers = vec![LayerBits::default(); 3];
            let narrow = Some(5);
            match value {
                Rounded::Weights => layers[layer].weights = narrow,
                Rounded::Z => layers[layer].z = narrow,
                Rounded::H => layers[layer].h = narrow,
                Rounded::Y | Rounded::Input => layers[layer].y = narrow,
            }
            let options = options(18, Granularity::Layer, layers);
            let plan = quantize_network(&network, &Calibration::from_data(&x), &options).expect("a plan");
            let error = mae(&real);
            let fixed = error(&run(&network, &plan, &x, &|_, _| true));
            let found = worst(&blame(&network, &plan, &x, &error), 0.0, fixed).expect("a rounding");
            assert_eq!((found.layer, found.value), (layer, value), "{found:?} of {fixed}");
            assert!(found.without < 0.2 * fixed && found.alone > 0.8 * fixed, "{found:?} of {fixed}");
        }
    }
}
