//! `build`: all of it.

use super::Outcome;
use super::implement::How;
use super::new::quoted;
use crate::exit;
use crate::flow::board::Choice;
use crate::flow::build::build;
use crate::flow::edges;
use crate::project::{Architecture, Clock, Edges, FOLDS, Percent, Project, Width};
use gainstage_golden::net::Model;
use gainstage_hdl::board::Board;
use std::path::{Path, PathBuf};

/// Arguments of `build`.
#[derive(clap::Args)]
#[command(after_help = "\
Writes into one directory: plan.json, build.json, manifest.json, rtl/ (Verilog and memory files), report.json with all \
figures, and report.html, a page that shows them. Networks of neurons also have model.json, picture.svg for one or two inputs, and \
curves.svg with the cost of every restart over the epochs of its training. The exit code is 0 only if the simulated circuit \
computed every output as the plan says, and with --board only if the bitstream is there and timing is met. If \
training is interrupted, model.json (of learned edges interrupted-plan.json) holds the best so far, if there is anything. Where the integers lose too much against the \
real-valued network, the report says so first and last, with the layer and the value that lose most, no bitstream is \
made, and the exit code is 4.

Examples:
  gainstage build demo
  gainstage build demo -o out --bits 16
  gainstage build demo --folds 5                         cross-validated, for few samples
  gainstage build demo --model demo/build/model.json    without training anew
  gainstage build demo --board ulx3s-85f                down to a bitstream
  gainstage build demo --board icebreaker --arch sequential --bits 12
  gainstage build demo --json > report.json")]
pub struct Args {
    /// The project: a directory with a gainstage.toml, or such a file
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
    /// Directory to write [default: `build` beside the project file]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Use this model instead of training one
    #[arg(long, value_name = "model.json")]
    model: Option<PathBuf>,
    /// Total width in bits, instead of the project's; `auto` finds the smallest, layer by layer, that loses little
    #[arg(long, value_name = "N|auto")]
    bits: Option<Width>,
    /// What may be lost against the real-valued network: so much more mean absolute error, or so many percentage points
    /// less accuracy [default: 25%, or 1% for classes]
    #[arg(long, value_name = "PERCENT")]
    max_loss: Option<Percent>,
    /// Learn again without each of N parts of the samples, and judge by those: takes N + 1 times as long
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(*FOLDS.start() as i64..=*FOLDS.end() as i64))]
    folds: Option<u16>,
    /// Go on to a bitstream for this board: a name that `gainstage boards` lists, or the path of a board file
    #[arg(long, value_name = "BOARD")]
    board: Option<String>,
    /// Architecture, instead of the project's; for a board `auto` where the project states none
    #[arg(long, value_enum)]
    arch: Option<Architecture>,
    /// Samples per second that must be taken
    #[arg(long, value_name = "SAMPLES")]
    rate: Option<f64>,
    /// The circuit's clock in MHz, instead of the project's or the board's
    #[arg(long, value_name = "MHZ")]
    clock: Option<Clock>,
    /// Overwrite a directory that gainstage did not write
    #[arg(long)]
    force: bool,
    /// How
    #[command(flatten, next_help_heading = "With --board")]
    how: How,
}

/// Runs `build`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut project = Project::read(&args.project)?;
    let board = args.board.as_deref().map(Board::find).transpose()?;
    if let Some(board) = &board {
        project.for_board(board);
    }
    if project.network.edges().is_some() {
        let given = [("--bits", args.bits.is_some()), ("--model", args.model.is_some())];
        if let Some((flag, _)) = given.into_iter().find(|(_, given)| *given) {
            anyhow::bail!(
                "{flag}: learned edges find their widths and have no real-valued model: leave it out"
            );
        }
    }
    project.data.folds = args.folds.map(usize::from).or(project.data.folds);
    project.quantize.bits = args.bits.unwrap_or(project.quantize.bits);
    project.quantize.max_loss = args.max_loss.or(project.quantize.max_loss);
    project.build.arch = args.arch.or(project.build.arch);
    project.build.rate = args.rate.or(project.build.rate);
    project.build.clock = args.clock.or(project.build.clock);
    let clock_mhz = project.build.means().clock_mhz;
    if board.is_some() {
        project.build.clock = Some(args.how.placed_for(clock_mhz));
    }
    let choice = board.map(|board| args.how.choice(board, clock_mhz));
    let model = args.model.as_deref().map(Model::read).transpose()?;
    let dir = args.output.clone().unwrap_or_else(|| project.dir.join("build"));
    if let Some(edges) = project.network.edges() {
        return of_edges(&project, edges, &dir, args.force, choice.as_ref());
    }
    let report = build(&project, model, &dir, args.force, choice.as_ref())?;
    let code = match (report.proof.ok, report.loss.held) {
        (false, _) => exit::CHECK_FAILED,
        (true, false) => exit::TOO_MUCH_LOST,
        (true, true) => exit::HELD,
    };
    // Where too much is lost, that is the last word as it is the first.
    let text = match report.loss.held {
        true => format!("{report}\n{}", finish(&dir)),
        false => format!("{report}\n"),
    };
    Ok(Outcome { text, json: report.json()?, code })
}

/// Builds a circuit of learned edges.
pub fn of_edges(
    project: &Project,
    edges: &Edges,
    dir: &Path,
    force: bool,
    choice: Option<&Choice>,
) -> anyhow::Result<Outcome> {
    let report = edges::build(project, edges, dir, force, choice)?;
    let code = if report.proof.ok { exit::HELD } else { exit::CHECK_FAILED };
    let text = format!("{report}\n{}", finish(dir));
    Ok(Outcome { text, json: report.json()?, code })
}

/// What to do with a directory that was built.
fn finish(dir: &Path) -> String {
    let dir = quoted(dir);
    format!("{dir}/report.html shows it all. Next: gainstage export {dir} --format template -o use\n")
}
