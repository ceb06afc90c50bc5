//! The widths of a plan: those that are given, or the smallest that lose little.

use super::budget::{Budget, within};
use super::evaluate;
use super::quantize::{Maker, Points, decided, options};
use super::tune::{Tuning, worths_of};
use crate::project::{Method, Quantize, Width};
use crate::report::widths;
use crate::term;
use gainstage_golden::approx;
use gainstage_golden::data::Samples;
use gainstage_golden::net::{Model, Network};
use gainstage_golden::plan::Plan;
use gainstage_golden::qat;
use gainstage_golden::quant::{Granularity, QuantOptions, smallest_widths};
use gainstage_golden::tune::Effort;
use std::cell::Cell;

/// The widest formats that are tried where no width is given.
const WIDEST: u32 = 24;

/// The narrowest that are taken where none is good.
const NARROW: u32 = 8;

/// What the widths that are found may lose where nothing else is said: a share of the real-valued network's error, or of the
/// samples. It is less than what `build` lets pass, because other samples than those of the search judge in the end.
const LITTLE: f64 = 0.10;
const LITTLE_CLASSES: f64 = 0.005;

/// A plan, and its widths.
pub struct Sized {
    /// The plan.
    pub plan: Plan,
    /// The real-valued network, layer by layer what the plan computes: conditioned inputs are a layer of their own.
    pub network: Network,
    /// What the plan does not see of its inputs.
    pub concerns: Vec<String>,
    /// Total width where no layer says otherwise.
    pub bits: u32,
    /// Width of every layer, where they were searched for.
    pub layers: Option<Vec<u32>>,
    /// How the codes came about that were best.
    pub method: Method,
}

/// The plan of a model with the widths that are given; where none are, with the smallest that lose little on `seen`. Where
/// even the widest lose more, with those: what is lost is said by whoever judges. A budget takes narrower formats, if it must.
///
/// # Errors
/// Widths that cannot hold the values, tables that cannot be met, overrides of layers that are not there; a budget that
/// nothing keeps within.
pub fn sized(
    model: &Model,
    points: &Points,
    how: &Quantize,
    seen: Option<&Samples>,
    budget: Option<&Budget>,
) -> anyhow::Result<Sized> {
    let mut search = Search::new(model, points, how, seen);
    let widest = options(model, how)?;
    let found = search.sized(widest.clone(), seen.is_some())?;
    match budget {
        Some(budget) => within(&mut search, found, &widest, how, budget),
        None => Ok(found),
    }
}
/// Quantizes a model with the smallest widths, `how.bits` at most, whose error on `samples` is at most the share `loss`
/// above that of the real-valued network; for a classifier, whose accuracy is at most `loss` below.
///
/// # Errors
/// As [`sized`]; or no such widths.
pub fn smallest(
    model: &Model,
    points: &Points,
    how: &Quantize,
    samples: &Samples,
    loss: f64,
) -> anyhow::Result<Sized> {
    let mut widest = options(model, how)?;
    if how.bits == Width::Auto {
        widest.bits = WIDEST;
    }
    let mut search = Search::new(model, points, how, Some(samples));
    search.allow(WIDTHS * loss)?;
    let Some(found) = search.run(&widest)? else {
        anyhow::bail!(
            "{} bits lose more than {} %: allow more bits (--bits) or a greater loss, or take --refine and --formats value",
            widest.bits,
            100.0 * loss
        );
    };
    search.thrifty(found, loss)
}

/// Samples that judge plans.
struct Judge {
    samples: Samples,
    /// The least worth of every output that is good.
    least: Vec<f64>,
}

/// What plans are made of and judged by.
pub struct Search<'a> {
    model: &'a Model,
    how: &'a Quantize,
    maker: Maker,
    /// None where there are no targets, or codes are only to be rounded.
    tuning: Option<Tuning>,
    /// Those held out of tuning, and all.
    judges: Vec<Judge>,
    /// How the codes of the best plan came about.
    method: Cell<Method>,
}

