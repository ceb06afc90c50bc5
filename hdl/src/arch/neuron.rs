//! One neuron with constant weights.

use super::Library;
use crate::expr::{Graph, Sig};
use crate::module::Module;
use crate::units::weighted_sum;
use gainstage_golden::num::{Format, Rounding};
use gainstage_golden::plan::{PlanNeuron, Range, Stage, Tail};

/// Inputs `x0`, `x1`, ... in `formats`, output `y`: `golden::plan::Plan::neuron` on codes.
///
/// `ranges` are the codes the inputs can really have; the formats' own ranges where nothing is known.
pub fn neuron_module(
    library: &mut Library<'_>,
    neuron: &PlanNeuron,
    formats: &[Format],
    ranges: &[Range],
    name: &str,
) -> Module {
    let mut g = Graph::new();
    let inputs = formats.iter().zip(ranges).enumerate().map(|(i, (&f, r))| {
        let x = g.input(&format!("x{i}"), f);
        g.assume_range(x, r.0 as i128, r.1 as i128)
    });
    let inputs: Vec<Sig> = inputs.collect();
    let frac = neuron.acc_frac(formats);
    let products: Vec<(Sig, i64)> = inputs
        .iter()
        .zip(&neuron.weights)
        .zip(formats)
        .map(|((&x, &w), &f)| (x, w << neuron.alignment(f, frac)))
        .collect();
    let acc = weighted_sum(&mut g, &products, neuron.bias as i128, library.weights());
    g.name(acc, "acc");
    let (y, format) = stage(&mut g, library, &neuron.stage, acc, frac);
    g.output("y", y, format);
    Module::new(name, &describe(library, neuron, frac), g, library.target())
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
        "Neuron: z = sum of w*x + bias, exact with {acc_frac} fraction bits; {computes}.\n\
         Weights in {}: {}. Bias {}.",
        n.weight,
        n.weights.iter().map(i64::to_string).collect::<Vec<_>>().join(" "),
        n.bias
    )
}
