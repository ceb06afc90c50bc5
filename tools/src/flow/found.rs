//! Circuits that a search found: of learned edges, of neurons, or, for values of one input, of a table or piecewise polynomial
//! for each output.

use super::edges::{named, plan};
use super::hunt::{Budget, Hunt, place};
use super::neurons::neurons;
use crate::interrupt;
use crate::project::{Project, Quantize};
use crate::term;
use anyhow::Context;
use gainstage_golden::approx::{Table, TableShape};
use gainstage_golden::curves::{self, Candidate, Curves, Stops};
use gainstage_golden::data::Samples;
use gainstage_golden::edge::{self, Point, Search, Setting, price_of_sums, price_of_table, selecting};
use gainstage_golden::net::Model;
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_golden::watch;
use gainstage_hdl::device::{Family, TableCost, Target};
use std::path::Path;
use std::time::{Duration, Instant};

/// A circuit.
#[derive(Debug)]
pub struct Found {
    /// Its bits.
    pub plan: Plan,
    /// Look-up tables of six inputs by estimate, without the decision between scores.
    pub lut: usize,
    /// Share of errors, or root mean square error in deviations of the target, on samples held out of training.
    pub error: f64,
    /// What selects: the error, of classes with the loss, both to be small ([`Point::merit`]).
    pub merit: f64,
    /// Functions, of learned edges.
    pub edges: Option<usize>,
    /// What tables outright were trained with; none for others.
    pub setting: Option<Setting>,
    /// What computes it, in a few words.
    pub kind: String,
    /// The network in real numbers that it stands for, if there is one.
    pub model: Option<Model>,
}

/// The circuits that no other beats, from the smallest on, of all that were looked at.
pub struct Front {
    /// The circuits.
    pub found: Vec<Found>,
    /// How many were looked at.
    pub looked_at: usize,
}

/// Whether samples ask for values of one input, which take no trials.
pub fn is_curve(samples: &Samples) -> bool {
    samples.inputs() == 1 && samples.classes().is_empty()
}

/// A circuit of twice the look-up tables must have a merit smaller by this factor to be worth them: of classes, much of whose loss
/// no circuit can avoid, and of values.
const TWICE: [f64; 2] = [1.03, 1.10];

/// An error of values below this is none.
const NONE: f64 = 1e-9;

/// What is added to all merits before they are compared: of classes what is left open by as few samples as
/// select (two errors more, as Agresti and Coull estimate a share, 1998), lest circuits grow for the last of a cross-entropy
/// that is all but nothing.
fn open(samples: &Samples) -> f64 {
    if samples.classes().is_empty() { NONE } else { 2.0 / (selecting(samples.rows()) + 4) as f64 }
}

impl Front {
    /// The circuits within a budget: of trials, kept in a directory, or of a function of one input.
    ///
    /// # Errors
    /// As [`Hunt::run`].
    pub fn search(
        project: &Project,
        samples: &Samples,
        budget: Budget,
        kept: Option<&Path>,
    ) -> anyhow::Result<Front> {
        let hunt = hunt(project, samples, budget, kept)?;
        let (name, begun) = (project.name.0.as_str(), Instant::now());
        let share = |of: f64| budget.seconds().map(|s| begun + Duration::from_secs_f64(of * s));
        let how = (name, &project.quantize);
        let front = if !samples.classes().is_empty() {
            let neurons = neurons(how, samples, hunt.search(), share(0.2))?;
            Front::of(neurons).and(Front::of_points(how, samples, hunt.run()?)?)
        } else if is_curve(samples) {
            curves(name, samples, hunt.search(), [None, share(0.7), share(1.0)])?
        } else {
            // Edges have what time is left.
            let curves = curves(name, samples, hunt.search(), [share(0.3), share(0.45), share(0.6)])?;
            let neurons = Front::of(neurons(how, samples, hunt.search(), share(0.75))?);
            curves.and(neurons).and(Front::of_points(how, samples, hunt.run()?)?)
        };
        if front.found.is_empty() {
            interrupt::check()?;
            anyhow::bail!("no circuit was finished in this time: give more minutes");
        }
        Ok(front)
    }

    /// Of circuits, all of which were looked at.
    fn of(found: Vec<Found>) -> Front {
        Front { looked_at: found.len(), found: undominated(found) }
    }

    /// The better ones of both.
    fn and(mut self, other: Front) -> Front {
        self.found.extend(other.found);
        Front { found: undominated(self.found), looked_at: self.looked_at + other.looked_at }
    }

