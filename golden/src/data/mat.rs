//! The first paper's `.mat` files (not MATLAB's): int32 m, int32 n, then m·n float64, column-major, all
//! little-endian; a column is a sample.

use super::bytes::{ByteProblem, Bytes, BytesError, read_file};
use super::{MAX_WIDTH, Samples};
use std::path::Path;

/// A matrix of finite numbers, a sample per column.
#[derive(Clone, Debug, PartialEq)]
pub struct Mat {
    /// Values per sample (rows of the matrix), at least 1.
    pub rows: usize,
    /// Samples (columns), at least 1.
    pub columns: usize,
    /// The values, column-major: those of the first sample come first.
    pub values: Vec<f64>,
}

impl Mat {
    /// Reads a file.
    pub fn read(file: &Path) -> Result<Mat, BytesError> {
        Mat::parse(file, &read_file(file)?)
    }

    /// Reads the bytes of a file; `file` is the name that errors give.
    pub fn parse(file: &Path, data: &[u8]) -> Result<Mat, BytesError> {
        let mut bytes = Bytes::new(file, data);
        bytes.demand(".mat", 8, false)?;
        let rows = bytes.size("the number of rows", 1, MAX_WIDTH)?;
        let columns = bytes.size("the number of columns", 1, usize::MAX)?;
        bytes.demand(".mat", 8 + 8 * rows as u128 * columns as u128, true)?;
        let values = (0..rows * columns)
            .map(|i| bytes.finite(|| format!("row {} of column {}", i % rows, i / rows)))
            .collect::<Result<_, _>>()?;
        Ok(Mat { rows, columns, values })
    }
}

/// Samples from a `.mat` file of inputs and, where there is one, a `.mat` file of targets.
pub fn read_mat_samples(inputs: &Path, targets: Option<&Path>) -> Result<Samples, BytesError> {
    let x = Mat::read(inputs)?;
    let y = targets.map(Mat::read).transpose()?;
    if let (Some(y), Some(file)) = (&y, targets)
        && y.columns != x.columns
    {
        let problem = ByteProblem::Samples { found: y.columns, expected: x.columns, inputs: inputs.into() };
        return Err(BytesError { file: file.into(), offset: 4, problem });
    }
    let (outputs, y) = y.map_or((0, Vec::new()), |y| (y.rows, y.values));
    Ok(Samples::new(x.rows, outputs, x.values, y).expect("whole samples of finite numbers"))
}
