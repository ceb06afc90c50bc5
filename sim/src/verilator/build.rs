//! From Verilog to a shared library.

use super::flags::{COMPILE, TRANSLATE};
use super::{Options, cache, shim};
use crate::SimError;
use crate::run::{Run, Tool};
use crate::stage::{self, Source};
use gainstage_hdl::wrap::manifest::Manifest;
use std::path::{Path, PathBuf};

const OUTPUT: &[&str] =
    &["--output-split-ctrace", "5000", "-o", "model.so", "--Mdir", "../obj", "--prefix", shim::CLASS];

const CFLAGS: &str =
    "-fPIC -fvisibility=hidden -DVL_USER_FINISH -DVL_USER_STOP -DVL_USER_FATAL -DVL_USER_WARN";
const LDFLAGS: &str = "-shared -Wl,--wrap=fopen";

const MAKE: &[&str] = &["-f", "Vgainstage.mk", "model.so"];

/// The shared library for the Verilog in `dir`, from the cache or newly built; `tell` hears which.
pub(super) fn library(
    dir: &Path,
    manifest: &Manifest,
    options: &Options,
    tell: &dyn Fn(bool),
) -> Result<PathBuf, SimError> {
    let sources = stage::verilog(dir, manifest)?;
    let shim = shim::text(manifest);
    let version = Tool::Verilator.version()?;
    let compiler = Tool::Cxx.shell_command()?;
    let trace: &[&str] = if options.trace { &["--trace", "--trace-structs"] } else { &[] };

    let flags = [TRANSLATE, OUTPUT, trace, &[CFLAGS, LDFLAGS], COMPILE, MAKE].concat().join(" ");
    let texts = [&version, &compiler, std::env::consts::ARCH, &flags, &manifest.top, &shim];
    let files = sources.iter().flat_map(|s| [s.name.as_bytes(), &s.bytes]);
    let key = cache::key(texts.into_iter().map(str::as_bytes).chain(files));

    let root = cache::root(options.cache.as_deref())?;
    let mut cached = true;
    let library = cache::get(&root, &key, |work| {
        cached = false;
        tell(false);
        translate(work, manifest, &sources, &shim, trace, options)?;
        let mut make = Run::new(Tool::Make, &work.join("obj"))
            .limit(options.limit)
            .args([
                format!("-j{}", options.jobs.max(1)),
                format!("CXX={compiler}"),
                format!("LINK={compiler}"),
            ])
            .args(COMPILE)
            .args(MAKE);
        // Verilator's run-time library is the same for all models and takes longest for a small one.
        if let Some(ccache) = cache::compiler_cache(&compiler)? {
            make = make.arg(format!("OBJCACHE={ccache}"));
        }
        make.output()?;
        cache::made(Tool::Make, work.join("obj/model.so"))
    })?;
    if cached {
        tell(true);
    }
    Ok(library)
}

fn translate(
    work: &Path,
    manifest: &Manifest,
    sources: &[Source],
    shim: &str,
    trace: &[&str],
    options: &Options,
) -> Result<(), SimError> {
    // A directory of their own, whatever their names are.
    let verilog = work.join("verilog");
    std::fs::create_dir(&verilog).map_err(SimError::writing(&verilog))?;
    for source in sources {
        stage::write(&verilog, source)?;
    }
    stage::write(work, &Source { name: "shim.cpp".into(), bytes: shim.into() })?;
    Run::new(Tool::Verilator, &verilog)
        .limit(options.limit)
        .args(TRANSLATE)
        .args(OUTPUT)
        .args(trace)
        .args(["-CFLAGS", CFLAGS, "-LDFLAGS", LDFLAGS, "--top-module", &manifest.top])
        .args(sources.iter().map(|s| &s.name))
        .arg(work.join("shim.cpp"))
        .output()?;
    let header = work.join("obj").join(format!("{}.h", shim::CLASS));
    let text = stage::text_left_by(Tool::Verilator, &header)?;
    match shim::port_problem(manifest, &text) {
        None => Ok(()),
        Some(problem) => Err(SimError::Ports { top: manifest.top.clone(), problem }),
    }
}
