//! Threads for numbers: a pool of this process. A process that was forked has none of its parent's threads, and waiting for
//! them would never end.

use crate::fault::bad_input;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, Mutex, PoisonError};

static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// Room for the deepest recursion of a generator.
pub const STACK: usize = 16 << 20;

/// A pool of its own, for a command.
pub fn fresh() -> Result<ThreadPool, String> {
    let build = ThreadPoolBuilder::new().stack_size(STACK).build();
    build.map_err(|e| format!("cannot start threads: {e}; allow the process more of them"))
}

/// The pool of this process.
pub fn shared(py: Python<'_>) -> PyResult<Arc<ThreadPool>> {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let me = std::process::id();
    if let Some((_, pool)) = pool.as_ref().filter(|(of, _)| *of == me) {
        return Ok(pool.clone());
    }
    let made = Arc::new(fresh().map_err(|e| bad_input(py, e))?);
    // Threads of a parent are not here to be ended: what is left of them stays.
    std::mem::forget(pool.replace((me, made.clone())));
    Ok(made)
}
