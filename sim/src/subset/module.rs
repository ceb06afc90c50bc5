//! Modules: declarations, and one driver for every bit.

use super::Refusal;
use super::expr::{expression, selected};
use super::lexer::Kind;
use super::parser::Parser;
use gainstage_hdl::wrap::manifest::Manifest;
use std::collections::{HashMap, HashSet};

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    Input,
    Output,
    Wire,
    Register,
}

/// A declared signal or memory.
pub(super) struct Signal {
    pub(super) sort: Sort,
    pub(super) width: u32,
    /// Words of a memory.
    pub(super) depth: Option<u32>,
    /// Bits with a driver; a register or a memory has one for all.
    driven: Vec<bool>,
    line: u32,
}

/// The module being read.
pub(super) struct Module<'a> {
    name: &'a str,
    clock: &'a str,
    signals: HashMap<&'a str, Signal>,
    /// Ports in the order of the header, and whether each is an output.
    ports: Vec<&'a str>,
    /// Parameters with a directory's name.
    parameters: HashSet<&'a str>,
    instances: HashSet<&'a str>,
    /// Names of all wires and registers, those further down included.
    everywhere: HashSet<&'a str>,
}

impl<'a> Module<'a> {
    pub(super) fn signal(&self, name: &str) -> Option<&Signal> {
        self.signals.get(name)
    }

    /// Whether a wire or register of this name is declared anywhere in the module.
    pub(super) fn is_anywhere(&self, name: &str) -> bool {
        self.everywhere.contains(name)
    }

    pub(super) fn is_clock(&self, name: &str) -> bool {
        name == self.clock
    }

    fn declare(&mut self, name: &'a str, signal: Signal) -> Result<(), Refusal> {
        let line = signal.line;
        let taken = self.instances.contains(name) || self.parameters.contains(name);
        if taken || self.signals.insert(name, signal).is_some() {
            return Err(Refusal::at(line, format!("`{name}` is declared twice")));
        }
        Ok(())
    }

    /// Notes a driver of some bits.
    fn drive(&mut self, name: &str, line: u32, lo: u32, width: u32) -> Result<(), Refusal> {
        let bits = self.signals.get_mut(name).map(|s| &mut s.driven[lo as usize..(lo + width) as usize]);
        let Some(bits) = bits else {
            return Err(Refusal::at(line, format!("`{name}` is not declared before it is driven")));
        };
        if bits.contains(&true) {
            return Err(Refusal::at(line, format!("`{name}` has a second driver")));
        }
        bits.fill(true);
        Ok(())
    }

    /// Every wire, output, register and memory has its driver.
    fn complete(&self) -> Result<(), Refusal> {
        let missing = |(_, s): &(&&str, &Signal)| s.sort != Sort::Input && s.driven.contains(&false);
        match self.signals.iter().filter(missing).min_by_key(|(_, s)| s.line) {
            None => Ok(()),
            Some((name, s)) => Err(Refusal::at(s.line, format!("`{name}` has bits without a driver"))),
        }
    }
}

/// A port of a module that was read: its name, and whether it is an output.
type Port = (String, bool);

/// What a parent must know of a module.
struct Interface {
    ports: Vec<Port>,
    /// Whether it takes the directory of memory files.
    directory: bool,
}

/// The modules read so far.
pub(super) struct Modules<'m> {
    manifest: &'m Manifest,
    roms: HashSet<&'m str>,
    known: HashMap<String, Interface>,
}

