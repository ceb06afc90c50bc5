//! Commands, run in a thread of their own while Python's signals are heard.

use crate::fault::{bad_input, guarded, panicked};
use crate::listener::Listener;
use crate::pool::{STACK, fresh};
use gainstage::Ran;
use pyo3::prelude::*;
use std::ffi::OsString;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How often Python is asked for its signals.
const TICK: Duration = Duration::from_millis(50);

/// Runs a command: exit code, text, JSON, notes. `progress` is called now and then with what is under way, a list of
/// (what, done, total). Ctrl-C ends the command and raises KeyboardInterrupt once it has ended.
#[pyfunction]
#[pyo3(signature = (args, progress=None))]
pub fn run(
    py: Python<'_>,
    args: Vec<OsString>,
    progress: Option<Py<PyAny>>,
) -> PyResult<(u8, String, String, Vec<String>)> {
    let listener = Arc::new(Listener::default());
    let ended = start(args, listener.clone()).map_err(|e| bad_input(py, e))?;
    let ran = py.detach(|| wait(ended, &listener, progress.as_ref()))?;
    let Ran { code, text, json } = ran.map_err(|text| panicked(py, &text))?;
    Ok((code, text, json.to_string(), listener.notes()))
}

/// What a command came to, or the words of a panic.
type End = Result<Ran, String>;

/// Starts the thread of a command.
fn start(args: Vec<OsString>, listener: Arc<Listener>) -> Result<Receiver<End>, String> {
    let (end, ended) = channel();
    // A pool of its own: that of a process that was forked has no threads.
    let pool = fresh()?;
    let work = move || {
        let ran = guarded(|| pool.install(|| gainstage::run(args, listener)));
        // Whoever waited may be gone.
        let _ = end.send(ran);
    };
    let thread = std::thread::Builder::new().name("gainstage".into()).stack_size(STACK).spawn(work);
    thread.map(|_| ended).map_err(|e| format!("cannot start a thread: {e}"))
}

/// Waits for the end, hearing signals and telling progress. Whatever Python raises meanwhile ends the command first.
fn wait(ended: Receiver<End>, listener: &Listener, progress: Option<&Py<PyAny>>) -> PyResult<End> {
    let gone = || Err("the thread of the command is gone".to_owned());
    loop {
        match ended.recv_timeout(TICK) {
            Ok(ran) => return Ok(ran),
            Err(RecvTimeoutError::Disconnected) => return Ok(gone()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let heard = Python::attach(|py| {
            py.check_signals()?;
            progress.map_or(Ok(()), |p| p.call1(py, (listener.tasks(),)).map(drop))
        });
        if let Err(raised) = heard {
            listener.cancel();
            let _ = ended.recv();
            return Err(raised);
        }
    }
}

/// Runs a command as the whole work of this process, as the program does: hears Ctrl-C, shows progress, prints. The
/// program's name comes first. Gives the exit code.
#[pyfunction]
pub fn main(py: Python<'_>, args: Vec<OsString>) -> PyResult<u8> {
    py.detach(|| guarded(|| gainstage::main_with(args))).map_err(|text| panicked(py, &text))
}
