//! Ranges of every value in a network, seen on calibration points, and the formats that hold them.

use crate::data::Samples;
use crate::func::{Kind, Portable};
use crate::net::Network;
use crate::num::{Format, MAX_WIDTH, Rounding, quantize};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// Points of the input space that stand for what the circuit will see: coordinates, point after point.
#[derive(Clone, Debug, Default)]
pub struct Calibration {
    /// Coordinates; shared with the samples that they are of.
    pub points: Arc<Vec<f64>>,
}

/// Points drawn in a box: a fine grid in one dimension; corners and seeded random points otherwise.
const BOX_POINTS: usize = 1 << 14;

/// Inputs up to which all corners of a box are points.
const CORNER_BITS: usize = 10;

impl Calibration {
    /// The inputs of a data set, sample after sample.
    pub fn from_data(points: &[f64]) -> Calibration {
        Calibration { points: Arc::new(points.to_vec()) }
    }

    /// The inputs of samples, which are not copied.
    pub fn of_samples(samples: &Samples) -> Calibration {
        Calibration { points: samples.shared_x() }
    }

    /// A box `lo..=hi` per input, ends included.
    pub fn from_box(ranges: &[(f64, f64)]) -> Calibration {
        if let [(lo, hi)] = *ranges {
            let at = |i: usize| lo + (hi - lo) * i as f64 / (BOX_POINTS - 1) as f64;
            return Calibration { points: Arc::new((0..BOX_POINTS).map(at).collect()) };
        }
        let mut points = Vec::new();
        for corner in 0..1usize << ranges.len().min(CORNER_BITS) {
            // Of more inputs, some stand at the same ends.
            let end =
                |(i, r): (usize, &(f64, f64))| if corner >> (i % CORNER_BITS) & 1 == 0 { r.0 } else { r.1 };
            points.extend(ranges.iter().enumerate().map(end));
        }
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        for _ in 0..BOX_POINTS {
            points.extend(ranges.iter().map(|&(lo, hi)| lo + (hi - lo) * rng.random::<f64>()));
        }
        Calibration { points: Arc::new(points) }
    }

    /// Both sets of points.
    pub fn and(mut self, other: Calibration) -> Calibration {
        Arc::make_mut(&mut self.points).extend_from_slice(&other.points);
        self
    }
}

/// The smallest closed interval that holds the values seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Smallest value.
    pub lo: f64,
    /// Largest value.
    pub hi: f64,
}

impl Span {
    /// Nothing seen yet.
    pub const EMPTY: Span = Span { lo: f64::INFINITY, hi: f64::NEG_INFINITY };

    /// Takes one more value in.
    pub fn add(&mut self, v: f64) {
        self.lo = self.lo.min(v);
        self.hi = self.hi.max(v);
    }

    /// The largest absolute value.
    fn largest(self) -> f64 {
        self.lo.abs().max(self.hi.abs())
    }

    /// Widens the longer side to at least this.
    fn reach(&mut self, least: f64) {
        if self.hi >= -self.lo {
            self.hi = self.hi.max(least);
        } else {
            self.lo = self.lo.min(-least);
        }
    }

    /// The interval that holds both.
    pub fn join(self, other: Span) -> Span {
        Span { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }
}

/// What one neuron showed.
#[derive(Clone, Copy, Debug)]
pub struct NeuronSpans {
    /// Pre-activation z = Σ w·x + bias.
    pub z: Span,
    /// h = H(z).
    pub h: Span,
    /// y = G(h).
    pub y: Span,
}

/// What a network showed on the calibration points.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Per input.
    pub inputs: Vec<Span>,
    /// Per layer and neuron.
    pub layers: Vec<Vec<NeuronSpans>>,
}

/// Runs the network in `f64` on every point and notes the ranges. The mathematics is `libm`'s: formats end in a plan.
pub fn observe(network: &Network, calibration: &Calibration) -> Observed {
    let inputs = network.layers[0].inputs;
    let empty = NeuronSpans { z: Span::EMPTY, h: Span::EMPTY, y: Span::EMPTY };
    let mut seen = Observed {
        inputs: vec![Span::EMPTY; inputs],
        layers: network.layers.iter().map(|l| vec![empty; l.neurons.len()]).collect(),
    };
    let (mut x, mut next) = (Vec::new(), Vec::new());
    for point in calibration.points.chunks_exact(inputs) {
        seen.inputs.iter_mut().zip(point).for_each(|(s, &v)| s.add(v));
        x.clear();
        x.extend_from_slice(point);
        for (layer, spans) in network.layers.iter().zip(&mut seen.layers) {
            next.clear();
            for (n, (neuron, span)) in layer.neurons.iter().zip(spans).enumerate() {
                let z = layer.sum(n, &x);
                let h = neuron.activation.eval(Portable(z)).0;
                let y = neuron.kind.eval(Portable(h)).0;
                span.z.add(z);
                span.h.add(h);
                span.y.add(y);
                next.push(y);
            }
            std::mem::swap(&mut x, &mut next);
        }
    }
    widen(network, &mut seen);
    seen
}

