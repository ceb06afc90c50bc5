//! The last stretch: Levenberg-Marquardt steps on all samples at once.
//!
//! Minimises E = Σe² + μ‖w‖² over every weight and bias w. Each step solves (JᵀJ + (λ+μ)I)·Δ = -(Jᵀe + μw), through
//! JJᵀ where there are fewer residuals than weights; λ is divided by 3 where E falls and multiplied by 4 where it does
//! not, so E never rises. From random weights the method stalls; after Adam it gains a factor in seconds.

use super::engine::Columns;
use super::search::Progress;
use crate::net::{Network, output_gradient};
use nalgebra::{Cholesky, DMatrix, DVector};

/// The weight decay μ: keeps weights that the samples do not decide from drifting.
const DECAY: f64 = 1e-6;

/// Where λ starts, and where there is nothing left to gain.
const START: f64 = 1e-3;
const HOPELESS: f64 = 1e12;

/// The largest system that is solved: past it a step would take longer than many epochs.
const LARGEST: usize = 3000;

/// What a network is to come close to.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    pub data: Columns<f64>,
    /// The weight of each squared error, one per sample and output.
    pub weights: Vec<f64>,
}

impl Aim {
    /// All samples alike.
    pub fn of(data: Columns<f64>) -> Aim {
        let weights = vec![1.0; data.y.len()];
        Aim { data, weights }
    }

    /// Σ w·e².
    fn squares(&self, network: &Network) -> f64 {
        let outputs = network.eval_all(&self.data.x);
        let errors = outputs.iter().zip(&self.data.y).map(|(y, t)| y - t);
        errors.zip(&self.weights).map(|(e, w)| w * e * e).sum()
    }

    /// The root of the weighted mean square error of a network.
    pub fn distance(&self, network: &Network) -> f64 {
        (self.squares(network) / self.weights.iter().sum::<f64>()).sqrt()
    }
}

/// Takes up to `steps` accepted steps; returns how many were taken. 0 for networks and data that are too large.
pub(super) fn polish(network: &mut Network, aim: &Aim, steps: usize, progress: &dyn Progress) -> usize {
    let mut system = System::new(network, aim);
    if system.jacobian.nrows().min(system.jacobian.ncols()) > LARGEST {
        return 0;
    }
    let mut lambda = START;
    let mut energy = system.linearise(network, aim);
    let mut taken = 0;
    while taken < steps && lambda < HOPELESS && !progress.cancelled() {
        let tried = system.step(lambda).map(|delta| {
            let mut next = network.clone();
            add(&mut next, &delta);
            next
        });
        let gained = tried.map(|next| (aim.squares(&next) + decay(&next), next)).filter(|(e, _)| *e < energy);
        match gained {
            Some((_, next)) => {
                *network = next;
                energy = system.linearise(network, aim);
                lambda = (lambda / 3.0).max(f64::MIN_POSITIVE);
                taken += 1;
            }
            None => lambda *= 4.0,
        }
    }
    taken
}

/// μ‖w‖².
fn decay(network: &Network) -> f64 {
    DECAY * parameters(network).map(|w| w * w).sum::<f64>()
}

fn parameters(network: &Network) -> impl Iterator<Item = &f64> {
    network.layers.iter().flat_map(|l| l.weights.iter().chain(l.bias.iter().flatten()))
}

/// Residuals and their derivatives at the present weights.
struct System {
    /// A row per sample and output, a column per weight; rows times the roots of their weights.
    jacobian: DMatrix<f64>,
    residuals: DVector<f64>,
    weights: DVector<f64>,
    /// JJᵀ where there are fewer residuals than weights, else JᵀJ: the same whatever the damping.
    square: DMatrix<f64>,
}

impl System {
    fn new(network: &Network, aim: &Aim) -> System {
        let (rows, columns) = (aim.data.y.len(), network.parameters());
        System {
            jacobian: DMatrix::zeros(rows, columns),
            residuals: DVector::zeros(rows),
            weights: DVector::zeros(columns),
            square: DMatrix::zeros(0, 0),
        }
    }

    /// Fills in everything for these weights and returns E.
    fn linearise(&mut self, network: &Network, aim: &Aim) -> f64 {
        let data = &aim.data;
        let mut row = vec![0.0; self.weights.len()];
        let mut pass = Pass::default();
        let samples = data.x.chunks_exact(data.inputs).zip(data.y.chunks_exact(data.outputs));
        for (s, (x, target)) in samples.enumerate() {
            pass.forward(network, x);
            for (o, t) in target.iter().enumerate() {
                let at = s * data.outputs + o;
                let root = aim.weights[at].sqrt();
                self.residuals[at] = root * (pass.output(o) - t);
                output_gradient(network, &pass.values, &pass.slopes, o, &mut row);
                self.jacobian.row_mut(at).iter_mut().zip(&row).for_each(|(to, d)| *to = root * d);
            }
        }
        self.weights.iter_mut().zip(parameters(network)).for_each(|(to, &w)| *to = w);
        let j = &self.jacobian;
        self.square = if self.is_wide() { j * j.transpose() } else { j.tr_mul(j) };
        self.residuals.norm_squared() + decay(network)
    }

    /// Whether there are fewer residuals than weights.
    fn is_wide(&self) -> bool {
        self.jacobian.nrows() < self.jacobian.ncols()
    }

