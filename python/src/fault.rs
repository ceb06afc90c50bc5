//! Faults as Python's exceptions: the classes are the package's own.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::any::Any;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Where the classes are.
const MODULE: &str = "gainstage.errors";

/// An exception of a class of the package, with the code that `explain` knows the fault by; without the package, as within
/// its own import, one of Python's.
fn of_class(py: Python<'_>, class: &str, text: &str, code: Option<String>) -> PyErr {
    let nothing = py.None();
    let made = py.import(MODULE).and_then(|m| m.getattr(class)).and_then(|c| c.call1((text, nothing, code)));
    made.map_or_else(|_| PyRuntimeError::new_err(text.to_owned()), PyErr::from_value)
}

/// Bad input: what the command ends with exit code 2 for.
pub fn bad_input(py: Python<'_>, fault: impl ToString) -> PyErr {
    of_class(py, "InputError", &fault.to_string(), None)
}

/// Bad input that the libraries refuse; `place` comes before the message, if there is one.
pub fn refused(py: Python<'_>, place: Option<&str>, fault: impl Error + 'static) -> PyErr {
    let text = place.map_or_else(|| fault.to_string(), |place| format!("{place}: {fault}"));
    of_class(py, "InputError", &text, code(&fault))
}

fn code(fault: &(dyn Error + 'static)) -> Option<String> {
    gainstage::code_of(fault).map(ToString::to_string)
}

/// A model that has what no circuit has.
pub fn unsupported(py: Python<'_>, place: &str, fault: impl Error + 'static) -> PyErr {
    of_class(py, "UnsupportedModel", &format!("{place}: {fault}"), code(&fault))
}

/// A table that contradicts its certificate: what the command ends with exit code 1 for.
pub fn check_failed(py: Python<'_>, place: &str, fault: impl Error + 'static) -> PyErr {
    of_class(py, "CheckFailed", &format!("{place}: {fault}"), code(&fault))
}

/// Runs something without Python's lock; a panic in it becomes an exception.
pub fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    py.detach(|| guarded(work)).map_err(|text| panicked(py, &text))
}

/// Runs something, and gives the words of a panic.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // What a panic leaves behind half done is given up with it.
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| words(payload.as_ref()))
}

/// The exception of a panic.
pub fn panicked(py: Python<'_>, text: &str) -> PyErr {
    of_class(py, "InternalError", &format!("an error in gainstage itself, please report it: {text}"), None)
}

fn words(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
}