impl<'m> Modules<'m> {
    pub(super) fn new(manifest: &'m Manifest) -> Modules<'m> {
        let last = |path: &'m String| path.rsplit('/').next().unwrap_or(path);
        Modules { manifest, roms: manifest.files.roms.iter().map(last).collect(), known: HashMap::new() }
    }

    /// The top module is there.
    pub(super) fn finish(&self, manifest: &Manifest) -> Result<(), Refusal> {
        match self.known.contains_key(&manifest.top) {
            true => Ok(()),
            false => Err(Refusal::at(1, format!("no file holds the top module {}", manifest.top))),
        }
    }

    fn add(&mut self, name: &str, line: u32, ports: Vec<Port>, directory: bool) -> Result<(), Refusal> {
        match self.known.insert(name.to_owned(), Interface { ports, directory }) {
            None => Ok(()),
            Some(_) => Err(Refusal::at(line, format!("a second module {name}"))),
        }
    }

    /// Notes the ports of a file that is the same in every design; what it says has been compared.
    pub(super) fn helper(&mut self, text: &str, stem: &str) -> Result<(), Refusal> {
        if !text.contains(&format!("\nmodule {stem} ")) {
            return Err(Refusal::at(1, format!("no module {stem} in a file called {stem}.v")));
        }
        let mut ports = Vec::new();
        // Up to the end of the header: `input wire [WIDTH-1:0] a,`.
        for line in text.lines().map(str::trim).take_while(|l| *l != ");") {
            let output = line.starts_with("output ");
            if output || line.starts_with("input ") {
                let name = line.trim_end_matches(',').rsplit(' ').next().unwrap_or_default();
                ports.push((name.to_owned(), output));
            }
        }
        self.add(stem, 1, ports, false)
    }

    /// Reads a file, which holds one module of the file's name.
    pub(super) fn file(&mut self, text: &str, stem: &str) -> Result<(), Refusal> {
        let mut p = Parser::new(text)?;
        p.expect("`default_nettype")?;
        p.expect("none")?;
        p.expect("module")?;
        let line = p.line();
        let name = p.name()?;
        if name != stem {
            return Err(Refusal::at(line, format!("module {name} in a file called {stem}.v")));
        }
        let mut m = Module {
            name,
            clock: "",
            signals: HashMap::new(),
            ports: Vec::new(),
            parameters: HashSet::new(),
            instances: HashSet::new(),
            everywhere: everywhere(&mut p),
        };
        header(&mut p, &mut m)?;
        // Instances of shared modules stand before the wires that they read: they are read when all are known.
        let mut instances = Vec::new();
        while !p.take("endmodule") {
            if self.known.contains_key(p.look(0)) {
                instances.push(p.place());
                p.skip_past(";")?;
            } else {
                self.item(&mut p, &mut m)?;
            }
        }
        let end = p.place();
        for place in instances {
            p.go(place);
            self.instance(&mut p, &mut m)?;
        }
        p.go(end);
        p.expect("`default_nettype")?;
        p.expect("wire")?;
        if !p.is_done() {
            return p.refuse("more than one module");
        }
        m.complete()?;
        let undeclared = m.ports.iter().find(|port| !m.signals.contains_key(*port));
        if let Some(port) = undeclared {
            return Err(Refusal::at(line, format!("port `{port}` is not declared")));
        }
        let ports = m.ports.iter().map(|port| {
            let output = m.signals.get(port).is_some_and(|s| s.sort == Sort::Output);
            ((*port).to_owned(), output)
        });
        self.add(m.name, line, ports.collect(), !m.parameters.is_empty())
    }

    fn item<'a>(&self, p: &mut Parser<'a>, m: &mut Module<'a>) -> Result<(), Refusal> {
        match p.look(0) {
            "input" | "output" => port(p, m, &self.manifest.clock),
            "wire" => wire(p, m),
            "reg" => register(p, m),
            "(" => {
                attribute(p)?;
                if p.look(0) == "wire" { wire(p, m) } else { register(p, m) }
            }
            "assign" => assign(p, m),
            "initial" => self.initial(p, m).map(|_| ()),
            "generate" => self.here_or_there(p, m),
            "always" => always(p, m),
            _ => self.instance(p, m),
        }
    }

