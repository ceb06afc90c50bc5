//! `import`: a trained network from an `.mlp` file.

use super::{Outcome, Output};
use crate::flow::load::mlp;
use crate::project::{Name, name_from};
use gainstage_golden::net::Model;
use gainstage_golden::text::count;
use std::path::PathBuf;

/// Arguments of `import`.
#[derive(clap::Args)]
#[command(after_help = "\
The input ranges are not in the file: give them to `quantize` with --input-range or --data.

Examples:
  gainstage import Trained_5.mlp -o model.json
  gainstage import Trained_5.mlp -o model.json --name net5")]
pub struct Args {
    /// The file
    #[arg(value_name = "FILE.mlp")]
    file: PathBuf,
    #[command(flatten)]
    output: Output,
    /// Name of the design; the file's name if not given
    #[arg(long)]
    name: Option<Name>,
}

/// Runs `import`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mlp = mlp(&args.file)?;
    let name = match &args.name {
        Some(Name(name)) => name.clone(),
        None => name_from(&args.file.file_stem().unwrap_or_default().to_string_lossy()),
    };
    let model = Model::new(name, mlp.network, Vec::new());
    let path = &args.output.output;
    model.write(path)?;
    let network = &model.network;
    let (inputs, outputs, layers) = (network.inputs(), network.outputs(), network.layers.len());
    let text = format!(
        "{}: {}, {}, {}, {} weights and biases\n",
        path.display(),
        count(inputs, "input"),
        count(layers, "layer"),
        count(outputs, "output"),
        network.parameters()
    );
    let json = serde_json::json!({
        "ok": true,
        "output": path,
        "name": model.name,
        "inputs": inputs,
        "outputs": outputs,
        "layers": layers,
        "parameters": network.parameters(),
    });
    Ok(Outcome::held(text, json))
}
