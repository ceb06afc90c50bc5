//! Places registers for a demanded clock.
//!
//! The convention every module keeps:
//! - inputs are used combinationally in stage 0; who drives them drives them from registers;
//! - outputs leave registers (behind which there may be wiring, never logic), all in the same cycle: the latency,
//!   at least 1;
//! - a new set of inputs may arrive every clock; datapath registers have neither reset nor enable.
//!
//! So a child starts at a stage boundary: its inputs come from registers, and its outputs are as good as registers
//! `latency` stages later. Operations are chained within a stage while they fit the period; one that is longer
//! than the period gets a stage of its own and a [`Slow`] note. Values that cross stages are delayed by
//! registers; constants are not.

mod alap;
mod asap;
mod delay;
mod registered;

pub(crate) use registered::read as bits_read;

use crate::device::{Registered, Target};
use crate::expr::{Graph, Op, RomStyle, Sig};

/// Where a value appears and how long it is needed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Stage in which its wire carries it.
    pub stage: u32,
    /// Nanoseconds after the start of the stage at which it is stable.
    pub arrival: f64,
    /// Last stage that needs it; a register for every boundary from `stage + 1` to here.
    pub last: u32,
}

/// An operation longer than the period.
#[derive(Clone, Debug, PartialEq)]
pub struct Slow {
    /// The operation and its operands' widths, such as `mul 18x18`.
    pub what: String,
    /// The stage it has for itself.
    pub stage: u32,
    /// Its delay.
    pub ns: f64,
}

/// The registers of a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// Clocks from inputs to outputs.
    pub latency: u32,
    /// Per node; `None` for constants and for what no output needs.
    pub places: Vec<Option<Place>>,
    /// Operations that do not fit the period.
    pub slow: Vec<Slow>,
    /// Estimated period in nanoseconds, children included.
    pub achieved_ns: f64,
    /// Bits of registers, children not included.
    pub register_bits: u64,
    /// Per memory the stage at whose end it is written.
    pub write_stages: Vec<u32>,
    /// Per node the registers it has inside, behind which its value appears: those of a hard multiplier, or 0.
    pub inside: Vec<u32>,
}

impl Schedule {
    /// The place of a node that is used.
    pub fn place(&self, s: Sig) -> Option<Place> {
        self.places[s.index()]
    }

    /// The registers inside a node; its value is there so many stages after its operands.
    pub fn inside(&self, s: Sig) -> u32 {
        self.inside[s.index()]
    }
}

/// Who needs a value: an operation, a child, a memory's write port, an output port, or the first stage itself.
#[derive(Clone, Copy, Debug)]
enum User {
    Node(Sig),
    Child(u32),
    Write(u32),
    Output,
    Pinned,
}

/// The graph as the passes see it.
struct Problem<'a> {
    graph: &'a Graph,
    budget: f64,
    /// Delay of each operation.
    delay: Vec<f64>,
    /// Which nodes some output needs.
    live: Vec<bool>,
    /// Which nodes must stay in the first stage.
    pinned: Vec<bool>,
    /// Multiplications that become hard blocks with their registers.
    registered: Vec<Option<Registered>>,
    block_ram: f64,
}

/// A point in the pipeline: a stage and the nanoseconds spent in it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Time {
    stage: u32,
    ns: f64,
}

impl Problem<'_> {
    /// When users can have the value of a node that appears at a time: block RAM from the next stage on, a hard
    /// multiplier behind its registers.
    fn ready(&self, s: Sig, at: Time) -> Time {
        if let Some(r) = self.registered[s.index()] {
            return Time { stage: at.stage + r.registers, ns: r.out };
        }
        match self.graph.op(s) {
            Op::Rom(rom, _) if self.graph.roms()[rom as usize].style == RomStyle::Block => {
                Time { stage: at.stage + 1, ns: self.block_ram }
            }
            Op::Read(..) => Time { stage: at.stage + 1, ns: self.block_ram },
            _ => at,
        }
    }

    /// Whether the node is an operation the passes may move.
    fn movable(&self, s: Sig) -> bool {
        match self.graph.op(s) {
            _ if self.pinned[s.index()] || self.registered[s.index()].is_some() => false,
            Op::Input(_) | Op::Const(_) | Op::Out { .. } | Op::State(_) | Op::Read(..) => false,
            Op::Rom(rom, _) => self.graph.roms()[rom as usize].style != RomStyle::Block,
            _ => true,
        }
    }
}

