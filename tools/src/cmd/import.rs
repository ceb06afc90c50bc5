//! `import`: a trained network from an ONNX file, or from an `.mlp` file.

use super::{Outcome, Output};
use crate::flow::load::mlp;
use crate::project::Name;
use crate::term;
use gainstage_golden::data::{ByteProblem, BytesError};
use gainstage_golden::names::name_from;
use gainstage_golden::net::Model;
use gainstage_golden::num::Format;
use gainstage_golden::onnx::{self, Checked, Import, Imported, Options, PlanImport};
use gainstage_golden::text::count;
use std::path::{Path, PathBuf};

/// Arguments of `import`.
#[derive(clap::Args)]
#[command(after_help = "\
ONNX files hold graphs of operators; those of dense layers, activations and what surrounds them become a network of neurons. \
The network is compared with the graph on random inputs, and refused if they differ. What is not supported is named. The input \
ranges are not in the file: give them to `quantize` with --input-range or --data.

Quantized ONNX files (QONNX, or QuantizeLinear and DequantizeLinear) become a plan of integers instead, with the codes of the \
file, if every code is the same however a program orders and rounds its sums: scales that are powers of two always are. \
--as-real imports others as a network.

Examples:
  gainstage import model.onnx -o model.json
  gainstage quantize model.json --data samples.csv -o plan.json
  gainstage import quantized.onnx -o plan.json
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
    /// Format of the inputs that a quantized file takes unrounded, such as s8.4; the import is a plan then
    #[arg(long, value_name = "FORMAT", conflicts_with = "as_real")]
    input_format: Option<Format>,
    /// Import a quantized file as a real-valued network: weights stay rounded, values inside do not
    #[arg(long)]
    as_real: bool,
}

/// Runs `import`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let is = |kind: &str| args.file.extension().is_some_and(|e| e.eq_ignore_ascii_case(kind));
    if is("onnx") {
        let options = Options { as_real: args.as_real, input: args.input_format };
        return match onnx::import(&args.file, options)? {
            Imported::Model(import) => {
                let Import { model, notes, checked } = *import;
                written_model(args, model, &notes, Some(checked))
            }
            Imported::Plan(import) => written_plan(args, *import),
        };
    }
    anyhow::ensure!(
        !args.as_real && args.input_format.is_none(),
        "{}: --as-real and --input-format are about ONNX files: leave them out",
        args.file.display()
    );
    let mlp = mlp(&args.file).map_err(|fault| if is("mlp") { fault } else { neither(&args.file, fault) })?;
    let name = name_from(&args.file.file_stem().unwrap_or_default().to_string_lossy());
    let model = Model::new(name, mlp.network, Vec::new());
    written_model(args, model, &[], None)
}

/// The error of a file that no name tells the kind of, where its content is not that of an .mlp file either.
fn neither(file: &Path, fault: anyhow::Error) -> anyhow::Error {
    use ByteProblem::{Huge, Io};
    match fault.downcast_ref::<BytesError>() {
        Some(BytesError { problem, .. }) if !matches!(problem, Io(_) | Huge(_)) => anyhow::anyhow!(
            "{}: its name ends in neither .onnx nor .mlp, the two kinds of files that are imported: export the network as ONNX",
            file.display()
        ),
        _ => fault,
    }
}

/// Writes a network.
fn written_model(
    args: &Args,
    mut model: Model,
    notes: &[String],
    checked: Option<Checked>,
) -> anyhow::Result<Outcome> {
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
        "kind": "model",
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

/// Writes a plan.
fn written_plan(args: &Args, import: PlanImport) -> anyhow::Result<Outcome> {
    let PlanImport { mut plan, notes, checked, ports: _ } = import;
    if let Some(Name(name)) = &args.name {
        plan.name.clone_from(name);
    }
    notes.iter().for_each(|note| term::say(note));
    let path = &args.output.output;
    plan.write(path)?;
    let outputs = plan.outputs().len();
    let weights: usize = plan.layers.iter().flat_map(|l| &l.neurons).map(|n| n.weights.len() + 1).sum();
    let text = format!(
        "{}: a plan, ready for `gainstage generate`, because the file is quantized: {}, {}, {}, {}, {weights} weights and biases\n\
         The same codes as the file on {}\n",
        path.display(),
        count(plan.inputs.len(), "input"),
        count(plan.layers.len(), "layer"),
        count(outputs, "output"),
        count(plan.tables.len(), "table"),
        count(checked.samples, "sample"),
    );
    let json = serde_json::json!({
        "ok": true,
        "kind": "plan",
        "notes": notes,
        "checked": { "samples": checked.samples, "largest_difference": checked.largest_difference },
        "output": path,
        "name": plan.name,
        "inputs": plan.inputs.len(),
        "outputs": outputs,
        "layers": plan.layers.len(),
        "tables": plan.tables.len(),
        "parameters": weights,
    });
    Ok(Outcome::held(text, json))
}
