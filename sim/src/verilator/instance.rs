//! A loaded model, and running copies of the circuit.

use super::{Options, build};
use crate::cycles::{Response, Stimulus};
use crate::{SimError, stage};
use gainstage_hdl::wrap::manifest::Manifest;
use libloading::Library;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;

type Handle = NonNull<c_void>;
type Create = unsafe extern "C" fn(*const c_char, c_int) -> Option<Handle>;
type RunCycles = unsafe extern "C" fn(Handle, u64, *const Rows, *mut Recorded) -> c_int;

/// What goes in: codes, `in_valid`, reset, clocks of each row.
#[repr(C)]
struct Rows {
    inputs: *const i64,
    in_valid: *const u8,
    reset: *const u8,
    clocks: *const u32,
}

/// What comes out: codes, `out_valid`, `in_ready`, and the clock of the row in which it was so.
#[repr(C)]
struct Recorded {
    outputs: *mut i64,
    out_valid: *mut u8,
    in_ready: *mut u8,
    clock: *mut u32,
}

/// The C interface. The functions live as long as the library.
struct Interface {
    create: Create,
    destroy: unsafe extern "C" fn(Handle),
    message: unsafe extern "C" fn(Handle) -> *const c_char,
    run: RunCycles,
    trace_open: unsafe extern "C" fn(Handle, *const c_char) -> c_int,
    trace_close: unsafe extern "C" fn(Handle),
    _library: Library,
}

impl Interface {
    fn load(path: &Path) -> Result<Interface, SimError> {
        let load = || -> Result<Interface, libloading::Error> {
            // SAFETY: the library was built from this crate's shim (its checksum was just compared), so it has
            // these functions with these types, and loading it runs nothing but C++ initialisers.
            unsafe {
                let library = Library::new(path)?;
                Ok(Interface {
                    create: *library.get(b"gs_create\0")?,
                    destroy: *library.get(b"gs_destroy\0")?,
                    message: *library.get(b"gs_message\0")?,
                    run: *library.get(b"gs_run\0")?,
                    trace_open: *library.get(b"gs_trace_open\0")?,
                    trace_close: *library.get(b"gs_trace_close\0")?,
                    _library: library,
                })
            }
        };
        load().map_err(|source| SimError::Load { path: path.to_path_buf(), source })
    }
}

/// A circuit as a shared library: the Verilog of a directory, compiled and loaded. Clones share it.
#[derive(Clone)]
pub struct Model {
    interface: Arc<Interface>,
    manifest: Arc<Manifest>,
    /// Absolute paths of the ROM files, each ended by a zero, the list by another.
    roms: Arc<[u8]>,
}

impl Model {
    /// Builds the circuit that lies in `dir`, or takes it from the cache.
    pub fn build(dir: &Path, manifest: &Manifest, options: &Options) -> Result<Model, SimError> {
        Model::build_with(dir, manifest, options, &|_| ())
    }

    /// As [`Model::build`]; `tell` hears `false` before a model is built, or `true` if it is in the cache.
    pub fn build_with(
        dir: &Path,
        manifest: &Manifest,
        options: &Options,
        tell: &dyn Fn(bool),
    ) -> Result<Model, SimError> {
        let mut roms = Vec::new();
        for path in stage::roms(dir, manifest)? {
            roms.extend_from_slice(path.as_os_str().as_bytes());
            roms.push(0);
        }
        roms.push(0);
        let library = build::library(dir, manifest, options, tell)?;
        let interface = Arc::new(Interface::load(&library)?);
        Ok(Model { interface, manifest: Arc::new(manifest.clone()), roms: roms.into() })
    }

