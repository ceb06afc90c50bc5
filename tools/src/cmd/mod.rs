//! The commands: one file each. A command turns its arguments into calls of `flow` and its results into an
//! [`Outcome`].

mod activations;
mod boards;
mod build;
mod campaign;
mod completions;
mod crossval;
mod demo;
mod diff;
mod doctor;
mod estimate;
mod eval;
mod explain;
mod export;
mod generate;
mod implement;
mod import;
mod man;
mod new;
mod new_csv;
mod pareto;
mod program;
mod quantize;
mod reproduce;
mod schema;
mod table;
mod talk;
mod train;
mod verify;

use crate::exit;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Trains small networks of ordinary, amplifying and attenuating neurons, turns them into integers, writes Verilog
/// for small FPGAs, and proves that the circuit computes what the integer model computes, bit for bit.
#[derive(Parser)]
#[command(name = "gainstage", version, max_term_width = 100, after_help = MAIN_HELP.as_str())]
#[command(arg_required_else_help = true, propagate_version = true)]
pub struct Cli {
    /// Print one JSON object on standard output instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

static MAIN_HELP: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
    format!(
        "Examples:
  gainstage demo                           a thermistor, from samples to a proven circuit
  gainstage new sensor --csv log.csv       a project for your own data
  gainstage new demo --template small      write a project that trains in seconds
  gainstage build demo                     train, quantize, generate, verify, report
  gainstage import net.mlp -o model.json   bring a trained network along
  gainstage doctor                         which outside tools are there

{}",
        exit::HELP
    )
});

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Write a new project
    New(new::Args),
    /// Train the network of a project
    Train(train::Args),
    /// Import a trained network from an ONNX or .mlp file
    Import(import::Args),
    /// Turn a trained network into integers
    Quantize(quantize::Args),
    /// Compute the outputs of a model or a plan for the samples of a CSV file
    Eval(eval::Args),
    /// Draw the learned activations of a model
    Activations(activations::Args),
    /// Cross-validate learned activations beside a sigmoid network of the same size
    Crossval(crossval::Args),
    /// Estimate size, clock and latency of a plan's circuits
    Estimate(estimate::Args),
    /// Write Verilog and ROM files for a plan
    Generate(Box<generate::Args>),
    /// Look for tables that approximate a function
    Table(table::Args),
    /// Simulate the files of a directory and compare every output with the integer model
    Verify(verify::Args),
    /// Write memory files, C, ONNX, test benches and constraints for other tools
    Export(export::Args),
    /// Say what differs between two plans or generated directories
    Diff(diff::Args),
    /// Do it all: train, quantize, generate, verify, report
    Build(build::Args),
    /// Find circuits of learned edges from the smallest to the best
    Pareto(pareto::Args),
    /// Train the first paper's tables and figures anew
    Reproduce(reproduce::Args),
    /// List the boards, or check a board file of your own
    Boards(boards::Args),
    /// Make a bitstream of a generated directory
    Implement(implement::Args),
    /// Load a bitstream into a board
    Program(program::Args),
    /// Send samples to a board and compare its results
    Talk(talk::Args),
    /// From a thermistor's samples to a proven circuit and a page, in half a minute
    Demo(demo::Args),
    /// Say which outside tools are there and how to get the others
    Doctor(doctor::Args),
    /// Look for disagreements: random networks and planted faults (for developers)
    #[command(hide = true)]
    Campaign(campaign::Args),
    /// Say what the code of an error means
    Explain(explain::Args),
    /// Print the JSON Schema of a file
    Schema(schema::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Write manual pages
    Man(man::Args),
}

/// What a command came to.
pub struct Outcome {
    /// For people, with a final newline; may be empty.
    pub text: String,
    /// For programs: an object.
    pub json: serde_json::Value,
    /// The exit code.
    pub code: u8,
}

impl Outcome {
    /// An outcome in which everything held.
    pub fn held(text: String, json: serde_json::Value) -> Outcome {
        Outcome { text, json, code: exit::HELD }
    }
}

/// Runs a command. `json` says that the text of the outcome will not be shown.
pub fn run(command: &Command, json: bool) -> anyhow::Result<Outcome> {
    match command {
        Command::New(args) => new::run(args),
        Command::Train(args) => train::run(args),
        Command::Import(args) => import::run(args),
        Command::Quantize(args) => quantize::run(args),
        Command::Eval(args) => eval::run(args, json),
        Command::Activations(args) => activations::run(args),
        Command::Crossval(args) => crossval::run(args),
        Command::Estimate(args) => estimate::run(args),
        Command::Generate(args) => generate::run(args),
        Command::Table(args) => table::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Export(args) => export::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Build(args) => build::run(args),
        Command::Pareto(args) => pareto::run(args),
        Command::Reproduce(args) => reproduce::run(args),
        Command::Boards(args) => boards::run(args),
        Command::Implement(args) => implement::run(args),
        Command::Program(args) => program::run(args),
        Command::Talk(args) => talk::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Campaign(args) => campaign::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}

/// Where a JSON document goes that a command makes.
#[derive(clap::Args)]
pub struct Output {
    /// Where to write it
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}
