//! From Verilog and a C++ main function to a program: for circuits whose ports are not those of a core.

use super::cache;
use super::flags::{COMPILE, TRANSLATE};
use crate::SimError;
use crate::run::{Run, Tool};
use crate::stage::{self, Source};
use std::path::PathBuf;
use std::time::Duration;

/// What a program is made of.
pub(crate) struct Program<'a> {
    /// The top module; Verilator's class is called `Vtop`.
    pub(crate) top: &'a str,
    /// Verilog.
    pub(crate) sources: Vec<Source>,
    /// C++ with a `main`.
    pub(crate) main: &'a str,
    /// Macros of the C++.
    pub(crate) defines: Vec<String>,
    /// Parameters of the top module, as `NAME=value`.
    pub(crate) parameters: Vec<String>,
}

const OUTPUT: &[&str] = &["-o", "program", "--Mdir", "obj", "--prefix", "Vtop"];
const MAKE: &[&str] = &["-f", "Vtop.mk", "program"];

/// The executable, from the cache or newly built. It reads its ROM files from its working directory.
pub(crate) fn program(p: &Program, limit: Duration) -> Result<PathBuf, SimError> {
    let version = Tool::Verilator.version()?;
    let compiler = Tool::Cxx.shell_command()?;
    let flags = [TRANSLATE, OUTPUT, COMPILE, MAKE].concat().join(" ");
    let options = [p.defines.join(" "), p.parameters.join(" "), compiler.clone()];
    let texts = [&version, &flags, &options[0], &options[1], &options[2], p.top, p.main].map(str::as_bytes);
    let files = p.sources.iter().flat_map(|s| [s.name.as_bytes(), &s.bytes]);
    let key = cache::key(texts.into_iter().chain(files));
    let root = cache::root(None)?;
    cache::get(&root, &key, |work| {
        for source in &p.sources {
            stage::write(work, source)?;
        }
        stage::write(work, &Source { name: "main.cpp".into(), bytes: p.main.into() })?;
        let defines: Vec<String> = p.defines.iter().map(|d| format!("-D{d}")).collect();
        Run::new(Tool::Verilator, work)
            .limit(limit)
            .args(TRANSLATE)
            .args(OUTPUT)
            .args(p.parameters.iter().map(|g| format!("-G{g}")))
            .args(["-CFLAGS", &defines.join(" "), "--top-module", p.top])
            .args(p.sources.iter().map(|s| &s.name))
            .arg("main.cpp")
            .output()?;
        let jobs = std::thread::available_parallelism().map_or(1, |n| n.get());
        let mut make = Run::new(Tool::Make, &work.join("obj"))
            .limit(limit)
            .args([format!("-j{jobs}"), format!("CXX={compiler}"), format!("LINK={compiler}")])
            .args(COMPILE)
            .args(MAKE);
        if let Some(ccache) = cache::compiler_cache(&compiler)? {
            make = make.arg(format!("OBJCACHE={ccache}"));
        }
        make.output()?;
        cache::made(Tool::Make, work.join("obj/program"))
    })
}
