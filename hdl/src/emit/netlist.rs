//! Nets with one driver each.

use super::names::{Names, is_assigned};
use super::operation;
use super::text::Text;
use super::{add, address, exact};
use crate::device::Family;
use crate::expr::{Op, Sig};
use crate::module::{Module, identifier};
use std::cell::RefCell;
use std::collections::HashMap;

/// What a net is in Verilog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Input,
    Output,
    Wire,
    Register,
    /// Wire at an input port of an instance.
    ToChild,
    /// Wire at an output port of an instance.
    FromChild,
    /// Wire at the output of a hard multiplier or a carry chain.
    FromBlock,
}

/// A named bundle of bits.
#[derive(Clone, Debug)]
pub(super) struct Net {
    pub name: String,
    pub width: u32,
    pub signed: bool,
    pub kind: Kind,
}

/// What a net gets: continuously, or at the clock edge if it is a register.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    pub net: String,
    pub value: Text,
    /// Pipeline stage of the assignment, to sort the text by.
    pub stage: u32,
}

/// A table and the name of its memory.
pub(super) struct Memory {
    pub name: String,
    pub rom: usize,
}

/// A memory's write port.
pub(super) struct RamWrite {
    pub ram: usize,
    pub enable: Text,
    pub address: Text,
    pub data: Text,
}

/// An instance of a child; its port nets are called `instance_port`.
pub(super) struct Child {
    pub name: String,
    pub instance: usize,
}

/// A multiplication in a hard block, registered inside.
pub(super) struct Multiplication {
    pub name: String,
    pub registers: u32,
    pub a: Text,
    pub b: Text,
    /// The net with all bits of the product.
    pub product: String,
}

/// An addition on a carry chain of its own.
pub(super) struct Addition {
    pub name: String,
    pub subtract: bool,
    pub a: Text,
    pub b: Text,
    /// The net with the sum.
    pub sum: String,
}

/// A module as nets, drivers and children.
pub(super) struct Netlist {
    pub nets: Vec<Net>,
    pub drivers: Vec<Driver>,
    pub children: Vec<Child>,
    pub memories: Vec<Memory>,
    /// Names of the memories that are written.
    pub rams: Vec<String>,
    pub writes: Vec<RamWrite>,
    pub multiplications: Vec<Multiplication>,
    pub additions: Vec<Addition>,
    /// Wires that synthesis is to leave whole.
    pub kept: Vec<String>,
    /// Bits that no one reads, as texts, for the sink.
    pub unread: Vec<String>,
    pub sink: String,
    /// Bits of each net that someone reads, lowest first; missing ones are not read.
    pub read: HashMap<String, Vec<bool>>,
}

/// Name of the valid shift register.
pub(super) const VALID: &str = "valid_pipe";

/// Looks up nets for expressions and notes which bits they read.
pub(super) struct Scope<'a> {
    pub module: &'a Module,
    /// Per node: wire and registers by boundary.
    nets: Vec<Vec<String>>,
    /// Per node: whether the last of them is a register of its complement.
    inverted: Vec<bool>,
    /// Per node: whether it is a sum of which multipliers must see all.
    pub kept: Vec<bool>,
    pub memories: HashMap<usize, String>,
    pub rams: Vec<String>,
    pub read: RefCell<HashMap<String, Vec<bool>>>,
}

impl Scope<'_> {
    /// The net that carries a node in a stage. Constants have none.
    pub fn net(&self, s: Sig, stage: u32) -> Option<&str> {
        let place = self.module.schedule().place(s)?;
        self.nets[s.index()].get((stage - place.stage) as usize).map(String::as_str)
    }

    /// Whether a node is carried as its complement in a stage.
    pub fn is_inverted(&self, s: Sig, stage: u32) -> bool {
        let place = self.module.schedule().place(s);
        self.inverted[s.index()] && place.is_some_and(|p| p.last == stage)
    }

    /// Notes that bits `lo..lo+width` of a net are read.
    pub fn note(&self, net: &str, lo: u32, width: u32) {
        let (from, to) = (lo as usize, (lo + width) as usize);
        let mut read = self.read.borrow_mut();
        let bits = read.entry(net.to_owned()).or_default();
        if bits.len() < to {
            bits.resize(to, false);
        }
        bits[from..to].fill(true);
    }
}