    /// The manifest that the model was built with.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// A fresh circuit: registers hold random bits that depend on `seed`, as after power-up. The ROM files are
    /// read now.
    pub fn instance(&self, seed: u32) -> Result<Instance, SimError> {
        // Zero would ask Verilator for a seed of its own.
        let seed = (seed & 0x7fff_fffe) as c_int + 1;
        // SAFETY: `roms` ends with the zero that the shim looks for.
        let handle = unsafe { (self.interface.create)(self.roms.as_ptr().cast(), seed) };
        let Some(handle) = handle else {
            return Err(self.error("no memory for an instance".into()));
        };
        let instance = Instance { model: self.clone(), handle };
        instance.check(instance.message().is_empty())?;
        Ok(instance)
    }

    fn error(&self, message: String) -> SimError {
        SimError::Simulator { top: self.manifest.top.clone(), message }
    }
}

/// A running copy of a circuit. Several may run at once, each in a thread of its own.
pub struct Instance {
    model: Model,
    handle: Handle,
}

// SAFETY: an instance owns its Verilator context and its model; what Verilator keeps per thread is set anew
// at the start of each call.
unsafe impl Send for Instance {}

impl Instance {
    /// Runs the rows of `stimulus` and records as many rows in `response`. The clock goes on from where the
    /// last call left it. A code outside its port's format wraps, as on wires.
    ///
    /// # Panics
    /// If the parts of `stimulus` have different lengths.
    pub fn run(&mut self, stimulus: &Stimulus, response: &mut Response) -> Result<(), SimError> {
        let cycles = stimulus.cycles();
        assert_eq!(stimulus.inputs.len(), cycles * self.model.manifest.inputs.len(), "rows of input codes");
        assert_eq!(stimulus.reset.len(), cycles, "rows of reset");
        assert_eq!(stimulus.clocks.len(), cycles, "rows of clocks");
        response.resize(&self.model.manifest, cycles);
        let rows = Rows {
            inputs: stimulus.inputs.as_ptr(),
            in_valid: stimulus.in_valid.as_ptr(),
            reset: stimulus.reset.as_ptr(),
            clocks: stimulus.clocks.as_ptr(),
        };
        let mut recorded = Recorded {
            outputs: response.outputs.as_mut_ptr(),
            out_valid: response.out_valid.as_mut_ptr(),
            in_ready: response.in_ready.as_mut_ptr(),
            clock: response.clock.as_mut_ptr(),
        };
        // SAFETY: the lengths of all eight buffers are those that the shim assumes for `cycles` rows.
        let status = unsafe { (self.model.interface.run)(self.handle, cycles as u64, &rows, &mut recorded) };
        self.check(status == 0)
    }

    /// Writes the next rows into a waveform file (VCD) until [`Instance::end_trace`]. Clock t of this
    /// instance's life begins at time 10 t. The model must have been built with [`Options::trace`].
    pub fn begin_trace(&mut self, path: &Path) -> Result<(), SimError> {
        let name = CString::new(path.as_os_str().as_bytes())
            .map_err(|e| SimError::writing(path)(std::io::Error::other(e)))?;
        // SAFETY: the handle is alive and the name ends with a zero.
        let status = unsafe { (self.model.interface.trace_open)(self.handle, name.as_ptr()) };
        if status != 0 && self.message().is_empty() {
            return Err(self.model.error("the model was built without waveforms".into()));
        }
        self.check(status == 0)
    }

    /// Ends the waveform file.
    pub fn end_trace(&mut self) {
        // SAFETY: the handle is alive; without a trace nothing happens.
        unsafe { (self.model.interface.trace_close)(self.handle) }
    }

    fn message(&self) -> String {
        // SAFETY: the shim returns a string that lives until the next call on the handle.
        let text = unsafe { CStr::from_ptr((self.model.interface.message)(self.handle)) };
        text.to_string_lossy().into_owned()
    }

    fn check(&self, fine: bool) -> Result<(), SimError> {
        if fine { Ok(()) } else { Err(self.model.error(self.message())) }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: the handle is alive and not used again; the library outlives it through `model`.
        unsafe { (self.model.interface.destroy)(self.handle) }
    }
}
