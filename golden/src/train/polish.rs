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

/// Takes up to `steps` accepted steps; returns how many were taken. 0 for networks and data that are too large.
pub(super) fn polish(
    network: &mut Network,
    data: &Columns<f64>,
    steps: usize,
    progress: &dyn Progress,
) -> usize {
    let mut system = System::new(network, data);
    if system.jacobian.nrows().min(system.jacobian.ncols()) > LARGEST {
        return 0;
    }
    let mut lambda = START;
    let mut energy = system.linearise(network, data);
    let mut taken = 0;
    while taken < steps && lambda < HOPELESS && !progress.cancelled() {
        let tried = system.step(lambda).map(|delta| {
            let mut next = network.clone();
            add(&mut next, &delta);
            next
        });
        let gained = tried.map(|next| (system.energy(&next, data), next)).filter(|(e, _)| *e < energy);
        match gained {
            Some((_, next)) => {
                *network = next;
                energy = system.linearise(network, data);
                lambda = (lambda / 3.0).max(f64::MIN_POSITIVE);
                taken += 1;
            }
            None => lambda *= 4.0,
        }
    }
    taken
}

/// Residuals and their derivatives at the present weights.
struct System {
    /// A row per sample and output, a column per weight.
    jacobian: DMatrix<f64>,
    residuals: DVector<f64>,
    weights: DVector<f64>,
}

impl System {
    fn new(network: &Network, data: &Columns<f64>) -> System {
        let (rows, columns) = (data.y.len(), network.parameters());
        System {
            jacobian: DMatrix::zeros(rows, columns),
            residuals: DVector::zeros(rows),
            weights: DVector::zeros(columns),
        }
    }

    /// Fills in everything for these weights and returns E.
    fn linearise(&mut self, network: &Network, data: &Columns<f64>) -> f64 {
        let mut row = vec![0.0; self.weights.len()];
        let mut pass = Pass::default();
        let samples = data.x.chunks_exact(data.inputs).zip(data.y.chunks_exact(data.outputs));
        for (s, (x, target)) in samples.enumerate() {
            pass.forward(network, x);
            for (o, t) in target.iter().enumerate() {
                let at = s * data.outputs + o;
                self.residuals[at] = pass.output(o) - t;
                output_gradient(network, &pass.values, &pass.slopes, o, &mut row);
                self.jacobian.row_mut(at).copy_from_slice(&row);
            }
        }
        let all = network.layers.iter().flat_map(|l| l.weights.iter().chain(l.bias.iter().flatten()));
        self.weights.iter_mut().zip(all).for_each(|(to, &w)| *to = w);
        self.residuals.norm_squared() + DECAY * self.weights.norm_squared()
    }

    /// E of other weights.
    fn energy(&self, network: &Network, data: &Columns<f64>) -> f64 {
        let squares: f64 =
            network.eval_all(&data.x).iter().zip(&data.y).map(|(y, t)| (y - t) * (y - t)).sum();
        let all = network.layers.iter().flat_map(|l| l.weights.iter().chain(l.bias.iter().flatten()));
        squares + DECAY * all.map(|w| w * w).sum::<f64>()
    }

    /// The change of the weights for damping λ; `None` if the system is not positive definite in f64.
    fn step(&self, lambda: f64) -> Option<DVector<f64>> {
        let damping = lambda + DECAY;
        let j = &self.jacobian;
        let gradient = j.tr_mul(&self.residuals) + DECAY * &self.weights;
        if j.nrows() >= j.ncols() {
            let mut normal = j.tr_mul(j);
            (0..normal.nrows()).for_each(|i| normal[(i, i)] += damping);
            return Some(-Cholesky::new(normal)?.solve(&gradient));
        }
        // (JᵀJ + d·I)⁻¹ g = (g - Jᵀ (JJᵀ + d·I)⁻¹ J g) / d
        let mut gram = j * j.transpose();
        (0..gram.nrows()).for_each(|i| gram[(i, i)] += damping);
        let inner = Cholesky::new(gram)?.solve(&(j * &gradient));
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

    fn data(network: &Network, rows: usize) -> Columns<f64> {
        let (inputs, outputs) = (network.inputs(), network.outputs());
        let x: Vec<f64> = (0..rows * inputs).map(|i| (i as f64 * 0.37).sin() * 2.0).collect();
        let y: Vec<f64> = (0..rows * outputs).map(|i| (i as f64 * 0.91).cos()).collect();
        Columns { inputs, outputs, x, y }
    }

    #[test]
    fn the_jacobian_is_what_finite_differences_say() {
        for seed in 0..20 {
            let network = random_network(seed, RandomShape::default());
            let data = data(&network, 3);
            let mut system = System::new(&network, &data);
            system.linearise(&network, &data);
            for column in 0..network.parameters() {
                let h = 1e-6;
                let residuals = |sign: f64| {
                    let mut moved = network.clone();
                    let mut delta = DVector::zeros(network.parameters());
                    delta[column] = sign * h;
                    add(&mut moved, &delta);
                    moved.eval_all(&data.x)
                };
                let (up, down) = (residuals(1.0), residuals(-1.0));
                for (row, (u, d)) in up.iter().zip(&down).enumerate() {
                    let (found, expected) = (system.jacobian[(row, column)], (u - d) / (2.0 * h));
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
            let data = data(&network, rows);
            let mut system = System::new(&network, &data);
            system.linearise(&network, &data);
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
            let mut data = data(&network, 60);
            data.y = network.eval_all(&data.x);
            let shaken = DVector::from_fn(network.parameters(), |i, _| 0.02 * (i as f64).sin());
            add(&mut network, &shaken);
            let mut system = System::new(&network, &data);
            let first = system.linearise(&network, &data);
            let mut energy = first;
            for _ in 0..30 {
                polish(&mut network, &data, 1, &Quiet);
                let next = system.linearise(&network, &data);
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
