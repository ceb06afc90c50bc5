//! The functions the first paper learns, with seeded training points and its evaluation grids.

use super::Samples;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::{E, PI};

/// A target function of the first paper (Jung & Kwon).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Equation 6 on [0, 2π]: `ln(x+0.5)` and six sines.
    Eq6,
    /// Equation 7 (Ackley's function) on [-3, 3]².
    Ackley,
    /// Figure 1 on [0, 2π]: `sin 3x + sin 6x`.
    Figure1,
}

/// A name that no target has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a target function: use eq6, ackley or figure1")]
pub struct UnknownTarget(pub String);

impl std::str::FromStr for Target {
    type Err = UnknownTarget;
    fn from_str(name: &str) -> Result<Target, UnknownTarget> {
        Target::ALL.into_iter().find(|t| t.name() == name).ok_or_else(|| UnknownTarget(name.to_owned()))
    }
}

impl Target {
    /// Every target.
    pub const ALL: [Target; 3] = [Target::Eq6, Target::Ackley, Target::Figure1];

    /// Its name, as [`str::parse`] reads it.
    pub fn name(self) -> &'static str {
        match self {
            Target::Eq6 => "eq6",
            Target::Ackley => "ackley",
            Target::Figure1 => "figure1",
        }
    }

    /// One line about it.
    pub fn summary(self) -> &'static str {
        match self {
            Target::Eq6 => {
                "ln(x+0.5) + 0.2 sin x + 0.4 sin 2x + 0.3 sin 3x - 0.1 sin 5x - 0.2 sin 7x + 0.15 sin 20x"
            }
            Target::Ackley => "Ackley's function of two variables on [-3, 3]",
            Target::Figure1 => "sin 3x + sin 6x",
        }
    }

    /// Number of inputs; there is one output.
    pub fn inputs(self) -> usize {
        match self {
            Target::Ackley => 2,
            Target::Eq6 | Target::Figure1 => 1,
        }
    }

    /// The range of every input.
    pub fn range(self) -> (f64, f64) {
        match self {
            Target::Ackley => (-3.0, 3.0),
            Target::Eq6 | Target::Figure1 => (0.0, 2.0 * PI),
        }
    }

    /// How many training points the paper draws.
    pub fn paper_points(self) -> usize {
        match self {
            Target::Eq6 => 194,
            Target::Ackley => 300,
            Target::Figure1 => 150,
        }
    }

    /// The value at `x`, which holds [`Target::inputs`] numbers.
    pub fn eval(self, x: &[f64]) -> f64 {
        use libm::{cos, exp, log, sin};
        match self {
            Target::Eq6 => {
                let x = x[0];
                log(x + 0.5) + 0.2 * sin(x) + 0.4 * sin(2.0 * x) + 0.3 * sin(3.0 * x)
                    - 0.1 * sin(5.0 * x)
                    - 0.2 * sin(7.0 * x)
                    + 0.15 * sin(20.0 * x)
            }
            Target::Ackley => {
                let (x, y) = (x[0], x[1]);
                let radius = (0.5 * (x * x + y * y)).sqrt();
                let waves = 0.5 * (cos(2.0 * PI * x) + cos(2.0 * PI * y));
                -20.0 * exp(-0.2 * radius) - exp(waves) + 20.0 + E
            }
            Target::Figure1 => sin(3.0 * x[0]) + sin(6.0 * x[0]),
        }
    }

    /// `points` uniform random samples (at least 1): the same seed gives the same bits on every machine.
    pub fn train(self, seed: u64, points: usize) -> Samples {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (lo, hi) = self.range();
        self.samples(
            (0..points.max(1) * self.inputs()).map(|_| lo + (hi - lo) * rng.random::<f64>()).collect(),
        )
    }

    /// `points` seeded samples spread evenly (at least 2): a Latin hypercube. Each coordinate's range is cut into as many
    /// cells as there are points; every cell is visited once, at random, and the outermost points stand at the ends, so
    /// that a network need not extrapolate to reach them.
    pub fn train_spread(self, seed: u64, points: usize) -> Samples {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (lo, hi) = self.range();
        let (n, width) = (points.max(2), self.inputs());
        let mut x = vec![0.0; n * width];
        for i in 0..width {
            let mut cells: Vec<usize> = (0..n).collect();
            cells.shuffle(&mut rng);
            for (row, cell) in cells.into_iter().enumerate() {
                let inside = match cell {
                    0 => 0.0,
                    c if c == n - 1 => 1.0,
                    _ => rng.random::<f64>(),
                };
                x[row * width + i] = lo + (hi - lo) * (cell as f64 + inside) / n as f64;
            }
        }
        self.samples(x)
    }

    /// The paper's evaluation points: x = i/2000 for i = 0..=12566, or -3 + i/50 in both directions (300 × 300).
    pub fn grid(self) -> Samples {
        let at = |i: i32| (i - 150) as f64 / 50.0;
        self.samples(match self {
            Target::Eq6 | Target::Figure1 => (0..=12566).map(|i| i as f64 / 2000.0).collect(),
            Target::Ackley => (0..300).flat_map(|i| (0..300).flat_map(move |j| [at(i), at(j)])).collect(),
        })
    }

    fn samples(self, x: Vec<f64>) -> Samples {
        let y = x.chunks_exact(self.inputs()).map(|x| self.eval(x)).collect();
        Samples::new(self.inputs(), 1, x, y).expect("the targets are finite on their ranges")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for t in Target::ALL {
            assert_eq!(t.name().parse(), Ok(t));
        }
        assert_eq!(
            "eq7".parse::<Target>().expect_err("unknown").to_string(),
            "`eq7` is not a target function: use eq6, ackley or figure1"
        );
    }

    #[test]
    fn values_by_hand() {
        assert!(
            (Target::Eq6.eval(&[0.5])
                - (0.2 * 0.5f64.sin() + 0.4 * 1f64.sin() + 0.3 * 1.5f64.sin()
                    - 0.1 * 2.5f64.sin()
                    - 0.2 * 3.5f64.sin()
                    + 0.15 * 10f64.sin()))
            .abs()
                < 1e-14
        );
        // Ackley's minimum is 0 at the origin; at integers the cosine term is e.
        assert!(Target::Ackley.eval(&[0.0, 0.0]).abs() < 1e-14);
        assert!((Target::Ackley.eval(&[1.0, 1.0]) - 20.0 * (1.0 - (-0.2f64).exp())).abs() < 1e-14);
        assert!((Target::Figure1.eval(&[PI / 2.0]) + 1.0).abs() < 1e-14);
    }

    #[test]
    fn grids_of_the_paper() {
        let grid = Target::Eq6.grid();
        assert_eq!((grid.rows(), grid.x()[1], grid.x()[12566]), (12567, 0.0005, 12566.0 / 2000.0));
        let grid = Target::Ackley.grid();
        assert_eq!((grid.rows(), grid.input(0), grid.input(89999)), (90000, &[-3.0; 2][..], &[2.98; 2][..]));
    }

    /// Published results name a seed: the points behind it must never change.
    #[test]
    fn the_points_of_a_seed_are_pinned() {
        let first = |t: Target| t.train(7, 1).x()[0].to_bits();
        assert_eq!(Target::ALL.map(first), [0x3fefba0ec3ae70c0, 0xc0006d00663947a4, 0x3fefba0ec3ae70c0]);
    }

    #[test]
    fn spread_points_visit_every_cell_and_both_ends() {
        for t in Target::ALL {
            let n = t.paper_points();
            let samples = t.train_spread(3, n);
            assert_eq!(samples, t.train_spread(3, n));
            let (lo, hi) = t.range();
            for i in 0..t.inputs() {
                assert_eq!(samples.input_range(i), (lo, hi));
                let cell =
                    |row: usize| (((samples.input(row)[i] - lo) / (hi - lo) * n as f64) as usize).min(n - 1);
                let visited: std::collections::BTreeSet<usize> = (0..n).map(cell).collect();
                assert!(visited.len() >= n - 1, "{} of {n}", visited.len());
            }
        }
    }

    #[test]
    fn training_points_depend_on_the_seed_alone() {
        for t in Target::ALL {
            let (a, b) = (t.train(7, t.paper_points()), t.train(7, t.paper_points()));
            assert_eq!((a.rows(), &a), (t.paper_points(), &b));
            assert_ne!(a, t.train(8, t.paper_points()));
            let (lo, hi) = t.range();
            assert!((0..t.inputs()).all(|i| a.input_range(i).0 >= lo && a.input_range(i).1 < hi));
            // Both halves of the range are visited.
            assert!(a.x().iter().any(|&x| x < 0.5 * (lo + hi)) && a.x().iter().any(|&x| x > 0.5 * (lo + hi)));
        }
    }
}