impl<'a> Search<'a> {
    fn new(model: &'a Model, points: &Points, how: &'a Quantize, seen: Option<&Samples>) -> Search<'a> {
        let tuned = seen.filter(|s| how.method != Method::Ptq && s.outputs() == model.network.outputs());
        let tuning = tuned.map(|s| Tuning::of(s, &model.network, points));
        let held = tuning.as_ref().map(|t| t.held().clone());
        let judge = |samples| Judge { samples, least: Vec::new() };
        let judges = held.into_iter().chain(seen.map(Samples::repeated)).map(judge).collect();
        let maker = Maker::new(model, points, how);
        Search { model, how, maker, tuning, judges, method: Cell::new(Method::Ptq) }
    }

    /// The widths that are given, or the smallest that lose little where samples judge.
    fn sized(&mut self, mut widest: QuantOptions, judged: bool) -> anyhow::Result<Sized> {
        let little = if self.model.classes.is_empty() { LITTLE } else { LITTLE_CLASSES };
        let loss = self.how.max_loss.map_or(little, |p| p.0);
        if self.how.bits != Width::Auto || !self.how.layers.is_empty() || !judged {
            let plan = self.maker.make(&widest)?;
            return Ok(Sized { layers: None, ..self.settle((widest, plan))? });
        }
        widest.bits = WIDEST;
        self.allow(WIDTHS * loss)?;
        match self.run(&widest)? {
            Some(found) => self.thrifty(found, loss),
            None => {
                // The widest that has a plan.
                let at = |bits| QuantOptions { bits, ..widest.clone() };
                let mut make = |bits| self.maker.make(&at(bits)).map(|plan| (at(bits), plan));
                let made = (NARROW..=WIDEST).rev().find_map(|bits| make(bits).ok());
                // Why there is none is told of the widest.
                let (options, plan) = made.map_or_else(|| make(WIDEST), Ok)?;
                let lost = format!("all of up to {} bits lose more than {} %", options.bits, 100.0 * loss);
                term::say(&format!("{lost} on the samples of training: {} are taken", options.bits));
                self.method.set(Method::Ptq);
                self.settle((options, plan))
            }
        }
    }

    /// Says what may be lost.
    fn allow(&mut self, loss: f64) -> anyhow::Result<()> {
        for Judge { samples, least } in &mut self.judges {
            let float = worths_of(&evaluate::float(&self.model.network, samples), samples)?;
            let allowed = |(o, worth): (usize, f64)| match samples.classes() {
                [] => (worth * (1.0 + loss)).min(-NONE * span(samples, o)),
                _ => worth - loss,
            };
            *least = float.into_iter().enumerate().map(allowed).collect();
        }
        Ok(())
    }

    /// The network that is quantized.
    pub fn model(&self) -> &'a Model {
        self.model
    }

    /// A plan whose values are rounded.
    ///
    /// # Errors
    /// As [`sized`].
    pub fn make(&mut self, options: &QuantOptions) -> anyhow::Result<Plan> {
        Ok(self.maker.make(options)?)
    }

    /// The plan with codes moved at a price of adders; none where there are no samples with targets.
    pub fn moved(&self, plan: &Plan, price: f64) -> Option<Plan> {
        self.tuning.as_ref().map(|tuning| tuning.moved(plan, Effort { price, ..TRIAL }).0)
    }

    /// Whether another plan is better; without samples with targets, never.
    ///
    /// # Errors
    /// Samples without targets.
    pub fn prefers(&self, plan: &Plan, other: &Plan) -> anyhow::Result<bool> {
        self.tuning.as_ref().map_or(Ok(false), |tuning| tuning.prefers(plan, other))
    }

    /// How good a plan is, for people.
    pub fn figure(&self, plan: &Plan) -> String {
        Search::good(&self.judges, plan).1
    }

    /// Whether a plan is good by all that judge; and how good by the last, for people.
    fn good(judges: &[Judge], plan: &Plan) -> (bool, String) {
        let (mut good, mut figure) = (true, String::new());
        for Judge { samples, least } in judges {
            let values = evaluate::fixed(plan, samples).values;
            let found = worths_of(&values, samples);
            good &= found.is_ok_and(|found| found.iter().zip(least).all(|(found, least)| found >= least));
            figure = evaluate::judge(&values, samples).map_or(String::new(), |judged| judged.figure());
        }
        (good, figure)
    }

    /// The smallest widths, `widest` at most, that are good.
    fn run(&mut self, widest: &QuantOptions) -> anyhow::Result<Option<(QuantOptions, Plan)>> {
        let Search { maker, tuning, judges, method, how, .. } = self;
        let said = |options: &QuantOptions, plan: &Plan, how: &str| {
            let (good, figure) = Search::good(judges, plan);
            let verdict = match (good, options.demand.effort) {
                (true, _) => "good",
                (false, approx::Effort::Rough) => "too much is lost",
                (false, _) => "too much is lost with the final tables: a step wider",
            };
            term::say(&format!(
                "{}, {how}: {figure}, {verdict}",
                widths(options.bits, Some(&by_layer(options)))
            ));
            good
        };
        // What was found of the plan that was made last.
        let last = Cell::new(false);
        let found = smallest_widths(
            widest,
            self.model.network.layers.len(),
            |o| {
                let rounded = maker.make(o)?;
                let mut plan = rounded.clone();
                last.set(said(o, &plan, "rounded"));
                method.set(Method::Ptq);
                // What rounding alone makes good needs no tuning to be told so.
                if let Some(tuning) = tuning.as_ref().filter(|_| !last.get()) {
                    plan = tuning.run(plan.clone(), TRIAL).unwrap_or(plan);
                    last.set(said(o, &plan, "tuned"));
                    method.set(if plan == rounded { Method::Ptq } else { Method::Tune });
                    if how.method == Method::Qat && !last.get() {
                        let trained = tuning.trained(&rounded, &trial(o));
                        last.set(said(o, &trained, "trained"));
                        if last.get() {
                            method.set(Method::Qat);
                            plan = trained;
                        }
                    }
                }
                Ok(plan)
            },
            |_| last.get(),
        )?;
        Ok(found)
    }

    /// The plan with the fewest adders that still loses no more than is allowed: codes move on and on, at a rising price.
    fn thrifty(&mut self, (options, plan): (QuantOptions, Plan), loss: f64) -> anyhow::Result<Sized> {
        self.allow(loss)?;
        let Some(tuning) = &self.tuning else { return self.settle((options, plan)) };
        let found = self.method.get();
        let mut best = self.tuned(&options, plan.clone())?;
        // What the search found good is not given away.
        if !Search::good(&self.judges, &best).0 {
            self.method.set(found);
            best = plan;
        }
        let mut plan = best.clone();
        for price in PRICES {
            let adders;
            (plan, adders) = tuning.moved(&plan, Effort { price, ..TRIAL });
            let (good, figure) = Search::good(&self.judges, &plan);
            let verdict = if good { "good" } else { "too much is lost" };
            term::say(&format!("adders of {} bits for {}: {figure}: {verdict}", adders[1], adders[0]));
            if good {
                best = plan.clone();
                self.method.set(self.method.get().min(Method::Tune));
            }
        }
        self.finish((options, best))
    }

    /// Codes are tuned, whatever adders they take.
    fn settle(&self, (options, plan): (QuantOptions, Plan)) -> anyhow::Result<Sized> {
        let plan = self.tuned(&options, plan)?;
        self.finish((options, plan))
    }

    /// The best that codes come to: as they are, moved, or trained and moved.
    pub fn tuned(&self, options: &QuantOptions, plan: Plan) -> anyhow::Result<Plan> {
        let Some(tuning) = &self.tuning else { return Ok(plan) };
        let mut best = tuning.run(plan.clone(), Effort::default())?;
        if best != plan {
            self.method.set(self.method.get().min(Method::Tune));
        }
        if self.how.method == Method::Qat {
            term::say("training integers");
            // What is trained has little left to move.
            let trained = tuning.run(tuning.trained(&plan, &course(options)), TRIAL)?;
            let better = tuning.prefers(&best, &trained)?;
            let verdict = if better { "kept" } else { "no better: left" };
            let figure = |plan: &Plan| Search::good(&self.judges, plan).1;
            term::say(&format!(
                "trained as integers: {}; without: {}: {verdict}",
                figure(&trained),
                figure(&best)
            ));
            if better {
                self.method.set(Method::Qat);
                best = trained;
            }
        }
        Ok(best)
    }

    /// The plan with tables that are trained, if that is better.
    fn with_tables(&self, tuning: &Tuning, plan: Plan) -> anyhow::Result<Plan> {
        let trained = tuning.with_tables(plan.clone())?;
        if trained != plan {
            self.method.set(self.method.get().min(Method::Tune));
        }
        Ok(trained)
    }

    /// The last step: the class is decided.
    pub fn finish(&self, (options, plan): (QuantOptions, Plan)) -> anyhow::Result<Sized> {
        let (plan, idle) = match &self.tuning {
            _ if !self.how.train_tables => (plan, None),
            Some(tuning) => (self.with_tables(tuning, plan)?, None),
            None => (plan, Some(NO_TABLES.to_owned())),
        };
        let concerns = self.maker.concerns(&plan).into_iter().chain(idle).collect();
        let plan = decided(plan, self.model, self.how)?;
        let layers = Some(by_layer(&options));
        Ok(Sized {
            plan,
            network: self.maker.network(),
            concerns,
            bits: options.bits,
            layers,
            method: self.method.get(),
        })
    }
}