    /// Of learned edges, with a name, and what comes out of classifiers.
    ///
    /// # Errors
    /// What the contract refuses.
    pub fn of_points(
        (name, how): (&str, &Quantize),
        samples: &Samples,
        points: Vec<Point>,
    ) -> anyhow::Result<Front> {
        let looked_at = points.len();
        let one = |point: Point| {
            let plan = plan(name, how, samples, &point)?;
            // Curves know no loss: of values the errors of both are compared.
            let merit = if samples.classes().is_empty() { point.error } else { point.merit() };
            let kind = match &point.setting {
                s if s.joint > 0 => "joint table",
                s if s.tuple > 0 => "tables of tuples",
                _ => "tables",
            };
            let kind = kind.to_owned();
            let (edges, setting) = (Some(point.circuit.edges()), Some(point.setting));
            let (lut, error) = (point.lut, point.error);
            Ok(Found { plan, lut, error, merit, edges, setting, kind, model: None })
        };
        let found = edge::undominated(points).into_iter().map(one).collect::<anyhow::Result<_>>()?;
        Ok(Front { found, looked_at })
    }

    /// The best circuit within a budget of look-up tables; without one, the best for its size ([`TWICE`]) of those found with
    /// these samples. Behind it smaller ones, the largest first.
    ///
    /// # Errors
    /// A budget that none meets; names the smallest found.
    pub fn choose(self, budget: Option<usize>, samples: &Samples) -> anyhow::Result<Vec<Found>> {
        let mut found = self.found;
        let least = found.first().map_or(0, |p| p.lut);
        let (twice, open) = (TWICE[usize::from(samples.classes().is_empty())].ln(), open(samples));
        let worth = |p: &Found| (p.merit + open).ln() + twice * (p.lut.max(1) as f64).log2();
        let chosen = match budget {
            Some(most) => found.iter().rposition(|p| p.lut <= most),
            None => (0..found.len()).min_by(|&a, &b| worth(&found[a]).total_cmp(&worth(&found[b]))),
        };
        let chosen = chosen.with_context(|| {
            let most = budget.unwrap_or(0);
            format!("no circuit of at most {most} look-up tables was found: the smallest has {least}; raise max-luts, or give more minutes")
        })?;
        found.truncate(chosen + 1);
        found.reverse();
        Ok(found)
    }
}

/// The trials of a project.
///
/// # Errors
/// As [`Hunt::new`].
pub fn hunt<'a>(
    project: &Project,
    samples: &'a Samples,
    budget: Budget,
    kept: Option<&Path>,
) -> anyhow::Result<Hunt<'a>> {
    let mut ports = project.network.edges().map(|edges| edges.ports.clone()).unwrap_or_default();
    let fixed: Vec<usize> = ports.keys().filter_map(|name| place(samples, name)).collect();
    for i in 0..samples.inputs() {
        // What is counted in whole numbers comes in as it is: the circuit drops bits, not who uses it.
        let name = samples.names().input(i);
        if let Some(format) = whole(samples, i).filter(|_| !fixed.contains(&i)) {
            ports.insert(name, format);
        }
    }
    Hunt::new(samples, &ports, budget, kept)
}

/// Bits of the whole numbers that ports take as they are.
const WHOLE: u32 = 24;

/// The format of an input whose values are whole numbers; none for others.
fn whole(samples: &Samples, i: usize) -> Option<Format> {
    let mut values = samples.x().iter().skip(i).step_by(samples.inputs());
    let (lo, hi) = samples.input_range(i);
    let reach = hi.max(-lo - 1.0);
    if !values.all(|v| v.fract() == 0.0) || reach >= (1u64 << WHOLE) as f64 {
        return None;
    }
    let signed = lo < 0.0;
    let bits = u64::BITS - (reach.max(1.0) as u64).leading_zeros();
    Format::new(signed, (bits + u32::from(signed)).max(2), 0).ok()
}

/// Circuits of curves, for values: piecewise polynomials for every connection.
///
/// # Errors
/// Samples that nothing can be learned from.
pub fn curves(
    name: &str,
    samples: &Samples,
    search: &Search,
    [trained, tried, made]: [Option<Instant>; 3],
) -> anyhow::Result<Front> {
    let watch = watch::here();
    let over =
        |end: Option<Instant>| end.is_some_and(|end| Instant::now() >= end) || interrupt::wanted(&watch);
    let cost = TableCost::new(&target());
    let stops = Stops { trained: &|| over(trained), tried: &|| over(tried), made: &|| over(made) };
    let candidates = curves::sweep(samples, search, &cost, stops)?;
    let looked_at = candidates.len();
    if looked_at == 0 && interrupt::check().is_ok() {
        term::say(
            "warning: no circuit of curves was finished in this time: more minutes may find better ones",
        );
    }
    let one = |c: Candidate| {
        anyhow::Ok(Found {
            plan: named(c.curves.plan(name)?, samples),
            lut: price(&c.curves, &cost),
            error: c.error,
            merit: c.error,
            edges: Some(c.curves.circuit.edges()),
            setting: None,
            kind: "curves".to_owned(),
            model: None,
        })
    };
    let found = candidates.into_iter().map(one).collect::<anyhow::Result<_>>()?;
    Ok(Front { found: undominated(found), looked_at })
}