    /// `initial $readmemh("file.mem", memory);`
    ///
    /// Gives memory and file.
    fn initial<'a>(&self, p: &mut Parser<'a>, m: &mut Module) -> Result<[&'a str; 2], Refusal> {
        let line = p.line();
        let read = self.read_memory(p, m, None)?;
        m.drive(read[0], line, 0, 1)?;
        Ok(read)
    }

    /// `generate if (DIR == "") ... else ... endgenerate`: one memory from one file, by its plain name or in a directory.
    fn here_or_there<'a>(&self, p: &mut Parser<'a>, m: &mut Module) -> Result<(), Refusal> {
        p.expect("generate")?;
        p.expect("if")?;
        p.expect("(")?;
        let line = p.line();
        let name = p.name()?;
        if !m.parameters.contains(name) {
            return Err(Refusal::at(line, format!("`{name}` is no parameter")));
        }
        p.expect("==")?;
        if p.string()? != "\"\"" {
            return p.refuse("a directory that is compared with another");
        }
        p.expect(")")?;
        block(p)?;
        let here = self.initial(p, m)?;
        p.expect("end")?;
        p.expect("else")?;
        block(p)?;
        // No simulator looks there.
        let there = self.read_memory(p, m, Some(name))?;
        if here != there {
            return p.refuse("another memory or file where a directory is given");
        }
        p.expect("end")?;
        p.expect("endgenerate")
    }

    /// `initial $readmemh("file.mem", memory);` or, in a directory, `initial $readmemh({DIR, "/file.mem"}, memory);`.
    fn read_memory<'a>(
        &self,
        p: &mut Parser<'a>,
        m: &Module,
        directory: Option<&str>,
    ) -> Result<[&'a str; 2], Refusal> {
        p.expect("initial")?;
        p.expect("$readmemh")?;
        p.expect("(")?;
        if let Some(directory) = directory {
            p.expect("{")?;
            p.expect(directory)?;
            p.expect(",")?;
        }
        let line = p.line();
        let text = p.string()?.trim_matches('"');
        let file = if directory.is_some() { text.strip_prefix('/').unwrap_or_default() } else { text };
        if directory.is_some() {
            p.expect("}")?;
        }
        if !self.roms.contains(file) {
            return Err(Refusal::at(line, format!("{text} is no memory file of the manifest")));
        }
        p.expect(",")?;
        let line = p.line();
        let name = p.name()?;
        if m.signal(name).is_none_or(|s| s.depth.is_none()) {
            return Err(Refusal::at(line, format!("`{name}` is no memory")));
        }
        p.expect(")")?;
        p.expect(";")?;
        Ok([name, file])
    }

    /// `module #(.PARAMETER(5)) name (.port(value), ...);`: every port once, outputs on wires of their own.
    fn instance<'a>(&self, p: &mut Parser<'a>, m: &mut Module<'a>) -> Result<(), Refusal> {
        let line = p.line();
        let module = p.name()?;
        let Some(Interface { ports, directory }) = self.known.get(module) else {
            return Err(Refusal::at(line, format!("`{module}` begins nothing that generated Verilog has")));
        };
        let mut handed = false;
        if p.take("#") {
            p.expect("(")?;
            list(p, |p| {
                handed |= overridden(p, m)?;
                Ok(())
            })?;
        }
        if handed != *directory {
            return p.refuse(format!("{module} is not given the directory of its memory files"));
        }
        let line = p.line();
        let name = p.name()?;
        if m.signals.contains_key(name) || !m.instances.insert(name) {
            return Err(Refusal::at(line, format!("`{name}` is declared twice")));
        }
        p.expect("(")?;
        let mut connected = HashSet::new();
        list(p, |p| {
            p.expect(".")?;
            let line = p.line();
            let port = p.name()?;
            let Some((_, output)) = ports.iter().find(|(name, _)| name == port) else {
                return Err(Refusal::at(line, format!("{module} has no port `{port}`")));
            };
            if !connected.insert(port) {
                return Err(Refusal::at(line, format!("port `{port}` is connected twice")));
            }
            p.expect("(")?;
            if port == self.manifest.clock {
                p.expect(m.clock)?;
            } else if *output {
                target(p, m)?;
            } else {
                expression(p, m)?;
            }
            p.expect(")")
        })?;
        if let Some((missing, _)) = ports.iter().find(|(name, _)| !connected.contains(name.as_str())) {
            return Err(Refusal::at(line, format!("`{name}` leaves port `{missing}` of {module} open")));
        }
        p.expect(";")
    }
}

/// Items with commas between, up to the closing parenthesis.
fn list<'a>(
    p: &mut Parser<'a>,
    mut item: impl FnMut(&mut Parser<'a>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    loop {
        item(p)?;
        if !p.take(",") {
            return p.expect(")");
        }
    }
}

