//! `crossval`: learned activations beside a sigmoid network.

use super::Outcome;
use crate::flow::crossval::{Request, compare};
use crate::report::Table;
use anyhow::Context;
use gainstage_golden::data::read_csv;
use gainstage_golden::func::Interpolation;
use gainstage_golden::learned::{MAX_NODES, Placement};
use std::path::PathBuf;

/// Degree of a learned activation between its nodes.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Degree {
    /// Steps
    #[value(name = "0")]
    Constant,
    /// Straight lines
    #[value(name = "1")]
    Linear,
    /// Monotone cubics
    #[value(name = "3")]
    Cubic,
}

/// How nodes find their places.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Places {
    /// They move to quantiles of their argument
    Quantiles,
    /// They follow the gradient; ordinates may fall
    Gradient,
    /// Both in turn
    Alternate,
}

/// Arguments of `crossval`.
#[derive(clap::Args)]
#[command(after_help = "\
Settings (decays, whether ordinates are learned) are chosen by an inner cross-validation of each training part; the \
test fold takes no part in it. Classes (a column `label`) are scored by accuracy, values by the root of the mean \
squared error. The p of learned against sigmoid is exact, by sign flips over the folds. The last lines say how often \
an update or an epoch made the error over all samples larger.

Examples:
  gainstage crossval iris.csv
  gainstage crossval samples.csv --hidden 5,5 --degree 3 --folds 5 --json")]
pub struct Args {
    /// The samples, with targets
    #[arg(value_name = "FILE.csv")]
    data: PathBuf,
    /// Neurons of each hidden layer
    #[arg(long, value_name = "N,...", value_delimiter = ',', default_value = "5")]
    hidden: Vec<u16>,
    /// Nodes of each learned activation
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(2..=MAX_NODES as i64))]
    nodes: u16,
    /// Degree between the nodes: 0, 1 or 3 (monotone cubic)
    #[arg(long, default_value = "1")]
    degree: Degree,
    /// How nodes find their places
    #[arg(long, value_enum, default_value = "quantiles")]
    placement: Places,
    /// Folds
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..=20))]
    folds: u16,
    /// Folds of each training part that choose the settings
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(2..=20))]
    inner: u16,
    /// Seed of folds and weights
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs `crossval`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let samples = read_csv(&args.data)?;
    anyhow::ensure!(
        samples.outputs() > 0,
        "{}: there are no targets: add a column `label`, or y0 (and y1, ...)",
        args.data.display()
    );
    let request = Request {
        hidden: args.hidden.iter().map(|&n| n as usize).collect(),
        nodes: args.nodes as usize,
        interpolation: match args.degree {
            Degree::Constant => Interpolation::Constant,
            Degree::Linear => Interpolation::Linear,
            Degree::Cubic => Interpolation::MonotoneCubic,
        },
        placement: match args.placement {
            Places::Quantiles => Placement::Quantiles,
            Places::Gradient => Placement::Gradient,
            Places::Alternate => Placement::Alternate,
        },
        folds: args.folds as usize,
        inner: args.inner as usize,
        seed: args.seed,
    };
    let found = compare(&samples, &request).with_context(|| args.data.display().to_string())?;
    let mut table = Table::new(&["method", found.measure, "deviation"]);
    for row in &found.methods {
        table.row([row.method.to_owned(), format!("{:.4}", row.mean), format!("{:.4}", row.deviation)]);
    }
    let mut text = format!("{table}learned against sigmoid: p = {:.3}\n", found.p);
    text += &format!(
        "block updates taken back because they would have raised the objective: {:.1} %; that raised it, measured apart: {:.1} %\n",
        100.0 * found.updates_rejected,
        100.0 * found.updates_risen
    );
    if found.methods.len() > 2 {
        let [learner, champion] = found.epochs_risen.map(|r| 100.0 * r);
        text += &format!(
            "online steps taken back because they would have raised their sample's error: {}; that raised it, measured apart: {}\n",
            found.steps_rejected, found.samples_risen
        );
        text += &format!(
            "online epochs that raised the error: {champion:.1} % (its learner alone {learner:.1} %)\n"
        );
    }
    let mut json = serde_json::to_value(&found)?;
    json["ok"] = true.into();
    Ok(Outcome::held(text, json))
}
