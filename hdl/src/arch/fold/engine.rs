//! One engine as a module.

use super::layout::{Cell, Layout};
use super::program::{Program, Step};
use super::{Lanes, post};
use crate::arch::Library;
use crate::expr::{Column, Graph, Range, Rom, RomStyle, Sig, Write};
use crate::module::Module;
use std::ops::Range as Span;
use std::sync::Arc;

/// ROMs with more words than this ask for block RAM.
const LOGIC_WORDS: usize = 32;

/// An engine and its timing, in clocks after its start.
pub struct Engine {
    /// Inputs `start`, `x0`, ...; outputs `done`, `y0`, ...
    pub module: Arc<Module>,
    /// What it does when.
    pub program: Program,
    /// Clocks from a result's leaving until it can be an operand.
    pub delay: u32,
    /// The wire with every neuron's result, and its stage; `None` if it has no wire of its own.
    pub result: Option<(String, u32)>,
}

impl Engine {
    /// The clock in which `done` is high, stages of the pipeline not counted.
    pub fn done(&self) -> u32 {
        self.program.window() - 1
    }
}

/// An engine for some layers.
pub fn engine(library: &mut Library<'_>, name: &str, layers: Span<usize>, lanes: Lanes) -> Engine {
    // The program depends on how long a result takes to the operands' memory, and that on the pipeline, which depends
    // on the program's length alone.
    let mut delay = 1;
    loop {
        let program = Program::new(library.plan(), layers.clone(), lanes, delay);
        let mut engine = Builder::new(library, name, layers.clone(), lanes, &program).build(program.clone());
        engine.delay = delay;
        let needed = (0..engine.module.graph().rams().len() as u32).map(|r| engine.module.ram_delay(r)).max();
        match needed {
            Some(needed) if needed > delay => delay = needed,
            _ => return engine,
        }
    }
}

struct Builder<'a, 'b> {
    library: &'b mut Library<'a>,
    name: &'b str,
    layers: Span<usize>,
    lanes: Lanes,
    layout: Layout<'a>,
    program: &'b Program,
    g: Graph,
}

/// What the program says in a clock.
struct Control {
    first: Sig,
    complete: Sig,
    leaves: Sig,
    done: Sig,
    place: Sig,
    cell: Sig,
    from_memory: Sig,
    operand: Sig,
}

/// The constants of the neuron whose result leaves.
struct Constants {
    bias: Sig,
    source: Sig,
    way: Sig,
    last: Sig,
    banks: Vec<Sig>,
    address: Sig,
}

impl<'a, 'b> Builder<'a, 'b> {
    fn new(
        library: &'b mut Library<'a>,
        name: &'b str,
        layers: Span<usize>,
        lanes: Lanes,
        program: &'b Program,
    ) -> Builder<'a, 'b> {
        let layout = Layout::new(library.plan(), layers.clone());
        Builder { library, name, layers, lanes, layout, program, g: Graph::new() }
    }

    fn build(mut self, program: Program) -> Engine {
        let start = self.g.input_range("start", 0, 1);
        let formats = self.library.plan().input_formats(self.layers.start);
        let x: Vec<Sig> =
            formats.iter().enumerate().map(|(i, &f)| self.g.input(&format!("x{i}"), f)).collect();
        let x: Vec<Sig> = x.into_iter().map(|x| self.g.hold(start, x)).collect();
        let clock = self.clock(start);
        let control = self.control(clock);
        let constants = self.constants(control.cell);
        let rams = self.rams();
        let sums = self.sums(clock, &control, &x, &rams);
        let sum = self.leaving(&control, &sums);
        let total = self.g.add(sum, constants.bias);
        let (source, way) = (constants.source, constants.way);
        let result = post::post(&mut self.g, self.library, &self.layout, total, source, way);
        self.g.name(result, "result");
        self.store(&control, &constants, &rams, result);
        self.outputs(&control, &constants, result);
        let wire = (self.g.name_of(result) == Some("result")).then_some(result);
        let doc = self.describe();
        let module = Module::new(self.name, &doc, self.g, self.library.target());
        let result = wire.and_then(|s| Some(("result".to_owned(), module.schedule().place(s)?.stage)));
        Engine { module: Arc::new(module), program, delay: 0, result }
    }

