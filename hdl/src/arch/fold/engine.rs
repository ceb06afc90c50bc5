//! One engine as a module.

use super::control::{Leaving, Place};
use super::layout::Layout;
use super::loaded::{Load, Loading};
use super::program::Program;
use super::{Lanes, post};
use crate::arch::Library;
use crate::expr::{Graph, Sig, Write};
use crate::module::Module;
use crate::units::{Rows, Square, square_in_logic};
use std::ops::Range as Span;
use std::sync::Arc;

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
    /// What is loaded before the first sample: the weights, unless they are in ROM.
    pub load: Option<Load>,
}

impl Engine {
    /// The clock in which `done` is high, stages of the pipeline not counted.
    pub fn done(&self) -> u32 {
        self.program.window()
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

/// An engine being made; what it reads by the clock is in `control`, its products in `sums`.
pub(super) struct Builder<'a, 'b> {
    pub(super) library: &'b mut Library<'a>,
    pub(super) name: &'b str,
    pub(super) layers: Span<usize>,
    pub(super) lanes: Lanes,
    pub(super) layout: Layout<'a>,
    pub(super) program: &'b Program,
    pub(super) g: Graph,
    /// Where a word that is loaded goes, and which part of the word it is.
    pub(super) load_word: Option<Sig>,
    pub(super) load_part: Option<Sig>,
    pub(super) load: Option<Load>,
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
        let (g, load_word, load_part, load) = (Graph::new(), None, None, None);
        Builder { library, name, layers, lanes, layout, program, g, load_word, load_part, load }
    }

    fn build(mut self, program: Program) -> Engine {
        let (start, loading) = self.start();
        let formats = self.library.plan().input_formats(self.layers.start);
        let x: Vec<Sig> =
            formats.iter().enumerate().map(|(i, &f)| self.g.input(&format!("x{i}"), f)).collect();
        let at = self.products(start);
        let leaving = self.results(start, &at);
        let constants = self.constants(&leaving);
        let rams = self.rams();
        let sums = self.sums(start, &at, &x, &rams, loading.as_ref());
        let sum = self.leaving(&at, &leaving, &sums);
        let total = self.total(sum, &constants);
        let (source, way) = (constants.source, constants.way);
        let target = self.library.target();
        let rows = Rows { square: self.square(), division: target.division, name: self.name, target };
        let result = post::post(&mut self.g, self.library, &self.layout, total, source, way, &rows);
        self.g.name(result, "result");
        self.store(&leaving, &rams, result);
        self.outputs(&leaving, result);
        let wire = (self.g.name_of(result) == Some("result")).then_some(result);
        let doc = self.describe();
        let module = Module::new(self.name, &doc, self.g, self.library.target());
        let result = wire.and_then(|s| Some(("result".to_owned(), module.schedule().place(s)?.stage)));
        Engine { module: Arc::new(module), program, delay: 0, result, load: self.load }
    }

    /// A bit: the inputs are there. The engine that takes the circuit's inputs forms it from what the handshake knows in
    /// registers: were it formed before, the inputs would have to wait for it in registers of their own.
    fn start(&mut self) -> (Sig, Option<Loading>) {
        let mut start = self.g.input_range("start", 0, 1);
        if self.layers.start > 0 {
            return (start, None);
        }
        for name in ["occupied", "rst"] {
            let not = self.g.input_range(name, 0, 1);
            let not = self.g.invert_bit(not);
            start = self.g.and(start, not);
        }
        let loading = self.loading();
        if let Some(Loading { loaded, .. }) = loading {
            start = self.g.and(start, loaded);
        }
        (start, loading)
    }

    /// A squarer for every layer of a folded circuit would take multipliers that its sums need; a sequential circuit
    /// has one.
    fn square(&self) -> Square {
        let whole = self.layers.len() == self.library.plan().layers.len();
        if whole && self.library.has_multipliers() { Graph::square } else { square_in_logic }
    }

    fn describe(&self) -> String {
        let names: Vec<String> = self.layers.clone().map(|l| l.to_string()).collect();
        format!(
            "Engine: layers {} with {} sums at a time, {} inputs at a time; {} clocks from one start to the next.\n\
             Counters walk through weights and the constants of each neuron; a few words for each layer say how far.\n\
             Other weights and biases of the same formats are other contents of the memory files.{}",
            names.join(", "),
            self.lanes.neurons,
            self.lanes.inputs,
            self.program.window(),
            if self.load.is_some() {
                "\nWeights lie in memories that are written before the first sample."
            } else {
                ""
            },
        )
    }

    /// The sum that leaves: the others of its group are kept until it is their turn.
    fn leaving(&mut self, at: &Place, leaving: &Leaving, sums: &[Sig]) -> Sig {
        let mut waiting = sums.to_vec();
        for sum in &mut waiting[1..] {
            *sum = self.g.hold(at.complete, *sum);
        }
        self.g.select(leaving.place, &waiting)
    }

    /// Results that are operands of a later layer.
    fn store(&mut self, leaving: &Leaving, rams: &[u32], result: Sig) {
        if rams.is_empty() {
            return;
        }
        let inner = self.g.invert_bit(leaving.last);
        let inner = self.g.and(leaving.leaves, inner);
        // They belong to the next layer.
        let even = self.g.bit(leaving.layer, 0);
        let odd = self.g.invert_bit(even);
        let address = self.address(odd, leaving.slot);
        // What the last layer reaches is not stored.
        let range = self.layout.results(self.library.plan());
        let data = self.g.bound(result, range.lo, range.hi);
        for (b, &ram) in rams.iter().enumerate() {
            let number = self.g.constant(b as i128);
            let mine = self.g.eq(leaving.bank, number);
            let enable = self.g.and(inner, mine);
            self.g.write(ram, Write { enable, address, data });
        }
    }

    fn outputs(&mut self, leaving: &Leaving, result: Sig) {
        self.g.output_range("done", leaving.done);
        let formats = self.library.plan().input_formats(self.layers.end);
        let mine = self.g.and(leaving.leaves, leaving.last);
        let slots = formats.len().div_ceil(self.lanes.inputs);
        // Whether a result leaves, and which, as one number: the scheduler delays that, not an enable for every output.
        let beside = |g: &mut Graph, hi: Sig, lo: Sig| match g.as_const(lo) {
            Some(_) => (hi, 0),
            None => (g.concat(hi, lo, g.width(lo)), g.width(lo)),
        };
        let (which, slot_bits) = beside(&mut self.g, mine, leaving.slot);
        let (which, bank_bits) = beside(&mut self.g, which, leaving.bank);
        self.g.name(which, "which");
        for (n, format) in formats.into_iter().enumerate() {
            let (slot, bank) = (slots - 1 - n / self.lanes.inputs, n % self.lanes.inputs);
            let slot = if slot_bits == 0 { 0 } else { slot };
            let bank = if bank_bits == 0 { 0 } else { bank };
            let number = self.g.constant((((1 << slot_bits) + slot as i128) << bank_bits) + bank as i128);
            let enable = self.g.eq(which, number);
            // What other neurons reach does not matter to this one.
            let (lo, hi) = (format.min_code() as i128, format.max_code() as i128);
            let code = self.g.bound(result, lo, hi);
            let y = self.g.hold(enable, code);
            self.g.output(&format!("y{n}"), y, format);
        }
    }
}
