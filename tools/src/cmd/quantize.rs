//! `quantize`: from real numbers to integers.

use super::{Outcome, Output};
use crate::flow::budget::Budget;
use crate::flow::evaluate::{check_columns, in_classes};
use crate::flow::load::samples_for;
use crate::flow::loss::loss;
use crate::flow::quantize::{Grounds, Points};
use crate::flow::widths::{Sized, sized, smallest};
use crate::project::{MAX_GUARD_BITS, MaxUlp, Method, Percent, Project, Quantize, Tables, Width};
use crate::report::{Loss, PlanSummary, widths};
use crate::term;
use gainstage_golden::data::Samples;
use gainstage_golden::net::Model;
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{Granularity, Kinds};
use std::path::PathBuf;

/// Arguments of `quantize`.
#[derive(clap::Args)]
#[command(after_help = "\
Formats come from the ranges seen on the samples of --data, or in the box of --input-range, or on the data of \
--project, or in the ranges that the model was trained on. Where there are targets, it is said what is lost, and by \
which layer and value most if that is too much. What lies beyond saturates; nothing wraps. Formats are written as s18.12: \
signed, 18 bits, 12 of them behind the binary point.

Examples:
  gainstage quantize model.json --bits 18 -o plan.json
  gainstage quantize model.json --bits 16 --input-range 0:6.2832 -o plan.json
  gainstage quantize model.json --bits 16 --input-range=-3:3 --input-range=0:1 -o plan.json
  gainstage quantize model.json --bits 16 --formats value --refine --guard-bits 2 -o plan.json
  gainstage quantize model.json --bits 16 --kinds auto -o plan.json
  gainstage quantize model.json --bits 18 --tables block -o plan.json
  gainstage quantize model.json --data train.csv --max-loss 5% -o plan.json
  gainstage quantize model.json --project demo --formats neuron -o plan.json")]
pub struct Args {
    /// The model
    #[arg(value_name = "model.json")]
    model: PathBuf,
    #[command(flatten)]
    output: Output,
    /// Total width in bits of the inputs, the weights, and z, h and y; `auto` finds the smallest, layer by layer, that loses
    /// at most 10 % of the error, or half a percentage point, on samples with targets, and is 18 without [default: auto]
    #[arg(long, value_name = "N|auto")]
    bits: Option<Width>,
    /// How codes are chosen; `qat` and `tune` need samples with targets, and round without [default: qat]
    #[arg(long, value_enum)]
    method: Option<Method>,
    /// Samples on which the ranges of all values are seen
    #[arg(long, value_name = "FILE.csv", conflicts_with = "input_range")]
    data: Option<PathBuf>,
    /// Range of the inputs: once for all, or once for each in order
    #[arg(long, value_name = "LO:HI", value_parser = parse_range, allow_hyphen_values = true)]
    input_range: Vec<(f64, f64)>,
    /// What shares a format: a layer, a neuron, or nothing: `value` gives z and h of each neuron their own
    /// [default: neuron where widths are found, layer where they are given]
    #[arg(long, value_name = "layer|neuron|value|network", value_parser = parse_formats)]
    formats: Option<Granularity>,
    /// Error that tables must stay below, in ulp of their output [default: 1]
    #[arg(long, value_name = "ULP")]
    max_ulp: Option<MaxUlp>,
    /// What memory tables are made for: `logic` is few segments in look-up tables; `block` is hundreds of equal segments
    /// in block RAM, with one product each [default: logic]
    #[arg(long, value_name = "logic|block", value_parser = parse_tables)]
    tables: Option<Tables>,
    /// What computes amplifying and attenuating kinds: `usual` is exact arithmetic, but one table for activation and kind
    /// with --formats value; `exact`; `fused` is one table, of h/(h^2+b) itself where there is no activation; `auto` is
    /// the cheaper by estimate [default: usual]
    #[arg(long, value_name = "usual|exact|fused|auto", value_parser = parse_kinds)]
    kinds: Option<Kinds>,
    /// Bits that z, the argument of a table, has beyond --bits: z never leaves its neuron and meets no weight, so that they
    /// cost a longer table argument and no wider multiplier [default: 0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=i64::from(MAX_GUARD_BITS)))]
    guard_bits: Option<u32>,
    /// Move weights to where rounding matters least, and let those that are not yet rounded correct the errors of those that
    /// are
    #[arg(long)]
    refine: bool,
    /// Train the coefficients of tables too, within their widths: the tables are then the activations, and off their functions by
    /// what their certificates say instead of by less than --max-ulp
    #[arg(long)]
    train_tables: bool,
    /// Give so many classes, the best first [default: 1]
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Give the largest score minus the second largest behind the classes
    #[arg(long)]
    margin: bool,
    /// Give the probabilities of the classes, in so many bits each, in place of the class
    #[arg(long, value_name = "BITS", conflicts_with_all = ["top", "margin"])]
    softmax: Option<u32>,
    /// Find the smallest widths, layer by layer and --bits at most (24 if it is not given), whose mean absolute error on the samples of --data, or
    /// of the project, is no more than this above the real-valued network's (a classifier's accuracy: no more below)
    #[arg(long, value_name = "PERCENT")]
    max_loss: Option<Percent>,
    /// Take the table `[quantize]` of this project, with widths per layer; and its samples, where neither --data nor
    /// --input-range is given, so that the plan is the one that `build` makes
    #[arg(long, value_name = "PROJECT")]
    project: Option<PathBuf>,
}