    fn describe(&self) -> String {
        let names: Vec<String> = self.layers.clone().map(|l| l.to_string()).collect();
        format!(
            "Engine: layers {} with {} sums at a time, {} inputs at a time; {} clocks from one start to the next.\n\
             A counter walks through ROMs: weights, program, and the constants of each neuron. Other weights and\n\
             biases of the same formats are other contents of the memory files.",
            names.join(", "),
            self.lanes.neurons,
            self.lanes.inputs,
            self.program.window(),
        )
    }

    /// Clocks since the start; the number of steps when there is nothing to do.
    fn clock(&mut self, start: Sig) -> Sig {
        let g = &mut self.g;
        let idle = self.program.steps.len() as i128;
        let state = g.state("clock", 0, idle);
        let zero = g.constant(0);
        let clock = g.mux(start, zero, state);
        let (end, one) = (g.constant(idle), g.constant(1));
        let (ended, more) = (g.eq(clock, end), g.add(clock, one));
        let next = g.mux(ended, end, more);
        let next = g.assume_range(next, 0, idle);
        g.set_next(state, next);
        clock
    }

    /// A table read by the clock, with a last entry for idleness.
    fn by_clock(&self, range: Range, entry: impl Fn(&Step) -> i128) -> Column {
        let idle = Step::default();
        let entries = self.program.steps.iter().chain([&idle]).map(entry).collect();
        Column { entries, range }
    }

    fn style(words: usize) -> RomStyle {
        if words > LOGIC_WORDS { RomStyle::Block } else { RomStyle::Logic }
    }

    fn control(&mut self, clock: Sig) -> Control {
        let bit = Range::of_bits(false, 1);
        let upto = |n: usize| Range::new(0, n.max(1) as i128 - 1);
        let last = self.layers.end - 1;
        let layout = &self.layout;
        let outputs = self.library.plan().layers[last].neurons.len();
        let is_end = move |r: &(usize, usize, usize)| (r.0, r.1 + 1) == (last, outputs);
        let inner = self.layers.start;
        let several = if self.layers.len() > 1 { bit } else { Range::new(0, 0) };
        let mut operand = 0;
        let operands: Vec<usize> = (self.program.steps.iter())
            .map(|s| {
                // Between products the last operand stays: one that is there.
                operand = s.products.map_or(operand, |(l, _, chunk)| self.address(l, chunk));
                operand
            })
            .chain([0])
            .collect();
        let mut from = 0;
        let memory: Vec<i128> = (self.program.steps.iter())
            .map(|s| {
                from = s.products.map_or(from, |(l, _, _)| (l > inner) as i128);
                from
            })
            .chain([0])
            .collect();
        let first = |s: &Step| s.products.is_some_and(|p| p.2 == 0) as i128;
        let columns = [
            self.by_clock(bit, first),
            self.by_clock(bit, |s| s.complete as i128),
            self.by_clock(bit, |s| s.result.is_some() as i128),
            self.by_clock(bit, |s| s.result.as_ref().is_some_and(is_end) as i128),
            self.by_clock(upto(self.lanes.neurons), |s| s.result.map_or(0, |r| r.2 as i128)),
            self.by_clock(upto(layout.cells.len()), |s| {
                s.result.map_or(0, |r| layout.cell(r.0, r.1) as i128)
            }),
            Column { entries: memory, range: several },
            Column {
                range: upto(operands.iter().max().map_or(1, |m| m + 1)),
                entries: operands.into_iter().map(|o| o as i128).collect(),
            },
        ];
        let style = Self::style(self.program.steps.len() + 1);
        let s = self.g.rom_columns(clock, &format!("{}_program", self.name), style, &columns);
        let names = ["first", "complete", "leaves", "done", "place", "cell", "from_memory", "operand"];
        names.iter().zip(&s).for_each(|(name, &s)| {
            self.g.name(s, name);
        });
        Control {
            first: s[0],
            complete: s[1],
            leaves: s[2],
            done: s[3],
            place: s[4],
            cell: s[5],
            from_memory: s[6],
            operand: s[7],
        }
    }

