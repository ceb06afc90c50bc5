//! Architecture `parallel`: every neuron is there, weights are constants, a new sample every clock.

use super::cost::blocks;
use super::multiplied::{self, Multiplied};
use super::neuron::sums_graph;
use super::{Library, Network, activation_module, headed, sums_module};
use crate::arch::Probe;
use crate::device::Target;
use crate::expr::{Graph, Sig};
use crate::module::Module;
use crate::units::Multiplier;
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Plan, Range};
use gainstage_golden::text::count;
use gainstage_golden::watch::Task;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The circuit of a validated plan. Initiation interval 1; the latency follows from the target's clock. Where weights may
/// have multipliers, those have them that save the most adders, as many as `most` leaves by estimate.
pub fn parallel(plan: &Plan, target: &Target, weights: Multiplier, most: Option<u32>) -> Network {
    sharing(plan, target, weights, most, &SharedSums::default())
}

/// A layer, and which products of each of its neurons multipliers form.
type Sums = (usize, Vec<Vec<usize>>);

/// The sums of a plan's layers before registers are placed: what they share does not depend on the clock.
#[derive(Default)]
pub struct SharedSums(Mutex<HashMap<Sums, Graph>>);

impl SharedSums {
    /// The sums of a layer, worked out once.
    fn of(&self, layer: usize, multiplied: &[Vec<usize>], make: impl FnOnce() -> Graph) -> Graph {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry((layer, multiplied.to_vec())).or_insert_with(make).clone()
    }
}

/// The same circuit, with sums that are known already.
pub(super) fn sharing(
    plan: &Plan,
    target: &Target,
    weights: Multiplier,
    most: Option<u32>,
    sums: &SharedSums,
) -> Network {
    let spare = match (weights, most) {
        (Multiplier::ShiftAdd, _) => 0,
        (Multiplier::Dsp, None) => u64::MAX,
        (Multiplier::Dsp, Some(most)) => {
            let (others, _) = blocks(&circuit(plan, target, &multiplied::none(plan), sums).top);
            u64::from(most).saturating_sub(others)
        }
    };
    circuit(plan, target, &multiplied::hardest(plan, target, spare), sums)
}

fn circuit(plan: &Plan, target: &Target, multiplied: &Multiplied, sums: &SharedSums) -> Network {
    let bounds = plan.bounds();
    let mut library = Library::new(plan, target);
    let mut g = Graph::new();
    let mut values: Vec<Sig> =
        plan.input_ports().iter().zip(&plan.inputs).map(|(name, &f)| g.input(name, f)).collect();
    let mut ranges: Vec<Range> = plan.inputs.iter().map(|f| (f.min_code(), f.max_code())).collect();
    let mut layers = Vec::new();
    let task = Task::begin("placing registers, by layer", plan.layers.len() as u64);
    for (l, bounds) in bounds.iter().enumerate() {
        let layer = layer_module(&mut library, l, &ranges, &multiplied[l], sums);
        values = g.instance_named(&layer.module, &format!("layer{l}"), &values);
        ranges = bounds.iter().map(|b| b.y).collect();
        layers.push(layer);
        task.step();
    }
    values = headed(&mut g, &mut library, values);
    for ((name, &y), format) in plan.output_ports().iter().zip(&values).zip(plan.output_formats()) {
        g.output(name, y, format);
    }
    let doc = format!(
        "Network, fully parallel: a sample every clock. The data path runs freely; rst clears the valid\n\
         pipeline only, and outputs count where out_valid is 1.{}",
        plan.note()
    );
    let top = Module::new(&plan.name, &doc, g, target).with_valid();
    Network::every_clock(top, probes(plan, &layers))
}

/// A layer and the latency of each of its neurons.
struct Layer {
    module: Arc<Module>,
    neurons: Vec<u32>,
}

fn layer_module(
    library: &mut Library<'_>,
    l: usize,
    ranges: &[Range],
    multiplied: &[Vec<usize>],
    shared: &SharedSums,
) -> Layer {
    let plan = library.plan();
    let formats = plan.input_formats(l);
    let mut g = Graph::new();
    let x: Vec<Sig> = formats.iter().enumerate().map(|(i, &f)| g.input(&format!("x{i}"), f)).collect();
    let neurons = &plan.layers[l].neurons;
    let name = format!("{}_layer{l}_sums", plan.name);
    let graph = shared.of(l, multiplied, || sums_graph(neurons, &formats, ranges, multiplied));
    let sums = Arc::new(sums_module(graph, multiplied, &name, library.target()));
    let accs = g.instance_named(&sums, "sums", &x);
    let mut latencies = Vec::new();
    let mut outputs: Vec<(Sig, Format)> = Vec::new();
    for (n, neuron) in neurons.iter().enumerate() {
        let name = format!("{}_layer{l}_neuron{n}", plan.name);
        let module = Arc::new(activation_module(library, neuron, &formats, g.range(accs[n]), &name));
        latencies.push(sums.latency() + module.latency());
        let y = g.instance_named(&module, &format!("neuron{n}"), &accs[n..=n])[0];
        outputs.push((y, plan.output_format(neuron)));
    }
    for (n, &(y, format)) in outputs.iter().enumerate() {
        g.output(&format!("y{n}"), y, format);
    }
    let doc =
        format!("Layer {l}: {}, {} side by side.", count(x.len(), "input"), count(outputs.len(), "neuron"));
    let module = Module::new(&format!("{}_layer{l}", plan.name), &doc, g, library.target());
    Layer { module: Arc::new(module), neurons: latencies }
}

/// A layer's inputs arrive when the layer before is done.
fn probes(plan: &Plan, layers: &[Layer]) -> Vec<Probe> {
    let mut start = 0;
    let mut all = Vec::new();
    for (l, layer) in layers.iter().enumerate() {
        for (n, latency) in layer.neurons.iter().enumerate() {
            all.push(Probe {
                layer: l,
                neuron: n,
                signal: format!("layer{l}.neuron{n}.y"),
                format: plan.output_format(&plan.layers[l].neurons[n]),
                latency: start + latency,
            });
        }
        start += layer.module.latency();
    }
    all
}
