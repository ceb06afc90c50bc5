//! `generate unit`: a squarer, a divider or a table alone.

use super::super::parse_format;
use super::super::table::Ask;
use super::{Means, Outcome};
use clap::Subcommand;
use gainstage_golden::func::Kind;
use gainstage_golden::num::{Format, MAX_WIDTH, Rounding, quantize};
use gainstage_golden::plan::Plan;
use gainstage_hdl::units::tag;

/// Arguments of `generate unit`.
#[derive(clap::Args)]
#[command(after_help = "\
Formats are written as s18.12: signed (u: unsigned), 18 bits, 12 of them behind the binary point. `verify` runs \
every input code where there are at most 2^20.

Examples:
  gainstage generate unit squarer --from s12.8 --to s16.8 -o squarer
  gainstage generate unit divider --b 1 --from s12.8 --to s12.11 -o divider
  gainstage generate unit table --function 'psoftplus(0.3)' --from s14.10 --to s14.10 -o table")]
pub struct Args {
    #[command(subcommand)]
    unit: Unit,
}

#[derive(Subcommand)]
enum Unit {
    /// y = h^2, the amplifying neuron's
    Squarer(Common),
    /// y = h / (h^2 + b), the attenuating neuron's
    Divider {
        /// The constant b, above 0
        #[arg(long, value_name = "B", default_value = "1", value_parser = parse_b)]
        b: f64,
        #[command(flatten)]
        common: Common,
    },
    /// A piecewise polynomial that approximates an activation, or an activation followed by a kind; `table explain`
    /// shows what there is to choose from
    Table {
        #[command(flatten)]
        ask: Ask,
        #[command(flatten)]
        means: Means,
    },
}

#[derive(clap::Args)]
struct Common {
    /// Format of the input
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    from: Format,
    /// Format of the output
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    to: Format,
    #[command(flatten)]
    means: Means,
}

fn parse_b(text: &str) -> Result<f64, String> {
    let b: f64 = text.parse().map_err(|_| format!("{text:?} is not a number"))?;
    Kind::Attenuating { b }.validate().map(|()| b).map_err(|e| e.to_string())
}

/// Runs `generate unit`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let (plan, means) = match &args.unit {
        Unit::Squarer(c) => (Plan::of_squarer(&name("squarer", c.from, c.to), c.from, c.to), &c.means),
        Unit::Divider { b, common: c } => {
            // b at the precision of h², as the contract says.
            let exact = Format { signed: false, width: MAX_WIDTH, frac: 2 * c.from.frac };
            let b = quantize(*b, exact, Rounding::HalfUp).unwrap_or(1).max(1);
            (Plan::of_attenuator(&name("divider", c.from, c.to), b, c.from, c.to), &c.means)
        }
        Unit::Table { ask, means } => {
            let table = ask.search(means.target()).candidates()?.swap_remove(0).table;
            (Plan::of_table(&name("table", ask.from, ask.to), table), means)
        }
    };
    plan.validate()?;
    means.write(&plan)
}

/// The module's name says what it is.
fn name(kind: &str, from: Format, to: Format) -> String {
    format!("{kind}_{}_{}", tag(from), tag(to))
}
