//! A network of curves: every connection is a smooth function, y = Σ ψ(Σ φ(x)), or Σ φ(x) without a hidden layer.

use super::Spline;
use super::basis::{Knots, Place, READ};

/// Curves on inputs and, behind hidden sums, curves on those. Inputs, hidden sums and outputs are scaled to about 0 to 1.
#[derive(Clone, Debug)]
pub(super) struct Network {
    pub inputs: usize,
    /// Hidden sums; 0: the curves of the inputs add up to the outputs.
    pub hidden: usize,
    pub outputs: usize,
    /// Knots of curves on inputs, and on hidden sums.
    pub knots: [Knots; 2],
    /// All coefficients: by layer, output, input.
    pub theta: Vec<f64>,
}

/// What one sample comes to.
#[derive(Default)]
pub(super) struct Pass {
    places: Vec<Place>,
    hidden: Vec<Place>,
    pub sums: Vec<f64>,
    pub outputs: Vec<f64>,
}

impl Network {
    /// With all coefficients 0.
    pub fn new(inputs: usize, hidden: usize, outputs: usize, intervals: [usize; 2]) -> Network {
        let knots = intervals.map(|n| Knots { lo: 0.0, step: 1.0 / n as f64, intervals: n });
        let mut network = Network { inputs, hidden, outputs, knots, theta: Vec::new() };
        network.theta = vec![0.0; network.curves().map(|(_, n)| n).sum()];
        network
    }

    /// A curve of the only input for each output, from raw units to deviations from the mean.
    pub fn of_splines(splines: &[Spline], scales: &[(f64, f64)]) -> Network {
        let intervals = splines.first().map_or(1, |s| s.knots.intervals);
        let mut network = Network::new(1, 0, splines.len(), [intervals, 1]);
        let scaled = splines.iter().zip(scales).flat_map(|(spline, (mean, deviation))| {
            spline.coefficients.iter().map(move |c| (c - mean) / deviation)
        });
        network.theta = scaled.collect();
        network
    }

    /// Where the coefficients of a curve begin: layer, output, input.
    pub fn start(&self, layer: usize, output: usize, input: usize) -> usize {
        let [first, second] = self.knots.map(Knots::coefficients);
        match layer {
            0 => (output * self.inputs + input) * first,
            _ => self.hidden * self.inputs * first + (output * self.hidden + input) * second,
        }
    }

    /// A curve's value.
    pub fn curve(&self, layer: usize, output: usize, input: usize, x: f64) -> f64 {
        self.knots[layer].place(x).value(&self.theta[self.start(layer, output, input)..])
    }

    /// The outputs for a sample.
    pub fn forward(&self, x: &[f64], pass: &mut Pass) {
        let sums = |layer: usize, outputs: usize, places: &[Place], to: &mut Vec<f64>| {
            to.clear();
            to.extend((0..outputs).map(|o| {
                let one = |(i, place): (usize, &Place)| place.value(&self.theta[self.start(layer, o, i)..]);
                places.iter().enumerate().map(one).sum::<f64>()
            }));
        };
        pass.places.clear();
        pass.places.extend(x.iter().map(|&x| self.knots[0].place(x)));
        if self.hidden == 0 {
            return sums(0, self.outputs, &pass.places, &mut pass.outputs);
        }
        sums(0, self.hidden, &pass.places, &mut pass.sums);
        pass.hidden.clear();
        pass.hidden.extend(pass.sums.iter().map(|&s| self.knots[1].place(s)));
        sums(1, self.outputs, &pass.hidden, &mut pass.outputs);
    }

    /// The derivatives of an output in the coefficients, those that are not 0.
    pub fn gradient(&self, pass: &Pass, output: usize, to: &mut Vec<(usize, f64)>) {
        to.clear();
        let mut curve = |start: usize, place: &Place, by: f64| {
            to.extend((0..READ).map(|k| (start + place.first + k, by * place.weights[k])));
        };
        let all = |layer, o, places: &[Place], by: f64, curve: &mut dyn FnMut(usize, &Place, f64)| {
            places.iter().enumerate().for_each(|(i, place)| curve(self.start(layer, o, i), place, by));
        };
        if self.hidden == 0 {
            return all(0, output, &pass.places, 1.0, &mut curve);
        }
        all(1, output, &pass.hidden, 1.0, &mut curve);
        for (j, place) in pass.hidden.iter().enumerate() {
            let slope = place.slope(&self.theta[self.start(1, output, j)..]);
            all(0, j, &pass.places, slope, &mut curve);
        }
    }

    /// All curves: where their coefficients begin, and how many they are.
    pub fn curves(&self) -> impl Iterator<Item = (usize, usize)> {
        let [first, second] = self.knots.map(Knots::coefficients);
        let before = self.inputs * if self.hidden > 0 { self.hidden } else { self.outputs };
        let ones = (0..before).map(move |k| (k * first, first));
        ones.chain((0..self.hidden * self.outputs).map(move |k| (before * first + k * second, second)))
    }
}
