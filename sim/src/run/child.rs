//! A process group with a time limit.

use super::capture::Capture;
use super::{Output, Run};
use gainstage_golden::watch;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

static LIVE: Mutex<BTreeSet<libc::pid_t>> = Mutex::new(BTreeSet::new());
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// Kills every running tool with all its children, and makes every later run end with
/// [`RunError::Cancelled`](super::RunError::Cancelled). Takes a lock: call it from a thread (as the `ctrlc`
/// crate does), not from within a signal handler.
pub fn kill_all() {
    let live = live();
    // Under the lock: a group that is registered later sees the flag.
    CANCELLED.store(true, Ordering::SeqCst);
    live.iter().for_each(|&group| kill(group));
}

/// Whether [`kill_all`] was called: long computations ask now and then.
pub fn cancelled() -> bool {
    CANCELLED.load(Ordering::SeqCst)
}

fn live() -> MutexGuard<'static, BTreeSet<libc::pid_t>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn kill(group: libc::pid_t) {
    // SAFETY: a plain system call; a group that is gone gives an error that does not matter.
    unsafe { libc::killpg(group, libc::SIGKILL) };
}

/// How a run ended.
pub(super) enum End {
    /// By itself.
    Exit(ExitStatus, Output),
    /// It was killed at its time limit.
    TimedOut(Output),
    /// Everything was asked to stop.
    Cancelled,
}

/// A child that leads a group; dropping it kills the group and takes the child away.
struct Group {
    child: Child,
    id: libc::pid_t,
    /// Kills the group once this process is gone.
    guard: Option<Child>,
}

/// Reads the group, waits for the end of its input, which comes with that of this process, whatever ends it; then kills the
/// group.
const GUARD: &str = "read -r group || exit; read -r line; kill -s KILL -- \"-$group\"";

/// A shell that outlives this process by a moment. Without a shell only the leader of the group dies with it. It is there
/// before the group is: a process that is killed at once leaves nothing behind.
fn guard() -> Option<Child> {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", GUARD]).current_dir("/");
    // In a group of its own: what is sent to the group of this process must not reach it.
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    shell.spawn().ok()
}

/// Makes the child die with the thread that waits for it.
#[cfg(target_os = "linux")]
fn die_together(command: &mut Command) {
    let parent = std::process::id();
    let ask = move || {
        // SAFETY: two plain system calls.
        let parent_now = unsafe {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            libc::getppid()
        };
        // It may have died before it was asked.
        if parent_now as u32 == parent { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    };
    // SAFETY: between fork and exec it makes system calls only, and allocates nothing.
    unsafe { command.pre_exec(ask) };
}

#[cfg(not(target_os = "linux"))]
fn die_together(_command: &mut Command) {}

/// Ends a guard that has nothing to guard any more.
fn end(guard: &mut Option<Child>) {
    if let Some(mut guard) = guard.take() {
        // Before its input ends, lest it kill a group that has long been another's. One that is gone already is as good.
        let _ = guard.kill().and_then(|()| guard.wait());
    }
}

impl Group {
    fn spawn(command: &mut Command) -> io::Result<Group> {
        die_together(command);
        let mut guard = guard();
        let mut live = live();
        let child = command.process_group(0).spawn().inspect_err(|_| end(&mut guard))?;
        let id = libc::pid_t::try_from(child.id()).expect("the system gave this id");
        live.insert(id);
        drop(live);
        if let Some(stdin) = guard.as_mut().and_then(|g| g.stdin.as_mut()) {
            // A guard that is gone guards nothing: the leader still dies with this process.
            let _ = writeln!(stdin, "{id}");
        }
        Ok(Group { child, id, guard })
    }

    /// Whether the leader has ended. It stays a zombie, so its id, and the group's, cannot be given away.
    fn ended(&self) -> bool {
        // SAFETY: all-zero is a valid `siginfo_t`, which the call then fills.
        unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let flags = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
            libc::waitid(libc::P_PID, self.id as libc::id_t, &mut info, flags) != 0 || info.si_pid() != 0
        }
    }

    /// Kills what is left of the group and collects the leader.
    fn end(&mut self) -> io::Result<ExitStatus> {
        if live().remove(&self.id) {
            kill(self.id);
        }
        // Before the leader is collected: from then on its number may be another's.
        end(&mut self.guard);
        self.child.wait()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Nothing can be done about a failure, and a second call is harmless.
        let _ = self.end();
    }
}

/// Runs `program`, with the arguments `first` before the others, as `run` says.
pub(super) fn run(program: &Path, first: &[OsString], run: &Run) -> io::Result<End> {
    let watch = watch::here();
    let cancelled = || cancelled() || watch.cancelled();
    if cancelled() {
        return Ok(End::Cancelled);
    }
    let mut command = Command::new(program);
    command.args(first).args(&run.args).current_dir(&run.dir).stdin(Stdio::null());
    command.envs(run.envs.iter().map(|(name, value)| (name, value)));
    if let Some(log) = &run.log {
        let file = File::create(log)?;
        command.stdout(file.try_clone()?).stderr(file);
    } else {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    let start = Instant::now();
    let mut group = Group::spawn(&mut command)?;
    let stdout = group.child.stdout.take().map(Capture::start);
    let stderr = group.child.stderr.take().map(Capture::start);

    let mut nap = Duration::from_millis(1);
    let mut late = false;
    while !group.ended() {
        late = start.elapsed() >= run.limit;
        if late || cancelled() {
            break;
        }
        std::thread::sleep(nap.min(run.limit.saturating_sub(start.elapsed())));
        nap = (nap * 2).min(Duration::from_millis(20));
    }
    let status = group.end()?;
    let text = |c: Option<Capture>| c.map(Capture::text).unwrap_or_default();
    let output = Output { stdout: text(stdout), stderr: text(stderr), elapsed: start.elapsed() };
    Ok(match (cancelled(), late) {
        (true, _) => End::Cancelled,
        (_, true) => End::TimedOut(output),
        _ => End::Exit(status, output),
    })
}
