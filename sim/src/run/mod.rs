//! The only place that finds, runs, limits and kills outside tools.
//!
//! Every tool runs in a process group of its own, with a time limit and with bounded memory for what it prints.
//! The whole group dies on a time-out, when the caller or its [watcher](gainstage_golden::watch) gives up, when [`kill_all`] is
//! called (which a program does from its Ctrl-C handler: signals themselves belong to the program, not to this library), and
//! when this process dies, however it does.

mod capture;
mod child;
mod room;
mod tool;

pub use child::{cancelled, kill_all};
pub use tool::{TOOLS, Tool, ToolInfo};

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

/// Bytes kept of each of a tool's two output streams; the middle of a longer output is dropped.
pub const CAPTURE_LIMIT: usize = 16 << 20;

/// Lines of a failed tool's output that its error repeats.
const TAIL_LINES: usize = 12;

/// What tools say where a disk is full.
const NO_ROOM: &[&str] = &["No space left on device", "Disk quota exceeded"];

/// Why a tool gave no result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The tool is not installed.
    #[error("{tool} is not on the path; {hint}, or set {env} to the executable")]
    Missing {
        /// The tool.
        tool: &'static str,
        /// The environment variable that names the executable.
        env: &'static str,
        /// How to get it.
        hint: &'static str,
    },
    /// The environment variable names nothing that can run.
    #[error("{env}={value} is no executable file; correct or unset {env}, or get {tool}: {hint}")]
    BadEnv {
        /// The tool.
        tool: &'static str,
        /// The environment variable.
        env: &'static str,
        /// Its value.
        value: PathBuf,
        /// How to get the tool.
        hint: &'static str,
    },
    /// It is there, but not what it should be: another program, or a broken one.
    #[error(
        "{tool} ({program}) {problem}; look at `gainstage doctor`, then {hint}, or set {env} to one that works"
    )]
    Odd {
        /// The tool.
        tool: &'static str,
        /// The executable.
        program: PathBuf,
        /// What it did.
        problem: String,
        /// The environment variable that names the executable.
        env: &'static str,
        /// How to get a sound one.
        hint: &'static str,
    },
    /// There was no room for what the tool writes.
    #[error(
        "{tool} found no room to write (run in {dir}): make room there, or set TMPDIR or GAINSTAGE_CACHE to another place{tail}"
    )]
    NoRoom {
        /// The tool.
        tool: &'static str,
        /// The working directory.
        dir: PathBuf,
        /// The last lines it printed, after a colon.
        tail: String,
    },
    /// The system would not start it, or its log could not be written.
    #[error("{program}: {source} (run in {dir})")]
    Io {
        /// The executable, or the log file.
        program: PathBuf,
        /// The working directory.
        dir: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The tool ended with an error.
    #[error("{tool} failed ({status}):\n{tail}")]
    Failed {
        /// The tool.
        tool: &'static str,
        /// The exit code or signal.
        status: ExitStatus,
        /// The working directory.
        dir: PathBuf,
        /// The last lines it printed: of standard error, or of standard output if that is empty.
        tail: String,
    },
    /// The tool took too long and was killed.
    #[error("{tool} was stopped after its time limit of {limit:?}; give it more time{tail}")]
    TimedOut {
        /// The tool.
        tool: &'static str,
        /// The limit.
        limit: Duration,
        /// The working directory.
        dir: PathBuf,
        /// The last lines it printed.
        tail: String,
    },
    /// [`kill_all`] was called.
    #[error("{tool} was stopped on request")]
    Cancelled {
        /// The tool.
        tool: &'static str,
    },
}

/// What a tool printed.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// Standard output (empty if it went to a log file).
    pub stdout: String,
    /// Standard error (empty if it went to a log file).
    pub stderr: String,
    /// Wall time.
    pub elapsed: Duration,
}

/// One run of a tool.
#[derive(Clone, Debug)]
pub struct Run {
    tool: Tool,
    args: Vec<OsString>,
    envs: Vec<(OsString, OsString)>,
    dir: PathBuf,
    limit: Duration,
    log: Option<PathBuf>,
    program: Option<PathBuf>,
}

impl Run {
    /// A run of `tool` in the directory `dir`, with a time limit of ten minutes.
    pub fn new(tool: Tool, dir: &Path) -> Run {
        let limit = Duration::from_secs(600);
        Run {
            tool,
            args: Vec::new(),
            envs: Vec::new(),
            dir: dir.to_path_buf(),
            limit,
            log: None,
            program: None,
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Run {
        self.args.push(arg.as_ref().to_os_string());
        self
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Run {
        self.args.extend(args.into_iter().map(|a| a.as_ref().to_os_string()));
        self
    }

    /// Sets an environment variable of the tool.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Run {
        self.envs.push((name.as_ref().to_os_string(), value.as_ref().to_os_string()));
        self
    }

    /// Sets the time limit.
    pub fn limit(mut self, limit: Duration) -> Run {
        self.limit = limit;
        self
    }

    /// Streams both outputs into a file instead of keeping them.
    pub fn log(mut self, path: &Path) -> Run {
        self.log = Some(path.to_path_buf());
        self
    }

    /// Runs an executable that the tool made, in place of the tool itself.
    pub(crate) fn program(mut self, path: &Path) -> Run {
        self.program = Some(path.to_path_buf());
        self
    }

    /// Runs the tool to its end; anything but exit code 0 is an error.
    pub fn output(&self) -> Result<Output, RunError> {
        let (status, output) = self.status()?;
        if status.success() {
            return Ok(output);
        }
        let tail = self.tail(&output);
        let (tool, dir) = (self.tool.info().name, self.dir.clone());
        if NO_ROOM.iter().any(|said| tail.contains(said)) || room::is_full(&self.dir) {
            let tail = if tail.is_empty() { tail } else { format!("; it said:\n{tail}") };
            return Err(RunError::NoRoom { tool, dir, tail });
        }
        if self.program.is_none() && !self.tool.may_refuse(&tail) {
            return Err(self.tool.odd(format!("failed ({status}):\n{tail}\n")));
        }
        Err(RunError::Failed { tool, status, dir, tail })
    }

    /// Runs the tool to its end, whatever its exit code.
    pub fn status(&self) -> Result<(ExitStatus, Output), RunError> {
        let (program, first) = match &self.program {
            Some(program) => (program.clone(), Vec::new()),
            None => self.tool.command()?,
        };
        let io = |source| RunError::Io { program: program.clone(), dir: self.dir.clone(), source };
        let tool = self.tool.info().name;
        match child::run(&program, &first, self).map_err(io)? {
            child::End::Exit(status, output) => Ok((status, output)),
            child::End::TimedOut(output) => {
                let tail = self.tail(&output);
                let tail = if tail.is_empty() { tail } else { format!("; it last said:\n{tail}") };
                Err(RunError::TimedOut { tool, limit: self.limit, dir: self.dir.clone(), tail })
            }
            child::End::Cancelled => Err(RunError::Cancelled { tool }),
        }
    }

    fn tail(&self, output: &Output) -> String {
        let logged = self.log.as_deref().map(|log| capture::file_tail(log).unwrap_or_default());
        let text = match &logged {
            Some(text) => text,
            None if output.stderr.trim().is_empty() => &output.stdout,
            None => &output.stderr,
        };
        let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }
}

#[cfg(test)]
mod tests;
