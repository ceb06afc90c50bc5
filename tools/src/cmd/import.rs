//! `import`: a trained network from an ONNX file, or from an `.mlp` file.

use super::{Outcome, Output};
use crate::flow::load::mlp;
use crate::project::Name;
use crate::term;
use gainstage_golden::names::name_from;
use gainstage_golden::net::Model;
use gainstage_golden::onnx::{self, Import};
use gainstage_golden::text::count;
use std::path::PathBuf;

/// Arguments of `import`.
#[derive(clap::Args)]
#[command(after_help = "\
ONNX files hold graphs of operators; those of dense layers, activations and what surrounds them become a network of neurons. \
The network is compared with the graph on random inputs, and refused if they differ. What is not supported is named. The input \
ranges are not in the file: give them to `quantize` with --input-range or --data.

Examples:
  gainstage import model.onnx -o model.json
  gainstage quantize model.json --data samples.csv -o plan.json
  gainstage import Trained_5.mlp -o model.json
  gainstage import Trained_5.mlp -o model.json --name net5")]
pub struct Args {
    /// The file
    #[arg(value_name = "FILE.onnx|FILE.mlp")]
    file: PathBuf,
    #[command(flatten)]
    output: Output,
    /// Name of the design; the file's name if not given
    #[arg(long)]
    name: Option<Name>,
}

/// Runs `import`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let is_onnx = args.file.extension().is_some_and(|e| e.eq_ignore_ascii_case("onnx"));
    let (mut model, notes, checked) = if is_onnx {
        let Import { model, notes, checked } = onnx::import(&args.file)?;
        (model, notes, Some(checked))
    } else {
        let name = name_from(&args.file.file_stem().unwrap_or_default().to_string_lossy());
        (Model::new(name, mlp(&args.file)?.network, Vec::new()), Vec::new(), None)
    };
    if let Some(Name(name)) = &args.name {
        model.name.clone_from(name);
    }
    notes.iter().for_each(|note| term::say(note));
    let path = &args.output.output;
    model.write(path)?;
    let network = &model.network;
    let (inputs, outputs, layers) = (network.inputs(), network.outputs(), network.layers.len());
    let mut text = format!(
        "{}: {}, {}, {}, {} weights and biases\n",
        path.display(),
        count(inputs, "input"),
        count(layers, "layer"),
        count(outputs, "output"),
        network.parameters()
    );
    if let Some(checked) = checked {
        text += &format!(
            "The same as the file on {} random samples: largest difference {:.1e} of the largest output\n",
            checked.samples, checked.largest_difference
        );
    }
    let json = serde_json::json!({
        "ok": true,
        "notes": notes,
        "checked": checked.map(|c| serde_json::json!({
            "samples": c.samples,
            "largest_difference": c.largest_difference,
        })),
        "output": path,
        "name": model.name,
        "inputs": inputs,
        "outputs": outputs,
        "layers": layers,
        "parameters": network.parameters(),
    });
    Ok(Outcome::held(text, json))
}