/// Builds the nets of a module.
pub(super) fn build(m: &Module) -> Netlist {
    let mut names = Names::default();
    // A net of the module's own name would hide it: Verilator warns of that.
    names.unique(m.name());
    let mut n = Netlist {
        nets: Vec::new(),
        drivers: Vec::new(),
        children: Vec::new(),
        memories: Vec::new(),
        rams: Vec::new(),
        writes: Vec::new(),
        multiplications: Vec::new(),
        additions: Vec::new(),
        kept: Vec::new(),
        unread: Vec::new(),
        sink: String::new(),
        read: HashMap::new(),
    };
    ports(m, &mut n, &mut names);
    n.sink = names.unique("unused");
    memories(m, &mut n, &mut names);
    children(m, &mut n, &mut names);
    let inverted = address::inverted(m);
    let nets = nodes(m, &inverted, &mut n, &mut names);
    let memories = n.memories.iter().map(|x| (x.rom, x.name.clone())).collect();
    let (rams, kept) = (n.rams.clone(), exact::kept(m));
    let scope = Scope { module: m, nets, inverted, kept, memories, rams, read: RefCell::default() };
    drive(&scope, &mut n, &mut names);
    m.multipliers().for_each(|s| multiplication(&scope, &mut n, &mut names, s));
    n.drivers.sort_by_key(|d| d.stage);
    n.read = scope.read.into_inner();
    n.unread = unread(&n);
    n
}

fn ports(m: &Module, n: &mut Netlist, names: &mut Names) {
    let mut add = |name: &str, width, signed, kind| {
        names.unique(name);
        n.nets.push(Net { name: name.to_owned(), width, signed, kind });
    };
    if m.needs_clock() {
        add("clk", 1, false, Kind::Input);
    }
    if m.has_valid() {
        add("rst", 1, false, Kind::Input);
        add("in_valid", 1, false, Kind::Input);
    }
    m.inputs().iter().for_each(|p| add(&p.name, p.width(), p.signed(), Kind::Input));
    if m.has_valid() {
        add("out_valid", 1, false, Kind::Output);
        add(VALID, m.latency(), false, Kind::Register);
    }
    let outputs = m.graph().immediate_outputs().iter().chain(m.outputs());
    outputs.for_each(|(p, _)| add(&p.name, p.width(), p.signed(), Kind::Output));
}

fn memories(m: &Module, n: &mut Netlist, names: &mut Names) {
    for rom in m.roms() {
        let index = m.graph().roms().iter().position(|r| r == rom).unwrap_or(0);
        n.memories.push(Memory { name: names.unique(&memory_name(m, &rom.name)), rom: index });
    }
    let rams = m.graph().rams().iter();
    n.rams = rams.map(|ram| names.unique(&identifier(&ram.name))).collect();
}

/// A memory is called after what sets its file apart from its module, or `rom`.
fn memory_name(m: &Module, file: &str) -> String {
    match file.strip_prefix(m.name()).map(|rest| rest.trim_start_matches('_')) {
        Some("") => "rom".to_owned(),
        Some(rest) => identifier(rest),
        None => identifier(file),
    }
}

fn children(m: &Module, n: &mut Netlist, names: &mut Names) {
    for (i, instance) in m.graph().instances().iter().enumerate() {
        if m.input_stages()[i].is_none() {
            continue;
        }
        let child = &instance.module;
        let name = names.unique(&identifier(&instance.name));
        let inputs = child.inputs().iter().map(|p| (p, Kind::ToChild));
        let outputs = child.outputs().iter().map(|(p, _)| (p, Kind::FromChild));
        for (p, kind) in inputs.chain(outputs) {
            let net = names.unique(&format!("{name}_{}", p.name));
            n.nets.push(Net { name: net, width: p.width(), signed: p.signed(), kind });
        }
        n.children.push(Child { name, instance: i });
    }
}

