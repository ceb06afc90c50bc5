//! The layers as C functions: a sum of products per neuron, then its stage.

use super::constants::Constants;
use super::support::Helper;
use super::text::{list, literal};
use crate::export::steps::{self, Limits, Step, storage};
use crate::plan::{Head, Plan};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The functions `layer0`, `layer1`, ... and what they need.
pub(super) struct Layers {
    pub text: String,
    /// Bytes of weights, biases and scales of scores.
    pub weight_bytes: usize,
    /// Lengths of the buffers between layers; the last layer writes to the caller, unless a head takes it.
    pub buffers: [usize; 2],
    /// Their bytes, and those of the list of the best classes.
    pub buffer_bytes: usize,
}

/// The buffer that a layer writes.
pub(super) fn buffer(layer: usize) -> &'static str {
    if layer.is_multiple_of(2) { "a" } else { "b" }
}

impl Layers {
    pub fn new(plan: &Plan, constants: Constants, used: &mut BTreeSet<Helper>) -> Layers {
        let mut w = Writer::new(plan, constants, used);
        let mut buffers = [0; 2];
        for (l, layer) in plan.layers.iter().enumerate() {
            w.layer(l);
            if l + 1 < plan.layers.len() || plan.head().is_some() {
                buffers[l % 2] = buffers[l % 2].max(layer.neurons.len());
            }
        }
        let mut buffer_bytes = 8 * (buffers[0] + buffers[1]);
        match plan.head() {
            Some(Head::Argmax(argmax)) => buffer_bytes += w.decide(argmax, &plan.score_formats()),
            Some(Head::Softmax(softmax)) => w.shares(softmax, &plan.score_formats()),
            None => {}
        }
        Layers { text: w.out, weight_bytes: w.weight_bytes, buffers, buffer_bytes }
    }
}

/// Writes functions and notes what they call.
pub(super) struct Writer<'a> {
    plan: &'a Plan,
    pub(super) constants: Constants,
    pub(super) used: &'a mut BTreeSet<Helper>,
    pub(super) out: String,
    pub(super) weight_bytes: usize,
}

impl<'a> Writer<'a> {
    pub fn new(plan: &'a Plan, constants: Constants, used: &'a mut BTreeSet<Helper>) -> Writer<'a> {
        Writer { plan, constants, used, out: String::new(), weight_bytes: 0 }
    }

    fn layer(&mut self, l: usize) {
        let inputs = self.plan.input_formats(l).len();
        let neurons = steps::layer(self.plan, l);
        let bits = storage(neurons.iter().flat_map(|n| &n.weights).copied());
        self.need(Helper::dot(bits));
        // Each neuron adds a bias of eight bytes, which stands in the code.
        self.weight_bytes += neurons.len() * (inputs * bits as usize / 8 + 8);
        let place = self.constants.place();
        let mut text =
            format!("static const int{bits}_t layer{l}_w[{}][{inputs}]{place} = {{\n", neurons.len());
        for neuron in &neurons {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {},", list(&neuron.weights, bits));
        }
        let _ = write!(text, "}};\n\nstatic void layer{l}(const int64_t *x, int64_t *y)\n{{\n");
        for (n, neuron) in neurons.iter().enumerate() {
            let sum = format!("dot{bits}({}, layer{l}_w[{n}], x, {inputs})", literal(neuron.bias));
            text.push_str(&self.steps(&neuron.steps, sum, &format!("y[{n}]")));
        }
        text.push_str("}\n\n");
        self.out.push_str(&text);
    }

    fn need(&mut self, helper: Helper) {
        self.used.insert(helper);
        self.constants.needs(helper, self.used);
        self.used.extend(helper.needs());
    }

    /// Statements that leave in `y` what the steps make of an expression.
    pub fn steps(&mut self, steps: &[Step], sum: String, y: &str) -> String {
        let (mut text, mut value) = (String::new(), sum);
        for &step in steps {
            value = match step {
                Step::Clamp(to) => self.call(Helper::Clamp, format!("clamp({value}, {})", limits(to))),
                Step::Narrow { by, to } => {
                    self.call(Helper::Narrow, format!("narrow({value}, {by}, {})", limits(to)))
                }
                Step::Widen { by, to } => {
                    self.call(Helper::Widen, format!("widen({value}, {by}, {})", limits(to)))
                }
                Step::Table(t) => format!("table{t}({value})"),
                Step::Square => {
                    // Once, not twice.
                    text.push_str(&format!("    {y} = {value};\n"));
                    format!("{y} * {y}")
                }
                Step::Attenuate { b, up, down, to } => {
                    let (b, to) = (literal(b), limits(to));
                    self.call(Helper::Attenuate, format!("attenuate({value}, {b}, {up}, {down}, {to})"))
                }
            };
        }
        text + &format!("    {y} = {value};\n")
    }

    fn call(&mut self, helper: Helper, text: String) -> String {
        self.need(helper);
        text
    }
}

fn limits(to: Limits) -> String {
    format!("{}, {}", literal(to.lo), literal(to.hi))
}
