//! From features to the layers of a plan.

use super::super::curve::Curve;
use super::super::error::{Fault, quoted};
use super::super::expression::Expression::{Call, X};
use super::super::feed::Feed;
use super::super::finish::Outcome;
use super::super::form::{Features, Form};
use super::super::layers::{Planned, levels};
use super::super::symbols::Converter;
use super::grid::{Grid, Signal};
use super::ports::Ports;
use super::quantizer::{Quantizer, power_of_two};
use super::stage::{Layer, Tables, Wanted, holding};
use super::steps::{Trouble, steps};
use crate::data::Names;
use crate::num::Format;
use crate::plan::{Argmax, Plan, PlanLayer, PlanNeuron, SCHEMA};
use std::collections::HashMap;

/// A plan and what its codes stand for.
#[derive(Debug)]
pub(super) struct Made {
    /// The plan.
    pub plan: Plan,
    /// The file's value of the code 1 of each input.
    pub inputs: Vec<f64>,
    /// The formats of the ports, and what their codes stand for.
    pub ports: Ports,
    /// Whether the last layer's codes are rounded ones, which must be the same; sums may be rounded by the file only.
    pub rounded: Vec<bool>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// The bits behind the point of codes in steps of `scale`, if that is a power of two.
fn frac_of(scale: f64) -> Option<i32> {
    power_of_two(scale).map(|e| -e)
}

/// The format of all codes of a quantizer, if it has a smallest and a largest.
fn format_of(q: &Quantizer, frac: i32) -> Option<Format> {
    holding(q.codes()?, frac).ok()
}

/// The refusal of an input.
fn refused(feed: &Feed, at: usize, problem: &str) -> Fault {
    let name = feed.names().get(at).cloned().unwrap_or_default();
    Fault::Port {
        port: format!("input {}", quoted(&name)),
        problem: problem.into(),
        help: "give its codes with --input-format, such as s8.4, or quantize it in the file (in Brevitas with QuantIdentity)"
            .into(),
    }
}

/// The inputs of the plan: for each its feature and its signal.
fn inputs(
    converter: &Converter,
    feed: &Feed,
    used: &[bool],
    given: Option<Format>,
) -> Result<Vec<(u32, Signal)>, Fault> {
    let count = feed.features();
    let mut all = Vec::with_capacity(count);
    for at in 0..count {
        let is_used = |f: usize| used.get(f).copied().unwrap_or(false);
        let quantizer = converter.quantizers.get(at).copied().flatten();
        let (raw, codes) = (is_used(at), is_used(count + at));
        if raw && codes {
            return Err(refused(feed, at, "it is used both as it is and quantized"));
        }
        let signal = |format: Format, unit: f64| Signal {
            format,
            unit,
            range: (format.min_code(), format.max_code()),
        };
        all.push(match (quantizer, feed.whole_format(at), given) {
            (Some(q), ..) if !raw => {
                let format = format_of(&q, frac_of(q.scale).unwrap_or(0));
                (
                    (count + at) as u32,
                    signal(format.ok_or_else(|| refused(feed, at, "its codes have no end"))?, 1.0),
                )
            }
            (_, Some(format), _) => (at as u32, signal(format, 1.0)),
            (_, None, Some(format)) => (at as u32, signal(format, format.ulp())),
            _ if !raw => (at as u32, signal(Format { signed: true, width: 2, frac: 0 }, 1.0)),
            _ => return Err(refused(feed, at, "it is not quantized before it is used")),
        });
    }
    Ok(all)
}

/// The features that layers take.
fn used(features: &Features, planned: &[super::super::layers::Level]) -> Vec<bool> {
    let mut used = vec![false; features.count()];
    for neuron in planned.iter().flat_map(|l| &l.neurons) {
        for &(f, _) in &*neuron.argument.terms {
            if let Some(slot) = used.get_mut(f as usize) {
                *slot = true;
            }
        }
    }
    used
}

/// Outputs that are the codes of a quantizer times a number become these codes; the numbers, and whether it was done.
fn bare(features: &Features, rows: &mut [Form], together: bool) -> (Vec<(f64, f64)>, Vec<bool>) {
    let code = |form: &Form| match *form.terms {
        [(f, step)] if features.get(f).is_some_and(|n| n.function.closed()) => Some((f, (step, form.bias))),
        _ => None,
    };
    let found: Vec<Option<(u32, (f64, f64))>> = rows.iter().map(code).collect();
    let first = found.first().and_then(|f| f.map(|f| f.1));
    // Scores are compared, so that all of them are codes of one kind or none is.
    let alike = first.is_some_and(|f| f.0 > 0.0) && found.iter().all(|f| f.map(|f| f.1) == first);
    let mut values = Vec::with_capacity(rows.len());
    let mut done = Vec::with_capacity(rows.len());
    for (row, found) in rows.iter_mut().zip(found) {
        let found = found.filter(|_| alike || !together);
        done.push(found.is_some());
        values.push(found.map_or((1.0, 0.0), |(feature, value)| {
            *row = Form::feature(feature);
            value
        }));
    }
    (values, done)
}

/// The plan of what the graph's outputs are made of.
///
/// # Errors
/// A neuron whose codes cannot be had exactly; each names the first output of the file's node.
pub(super) fn assemble(
    converter: &Converter,
    feed: &Feed,
    outcome: &mut Outcome,
    given: Option<Format>,
) -> Result<Made, Fault> {
    let features = &converter.builder.features;
    let classes = !outcome.classes.is_empty();
    let (values, rounded) = bare(features, &mut outcome.rows, classes);
    let planned = levels(features, &outcome.rows)?;
    let inputs = inputs(converter, feed, &used(features, &planned), given)?;
    let mut signals: HashMap<u32, Signal> = inputs.iter().copied().collect();
    let mut before: Vec<u32> = inputs.iter().map(|i| i.0).collect();
    let mut tables = Tables::default();
    let mut layers = Vec::with_capacity(planned.len());
    let mut last: Vec<Signal> = Vec::new();
    for level in &planned {
        let own: Vec<Signal> = before.iter().filter_map(|f| signals.get(f).copied()).collect();
        let layer = Layer::new(&own);
        let place: HashMap<u32, usize> = before.iter().enumerate().map(|(at, &f)| (f, at)).collect();
        let mut neurons = Vec::with_capacity(level.neurons.len());
        last.clear();
        for planned in &level.neurons {
            let made = neuron(&layer, planned, &place, &mut tables);
            let (neuron, signal) = made.map_err(|trouble| named(converter, planned, trouble))?;
            neurons.push(neuron);
            last.push(signal);
        }
        before = level.neurons.iter().map(|n| n.feature.unwrap_or(u32::MAX)).collect();
        signals.extend(before.iter().copied().zip(last.iter().copied()));
        layers.push(PlanLayer { neurons });
    }
    let outputs: Vec<(f64, f64)> = values.iter().zip(&last).map(|(v, s)| (v.0 * s.unit, v.1)).collect();
    let mut notes = Vec::new();
    let quantizer =
        |f: u32| converter.quantizers.get((f as usize).wrapping_sub(feed.features())).copied().flatten();
    let unit = |&(f, signal): &(u32, Signal)| signal.unit * quantizer(f).map_or(1.0, |q| q.scale);
    let inputs_value: Vec<f64> = inputs.iter().map(unit).collect();
    noted(
        &mut notes,
        "input",
        &feed.names(),
        inputs.iter().map(|i| i.1.format).zip(inputs_value.iter().map(|&v| (v, 0.0))),
    );
    let ports = Ports {
        inputs: inputs.iter().map(|&(f, signal)| (signal.format, quantizer(f))).collect(),
        outputs: last.iter().zip(&outputs).map(|(signal, &value)| (signal.format, value)).collect(),
    };
    notes.extend(rounded_otherwise(&feed.names(), &ports));
    if classes {
        check_scores(&last, &outputs)?;
    } else {
        noted(
            &mut notes,
            "output",
            &outcome.names,
            last.iter().map(|s| s.format).zip(outputs.iter().copied()),
        );
    }
    let plan = Plan {
        schema: SCHEMA,
        name: String::new(),
        inputs: inputs.iter().map(|i| i.1.format).collect(),
        layers,
        tables: tables.tables,
        argmax: classes.then(|| Argmax { classes: outcome.classes.clone(), ..Argmax::default() }),
        softmax: None,
        names: Names { inputs: feed.names(), outputs: outcome.names.clone() },
    };
    Ok(Made { plan, inputs: inputs_value, ports, rounded, notes })
}

/// Scores must be compared as the file compares them.
fn check_scores(last: &[Signal], outputs: &[(f64, f64)]) -> Result<(), Fault> {
    let ratio = |(s, o): (&Signal, &(f64, f64))| o.0 / s.format.ulp();
    let mut ratios = last.iter().zip(outputs).map(ratio);
    let first = ratios.next().unwrap_or(1.0);
    if ratios.all(|r| (r / first - 1.0).abs() < 1e-6) {
        return Ok(());
    }
    Err(Fault::Port {
        port: "the graph".into(),
        problem: "its scores are multiples of different steps, which are no powers of two".into(),
        help: "quantize all scores with one scale, or import the real-valued network with --as-real".into(),
    })
}

/// What the user must know of codes whose value is not the format's.
fn noted(
    notes: &mut Vec<String>,
    what: &str,
    names: &[String],
    ports: impl Iterator<Item = (Format, (f64, f64))>,
) {
    const SHOWN: usize = 8;
    let mut left = 0;
    for (at, (format, (step, zero))) in ports.enumerate() {
        if step == format.ulp() && zero == 0.0 {
            continue;
        }
        if notes.len() > 2 * SHOWN {
            left += 1;
            continue;
        }
        let name = names.get(at).cloned().unwrap_or_else(|| at.to_string());
        let zero = if zero == 0.0 { String::new() } else { format!(", plus {zero}") };
        notes.push(format!(
            "A code of {what} {name} stands for {step:?} times the code{zero}, not for the value of {format}."
        ));
    }
    if left > 0 {
        notes.push(format!("So do those of {left} more {what}s."));
    }
}

/// What the user must know of inputs that the file does not round to the nearest code.
fn rounded_otherwise(names: &[String], ports: &Ports) -> Option<String> {
    let mode = |(name, (_, q)): (&String, &(Format, Option<Quantizer>))| {
        q.and_then(|q| q.mode.unusual()).map(|how| (name.clone(), how))
    };
    let mut found = names.iter().zip(&ports.inputs).filter_map(mode);
    let (first, how) = found.next()?;
    let others = found.count();
    let others = if others > 0 { format!(", and {others} more inputs likewise") } else { String::new() };
    Some(format!("The file rounds input {first} {how}{others}: round so before the port, which takes codes."))
}

/// The fault of a neuron, with the node that it comes from.
fn named(converter: &Converter, planned: &Planned, (problem, help): Trouble) -> Fault {
    match planned.feature.and_then(|f| converter.builder.origin.get(&f)) {
        Some((node, operator)) => {
            Fault::Node { node: node.clone(), operator: operator.clone(), problem, help }
        }
        None => Fault::Port { port: "an output".into(), problem, help },
    }
}

/// A neuron and what its codes are worth.
fn neuron(
    layer: &Layer,
    planned: &Planned,
    place: &HashMap<u32, usize>,
    tables: &mut Tables,
) -> Result<(PlanNeuron, Signal), Trouble> {
    let form = &planned.argument;
    if planned.function == X
        && planned.feature.is_some()
        && let Some(&at) = form.alone().and_then(|f| place.get(&f))
    {
        return layer.pass(at);
    }
    let terms: Vec<(usize, f64)> =
        form.terms.iter().filter_map(|&(f, w)| Some((*place.get(&f)?, w))).collect();
    let help = "use one scale for all weights of a neuron and one for what it takes, best powers of two; or import the \
                real-valued network with --as-real";
    let grid = Grid::new(&terms, form.bias, layer.before).map_err(|problem| (problem, help.to_owned()))?;
    if planned.function == X {
        let help = "quantize the sums at the end with a Quant, or what is added to them";
        return layer.sum(&grid.with_rest().map_err(|problem| (problem, help.to_owned()))?);
    }
    let steps = steps(&planned.function, &grid)?;
    let wanted = match &planned.function {
        Call(Curve::Quantize(q), _) => {
            let frac = frac_of(q.worth);
            Wanted { format: format_of(q, frac.unwrap_or(0)), frac }
        }
        _ => Wanted { format: None, frac: frac_of(steps.unit) },
    };
    layer.steps(&grid, &steps, wanted, tables)
}
