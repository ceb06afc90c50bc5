//! Inputs in raw units: a first layer that subtracts offsets and aligns scales, exactly.
//!
//! A column of 1013.25 ± 0.5 has few codes in 16 bits, for its offset takes the others; and the weights of a column near
//! 50,000 and of one near 0.002 differ by seven decades, which no format of weights holds. Here every input i has a port of
//! its own that is wide enough for its offset, and becomes
//!
//! y_i = (x_i - o_i) · 2^-e_i,   |y_i| < 1.
//!
//! o_i is a whole number of steps of the port, so that a subtraction of constants computes it without error, and 2^-e_i only moves
//! the binary point. The network behind it, with the weights w_ji · 2^e_i and the biases b_j + Σ_i w_ji · o_i, has the same outputs in real
//! numbers; it is what is quantized.

use super::{Calibration, QuantError};
use crate::data::Names;
use crate::func::{Activation, Kind};
use crate::net::{Layer, Network, Neuron};
use crate::num::{Format, MAX_WIDTH};
use crate::plan::{Plan, PlanLayer, PlanNeuron, SCHEMA, Stage};

/// Bits of an input that its offset takes, beyond which offsets are subtracted.
const OFFSET_BITS: f64 = 3.0;

/// Octaves between the spans of two inputs, beyond which scales are aligned.
const SCALE_OCTAVES: i32 = 4;

/// Offsets are multiples of this share of 2^e_i: the bits below need no subtraction.
const GRAIN: i32 = 4;

/// Offsets of so many steps of a sum leave it no room.
const MOST_STEPS: f64 = (1u64 << 61) as f64;

/// The weight 1, at any binary point.
const ONE: Format = Format { signed: false, width: 2, frac: 0 };

/// A network and the subtractions before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditioned {
    /// What is quantized: it reads y.
    pub inner: Network,
    /// o_i and e_i of every input.
    inputs: Vec<(f64, i32)>,
    /// The smallest and largest value of every input.
    spans: Vec<(f64, f64)>,
}

impl Conditioned {
    /// The network with conditioned inputs, if its inputs on the calibration points need it: where an offset takes more
    /// than three bits, or spans differ by more than four octaves.
    pub fn of(network: &Network, calibration: &Calibration) -> Option<Conditioned> {
        let spans = spans(network.inputs(), &calibration.points);
        let inputs: Vec<(f64, i32)> = spans.iter().map(|&span| window(span)).collect();
        let varied = || spans.iter().zip(&inputs).filter(|((lo, hi), _)| varies(*lo, *hi));
        let lost = |((lo, hi), _): (&(f64, f64), _)| libm::log2(2.0 * lo.abs().max(hi.abs()) / (hi - lo));
        let scales = || varied().map(|(_, (_, e))| *e);
        let apart = scales().max().zip(scales().min()).map_or(0, |(most, least)| most - least);
        let needed = apart > SCALE_OCTAVES || varied().any(|pair| lost(pair) > OFFSET_BITS);
        needed.then(|| Conditioned { inner: inner(network, &inputs), inputs, spans })
    }

    /// The calibration points as the inner network sees them.
    pub fn points(&self, calibration: &Calibration) -> Calibration {
        let seen = |(&x, (o, e)): (&f64, &(f64, i32))| libm::ldexp(x - o, -e);
        let points = calibration.points.iter().zip(self.inputs.iter().cycle()).map(seen);
        Calibration { points: points.collect::<Vec<_>>().into() }
    }

    /// The network with the subtractions as its first layer: layer by layer what [`Conditioned::plan`] computes.
    pub fn network(&self) -> Network {
        let n = self.inputs.len();
        let linear = Neuron { activation: Activation::None, kind: Kind::Ordinary };
        let weights =
            (0..n * n).map(|k| if k % (n + 1) == 0 { libm::ldexp(1.0, -self.inputs[k / n].1) } else { 0.0 });
        let bias = self.inputs.iter().map(|(o, e)| -libm::ldexp(*o, -e)).collect();
        let first =
            Layer { inputs: n, neurons: vec![linear; n], weights: weights.collect(), bias: Some(bias) };
        Network { layers: std::iter::once(first).chain(self.inner.layers.iter().cloned()).collect() }
    }

    /// The plan of the whole, from that of the inner network.
    ///
    /// # Errors
    /// Values that are too far from 0 for their steps, or sums that the contract refuses.
    pub fn plan(&self, inner: Plan) -> Result<Plan, QuantError> {
        let port = |(i, y): (usize, &Format)| self.port(i, *y);
        let inputs: Vec<Format> = inner.inputs.iter().enumerate().map(port).collect::<Result<_, _>>()?;
        let first = self.subtractions(&inputs, &inner.inputs)?;
        let layers = std::iter::once(first).chain(inner.layers).collect();
        let plan = Plan { inputs, layers, ..inner };
        plan.validate()?;
        Ok(plan)
    }

    /// Whether ports and subtractions are within the contract where y has so many bits: told before tables are looked for.
    ///
    /// # Errors
    /// As [`Conditioned::plan`].
    pub fn check(&self, bits: u32) -> Result<(), QuantError> {
        let y = Format { signed: true, width: bits, frac: bits as i32 - 1 };
        let all = vec![y; self.inputs.len()];
        let inputs = (0..all.len()).map(|i| self.port(i, y)).collect::<Result<Vec<_>, _>>()?;
        let layers = vec![self.subtractions(&inputs, &all)?];
        let (name, tables) = ("inputs".into(), Vec::new());
        Ok(Plan {
            schema: SCHEMA,
            name,
            inputs,
            layers,
            tables,
            argmax: None,
            softmax: None,
            names: Names::default(),
        }
        .validate()?)
    }

