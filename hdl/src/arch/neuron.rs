//! Neurons with constant weights, and the sums of a layer.

use super::Library;
use crate::device::Target;
use crate::expr::{self, Graph, Sig};
use crate::module::Module;
use crate::units::{Row, weighted_sums};
use gainstage_golden::num::{Format, Rounding};
use gainstage_golden::plan::{PlanNeuron, Range, Stage, Tail};
use gainstage_golden::text::count;

/// Input `acc`, the rounded sum in `range` as [`sums_module`] gives it, output `y`: the rest of a neuron.
pub fn activation_module(
    library: &mut Library<'_>,
    neuron: &PlanNeuron,
    formats: &[Format],
    range: expr::Range,
    name: &str,
) -> Module {
    let mut g = Graph::new();
    let acc = g.input_range("acc", range.lo, range.hi);
    let frac = neuron.acc_frac(formats);
    finish(g, library, neuron, acc, [frac, frac - dropped(neuron, frac) as i32], name)
}

/// Inputs `x0`, `x1`, ..., outputs `acc0`, ...: the sums of all neurons of a layer, exact, then rounded to the fraction bits of
/// what they become. Half a unit is added with the bias, which costs less than an adder behind the sum. `multiplied` names each
/// neuron's inputs whose products multipliers form.
pub fn sums_graph(
    neurons: &[PlanNeuron],
    formats: &[Format],
    ranges: &[Range],
    multiplied: &[Vec<usize>],
) -> Graph {
    let mut g = Graph::new();
    let inputs = inputs(&mut g, formats, ranges);
    let drops: Vec<u32> = neurons.iter().map(|n| dropped(n, n.acc_frac(formats))).collect();
    let mut rows: Vec<Row> = neurons.iter().map(|n| row(n, formats)).collect();
    for ((row, drop), multiplied) in rows.iter_mut().zip(&drops).zip(multiplied) {
        row.bias += (1 << drop) >> 1;
        row.multiplied.clone_from(multiplied);
    }
    let sums = weighted_sums(&mut g, &inputs, &rows);
    for (i, (sum, drop)) in sums.into_iter().zip(drops).enumerate() {
        let acc = g.shr(sum, drop);
        g.name(acc, &format!("acc{i}"));
        g.output_range(&format!("acc{i}"), acc);
    }
    g
}

/// The same with its registers.
pub fn sums_module(g: Graph, multiplied: &[Vec<usize>], name: &str, target: &Target) -> Module {
    let mut doc = "Sums w*x + bias of all neurons of a layer, exact, then rounded half up: shifts and adds, common parts \
                   computed once."
        .to_owned();
    let products: usize = multiplied.iter().map(Vec::len).sum();
    if products > 0 {
        doc += &format!("\nBy multipliers: {}.", count(products, "product"));
    }
    Module::new(name, &doc, g, target)
}

fn inputs(g: &mut Graph, formats: &[Format], ranges: &[Range]) -> Vec<Sig> {
    let port = |(i, (&f, r)): (usize, (&Format, &Range))| {
        let x = g.input(&format!("x{i}"), f);
        g.assume_range(x, r.0 as i128, r.1 as i128)
    };
    formats.iter().zip(ranges).enumerate().map(port).collect()
}

/// Fraction bits of a neuron's sum that its first rounding drops, where the sum rounds.
fn dropped(neuron: &PlanNeuron, acc_frac: i32) -> u32 {
    let (Stage::Linear { y: first } | Stage::Fused { z: first, .. } | Stage::Activated { z: first, .. }) =
        neuron.stage;
    let drop = acc_frac.saturating_sub(first.frac);
    // Half of more than that is no constant of a row: such a sum is rounded behind it, as a whole.
    if (1..=62).contains(&drop) { drop as u32 } else { 0 }
}

/// A neuron's weights and bias, aligned to the fraction bits of its sum.
fn row(neuron: &PlanNeuron, formats: &[Format]) -> Row {
    let frac = neuron.acc_frac(formats);
    let weights = neuron.weights.iter().zip(formats);
    let weights = weights.map(|(&w, &f)| w << neuron.alignment(f, frac)).collect();
    Row::adders(weights, neuron.bias as i128)
}

/// From the sum to the module; `fracs` are the fraction bits of the exact sum and of `acc`.
fn finish(
    mut g: Graph,
    library: &mut Library<'_>,
    neuron: &PlanNeuron,
    acc: Sig,
    [exact, frac]: [i32; 2],
    name: &str,
) -> Module {
    g.name(acc, "acc");
    let (y, format) = stage(&mut g, library, &neuron.stage, acc, frac);
    g.output("y", y, format);
    Module::new(name, &describe(library, neuron, exact), g, library.target())
}

fn stage(g: &mut Graph, library: &mut Library<'_>, stage: &Stage, acc: Sig, frac: i32) -> (Sig, Format) {
    let first = |g: &mut Graph, name: &str, to| {
        let code = g.requantize(acc, frac, to, Rounding::HalfUp);
        g.name(code, name)
    };
    match *stage {
        Stage::Linear { y } => (first(g, "rounded", y), y),
        Stage::Fused { z, table } => {
            let z = first(g, "z", z);
            let module = library.table(table);
            (g.instance_named(&module, "fused", &[z])[0], library.plan().tables[table].output)
        }
        Stage::Activated { z: format, table, h, tail, y } => {
            let z = first(g, "z", format);
            let code = match table {
                Some(t) => {
                    let module = library.table(t);
                    g.instance_named(&module, "activation", &[z])[0]
                }
                None => g.requantize(z, format.frac, h, Rounding::HalfUp),
            };
            g.name(code, "h");
            match library.tail(tail, h, y) {
                Some(module) => (g.instance_named(&module, "kind", &[code])[0], y),
                None => (g.requantize(code, h.frac, y, Rounding::HalfUp), y),
            }
        }
    }
}

/// The header of a neuron's file.
fn describe(library: &Library<'_>, n: &PlanNeuron, acc_frac: i32) -> String {
    let tables = &library.plan().tables;
    let computes = match &n.stage {
        Stage::Linear { y } => format!("y = z in {y}"),
        Stage::Fused { z, table } => format!("z in {z}, y = {} in one table", tables[*table].function()),
        Stage::Activated { z, table, h, tail, y } => {
            let activation = table.map_or("z".to_owned(), |t| tables[t].activation.to_string());
            let kind = match tail {
                Tail::Ordinary => "h",
                Tail::Amplifying => "h^2",
                Tail::Attenuating { .. } => "h/(h^2 + b)",
            };
            format!("z in {z}, h = {activation} in {h}, y = {kind} in {y}")
        }
    };
    format!(
        "Neuron: z = sum of w*x + bias, exact with {}; {computes}.\n\
         Weights in {}: {}. Bias {}.",
        count(acc_frac, "fraction bit"),
        n.weight,
        n.weights.iter().map(i64::to_string).collect::<Vec<_>>().join(" "),
        n.bias
    )
}
