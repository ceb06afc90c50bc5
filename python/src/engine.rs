//! A plan's integers for arrays.

use crate::fault::{bad_input, check_failed, detached, refused};
use crate::pool;
use gainstage_golden::plan::{self, Plan};
use numpy::{IntoPyArray, PyArray2, PyArrayMethods, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;
use std::path::Path;

/// Samples below which one thread is quicker than many.
const FEW: usize = 4096;

/// Samples between two looks at Python's signals.
const STRETCH: usize = 1 << 18;

/// A plan, ready to run.
#[pyclass(frozen, module = "gainstage._native")]
pub struct Engine {
    plan: Plan,
    engine: plan::Engine,
}

#[pymethods]
impl Engine {
    /// Of the text of a plan.json; `place` is what errors call it. With `certify` the certificates of its tables are run.
    #[new]
    #[pyo3(signature = (text, place, certify=false))]
    fn new(py: Python<'_>, text: &str, place: &str, certify: bool) -> PyResult<Engine> {
        let plan =
            detached(py, || Plan::from_json(text, Path::new(place)))?.map_err(|e| refused(py, None, e))?;
        if certify {
            let done = detached(py, || plan.recertify().map(|_| ()))?;
            done.map_err(|e| check_failed(py, place, e))?;
        }
        let engine = detached(py, || plan::Engine::new(&plan))?;
        Ok(Engine { plan, engine })
    }

    /// Inputs of a sample.
    #[getter]
    fn inputs(&self) -> usize {
        self.engine.inputs()
    }

    /// Outputs of a sample.
    #[getter]
    fn outputs(&self) -> usize {
        self.engine.outputs()
    }

    /// Name of the design.
    #[getter]
    fn name(&self) -> &str {
        &self.plan.name
    }

    /// Classes that it decides between, or gives probabilities of; empty if it gives values.
    #[getter]
    fn classes(&self) -> Vec<String> {
        self.plan.classes().to_vec()
    }

    /// Whether it gives indices of classes.
    #[getter]
    fn decides(&self) -> bool {
        self.plan.argmax.is_some()
    }

    /// How many outputs are classes, the best first.
    #[getter]
    fn top(&self) -> usize {
        self.plan.argmax.as_ref().map_or(0, |a| a.top)
    }

    /// Whether the last output is by how much the first class leads.
    #[getter]
    fn margin(&self) -> bool {
        self.plan.argmax.as_ref().is_some_and(|a| a.margin)
    }

    /// Whether it gives probabilities of classes.
    #[getter]
    fn probabilities(&self) -> bool {
        self.plan.softmax.is_some()
    }

    /// Formats of the inputs, such as s16.12.
    #[getter]
    fn input_formats(&self) -> Vec<String> {
        self.plan.inputs.iter().map(ToString::to_string).collect()
    }

    /// Formats of the outputs.
    #[getter]
    fn output_formats(&self) -> Vec<String> {
        self.plan.output_formats().iter().map(ToString::to_string).collect()
    }

    /// What the lanes are made of: f32, f64 or i64.
    #[getter]
    fn lanes(&self) -> String {
        format!("{:?}", self.engine.lanes()).to_lowercase()
    }

    /// Output values of input values, a row a sample.
    fn values<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let (rows, x) = self.input(py, &x, "X")?;
        let out = PyArray2::zeros(py, [rows, self.outputs()], false);
        let mut write = out.readwrite();
        let y = write.as_slice_mut()?;
        let run = |x: &[f64], y: &mut [f64]| match x.len() / self.inputs() < FEW {
            true => self.engine.values_into(x, y),
            false => self.engine.values(x, y),
        };
        self.stretches(py, x, y, |start, x, y| {
            run(x, y).map_err(|e| format!("X: input {} of sample {} is NaN", e.input, e.sample + start))
        })?;
        Ok(out)
    }

    /// Output codes of input values, a row a sample.
    fn codes<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray2<i64>>> {
        let (rows, x) = self.input(py, &x, "X")?;
        let mut inputs = vec![0; x.len()];
        let coded = detached(py, || self.engine.encode_into(x, &mut inputs))?;
        coded.map_err(|e| bad_input(py, format!("X: {e}")))?;
        self.rows(py, rows, &inputs)
    }

    /// Output codes of input codes, a row a sample.
    fn run<'py>(
        &self,
        py: Python<'py>,
        codes: PyReadonlyArray2<'py, i64>,
    ) -> PyResult<Bound<'py, PyArray2<i64>>> {
        let (rows, x) = self.input(py, &codes, "codes")?;
        for (at, (&code, format)) in x.iter().zip(self.plan.inputs.iter().cycle()).enumerate() {
            if !format.codes().contains(&code) {
                let (sample, input) = (at / self.inputs(), at % self.inputs());
                let (lo, hi) = (format.min_code(), format.max_code());
                let fault = format!(
                    "codes: input {input} of sample {sample} is {code}, but {format} holds {lo} to {hi}"
                );
                return Err(bad_input(py, fault));
            }
        }
        self.rows(py, rows, x)
    }
}

impl Engine {
    /// The numbers of an array with a column for every input.
    fn input<'a, T: numpy::Element>(
        &self,
        py: Python<'_>,
        x: &'a PyReadonlyArray2<'_, T>,
        name: &str,
    ) -> PyResult<(usize, &'a [T])> {
        let [rows, columns] = [x.shape()[0], x.shape()[1]];
        if columns != self.inputs() {
            let fault = format!("{name} has {columns} columns, but the circuit has {} inputs", self.inputs());
            return Err(bad_input(py, fault));
        }
        x.as_slice()
            .map(|x| (rows, x))
            .map_err(|_| bad_input(py, format!("{name} is not contiguous, row by row")))
    }

    /// Output codes, a row a sample.
    fn rows<'py>(&self, py: Python<'py>, rows: usize, x: &[i64]) -> PyResult<Bound<'py, PyArray2<i64>>> {
        let mut y = vec![0; rows * self.outputs()];
        self.stretches(py, x, &mut y, |_, x, y| {
            match x.len() / self.inputs() < FEW {
                true => self.engine.run_into(x, y),
                false => y.copy_from_slice(&self.engine.run(x)),
            }
            Ok(())
        })?;
        y.into_pyarray(py).reshape([rows, self.outputs()])
    }

    /// Runs stretch after stretch, and hears Python's signals between them.
    fn stretches<X: Sync, Y: Send>(
        &self,
        py: Python<'_>,
        x: &[X],
        y: &mut [Y],
        run: impl Fn(usize, &[X], &mut [Y]) -> Result<(), String> + Sync,
    ) -> PyResult<()> {
        let pool = match x.len() / self.inputs() < FEW {
            true => None,
            false => Some(pool::shared(py)?),
        };
        let parts = x.chunks(STRETCH * self.inputs()).zip(y.chunks_mut(STRETCH * self.outputs()));
        for (n, (x, y)) in parts.enumerate() {
            let mut work = || run(n * STRETCH, x, y);
            let done = detached(py, || match &pool {
                Some(pool) => pool.install(work),
                None => work(),
            })?;
            done.map_err(|e| bad_input(py, e))?;
            py.check_signals()?;
        }
        Ok(())
    }
}
