//! `diff`: what differs between two plans or generated directories.

use super::Outcome;
use crate::exit;
use crate::flow::diff::{Comparison, compare};
use crate::flow::load::samples_for;
use gainstage_golden::plan::{Aspect, Difference};
use std::fmt::Write;
use std::path::PathBuf;

/// Arguments of `diff`.
#[derive(clap::Args)]
#[command(after_help = "\
Compares names, topology, formats, weights and tables, and runs both plans on the samples of --data, or on random
codes, to tell by how much their outputs differ. Of two directories the Verilog and memory files are compared too.
Exit code 0 if nothing differs, 1 if anything does.

Examples:
  gainstage diff old.json new.json
  gainstage diff net16 net18 --data test.csv
  gainstage diff net16 net18 --json")]
pub struct Args {
    /// A directory that `generate` or `build` wrote, or a plan
    #[arg(value_name = "A")]
    a: PathBuf,
    /// Another
    #[arg(value_name = "B")]
    b: PathBuf,
    /// Samples on which the outputs are compared
    #[arg(long, value_name = "FILE.csv")]
    data: Option<PathBuf>,
    /// Random vectors where no samples are given
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    vectors: u64,
    /// Their seed
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// Differences of each kind that are listed one by one.
const SHOWN: usize = 8;

/// Runs `diff`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let samples = args
        .data
        .as_deref()
        .map(|file| Ok::<_, anyhow::Error>((samples_for(&args.a, file)?, file.display().to_string())));
    let samples = samples.transpose()?;
    let data = samples.as_ref().map(|(samples, file)| (samples, file.as_str()));
    let found = compare(&args.a, &args.b, data, args.vectors, args.seed)?;
    let code = if found.equal() { exit::HELD } else { exit::CHECK_FAILED };
    let json = serde_json::json!({
        "ok": found.equal(),
        "differences": found.plan,
        "outputs": found.outputs,
        "samples": found.samples,
        "files": found.files,
    });
    Ok(Outcome { text: text(&found), json, code })
}

fn text(found: &Comparison) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for aspect in [Aspect::Name, Aspect::Topology, Aspect::Formats, Aspect::Weights, Aspect::Tables] {
        let of_kind: Vec<&Difference> = found.plan.iter().filter(|d| d.aspect == aspect).collect();
        if of_kind.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}: {} differ", title(aspect), of_kind.len());
        for d in of_kind.iter().take(SHOWN) {
            let _ = writeln!(text, "  {}: {} -> {}", d.place, d.a, d.b);
        }
        if of_kind.len() > SHOWN {
            let _ = writeln!(text, "  ... and {} more (--json lists all)", of_kind.len() - SHOWN);
        }
    }
    for file in &found.files {
        let _ = writeln!(text, "file {}: {}", file.name, file.problem);
    }
    match &found.outputs {
        None => text
            .push_str("outputs cannot be compared: the plans have different numbers of inputs or outputs\n"),
        Some(outputs) => {
            for o in outputs {
                let _ = writeln!(
                    text,
                    "output y{}: differs in {} of {} samples, at most by {} (sample {}), {} on average",
                    o.output, o.samples, found.samples, o.worst, o.worst_sample, o.mean
                );
            }
        }
    }
    if found.equal() {
        text.push_str("no differences\n");
    }
    text
}

fn title(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Name => "names",
        Aspect::Topology => "topology",
        Aspect::Formats => "formats",
        Aspect::Weights => "weights",
        Aspect::Tables => "tables",
    }
}
