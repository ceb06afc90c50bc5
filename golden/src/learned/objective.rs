//! The objective and its Gauss-Newton system.
//!
//! E = (1/n)·Σ loss + output-decay·Σa² + input-decay·Σ‖w‖²(2/span)² + ordinate-decay·Σ(p - k/(K-1))², and a trace of
//! decay on every parameter, so that what the samples do not decide stays finite.

use super::parameters::{Parameters, ShapePlace, learned};
use super::scale::Set;
use super::shape::{sensitivities, slope, span};
use super::{LearnConfig, Loss, Ordinates};
use crate::least_squares::{Pass, factor};
use crate::net::{Layer, Network};
use crate::watch;
use nalgebra::{DMatrix, DVector};

/// The decay of every parameter that has no other.
const TRACE: f64 = 1e-7;

/// Samples whose derivatives are held at a time.
const CHUNK: usize = 64;

/// What is minimised.
pub(super) struct Objective<'a> {
    pub set: &'a Set,
    pub config: &'a LearnConfig,
}

/// g and H of E(δ) ≈ E + g·δ + δ·H·δ/2.
pub(super) struct System {
    pub gradient: DVector<f64>,
    pub curvature: DMatrix<f64>,
}

/// Turns the outputs of one sample into probabilities, in place, and returns its loss.
fn loss(kind: Loss, y: &mut [f64], t: &[f64]) -> f64 {
    match kind {
        Loss::Squares => y.iter().zip(t).map(|(y, t)| 0.5 * (y - t) * (y - t)).sum(),
        Loss::Softmax => {
            let top = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let chosen: f64 = y.iter().zip(t).map(|(y, t)| (y - top) * t).sum();
            y.iter_mut().for_each(|v| *v = (*v - top).exp());
            let total: f64 = y.iter().sum();
            y.iter_mut().for_each(|v| *v /= total);
            total.ln() - chosen
        }
    }
}

