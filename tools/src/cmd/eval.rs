//! `eval`: outputs for the samples of a file.

use super::Outcome;
use crate::flow::evaluate::{self, check_columns};
use crate::flow::load::{Computation, computation};
use crate::term;
use gainstage_golden::data::{outputs_text, read_csv};
use gainstage_golden::document::write_atomic;
use std::path::{Path, PathBuf};

/// Arguments of `eval`.
#[derive(clap::Args)]
#[command(after_help = "\
The CSV file has a header: x0,x1,... for the inputs and, where targets are known, y0,... behind them. Out come \
columns y0,...: values, or with --codes the integers of a plan. Where targets are given, the mean absolute error \
and the standard deviation of the error are printed on standard error.

Examples:
  gainstage eval model.json --data test.csv -o outputs.csv
  gainstage eval plan.json --data test.csv --codes > codes.csv
  gainstage eval plan.json --data test.csv -o outputs.csv --json")]
pub struct Args {
    /// A model or a plan
    #[arg(value_name = "model.json|plan.json")]
    file: PathBuf,
    /// The samples
    #[arg(long, value_name = "FILE.csv")]
    data: PathBuf,
    /// Where the outputs go; `-` is standard output
    #[arg(short, long, value_name = "FILE.csv", default_value = "-")]
    output: PathBuf,
    /// Write integer codes instead of values (plans only)
    #[arg(long)]
    codes: bool,
}

/// Runs `eval`.
pub fn run(args: &Args, json: bool) -> anyhow::Result<Outcome> {
    let to_stdout = args.output == Path::new("-");
    anyhow::ensure!(
        !(to_stdout && json),
        "--json and the outputs cannot share standard output: give -o FILE.csv"
    );
    let computation = computation(&args.file)?;
    let samples = read_csv(&args.data)?;
    let check = |inputs, outputs| check_columns(&samples, inputs, outputs, &args.data.display().to_string());
    let (values, codes, outputs) = match &computation {
        Computation::Model(model) => {
            anyhow::ensure!(!args.codes, "{}: a model has no codes: give a plan", args.file.display());
            check(model.network.inputs(), model.network.outputs())?;
            (evaluate::float(&model.network, &samples), Vec::new(), model.network.outputs())
        }
        Computation::Plan(plan) => {
            check(plan.inputs.len(), plan.output_formats().len())?;
            let fixed = evaluate::fixed(plan, &samples);
            (fixed.values, fixed.codes, plan.output_formats().len())
        }
    };
    let table = if args.codes { outputs_text(outputs, &codes) } else { outputs_text(outputs, &values) };
    let metrics = evaluate::metrics(&values, &samples)?;
    if !to_stdout {
        write_atomic(&args.output, table.as_bytes())?;
    }
    if let Some(m) = metrics {
        term::say(&format!("{} samples: MAE {:.6}, SD {:.6}", samples.rows(), m.mae, m.sd));
    }
    let mut report = serde_json::json!({
        "ok": true,
        "output": args.output,
        "samples": samples.rows(),
        "outputs": outputs,
    });
    if let Some(m) = metrics {
        report["mae"] = m.mae.into();
        report["sd"] = m.sd.into();
        report["max"] = m.max.into();
        report["rmse"] = m.rmse.into();
    }
    Ok(Outcome::held(if to_stdout { table } else { String::new() }, report))
}
