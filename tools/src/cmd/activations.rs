//! `activations`: a picture of what was learned.

use super::{Outcome, Output};
use crate::report;
use gainstage_golden::document::write_atomic;
use gainstage_golden::net::Model;
use std::path::PathBuf;

/// Arguments of `activations`.
#[derive(clap::Args)]
#[command(after_help = "\
One panel per hidden neuron with a learned activation, layer by layer: the function over its nodes, with a rule at \
each node.

Example:
  gainstage activations iris/build/model.json -o activations.svg")]
pub struct Args {
    /// The model
    #[arg(value_name = "model.json")]
    model: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// Runs `activations`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let model = Model::read(&args.model)?;
    let (svg, count) = report::activations(&model.network);
    anyhow::ensure!(
        count > 0,
        "{}: no neuron has a learned activation: there is nothing to draw",
        args.model.display()
    );
    let path = &args.output.output;
    write_atomic(path, svg.as_bytes())?;
    let json = serde_json::json!({ "ok": true, "output": path, "activations": count });
    Ok(Outcome::held(format!("{}: {count} activations\n", path.display()), json))
}