fn parse_range(text: &str) -> Result<(f64, f64), String> {
    let cure = "give two finite numbers as LO:HI with LO below HI, such as 0:6.5";
    let number = |t: &str| t.trim().parse::<f64>().ok().filter(|v| v.is_finite());
    let pair = text.split_once(':').and_then(|(lo, hi)| Some((number(lo)?, number(hi)?)));
    pair.filter(|(lo, hi)| lo < hi).ok_or_else(|| cure.to_owned())
}

fn parse_formats(text: &str) -> Result<Granularity, String> {
    match text {
        "layer" => Ok(Granularity::Layer),
        "neuron" => Ok(Granularity::Neuron),
        "value" => Ok(Granularity::Value),
        "network" => Ok(Granularity::Network),
        _ => Err("use layer, neuron, value or network".to_owned()),
    }
}

fn parse_tables(text: &str) -> Result<Tables, String> {
    match text {
        "logic" => Ok(Tables::Logic),
        "block" => Ok(Tables::Block),
        _ => Err("use logic or block".to_owned()),
    }
}

fn parse_kinds(text: &str) -> Result<Kinds, String> {
    match text {
        "usual" => Ok(Kinds::Usual),
        "exact" => Ok(Kinds::Exact),
        "fused" => Ok(Kinds::Fused),
        "auto" => Ok(Kinds::Auto),
        _ => Err("use usual, exact, fused or auto".to_owned()),
    }
}

/// Runs `quantize`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let project = args.project.as_deref().map(Project::read).transpose()?;
    let how = args.options(project.as_ref());
    let model = Model::read(&args.model)?;
    how.check_classes(model.classes.len())?;
    let Ground { points, seen, judge } = args.grounds(&model, project.as_ref())?;
    let Sized { plan, network, concerns, bits, layers, method } = match (args.max_loss, &seen) {
        (Some(loss), Some(samples)) => smallest(&model, &points, &how, samples, loss.0)?,
        (Some(_), None) => anyhow::bail!(
            "--max-loss compares with targets, but there are none: give --data or --project, whose samples have columns \
             y0, ... or label"
        ),
        (None, seen) => {
            let budget = project.as_ref().and_then(|project| Budget::of(project, None));
            sized(&model, &points, &how, seen.as_ref(), budget.as_ref())?
        }
    };
    plan.write(&args.output.output)?;
    // What was searched for is what was allowed.
    let allowed = args.max_loss.or(how.max_loss).map(|p| p.0);
    let loss = judge.map(|samples| loss(&network, &plan, &samples, &how.at(bits), allowed)).transpose()?;
    written(args, &plan, (bits, layers.as_deref(), method), &concerns, loss.as_ref())
}

