//! The least-squares problem of all samples at once, at one point: residuals, their derivatives, steps from there.

use super::aim::Aim;
use crate::least_squares::{Factor, Pass, factor};
use crate::net::{Network, output_gradient};
use nalgebra::{DMatrix, DVector};

/// μ‖w‖².
pub(in crate::train) fn penalty(network: &Network, decay: f64) -> f64 {
    decay * network.weights_and_biases().map(|w| w * w).sum::<f64>()
}

/// Residuals and their derivatives at the present weights.
pub(in crate::train) struct System {
    /// The weight decay μ.
    decay: f64,
    /// A row per sample and output, a column per weight; rows times the roots of their weights.
    jacobian: DMatrix<f64>,
    residuals: DVector<f64>,
    weights: DVector<f64>,
    /// JJᵀ where there are fewer residuals than weights, else JᵀJ: the same whatever the damping.
    square: DMatrix<f64>,
}

impl System {
    /// Room for networks of this shape, with the weight decay `decay`.
    pub fn new(network: &Network, aim: &Aim, decay: f64) -> System {
        let (rows, columns) = (aim.data.y.len(), network.parameters());
        System {
            decay,
            jacobian: DMatrix::zeros(rows, columns),
            residuals: DVector::zeros(rows),
            weights: DVector::zeros(columns),
            square: DMatrix::zeros(0, 0),
        }
    }

    /// Fills in everything for these weights and returns E.
    pub fn linearise(&mut self, network: &Network, aim: &Aim) -> f64 {
        let data = &aim.data;
        let mut row = vec![0.0; self.weights.len()];
        let mut pass = Pass::<f64>::default();
        let samples = data.x.chunks_exact(data.inputs).zip(data.y.chunks_exact(data.outputs));
        for (s, (x, target)) in samples.enumerate() {
            pass.forward(network, x);
            for (o, t) in target.iter().enumerate() {
                let at = s * data.outputs + o;
                let root = aim.weights[at].sqrt();
                self.residuals[at] = root * (pass.outputs()[o] - t);
                output_gradient(network, &pass.values, &pass.slopes, o, &mut row);
                network.hold_pruned(&mut row);
                self.jacobian.row_mut(at).iter_mut().zip(&row).for_each(|(to, d)| *to = root * d);
            }
        }
        self.weights.iter_mut().zip(network.weights_and_biases()).for_each(|(to, &w)| *to = w);
        let j = &self.jacobian;
        self.square = if self.is_wide() { j * j.transpose() } else { j.tr_mul(j) };
        self.residuals.norm_squared() + penalty(network, self.decay)
    }

    /// JᵀJ.
    pub(super) fn normal(&self) -> DMatrix<f64> {
        if self.is_wide() { self.jacobian.tr_mul(&self.jacobian) } else { self.square.clone() }
    }

    /// Rows and columns of the system that is solved.
    pub fn size(&self) -> usize {
        self.jacobian.nrows().min(self.jacobian.ncols())
    }

    /// Whether there are fewer residuals than weights.
    fn is_wide(&self) -> bool {
        self.jacobian.nrows() < self.jacobian.ncols()
    }

    /// The square with the damping on its diagonal, as factors.
    fn factor(&self, damping: f64) -> Option<Factor> {
        factor(&self.square, |_| damping)
    }

    /// The mean magnitude of the error that each residual would have if the weights had been fitted without it: exact
    /// for what is linear in its weights, and as good as the linearisation otherwise. With the ridge solution's residuals
    /// r and the hat matrix H it is r/(1 - H) (Allen's PRESS); where rows are fewer, r = μα and 1 - H = μG⁻¹ with
    /// Gα = t and G = JJᵀ + μI. `None` if the system is not positive definite in f64.
    pub fn leave_one_out(&self) -> Option<f64> {
        let j = &self.jacobian;
        let target = j * &self.weights - &self.residuals;
        let factor = self.factor(self.decay)?;
        let errors: f64 = if self.is_wide() {
            let inverse = factor.inverse();
            let alpha = &inverse * target;
            (0..alpha.len()).map(|i| (alpha[i] / inverse[(i, i)]).abs()).sum()
        } else {
            let rest = &target - j * factor.solve(&j.tr_mul(&target));
            let half = factor.l_dirty().solve_lower_triangular(&j.transpose())?;
            let hat = half.column_iter().map(|c| c.norm_squared());
            rest.iter().zip(hat).map(|(r, h)| (r / (1.0 - h)).abs()).sum()
        };
        let mean = errors / j.nrows() as f64;
        mean.is_finite().then_some(mean)
    }

    /// The change of the weights for damping λ; `None` if the system is not positive definite in f64.
    pub fn step(&self, lambda: f64) -> Option<DVector<f64>> {
        let damping = lambda + self.decay;
        let j = &self.jacobian;
        let gradient = j.tr_mul(&self.residuals) + self.decay * &self.weights;
        let factor = self.factor(damping)?;
        if !self.is_wide() {
            return Some(-factor.solve(&gradient));
        }
        // (JᵀJ + d·I)⁻¹ g = (g - Jᵀ (JJᵀ + d·I)⁻¹ J g) / d
        let inner = factor.solve(&(j * &gradient));
        Some((j.tr_mul(&inner) - gradient) / damping)
    }
}

/// Adds a change to weights and biases, in the order of the columns.
pub(in crate::train) fn add(network: &mut Network, delta: &DVector<f64>) {
    network.weights_and_biases_mut().zip(delta.iter()).for_each(|(w, d)| *w += d);
}

#[cfg(test)]
mod tests {
    use super::super::descent::DECAY;
    use super::*;
    use crate::net::{RandomShape, random_network};
    use crate::train::tests::aim;

    #[test]
    fn the_jacobian_is_what_finite_differences_say() {
        for seed in 0..20 {
            let network = random_network(seed, RandomShape::default());
            let aim = aim(&network, 3);
            let mut system = System::new(&network, &aim, DECAY);
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
            let mut system = System::new(&network, &aim, DECAY);
            system.linearise(&network, &aim);
            let delta = system.step(0.1).unwrap();
            let j = &system.jacobian;
            let left = j.tr_mul(&(j * &delta)) + (0.1 + DECAY) * &delta;
            let right = -(j.tr_mul(&system.residuals) + DECAY * &system.weights);
            assert!((left - &right).norm() < 1e-8 * (1.0 + right.norm()));
        }
    }

    #[test]
    fn leaving_out_is_what_fitting_without_gives() {
        let network = random_network(3, RandomShape::default());
        for rows in [4, 200] {
            let aim = Aim::of(aim(&network, rows).data);
            let mut system = System::new(&network, &aim, 0.1);
            system.linearise(&network, &aim);
            let j = &system.jacobian;
            let target = j * &system.weights - &system.residuals;
            let without = |i: usize| {
                let (j, t) = (j.clone().remove_row(i), target.clone().remove_row(i));
                let normal = j.tr_mul(&j) + DMatrix::identity(j.ncols(), j.ncols()) * 0.1;
                let weights = normal.lu().solve(&j.tr_mul(&t)).expect("a solution");
                (target[i] - (system.jacobian.row(i) * weights)[0]).abs()
            };
            let expected = (0..j.nrows()).map(without).sum::<f64>() / j.nrows() as f64;
            let found = system.leave_one_out().expect("an error");
            assert!((found - expected).abs() < 1e-8 * (1.0 + expected), "{rows} rows: {found} {expected}");
        }
    }
}
