//! A front of circuits: searched, judged, written.

use super::edges::{Hunt, SPLIT, plan, samples};
use super::{evaluate, generate};
use crate::interrupt;
use crate::project::{Edges, Project};
use crate::report::{FrontReport, Row};
use crate::term;
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::document::{write_atomic, write_json};
use gainstage_golden::edge::{Search, baselines, undominated};
use gainstage_golden::plan::Plan;
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::target::Family;
use gainstage_hdl::wrap::Build;
use gainstage_sim::netlist::{self, Counts};
use gainstage_sim::run::Tool;
use std::path::Path;

/// What is asked for.
pub struct Request {
    /// How long to search.
    pub minutes: f64,
    /// Whether yosys counts.
    pub synthesize: bool,
}

/// Searches and writes the front into `dir`.
///
/// # Errors
/// Samples that nothing can be learned from, a place that cannot be written, yosys missing where it is to count.
pub fn pareto(project: &Project, dir: &Path, request: &Request) -> anyhow::Result<FrontReport> {
    if request.synthesize {
        Tool::Yosys.find()?;
    }
    let (samples, test) = samples(project)?;
    let none = Edges { max_luts: None, minutes: request.minutes, ports: Default::default() };
    let edges = project.network.edges().unwrap_or(&none);
    let found = Hunt::new(&samples, edges, request.minutes, Some(dir))?.run()?;
    let (looked_at, front) = (found.len(), undominated(found));
    let plans = dir.join("plans");
    std::fs::create_dir_all(&plans).with_context(|| format!("cannot make {}", plans.display()))?;
    let mut rows = baseline_rows(&samples, test.as_ref())?;
    let mut chosen = Vec::with_capacity(front.len());
    for (n, point) in front.iter().enumerate() {
        let plan = plan(project, &samples, point)?;
        let file = format!("{n:03}.json");
        plan.write(&plans.join(&file))?;
        let test = test.as_ref().map(|t| figure(&plan, t)).transpose()?;
        rows.push(Row {
            circuit: format!("plans/{file}"),
            lut_estimate: Some(point.lut),
            lut: None,
            ff: None,
            edges: Some(point.circuit.edges()),
            held_out: point.error,
            test,
        });
        chosen.push(plan);
    }
    let mut report = FrontReport { classes: !samples.classes().is_empty(), rows, looked_at };
    // Synthesis is long: what was found is there before it, and whatever ends it.
    write(dir, &report)?;
    if request.synthesize {
        let first = report.rows.len() - chosen.len();
        for (plan, row) in chosen.iter().zip(&mut report.rows[first..]) {
            interrupt::check()?;
            let counts = count(plan)?;
            (row.lut, row.ff) = (Some(counts.lut), Some(counts.ff));
            let estimate = row.lut_estimate.unwrap_or(0);
            term::say(&format!("{}: {} LUT, estimate {estimate}", row.circuit, counts.lut));
        }
        write(dir, &report)?;
    }
    interrupt::check()?;
    Ok(report)
}

/// The front as table, picture and JSON.
fn write(dir: &Path, report: &FrontReport) -> anyhow::Result<()> {
    write_atomic(&dir.join("front.csv"), report.csv().as_bytes())?;
    write_atomic(&dir.join("front.svg"), report.svg().as_bytes())?;
    write_json(&dir.join("front.json"), report)?;
    Ok(())
}

/// The best constant and a linear fit, in real numbers: what a circuit must beat to be worth anything.
fn baseline_rows(samples: &Samples, test: Option<&Samples>) -> anyhow::Result<Vec<Row>> {
    let rows = baselines(samples, &Search { fixed: Vec::new(), seed: SPLIT })?.into_iter().map(|b| {
        let test = test.map(|t| evaluate::judge(&b.outputs(t), t).map(|j| j.number())).transpose()?;
        Ok(Row {
            circuit: b.name.to_owned(),
            lut_estimate: None,
            lut: None,
            ff: None,
            edges: None,
            held_out: b.error,
            test,
        })
    });
    rows.collect()
}

fn figure(plan: &Plan, test: &Samples) -> anyhow::Result<f64> {
    evaluate::judge_fixed(plan, &evaluate::fixed(plan, test), test).map(|j| j.number())
}

/// What yosys makes of a plan's parallel circuit, the decision between scores left out as in the estimate.
fn count(plan: &Plan) -> anyhow::Result<Counts> {
    let scores = Plan { argmax: None, ..plan.clone() };
    let work = Scratch::temporary()?;
    let dir = work.path().join("circuit");
    let manifest = generate::generate(&dir, &scores, &Build::new(Family::Xc7), None, false)?;
    let options = netlist::Options { dsp: false, bram: false, ..netlist::Options::new(Family::Xc7) };
    Ok(netlist::synthesize(&dir, &manifest, &options)?)
}
