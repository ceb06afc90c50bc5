//! Jacobian of a network's outputs by its weights while rounding noise disturbs its values, in portable mathematics.

use crate::func::Portable;
use crate::least_squares::{Normal, Pass};
use crate::net::{Network, output_gradient};
use crate::watch;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Points and what the outputs there should be, row-major.
pub(super) struct Aims {
    pub inputs: usize,
    pub outputs: usize,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
}

/// Parts that are summed on their own, each with noise of its own: the same whatever the number of threads.
const PARTS: usize = 4;

/// Rows that are gathered before they are added.
const ROWS: usize = 32;

impl Aims {
    /// Samples of one part.
    fn samples(&self, part: usize) -> impl Iterator<Item = (&[f64], &[f64])> {
        let rows = self.x.len() / self.inputs;
        let (from, to) = (part * rows / PARTS, (part + 1) * rows / PARTS);
        let x = self.x[from * self.inputs..to * self.inputs].chunks_exact(self.inputs);
        x.zip(self.y[from * self.outputs..to * self.outputs].chunks_exact(self.outputs))
    }

    /// Σe² of a network whose values are disturbed.
    pub fn energy(&self, network: &Network, noise: &Noise) -> f64 {
        let watch = watch::here();
        let part = |part| watch.within(|| self.energy_of(part, network, noise));
        let parts: Vec<f64> = (0..PARTS).into_par_iter().map(part).collect();
        parts.iter().sum::<f64>() / noise.passes() as f64
    }

    fn energy_of(&self, part: usize, network: &Network, noise: &Noise) -> f64 {
        let (mut pass, mut energy, mut rng) = (Pass::<Portable>::default(), 0.0, noise.rng(part));
        for (x, target) in self.samples(part) {
            noise.draw(&mut rng, &mut pass.noise);
            for _ in 0..noise.passes() {
                pass.forward(network, x);
                energy += pass.outputs().iter().zip(target).map(|(y, t)| (y - t) * (y - t)).sum::<f64>();
                pass.mirror();
            }
        }
        energy
    }

    /// The normal equations of a network at its weights, its values disturbed, and Σe².
    pub fn linearise(&self, network: &Network, noise: &Noise) -> (Normal, f64) {
        let watch = watch::here();
        let part = |part| watch.within(|| self.linearise_part(part, network, noise));
        let parts: Vec<_> = (0..PARTS).into_par_iter().map(part).collect();
        let none = (Normal::new(network.parameters()), 0.0);
        let (normal, energy) = parts.iter().fold(none, |(all, sum), (n, e)| (all.and(n), sum + e));
        (normal, energy / noise.passes() as f64)
    }

    fn linearise_part(&self, part: usize, network: &Network, noise: &Noise) -> (Normal, f64) {
        let count = network.parameters();
        let mut normal = Normal::new(count);
        let (mut rows, mut residuals) = (Vec::new(), Vec::new());
        let (mut pass, mut energy, mut rng) = (Pass::<Portable>::default(), 0.0, noise.rng(part));
        for (x, target) in self.samples(part) {
            watch::check();
            noise.draw(&mut rng, &mut pass.noise);
            for _ in 0..noise.passes() {
                pass.forward(network, x);
                for (o, t) in target.iter().enumerate() {
                    let residual = pass.outputs()[o] - t;
                    let start = rows.len();
                    rows.resize(start + count, 0.0);
                    output_gradient(network, &pass.values, &pass.slopes, o, &mut rows[start..]);
                    network.hold_pruned(&mut rows[start..]);
                    residuals.push(residual);
                    energy += residual * residual;
                }
                pass.mirror();
            }
            if residuals.len() >= ROWS {
                normal.add(&rows, &residuals);
                rows.clear();
                residuals.clear();
            }
        }
        normal.add(&rows, &residuals);
        (normal, energy)
    }
}

/// What rounding will do to the values of a network: each moves by a random amount within half a unit in the last place.
#[derive(Clone, Default)]
pub(super) struct Noise {
    /// Half units of z, h and y per layer and neuron; 0 where nothing is rounded. Empty for no noise at all.
    pub halves: Vec<Vec<[f64; 3]>>,
    /// The same seed disturbs in the same way, so that two networks can be compared.
    pub seed: u64,
}

impl Noise {
    fn rng(&self, part: usize) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(part as u64);
        rng
    }

    /// The same noise, so many times as loud.
    pub fn louder(mut self, times: f64) -> Noise {
        self.halves.iter_mut().flatten().flatten().for_each(|half| *half *= times);
        self
    }

    /// Disturbs twice, the second time the other way: what is linear in the noise cancels, so that weights cannot fit it.
    fn passes(&self) -> usize {
        if self.halves.is_empty() { 1 } else { 2 }
    }

    fn draw(&self, rng: &mut ChaCha8Rng, to: &mut Vec<Vec<[f64; 3]>>) {
        to.resize(self.halves.len(), Vec::new());
        for (to, halves) in to.iter_mut().zip(&self.halves) {
            to.clear();
            to.extend(halves.iter().map(|all| all.map(|h| h * rng.random_range(-1.0..1.0))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{RandomShape, random_network};

    #[test]
    fn the_gradient_is_what_finite_differences_say() {
        for seed in 0..10 {
            let mut network = random_network(seed, RandomShape::default());
            let (inputs, outputs) = (network.inputs(), network.outputs());
            let x: Vec<f64> = (0..4 * inputs).map(|i| (i as f64 * 0.37).sin() * 2.0).collect();
            let y: Vec<f64> = (0..4 * outputs).map(|i| (i as f64 * 0.91).cos()).collect();
            let aims = Aims { inputs, outputs, x, y };
            // Rounding disturbs, but the same way each time: derivatives are those of the disturbed network.
            let halves = network.layers.iter().map(|l| vec![[0.1, 0.2, 0.3]; l.neurons.len()]).collect();
            let noise = Noise { halves: if seed % 2 == 0 { halves } else { Vec::new() }, seed };
            let (normal, energy) = aims.linearise(&network, &noise);
            assert!((energy - aims.energy(&network, &noise)).abs() <= 1e-12 * energy);
            for p in 0..network.parameters() {
                let mut at = |d: f64| {
                    *network.weights_and_biases_mut().nth(p).expect("a weight") += d;
                    aims.energy(&network, &noise)
                };
                let h = 1e-6;
                let (up, down) = (at(h), at(-2.0 * h));
                at(h);
                // Σe² has twice the slope of Jᵀe.
                let expected = (up - down) / (4.0 * h) * noise.passes() as f64;
                let scale = 1.0 + energy + expected.abs();
                assert!((normal.gradient[p] - expected).abs() < 1e-4 * scale, "seed {seed}, weight {p}");
            }
        }
    }
}
