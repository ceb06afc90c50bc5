//! `generate`: from a plan to Verilog.

use super::Outcome;
use super::implement::{MARGIN, placed_for};
use crate::flow::certified;
use crate::flow::generate::{Generated, generate};
use crate::flow::means::means;
use crate::lock::Lock;
use crate::project::{Architecture, Build, Clock, FamilyName};
use clap::Subcommand;
use gainstage_golden::plan::Plan;
use gainstage_golden::text::count;
use gainstage_hdl::board::{Board, Capacity};
use gainstage_hdl::device::{Divider, Target};
use gainstage_hdl::options::WeightsIn;
use gainstage_hdl::units::Multiplier;
use std::path::{Path, PathBuf};

mod unit;

/// Arguments of `generate`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "\
Writes DIR/plan.json, build.json, manifest.json and rtl/ (a Verilog-2005 file per module, a .mem file per table). \
The plan decides every output bit; family, clock and multipliers decide none. A directory that gainstage wrote is \
replaced as a whole; anything else is left alone unless --force is given. The Verilog is yours, without conditions.

Families: generic, ecp5, ice40 (LP, HX), ice40up (UP5K), nexus, xc7.

Examples:
  gainstage generate plan.json -o net --target ecp5 --clock 100
  gainstage generate plan.json -o net --target ice40 --dsp off
  gainstage generate plan.json -o net --board icebreaker
  gainstage generate plan.json -o net --target ice40up --arch sequential --clock 24
  gainstage generate plan.json -o net --target ecp5 --arch folded --interval 26
  gainstage generate plan.json -o net --target ecp5 --arch auto --clock 100 --rate 1e6
  gainstage generate plan.json -o net --target ecp5 --arch folded --interval 26 --max-dsp 28
  gainstage generate neuron plan.json --layer 1 --neuron 4 -o neuron
  gainstage generate unit table --function 'tanh' --from s12.8 --to s12.10 -o tanh
  gainstage generate unit divider --from s16.12 --to s16.15 --divider radix4 --divider-rows 2 -o div")]
pub struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    /// The plan
    #[arg(value_name = "plan.json", required = true)]
    plan: Option<PathBuf>,
    #[command(flatten)]
    means: Means,
}

/// Parts that can be generated alone.
#[derive(Subcommand)]
enum Part {
    /// A squarer, a divider or a table alone
    Unit(unit::Args),
    /// One neuron of a plan alone
    Neuron(Neuron),
}

/// Arguments of `generate neuron`.
#[derive(clap::Args)]
#[command(after_help = "\
The directory holds a plan of one neuron: `verify` works on it as on a network.

Example:
  gainstage generate neuron plan.json --layer 1 --neuron 4 -o neuron")]
struct Neuron {
    /// The plan
    #[arg(value_name = "plan.json")]
    plan: PathBuf,
    /// The layer, from 0
    #[arg(long)]
    layer: usize,
    /// The neuron in it, from 0
    #[arg(long)]
    neuron: usize,
    #[command(flatten)]
    means: Means,
}

/// Where a circuit goes and how it is built.
#[derive(clap::Args)]
struct Means {
    /// Directory to write
    #[arg(short, long, value_name = "DIR", required = true)]
    output: Option<PathBuf>,
    /// Architecture [default: parallel; for a board auto]
    #[arg(long, value_enum)]
    arch: Option<Architecture>,
    /// The circuit's clock [default: the family's usual one, or the board's]
    #[arg(long, value_name = "MHZ")]
    clock: Option<Clock>,
    /// A board, by its name or its file: its family, its clock with the margin that `implement` needs, and its part, which
    /// `--arch auto` must fit into
    #[arg(long, value_name = "BOARD", conflicts_with = "target")]
    board: Option<String>,
    /// Device family
    #[arg(long, value_name = "FAMILY", default_value = "generic")]
    target: FamilyName,
    /// Hard multipliers for products of two signals
    #[arg(long, value_enum, default_value = "on")]
    dsp: Switch,
    /// The most hard multipliers, by estimate: beyond them activations multiply in logic (folded, sequential), weights
    /// in adders (parallel, --weights dsp)
    #[arg(long, value_name = "N")]
    max_dsp: Option<u32>,
    /// How constant weights are multiplied
    #[arg(long, value_enum, default_value = "shift-add")]
    weights: Weights,
    /// Where the weights of a sequential circuit lie
    #[arg(long, value_enum, default_value = "auto")]
    weights_in: Store,
    /// The most clocks from one sample to the next (folded, sequential)
    #[arg(long, value_name = "CLOCKS", value_parser = clap::value_parser!(u32).range(1..))]
    interval: Option<u32>,
    /// Products of each multiplier for one sample: one number, or one for each layer (folded)
    #[arg(long, value_name = "R,...", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..))]
    reuse: Vec<u32>,
    /// Samples per second that must be taken, instead of --interval
    #[arg(long, value_name = "SAMPLES", conflicts_with = "interval")]
    rate: Option<f64>,
    /// How attenuators divide
    #[arg(long, value_enum, default_value = "auto")]
    divider: Dividers,
    /// Rows of a divider between two registers (radix2, radix4) [default: as many as fit the clock]
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..=64))]
    divider_rows: Option<u32>,
    /// Overwrite a directory that gainstage did not write
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Dividers {
    /// The cheaper of radix2 and corrected, by estimate
    Auto,
    /// A digit recurrence, one bit of the quotient per row
    Radix2,
    /// A digit recurrence, two bits of the quotient per row
    Radix4,
    /// A table that is off by at most one, and a correction; the result is exact too
    Corrected,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Weights {
    /// Shifts and adds, in canonical signed digits
    ShiftAdd,
    /// A multiplier for each; with --max-dsp for those that take the most adders
    Dsp,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Store {
    /// In ROM; in SPRAM where the family is ice40up and block RAM does not hold them
    Auto,
    /// In ROM: block RAM, or logic where there are few
    Rom,
    /// In SPRAM (ice40up), which is loaded before the first sample
    Spram,
}

/// Runs `generate`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    match (&args.part, &args.plan) {
        (Some(Part::Unit(args)), _) => unit::run(args),
        (Some(Part::Neuron(args)), _) => neuron(args),
        (None, Some(plan)) => args.means.write(&certified::read(plan)?),
        // The parser asks for one of them.
        (None, None) => anyhow::bail!("give a plan, or what to generate alone: unit or neuron"),
    }
}

