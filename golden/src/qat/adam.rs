//! Adam (Kingma & Ba 2015), with a rate for every parameter.

use super::latent::All;

const FIRST: f64 = 0.9;
const SECOND: f64 = 0.99;

/// Mean and mean square of a parameter's gradients, and what its rate is multiplied by.
#[derive(Clone, Copy)]
struct Memory {
    mean: f64,
    square: f64,
    scale: f64,
}

pub(super) struct Adam {
    memories: Vec<Memory>,
    /// FIRST and SECOND to the power of the steps so far.
    powers: [f64; 2],
}

impl Adam {
    /// Steps of each parameter in units of its scale.
    pub fn of(scales: impl Iterator<Item = f64>) -> Adam {
        let memory = |scale| Memory { mean: 0.0, square: 0.0, scale };
        Adam { memories: scales.map(memory).collect(), powers: [1.0; 2] }
    }

    /// A step down the gradients.
    pub fn step(&mut self, all: &mut All, gradients: &[Vec<Vec<f64>>], rate: f64) {
        self.powers = [self.powers[0] * FIRST, self.powers[1] * SECOND];
        let (first, second) = (1.0 - self.powers[0], 1.0 - self.powers[1]);
        let parameters = all.iter_mut().flatten().zip(gradients.iter().flatten());
        let pairs = parameters.flat_map(|(p, g)| {
            let fixed = p.fixed;
            p.real.iter_mut().zip(g).map(move |(p, g)| (p, *g, fixed))
        });
        for (m, (p, g, fixed)) in self.memories.iter_mut().zip(pairs) {
            m.mean = FIRST * m.mean + (1.0 - FIRST) * g;
            m.square = SECOND * m.square + (1.0 - SECOND) * g * g;
            if m.square > 0.0 && !fixed {
                *p -= rate * m.scale * (m.mean / first) / (m.square / second).sqrt();
            }
        }
    }
}
