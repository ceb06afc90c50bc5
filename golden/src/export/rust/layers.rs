//! The layers as Rust functions: a sum of products per neuron, then its steps.

use super::decision;
use super::support::Helper;
use crate::export::steps::{self, Limits, Step, storage};
use crate::plan::{Head, Plan};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The functions `layer0`, `layer1`, ... and what they need.
pub(super) struct Layers {
    pub text: String,
    /// Bytes of weights, biases and scales of scores.
    pub weight_bytes: usize,
}

impl Layers {
    pub fn new(plan: &Plan, used: &mut BTreeSet<Helper>) -> Layers {
        let mut layers = Layers { text: String::new(), weight_bytes: 0 };
        used.insert(Helper::Dot);
        for l in 0..plan.layers.len() {
            layers.layer(plan, l, used);
        }
        let scores = plan.score_formats();
        if let Some(head) = plan.head() {
            // The shifts of several scores.
            layers.weight_bytes += if scores.len() > 1 { 8 * scores.len() } else { 0 };
            layers.text.push_str(&match head {
                Head::Argmax(argmax) => decision::text(argmax, &scores),
                Head::Softmax(softmax) => {
                    let below = "most - v".to_owned();
                    let steps = steps::share(softmax, &scores);
                    let share = steps.iter().fold(below, |v, step| call(step, &v, used));
                    decision::shares(softmax, &scores, &share)
                }
            });
        }
        layers
    }

    fn layer(&mut self, plan: &Plan, l: usize, used: &mut BTreeSet<Helper>) {
        let (inputs, neurons) = (plan.input_formats(l).len(), steps::layer(plan, l));
        let bits = storage(neurons.iter().flat_map(|n| &n.weights).copied());
        self.weight_bytes += neurons.len() * (inputs * bits as usize / 8 + 8);
        let count = neurons.len();
        let mut text = format!("static LAYER{l}_W: [[i{bits}; {inputs}]; {count}] = [\n");
        for neuron in &neurons {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {},", list(&neuron.weights));
        }
        let _ = write!(
            text,
            "];\n\nfn layer{l}(x: &[i64; {inputs}]) -> [i64; {count}] {{\n    let w = &LAYER{l}_W;\n    [\n"
        );
        for (n, neuron) in neurons.iter().enumerate() {
            let mut value = format!("dot({}, &w[{n}], x)", neuron.bias);
            for step in &neuron.steps {
                value = call(step, &value, used);
            }
            let _ = writeln!(text, "        {value},");
        }
        self.text.push_str(&text);
        self.text.push_str("    ]\n}\n\n");
    }
}

/// The function that is called from outside: saturated inputs, then the layers one after the other.
pub(super) fn run(plan: &Plan) -> String {
    let limits: Vec<Limits> = plan.inputs.iter().map(|&f| Limits::of(f)).collect();
    let mut text = String::from(
        "/// Output codes for input codes; codes beyond their formats are saturated.\n\
         pub fn run_codes(x: &[i64; INPUTS]) -> [i64; OUTPUTS] {\n",
    );
    if limits.windows(2).all(|w| w[0] == w[1]) {
        let Limits { lo, hi } = limits[0];
        let _ = writeln!(text, "    let x = &x.map(|code| clamp(code, {lo}, {hi}));");
    } else {
        text.push_str("    let x = &[\n");
        for (i, Limits { lo, hi }) in limits.iter().enumerate() {
            let _ = writeln!(text, "        clamp(x[{i}], {lo}, {hi}),");
        }
        text.push_str("    ];\n");
    }
    let last = plan.layers.len() - 1;
    for l in 0..last {
        let _ = writeln!(text, "    let x = &layer{l}(x);");
    }
    let result = match plan.head() {
        Some(Head::Argmax(argmax)) if argmax.is_plain() => format!("[decide(&layer{last}(x))]"),
        Some(Head::Argmax(_)) => format!("decide(&layer{last}(x))"),
        Some(Head::Softmax(_)) => format!("shares(&layer{last}(x))"),
        None => format!("layer{last}(x)"),
    };
    text + &format!("    {result}\n}}\n\n")
}

/// The call that takes a number on by one step.
fn call(step: &Step, value: &str, used: &mut BTreeSet<Helper>) -> String {
    let (helper, text) = match *step {
        Step::Clamp(Limits { lo, hi }) => (Helper::Clamp, format!("clamp({value}, {lo}, {hi})")),
        Step::Narrow { by, to: Limits { lo, hi } } => {
            (Helper::Narrow, format!("narrow({value}, {by}, {lo}, {hi})"))
        }
        Step::Widen { by, to: Limits { lo, hi } } => {
            (Helper::Widen, format!("widen({value}, {by}, {lo}, {hi})"))
        }
        Step::Table(t) => (Helper::Piecewise, format!("TABLE{t}.at({value})")),
        Step::Square => (Helper::Square, format!("square({value})")),
        Step::Attenuate { b, up, down, to: Limits { lo, hi } } => {
            (Helper::Attenuate, format!("attenuate({value}, {b}, {up}, {down}, {lo}, {hi})"))
        }
    };
    used.insert(helper);
    text
}

/// Values between brackets, wrapped.
pub(super) fn list(values: &[i64]) -> String {
    let mut text = String::from("[");
    let mut column = 1;
    for (i, v) in values.iter().enumerate() {
        let value = v.to_string();
        if i > 0 {
            let wraps = column + value.len() > 100;
            text.push_str(if wraps { ",\n     " } else { ", " });
            column = if wraps { 5 } else { column + 2 };
        }
        column += value.len();
        text.push_str(&value);
    }
    text + "]"
}