fn neuron(args: &Neuron) -> anyhow::Result<Outcome> {
    let plan = certified::read(&args.plan)?;
    // Not what the network calls its own module: both may stand in one project.
    let name = format!("{}_neuron{}_{}", plan.name, args.layer, args.neuron);
    let alone = plan.of_neuron(args.layer, args.neuron, &name).ok_or_else(|| {
        let sizes = plan.layers.iter().map(|l| count(l.neurons.len(), "neuron")).enumerate();
        let sizes: Vec<String> = sizes.map(|(l, neurons)| format!("layer {l} has {neurons}")).collect();
        anyhow::anyhow!(
            "{}: there is no neuron {} in layer {}; counted from 0, {}",
            args.plan.display(),
            args.neuron,
            args.layer,
            sizes.join(", ")
        )
    })?;
    args.means.write(&alone)
}

impl Means {
    /// Family, clock and, of a board, the part.
    fn place(&self) -> anyhow::Result<(FamilyName, Option<Clock>, Option<Capacity>)> {
        let Some(name) = &self.board else { return Ok((self.target, self.clock, None)) };
        let board = Board::find(name)?;
        let mhz = self.clock.map_or(board.clock.system_mhz, |c| c.0);
        let device = board.device();
        Ok((FamilyName(device.family()), Some(placed_for(mhz, MARGIN / 100.0)), Some(device.capacity())))
    }

    /// What the circuit is built for.
    fn target(&self) -> anyhow::Result<Target> {
        let (family, clock, _) = self.place()?;
        let target = Target::new(family.0).with_dsp(self.dsp == Switch::On);
        Ok(match clock {
            Some(clock) => target.with_clock(clock.0),
            None => target,
        })
    }

    /// Generates the circuit of a plan.
    fn write(&self, plan: &Plan) -> anyhow::Result<Outcome> {
        let weights = match self.weights {
            Weights::ShiftAdd => Multiplier::ShiftAdd,
            Weights::Dsp => Multiplier::Dsp,
        };
        let dsp = Some(self.dsp == Switch::On);
        let usual = if self.board.is_some() { Architecture::Auto } else { Architecture::Parallel };
        let arch = Some(self.arch.unwrap_or(usual));
        let (target, clock, part) = self.place()?;
        let (interval, reuse, rate) = (self.interval, self.reuse.clone(), self.rate);
        let divider = match self.divider {
            Dividers::Auto => Divider::Auto,
            Dividers::Radix2 => Divider::Radix2,
            Dividers::Radix4 => Divider::Radix4,
            Dividers::Corrected => Divider::Corrected,
        };
        let divider_rows = self.divider_rows;
        let max_dsp = self.max_dsp;
        let weights_in = match self.weights_in {
            Store::Auto => WeightsIn::Auto,
            Store::Rom => WeightsIn::Rom,
            Store::Spram => WeightsIn::Spram,
        };
        let build = Build {
            arch,
            target,
            clock,
            dsp,
            weights,
            interval,
            reuse,
            rate,
            divider,
            divider_rows,
            max_dsp,
            weights_in,
        };
        // The parser demands it wherever a circuit is written.
        let dir = self.output.as_deref().unwrap_or(Path::new("."));
        let _lock = Lock::take(dir)?;
        let means = means(&build, plan, part)?;
        Ok(written(dir, &generate(dir, plan, &means, None, self.force)?))
    }
}

fn written(dir: &Path, generated: &Generated) -> Outcome {
    let m = &generated.manifest;
    let (files, roms) = (m.files.verilog.len(), m.files.roms.len());
    let text = format!(
        "{}: module {}, latency {}, interval {}, {}, {}\n",
        dir.display(),
        m.top,
        count(m.latency, "clock"),
        m.interval,
        count(files, "Verilog file"),
        count(roms, "memory file")
    );
    let json = serde_json::json!({
        "ok": true,
        "output": dir,
        "top": m.top,
        "latency": m.latency,
        "interval": m.interval,
        "target": m.family,
        "clock_mhz": m.clock_mhz,
        "files": m.files,
        "estimate": generated.resources.total,
    });
    Outcome::held(text, json)
}