/// Nets of all nodes; returns their names per node.
fn nodes(m: &Module, inverted: &[bool], n: &mut Netlist, names: &mut Names) -> Vec<Vec<String>> {
    let g = m.graph();
    let mut all = vec![Vec::new(); g.nodes().len()];
    for (i, node) in g.nodes().iter().enumerate() {
        let s = Sig(i as u32);
        if m.schedule().place(s).is_none() {
            continue;
        }
        let given = match node.op {
            Op::Input(port) => Some(m.inputs()[port as usize].name.clone()),
            Op::Out { instance, port } => {
                let child = n.children.iter().find(|c| c.instance == instance as usize);
                let port = &g.instances()[instance as usize].module.outputs()[port as usize].0;
                child.map(|c| format!("{}_{}", c.name, port.name))
            }
            Op::State(state) => Some(names.unique(&identifier(&g.states()[state as usize].name))),
            _ => None,
        };
        all[i] = names.node(m, s, given.as_deref());
        if let Some(last) = all[i].last_mut().filter(|_| inverted[i]) {
            *last = names.unique(&format!("{last}_n"));
        }
        let (width, signed) = (node.range.width(), node.range.signed());
        let state = matches!(node.op, Op::State(_));
        let inside = m.schedule().inside(s) as usize;
        let first = if is_assigned(node.op) || state { inside } else { 1 };
        for (k, name) in all[i].iter().enumerate().skip(first) {
            let kind = if k == inside && !state { Kind::Wire } else { Kind::Register };
            n.nets.push(Net { name: name.clone(), width, signed, kind });
        }
    }
    all
}

/// Drivers of everything, in the order of stages.
fn drive(scope: &Scope, n: &mut Netlist, names: &mut Names) {
    let m = scope.module;
    for (i, nets) in scope.nets.iter().enumerate() {
        let (s, Some(place)) = (Sig(i as u32), m.schedule().places[i]) else { continue };
        let inside = m.schedule().inside(s) as usize;
        if is_assigned(m.graph().op(s)) && inside == 0 {
            let value = if add::is_instance(m, s) {
                add::value(scope, n, names, s, place.stage)
            } else if exact::is_arithmetic(m.graph().op(s)) {
                exact::value(scope, n, names, s, place.stage)
            } else {
                operation::text(scope, s, place.stage)
            };
            n.drivers.push(Driver { net: nets[0].clone(), value, stage: place.stage });
        }
        for (k, pair) in nets.windows(2).enumerate().skip(inside) {
            let stage = place.stage + k as u32;
            let value = operation::read(scope, s, stage, 0, m.graph().width(s));
            let value = if scope.is_inverted(s, stage + 1) { Text::unary("~", value) } else { value };
            n.drivers.push(Driver { net: pair[1].clone(), value, stage });
        }
    }
    for child in &n.children {
        let instance = &m.graph().instances()[child.instance];
        let stage = m.input_stages()[child.instance].unwrap_or(0);
        for (port, &s) in instance.module.inputs().iter().zip(&instance.inputs) {
            let value = operation::read(scope, s, stage, 0, port.width());
            n.drivers.push(Driver { net: format!("{}_{}", child.name, port.name), value, stage });
        }
    }
    for (port, s) in m.outputs() {
        let value = operation::read(scope, *s, m.latency(), 0, port.width());
        n.drivers.push(Driver { net: port.name.clone(), value, stage: m.latency() });
    }
    state(scope, n);
    if m.has_valid() {
        valid(scope, n);
    }
}

