//! Cycle-accurate execution of placed registers, an oracle apart from every Verilog simulator.

use super::Module;
use crate::expr::{Op, Sig};

/// A module with the contents of its registers, all 0 at first.
pub struct Simulator<'a> {
    module: &'a Module,
    /// Per node the registers at its boundaries, earliest first.
    registers: Vec<Vec<i128>>,
    /// Per instance its own state; `None` where no output needs it.
    children: Vec<Option<Simulator<'a>>>,
    /// Registers of the first stage.
    states: Vec<i128>,
    /// Words of the memories.
    rams: Vec<Vec<i128>>,
}

impl<'a> Simulator<'a> {
    /// The module with cleared registers.
    pub fn new(module: &'a Module) -> Simulator<'a> {
        let registers = module.schedule().places.iter().map(|p| p.map_or(0, |p| p.last - p.stage));
        let used = module.input_stages();
        let children = module.graph().instances().iter().zip(used);
        Simulator {
            module,
            registers: registers.map(|n| vec![0; n as usize]).collect(),
            children: children.map(|(i, used)| used.map(|_| Simulator::new(&i.module))).collect(),
            states: vec![0; module.graph().states().len()],
            rams: module.graph().rams().iter().map(|r| vec![0; r.depth]).collect(),
        }
    }

    /// What the outputs of the first stage show while the inputs are applied, before the edge.
    pub fn immediate(&self, inputs: &[i128]) -> Vec<i128> {
        let wires = self.wires(inputs);
        self.module.graph().immediate_outputs().iter().map(|(_, s)| wires[s.index()]).collect()
    }

    /// One clock: what the outputs show while the inputs are applied; then the edge.
    pub fn step(&mut self, inputs: &[i128]) -> Vec<i128> {
        assert_eq!(inputs.len(), self.module.inputs().len(), "one integer per input is wanted");
        let wires = self.wires(inputs);
        let outputs = self.outputs(&wires);
        self.edge(&wires);
        outputs
    }

    /// What every wire carries before the edge. Outside the pipeline's warm-up nothing is cut off here.
    fn wires(&self, inputs: &[i128]) -> Vec<i128> {
        let (g, places) = (self.module.graph(), &self.module.schedule().places);
        let mut wires = vec![0; places.len()];
        for (i, node) in g.nodes().iter().enumerate() {
            let v = match (node.op, places[i]) {
                (Op::Const(c), _) => c,
                (_, None) => continue,
                (Op::Input(n), _) => inputs[n as usize],
                (Op::Out { instance, port }, _) => self.child_output(instance, port),
                (Op::State(n), _) => self.states[n as usize],
                (op, Some(place)) => self.operation(i, op, |s| self.read(&wires, s, place.stage)),
            };
            wires[i] = node.range.wrap(v);
        }
        wires
    }

    /// An operation of node `i`, which may remember its value of the clock before.
    fn operation(&self, i: usize, op: Op, v: impl Fn(Sig) -> i128) -> i128 {
        match op {
            Op::Accumulate { first, term, .. } if v(first) == 0 => self.registers[i][0] + v(term),
            Op::Hold { enable, .. } if v(enable) == 0 => self.registers[i][0],
            Op::Read(ram, _) if self.is_written(ram, &v) => self.registers[i][0],
            Op::Read(ram, a) => {
                let words = &self.rams[ram as usize];
                usize::try_from(v(a)).ok().and_then(|a| words.get(a).copied()).unwrap_or(0)
            }
            op => self.module.graph().apply(op, v),
        }
    }

    /// Whether a memory with one port is busy with a write.
    fn is_written(&self, ram: u32, v: &impl Fn(Sig) -> i128) -> bool {
        let ram = &self.module.graph().rams()[ram as usize];
        ram.huge && ram.write.is_some_and(|w| v(w.enable) == 1)
    }

    /// The value of a node as seen in a stage.
    fn read(&self, wires: &[i128], s: Sig, stage: u32) -> i128 {
        match self.module.schedule().place(s) {
            Some(place) if stage > place.stage => {
                self.registers[s.index()][(stage - place.stage - 1) as usize]
            }
            _ => wires[s.index()],
        }
    }

    /// Outputs of a child come from its registers, so they do not depend on its inputs of this cycle.
    fn child_output(&self, instance: u32, port: u32) -> i128 {
        let Some(child) = &self.children[instance as usize] else { return 0 };
        let idle = vec![0; child.module.inputs().len()];
        child.outputs(&child.wires(&idle))[port as usize]
    }

    fn outputs(&self, wires: &[i128]) -> Vec<i128> {
        let latency = self.module.latency();
        self.module.outputs().iter().map(|(_, s)| self.read(wires, *s, latency)).collect()
    }

    fn edge(&mut self, wires: &[i128]) {
        let g = self.module.graph();
        let stages = self.module.input_stages();
        for (i, instance) in g.instances().iter().enumerate() {
            let Some(stage) = stages[i] else { continue };
            let x: Vec<i128> = instance.inputs.iter().map(|&s| self.read(wires, s, stage)).collect();
            if let Some(child) = &mut self.children[i] {
                child.step(&x);
            }
        }
        for (ram, write) in g.written() {
            let stage = self.module.schedule().write_stages[ram as usize];
            let [enable, address, data] = write.operands().map(|s| self.read(wires, s, stage));
            let word = usize::try_from(address).ok().and_then(|a| self.rams[ram as usize].get_mut(a));
            if let (1, Some(word)) = (enable, word) {
                *word = data;
            }
        }
        for (state, s) in self.states.iter_mut().zip(g.states()) {
            *state = s.range.wrap(s.next.map_or(0, |next| wires[next.index()]));
        }
        for (registers, &wire) in self.registers.iter_mut().zip(wires) {
            if !registers.is_empty() {
                registers.rotate_right(1);
                registers[0] = wire;
            }
        }
    }
}
