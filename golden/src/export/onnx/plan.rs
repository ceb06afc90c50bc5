//! A plan as a graph on whole numbers of 64 bits, which computes the same codes.

use super::graph::{Graph, Type, whole};
use super::table::table;
use crate::num::Format;
use crate::plan::{Argmax, Head, Plan, PlanNeuron, Softmax, Stage, Tail};
use std::collections::BTreeMap;

/// What follows the first rounding: the table, and what is done with its codes.
type Group = (Option<usize>, After);

/// What is done behind a table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum After {
    Nothing,
    Ordinary,
    Amplifying,
    Attenuating,
}

/// Codes in, codes out; or with `values` doubles in, doubles out.
pub(super) fn file(plan: &Plan, values: bool) -> Vec<u8> {
    let mut g = Graph::default();
    let mut x = "x".to_owned();
    if values {
        x = rounded(&mut g, &plan.inputs);
    }
    for l in 0..plan.layers.len() {
        x = layer(&mut g, plan, l, &x);
    }
    match plan.head() {
        Some(Head::Argmax(argmax)) => x = decided(&mut g, argmax, &plan.score_formats(), &x),
        Some(Head::Softmax(softmax)) => x = shares(&mut g, plan, softmax, &x),
        None => {}
    }
    let outputs = plan.output_formats();
    let kind = if values { Type::Double } else { Type::Whole };
    if values {
        let units: Vec<f64> = outputs.iter().map(|f| f.value(1)).collect();
        let (units, real) = (g.doubles(&units), g.cast(&x, Type::Double));
        x = g.op("Mul", &[&real, &units]);
    }
    let list = |formats: &[Format]| formats.iter().map(Format::to_string).collect::<Vec<_>>();
    let json = |texts: &[String]| serde_json::json!(texts).to_string();
    let classes = plan.classes();
    let about = [
        ("design", plan.name.clone()),
        ("holds", if values { "values" } else { "codes: a value is code * 2^-fraction" }.into()),
        ("input_formats", json(&list(&plan.inputs))),
        ("output_formats", json(&list(&outputs))),
        ("input_names", json(&plan.names.inputs)),
        ("output_names", json(&plan.output_names())),
        ("classes", json(classes)),
    ];
    g.file(&plan.name, [(kind, plan.inputs.len()), (kind, outputs.len())], &x, &about)
}

/// Values as codes: rounded half up, then saturated. Sum and difference are exact, so no tie is missed.
fn rounded(g: &mut Graph, formats: &[Format]) -> String {
    let row =
        |g: &mut Graph, of: &dyn Fn(&Format) -> f64| g.doubles(&formats.iter().map(of).collect::<Vec<_>>());
    let scale = row(g, &|f| libm::exp2(f64::from(f.frac)));
    let (half, one) = (g.doubles(&[0.5]), g.doubles(&[1.0]));
    let scaled = g.op("Mul", &["x", &scale]);
    let floor = g.op("Floor", &[&scaled]);
    let rest = g.op("Sub", &[&scaled, &floor]);
    let next = g.op("Add", &[&floor, &one]);
    let up = g.op("GreaterOrEqual", &[&rest, &half]);
    let nearest = g.op("Where", &[&up, &next, &floor]);
    let (lo, hi) = (row(g, &|f| f.min_code() as f64), row(g, &|f| f.max_code() as f64));
    let above = g.op("Max", &[&nearest, &lo]);
    let inside = g.op("Min", &[&above, &hi]);
    g.cast(&inside, Type::Whole)
}

/// The codes of a layer.
fn layer(g: &mut Graph, plan: &Plan, l: usize, x: &str) -> String {
    let formats = plan.input_formats(l);
    let neurons = &plan.layers[l].neurons;
    let fracs: Vec<i32> = neurons.iter().map(|n| n.acc_frac(&formats)).collect();
    let mut weights = Vec::with_capacity(formats.len() * neurons.len());
    for (i, &f) in formats.iter().enumerate() {
        weights.extend(neurons.iter().zip(&fracs).map(|(n, &frac)| n.weights[i] << n.alignment(f, frac)));
    }
    let weights = g.wholes(&[formats.len(), neurons.len()], &weights);
    let products = g.op("MatMul", &[x, &weights]);
    let bias: Vec<i64> = neurons.iter().map(|n| n.bias).collect();
    let bias = g.wholes(&[bias.len()], &bias);
    let sum = g.op("Add", &[&products, &bias]);
    let arguments: Vec<Format> = neurons.iter().map(|n| n.stage.argument()).collect();
    let z = g.requantize(&sum, &fracs, &arguments);
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    for (n, neuron) in neurons.iter().enumerate() {
        groups.entry(group(&neuron.stage)).or_default().push(n);
    }
    let mut parts = Vec::with_capacity(groups.len());
    for (group, places) in groups {
        let own = g.columns(&z, &places, neurons.len());
        let of: Vec<&PlanNeuron> = places.iter().map(|&n| &neurons[n]).collect();
        parts.push((places, behind(g, plan, group, &of, &own)));
    }
    g.joined(&parts)
}