/// The circuits that no other beats, from the smallest on.
fn undominated(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| a.lut.cmp(&b.lut).then(a.merit.total_cmp(&b.merit)));
    let mut best = f64::INFINITY;
    found.retain(|f| {
        let better = f.merit < best;
        best = best.min(f.merit);
        better
    });
    found
}

/// What look-up tables are counted on: of six inputs, no multipliers, no block RAM.
fn target() -> Target {
    Target::new(Family::Xc7).with_dsp(false).with_block_ram(false)
}

fn price(curves: &Curves, cost: &TableCost) -> usize {
    let tables = curves.tables.iter().flatten().flatten();
    price_of_sums(&curves.circuit) + tables.map(|t| table(t, cost)).sum::<usize>()
}

/// Constants that are stored as they are have their price by content, polynomials by the sizes of their parts.
fn table(table: &Table, cost: &TableCost) -> usize {
    if table.steps.is_empty() && table.tree.is_none() {
        let segments = (0..=table.input.max_code()).step_by(1 << table.segment_bits);
        let results: Vec<i64> = segments.map(|code| table.eval(code)).collect();
        return price_of_table(&results, table.input.width - table.segment_bits);
    }
    cost.estimate(&TableShape::of(table)).lut.ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use gainstage_golden::approx::{Demand, approximate};

    /// Circuits of so many look-up tables and such a merit.
    fn front(all: &[(usize, f64)]) -> Front {
        let format = Format::new(true, 6, 3).expect("a format");
        let table =
            approximate(&"tanh".parse().expect("tanh"), format, format, &Demand::default()).expect("a table");
        let plan = Plan::of_table("t", table);
        let one = |&(lut, merit): &(usize, f64)| Found {
            plan: plan.clone(),
            lut,
            error: merit,
            merit,
            edges: None,
            setting: None,
            kind: String::new(),
            model: None,
        };
        Front::of(all.iter().map(one).collect())
    }

    /// So many samples, of values or of two classes.
    fn samples(rows: usize, classes: bool) -> Samples {
        let x = (0..rows).map(|i| i as f64).collect();
        let labels: Vec<usize> = (0..rows).map(|i| i % 2).collect();
        let names = ["a", "b"].map(str::to_owned).to_vec();
        match classes {
            true => Samples::labelled(1, x, &labels, names),
            false => Samples::new(1, 1, x, labels.iter().map(|&l| l as f64).collect()),
        }
        .expect("samples")
    }

    #[test]
    fn the_best_for_its_size_is_built() {
        let chosen = |all: &[(usize, f64)], budget, samples: &Samples| {
            front(all).choose(budget, samples).map(|found| found.iter().map(|f| f.lut).collect::<Vec<_>>())
        };
        let (values, classes) = (samples(100, false), samples(100_000, true));
        // Of values twice the look-up tables must be worth a tenth, of classes 3 %.
        let (little, much) = ([(100, 1.0), (200, 0.95)], [(100, 1.0), (200, 0.85)]);
        assert_eq!(chosen(&little, None, &values).expect("a circuit"), [100]);
        assert_eq!(chosen(&little, None, &classes).expect("a circuit"), [200, 100]);
        assert_eq!(chosen(&much, None, &values).expect("a circuit"), [200, 100]);
        // Without any error the smallest is the best; within a budget the best is, whatever its size.
        assert_eq!(chosen(&[(10, 0.5), (20, 0.0), (40, -0.0)], None, &values).expect("a circuit"), [20, 10]);
        assert_eq!(chosen(&little, Some(300), &values).expect("a circuit"), [200, 100]);
        let said = chosen(&little, Some(99), &values).expect_err("too small").to_string();
        assert!(said.contains("at most 99 look-up tables was found: the smallest has 100"), "{said}");
    }

    #[test]
    fn few_samples_of_classes_do_not_pay_for_the_last_of_a_loss() {
        let certain = [(20, 0.3), (100, 1e-3), (800, 1e-7), (4000, 1e-9)];
        let chosen = |rows| front(&certain).choose(None, &samples(rows, true)).expect("a circuit")[0].lut;
        // 20 select: all that is far below 2/24 is alike. 200,000 tell 1e-3 from 1e-7, and not 1e-7 from 1e-9.
        assert_eq!(chosen(100), 100);
        assert_eq!(chosen(1_000_000), 800);
    }
}