impl Objective<'_> {
    /// E; infinite where it is not a number.
    pub fn energy(&self, network: &Network) -> f64 {
        let mut pass = Pass::default();
        let mut sum = 0.0;
        for (x, t) in self.set.iter() {
            forward(&mut pass, network, x);
            sum += loss(self.config.loss, pass.outputs_mut(), t);
        }
        let e = sum / self.set.rows() as f64 + self.decays(network);
        if e.is_finite() { e } else { f64::INFINITY }
    }

    /// E again, through the evaluation that users of the network have, and losses written anew: no update is decided by it.
    pub fn measure(&self, network: &Network) -> f64 {
        let one = |(x, t): (&[f64], &[f64])| {
            let y = network.eval(x);
            match self.config.loss {
                Loss::Squares => y.iter().zip(t).map(|(y, t)| (y - t).powi(2)).sum::<f64>() / 2.0,
                Loss::Softmax => {
                    let (right, top) = (
                        y.iter().zip(t).map(|(y, t)| y * t).sum::<f64>(),
                        y.iter().copied().fold(y[0], f64::max),
                    );
                    top - right + y.iter().map(|v| (v - top).exp()).sum::<f64>().ln()
                }
            }
        };
        self.set.iter().map(one).sum::<f64>() / self.set.rows() as f64 + self.decays(network)
    }

    /// Weight of ‖w‖² of neuron `n` of layer `l`.
    fn decay(&self, network: &Network, l: usize, n: usize) -> f64 {
        if l + 1 == network.layers.len() {
            return self.config.output_decay + TRACE;
        }
        let wide = learned(&network.layers[l], n).map_or(2.0, span);
        self.config.input_decay * (2.0 / wide) * (2.0 / wide) + TRACE
    }

    fn decays(&self, network: &Network) -> f64 {
        let mut sum = 0.0;
        for (l, layer) in network.layers.iter().enumerate() {
            for (n, row) in layer.weights.chunks_exact(layer.inputs).enumerate() {
                sum += self.decay(network, l, n) * row.iter().map(|w| w * w).sum::<f64>();
                if let Some(f) = learned(layer, n)
                    && self.config.ordinates != Ordinates::Distribution
                {
                    let last = (f.ordinates.len() - 1) as f64;
                    let off = f.ordinates.iter().enumerate().map(|(k, p)| (p - k as f64 / last).powi(2));
                    sum += (self.config.ordinate_decay + TRACE) * off.sum::<f64>();
                }
            }
            sum += TRACE * layer.bias.iter().flatten().map(|b| b * b).sum::<f64>();
        }
        sum
    }

    /// The gradient of E and the Gauss-Newton curvature, which for a softmax is JᵀLJ with L the curvature of the loss.
    pub fn system(&self, network: &Network, parameters: &Parameters) -> System {
        let (count, outputs) = (parameters.count, self.set.outputs);
        let (mut pass, mut back) = (Pass::default(), Backward::default());
        let mut gradient = DVector::zeros(count);
        let mut curvature = DMatrix::zeros(count, count);
        // A column per sample and output: derivatives of the outputs, times the root of the loss's curvature.
        let mut rows = DMatrix::zeros(count, CHUNK * outputs);
        let mut filled = 0;
        let mut y = vec![0.0; outputs];
        for (s, (x, t)) in self.set.iter().enumerate() {
            forward(&mut pass, network, x);
            y.copy_from_slice(pass.outputs());
            loss(self.config.loss, &mut y, t);
            for o in 0..outputs {
                let column = filled * outputs + o;
                back.output(&pass, network, parameters, o, rows.column_mut(column).as_mut_slice());
                gradient.axpy(y[o] - t[o], &rows.column(column), 1.0);
            }
            if self.config.loss == Loss::Softmax {
                whiten(&mut rows, filled * outputs, &y);
            }
            filled += 1;
            if filled == CHUNK || s + 1 == self.set.rows() {
                watch::check();
                let used = rows.columns(0, filled * outputs);
                curvature.gemm(1.0, &used, &used.transpose(), 1.0);
                filled = 0;
            }
        }
        let share = 1.0 / self.set.rows() as f64;
        gradient *= share;
        curvature *= share;
        self.add_decays(network, parameters, &mut gradient, &mut curvature);
        System { gradient, curvature }
    }

    fn add_decays(&self, network: &Network, p: &Parameters, g: &mut DVector<f64>, h: &mut DMatrix<f64>) {
        let mut add = |at: usize, by: f64, value: f64| {
            g[at] += 2.0 * by * value;
            h[(at, at)] += 2.0 * by;
        };
        for (l, (layer, place)) in network.layers.iter().zip(&p.places).enumerate().skip(p.first) {
            for (i, &w) in layer.weights.iter().enumerate() {
                add(place.weights.start + i, self.decay(network, l, i / layer.inputs), w);
            }
            for (i, &b) in layer.bias.iter().flatten().enumerate() {
                add(place.bias.start + i, TRACE, b);
            }
            for (n, shape) in place.shapes.iter().enumerate() {
                let (Some(shape), Some(f)) = (shape, learned(layer, n)) else { continue };
                for at in shape.nodes.iter().flat_map(Clone::clone) {
                    add(at, TRACE, 0.0);
                }
                let last = (f.ordinates.len() - 1) as f64;
                for (k, at) in shape.ordinates.iter().flat_map(Clone::clone).enumerate() {
                    add(at, self.config.ordinate_decay + TRACE, f.ordinates[k] - k as f64 / last);
                }
            }
        }
        self.add_pull(network, p, g);
    }

    /// Nodes as parameters: d(span^-2) is ±2·span^-3 at the first and the last one.
    fn add_pull(&self, network: &Network, p: &Parameters, g: &mut DVector<f64>) {
        for (layer, place) in network.layers.iter().zip(&p.places).skip(p.first) {
            for (n, row) in layer.weights.chunks_exact(layer.inputs).enumerate() {
                let (Some(shape), Some(f)) = (&place.shapes[n], learned(layer, n)) else { continue };
                let Some(nodes) = &shape.nodes else { continue };
                let norm: f64 = row.iter().map(|w| w * w).sum();
                let pull = self.config.input_decay * 8.0 * norm / span(f).powi(3);
                g[nodes.start] += pull;
                g[nodes.end - 1] -= pull;
            }
        }
    }
}

