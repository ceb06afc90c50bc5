//! From a network of curves to integers: every curve becomes a piecewise polynomial between formats.

use super::Scale;
use super::fit::Data;
use super::network::{Network, Pass};
use crate::approx::{Cost, Demand, Effort, Segments, Table, TableShape, approximate_with};
use crate::edge::{Circuit, Edge, EdgeError, Layer, Output, Port, Sum, price_of_sums};
use crate::func::{Activation, Function, Interpolation, Kind, Learned};
use crate::num::Format;
use crate::plan::Plan;

/// Bits of an argument that have nodes of the approximated function of their own.
const NODES: u32 = 10;

/// Bits of results below the arguments that they add up to.
const GUARD: u32 = 1;

/// How far beyond the samples curves go on, in spans of the samples.
const BEYOND: f64 = 1.0 / 128.0;

/// Widths of a circuit.
#[derive(Clone, Debug)]
pub(super) struct Widths {
    /// Windows of the inputs.
    pub ports: Vec<Port>,
    /// Bits of hidden arguments.
    pub hidden: u32,
    /// Outputs are counted in 2^-bits of their deviation.
    pub result: i32,
    /// Errors of tables stay below so many ulp.
    pub max_ulp: f64,
    /// How hard cheap tables are searched for.
    pub effort: Effort,
}

/// A circuit of curves: its integers, and the tables that compute the functions of its edges.
#[derive(Clone, Debug)]
pub struct Curves {
    /// The integers; the results of every edge are those of its table.
    pub circuit: Circuit,
    /// By layer, sum and edge.
    pub tables: Vec<Vec<Vec<Table>>>,
}

impl Curves {
    /// About what it takes, to compare circuits before their tables are final.
    pub(super) fn cost(&self, cost: &dyn Cost) -> f64 {
        let tables = self.tables.iter().flatten().flatten();
        price_of_sums(&self.circuit) as f64 + tables.map(|t| cost.cost(&TableShape::of(t))).sum::<f64>()
    }

    /// The plan with the circuit's bits.
    ///
    /// # Errors
    /// Formats or sums that the contract refuses.
    pub fn plan(&self, name: &str) -> Result<Plan, EdgeError> {
        self.circuit.plan_with(name, false, &|(l, j, k), _, z, frac| {
            let table = self.tables[l][j][k].clone();
            // Hidden sums have no fractions, and neither have the arguments that they become.
            debug_assert_eq!((table.input, table.output.frac), (z, frac));
            Ok(table)
        })
    }
}

/// The middle of the values that have an argument.
pub(super) fn centre(port: &Port, argument: i64) -> f64 {
    let below = libm::ldexp(1.0, port.shift as i32) - 1.0;
    let code = libm::ldexp(argument as f64, port.shift as i32) + port.offset as f64 + below / 2.0;
    libm::ldexp(code, -port.format.frac)
}

/// What arguments of a layer are, and what a sum of its curves becomes.
struct Stage<'a> {
    layer: usize,
    arguments: Vec<Format>,
    /// The scaled value of an input's argument.
    value: &'a dyn Fn(usize, i64) -> f64,
    /// For every sum: what is added to it, what it is multiplied by, and what it becomes.
    sums: Vec<(f64, f64, Output)>,
}

/// The circuit of a network; nothing where a table cannot be had.
pub(super) fn circuit(
    network: &Network,
    scale: &Scale,
    data: &Data,
    widths: &Widths,
    cost: &dyn Cost,
) -> Option<Curves> {
    let (max_ulp, effort) = (widths.max_ulp, widths.effort);
    let demand = Demand { max_ulp, effort, segments: Segments::Equal, ..Demand::default() };
    let ports = &widths.ports;
    let formats = ports
        .iter()
        .map(|p| Format { signed: false, width: p.bits, frac: p.format.frac - p.shift as i32 })
        .collect();
    // Far from all samples a curve is what it is a little beyond the last of them.
    let input = |i: usize, c: i64| {
        let scaled = (centre(&ports[i], c) - scale.inputs[i].0) / scale.inputs[i].1;
        scaled.clamp(-BEYOND, 1.0 + BEYOND)
    };
    let results = scale.outputs.iter().map(|(mean, deviation)| {
        let frac = widths.result - libm::ceil(libm::log2(*deviation)) as i32;
        let step = libm::ldexp(1.0, frac);
        (mean * step, deviation * step, Output::Result { frac })
    });
    let results: Vec<_> = results.collect();
    let first = |sums| Stage { layer: 0, arguments: formats, value: &input, sums };
    if network.hidden == 0 {
        let (layer, tables) = layer(network, first(results), &demand, cost)?;
        return Some(Curves {
            circuit: Circuit { ports: ports.clone(), layers: vec![layer] },
            tables: vec![tables],
        });
    }
    let spans = spans(network, data);
    let steps = libm::ldexp(1.0, widths.hidden as i32);
    let (unit, output) =
        (libm::ldexp(1.0, GUARD as i32), Output::Argument { shift: GUARD, bits: widths.hidden });
    let hidden = spans.iter().map(|(lo, hi)| {
        let by = unit * steps / (hi - lo);
        (-lo * by, by, output)
    });
    let (layer0, tables0) = layer(network, first(hidden.collect()), &demand, cost)?;
    let between = |j: usize, c: i64| spans[j].0 + (c as f64 + 0.5) / steps * (spans[j].1 - spans[j].0);
    let format = Format { signed: false, width: widths.hidden, frac: -(GUARD as i32) };
    let second = Stage { layer: 1, arguments: vec![format; network.hidden], value: &between, sums: results };
    let (layer1, tables1) = layer(network, second, &demand, cost)?;
    let circuit = Circuit { ports: ports.clone(), layers: vec![layer0, layer1] };
    Some(Curves { circuit, tables: vec![tables0, tables1] })
}

