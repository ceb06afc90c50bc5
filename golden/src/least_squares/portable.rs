//! Normal equations of least squares, in one fixed order of summation.
//!
//! Own code rather than the linear-algebra crate of [`super::factor`]: what is solved here decides integer weights, and a
//! plan must be the same bytes on every machine, whatever instructions it has. Wider registers hold more columns of a
//! row; every element is still the same sum in the same order.

use multiversion::multiversion;

/// JᵀJ and Jᵀr, summed row by row.
pub(crate) struct Normal {
    n: usize,
    /// Lower triangle of JᵀJ, row-major, the upper left as it is.
    square: Vec<f64>,
    /// Jᵀr.
    pub gradient: Vec<f64>,
}

impl Normal {
    pub fn new(n: usize) -> Normal {
        Normal { n, square: vec![0.0; n * n], gradient: vec![0.0; n] }
    }

    /// Adds residuals and their derivatives, row after row.
    pub fn add(&mut self, rows: &[f64], residuals: &[f64]) {
        let n = self.n;
        for (row, residual) in rows.chunks_exact(n).zip(residuals) {
            self.gradient.iter_mut().zip(row).for_each(|(g, a)| *g += a * residual);
        }
        let mut fours = rows.chunks_exact(4 * n);
        fours.by_ref().for_each(|four| add_products(&mut self.square, n, four));
        fours.remainder().chunks_exact(n).for_each(|row| add_products(&mut self.square, n, row));
    }

    /// Both sums together.
    pub fn and(mut self, other: &Normal) -> Normal {
        self.square.iter_mut().zip(&other.square).for_each(|(a, b)| *a += b);
        self.gradient.iter_mut().zip(&other.gradient).for_each(|(a, b)| *a += b);
        self
    }

    /// Cholesky's factor of JᵀJ with every diagonal element raised by the share `damping` of itself and of the mean;
    /// `None` if that is not positive definite in f64.
    pub fn factor(&self, damping: f64) -> Option<Factor> {
        let n = self.n;
        let mean = (0..n).map(|i| self.square[i * n + i]).sum::<f64>() / n as f64;
        let mut l = self.square.clone();
        for i in 0..n {
            l[i * n + i] += damping * (l[i * n + i] + 1e-3 * mean) + f64::MIN_POSITIVE;
        }
        for i in 0..n {
            let (above, rest) = l.split_at_mut(i * n);
            let row = &mut rest[..n];
            for j in 0..i {
                let other = &above[j * n..][..=j];
                row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
            }
            let left = row[i] - dot(&row[..i], &row[..i]);
            if left.is_nan() || left <= 0.0 {
                return None;
            }
            row[i] = left.sqrt();
        }
        Some(Factor { n, l })
    }
}

/// Adds the products of the elements of each row, four rows or one, to the lower triangle.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2", "x86_64+avx2", "aarch64+neon"))]
fn add_products(square: &mut [f64], n: usize, rows: &[f64]) {
    let one = |i: usize, to: &mut [f64], row: &[f64]| {
        let a = row[i];
        to.iter_mut().zip(row).for_each(|(h, b)| *h += a * b);
    };
    for (i, to) in square.chunks_exact_mut(n).enumerate() {
        let to = &mut to[..=i];
        if rows.len() == n {
            one(i, to, rows);
            continue;
        }
        let (p, rest) = rows.split_at(n);
        let (q, rest) = rest.split_at(n);
        let (r, s) = rest.split_at(n);
        let [a, b, c, d] = [p[i], q[i], r[i], s[i]];
        let columns = p[..=i].iter().zip(&q[..=i]).zip(&r[..=i]).zip(&s[..=i]);
        for (h, (((p, q), r), s)) in to.iter_mut().zip(columns) {
            *h = *h + a * p + b * q + c * r + d * s;
        }
    }
}

/// Σ a·b in eight interleaved chains: one order on every machine, and wide enough for any.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a8.remainder().iter().zip(b8.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a8.zip(b8) {
        for k in 0..8 {
            sums[k] += a[k] * b[k];
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// A lower triangle L with L·Lᵀ the matrix.
pub(crate) struct Factor {
    n: usize,
    l: Vec<f64>,
}

impl Factor {
    /// Solves L·Lᵀ·x = b.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = self.n;
        let mut x = b.to_vec();
        for i in 0..n {
            let row = &self.l[i * n..];
            x[i] = (x[i] - dot(&row[..i], &x[..i])) / row[i];
        }
        for i in (0..n).rev() {
            x[i] /= self.l[i * n + i];
            let (head, tail) = x.split_at_mut(i);
            head.iter_mut().zip(&self.l[i * n..]).for_each(|(h, l)| *h -= l * tail[0]);
        }
        x
    }

    /// The inverse of the matrix, row-major.
    pub fn inverse(&self) -> Vec<f64> {
        let mut inverse = Vec::with_capacity(self.n * self.n);
        let mut unit = vec![0.0; self.n];
        for i in 0..self.n {
            unit[i] = 1.0;
            inverse.extend(self.solve(&unit));
            unit[i] = 0.0;
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{Cholesky, DMatrix, DVector};

    #[test]
    fn solutions_are_those_of_the_linear_algebra_crate() {
        for n in [1, 3, 8, 21] {
            let j = DMatrix::from_fn(40, n, |r, c| ((r * 7 + c * 13) as f64 * 0.61).sin());
            let r = DVector::from_fn(40, |r, _| (r as f64 * 0.3).cos());
            let mut normal = Normal::new(n);
            // In two parts, neither a multiple of four rows.
            let rows: Vec<f64> =
                j.row_iter().flat_map(|row| row.iter().copied().collect::<Vec<_>>()).collect();
            let (head, tail) = rows.split_at(17 * n);
            normal.add(head, &r.as_slice()[..17]);
            let mut other = Normal::new(n);
            other.add(tail, &r.as_slice()[17..]);
            let normal = normal.and(&other);
            let square = j.tr_mul(&j);
            let mut damped = square.clone();
            for i in 0..n {
                damped[(i, i)] += 0.01 * (square[(i, i)] + 1e-3 * square.trace() / n as f64);
            }
            let theirs = Cholesky::new(damped.clone()).expect("positive definite");
            let factor = normal.factor(0.01).expect("positive definite");
            let solved = DVector::from_vec(factor.solve(&normal.gradient));
            assert!((solved - theirs.solve(&j.tr_mul(&r))).norm() < 1e-11);
            let inverse = DMatrix::from_row_slice(n, n, &factor.inverse());
            assert!((inverse * damped - DMatrix::identity(n, n)).norm() < 1e-10);
        }
        assert!(Normal::new(2).factor(0.0).is_some_and(|f| f.solve(&[0.0, 0.0]) == [0.0, 0.0]));
    }
}
