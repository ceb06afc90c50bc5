//! Cubic B-splines on equal intervals.

/// Coefficients that one argument reads.
pub(super) const READ: usize = 4;

/// Intervals of equal length from `lo` on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Knots {
    pub lo: f64,
    pub step: f64,
    pub intervals: usize,
}

/// What an argument reads: coefficients from `first` on, their weights, and the derivatives of those.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub first: usize,
    pub weights: [f64; READ],
    pub slopes: [f64; READ],
}

impl Knots {
    /// Coefficients of a function: three more than there are intervals.
    pub fn coefficients(self) -> usize {
        self.intervals + READ - 1
    }

    /// What x reads; beyond the ends, what their tangents read.
    pub fn place(self, x: f64) -> Place {
        let at = (x - self.lo) / self.step;
        let held = at.clamp(0.0, self.intervals as f64);
        let first = (held as usize).min(self.intervals - 1);
        let u = held - first as f64;
        let v = 1.0 - u;
        let middle = |u: f64| (u * u * (3.0 * u - 6.0) + 4.0) / 6.0;
        let mut weights = [v * v * v / 6.0, middle(u), middle(v), u * u * u / 6.0];
        let middle = |u: f64| u * (1.5 * u - 2.0);
        let slopes = [-v * v / 2.0, middle(u), -middle(v), u * u / 2.0];
        weights.iter_mut().zip(slopes).for_each(|(w, s)| *w += (at - held) * s);
        Place { first, weights, slopes: slopes.map(|s| s / self.step) }
    }
}

/// The weights of a second difference.
const SECOND: [f64; 3] = [1.0, -2.0, 1.0];

/// The second difference of three coefficients.
pub(super) fn bend(coefficients: &[f64]) -> f64 {
    SECOND.iter().zip(coefficients).map(|(d, c)| d * c).sum()
}

/// The half on and below the diagonal of what a bend's square, times a penalty, adds to normal equations: row, column, value.
pub(super) fn bend_square(at: usize, penalty: f64, mut add: impl FnMut(usize, usize, f64)) {
    for (a, da) in SECOND.iter().enumerate() {
        (0..=a).for_each(|b| add(at + a, at + b, penalty * da * SECOND[b]));
    }
}

/// What a bend adds to the gradient of half the penalty on its square: row, value.
pub(super) fn bend_gradient(at: usize, by: f64, mut add: impl FnMut(usize, f64)) {
    SECOND.iter().enumerate().for_each(|(a, da)| add(at + a, by * da));
}

impl Place {
    pub fn value(&self, coefficients: &[f64]) -> f64 {
        dot(&self.weights, &coefficients[self.first..])
    }

    pub fn slope(&self, coefficients: &[f64]) -> f64 {
        dot(&self.slopes, &coefficients[self.first..])
    }
}

fn dot(weights: &[f64; READ], coefficients: &[f64]) -> f64 {
    weights.iter().zip(coefficients).map(|(w, c)| w * c).sum()
}