    /// Where a chunk of a layer's inputs is: among the inputs, or in the memories, where layers alternate.
    fn address(&self, layer: usize, chunk: usize) -> usize {
        if layer == self.layers.start { chunk } else { (layer % 2) * self.half() + chunk }
    }

    /// Words that the results of one layer take in each memory.
    fn half(&self) -> usize {
        let inner = self.layers.start..self.layers.end - 1;
        let most = inner.map(|l| self.library.plan().layers[l].neurons.len()).max().unwrap_or(1);
        most.div_ceil(self.lanes.inputs)
    }

    fn constants(&mut self, cell: Sig) -> Constants {
        let (layout, lanes) = (&self.layout, self.lanes);
        let upto = |n: usize| Range::new(0, n.max(1) as i128 - 1);
        let column = |range, entry: &dyn Fn(&Cell) -> usize| {
            let entries = layout.cells.iter().map(|c| entry(c) as i128).collect();
            Column { entries, range }
        };
        let last = self.layers.end - 1;
        let outputs = self.library.plan().layers[last].neurons.len();
        // The last layer's results go to the outputs, the others' to the memory of their input.
        let place = |c: &Cell| match c.layer == last {
            true => c.neuron,
            false => self.address(c.layer + 1, c.neuron / lanes.inputs),
        };
        let several = if self.layers.len() > 1 { Range::of_bits(false, 1) } else { Range::new(1, 1) };
        let biases = layout.cells.iter().map(|c| layout.bias(c)).collect();
        let mut columns = vec![
            Column { entries: biases, range: layout.biases() },
            column(upto(layout.sources.len()), &|c| c.source),
            column(upto(layout.ways.len()), &|c| c.way),
            column(several, &|c| (c.layer == last) as usize),
            column(upto(outputs.max(2 * self.half())), &place),
        ];
        if self.layers.len() > 1 {
            for bank in 0..lanes.inputs {
                let mine = |c: &Cell| (c.layer != last && c.neuron % lanes.inputs == bank) as usize;
                columns.push(column(Range::of_bits(false, 1), &mine));
            }
        }
        let style = Self::style(layout.cells.len());
        let s = self.g.rom_columns(cell, &format!("{}_neurons", self.name), style, &columns);
        self.g.name(s[0], "bias");
        let banks = s[5..].to_vec();
        Constants { bias: s[0], source: s[1], way: s[2], last: s[3], banks, address: s[4] }
    }

    /// A memory for each input taken at a time, if results come back.
    fn rams(&mut self) -> Vec<u32> {
        let (depth, range) = (2 * self.half(), self.layout.results(self.library.plan()));
        let banks = if self.layers.len() > 1 { 0..self.lanes.inputs } else { 0..0 };
        banks.map(|b| self.g.ram(&format!("operands{b}"), depth, range)).collect()
    }

    /// The operand of each input taken at a time.
    fn operands(&mut self, control: &Control, x: &[Sig], rams: &[u32]) -> Vec<Sig> {
        let banks = 0..self.lanes.inputs;
        let bank = |b: usize| {
            let mine: Vec<Sig> = x.iter().copied().skip(b).step_by(self.lanes.inputs).collect();
            // A lane beyond the inputs has weights of 0.
            let input = if mine.is_empty() { x[0] } else { self.g.select(control.operand, &mine) };
            let Some(&ram) = rams.get(b) else { return input };
            let depth = 2 * self.half() as i128;
            let address = self.g.assume_range(control.operand, 0, depth - 1);
            let word = self.g.read(ram, address);
            self.g.mux(control.from_memory, word, input)
        };
        banks.map(bank).collect()
    }

