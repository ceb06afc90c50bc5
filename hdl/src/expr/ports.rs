//! Inputs, outputs and children.

use super::{Graph, Op, Range, Sig};
use crate::module::{Module, identifier};
use gainstage_golden::num::Format;
use std::sync::Arc;

/// A port of a module. Its width and sign follow from the range.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Port {
    /// A Verilog name: what the builder was given, as [`identifier`] writes it.
    pub name: String,
    /// The integers it carries.
    pub range: Range,
    /// Where the binary point is, if the port carries codes of a format.
    pub format: Option<Format>,
}

impl Port {
    /// Bits.
    pub fn width(&self) -> u32 {
        self.range.width()
    }

    /// Whether it is two's complement.
    pub fn signed(&self) -> bool {
        self.range.signed()
    }
}

/// A child module in a graph.
#[derive(Clone, Debug)]
pub struct Instance {
    /// What is instantiated.
    pub module: Arc<Module>,
    /// Instance name.
    pub name: String,
    /// One signal per input port of the child.
    pub inputs: Vec<Sig>,
}

fn range_of(format: Format) -> Range {
    Range::new(format.min_code() as i128, format.max_code() as i128)
}

impl Graph {
    /// An input that carries any code of a format.
    pub fn input(&mut self, name: &str, format: Format) -> Sig {
        self.add_input(Port { name: identifier(name), range: range_of(format), format: Some(format) })
    }

    /// An input that carries an integer of a range.
    pub fn input_range(&mut self, name: &str, lo: i128, hi: i128) -> Sig {
        self.add_input(Port { name: identifier(name), range: Range::new(lo, hi), format: None })
    }

    fn add_input(&mut self, port: Port) -> Sig {
        self.expect_new(&port.name);
        let name = port.name.clone();
        self.inputs.push(port);
        let s = self.push(Op::Input(self.inputs.len() as u32 - 1));
        self.name(s, &name)
    }

    /// An output that carries a code of a format.
    ///
    /// # Panics
    /// If the signal may leave the format: saturate first.
    pub fn output(&mut self, name: &str, s: Sig, format: Format) {
        self.resize(s, format);
        self.add_output(Port { name: identifier(name), range: range_of(format), format: Some(format) }, s);
    }

    /// An output just as wide as the signal needs.
    pub fn output_range(&mut self, name: &str, s: Sig) {
        self.add_output(Port { name: identifier(name), range: self.range(s), format: None }, s);
    }

    /// An output straight from the first stage, without a register behind it and whatever the latency: handshakes.
    /// Only a top module may have one.
    pub fn output_immediate(&mut self, name: &str, s: Sig) {
        let port = Port { name: identifier(name), range: self.range(s), format: None };
        self.expect_new(&port.name);
        self.immediate.push((port, s));
    }

    fn add_output(&mut self, port: Port, s: Sig) {
        self.expect_new(&port.name);
        self.outputs.push((port, s));
    }

    fn expect_new(&self, name: &str) {
        assert!(name != "clk", "a port must not be called clk: the clock is");
        let outputs = self.outputs.iter().chain(&self.immediate).map(|(p, _)| p);
        let taken = self.inputs.iter().chain(outputs).any(|p| p.name == name);
        assert!(!taken, "two ports are called {name}");
    }

    /// The signal, checked to be a code of the format. Widths stay minimal inside a graph, so nothing is added.
    ///
    /// # Panics
    /// If its range leaves the format.
    pub fn resize(&self, s: Sig, format: Format) -> Sig {
        let (have, want) = (self.range(s), range_of(format));
        assert!(want.includes(have), "the range {have} does not fit {format} ({want}): saturate it first");
        s
    }

    /// Outputs of a child that gets these inputs, `latency` cycles earlier.
    ///
    /// # Panics
    /// If the number of inputs is wrong, one may leave its port's range, or the child has a valid pipeline.
    pub fn instance(&mut self, module: &Arc<Module>, inputs: &[Sig]) -> Vec<Sig> {
        let name = format!("u{}_{}", self.instances.len(), module.name());
        self.instance_named(module, &name, inputs)
    }

    /// [`Graph::instance`] with a name for the instance.
    pub fn instance_named(&mut self, module: &Arc<Module>, name: &str, inputs: &[Sig]) -> Vec<Sig> {
        self.expect_fit(module, inputs);
        let same = |i: &Instance| Arc::ptr_eq(&i.module, module) && i.inputs == inputs;
        let index = self.instances.iter().position(same).unwrap_or_else(|| {
            let (module, inputs) = (module.clone(), inputs.to_vec());
            self.instances.push(Instance { module, name: name.to_owned(), inputs });
            self.instances.len() - 1
        });
        let outputs = 0..module.outputs().len() as u32;
        outputs.map(|port| self.push(Op::Out { instance: index as u32, port })).collect()
    }

    fn expect_fit(&self, module: &Module, inputs: &[Sig]) {
        let (name, ports) = (module.name(), module.inputs());
        let top = module.has_valid() || !module.graph().immediate.is_empty();
        assert!(!top, "{name} has handshake ports: only a top module may");
        assert_eq!(ports.len(), inputs.len(), "{name} has {} inputs", ports.len());
        for (port, &s) in ports.iter().zip(inputs) {
            let have = self.range(s);
            assert!(port.range.includes(have), "{name}.{}: {have} does not fit {}", port.name, port.range);
        }
    }

    /// Inputs in the order they were made.
    pub fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    /// Outputs in the order they were made, each with its signal.
    pub fn outputs(&self) -> &[(Port, Sig)] {
        &self.outputs
    }

    /// Outputs of the first stage, in the order they were made.
    pub fn immediate_outputs(&self) -> &[(Port, Sig)] {
        &self.immediate
    }

    /// Children in the order they were made.
    pub fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// Tables in the order they were first read.
    pub fn roms(&self) -> &[Arc<super::Rom>] {
        &self.roms
    }
}