/// What a stage does behind the first rounding.
fn group(stage: &Stage) -> Group {
    match *stage {
        Stage::Linear { .. } => (None, After::Nothing),
        Stage::Fused { table, .. } => (Some(table), After::Nothing),
        Stage::Activated { table, tail, .. } => match tail {
            Tail::Ordinary => (table, After::Ordinary),
            Tail::Amplifying => (table, After::Amplifying),
            Tail::Attenuating { .. } => (table, After::Attenuating),
        },
    }
}

/// The output codes of neurons of one group for the codes `z`.
fn behind(g: &mut Graph, plan: &Plan, (index, after): Group, neurons: &[&PlanNeuron], z: &str) -> String {
    let mut code = index.map_or(z.to_owned(), |t| table(g, &plan.tables[t], z));
    if after == After::Nothing {
        return code;
    }
    let (mut zs, mut hs, mut ys, mut bs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for neuron in neurons {
        if let Stage::Activated { z, h, y, tail, .. } = neuron.stage {
            zs.push(z.frac);
            hs.push(h);
            ys.push(y);
            bs.push(if let Tail::Attenuating { b } = tail { b } else { 0 });
        }
    }
    if index.is_none() {
        code = g.requantize(&code, &zs, &hs);
    }
    match after {
        After::Attenuating => g.attenuate(&code, &bs, &hs, &ys),
        After::Amplifying => {
            let square = g.op("Mul", &[&code, &code]);
            let fracs: Vec<i32> = hs.iter().map(|h| 2 * h.frac).collect();
            g.requantize(&square, &fracs, &ys)
        }
        After::Ordinary | After::Nothing => {
            let fracs: Vec<i32> = hs.iter().map(|h| h.frac).collect();
            g.requantize(&code, &fracs, &ys)
        }
    }
}

/// Scores at the point of the finest; a single one behind the 0 that it is compared with.
fn aligned(g: &mut Graph, formats: &[Format], scores: &str) -> String {
    if formats.len() == 1 {
        let zero = g.row(&[0]);
        let none = g.op("Mul", &[scores, &zero]);
        return g.node("Concat", &[&none, scores], vec![whole("axis", 1)]);
    }
    let units: Vec<i64> = Argmax::shifts(formats).iter().map(|&by| 1 << by).collect();
    let units = g.row(&units);
    g.op("Mul", &[scores, &units])
}

/// Probabilities of the classes.
fn shares(g: &mut Graph, plan: &Plan, softmax: &Softmax, scores: &str) -> String {
    let formats = plan.score_formats();
    let scores = aligned(g, &formats, scores);
    let one = g.wholes(&[1], &[1]);
    let [largest, _] = g.node_of_two("TopK", &[&scores, &one], vec![whole("axis", 1)]);
    let below = g.op("Sub", &[&largest, &scores]);
    let z = g.requantize(&below, &[Argmax::point(&formats)], &[softmax.z]);
    let parts = table(g, &plan.tables[softmax.table], &z);
    let sum = g.op("ReduceSum", &[&parts, &one]);
    let (scale, two) = (g.row(&[1 << (softmax.bits + 1)]), g.row(&[2]));
    let (scaled, twice) = (g.op("Mul", &[&parts, &scale]), g.op("Mul", &[&sum, &two]));
    let above = g.op("Add", &[&scaled, &sum]);
    let quotient = g.op("Div", &[&above, &twice]);
    g.saturate(&quotient, &[softmax.format()])
}

/// What is decided from the scores: of equal ones the first.
fn decided(g: &mut Graph, argmax: &Argmax, formats: &[Format], scores: &str) -> String {
    if argmax.is_plain() && formats.len() == 1 {
        let zero = g.row(&[0]);
        let above = g.op("Greater", &[scores, &zero]);
        return g.cast(&above, Type::Whole);
    }
    let aligned = aligned(g, formats, scores);
    if argmax.is_plain() {
        return g.node("ArgMax", &[&aligned], vec![whole("axis", 1)]);
    }
    let kept = argmax.kept();
    let count = g.wholes(&[1], &[kept as i64]);
    let [largest, classes] = g.node_of_two("TopK", &[&aligned, &count], vec![whole("axis", 1)]);
    let top: Vec<usize> = (0..argmax.top).collect();
    let classes = g.columns(&classes, &top, kept);
    if !argmax.margin {
        return classes;
    }
    let [first, second] = [0, 1].map(|k| g.columns(&largest, &[k], kept));
    let margin = g.op("Sub", &[&first, &second]);
    g.node("Concat", &[&classes, &margin], vec![whole("axis", 1)])
}