    fn subtractions(&self, ports: &[Format], results: &[Format]) -> Result<PlanLayer, QuantError> {
        let neuron = |(i, &y): (usize, &Format)| {
            let (offset, e) = self.inputs[i];
            let mut weights = vec![0; ports.len()];
            weights[i] = 1;
            let mut neuron = PlanNeuron {
                weight: Format { frac: e, ..ONE },
                weights,
                bias: 0,
                stage: Stage::Linear { y },
            };
            // The offset in steps of the exact sum, which are as fine as the finest of all ports.
            let steps = libm::round(libm::ldexp(offset, neuron.acc_frac(ports) - e));
            let (lo, hi) = self.spans[i];
            if steps.abs() >= MOST_STEPS {
                let finest = ports.iter().map(|f| f.frac).max().unwrap_or(0);
                return Err(QuantError::Scales { input: i, lo, hi, finest });
            }
            neuron.bias = -(steps as i64);
            Ok(neuron)
        };
        let neurons = results.iter().enumerate().map(neuron).collect::<Result<_, _>>()?;
        Ok(PlanLayer { neurons })
    }

    /// The port whose steps are those of y: wide enough for every value that was seen.
    fn port(&self, i: usize, y: Format) -> Result<Format, QuantError> {
        let (lo, hi) = self.spans[i];
        let frac = y.frac - self.inputs[i].1;
        let fault = |width| QuantError::Range { place: format!("input {i}"), lo, hi, width };
        let steps = |v: f64| libm::round(libm::ldexp(v, frac));
        let (signed, reach) = (lo < 0.0, steps(hi).max(-steps(lo) - 1.0).max(1.0));
        let width = libm::frexp(reach).1 as u32 + u32::from(signed);
        Format::new(signed, width.max(2), frac).map_err(|_| fault(MAX_WIDTH))
    }
}

/// Whether a column varies by more than rounding.
fn varies(lo: f64, hi: f64) -> bool {
    hi - lo > 1e-12 * lo.abs().max(hi.abs())
}

/// The smallest and the largest value of every input.
fn spans(inputs: usize, points: &[f64]) -> Vec<(f64, f64)> {
    let mut spans = vec![(f64::INFINITY, f64::NEG_INFINITY); inputs];
    for point in points.chunks_exact(inputs) {
        spans.iter_mut().zip(point).for_each(|((lo, hi), &v)| (*lo, *hi) = (lo.min(v), hi.max(v)));
    }
    spans
}

/// The offset o, near the middle, and the exponent e of the least power of two that |x - o| stays below.
fn window((lo, hi): (f64, f64)) -> (f64, i32) {
    // A constant keeps the scale of its size.
    let half = if varies(lo, hi) { 0.5 * (hi - lo) } else { lo.abs().max(hi.abs()) };
    let least = libm::frexp(half).1;
    let offset = |e: i32| {
        let grain = e - GRAIN;
        libm::ldexp(libm::round(libm::ldexp(0.5 * lo + 0.5 * hi, -grain)), grain)
    };
    let holds = |e: &i32| (hi - offset(*e)).max(offset(*e) - lo) < libm::ldexp(1.0, *e);
    // The rounding of the offset may need the next power.
    let e = if holds(&least) { least } else { least + 1 };
    (if varies(lo, hi) { offset(e) } else { 0.0 }, e)
}

/// The network behind the subtractions.
fn inner(network: &Network, inputs: &[(f64, i32)]) -> Network {
    let mut inner = network.clone();
    let Some(first) = inner.layers.first_mut() else { return inner };
    let shift = |row: &[f64]| row.iter().zip(inputs).map(|(w, (o, _))| w * o).sum::<f64>();
    let shifts: Vec<f64> = first.weights.chunks_exact(first.inputs).map(shift).collect();
    let bias = first.bias.get_or_insert_with(|| vec![0.0; shifts.len()]);
    bias.iter_mut().zip(shifts).for_each(|(b, s)| *b += s);
    first.weights.iter_mut().zip(inputs.iter().cycle()).for_each(|(w, (_, e))| *w = libm::ldexp(*w, *e));
    inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_hold_their_values_and_offsets_are_coarse() {
        for span in
            [(0.0, 1.0), (1012.75, 1013.75), (-3.0, 5.0), (20684.0, 251_082.0), (0.002, 0.0064), (-1.0, -0.5)]
        {
            let (o, e) = window(span);
            let unit = libm::ldexp(1.0, e);
            assert!(span.1 - o < unit && o - span.0 < unit, "{span:?}: {o}, {e}");
            assert!(unit < 2.5 * (span.1 - span.0), "{span:?}: {o}, {e}");
            assert_eq!((o / unit * 16.0).fract(), 0.0, "{span:?}: {o}, {e}");
        }
        assert_eq!(window((0.0, 0.0)).0, 0.0);
        assert_eq!(window((0.1, 0.1f64.next_up())), (0.0, -3));
    }
}