/// A hard multiplier: operands in two's complement, and its product as the node's first net.
fn multiplication(scope: &Scope, n: &mut Netlist, names: &mut Names, s: Sig) {
    let (m, g) = (scope.module, scope.module.graph());
    let (Op::Mul(a, b), Some(place)) = (g.op(s), m.schedule().place(s)) else { return };
    let registers = m.schedule().inside(s);
    let operand = |x: Sig| operation::read(scope, x, place.stage, 0, g.range(x).signed_width());
    let (a, b) = (operand(a), operand(b));
    // The wider port comes first where ports differ.
    let (a, b) = if a.width < b.width && m.target().family == Family::Xc7 { (b, a) } else { (a, b) };
    let net = scope.nets[s.index()][registers as usize].clone();
    let name = names.unique(&format!("{net}_block"));
    let product = names.unique(&format!("{net}_full"));
    let width = a.width + b.width;
    scope.note(&product, 0, g.width(s));
    let value = Text::part(&product, width, 0, g.width(s));
    n.nets.push(Net { name: product.clone(), width, signed: false, kind: Kind::FromBlock });
    n.drivers.push(Driver { net, value, stage: place.stage + registers });
    n.multiplications.push(Multiplication { name, registers, a, b, product });
}

/// Next values, immediate outputs and write ports.
fn state(scope: &Scope, n: &mut Netlist) {
    let g = scope.module.graph();
    for (i, node) in g.nodes().iter().enumerate() {
        if let (Op::State(state), Some(name)) = (node.op, scope.nets[i].first()) {
            let state = &g.states()[state as usize];
            let next = state.next.map(|next| operation::read(scope, next, 0, 0, state.range.width()));
            let value = next.unwrap_or_else(|| Text::literal(0, state.range.width()));
            n.drivers.push(Driver { net: name.clone(), value, stage: 0 });
        }
    }
    for (port, s) in g.immediate_outputs() {
        let value = operation::read(scope, *s, 0, 0, port.width());
        n.drivers.push(Driver { net: port.name.clone(), value, stage: 0 });
    }
    for (i, write) in g.written() {
        let (ram, stage) = (&g.rams()[i as usize], scope.module.schedule().write_stages[i as usize]);
        n.writes.push(RamWrite {
            ram: i as usize,
            enable: operation::read(scope, write.enable, stage, 0, 1),
            address: operation::read(scope, write.address, stage, 0, operation::ram_address_bits(ram)),
            data: operation::read(scope, write.data, stage, 0, ram.range.width()),
        });
    }
}

/// The shift register of `in_valid`; its reset stands where it is printed.
fn valid(scope: &Scope, n: &mut Netlist) {
    let latency = scope.module.latency();
    let shifted = match latency {
        1 => Text::net("in_valid", 1),
        l => Text::concat(vec![Text::part(VALID, l, 0, l - 1), Text::net("in_valid", 1)]),
    };
    n.drivers.push(Driver { net: VALID.to_owned(), value: shifted, stage: 0 });
    let out = Text::part(VALID, latency, latency - 1, 1);
    n.drivers.push(Driver { net: "out_valid".to_owned(), value: out, stage: latency });
    scope.note("in_valid", 0, 1);
    scope.note("rst", 0, 1);
    scope.note(VALID, latency - 1, 1);
    (0..latency - 1).for_each(|i| scope.note(VALID, i, 1));
}

/// The runs of bits that no one reads.
fn unread(n: &Netlist) -> Vec<String> {
    let mut all = Vec::new();
    for net in n.nets.iter().filter(|x| !matches!(x.kind, Kind::Output | Kind::ToChild) && x.name != "clk") {
        let read = n.read.get(&net.name);
        let is_read = |b: &u32| read.and_then(|r| r.get(*b as usize)).copied().unwrap_or(false);
        let mut lo = 0;
        while lo < net.width {
            let end = (lo..net.width).find(is_read).unwrap_or(net.width);
            if end > lo {
                all.push(Text::part(&net.name, net.width, lo, end - lo).text);
            }
            lo = end + 1;
        }
    }
    all
}
