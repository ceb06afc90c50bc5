//! `generate unit`: a squarer, a divider or a table alone.

use super::super::table::Ask;
use super::{Means, Outcome};
use crate::term;
use anyhow::Context;
use clap::Subcommand;
use gainstage_golden::func::Kind;
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Plan, attenuator_constant};
use gainstage_hdl::units::{function_tag, number_tag, tag};

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
    #[arg(long, value_name = "FORMAT")]
    from: Format,
    /// Format of the output
    #[arg(long, value_name = "FORMAT")]
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
    let mut used = None;
    let (plan, means) = match &args.unit {
        Unit::Squarer(c) => (Plan::of_squarer(&name("squarer", c.from, c.to), c.from, c.to), &c.means),
        Unit::Divider { b, common: c } => {
            let code = attenuator_constant(*b, c.from).context("divider")?;
            used = Some(Constant::new(*b, code, c.from));
            let kind = format!("divider_b{}", number_tag(*b));
            (Plan::of_attenuator(&name(&kind, c.from, c.to), code, c.from, c.to), &c.means)
        }
        Unit::Table { ask, means } => {
            let table = ask.search(means.target()?)?.candidates()?.swap_remove(0).table;
            let kind = format!("table_{}", function_tag(&table.function()));
            (Plan::of_table(&name(&kind, ask.from, ask.to), table), means)
        }
    };
    // A unit has no layers and neurons that a fault could be placed in.
    plan.validate().map_err(|e| anyhow::Error::new(e.fault).context(plan.name.clone()))?;
    let mut outcome = means.write(&plan)?;
    if let Some(constant) = used {
        constant.tell(&mut outcome);
    }
    Ok(outcome)
}

/// The divider's b as it was asked for and as the circuit has it.
struct Constant {
    asked: f64,
    used: f64,
    /// Fraction bits of the input that hold b closely enough, if those it has do not.
    better: Option<i32>,
}

/// A b that is further off than this, relatively, is worth a word about more fraction bits.
const CLOSE: f64 = 1e-3;

impl Constant {
    fn new(asked: f64, code: i64, h: Format) -> Constant {
        let value = |code: i64, h: Format| (code as f64) * 2f64.powi(-2 * h.frac);
        let off =
            |h: Format| attenuator_constant(asked, h).map_or(1.0, |c| (value(c, h) / asked - 1.0).abs());
        let better = match off(h) > CLOSE {
            true => (h.frac..=64).find(|&frac| off(Format { frac, ..h }) <= CLOSE),
            false => None,
        };
        Constant { asked, used: value(code, h), better }
    }

    /// Says which b the circuit has, and notes a b that is far off.
    fn tell(&self, outcome: &mut Outcome) {
        let Constant { asked, used, better } = self;
        outcome.json["b"] = (*used).into();
        outcome.text += &format!("b = {used}\n");
        if let Some(frac) = better {
            term::say(&format!(
                "note: b is {used} instead of {asked}, because it has twice the fraction bits of --from; with {frac} \
                 fraction bits there it would be within 0.1 %"
            ));
        }
    }
}

/// The module's name says what it is.
fn name(kind: &str, from: Format, to: Format) -> String {
    format!("{kind}_{}_{}", tag(from), tag(to))
}
