//! `reproduce`: the first paper's tables and figures, trained anew.

use super::Outcome;
use crate::reproduce::{Method, Setting, extrapolation, figure1, figure2, figure4, figure6, tables};
use anyhow::Context;
use clap::ValueEnum;
use std::path::PathBuf;

/// Arguments of `reproduce`.
#[derive(clap::Args)]
#[command(after_help = "\
Each training is kept in DIR/checkpoints when it is finished, and its state every 30 seconds before; the same command \
takes both over, so that a run that was interrupted or killed goes on where it was, inside a network too, to the same \
bits. A checkpoint of another network, seed, data or version is refused. Results go to DIR as CSV and SVG; \
the checkpoints hold seeds, configuration, training data and weights.

Full runs train ten networks for 200,000 epochs by the paper's protocol and take minutes per network and core; \
--quick takes a few hundredths of the epochs or less and shows that everything runs, not what can be reached.

Examples:
  gainstage reproduce figure2 -o build/figure2
  gainstage reproduce table1 --quick -o build/quick
  gainstage reproduce table1 --networks 5,8 --methods gainstage -o build/tables
  gainstage reproduce table2 --reference paper-files -o build/tables")]
pub struct Args {
    /// What to reproduce
    what: What,
    /// Directory for results and checkpoints
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// A few hundredths of the epochs or less, and fewer networks
    #[arg(long)]
    quick: bool,
    /// Only these networks of a table; of table 1 for `extrapolation`
    #[arg(long, value_name = "N,...", value_delimiter = ',')]
    networks: Vec<usize>,
    /// Ways of training
    #[arg(long, value_delimiter = ',', default_value = "jung-kwon,gainstage")]
    methods: Vec<Method>,
    /// Seed of weights and orders of samples
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seed of the training points
    #[arg(long, default_value_t = 1)]
    points_seed: u64,
    /// Directory with the authors' own training points (1D_xt.mat and so on), instead of seeded ones
    #[arg(long, value_name = "DIR")]
    reference: Option<PathBuf>,
    /// Networks trained in each way, instead of ten for the paper's and 64 for ours
    #[arg(long)]
    restarts: Option<usize>,
}

/// A table or figure.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The network of figure 1: sin 3x + sin 6x by straight pieces
    Figure1,
    /// A multiplier and a divider built by hand
    Figure2,
    /// Networks 1 to 8 on equation 6
    Table1,
    /// Networks 9 and 10 on Ackley's function
    Table2,
    /// Networks 1 and 5 on equation 6, drawn
    Figure4,
    /// Networks 9 and 10 on Ackley's function, drawn
    Figure6,
    /// Network 5 (or those of table 1 asked for) beyond the range of its samples, with and without normalised neurons
    Extrapolation,
}

/// Runs `reproduce`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let setting = Setting {
        out: args.output.clone(),
        quick: args.quick,
        seed: args.seed,
        points: args.points_seed,
        reference: args.reference.clone(),
        restarts: args.restarts,
        methods: args.methods.clone(),
    };
    anyhow::ensure!(args.restarts != Some(0), "restarts is 0: give at least 1");
    // What takes hours must not fail where it is written.
    let place =
        || format!("{}: results cannot be written there; name another directory", args.output.display());
    std::fs::create_dir_all(&args.output).with_context(place)?;
    let report = match args.what {
        What::Figure1 => figure1(&setting),
        What::Figure2 => figure2(&args.output),
        What::Table1 => tables("table1", &numbers(args, 1..=8)?, &setting),
        What::Table2 => tables("table2", &numbers(args, 9..=10)?, &setting),
        What::Figure4 => figure4(&setting),
        What::Figure6 => figure6(&setting),
        What::Extrapolation => {
            let asked = if args.networks.is_empty() { vec![5] } else { numbers(args, 1..=8)? };
            extrapolation(&asked, &setting)
        }
    }?;
    let files: String = report.files.iter().map(|f| format!("{}\n", f.display())).collect();
    let json = serde_json::json!({ "ok": true, "files": report.files, "results": report.json });
    Ok(Outcome::held(format!("{}\n{files}", report.text), json))
}

/// The networks asked for, which must be in the table.
fn numbers(args: &Args, all: std::ops::RangeInclusive<usize>) -> anyhow::Result<Vec<usize>> {
    if let Some(wrong) = args.networks.iter().find(|n| !all.contains(*n)) {
        anyhow::bail!(
            "network {wrong} is not in this table: give numbers from {} to {}",
            all.start(),
            all.end()
        );
    }
    Ok(if args.networks.is_empty() { all.collect() } else { args.networks.clone() })
}
