//! A graph with its registers placed: what becomes one Verilog file.

mod name;
mod simulate;

pub use name::identifier;
pub use simulate::Simulator;

use crate::device::Target;
use crate::expr::{Graph, Op, Port, Rom, Sig};
use crate::schedule::{Schedule, schedule};
use std::sync::Arc;

/// The parameter of modules that read tables: the directory where their files are; the working directory if empty.
pub const ROM_DIR: &str = "ROM_DIR";

/// A pipelined circuit that takes new inputs every clock; what it computes may depend on earlier ones.
///
/// Ports: `clk`, the graph's inputs, the graph's outputs; with [`Module::with_valid`] also `rst`, `in_valid` and
/// `out_valid`.
#[derive(Clone, Debug)]
pub struct Module {
    name: String,
    doc: String,
    graph: Graph,
    schedule: Schedule,
    target: Target,
    valid: bool,
}

impl Module {
    /// Places the registers of a graph. `doc` says what is computed; it may have several lines.
    ///
    /// The name is made a Verilog identifier ([`identifier`]). It must say all that distinguishes the module, since
    /// it names the file.
    ///
    /// # Panics
    /// If the graph has no outputs.
    pub fn new(name: &str, doc: &str, graph: Graph, target: &Target) -> Module {
        assert!(!graph.outputs().is_empty(), "{name} has no outputs");
        let schedule = schedule(&graph, target);
        let (name, doc) = (identifier(name), doc.to_owned());
        Module { name, doc, graph, schedule, target: target.clone(), valid: false }
    }

    /// Adds `rst`, `in_valid` and `out_valid`: a shift register as long as the latency, cleared by a synchronous
    /// reset. The datapath runs freely and is not reset; `out_valid` tells which outputs count.
    ///
    /// # Panics
    /// If one of the three is a port already.
    pub fn with_valid(mut self) -> Module {
        let ports = self.inputs().iter().chain(self.outputs().iter().map(|(p, _)| p));
        let mut names = ports.map(|p| p.name.as_str());
        let clash = names.find(|n| ["rst", "in_valid", "out_valid"].contains(n));
        assert_eq!(clash, None, "{}: a port has the name of a control signal", self.name);
        self.valid = true;
        self
    }

    /// Name of the module and of its file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it computes, for the header of the file.
    pub fn doc(&self) -> &str {
        &self.doc
    }

    /// The function.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Where the registers are.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// What it was placed for.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Clocks from inputs to outputs.
    pub fn latency(&self) -> u32 {
        self.schedule.latency
    }

    /// Whether it has the valid pipeline.
    pub fn has_valid(&self) -> bool {
        self.valid
    }

    /// Whether it has a port `clk`: it has registers, or a child has.
    pub fn needs_clock(&self) -> bool {
        self.valid
            || self.schedule.register_bits > 0
            || self.multipliers().next().is_some()
            || !self.graph.rams().is_empty()
            || self.children().any(|c| c.needs_clock())
    }

    /// Whether it or a module below it reads a table from a file: then it has the parameter [`ROM_DIR`].
    pub fn reads_files(&self) -> bool {
        self.roms().next().is_some() || self.children().any(|c| c.reads_files())
    }

    /// Data inputs, without clock and control.
    pub fn inputs(&self) -> &[Port] {
        self.graph.inputs()
    }

    /// Data outputs and the signals they carry.
    pub fn outputs(&self) -> &[(Port, Sig)] {
        self.graph.outputs()
    }

    /// The child of each instance that some output needs, in order; a child used twice stands twice.
    pub fn children(&self) -> impl Iterator<Item = &Arc<Module>> {
        let used = self.input_stages();
        self.graph.instances().iter().zip(used).filter(|(_, u)| u.is_some()).map(|(i, _)| &i.module)
    }

    /// Per instance the stage in which it reads its inputs; `None` if no output needs it.
    pub(crate) fn input_stages(&self) -> Vec<Option<u32>> {
        let mut stages = vec![None; self.graph.instances().len()];
        for (node, place) in self.graph.nodes().iter().zip(&self.schedule.places) {
            if let (Op::Out { instance, .. }, Some(place)) = (node.op, place) {
                let child = &self.graph.instances()[instance as usize].module;
                stages[instance as usize] = Some(place.stage - child.latency());
            }
        }
        stages
    }

    /// The multiplications that become hard blocks with their own registers.
    pub(crate) fn multipliers(&self) -> impl Iterator<Item = Sig> {
        let used = (0..self.graph.nodes().len() as u32).map(Sig);
        used.filter(|&s| self.schedule.inside(s) > 0 && self.schedule.place(s).is_some())
    }

    /// The tables some output needs.
    pub fn roms(&self) -> impl Iterator<Item = &Arc<Rom>> {
        let mut used = vec![false; self.graph.roms().len()];
        for (node, place) in self.graph.nodes().iter().zip(&self.schedule.places) {
            if let (Op::Rom(rom, _), Some(_)) = (node.op, place) {
                used[rom as usize] = true;
            }
        }
        self.graph.roms().iter().zip(used).filter(|(_, u)| *u).map(|(r, _)| r)
    }

    /// Logical clocks from a write of a memory to the first read that sees it; 0 if it is not read and written.
    pub fn ram_delay(&self, ram: u32) -> u32 {
        let nodes = self.graph.nodes().iter().zip(&self.schedule.places);
        let reads = nodes.filter_map(|(n, place)| match n.op {
            Op::Read(r, _) if r == ram => place.map(|p| p.stage),
            _ => None,
        });
        let written = self.schedule.write_stages[ram as usize];
        reads.min().map_or(0, |read| (written + 1).saturating_sub(read))
    }

    /// The outputs for one set of inputs, whatever the latency.
    pub fn evaluate(&self, inputs: &[i64]) -> Vec<i64> {
        self.graph.evaluate(inputs)
    }

    /// Runs the placed registers cycle by cycle: row t of the result is what the outputs show in cycle t, while row
    /// t of the inputs is applied. The first `latency` rows come from registers that hold 0.
    pub fn simulate(&self, inputs: &[Vec<i64>]) -> Vec<Vec<i64>> {
        let mut simulator = Simulator::new(self);
        let wide = |row: &Vec<i64>| row.iter().map(|&x| x as i128).collect::<Vec<_>>();
        let narrow = |row: Vec<i128>| row.into_iter().map(|y| y as i64).collect();
        inputs.iter().map(|row| narrow(simulator.step(&wide(row)))).collect()
    }
}
