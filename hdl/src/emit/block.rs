//! A netlist as a rust-hdl block with widths chosen at run time.

use super::netlist::{Kind, Net, Netlist, VALID};
use crate::module::{Module, ROM_DIR};
use rust_hdl::core::check_error::check_all;
use rust_hdl::core::synth::VCDValue;
use rust_hdl::core::type_descriptor::{TypeDescriptor, TypeKind};
use rust_hdl::prelude::{
    Atom, AtomKind, BlackBox, Block, Logic, ModuleDefines, PinConstraint, Probe, Verilog, VerilogLiteral,
};
use std::fmt::Write;

/// A port, register or instance pin.
struct Pin {
    name: String,
    width: u32,
    signed: bool,
    kind: AtomKind,
    driven: bool,
    id: usize,
}

impl Atom for Pin {
    fn bits(&self) -> usize {
        self.width as usize
    }
    fn connected(&self) -> bool {
        self.driven
    }
    fn changed(&self) -> bool {
        false
    }
    fn kind(&self) -> AtomKind {
        self.kind
    }
    fn descriptor(&self) -> TypeDescriptor {
        let bits = self.width as usize;
        let kind = if self.signed { TypeKind::Signed(bits) } else { TypeKind::Bits(bits) };
        TypeDescriptor { name: format!("bits_{bits}"), kind }
    }
    fn vcd(&self) -> VCDValue {
        VCDValue::String(String::new())
    }
    fn id(&self) -> usize {
        self.id
    }
    fn verilog(&self) -> VerilogLiteral {
        false.into()
    }
    fn constraints(&self) -> Vec<PinConstraint> {
        Vec::new()
    }
}

/// A module or, without a body of its own, an instance of one.
struct Unit {
    name: String,
    pins: Vec<Pin>,
    children: Vec<Unit>,
    body: Verilog,
}

impl Logic for Unit {
    fn update(&mut self) {}
    fn hdl(&self) -> Verilog {
        self.body.clone()
    }
}

impl Block for Unit {
    fn connect_all(&mut self) {}
    fn update_all(&mut self) {}
    fn has_changed(&self) -> bool {
        false
    }
    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        self.pins.iter().for_each(|p| probe.visit_atom(&p.name, p));
        self.children.iter().for_each(|c| c.accept(&c.name, probe));
        probe.visit_end_scope(name, self);
    }
}

/// rust-hdl's text of the module, after its own checks.
pub(super) fn elaborate(m: &Module, n: &Netlist) -> Result<String, String> {
    let unit = unit(m, n);
    check_all(&unit).map_err(|e| format!("rust-hdl refuses it: {e:?}"))?;
    let mut defines = ModuleDefines::default();
    unit.accept(m.name(), &mut defines);
    Ok(defines.defines())
}

/// The text with the parameter that says where the files of tables are, if there are any.
pub(super) fn with_parameter(m: &Module, text: String) -> String {
    let head = |parameter: &str| format!("module {}{parameter}(", m.name());
    match m.reads_files() {
        true => text.replacen(&head(""), &head(&format!(" #(parameter {ROM_DIR} = \"\") ")), 1),
        false => text,
    }
}

fn unit(m: &Module, n: &Netlist) -> Unit {
    let mut id = 0;
    let mut pin = |name: &str, net: &Net, kind| {
        id += 1;
        // The netlist's own check has shown that every net has its driver.
        Pin { name: name.to_owned(), width: net.width, signed: net.signed, kind, driven: true, id }
    };
    let mut pins = Vec::new();
    for net in &n.nets {
        match net.kind {
            Kind::Input => pins.push(pin(&net.name, net, AtomKind::InputParameter)),
            // Driven by `assign`, so a net, not a variable.
            Kind::Output => pins.push(pin(&net.name, net, AtomKind::OutputPassthrough)),
            Kind::Register => pins.push(pin(&net.name, net, AtomKind::LocalSignal)),
            Kind::Wire | Kind::ToChild | Kind::FromChild | Kind::FromBlock => {}
        }
    }
    let mut children = Vec::new();
    for child in &n.children {
        let module = &m.graph().instances()[child.instance].module;
        let clock = Net { name: String::new(), width: 1, signed: false, kind: Kind::ToChild };
        let mut own = Vec::new();
        if module.needs_clock() {
            own.push(pin("clk", &clock, AtomKind::OutputPassthrough));
        }
        for p in module.inputs().iter().chain(module.outputs().iter().map(|(p, _)| p)) {
            let net = Net { width: p.width(), signed: p.signed(), ..clock.clone() };
            // Printed as `wire` in the parent, which assigns it.
            own.push(pin(&p.name, &net, AtomKind::OutputPassthrough));
        }
        let parameter =
            if module.reads_files() { format!(" #(.{ROM_DIR}({ROM_DIR}))") } else { String::new() };
        let name = format!("{}{parameter}", module.name());
        let body = Verilog::Blackbox(BlackBox { code: String::new(), name });
        children.push(Unit { name: child.name.clone(), pins: own, children: Vec::new(), body });
    }
    Unit { name: m.name().to_owned(), pins, children, body: Verilog::Custom(body(m, n)) }
}

