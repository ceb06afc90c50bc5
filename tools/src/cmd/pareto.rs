//! `pareto`: circuits of learned edges from the smallest to the best.

use super::Outcome;
use crate::flow::hunt::Budget;
use crate::flow::pareto::{Request, pareto, trial};
use crate::project::Project;
use gainstage_golden::text::count;
use std::path::PathBuf;

/// Arguments of `pareto`.
#[derive(clap::Args)]
#[command(after_help = "\
Trains networks of learned edges on the project's samples, whatever its [network] is, and writes into DIR: front.csv, \
front.svg, front.json, a plan for every row (plans/), and what was finished (points/), with which another run goes on. \
Edges are tables outright; for values they may also be curves, which are trained first. With one input curves are all, \
and take seconds. \
A fifth of the training samples is held out and selects; the test data only measures. Rows beside the circuits: the \
best constant and a linear fit in real numbers.

A trial trains one setting and makes its network smaller and smaller. With --trials the front is the same on every \
machine, on one core, on all, and on Slurm: --slurm submits a job array, one job a trial, waits for it, and takes it \
back on Ctrl-C. DIR must be on a file system that all nodes share. Partition and limits are the site's, or those of \
SBATCH_PARTITION, SBATCH_TIMELIMIT and the like. A job that was killed loses its own trial only: the same command \
submits what is left.

Examples:
  gainstage pareto bean --minutes 5
  gainstage pareto bean -o bean/front --minutes 30 --synthesize --verify
  gainstage pareto bean --trials 40 --slurm")]
pub struct Args {
    /// The project: a directory with a gainstage.toml, or such a file
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
    /// Directory to write [default: `pareto` beside the project file]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Minutes to search for
    #[arg(long, value_name = "M", default_value_t = 2.0, value_parser = minutes, conflicts_with = "trials")]
    minutes: f64,
    /// Trials to search, however long they take
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    trials: Option<u32>,
    /// Let Slurm run the trials, as a job array
    #[arg(long, requires = "trials", conflicts_with_all = ["minutes", "only_trial"])]
    slurm: bool,
    /// Finish trial K alone, as a job of the array does, and write no front
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(..100_000),
          conflicts_with_all = ["minutes", "trials", "synthesize", "verify"])]
    only_trial: Option<u32>,
    /// Let yosys count the look-up tables and registers of every circuit (Xilinx 7, no DSP, no block RAM)
    #[arg(long)]
    synthesize: bool,
    /// Simulate every circuit in Verilator on the project's samples, corners and random inputs; any wrong bit is an error
    #[arg(long)]
    verify: bool,
}

fn minutes(text: &str) -> Result<f64, String> {
    let minutes = text.parse().ok().filter(|&m: &f64| m > 0.0 && m <= 10_000.0);
    minutes.ok_or_else(|| "give a number above 0, at most 10000".to_owned())
}

/// Runs `pareto`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let project = Project::read(&args.project)?;
    let dir = args.output.clone().unwrap_or_else(|| project.dir.join("pareto"));
    if let Some(number) = args.only_trial {
        let circuits = trial(&project, &dir, number as usize)?;
        let text = format!("trial {number}: {}\n", count(circuits, "circuit"));
        return Ok(Outcome::held(text, serde_json::json!({ "trial": number, "circuits": circuits })));
    }
    let budget = args.trials.map_or(Budget::Minutes(args.minutes), |n| Budget::Trials(n as usize));
    let (slurm, synthesize, verify) = (args.slurm, args.synthesize, args.verify);
    let report = pareto(&project, &args.project, &dir, &Request { budget, slurm, synthesize, verify })?;
    let text = format!("{report}{}\n", dir.display());
    Ok(Outcome::held(text, serde_json::to_value(&report)?))
}