    /// The running sum of each neuron computed at a time.
    fn sums(&mut self, clock: Sig, control: &Control, x: &[Sig], rams: &[u32]) -> Vec<Sig> {
        let x = self.operands(control, x, rams);
        let range = self.layout.sums();
        (0..self.lanes.neurons)
            .map(|p| {
                let terms: Vec<Sig> = (0..self.lanes.inputs).map(|b| self.term(clock, p, b, x[b])).collect();
                let term = self.g.sum(&terms);
                let sum = self.g.accumulate(control.first, term, range.lo, range.hi);
                self.g.name(sum, &format!("sum{p}"))
            })
            .collect()
    }

    /// The aligned product of a lane.
    fn term(&mut self, clock: Sig, p: usize, b: usize, x: Sig) -> Sig {
        let layout = &self.layout;
        let product = |s: &Step| {
            let (l, first, chunk) = s.products?;
            let cell = layout.cells.get(layout.cell(l, first) + p).filter(|c| c.layer == l)?;
            let input = chunk * self.lanes.inputs + b;
            Some((cell, input)).filter(|_| input < cell.inputs.len())
        };
        let weight = |s: &Step| product(s).map_or(0, |(cell, i)| cell.plan.weights[i] as i128);
        let weights = self.by_clock(layout.weights(), weight);
        let shifts: Vec<Option<u32>> =
            (self.program.steps.iter()).map(|s| product(s).map(|(cell, i)| layout.shift(cell, i))).collect();
        let mut different: Vec<u32> = shifts.iter().copied().flatten().collect();
        different.sort_unstable();
        different.dedup();
        let number = |s: &Option<u32>| s.and_then(|s| different.binary_search(&s).ok()).unwrap_or(0) as i128;
        let entries = shifts.iter().chain([&None]).map(number).collect();
        let numbers = Column { entries, range: Range::new(0, different.len().max(1) as i128 - 1) };
        let words = self.program.steps.len() + 1;
        let name = format!("{}_weights_{p}_{b}", self.name);
        let rom = Rom::new(&name, weights.entries).with_range(weights.range).with_style(Self::style(words));
        let w = self.g.rom(clock, &Arc::new(rom));
        self.g.name(w, &format!("weight{p}_{b}"));
        let product = self.g.mul(w, x);
        self.g.name(product, &format!("product{p}_{b}"));
        if different.len() <= 1 {
            return self.g.shl(product, different.first().copied().unwrap_or(0));
        }
        let name = format!("{}_shifts_{p}_{b}", self.name);
        let number = self.g.rom_columns(clock, &name, Self::style(words), &[numbers])[0];
        let shifted: Vec<Sig> = different.iter().map(|&s| self.g.shl(product, s)).collect();
        self.g.select(number, &shifted)
    }

    /// The sum that leaves: the others of its group are kept until it is their turn.
    fn leaving(&mut self, control: &Control, sums: &[Sig]) -> Sig {
        let mut waiting = sums.to_vec();
        for sum in &mut waiting[1..] {
            *sum = self.g.hold(control.complete, *sum);
        }
        self.g.select(control.place, &waiting)
    }

    /// Results that are operands of a later layer.
    fn store(&mut self, control: &Control, constants: &Constants, rams: &[u32], result: Sig) {
        for (&ram, &bank) in rams.iter().zip(&constants.banks) {
            let enable = self.g.and(control.leaves, bank);
            let address = self.g.assume_range(constants.address, 0, 2 * self.half() as i128 - 1);
            self.g.write(ram, Write { enable, address, data: result });
        }
    }

    fn outputs(&mut self, control: &Control, constants: &Constants, result: Sig) {
        self.g.output_range("done", control.done);
        let formats = self.library.plan().input_formats(self.layers.end);
        let mine = self.g.and(control.leaves, constants.last);
        for (n, format) in formats.into_iter().enumerate() {
            let number = self.g.constant(n as i128);
            let this = self.g.eq(constants.address, number);
            let enable = self.g.and(mine, this);
            // What other neurons reach does not matter to this one.
            let (lo, hi) = (format.min_code() as i128, format.max_code() as i128);
            let code = self.g.bound(result, lo, hi);
            let y = self.g.hold(enable, code);
            self.g.output(&format!("y{n}"), y, format);
        }
    }
}