/// The least share of a sum that a value's range is taken for.
///
/// A neuron that hardly answers would get a format so fine that the exact sums behind it had no bits left for anything else;
/// a thousandth of a sum has as many bits as the whole sum, and so ten more than count.
const LEAST_SHARE: f64 = 1.0 / 1024.0;

/// Widens the ranges of values that are less than [`LEAST_SHARE`] of every sum they are in.
fn widen(network: &Network, seen: &mut Observed) {
    for (l, layer) in network.layers.iter().enumerate() {
        let spans: Vec<Span> = match l {
            0 => seen.inputs.clone(),
            _ => seen.layers[l - 1].iter().map(|s| s.y).collect(),
        };
        let mut shares = vec![0.0f64; layer.inputs];
        for (n, weights) in layer.weights.chunks_exact(layer.inputs).enumerate() {
            let parts: Vec<f64> = weights.iter().zip(&spans).map(|(w, s)| w.abs() * s.largest()).collect();
            let sum = parts.iter().sum::<f64>() + layer.bias.as_ref().map_or(0.0, |b| b[n].abs());
            shares.iter_mut().zip(parts).for_each(|(share, part)| *share = share.max(part / sum));
        }
        // Never coarser than what it is added to.
        let most = spans.iter().fold(0.0, |most: f64, s| most.max(s.largest()));
        let minor = |(_, share): &(usize, f64)| (f64::MIN_POSITIVE..LEAST_SHARE).contains(share);
        for (i, share) in shares.into_iter().enumerate().filter(minor) {
            let least = (spans[i].largest() * LEAST_SHARE / share).min(most);
            if l == 0 {
                seen.inputs[i].reach(least);
                continue;
            }
            let source = &mut seen.layers[l - 1][i];
            source.y.reach(least);
            if network.layers[l - 1].neurons[i].kind == Kind::Ordinary {
                source.h.reach(least);
            }
        }
    }
}

/// The signed format of `width` bits with the most fraction bits whose codes hold the whole span after rounding;
/// `None` if no binary point of the contract does.
///
/// An empty or all-zero span gets `width - 1` fraction bits.
pub fn fit_format(width: u32, span: Span) -> Option<Format> {
    let biggest = span.lo.abs().max(span.hi.abs());
    if span == Span::EMPTY || biggest == 0.0 {
        return Format::new(true, width, width as i32 - 1).ok();
    }
    if !biggest.is_finite() {
        return None;
    }
    finest(true, width, width as i32 - libm::frexp(biggest).1, span)
}

/// The same without a sign, for a span that is not negative and not all zero: one bit finer.
pub(super) fn fit_unsigned(width: u32, span: Span) -> Option<Format> {
    finest(false, width, width as i32 - libm::frexp(span.hi).1 + 1, span)
}

/// The first format that holds the span, from `start` fraction bits down.
fn finest(signed: bool, width: u32, start: i32, span: Span) -> Option<Format> {
    // biggest < 2^e: e integer bits hold it; an exact -2^(e-1) needs one less, rounding up may need one more.
    let start = start.min(64);
    let candidates = (start - 3..=start).rev().filter_map(|frac| Format::new(true, width, frac).ok());
    candidates.map(|f| Format { signed, ..f }).find(|&f| {
        // Rounded where there is room to spare: the code must then belong to the narrow format.
        let wide = Format { width: MAX_WIDTH + 4, ..f };
        [span.lo, span.hi].iter().all(|&v| quantize(v, wide, Rounding::HalfUp).is_some_and(|c| f.contains(c)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_of_any_number_of_inputs_has_both_ends_of_each() {
        for inputs in [2, 10, 11, 64, 120] {
            let ranges: Vec<(f64, f64)> = (0..inputs).map(|i| (-1.0 - i as f64, 2.0 + i as f64)).collect();
            let points = Calibration::from_box(&ranges).points;
            for (i, &(lo, hi)) in ranges.iter().enumerate() {
                let seen = |end: f64| points.iter().skip(i).step_by(inputs).any(|&p| p == end);
                assert!(seen(lo) && seen(hi), "input {i} of {inputs}");
            }
        }
    }
}
