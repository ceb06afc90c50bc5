//! `pareto`: circuits of learned edges from the smallest to the best.

use super::Outcome;
use crate::flow::pareto::{Request, pareto};
use crate::project::Project;
use std::path::PathBuf;

/// Arguments of `pareto`.
#[derive(clap::Args)]
#[command(after_help = "\
Trains networks of learned edges on the project's samples, whatever its [network] is, and writes into DIR: front.csv, \
front.svg, front.json, a plan for every row (plans/), and what was finished (points/), with which another run goes on. \
A fifth of the training samples is held out and selects; the test data only measures. Rows beside the circuits: the \
best constant and a linear fit in real numbers.

Examples:
  gainstage pareto bean --minutes 5
  gainstage pareto bean -o bean/front --minutes 30 --synthesize")]
pub struct Args {
    /// The project: a directory with a gainstage.toml, or such a file
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
    /// Directory to write [default: `pareto` beside the project file]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Minutes to search for
    #[arg(long, value_name = "M", default_value_t = 2.0, value_parser = minutes)]
    minutes: f64,
    /// Let yosys count the look-up tables and registers of every circuit (Xilinx 7, no DSP, no block RAM)
    #[arg(long)]
    synthesize: bool,
}

fn minutes(text: &str) -> Result<f64, String> {
    let minutes = text.parse().ok().filter(|&m: &f64| m > 0.0 && m <= 10_000.0);
    minutes.ok_or_else(|| "give a number above 0, at most 10000".to_owned())
}

/// Runs `pareto`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let project = Project::read(&args.project)?;
    let dir = args.output.clone().unwrap_or_else(|| project.dir.join("pareto"));
    let request = Request { minutes: args.minutes, synthesize: args.synthesize };
    let report = pareto(&project, &dir, &request)?;
    let text = format!("{report}{}\n", dir.display());
    Ok(Outcome::held(text, serde_json::to_value(&report)?))
}