/// Places the registers of a graph.
pub fn schedule(graph: &Graph, target: &Target) -> Schedule {
    let written = graph.written().flat_map(|(_, w)| w.operands());
    let roots = graph.outputs().iter().map(|(_, s)| *s).chain(graph.pinned()).chain(written);
    let live = cone(graph, roots);
    let pinned = cone(graph, graph.pinned());
    let registered = registered::all(graph, &live, &pinned, target);
    let delay = |i: usize| match registered[i] {
        Some(r) => r.into,
        None => delay::of(graph, Sig(i as u32), target),
    };
    let delay: Vec<f64> = (0..graph.nodes().len()).map(delay).collect();
    let block_ram = target.delays().block_ram;
    let problem = Problem { graph, budget: target.budget_ns(), delay, live, pinned, registered, block_ram };
    let asap = asap::run(&problem);
    let latency = asap::latency(&problem, &asap);
    let writes = asap::write_stages(&problem, &asap);
    let stages = alap::run(&problem, &asap, latency, &writes);
    finish(&problem, &stages, latency, writes, target)
}

/// Nodes that the roots depend on.
fn cone(graph: &Graph, roots: impl Iterator<Item = Sig>) -> Vec<bool> {
    let mut inside = vec![false; graph.nodes().len()];
    roots.for_each(|s| inside[s.index()] = true);
    for i in (0..inside.len()).rev() {
        if inside[i] {
            graph.operands(Sig(i as u32), |s| inside[s.index()] = true);
        }
    }
    inside
}

/// Arrival times and lifetimes for decided stages.
fn finish(
    p: &Problem,
    stages: &[Option<u32>],
    latency: u32,
    write_stages: Vec<u32>,
    target: &Target,
) -> Schedule {
    let mut places: Vec<Option<Place>> = vec![None; stages.len()];
    let (mut slow, mut worst) = (Vec::new(), 0.0f64);
    for (i, stage) in stages.iter().enumerate() {
        let (s, Some(stage)) = (Sig(i as u32), *stage) else { continue };
        let mut start = 0.0f64;
        let first = first_read(p, s, stage);
        p.graph.operands(s, |o| {
            if let Some(place) = &mut places[o.index()] {
                place.last = place.last.max(first);
                let ready = p.ready(o, Time { stage: place.stage, ns: place.arrival });
                start = if ready.stage == stage { start.max(ready.ns) } else { start };
            }
        });
        let arrival = start + p.delay[i];
        // A multiplier's registers may be closer than the period, its inside not.
        let longest = p.delay[i].max(p.registered[i].map_or(0.0, |r| target.inside_ns(r)));
        worst = worst.max(arrival).max(longest);
        if longest > p.budget && longest > 0.0 {
            slow.push(Slow { what: delay::describe(p.graph, s), stage, ns: longest });
        }
        places[i] = Some(Place { stage, arrival, last: stage + u32::from(remembers(p.graph, s)) });
    }
    for (_, s) in p.graph.outputs() {
        if let Some(place) = &mut places[s.index()] {
            place.last = place.last.max(latency);
        }
    }
    for (i, write) in p.graph.written() {
        for s in write.operands() {
            if let Some(place) = &mut places[s.index()] {
                place.last = place.last.max(write_stages[i as usize]);
            }
        }
    }
    let inside: Vec<u32> = p.registered.iter().map(|r| r.map_or(0, |r| r.registers)).collect();
    let bits = |(i, place): (usize, &Option<Place>)| {
        place.map_or(0, |x| (x.last - x.stage - inside[i]) as u64 * p.graph.width(Sig(i as u32)) as u64)
    };
    let states: u64 = p.graph.states().iter().map(|s| u64::from(s.range.width())).sum();
    let register_bits = states + places.iter().enumerate().map(bits).sum::<u64>();
    let children = p.graph.instances().iter().map(|i| i.module.schedule().achieved_ns);
    let achieved_ns = children.fold(worst + target.delays().stage, f64::max);
    Schedule { latency, places, slow, achieved_ns, register_bits, write_stages, inside }
}

/// Whether a node reads its own register of the clock before.
fn remembers(graph: &Graph, s: Sig) -> bool {
    match graph.op(s) {
        Op::Accumulate { .. } | Op::Hold { .. } => true,
        Op::Read(ram, _) => graph.rams()[ram as usize].huge,
        _ => false,
    }
}

/// The stage in which a node reads its operands: a child's output appears `latency` stages after its inputs.
fn first_read(p: &Problem, s: Sig, stage: u32) -> u32 {
    match p.graph.op(s) {
        Op::Out { instance, .. } => stage - p.graph.instances()[instance as usize].module.latency(),
        _ => stage,
    }
}
