//! `demo`: from a thermistor's samples to a proven circuit.

use super::Outcome;
use super::build::of_edges;
use super::new::write_template;
use crate::project::{FILE_NAME, Project, find_template};
use std::path::PathBuf;

/// Arguments of `demo`.
#[derive(clap::Args)]
#[command(after_help = "\
Writes a project, DIR/gainstage.toml with 600 samples of a thermistor behind a 12-bit converter, and builds it: from codes to
degrees Celsius, as Verilog, proven in Verilator. The page DIR/build/report.html shows the result. A project that is already
there is built again.

Examples:
  gainstage demo
  gainstage demo /tmp/thermistor --json")]
pub struct Args {
    /// Directory of the project
    #[arg(value_name = "DIR", default_value = "gainstage-demo")]
    dir: PathBuf,
}

/// The template that is built.
const TEMPLATE: &str = "thermistor";

/// Runs `demo`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    if !args.dir.join(FILE_NAME).exists() {
        write_template(&args.dir, &find_template(TEMPLATE)?)?;
    }
    let project = Project::read(&args.dir)?;
    let edges = project.network.edges();
    let edges = edges.ok_or_else(|| {
        anyhow::anyhow!(
            "{} is another project: use gainstage build, or another directory",
            args.dir.display()
        )
    })?;
    of_edges(&project, edges, &args.dir.join("build"), false, None)
}