/// The names of all wires and registers from here on.
fn everywhere<'a>(p: &mut Parser<'a>) -> HashSet<&'a str> {
    let (start, mut names) = (p.place(), HashSet::new());
    while !p.is_done() {
        if p.take("wire") || p.take("reg") {
            p.take("signed");
            if p.look(0) == "[" && p.skip_past("]").is_err() {
                break;
            }
            names.extend(p.name());
        } else {
            p.go(p.place() + 1);
        }
    }
    p.go(start);
    names
}

/// `begin : name`
fn block(p: &mut Parser) -> Result<(), Refusal> {
    p.expect("begin")?;
    p.expect(":")?;
    p.name().map(|_| ())
}

/// `.WIDTH(5)`, or a directory that is handed down: `.DIR(DIR)`. Gives whether it is that.
fn overridden(p: &mut Parser, m: &Module) -> Result<bool, Refusal> {
    p.expect(".")?;
    p.name()?;
    p.expect("(")?;
    let handed = p.peek().is_some_and(|t| t.kind == Kind::Word && m.parameters.contains(t.text));
    if handed {
        p.next();
    } else {
        p.integer()?;
    }
    p.expect(")")?;
    Ok(handed)
}

/// `#(parameter DIR = "")(clk,x,y);`
fn header<'a>(p: &mut Parser<'a>, m: &mut Module<'a>) -> Result<(), Refusal> {
    if p.take("#") {
        p.expect("(")?;
        list(p, |p| {
            p.expect("parameter")?;
            m.parameters.insert(p.name()?);
            p.expect("=")?;
            p.expect("\"\"").or_else(|_| match p.string()? {
                "\"\"" => Ok(()),
                text => p.refuse(format!("a parameter that is {text} unless told otherwise")),
            })
        })?;
    }
    p.expect("(")?;
    list(p, |p| {
        let name = p.name()?;
        match m.ports.contains(&name) {
            true => p.refuse(format!("port `{name}` is named twice")),
            false => {
                m.ports.push(name);
                Ok(())
            }
        }
    })?;
    p.expect(";")
}

fn port<'a>(p: &mut Parser<'a>, m: &mut Module<'a>, clock: &str) -> Result<(), Refusal> {
    let output = p.take("output");
    if !output {
        p.expect("input")?;
    }
    p.expect("wire")?;
    p.take("signed");
    let width = p.range()?;
    let line = p.line();
    let name = p.name()?;
    if !m.ports.contains(&name) {
        return Err(Refusal::at(line, format!("`{name}` is not in the list of ports")));
    }
    if name == clock {
        if output || width != 1 {
            return Err(Refusal::at(line, format!("the clock `{name}` is an input of one bit")));
        }
        m.clock = name;
    }
    let (sort, driven) = match output {
        true => (Sort::Output, vec![false; width as usize]),
        false => (Sort::Input, vec![true; width as usize]),
    };
    m.declare(name, Signal { sort, width, depth: None, driven, line })?;
    p.expect(";")
}

/// `wire signed [7:0] a;` or, with its driver, `... = expression;`.
fn wire<'a>(p: &mut Parser<'a>, m: &mut Module<'a>) -> Result<(), Refusal> {
    p.expect("wire")?;
    p.take("signed");
    let width = p.range()?;
    let line = p.line();
    let name = p.name()?;
    let driven = p.take("=");
    if driven {
        expression(p, m)?;
    }
    let driven = vec![driven; width as usize];
    m.declare(name, Signal { sort: Sort::Wire, width, depth: None, driven, line })?;
    p.expect(";")
}

/// `reg [7:0] a;` or, as a memory, `reg [7:0] a [0:63];`.
fn register<'a>(p: &mut Parser<'a>, m: &mut Module<'a>) -> Result<(), Refusal> {
    p.expect("reg")?;
    p.take("signed");
    let width = p.range()?;
    let line = p.line();
    let name = p.name()?;
    let mut depth = None;
    if p.take("[") {
        if p.integer()? != 0 {
            return p.refuse("a memory that does not begin at word 0");
        }
        p.expect(":")?;
        depth = Some(p.integer()? + 1);
        p.expect("]")?;
    }
    m.declare(name, Signal { sort: Sort::Register, width, depth, driven: vec![false], line })?;
    p.expect(";")
}

