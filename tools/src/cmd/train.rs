//! `train`: from samples to a network.

use super::{Outcome, Output};
use crate::exit;
use crate::flow::evaluate;
use crate::flow::train::{held_out, interrupted, keep, train};
use crate::interrupt::Grace;
use crate::project::Project;
use crate::report::Judged;
use crate::report::{curves_csv, curves_svg};
use crate::term;
use gainstage_golden::document::write_atomic;
use gainstage_golden::text::count;
use gainstage_golden::train::Normalise;
use std::path::PathBuf;

/// Arguments of `train`.
#[derive(clap::Args)]
#[command(after_help = "\
Restarts run in parallel; the best network by its cost on the training data (or on the share held out as \
`validation`) is written, with the record of how it came about. Ctrl-C stops early: the best network so far is \
still written, and the exit code is 130.

Examples:
  gainstage train demo -o model.json
  gainstage train demo/gainstage.toml -o model.json --seed 7 --epochs 5000
  gainstage train demo -o model.json --curves curves.svg")]
pub struct Args {
    /// The project: a directory with a gainstage.toml, or such a file
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
    #[command(flatten)]
    output: Output,
    /// Seed, instead of the project's
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Epochs of each restart, instead of the project's
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    epochs: Option<usize>,
    /// Restarts, instead of the project's
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    restarts: Option<usize>,
    /// Share of the hidden neurons that each sample leaves out of its step, 0 to 0.9, instead of the project's
    #[arg(long, value_name = "SHARE")]
    dropout: Option<f64>,
    /// Whose weighted sums are normalised while training, instead of the project's
    #[arg(long, value_name = "none|amplifying|all", value_parser = parse_normalise)]
    normalise: Option<Normalise>,
    /// Also write how the cost of each restart fell: a picture, or a table if the name ends in .csv
    #[arg(long, value_name = "FILE")]
    curves: Option<PathBuf>,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&n| n > 0).ok_or_else(|| "give a whole number, 1 or more".to_owned())
}

fn parse_normalise(text: &str) -> Result<Normalise, String> {
    match text {
        "none" => Ok(Normalise::None),
        "amplifying" => Ok(Normalise::Amplifying),
        "all" => Ok(Normalise::All),
        _ => Err("use none, amplifying or all".to_owned()),
    }
}

/// Runs `train`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut project = Project::read(&args.project)?;
    let config = &mut project.train;
    config.seed = args.seed.unwrap_or(config.seed);
    config.epochs = args.epochs.unwrap_or(config.epochs);
    config.restarts = args.restarts.unwrap_or(config.restarts);
    config.dropout = args.dropout.unwrap_or(config.dropout);
    config.normalise = args.normalise.unwrap_or(config.normalise);
    let samples = project.samples()?.train;
    let _grace = Grace::ask();
    let model = train(&project, &samples)?;
    let path = &args.output.output;
    keep(&model, path)?;
    if let (Some(path), Some(record)) = (&args.curves, &model.training) {
        if record.curve_stride == 0 {
            term::say(&format!("{}: empty: learned activations are trained without a curve", path.display()));
        }
        let table = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        let curves = if table { curves_csv(record) } else { curves_svg(record) };
        write_atomic(path, curves.as_bytes())?;
    }
    let stopped = interrupted(&model);
    if stopped {
        term::say(&format!("interrupted: {} holds the best network so far", path.display()));
    }
    let mut json = serde_json::json!({ "ok": !stopped, "output": path, "training": model.training });
    let mut text = format!("{}\n", path.display());
    if let Some(t) = &model.training {
        let scores = evaluate::float(&model.network, &samples);
        let judged = evaluate::judge(&scores, &samples)?;
        let on = match t.samples {
            [trained, 0] => count(trained, "training sample"),
            [trained, held] => format!("{}, {held} of them held out", count(trained + held, "sample")),
        };
        text = format!("{}: {} on {on}\n", path.display(), judged.figure());
        if let Some(held) = held_out(&project, &model, &samples)? {
            text += &format!("{}: {held}\n", path.display());
            json["held_out"] = serde_json::to_value(held)?;
        }
        match judged {
            Judged::Values(_) => json["mae"] = t.mae.into(),
            Judged::Classes(c) => json["accuracy"] = c.accuracy().into(),
        }
    }
    Ok(Outcome { text, json, code: if stopped { exit::INTERRUPTED } else { exit::HELD } })
}