/// What is said where `train-tables` has nothing to train with.
const NO_TABLES: &str = "train-tables changes nothing: tables are trained on samples with targets, by method qat or tune; give \
                         --data or --project with columns y0, ... or label";

/// What a trial may cost: enough to see whether a width can be good.
const TRIAL: Effort = Effort { passes: 8, work: 5e9, least: 0.01, price: 0.0, sparse: false };

/// How integers are trained: formats move that are not shared.
fn course(options: &QuantOptions) -> qat::Effort {
    let freedom = match options.granularity {
        Granularity::Layer | Granularity::Network => qat::Freedom::None,
        Granularity::Neuron => qat::Freedom::Neuron,
        Granularity::Value => qat::Freedom::Value,
    };
    qat::Effort { freedom, demand: options.demand.clone(), ..qat::Effort::default() }
}

/// The same for a width that is only tried.
fn trial(options: &QuantOptions) -> qat::Effort {
    let rates = vec![0.002, 0.0003];
    qat::Effort { rounds: 1, work: 5e8, rates, ..course(options) }
}

/// Prices of adders, one after the other: an end of all adders is worth so many times the error.
pub const PRICES: [f64; 6] = [0.1, 0.2, 0.5, 1.0, 2.0, 4.0];

/// The share of what may be lost that narrow formats lose; fewer adders lose the rest.
const WIDTHS: f64 = 0.5;

/// An error that is no more than this share of the targets' span is none: a network without error has widths too.
const NONE: f64 = 1.0 / (1 << 20) as f64;

/// From the least to the largest target of an output.
fn span(samples: &Samples, o: usize) -> f64 {
    let ends = |(lo, hi): (f64, f64), &y: &f64| (lo.min(y), hi.max(y));
    let column = samples.y().iter().skip(o).step_by(samples.outputs());
    let (lo, hi) = column.fold((f64::INFINITY, f64::NEG_INFINITY), ends);
    hi - lo
}

fn by_layer(options: &QuantOptions) -> Vec<u32> {
    options.layers.iter().map(|l| l.weights.unwrap_or(options.bits)).collect()
}
