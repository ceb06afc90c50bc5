//! The extension module `gainstage._native`: what the Python package needs of Rust.
//!
//! Three things: a plan's integers for arrays ([`engine`], [`ports`]), models from layers and from ONNX ([`model`]), and every command
//! ([`command`]). All else that the package does, it does by commands, so that Python knows nothing that they lack. Whatever
//! takes long runs without Python's lock, and no panic gets through.

use pyo3::prelude::*;

mod command;
mod engine;
mod fault;
mod listener;
mod model;
mod pool;
mod ports;

/// What Python sees.
#[pymodule(gil_used = false)]
fn _native(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("__version__", env!("CARGO_PKG_VERSION"))?;
    m.add_class::<engine::Engine>()?;
    m.add_class::<ports::Ports>()?;
    for function in [
        wrap_pyfunction!(command::run, m)?,
        wrap_pyfunction!(command::main, m)?,
        wrap_pyfunction!(model::from_layers, m)?,
        wrap_pyfunction!(model::to_layers, m)?,
        wrap_pyfunction!(model::from_onnx, m)?,
        wrap_pyfunction!(model::read_model, m)?,
        wrap_pyfunction!(model::evaluate, m)?,
        wrap_pyfunction!(model::figures, m)?,
        wrap_pyfunction!(model::write_samples, m)?,
    ] {
        m.add_function(function)?;
    }
    Ok(())
}