/// What a plan stands on.
struct Ground {
    points: Points,
    seen: Option<Samples>,
    judge: Option<Samples>,
}

/// What is said of a plan that was written.
fn written(
    args: &Args,
    plan: &Plan,
    (bits, layers, method): (u32, Option<&[u32]>, Method),
    warnings: &[String],
    loss: Option<&Loss>,
) -> anyhow::Result<Outcome> {
    let summary = PlanSummary::of(plan);
    let mut text = format!("{summary}\nCodes: {}\n{}\n", method.words(), args.output.output.display());
    if layers.is_some() {
        text = format!("{text}Smallest widths: {}\n", widths(bits, layers));
    }
    warnings.iter().for_each(|w| term::say(&format!("warning: {w}")));
    if let Some(loss) = loss {
        // First and last, so that it is seen above and below a long table of formats.
        text = if loss.held { format!("{text}{loss}\n") } else { format!("{loss}\n\n{text}\n{loss}\n") };
    }
    let mut json = serde_json::json!({
        "ok": true,
        "output": args.output.output,
        "bits": bits,
        "method": method,
        "plan": summary,
        "warnings": warnings,
        "loss": loss,
    });
    if let Some(layers) = layers {
        json["layer_bits"] = layers.into();
    }
    Ok(Outcome::held(text, json))
}

impl Args {
    /// The project's table, if one is given, with what the command line says put over it.
    fn options(&self, project: Option<&Project>) -> Quantize {
        let mut how = project.map(|p| p.quantize.clone()).unwrap_or_default();
        how.bits = self.bits.unwrap_or(how.bits);
        how.formats = self.formats.or(how.formats);
        how.method = self.method.unwrap_or(how.method);
        how.max_ulp = self.max_ulp.unwrap_or(how.max_ulp);
        how.tables = self.tables.unwrap_or(how.tables);
        how.kinds = self.kinds.unwrap_or(how.kinds);
        how.guard_bits = self.guard_bits.unwrap_or(how.guard_bits);
        how.refine |= self.refine;
        how.train_tables |= self.train_tables;
        how.top = self.top.unwrap_or(how.top);
        how.margin |= self.margin;
        if let Some(bits) = self.softmax {
            (how.argmax, how.softmax, how.softmax_bits) = (false, true, bits);
        }
        how
    }

    /// Where values are calibrated, and what widths are chosen and the plan is judged by, if there is anything.
    fn grounds(&self, model: &Model, project: Option<&Project>) -> anyhow::Result<Ground> {
        let alone = |points| Ground { points, seen: None, judge: None };
        let (inputs, outputs) = (model.network.inputs(), model.network.outputs());
        if let Some(file) = &self.data {
            let place = file.display().to_string();
            let samples = in_classes(samples_for(&self.model, file)?, &model.classes, outputs, &place)?;
            // A network that names no classes is calibrated on labelled samples, but not judged by them.
            let strange = !samples.classes().is_empty() && samples.outputs() != outputs;
            check_columns(&samples, inputs, if strange { samples.outputs() } else { outputs }, &place)?;
            let judge = (samples.outputs() > 0 && !strange).then(|| samples.clone());
            return Ok(Ground { points: Points::Samples(samples), seen: judge.clone(), judge });
        }
        if !self.input_range.is_empty() {
            return Points::from_ranges(&self.input_range, inputs).map(alone);
        }
        if let Some(project) = project {
            // As `build` does.
            let sets = project.samples()?;
            let Grounds { points, seen, judge, .. } = Grounds::of(project, model, sets.train, sets.test)?;
            return Ok(Ground { points, seen: Some(seen), judge: Some(judge) });
        }
        anyhow::ensure!(
            !model.input_ranges.is_empty(),
            "{}: the model does not say what range its inputs have: give --input-range LO:HI or --data FILE.csv",
            self.model.display()
        );
        Ok(alone(Points::Box(model.input_ranges.iter().map(|r| (r[0], r[1])).collect())))
    }
}