/// `(* rom_style = "block" *)`, `(* keep *)`: where a memory or a product goes, what synthesis leaves whole, and nothing
/// else.
fn attribute(p: &mut Parser) -> Result<(), Refusal> {
    p.expect("(")?;
    p.expect("*")?;
    let line = p.line();
    let name = p.name()?;
    if !name.ends_with("style") && !["keep", "use_dsp"].contains(&name) {
        return Err(Refusal::at(line, format!("the attribute {name}")));
    }
    if p.take("=") {
        let value = p.string()?;
        if !value.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'"' | b'_')) {
            return Err(Refusal::at(line, format!("the attribute {name} is {value}")));
        }
    }
    p.expect("*")?;
    p.expect(")")
}

fn assign(p: &mut Parser, m: &mut Module) -> Result<(), Refusal> {
    p.expect("assign")?;
    target(p, m)?;
    p.expect("=")?;
    expression(p, m)?;
    p.expect(";")
}

/// A wire or an output, or some of its bits, that is driven.
fn target(p: &mut Parser, m: &mut Module) -> Result<(), Refusal> {
    let line = p.line();
    let name = p.name()?;
    let Some(signal) = m.signal(name) else {
        return Err(Refusal::at(line, format!("`{name}` is not declared before it is driven")));
    };
    if !matches!(signal.sort, Sort::Wire | Sort::Output) {
        return Err(Refusal::at(line, format!("`{name}` is driven as a wire, and is none")));
    }
    let width = signal.width;
    let (lo, width) = if p.look(0) == "[" { selected(p, name, width)? } else { (0, width) };
    m.drive(name, line, lo, width)
}

/// `always @(posedge clk) begin ... end`
fn always(p: &mut Parser, m: &mut Module) -> Result<(), Refusal> {
    p.expect("always")?;
    p.expect("@")?;
    p.expect("(")?;
    p.expect("posedge")?;
    if m.clock.is_empty() {
        return p.refuse("a register in a module without a clock");
    }
    p.expect(m.clock)?;
    p.expect(")")?;
    let mut set = HashMap::new();
    statement(p, m, &mut set, 0)?;
    set.into_iter().try_for_each(|(name, line)| m.drive(name, line, 0, 1))
}

/// Registers that a statement sets, and where.
type Set<'a> = HashMap<&'a str, u32>;

fn statement<'a>(p: &mut Parser<'a>, m: &Module, set: &mut Set<'a>, depth: u32) -> Result<(), Refusal> {
    if depth > 20 {
        return p.refuse("statements nested too deeply");
    }
    if p.take("begin") {
        while !p.take("end") {
            statement(p, m, set, depth + 1)?;
        }
        return Ok(());
    }
    if !p.take("if") {
        return clocked(p, m, set);
    }
    p.expect("(")?;
    expression(p, m)?;
    p.expect(")")?;
    // One of the two happens: both may set the same.
    let (mut yes, mut no) = (Set::new(), Set::new());
    statement(p, m, &mut yes, depth + 1)?;
    if p.take("else") {
        statement(p, m, &mut no, depth + 1)?;
    }
    yes.extend(no);
    yes.into_iter().try_for_each(|(name, line)| note(set, name, line))
}

fn note<'a>(set: &mut Set<'a>, name: &'a str, line: u32) -> Result<(), Refusal> {
    match set.insert(name, line) {
        None => Ok(()),
        Some(_) => Err(Refusal::at(line, format!("`{name}` has a second driver"))),
    }
}

/// `register <= expression;` or `memory[address] <= expression;`
fn clocked<'a>(p: &mut Parser<'a>, m: &Module, set: &mut Set<'a>) -> Result<(), Refusal> {
    let line = p.line();
    let name = p.name()?;
    let Some(signal) = m.signal(name).filter(|s| s.sort == Sort::Register) else {
        return Err(Refusal::at(line, format!("`{name}` is set at the clock, and is no register")));
    };
    if signal.depth.is_some() {
        p.expect("[")?;
        expression(p, m)?;
        p.expect("]")?;
    }
    p.expect("<=")?;
    expression(p, m)?;
    p.expect(";")?;
    note(set, name, line)
}