impl System {
    /// The change for Marquardt's damping λ; `None` where the system is not positive definite in f64.
    pub fn step(&self, damping: f64) -> Option<Vec<f64>> {
        let factor = factor(&self.curvature, |d| damping * (d + TRACE))?;
        let delta: Vec<f64> = factor.solve(&self.gradient).iter().map(|d| -d).collect();
        delta.iter().all(|d| d.is_finite()).then_some(delta)
    }
}

/// Columns J_o of one sample become √p_o·(J_o - Σp·J), whose squares sum to Jᵀ(diag(p) - p·pᵀ)J.
fn whiten(rows: &mut DMatrix<f64>, start: usize, p: &[f64]) {
    for r in 0..rows.nrows() {
        let mean: f64 = p.iter().enumerate().map(|(o, p)| p * rows[(r, start + o)]).sum();
        for (o, p) in p.iter().enumerate() {
            rows[(r, start + o)] = p.sqrt() * (rows[(r, start + o)] - mean);
        }
    }
}

/// Values and slopes of one sample.
pub(super) fn forward(pass: &mut Pass<f64>, network: &Network, x: &[f64]) {
    pass.forward_by(network, x, |layer, n, z| {
        learned(layer, n).map_or_else(|| layer.neurons[n].activation.derivative(z), |f| slope(f, z))
    });
}

/// Derivatives of outputs by all parameters, on the way back through a network.
#[derive(Default)]
struct Backward {
    upstream: Vec<f64>,
    next: Vec<f64>,
}

impl Backward {
    /// The derivative of output `o` by every parameter.
    fn output(&mut self, pass: &Pass<f64>, network: &Network, p: &Parameters, o: usize, row: &mut [f64]) {
        row.fill(0.0);
        self.upstream.clear();
        self.upstream.resize(network.outputs(), 0.0);
        self.upstream[o] = 1.0;
        for (l, (layer, place)) in network.layers.iter().zip(&p.places).enumerate().skip(p.first).rev() {
            self.next.clear();
            self.next.resize(layer.inputs, 0.0);
            for n in 0..layer.neurons.len() {
                let [outer, inner] = pass.slopes[l][n];
                let by = self.upstream[n] * outer;
                if by == 0.0 {
                    continue;
                }
                if let (Some(shape), Some(f)) = (&place.shapes[n], learned(layer, n)) {
                    points(shape, f, pass.sums[l][n], by, row);
                }
                self.weights(layer, place, &pass.values[l], n, by * inner, row);
            }
            std::mem::swap(&mut self.upstream, &mut self.next);
        }
    }

    fn weights(
        &mut self,
        layer: &Layer,
        place: &super::parameters::Place,
        input: &[f64],
        n: usize,
        delta: f64,
        row: &mut [f64],
    ) {
        let at = n * layer.inputs;
        let to = &mut row[place.weights.start + at..][..layer.inputs];
        to.iter_mut().zip(input).for_each(|(r, x)| *r = delta * x);
        if !place.bias.is_empty() {
            row[place.bias.start + n] = delta;
        }
        let weights = &layer.weights[at..at + layer.inputs];
        self.next.iter_mut().zip(weights).for_each(|(u, w)| *u += delta * w);
    }
}

/// Derivatives by the points of one activation, added: neurons may share them.
fn points(shape: &ShapePlace, f: &crate::func::Learned, z: f64, by: f64, row: &mut [f64]) {
    if let Some(nodes) = &shape.nodes {
        sensitivities(f, z, by, Some(&mut row[nodes.clone()]), None);
    }
    if let Some(ordinates) = &shape.ordinates {
        sensitivities(f, z, by, None, Some(&mut row[ordinates.clone()]));
    }
}