/// Memories, assignments by stage, the sink, the clocked block.
fn body(m: &Module, n: &Netlist) -> String {
    let mut text = String::new();
    memories(m, n, &mut text);
    super::multiply::instances(m, n, &mut text);
    super::add::instances(n, &mut text);
    assignments(n, &mut text);
    if !n.unread.is_empty() {
        let _ = writeln!(text, "wire {} = &{{1'b0, {}}};", n.sink, n.unread.join(", "));
    }
    registers(n, &mut text);
    writes(n, &mut text);
    if m.has_valid() {
        let valid = n.drivers.iter().find(|d| d.net == VALID).map_or("", |d| &d.value.text);
        let latency = m.latency();
        let _ = writeln!(text, "always @(posedge clk) begin");
        let _ = writeln!(text, "    if (rst) {VALID} <= {latency}'b0;\n    else {VALID} <= {valid};\nend");
    }
    text
}

fn memories(m: &Module, n: &Netlist, text: &mut String) {
    for memory in &n.memories {
        let rom = &m.graph().roms()[memory.rom];
        let style = rom.style.attribute().map_or(String::new(), |s| format!("(* {s} *) "));
        let (width, depth, name) = (rom.width(), rom.words.len(), &memory.name);
        let bits = if width == 1 { String::new() } else { format!("[{}:0] ", width - 1) };
        let _ = writeln!(text, "{style}reg {bits}{name} [0:{}];", depth - 1);
        // Not one expression: not every tool takes an empty string in front of a name.
        let file = rom.file_name();
        let _ = writeln!(
            text,
            "generate\n    if ({ROM_DIR} == \"\") begin : {name}_here\n        initial $readmemh(\"{file}\", {name});\n    \
             end else begin : {name}_there\n        initial $readmemh({{{ROM_DIR}, \"/{file}\"}}, {name});\n    \
             end\nendgenerate"
        );
    }
    for (ram, name) in m.graph().rams().iter().zip(&n.rams) {
        let bits =
            if ram.range.width() == 1 { String::new() } else { format!("[{}:0] ", ram.range.width() - 1) };
        let style = if ram.huge { "(* ram_style = \"huge\" *) " } else { "" };
        let _ = writeln!(text, "{style}reg {bits}{name} [0:{}];", ram.depth - 1);
    }
}

fn writes(n: &Netlist, text: &mut String) {
    for w in &n.writes {
        let (enable, address, data) = (&w.enable.text, &w.address.text, &w.data.text);
        let _ = writeln!(
            text,
            "always @(posedge clk) begin\n    if ({enable}) {}[{address}] <= {data};\nend",
            n.rams[w.ram]
        );
    }
}

fn assignments(n: &Netlist, text: &mut String) {
    let nets: std::collections::HashMap<&str, &Net> = n.nets.iter().map(|x| (x.name.as_str(), x)).collect();
    let mut stage = None;
    for d in &n.drivers {
        let net = nets[d.net.as_str()];
        if net.kind == Kind::Register {
            continue;
        }
        if stage.replace(d.stage) != Some(d.stage) {
            let _ = writeln!(text, "// Stage {}", d.stage);
        }
        let _ = match net.kind {
            Kind::Wire => {
                let signed = if net.signed { "signed " } else { "" };
                let bits = if net.width == 1 { String::new() } else { format!("[{}:0] ", net.width - 1) };
                let (name, value) = (&net.name, &d.value.text);
                match n.kept.contains(name) {
                    // Icarus takes no attribute on a declaration with a value.
                    true => writeln!(text, "(* keep *) wire {signed}{bits}{name};\nassign {name} = {value};"),
                    false => writeln!(text, "wire {signed}{bits}{name} = {value};"),
                }
            }
            _ => writeln!(text, "assign {} = {};", net.name, d.value.text),
        };
    }
}

fn registers(n: &Netlist, text: &mut String) {
    let registers: std::collections::HashSet<&str> =
        n.nets.iter().filter(|x| x.kind == Kind::Register).map(|x| x.name.as_str()).collect();
    let clocked = |d: &&super::netlist::Driver| d.net != VALID && registers.contains(d.net.as_str());
    let mut drivers = n.drivers.iter().filter(clocked).peekable();
    if drivers.peek().is_none() {
        return;
    }
    text.push_str("always @(posedge clk) begin\n");
    drivers.for_each(|d| {
        let _ = writeln!(text, "    {} <= {};", d.net, d.value.text);
    });
    text.push_str("end\n");
}
