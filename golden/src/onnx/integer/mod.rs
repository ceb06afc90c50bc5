//! Quantized files as integer plans whose codes are those of the file.
//!
//! The graph is run on sums of features as a real-valued one is, but what a quantizer makes is a feature that nothing looks
//! through: its codes. Between two quantizers everything is a function of one sum of codes, and that sum is a whole number
//! times a unit. So a neuron is a list of steps over whole sums (`steps`), which a rounding of the plan or a table gives
//! exactly (`stage`, `table`).
//!
//! The contested decision: a file is imported only if every code is the same however a program orders its additions and
//! rounds its 32-bit floating point. Sums of powers of two are exact, so that ties are kept as they are. Other scales pass if
//! no sum comes near the middle between two codes.

mod assemble;
mod check;
mod grid;
mod interval;
mod operators;
mod ports;
mod quantizer;
mod stage;
mod steps;
mod table;

pub(super) use operators::{Rounded, quantized, rounded, rounds, run, values};
pub use ports::Ports;
pub(super) use quantizer::Quantizer;

use super::Checked;
use super::error::Fault;
use super::feed::Feed;
use super::graph::Graph;
use super::numbers::Work;
use super::symbols::Converter;
use super::{MOST_WORK, finish, run as graph_run};
use crate::names::name_from;
use crate::num::Format;
use crate::plan::Plan;

/// An integer plan from a quantized file.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanImport {
    /// The plan.
    pub plan: Plan,
    /// What its codes stand for in the file.
    pub ports: Ports,
    /// What the user should know.
    pub notes: Vec<String>,
    /// How its codes were compared with the file.
    pub checked: Checked,
}

/// Whether a graph, whose constants are folded, has values that are rounded to codes.
pub(super) fn is_quantized(graph: &Graph) -> bool {
    graph.nodes.iter().any(|n| quantized(&n.operator))
}

/// The plan of a graph whose constants are folded; `input` is the format of inputs that the file does not quantize.
///
/// # Errors
/// Values that are no codes, or codes that depend on how a program rounds.
pub(super) fn plan(graph: &Graph, input: Option<Format>, name: &str) -> Result<PlanImport, Fault> {
    let feed = Feed::of_codes(graph)?;
    let mut converter = Converter::for_codes(feed.features());
    let symbols = graph_run::symbols(graph, &graph_run::dying(graph), feed.symbols(), &mut converter)?;
    let mut outcome = finish::outcome(&mut converter.builder.features, &graph.outputs, &symbols)?;
    drop(symbols);
    let mut made = assemble::assemble(&converter, &feed, &mut outcome, input)?;
    made.plan.name = name_from(name);
    made.plan.validate().map_err(|e| Fault::Plan(e.to_string()))?;
    let mut notes: Vec<String> = super::notes(graph, &feed, &outcome);
    notes.extend(std::mem::take(&mut converter.builder.notes));
    notes.append(&mut made.notes);
    let checked = check::check(graph, &feed, &outcome, &made, &Work::new(MOST_WORK))?;
    Ok(PlanImport { plan: made.plan, ports: made.ports, notes, checked })
}
