//! Symmetric positive definite systems whose entries lie near the diagonal.

/// The lower half of a symmetric matrix, `W` diagonals of it.
#[derive(Clone)]
pub(super) struct Banded<const W: usize> {
    /// `rows[i][k]` is the entry in row i, k left of the diagonal.
    rows: Vec<[f64; W]>,
}

/// What the diagonal gains, relative to its largest entry: unknowns that no sample reads stay solvable.
const RIDGE: f64 = 1e-13;

impl<const W: usize> Banded<W> {
    pub fn new(n: usize) -> Banded<W> {
        Banded { rows: vec![[0.0; W]; n] }
    }

    /// Adds to the entry in a row and a column at or left of the diagonal.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        self.rows[row][row - column] += value;
    }

    /// The solution for a right side, by Cholesky's L Lᵀ.
    pub fn solve(mut self, mut right: Vec<f64>) -> Vec<f64> {
        let most = self.rows.iter().map(|r| r[0]).fold(0.0, f64::max);
        let n = self.rows.len();
        for i in 0..n {
            for k in (0..W.min(i + 1)).rev() {
                let j = i - k;
                // Entries left of both.
                let shared = (1..W - k).filter(|m| *m <= j);
                let dot: f64 = shared.map(|m| self.rows[i][k + m] * self.rows[j][m]).sum();
                let left = self.rows[i][k] - dot;
                self.rows[i][k] = if k == 0 { left.max(RIDGE * most).sqrt() } else { left / self.rows[j][0] };
            }
        }
        for i in 0..n {
            let known: f64 = (1..W.min(i + 1)).map(|k| self.rows[i][k] * right[i - k]).sum();
            right[i] = (right[i] - known) / self.rows[i][0];
        }
        for i in (0..n).rev() {
            let known: f64 = (1..W.min(n - i)).map(|k| self.rows[i + k][k] * right[i + k]).sum();
            right[i] = (right[i] - known) / self.rows[i][0];
        }
        right
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{DMatrix, DVector};

    #[test]
    fn it_solves_as_a_dense_solver_does() {
        let n = 9;
        let entry = |i: usize, j: usize| match i.abs_diff(j) {
            0 => 5.0 + i as f64,
            d @ 1..=3 => 1.0 / (1 + d + i + j) as f64,
            _ => 0.0,
        };
        let mut banded = Banded::<4>::new(n);
        (0..n).for_each(|i| (i.saturating_sub(3)..=i).for_each(|j| banded.add(i, j, entry(i, j))));
        let right: Vec<f64> = (0..n).map(|i| (i as f64 - 3.0).powi(2)).collect();
        let dense = DMatrix::from_fn(n, n, entry).lu().solve(&DVector::from_vec(right.clone())).unwrap();
        for (found, wanted) in banded.solve(right).iter().zip(&dense) {
            assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
        }
    }
}