    /// The change of the weights for damping λ; `None` if the system is not positive definite in f64.
    fn step(&self, lambda: f64) -> Option<DVector<f64>> {
        let damping = lambda + DECAY;
        let j = &self.jacobian;
        let gradient = j.tr_mul(&self.residuals) + DECAY * &self.weights;
        let mut damped = self.square.clone();
        (0..damped.nrows()).for_each(|i| damped[(i, i)] += damping);
        let factor = Cholesky::new(damped)?;
        if !self.is_wide() {
            return Some(-factor.solve(&gradient));
        }
        // (JᵀJ + d·I)⁻¹ g = (g - Jᵀ (JJᵀ + d·I)⁻¹ J g) / d
        let inner = factor.solve(&(j * &gradient));
        Some((j.tr_mul(&inner) - gradient) / damping)
    }
}

/// Adds a change to weights and biases, in the order of the columns.
fn add(network: &mut Network, delta: &DVector<f64>) {
    let all = network.layers.iter_mut().flat_map(|l| l.weights.iter_mut().chain(l.bias.iter_mut().flatten()));
    all.zip(delta.iter()).for_each(|(w, d)| *w += d);
}

/// One sample's values on the way forward, and derivatives on the way back.
#[derive(Default)]
struct Pass {
    /// Inputs of each layer, then the outputs of the last.
    values: Vec<Vec<f64>>,
    /// dy/dz of each neuron of each layer.
    slopes: Vec<Vec<f64>>,
}

impl Pass {
    fn forward(&mut self, network: &Network, x: &[f64]) {
        self.values.clear();
        self.slopes.clear();
        self.values.push(x.to_vec());
        for layer in &network.layers {
            let input = &self.values[self.values.len() - 1];
            let neuron = |n: usize| {
                let (z, f) = (layer.sum(n, input), &layer.neurons[n]);
                let h = f.activation.eval(z);
                (f.kind.eval(h), f.kind.derivative(h) * f.activation.derivative(z))
            };
            let (y, slope) = (0..layer.neurons.len()).map(neuron).unzip();
            self.values.push(y);
            self.slopes.push(slope);
        }
    }

    fn output(&self, o: usize) -> f64 {
        self.values[self.values.len() - 1][o]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{RandomShape, random_network};
    use crate::train::Quiet;

    fn aim(network: &Network, rows: usize) -> Aim {
        let (inputs, outputs) = (network.inputs(), network.outputs());
        let x: Vec<f64> = (0..rows * inputs).map(|i| (i as f64 * 0.37).sin() * 2.0).collect();
        let y: Vec<f64> = (0..rows * outputs).map(|i| (i as f64 * 0.91).cos()).collect();
        let weights = (0..y.len()).map(|i| 0.3 + (i % 3) as f64).collect();
        Aim { data: Columns { inputs, outputs, x, y }, weights }
    }

    #[test]
    fn the_jacobian_is_what_finite_differences_say() {
        for seed in 0..20 {
            let network = random_network(seed, RandomShape::default());
            let aim = aim(&network, 3);
            let mut system = System::new(&network, &aim);
            system.linearise(&network, &aim);
            for column in 0..network.parameters() {
                let h = 1e-6;
                let residuals = |sign: f64| {
                    let mut moved = network.clone();
                    let mut delta = DVector::zeros(network.parameters());
                    delta[column] = sign * h;
                    add(&mut moved, &delta);
                    moved.eval_all(&aim.data.x)
                };
                let (up, down) = (residuals(1.0), residuals(-1.0));
                for (row, (u, d)) in up.iter().zip(&down).enumerate() {
                    let (found, expected) =
                        (system.jacobian[(row, column)], aim.weights[row].sqrt() * (u - d) / (2.0 * h));
                    let scale = 1.0 + expected.abs();
                    assert!((found - expected).abs() < 1e-4 * scale, "seed {seed}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn both_ways_of_solving_agree_with_the_normal_equations() {
        let network = random_network(3, RandomShape::default());
        for rows in [2, 200] {
            let aim = aim(&network, rows);
            let mut system = System::new(&network, &aim);
            system.linearise(&network, &aim);
            let delta = system.step(0.1).unwrap();
            let j = &system.jacobian;
            let left = j.tr_mul(&(j * &delta)) + (0.1 + DECAY) * &delta;
            let right = -(j.tr_mul(&system.residuals) + DECAY * &system.weights);
            assert!((left - &right).norm() < 1e-8 * (1.0 + right.norm()));
        }
    }

    #[test]
    fn the_energy_never_rises_and_a_shaken_network_finds_back() {
        let mut found = 0;
        for seed in 0..10 {
            let mut network =
                random_network(seed, RandomShape { inputs: 1, outputs: 1, hidden: 2, width: 4 });
            let mut aim = aim(&network, 60);
            aim.data.y = network.eval_all(&aim.data.x);
            let shaken = DVector::from_fn(network.parameters(), |i, _| 0.02 * (i as f64).sin());
            add(&mut network, &shaken);
            let mut system = System::new(&network, &aim);
            let first = system.linearise(&network, &aim);
            let mut energy = first;
            for _ in 0..30 {
                polish(&mut network, &aim, 1, &Quiet);
                let next = system.linearise(&network, &aim);
                assert!(next <= energy, "seed {seed}: {next} after {energy}");
                energy = next;
            }
            // Some random networks hardly answer: nothing is left to gain there but the weight decay.
            if first > 1e-3 {
                assert!(energy < 0.1 * first, "seed {seed}: {energy} of {first}");
                found += 1;
            }
        }
        assert!(found >= 4, "only {found} of 10 networks were shaken enough");
    }
}
