//! A budget of look-up tables for a network of neurons: the best of the integers whose circuit keeps within it.

use super::means;
use super::quantize::decided;
use super::widths::{PRICES, Search, Sized};
use crate::project::{Build, Project, Quantize};
use crate::term;
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::QuantOptions;
use gainstage_hdl::arch::{measure, usual_part};
use gainstage_hdl::board::Capacity;

/// The fewest bits that are tried.
const FEWEST: u32 = 3;

/// Rounded integers with more than this share of the budget are not trained: training hardly changes what a circuit takes.
const NEAR: f64 = 1.5;

/// Widths that are compared: once a width keeps within the budget, narrower ones seldom are better.
const COMPARED: usize = 2;

/// What is allowed, and what circuits are priced for.
pub struct Budget<'a> {
    /// The most look-up tables, of the family's size, by estimate.
    pub most: usize,
    /// What the project says of the circuit.
    pub build: &'a Build,
    /// The part, if a board says which.
    pub part: Option<Capacity>,
}

impl<'a> Budget<'a> {
    /// That of a project, if it has one, on a part.
    pub fn of(project: &'a Project, part: Option<Capacity>) -> Option<Budget<'a>> {
        project.network.max_luts().map(|most| Budget { most, build: &project.build, part })
    }

    /// Look-up tables of a plan's circuit by estimate, as it is; none where it cannot be built.
    fn price(&self, plan: &Plan) -> Option<usize> {
        let part = self.part.unwrap_or_else(|| usual_part(self.build.target.0));
        let means = means::chosen(self.build, plan, part).ok()?;
        Some(measure(plan.valid().ok()?, means, part).ok()?.cost.lut as usize)
    }
}

/// A plan, its formats, and what its circuit takes.
struct Made {
    options: QuantOptions,
    plan: Plan,
    lut: usize,
}

/// What was found without a budget if it keeps within it, else the best of narrower formats that do.
///
/// # Errors
/// A budget that nothing keeps within; names the smallest that was made.
pub fn within(
    search: &mut Search,
    found: Sized,
    widest: &QuantOptions,
    how: &Quantize,
    budget: &Budget,
) -> anyhow::Result<Sized> {
    let model = search.model();
    // Those that are tried give scores still: what is wanted of a classifier takes look-up tables too.
    let price = |plan: &Plan| budget.price(&decided(plan.clone(), model, how).ok()?);
    let whole = budget.price(&found.plan);
    if whole.is_some_and(|lut| lut <= budget.most) {
        return Ok(found);
    }
    let tables = |lut: Option<usize>| lut.map_or("too many".into(), |lut| lut.to_string());
    term::say(&format!(
        "{} bits take {} look-up tables of {} allowed: fewer bits",
        found.bits,
        tables(whole),
        budget.most
    ));
    let (mut fitting, mut smallest): (Vec<Made>, Option<usize>) = (Vec::new(), whole);
    for bits in (FEWEST..found.bits).rev() {
        let options = QuantOptions { bits, layers: Vec::new(), ..widest.clone() };
        let Ok(rounded) = search.make(&options) else { continue };
        let Some(lut) = price(&rounded) else { continue };
        smallest = Some(smallest.map_or(lut, |s| s.min(lut)));
        if lut as f64 > NEAR * budget.most as f64 {
            continue;
        }
        if let Some((plan, lut)) = cheaper(search, &options, rounded, budget.most, &price)? {
            term::say(&format!("{bits} bits, {lut} look-up tables: {}", search.figure(&plan)));
            fitting.push(Made { options, plan, lut });
        }
        if fitting.len() == COMPARED {
            break;
        }
    }
    let best = fitting.into_iter().try_fold(None, |best: Option<Made>, next| {
        let better = best.as_ref().map_or(Ok(true), |best| search.prefers(&best.plan, &next.plan))?;
        anyhow::Ok(if better { Some(next) } else { best })
    })?;
    let Some(Made { options, plan, lut }) = best else {
        anyhow::bail!(
            "no circuit of at most {} look-up tables was found: the smallest has {}; raise max-luts, take fewer neurons, share \
             multipliers (arch = \"folded\" or \"sequential\" in [build]), or let edges = \"learned\" find a network",
            budget.most,
            tables(smallest)
        );
    };
    term::say(&format!("{} bits are taken: {lut} look-up tables of {}", options.bits, budget.most));
    search.finish((options, plan))
}

/// The integers trained, and then moved to fewer adders until their circuit keeps within the budget; none if it does not.
fn cheaper(
    search: &Search,
    options: &QuantOptions,
    rounded: Plan,
    most: usize,
    price: &dyn Fn(&Plan) -> Option<usize>,
) -> anyhow::Result<Option<(Plan, usize)>> {
    let mut plan = search.tuned(options, rounded)?;
    for adders in std::iter::once(None).chain(PRICES.map(Some)) {
        if let Some(adders) = adders {
            let Some(next) = search.moved(&plan, adders) else { break };
            plan = next;
        }
        if let Some(lut) = price(&plan).filter(|lut| *lut <= most) {
            return Ok(Some((plan, lut)));
        }
    }
    Ok(None)
}
