//! Training of a network of curves: Levenberg and Marquardt's steps on all samples, with second differences penalised.

use super::basis::{bend, bend_gradient, bend_square};
use super::network::{Network, Pass};
use crate::least_squares::{Damping, Rule, Tries, factor};
use nalgebra::{DMatrix, DVector};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Steps at most.
const STEPS: usize = 80;

/// Damping of steps, for each sample.
const RULE: Rule =
    Rule { start: 1e-2, range: [1e-12, 1e12], easier: 4.0, harder: 5.0, tries: Tries::AtMost(12) };

/// So many steps that hardly gain are the last.
const PATIENCE: usize = 6;

/// A gain below this share of the cost is hardly one.
const LITTLE: f64 = 1e-4;

/// What keeps coefficients small that nothing else decides, relative to a sample.
const RIDGE: f64 = 1e-9;

/// Scaled samples.
pub(super) struct Data {
    pub inputs: usize,
    pub outputs: usize,
    pub x: Vec<f64>,
    /// In deviations of each output.
    pub y: Vec<f64>,
}

impl Data {
    pub fn rows(&self) -> usize {
        self.x.len() / self.inputs
    }

    /// The first rows.
    pub fn first(&self, rows: usize) -> Data {
        let rows = rows.clamp(1, self.rows());
        let part = |values: &[f64], width: usize| values[..rows * width].to_vec();
        Data { x: part(&self.x, self.inputs), y: part(&self.y, self.outputs), ..*self }
    }

    pub fn row(&self, s: usize) -> (&[f64], &[f64]) {
        (&self.x[s * self.inputs..][..self.inputs], &self.y[s * self.outputs..][..self.outputs])
    }
}

/// A network with small random curves.
pub(super) fn start(data: &Data, hidden: usize, intervals: [usize; 2], seed: u64) -> Network {
    let mut network = Network::new(data.inputs, hidden, data.outputs, intervals);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = move || (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
    if hidden == 0 {
        return network;
    }
    let [first, second] = network.knots;
    // Together the curves of the inputs spread a hidden sum over its range.
    let reach = 0.8 / (data.inputs as f64).sqrt();
    for j in 0..hidden {
        for i in 0..data.inputs {
            let (slope, bend) = (reach * normal(), 2.0 * reach * normal());
            let at = network.start(0, j, i);
            for k in 0..first.coefficients() {
                let u = (k as f64 - 1.0) * first.step - 0.5;
                network.theta[at + k] = slope * u + bend * (u * u - 0.08) + 0.5 / data.inputs as f64;
            }
        }
        for o in 0..data.outputs {
            let (slope, bend) = (normal(), normal());
            let at = network.start(1, o, j);
            for k in 0..second.coefficients() {
                let u = (k as f64 - 1.0) * second.step - 0.5;
                network.theta[at + k] = slope * u + bend * u * u;
            }
        }
    }
    network
}

/// The normal equations at one point, and the cost there.
struct Normal {
    square: DMatrix<f64>,
    gradient: DVector<f64>,
    cost: f64,
}

/// Trains until little is gained; gives the cost.
pub(super) fn fit(network: &mut Network, data: &Data, penalty: f64, stop: &dyn Fn() -> bool) -> f64 {
    let penalty = penalty * data.rows() as f64;
    let mut damping = Damping::new(RULE);
    let mut normal = linearise(network, data, penalty);
    let mut idle = 0;
    for _ in 0..STEPS {
        if stop() || idle >= PATIENCE {
            break;
        }
        let before = normal.cost;
        let tried = damping.descend(|damping| {
            let next = step(network, &normal, damping * data.rows() as f64)?;
            (cost(&next, data, penalty) < before).then_some(next)
        });
        let Some(next) = tried else { break };
        *network = next;
        normal = linearise(network, data, penalty);
        idle = if before - normal.cost < LITTLE * before { idle + 1 } else { 0 };
    }
    normal.cost
}

fn step(network: &Network, normal: &Normal, damping: f64) -> Option<Network> {
    let factor = factor(&normal.square, |d| 1e-3 * damping + damping * d / 1e3)?;
    let change = factor.solve(&normal.gradient);
    let mut next = network.clone();
    next.theta.iter_mut().zip(change.iter()).for_each(|(t, c)| *t -= c);
    Some(next)
}

/// Half the squares of residuals and of what is penalised.
fn cost(network: &Network, data: &Data, penalty: f64) -> f64 {
    let mut pass = Pass::default();
    let residuals = (0..data.rows()).map(|s| {
        let (x, y) = data.row(s);
        network.forward(x, &mut pass);
        pass.outputs.iter().zip(y).map(|(o, y)| (o - y) * (o - y)).sum::<f64>()
    });
    let bends: f64 = differences(network).map(|(_, d)| d * d).sum();
    let ridge: f64 = network.theta.iter().map(|t| t * t).sum();
    0.5 * (residuals.sum::<f64>() + penalty * bends + RIDGE * data.rows() as f64 * ridge)
}

/// Second differences of all curves: the first of the three coefficients, and the difference.
fn differences(network: &Network) -> impl Iterator<Item = (usize, f64)> {
    let starts = network.curves().flat_map(|(start, n)| start..start + n - 2);
    starts.map(|k| (k, bend(&network.theta[k..])))
}

fn linearise(network: &Network, data: &Data, penalty: f64) -> Normal {
    let n = network.theta.len();
    let mut normal = Normal {
        square: DMatrix::zeros(n, n),
        gradient: DVector::zeros(n),
        cost: cost(network, data, penalty),
    };
    let (mut pass, mut row) = (Pass::default(), Vec::new());
    for s in 0..data.rows() {
        let (x, y) = data.row(s);
        network.forward(x, &mut pass);
        for (o, y) in y.iter().enumerate() {
            let residual = pass.outputs[o] - y;
            network.gradient(&pass, o, &mut row);
            for &(a, da) in &row {
                normal.gradient[a] += da * residual;
                row.iter().filter(|(b, _)| *b <= a).for_each(|&(b, db)| normal.square[(a, b)] += da * db);
            }
        }
    }
    for (k, d) in differences(network) {
        bend_gradient(k, penalty * d, |row, v| normal.gradient[row] += v);
        bend_square(k, penalty, |row, column, v| normal.square[(row, column)] += v);
    }
    let ridge = RIDGE * data.rows() as f64;
    for k in 0..n {
        normal.gradient[k] += ridge * network.theta[k];
        normal.square[(k, k)] += ridge;
    }
    normal
}
