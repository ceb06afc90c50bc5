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
