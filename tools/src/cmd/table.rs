//! `table explain`: which tables approximate a function, what each would take, and why one is chosen.

use super::Outcome;
use crate::flow::table::{Minimise, Row, Search, SegmentKind};
use crate::project::{Clock, FamilyName, MaxUlp};
use crate::report::Table;
use anyhow::Context;
use gainstage_golden::data::read_csv;
use gainstage_golden::func::{Activation, Function, Interpolation, Kind, Learned};
use gainstage_golden::num::Format;
use gainstage_hdl::device::Target;
use std::path::{Path, PathBuf};

/// Arguments of `table`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the tables that would do, what each takes, and why one is chosen
    Explain(Explain),
}

/// Arguments of `table explain`.
#[derive(clap::Args)]
#[command(after_help = "\
One line per degree and kind of segments, the cheapest first. Bits count coefficients and the decoder of unequal \
segments; LUT and DSP are estimates before synthesis; stages are those of the circuit that would be written. Errors \
come from running every input code.

Examples:
  gainstage table explain --function sigmoid --from s16.12 --to s16.15
  gainstage table explain --function 'none*attenuating(1)' --from s16.12 --to s16.15 --minimise bits
  gainstage table explain --function '{x*exp(-x^2)}' --from s12.9 --to s12.11
  gainstage table explain --samples sensor.csv --from u10.10 --to u12.12
  gainstage table explain --function tanh --from s12.8 --to s12.11 --max-ulp 0.51 --target ecp5 --dsp off")]
struct Explain {
    #[command(flatten)]
    ask: Ask,
    /// Device family
    #[arg(long, value_name = "FAMILY", default_value = "generic")]
    target: FamilyName,
    /// Clock that registers are placed for [default: the family's usual one]
    #[arg(long, value_name = "MHZ")]
    clock: Option<Clock>,
    /// Hard multipliers for products of two signals
    #[arg(long, value_enum, default_value = "on")]
    dsp: super::generate::Switch,
}

/// What is asked of a table, on the command line.
#[derive(clap::Args)]
pub(super) struct Ask {
    /// The function: an activation such as 'tanh', or with a kind such as 'psoftplus(0.3)*amplifying', or an
    /// expression in braces such as '{x*exp(-x^2)}' or, for a part of the axis, '{ln(x), 0.1:4}'
    #[arg(long, required_unless_present = "samples")]
    function: Option<Function>,
    /// A function given by points: columns x0 and y0, joined by monotone cubics (Fritsch and Carlson), constant outside
    #[arg(long, value_name = "FILE.csv", conflicts_with = "function")]
    samples: Option<PathBuf>,
    /// Format of the input
    #[arg(long, value_name = "FORMAT")]
    pub from: Format,
    /// Format of the output
    #[arg(long, value_name = "FORMAT")]
    pub to: Format,
    /// Error that the table must stay below, in ulp of the output
    #[arg(long, value_name = "ULP", default_value = "1")]
    pub max_ulp: MaxUlp,
    /// Degree of the polynomials [default: chosen]
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=4))]
    pub degree: Option<u32>,
    /// Segments of one length, or of several behind a decoder
    #[arg(long, value_enum, default_value = "any")]
    pub segments: SegmentKind,
    /// What is made small: the circuit on the target, or the bits of the table
    #[arg(long, value_enum, default_value = "circuit")]
    pub minimise: Minimise,
    /// Search every degree from more starting points: seconds instead of fractions of a second
    #[arg(long)]
    pub thorough: bool,
}

impl Ask {
    /// The search on a target.
    ///
    /// # Errors
    /// Of the file with the points.
    pub fn search(&self, target: Target) -> anyhow::Result<Search> {
        let function = match (&self.function, &self.samples) {
            (Some(function), _) => function.clone(),
            (None, Some(file)) => from_points(file)?,
            // The parser asks for one of them.
            (None, None) => anyhow::bail!("give --function or --samples"),
        };
        Ok(Search {
            function,
            from: self.from,
            to: self.to,
            max_ulp: self.max_ulp.0,
            degree: self.degree,
            segments: self.segments,
            minimise: self.minimise,
            thorough: self.thorough,
            target,
        })
    }
}

/// The function through the points of a CSV file, in any order.
fn from_points(file: &Path) -> anyhow::Result<Function> {
    let samples = read_csv(file)?;
    let (inputs, outputs) = (samples.inputs(), samples.outputs());
    anyhow::ensure!(
        inputs == 1 && outputs == 1,
        "{}: a function of one variable needs one column x and one column y, here are {inputs} and {outputs}",
        file.display()
    );
    let mut points: Vec<(f64, f64)> = samples.x().iter().copied().zip(samples.y().iter().copied()).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (nodes, ordinates) = points.into_iter().unzip();
    let points = Learned { nodes, ordinates, interpolation: Interpolation::MonotoneCubic };
    points.validate().with_context(|| file.display().to_string())?;
    Ok(Function::new(Activation::Learned(points), Kind::Ordinary))
}

/// Runs `table`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let Command::Explain(args) = &args.command;
    let mut target = Target::new(args.target.0).with_dsp(args.dsp == super::generate::Switch::On);
    if let Some(clock) = args.clock {
        target = target.with_clock(clock.0);
    }
    let search = args.ask.search(target)?;
    let rows = search.rows()?;
    let text = text(&search, &rows);
    let json = serde_json::json!({
        "ok": true,
        "function": search.function.to_string(),
        "from": args.ask.from.to_string(),
        "to": args.ask.to.to_string(),
        "target": search.target.family.name(),
        "minimised": search.minimise.unit(),
        "chosen": 0,
        "candidates": rows,
    });
    Ok(Outcome::held(text, json))
}

fn text(search: &Search, rows: &[Row]) -> String {
    let mut table = Table::new(&[
        "",
        "degree",
        "segments",
        "rows",
        "row bits",
        "bits",
        "LUT",
        "DSP",
        "BRAM",
        "stages",
        "worst ulp",
        "right %",
        "price",
    ]);
    for (i, r) in rows.iter().enumerate() {
        table.row([
            if i == 0 { ">" } else { "" }.to_owned(),
            r.degree.to_string(),
            r.segments.to_owned(),
            r.rows.to_string(),
            r.row_bits.to_string(),
            r.bits.to_string(),
            format!("{:.0}", r.lut),
            r.dsp.to_string(),
            r.bram.to_string(),
            r.stages.to_string(),
            format!("{:.4}", r.worst_ulp),
            format!("{:.1}", 100.0 * r.correctly_rounded),
            format!("{:.0}", r.price),
        ]);
    }
    let chosen = &rows[0];
    let gap = match rows.get(1) {
        Some(next) => format!("{:.0} less than the next", next.price - chosen.price),
        None => "the only one".to_owned(),
    };
    format!(
        "{}, {} to {}, below {} ulp, on {} at {} MHz\n\n{table}\nchosen: degree {}, {} segments: the lowest price in \
         {}, {gap}\n",
        search.function,
        search.from,
        search.to,
        search.max_ulp,
        search.target.family,
        search.target.clock_mhz,
        chosen.degree,
        chosen.segments,
        search.minimise.unit(),
    )
}
