//! Between the values of a quantized ONNX file and those of its plan.

use crate::fault::{bad_input, detached};
use gainstage_golden::onnx;
use numpy::{IntoPyArray, PyArray2, PyArrayMethods, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;

/// What the codes at a plan's ports stand for in its file.
#[pyclass(frozen, module = "gainstage._native")]
pub struct Ports(onnx::Ports);

#[pymethods]
impl Ports {
    /// Of the text that `from_onnx` gave.
    #[new]
    fn new(py: Python<'_>, text: &str) -> PyResult<Ports> {
        serde_json::from_str(text).map(Ports).map_err(|e| bad_input(py, e))
    }

    /// Input values of the file, a row a sample, as values of the plan: exactly the codes that the file makes of them.
    fn encode<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        turned(py, &x, self.0.inputs(), |x| self.0.encode(x))
    }

    /// Output values of the plan, a row a sample, as values of the file.
    fn decode<'py>(
        &self,
        py: Python<'py>,
        y: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        turned(py, &y, self.0.outputs(), |y| self.0.decode(y))
    }
}

/// The array, changed by `turn`.
fn turned<'py>(
    py: Python<'py>,
    array: &PyReadonlyArray2<'py, f64>,
    columns: usize,
    turn: impl Fn(&mut [f64]) + Sync,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let [rows, found] = [array.shape()[0], array.shape()[1]];
    if found != columns {
        return Err(bad_input(py, format!("{found} columns, where {columns} are expected")));
    }
    let mut values: Vec<f64> = array.as_array().iter().copied().collect();
    detached(py, || turn(&mut values))?;
    values.into_pyarray(py).reshape([rows, columns])
}
