//! Engines in a chain, and the handshake around them.

use super::engine::Engine;
use super::{Lanes, Load, budget};
use crate::arch::{Library, Network, Probe, headed};
use crate::device::Target;
use crate::expr::{Graph, Sig};
use crate::module::Module;
use crate::options::BuildError;
use gainstage_golden::plan::Plan;
use std::ops::Range;
use std::sync::Arc;

/// The circuit of a validated plan as a chain of engines, each with its layers and its multipliers; all of them take at
/// most `max_dsp` hard multipliers.
///
/// Ports: `clk`, `rst`, `in_valid`, `in_ready`, `x0`, ..., `out_valid`, `y0`, ... A sample is taken in a clock in
/// which `in_valid` and `in_ready` are high and `rst` is low; its outputs are there, with `out_valid` high for one
/// clock, exactly the latency later. Where weights are loaded ([`Load`]), `in_ready` is low until they are there.
///
/// # Errors
/// More multipliers than are allowed.
pub fn fold(
    plan: &Plan,
    target: &Target,
    parts: &[(Range<usize>, Lanes)],
    max_dsp: Option<u32>,
) -> Result<Network, BuildError> {
    let engines = budget::engines(plan, target, parts, max_dsp)?;
    // Two clocks at least, so that there is something to count.
    let interval = engines.iter().map(|e| e.program.window()).max().unwrap_or(1).max(2);
    // What stands behind the engines leaves a limited number of multipliers to them.
    let library = Library::new(plan, target);
    let mut library = if max_dsp.is_some() { library.in_logic() } else { library };
    // Registers do not depend on the latency that the handshake counts: the first try tells it.
    let pipeline = top(&mut library, &engines, interval, 1).latency();
    let latency = pipeline + engines.iter().map(Engine::done).sum::<u32>();
    let module = top(&mut library, &engines, interval, latency);
    let probes = probes(plan, &engines);
    let load = engines.into_iter().find_map(|e| e.load).map(|load| load.rom);
    Ok(Network { top: Arc::new(module), probes, latency, interval, ready: true, load })
}

const LOAD_NOTE: &str = "\nWeights are loaded first: load_start for a clock, then each clock with load_valid takes a word on \
    load_data.\nUntil loaded is 1 no sample is taken; rst changes nothing of that, and samples inside at a load_start are lost.";

fn top(library: &mut Library<'_>, engines: &[Engine], interval: u32, latency: u32) -> Module {
    let plan = library.plan();
    let mut g = Graph::new();
    let load = engines.iter().find_map(|e| e.load.as_ref());
    let mut values = handshake(&mut g, interval, latency, load);
    values.extend(plan.input_ports().iter().zip(&plan.inputs).map(|(name, &f)| g.input(name, f)));
    for (e, engine) in engines.iter().enumerate() {
        // Its outputs are `done`, which starts the next one, and its results.
        values = g.instance_named(&engine.module, &format!("engine{e}"), &values);
    }
    let scores = values.split_off(1);
    let y = headed(&mut g, library, scores);
    for ((name, &y), format) in plan.output_ports().iter().zip(&y).zip(plan.output_formats()) {
        g.output(name, y, format);
    }
    let doc = format!(
        "Network in {} engines: a sample every {interval} clocks, {latency} clocks from a sample to its outputs.\n\
         A sample is taken where in_valid and in_ready are high. rst, synchronous, makes in_ready high and forgets\n\
         the samples inside. Outputs count where out_valid is 1: for one clock.{}{}",
        engines.len(),
        if load.is_some() { LOAD_NOTE } else { "" },
        plan.note()
    );
    Module::new(&plan.name, &doc, g, library.target())
}

/// `in_ready` and `out_valid` by counters; returns what says that a sample is taken: `in_valid`, and neither `occupied` nor `rst`.
/// Behind these what an engine must know of a load.
fn handshake(g: &mut Graph, interval: u32, latency: u32, load: Option<&Load>) -> Vec<Sig> {
    let (rst, valid) = (g.input_range("rst", 0, 1), g.input_range("in_valid", 0, 1));
    let loading = load.map_or(Vec::new(), |load| load.control(g));
    let busy = g.state("busy", 0, i128::from(interval) - 1);
    // That `busy` is not 0, in a register of its own: what wakes up with zeros is ready.
    let occupied = g.state("occupied", 0, 1);
    let mut ready = g.invert_bit(occupied);
    if let Some(&loaded) = loading.first() {
        ready = g.and(ready, loaded);
    }
    g.output_immediate("in_ready", ready);
    let runs = g.invert_bit(rst);
    let taken = g.and(valid, ready);
    let taken = g.and(taken, runs);
    g.name(taken, "taken");
    count_down(g, busy, rst, taken, interval - 1);
    let two = g.constant(2);
    let more = g.ge(busy, two);
    let (more, runs) = (g.or(taken, more), g.invert_bit(rst));
    let next = g.and(more, runs);
    g.set_next(occupied, next);
    // A sample may enter before its predecessors are out: several counters after each other, none longer than the
    // interval, carry them along.
    let mut out = taken;
    let mut left = latency;
    for i in 0.. {
        let clocks = left.min(interval);
        let wait = g.state(&format!("wait{i}"), 0, i128::from(clocks));
        count_down(g, wait, rst, out, clocks);
        let one = g.constant(1);
        out = g.eq(wait, one);
        left -= clocks;
        if left == 0 {
            break;
        }
    }
    g.output_immediate("out_valid", out);
    [valid, occupied, rst].into_iter().chain(loading).collect()
}

/// A counter that is set to `clocks` by a pulse and counts down to 0.
fn count_down(g: &mut Graph, state: Sig, rst: Sig, pulse: Sig, clocks: u32) {
    let (zero, one, most) = (g.constant(0), g.constant(1), g.constant(i128::from(clocks)));
    let ended = g.is_zero(state);
    let less = g.sub(state, one);
    let less = g.mux(ended, zero, less);
    let less = g.assume_range(less, 0, i128::from(clocks));
    let next = g.mux(pulse, most, less);
    let next = g.mux(rst, zero, next);
    g.set_next(state, next);
}

/// The wire with the results of an engine has those of one neuron after the other.
fn probes(plan: &Plan, engines: &[Engine]) -> Vec<Probe> {
    // The first engine takes the sample, and begins a clock later.
    let mut start = 1;
    let mut all = Vec::new();
    for (e, engine) in engines.iter().enumerate() {
        let Some((wire, stage)) = &engine.result else { continue };
        for (clock, step) in (0..).zip(&engine.program.steps) {
            let Some((layer, neuron, _)) = step.result else { continue };
            all.push(Probe {
                layer,
                neuron,
                signal: format!("engine{e}.{wire}_s{stage}"),
                format: plan.output_format(&plan.layers[layer].neurons[neuron]),
                latency: start + clock + stage,
            });
        }
        start += engine.module.latency() + engine.done();
    }
    all
}
