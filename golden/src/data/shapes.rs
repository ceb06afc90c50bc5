//! Classes in the plane that no straight line tells apart, with seeded points.

use super::Samples;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::PI;

/// Two classes of points (x0, x1), as many of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shapes {
    /// Two spirals of one and a quarter turns around the origin, radius 0.2 to 1; the second is the first turned by 180
    /// degrees.
    Spirals,
    /// Two half circles of radius 1 that reach into each other.
    Moons,
}

impl Shapes {
    /// Both.
    pub const ALL: [Shapes; 2] = [Shapes::Spirals, Shapes::Moons];

    /// Its name in a project file.
    pub fn name(self) -> &'static str {
        match self {
            Shapes::Spirals => "spirals",
            Shapes::Moons => "moons",
        }
    }

    /// The half width of the noise that [`Shapes::samples`] adds to both coordinates: uniform, and small enough that the
    /// classes do not touch.
    pub fn noise(self) -> f64 {
        match self {
            Shapes::Spirals => 0.06,
            Shapes::Moons => 0.15,
        }
    }

    /// The point of class `class` at share `t` of its curve, from 0 to 1, without noise.
    fn point(self, class: usize, t: f64) -> [f64; 2] {
        let sign = if class == 0 { 1.0 } else { -1.0 };
        match self {
            Shapes::Spirals => {
                let (radius, angle) = (0.2 + 0.8 * t, 2.5 * PI * t);
                [sign * radius * libm::cos(angle), sign * radius * libm::sin(angle)]
            }
            Shapes::Moons => {
                let (x, y) = (libm::cos(PI * t), libm::sin(PI * t));
                [sign * x + if class == 0 { -0.5 } else { 0.5 }, sign * (y - 0.25)]
            }
        }
    }

    /// `points` samples (at least 2), the classes in turn: the same seed gives the same bits on every machine.
    pub fn samples(self, seed: u64, points: usize) -> Samples {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let labels: Vec<usize> = (0..points.max(2)).map(|i| i % 2).collect();
        let mut x = Vec::with_capacity(2 * labels.len());
        for &class in &labels {
            let point = self.point(class, rng.random::<f64>());
            x.extend(point.map(|v| v + self.noise() * (2.0 * rng.random::<f64>() - 1.0)));
        }
        let classes = ["first", "second"].map(str::to_owned).to_vec();
        Samples::labelled(2, x, &labels, classes).expect("finite points")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_do_not_touch_and_a_seed_is_a_seed() {
        for shapes in Shapes::ALL {
            let s = shapes.samples(3, 400);
            assert_eq!(s, shapes.samples(3, 400));
            assert_ne!(s, shapes.samples(4, 400));
            let labels = s.labels();
            let nearest = |row: usize| {
                let distance = |other: usize| {
                    let (a, b) = (s.input(row), s.input(other));
                    (a[0] - b[0]).hypot(a[1] - b[1])
                };
                let others = (0..s.rows()).filter(|&o| labels[o] != labels[row]);
                others.map(distance).fold(f64::INFINITY, f64::min)
            };
            let gap = (0..s.rows()).map(nearest).fold(f64::INFINITY, f64::min);
            assert!(gap > 0.02, "{}: {gap}", shapes.name());
        }
    }
}