/// How far beyond those of the samples hidden sums may go, in their spans: a sample in a corner that training did not see must
/// not saturate,
const ROOM: f64 = 0.12;

/// and, where the inputs reach no further, what rounding may add.
const ROUNDED: f64 = 0.01;

/// Places along an input where the least and the largest value of its curves are looked for.
const PLACES: usize = 64;

/// What the hidden sums of samples reach, and some room, as far as inputs in the spans of the samples can reach.
fn spans(network: &Network, data: &Data) -> Vec<(f64, f64)> {
    let (mut pass, mut spans) = (Pass::default(), vec![(f64::INFINITY, f64::NEG_INFINITY); network.hidden]);
    for s in 0..data.rows() {
        network.forward(data.row(s).0, &mut pass);
        let both = spans.iter_mut().zip(&pass.sums);
        both.for_each(|((lo, hi), &v)| (*lo, *hi) = (lo.min(v), hi.max(v)));
    }
    let room = |(j, (lo, hi)): (usize, (f64, f64))| {
        let (least, largest) = reach(network, j);
        let span = (hi - lo).max(1e-9);
        let end = |seen: f64, possible: f64, sign: f64| {
            seen + sign * (sign * (possible - seen)).clamp(0.0, ROOM * span) + sign * ROUNDED * span
        };
        (end(lo, least, -1.0), end(hi, largest, 1.0))
    };
    spans.into_iter().enumerate().map(room).collect()
}

/// The least and the largest value of a hidden sum for any inputs in the spans of the samples.
fn reach(network: &Network, hidden: usize) -> (f64, f64) {
    let of = |input: usize| {
        let values = (0..=PLACES).map(|k| network.curve(0, hidden, input, k as f64 / PLACES as f64));
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)))
    };
    (0..network.inputs).map(of).fold((0.0, 0.0), |(lo, hi), (l, h)| (lo + l, hi + h))
}

type Tables = Vec<Vec<Table>>;

fn layer(network: &Network, stage: Stage, demand: &Demand, cost: &dyn Cost) -> Option<(Layer, Tables)> {
    let (mut sums, mut all) = (Vec::new(), Vec::new());
    for (j, &(zero, by, output)) in stage.sums.iter().enumerate() {
        let frac = if let Output::Result { frac } = output { frac } else { 0 };
        let (mut edges, mut tables) = (Vec::new(), Vec::new());
        for (i, &z) in stage.arguments.iter().enumerate() {
            // What is added to the sum lies in the first table.
            let zero = if i == 0 { zero } else { 0.0 };
            let result = |c: i64| zero + by * network.curve(stage.layer, j, i, (stage.value)(i, c));
            let table = table(z, frac, &result, demand, cost)?;
            let values = (0..=z.max_code()).map(|c| table.eval(c)).collect();
            edges.push(Edge { source: i, values });
            tables.push(table);
        }
        sums.push(Sum { bias: 0, edges, output });
        all.push(tables);
    }
    Some((Layer { sums }, all))
}

/// A table of results in units of 2^-frac.
fn table(
    z: Format,
    frac: i32,
    result: &dyn Fn(i64) -> f64,
    demand: &Demand,
    cost: &dyn Cost,
) -> Option<Table> {
    // Between nodes the function is a cubic.
    let every = 1usize << z.width.saturating_sub(NODES);
    let last = z.max_code();
    let codes: Vec<i64> = (0..last).step_by(every).chain([last]).collect();
    let ordinates: Vec<f64> = codes.iter().map(|&c| result(c)).collect();
    let (lo, hi) =
        ordinates.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
    let learned = Learned {
        nodes: codes.iter().map(|&c| z.value(c)).collect(),
        ordinates: ordinates.into_iter().map(|v| libm::ldexp(v, -frac)).collect(),
        interpolation: Interpolation::MonotoneCubic,
    };
    let function = Function { activation: Activation::Learned(learned), kind: Kind::Ordinary };
    approximate_with(&function, z, holding(lo, hi, frac)?, demand, cost).ok()
}

/// The narrowest format of results, in steps, with a step of room on either side.
fn holding(lo: f64, hi: f64, frac: i32) -> Option<Format> {
    let (lo, hi) = (libm::floor(lo) as i64 - 1, libm::ceil(hi) as i64 + 1);
    let signed = lo < -1;
    let reach = hi.max(if signed { !lo } else { 0 }).max(1);
    Format::new(signed, (64 - reach.leading_zeros() + u32::from(signed)).max(2), frac).ok()
}
