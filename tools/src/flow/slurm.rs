//! A job array on Slurm: submitted, watched, taken back on Ctrl-C.

use crate::interrupt::{self, Grace};
use crate::term::{self, Progress};
use anyhow::Context;
use gainstage_golden::text::count;
use gainstage_sim::run::{Run, Tool};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Time between two looks at the queue.
const EVERY: Duration = Duration::from_secs(2);

/// What to run, once for each number.
pub struct Array<'a> {
    /// Name of the job, which no other has: what Ctrl-C takes back by, whether or not the number is known.
    pub name: &'a str,
    /// Numbers of the jobs.
    pub numbers: &'a [usize],
    /// The command; each job's number is its last argument.
    pub command: &'a [OsString],
    /// Directory for what each job prints: `NUMBER.log`.
    pub logs: &'a Path,
}

/// Submits the jobs and waits until Slurm has none of them any more, whatever became of them. Partition, account and time
/// limit are the site's defaults, or those of sbatch's own environment variables (`SBATCH_PARTITION`, `SBATCH_ACCOUNT`,
/// `SBATCH_TIMELIMIT`).
///
/// # Errors
/// Slurm missing or refusing; a queue that cannot be asked any more; an interrupt, which takes the jobs back.
pub fn run(array: &Array) -> anyhow::Result<()> {
    // All three are there, or nothing is submitted.
    for tool in [Tool::Sbatch, Tool::Squeue, Tool::Scancel] {
        tool.find()?;
    }
    std::fs::create_dir_all(array.logs).with_context(|| format!("cannot make {}", array.logs.display()))?;
    let grace = Grace::ask();
    let ended = submit(array).and_then(|id| {
        term::say(&format!(
            "Slurm job {id}: {}, logs in {}",
            count(array.numbers.len(), "job"),
            array.logs.display()
        ));
        watch(&id, array)
    });
    if interrupt::check().is_err() {
        take_back(array.name);
    }
    drop(grace);
    ended
}

/// The number that Slurm gives the array.
fn submit(array: &Array) -> anyhow::Result<String> {
    let numbers: Vec<String> = array.numbers.iter().map(usize::to_string).collect();
    let words = array.command.iter().map(|word| {
        let text = word.to_str().with_context(|| format!("{}: no UTF-8", word.display()))?;
        Ok(shlex::try_quote(text)?.into_owned())
    });
    let command = words.collect::<anyhow::Result<Vec<String>>>()?.join(" ");
    let output = Run::new(Tool::Sbatch, array.logs)
        .arg("--parsable")
        .arg(format!("--array={}", numbers.join(",")))
        .arg(format!("--job-name={}", array.name))
        .arg("--output=%a.log")
        .arg("--cpus-per-task=1")
        .arg(format!("--wrap=exec {command} \"$SLURM_ARRAY_TASK_ID\""))
        .limit(Duration::from_secs(60))
        .output()?;
    // `ID`, or `ID;CLUSTER`.
    let id = output.stdout.trim().split(';').next().unwrap_or_default();
    anyhow::ensure!(
        !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()),
        "sbatch gave no job number: {:?}",
        output.stdout
    );
    Ok(id.to_owned())
}

/// Waits for the end of all jobs.
fn watch(id: &str, array: &Array) -> anyhow::Result<()> {
    let total = array.numbers.len();
    let mut bar = Progress::new("on Slurm", total as u64);
    loop {
        let states = states(id, array.logs)?;
        if states.is_empty() {
            return Ok(());
        }
        let left: usize = states.values().sum();
        let note: Vec<String> = states.iter().map(|(s, n)| format!("{n} {}", s.to_lowercase())).collect();
        bar.update(total.saturating_sub(left) as u64, &note.join(", "));
        let since = Instant::now();
        while since.elapsed() < EVERY {
            interrupt::check()?;
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// How many jobs are in each state, of those that Slurm has not ended.
fn states(id: &str, dir: &Path) -> anyhow::Result<BTreeMap<String, usize>> {
    let run = Run::new(Tool::Squeue, dir).args(["--noheader", "--array", "--format=%T", "--jobs", id]);
    let (status, output) = run.limit(Duration::from_secs(60)).status()?;
    // Slurm forgets a job some time after its end.
    if !status.success() && !output.stderr.contains("Invalid job id") {
        anyhow::bail!(
            "squeue failed ({status}): {}; the jobs go on, and the same command takes over what they finish",
            output.stderr.trim()
        );
    }
    let mut states = BTreeMap::new();
    output.stdout.split_whitespace().for_each(|s| *states.entry(s.to_owned()).or_insert(0) += 1);
    Ok(states)
}

/// Ends the jobs. Not through [`Run`], which starts nothing after an interrupt.
fn take_back(name: &str) {
    let scancel = Tool::Scancel.find().map(|program| {
        Command::new(program)
            .arg(format!("--name={name}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
    });
    match scancel {
        Ok(Ok(status)) if status.success() => term::say(&format!("Slurm jobs {name} are taken back")),
        _ => term::say(&format!("Slurm jobs {name} go on: scancel --name={name} ends them")),
    }
}
