//! `generate unit`: a squarer, a divider or a table alone.

use super::{Means, Outcome};
use crate::project::MaxUlp;
use anyhow::Context;
use clap::Subcommand;
use gainstage_golden::approx::{Demand, approximate};
use gainstage_golden::func::{Function, Kind};
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
    /// A piecewise polynomial that approximates an activation, or an activation followed by a kind
    Table {
        /// The function: an activation such as 'tanh', or with a kind such as 'psoftplus(0.3)*amplifying'
        #[arg(long)]
        function: Function,
        /// Error that the table must stay below, in ulp of the output
        #[arg(long, value_name = "ULP", default_value = "1")]
        max_ulp: MaxUlp,
        /// Degree of the polynomials [default: chosen]
        #[arg(long, value_parser = clap::value_parser!(u32).range(0..=3))]
        degree: Option<u32>,
        #[command(flatten)]
        common: Common,
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

/// Reads `s18.12`.
fn parse_format(text: &str) -> Result<Format, String> {
    let cure =
        || format!("{text:?} is no format: write s18.12 (signed, 18 bits, 12 behind the point) or u18.12");
    let (signed, rest) = match text.split_at_checked(1) {
        Some(("s", rest)) => (true, rest),
        Some(("u", rest)) => (false, rest),
        _ => return Err(cure()),
    };
    let (width, frac) = rest.split_once('.').ok_or_else(cure)?;
    let (width, frac) = width.parse().ok().zip(frac.parse().ok()).ok_or_else(cure)?;
    Format::new(signed, width, frac).map_err(|e| e.to_string())
}

/// Runs `generate unit`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let (plan, common) = match &args.unit {
        Unit::Squarer(c) => (Plan::of_squarer(&name("squarer", c), c.from, c.to), c),
        Unit::Divider { b, common: c } => {
            // b at the precision of h², as the contract says.
            let exact = Format { signed: false, width: MAX_WIDTH, frac: 2 * c.from.frac };
            let b = quantize(*b, exact, Rounding::HalfUp).unwrap_or(1).max(1);
            (Plan::of_attenuator(&name("divider", c), b, c.from, c.to), c)
        }
        Unit::Table { function, max_ulp, degree, common: c } => {
            let demand = Demand { max_ulp: max_ulp.0, degree: *degree, ..Demand::default() };
            let table = approximate(function, c.from, c.to, &demand).context("no such table")?;
            (Plan::of_table(&name("table", c), table), c)
        }
    };
    plan.validate()?;
    common.means.write(&plan)
}

/// The module's name says what it is.
fn name(kind: &str, c: &Common) -> String {
    format!("{kind}_{}_{}", tag(c.from), tag(c.to))
}
