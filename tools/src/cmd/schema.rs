//! `schema`: the JSON Schemas of the files.

use super::Outcome;
use crate::report::{BuildReport, EdgeReport};
use gainstage_golden::net::Model;
use gainstage_golden::plan::Plan;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::Manifest;
use schemars::schema_for;

/// Arguments of `schema`.
#[derive(clap::Args)]
#[command(after_help = "\
The schemas say which fields there are and of which types; what makes the content sound (widths, counts, names) is
checked when a file is read. A file of another schema version is refused with what to do.

Examples:
  gainstage schema plan > plan.schema.json
  gainstage schema manifest")]
pub struct Args {
    /// Which file
    #[arg(value_enum)]
    document: Document,
}

/// A file of this program.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Document {
    /// model.json: a trained network
    Model,
    /// plan.json: the bits
    Plan,
    /// build.json: the means
    Build,
    /// manifest.json: what a generated directory holds
    Manifest,
    /// report.json: what a build came to
    Report,
}

/// `report.json`, whatever was built.
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is asked for")]
enum Report {
    /// A network of neurons.
    Network(Box<BuildReport>),
    /// A circuit of learned functions.
    Edges(Box<EdgeReport>),
}

/// Runs `schema`. With `--json` and without, the result is the schema itself.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let schema = match args.document {
        Document::Model => schema_for!(Model),
        Document::Plan => schema_for!(Plan),
        Document::Build => schema_for!(Build),
        Document::Manifest => schema_for!(Manifest),
        Document::Report => schema_for!(Report),
    };
    let json = serde_json::to_value(schema)?;
    Ok(Outcome::held(serde_json::to_string_pretty(&json)? + "\n", json))
}
