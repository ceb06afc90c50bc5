//! Pruning: weights that the samples can do without go, and those that are left make up for them.
//!
//! Each round removes the weights of the least saliency, w²/(2·[H⁻¹]_ww) with H = JᵀJ + αI, and moves the others by
//! -w/[H⁻¹]_ww · H⁻¹e_w, which is the least that the linearised error can rise by (Optimal Brain Surgeon: Hassibi & Stork 1993). Then
//! the network is polished. A weight that is 0 stays 0: see [`Network::hold_pruned`]. In a circuit it is an adder less.

use super::aim::Aim;
use super::descent::{DECAY, LARGEST, polish};
use super::system::System;
use crate::net::Network;
use crate::train::progress::Progress;
use nalgebra::DMatrix;

/// The share of the weights left that the first round removes; half of it after a round that lost too much.
const SHARE: f64 = 0.15;

/// Rounds that would remove a smaller share are not begun.
const LEAST: f64 = 0.005;

/// α as a share of the mean diagonal element: the error is linear in short steps only.
const NEAR: f64 = 1e-4;

/// Removes weights, not biases, while the root mean square error on the samples stays within (1 + `loss`) of what it is; `steps`
/// Levenberg-Marquardt steps follow on each round. Gives how many weights went. Networks that are too large stay as they are.
pub(in crate::train) fn prune(
    network: &mut Network,
    aim: &Aim,
    loss: f64,
    steps: usize,
    progress: &dyn Progress,
) -> usize {
    if network.parameters() > LARGEST {
        return 0;
    }
    let most = (1.0 + loss) * aim.distance(network);
    let before = weights(network);
    let mut share = SHARE;
    while share >= LEAST && !progress.cancelled() {
        let left = weights(network);
        let count = ((left as f64 * share) as usize).max(1);
        let mut next = network.clone();
        if left < 2 || remove(&mut next, aim, count).is_none() {
            break;
        }
        polish(&mut next, aim, DECAY, steps, progress);
        match aim.distance(&next) <= most {
            true => *network = next,
            false if count == 1 => break,
            false => share /= 2.0,
        }
    }
    before - weights(network)
}

/// Weights that are not 0.
fn weights(network: &Network) -> usize {
    network.layers.iter().flat_map(|l| &l.weights).filter(|&&w| w != 0.0).count()
}

/// Sets `count` weights to 0, the least salient first, and moves the others; `None` if H is not positive definite in f64.
fn remove(network: &mut Network, aim: &Aim, count: usize) -> Option<()> {
    let mut system = System::new(network, aim, DECAY);
    system.linearise(network, aim);
    let mut inverse = system.inverse(NEAR)?;
    let mut values: Vec<f64> = network.weights_and_biases().copied().collect();
    let biases = network.layers.iter().flat_map(|l| {
        let bias = l.bias.as_ref().map_or(0, Vec::len);
        std::iter::repeat_n(false, l.weights.len()).chain(std::iter::repeat_n(true, bias))
    });
    let mut open: Vec<usize> =
        biases.enumerate().filter(|&(i, bias)| !bias && values[i] != 0.0).map(|(i, _)| i).collect();
    for _ in 0..count {
        let saliency = |i: usize| values[i] * values[i] / inverse[(i, i)];
        let least = (0..open.len()).min_by(|&a, &b| saliency(open[a]).total_cmp(&saliency(open[b])));
        let Some(w) = least.map(|at| open.swap_remove(at)) else { break };
        let column = inverse.column(w).clone_owned();
        let by = values[w] / column[w];
        values.iter_mut().zip(column.iter()).for_each(|(v, c)| *v -= by * c);
        values[w] = 0.0;
        // The inverse of H without w; what is left of its row and column is rounding.
        inverse.ger(-1.0 / column[w], &column, &column, 1.0);
        inverse.row_mut(w).fill(0.0);
        inverse.column_mut(w).fill(0.0);
    }
    network.weights_and_biases_mut().zip(values).for_each(|(to, v)| *to = v);
    Some(())
}

impl System {
    /// The inverse of JᵀJ + αI, α a share of its mean diagonal element. Rows and columns of weights that are 0 are 0 but for 1/α on
    /// the diagonal.
    fn inverse(&self, share: f64) -> Option<DMatrix<f64>> {
        let mut square = self.normal();
        let alpha = share * square.trace() / square.nrows() as f64;
        (0..square.nrows()).for_each(|i| square[(i, i)] += alpha);
        Some(nalgebra::Cholesky::new(square)?.inverse())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Layer, Neuron, RandomShape, random_network};
    use crate::train::Quiet;
    use crate::train::tests::aim;

    /// A network that its samples fit exactly, beside a copy with weights that they do not need.
    fn fitted(seed: u64) -> (Network, Aim) {
        let network = random_network(seed, RandomShape { inputs: 2, outputs: 1, hidden: 1, width: 3 });
        let mut aim = aim(&network, 80);
        aim.data.y = network.eval_all(&aim.data.x);
        (network, aim)
    }

    #[test]
    fn the_least_salient_weight_is_the_one_whose_loss_grows_least() {
        for seed in 0..6 {
            let (network, mut aim) = fitted(seed);
            // A target that a straight line meets: one neuron's worth of weights is enough.
            aim.data.y = aim.data.x.chunks(2).map(|x| 0.5 * x[0] - 0.25 * x[1]).collect();
            let mut trained = network.clone();
            polish(&mut trained, &aim, DECAY, 100, &Quiet);
            let error = aim.distance(&trained);
            let mut pruned = trained.clone();
            let gone = prune(&mut pruned, &aim, 0.5, 30, &Quiet);
            assert!(aim.distance(&pruned) <= 1.5 * error, "seed {seed}");
            assert_eq!(weights(&trained) - weights(&pruned), gone);
            // What is 0 stays 0, however long it is polished.
            let zeros = weights(&pruned);
            polish(&mut pruned, &aim, DECAY, 20, &Quiet);
            assert_eq!(weights(&pruned), zeros, "seed {seed}");
        }
    }

    #[test]
    fn a_constant_column_is_not_pruned() {
        // Two inputs of two neurons: a column is an input's weights, w[0] and w[2].
        let neurons = vec![Neuron::default(); 2];
        let layer = Layer { inputs: 2, neurons, weights: vec![0.5, -0.25, 1.0, 2.0], bias: None };
        let mut network = Network { layers: vec![layer] };
        assert!(!network.is_pruned());
        network.layers[0].weights[0] = 0.0;
        assert!(network.is_pruned());
        network.layers[0].weights[2] = 0.0;
        assert!(!network.is_pruned());
        network.layers[0].weights[1] = 0.0;
        assert!(network.is_pruned());
    }

    #[test]
    fn a_weight_that_is_removed_costs_what_the_linear_problem_says() {
        // Linear in its weights: the rise is exact, and no other way of removing a weight costs less.
        let (network, aim) = fitted(1);
        let mut system = System::new(&network, &aim, DECAY);
        system.linearise(&network, &aim);
        let inverse = system.inverse(NEAR).expect("an inverse");
        let normal = system.normal();
        let alpha = NEAR * normal.trace() / normal.nrows() as f64;
        let eye = &inverse * (normal + alpha * DMatrix::identity(inverse.nrows(), inverse.nrows()));
        assert!((eye - DMatrix::identity(inverse.nrows(), inverse.nrows())).norm() < 1e-6);
        let mut next = network.clone();
        remove(&mut next, &aim, 1).expect("removed");
        assert_eq!(weights(&next) + 1, weights(&network));
    }
}
