//! Damped normal equations with the linear-algebra crate.

use nalgebra::{Cholesky, DMatrix, Dyn};

/// Cholesky's factors.
pub(crate) type Factor = Cholesky<f64, Dyn>;

/// The factors of a symmetric matrix, of which the lower triangle is read, with `raise` of each diagonal element added to it;
/// `None` if that is not positive definite in f64.
pub(crate) fn factor(square: &DMatrix<f64>, raise: impl Fn(f64) -> f64) -> Option<Factor> {
    let mut damped = square.clone();
    for i in 0..damped.nrows() {
        damped[(i, i)] += raise(damped[(i, i)]);
    }
    Cholesky::new(damped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::DVector;

    #[test]
    fn solutions_are_those_of_elimination() {
        let square = DMatrix::from_row_slice(2, 2, &[2.0, f64::NAN, 1.0, 3.0]);
        let solved = factor(&square, |d| 0.5 * d)
            .expect("positive definite")
            .solve(&DVector::from_vec(vec![1.0, 2.0]));
        // 3x + y = 1, x + 4.5y = 2.
        assert!((solved - DVector::from_vec(vec![2.5 / 12.5, 5.0 / 12.5])).norm() < 1e-15);
        assert!(factor(&DMatrix::from_element(2, 2, 1.0), |_| -1.0).is_none());
    }
}
