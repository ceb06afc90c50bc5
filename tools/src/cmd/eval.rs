//! `eval`: outputs for the samples of a file.

use super::Outcome;
use crate::flow::evaluate::{self, check_columns};
use crate::flow::load::{Computation, computation, samples_with};
use crate::report::Judged;
use crate::report::confusion_table;
use crate::term;
use gainstage_golden::data::{Samples, outputs_text};
use gainstage_golden::document::write_atomic;
use gainstage_golden::text::count;
use std::path::{Path, PathBuf};

/// Arguments of `eval`.
#[derive(clap::Args)]
#[command(after_help = "\
The CSV file has a header: x0,x1,... for the inputs and, where targets are known, y0,... behind them. Out come \
columns y0,...: values, or with --codes the integers of a plan; of a plan that decides between classes the index of \
the class. Where targets are given, the mean absolute error and the standard deviation of the error are printed on \
standard error; where a column `label` gives classes, the accuracy and which class was taken for which.

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
    /// Leave out samples with a cell that has no value
    #[arg(long)]
    skip_missing: bool,
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
    for read in [&args.file, &args.data] {
        let same = |a: std::path::PathBuf| args.output.canonicalize().is_ok_and(|b| a == b);
        anyhow::ensure!(
            !read.canonicalize().is_ok_and(same),
            "-o {} is the file that is read: give another name",
            args.output.display()
        );
    }
    let computation = computation(&args.file)?;
    let samples = samples_with(&args.file, &args.data, args.skip_missing)?;
    let file = args.data.display().to_string();
    let fit = |samples, classes: &[String], inputs, outputs| {
        let samples = evaluate::in_classes(samples, classes, outputs, &file)?;
        check_columns(&samples, inputs, outputs, &file).map(|()| samples)
    };
    let known = |samples: &Samples| samples.outputs() > 0;
    let (values, codes, outputs, judged) = match &computation {
        Computation::Model(model) => {
            anyhow::ensure!(!args.codes, "{}: a model has no codes: give a plan", args.file.display());
            let outputs = model.network.outputs();
            let samples = fit(samples, &model.classes, model.network.inputs(), outputs)?;
            let values = evaluate::float(&model.network, &samples);
            let judged = known(&samples).then(|| evaluate::judge(&values, &samples)).transpose()?;
            (values, Vec::new(), outputs, judged)
        }
        Computation::Plan(plan) => {
            let samples = fit(samples, plan.classes(), plan.inputs.len(), plan.score_formats().len())?;
            if let Some(said) = evaluate::outside(plan, &samples) {
                term::say(&format!("warning: {file}: {said}"));
            }
            let fixed = evaluate::fixed(plan, &samples);
            let judged =
                known(&samples).then(|| evaluate::judge_fixed(plan, &fixed, &samples)).transpose()?;
            (fixed.values, fixed.codes, plan.output_formats().len(), judged)
        }
    };
    let table = if args.codes { outputs_text(outputs, &codes) } else { outputs_text(outputs, &values) };
    if !to_stdout {
        write_atomic(&args.output, table.as_bytes())?;
    }
    let samples = values.len() / outputs.max(1);
    let mut report = serde_json::json!({
        "ok": true,
        "output": args.output,
        "samples": samples,
        "outputs": outputs,
    });
    if let Some(judged) = judged {
        term::say(&format!("{}: {}", count(samples, "sample"), judged.figure()));
        match judged {
            Judged::Values(m) => {
                report["mae"] = m.mae.into();
                report["sd"] = m.sd.into();
                report["max"] = m.max.into();
                report["rmse"] = m.rmse.into();
            }
            Judged::Classes(c) => {
                term::say(&confusion_table(&c).to_string());
                report["accuracy"] = c.accuracy().into();
                report["confusion"] = serde_json::json!(c);
            }
        }
    }
    Ok(Outcome::held(if to_stdout { table } else { String::new() }, report))
}
