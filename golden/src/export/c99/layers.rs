//! The layers as C functions: a sum of products per neuron, then its stage.

use super::constants::Constants;
use super::support::Helper;
use super::text::{list, literal, storage};
use crate::num::Format;
use crate::plan::{Argmax, Plan, PlanNeuron, Stage, Tail};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The functions `layer0`, `layer1`, ... and what they need.
pub(super) struct Layers {
    pub text: String,
    /// Bytes of weights, biases and scales of scores.
    pub weight_bytes: usize,
    /// Lengths of the buffers between layers; the last layer writes to the caller, unless a class is decided.
    pub buffers: [usize; 2],
    /// Their bytes.
    pub buffer_bytes: usize,
}

/// The buffer that a layer writes.
pub(super) fn buffer(layer: usize) -> &'static str {
    if layer.is_multiple_of(2) { "a" } else { "b" }
}

impl Layers {
    pub fn new(plan: &Plan, constants: Constants, used: &mut BTreeSet<Helper>) -> Layers {
        let mut w = Writer { plan, constants, used, out: String::new(), weight_bytes: 0 };
        let mut buffers = [0; 2];
        for (l, layer) in plan.layers.iter().enumerate() {
            w.layer(l);
            if l + 1 < plan.layers.len() || plan.argmax.is_some() {
                buffers[l % 2] = buffers[l % 2].max(layer.neurons.len());
            }
        }
        if plan.argmax.is_some() {
            w.decide(&plan.score_formats());
        }
        let buffer_bytes = 8 * (buffers[0] + buffers[1]);
        Layers { text: w.out, weight_bytes: w.weight_bytes, buffers, buffer_bytes }
    }
}

struct Writer<'a> {
    plan: &'a Plan,
    constants: Constants,
    used: &'a mut BTreeSet<Helper>,
    out: String,
    weight_bytes: usize,
}

impl Writer<'_> {
    fn layer(&mut self, l: usize) {
        let formats = self.plan.input_formats(l);
        let (plan, inputs) = (self.plan, formats.len());
        let neurons = &plan.layers[l].neurons;
        let weights: Vec<Vec<i64>> = neurons.iter().map(|n| aligned(n, &formats)).collect();
        let bits = storage(weights.iter().flatten().copied());
        self.need(Helper::dot(bits));
        // Each neuron adds a bias of eight bytes, which stands in the code.
        self.weight_bytes += neurons.len() * (inputs * bits as usize / 8 + 8);
        let place = self.constants.place();
        let mut text =
            format!("static const int{bits}_t layer{l}_w[{}][{inputs}]{place} = {{\n", neurons.len());
        for row in &weights {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {},", list(row, bits));
        }
        let _ = write!(text, "}};\n\nstatic void layer{l}(const int64_t *x, int64_t *y)\n{{\n");
        for (n, neuron) in neurons.iter().enumerate() {
            let sum = format!("dot{bits}({}, layer{l}_w[{n}], x, {inputs})", literal(neuron.bias));
            let y = self.stage(&neuron.stage, &sum, neuron.acc_frac(&formats), &format!("y[{n}]"));
            text.push_str(&y);
        }
        text.push_str("}\n\n");
        self.out.push_str(&text);
    }

    /// The class of the scores in `s`: every score in units of the finest, so that codes compare like values.
    fn decide(&mut self, scores: &[Format]) {
        let body = match scores.len() {
            1 => "    return s[0] > 0;\n".into(),
            n => {
                self.weight_bytes += 8 * n;
                let units: Vec<i64> = Argmax::shifts(scores).iter().map(|by| 1 << by).collect();
                let place = self.constants.place();
                let first = self.constants.read(64, "unit[0]", self.used);
                let each = self.constants.read(64, "unit[i]", self.used);
                format!(
                    "    static const int64_t unit[{n}]{place} = {};\n    int64_t best = s[0] * {first};\n    \
                     int i, index = 0;\n    for (i = 1; i < {n}; i++) {{\n        \
                     const int64_t v = s[i] * {each};\n        if (v > best) {{\n            best = v;\n            \
                     index = i;\n        }}\n    }}\n    return index;\n",
                    list(&units, 64)
                )
            }
        };
        self.out.push_str(
            "/* The largest score's index; of equal ones the lowest. One score is compared with 0. */\n",
        );
        self.out.push_str(&format!("static int64_t decide(const int64_t *s)\n{{\n{body}}}\n\n"));
    }

    fn need(&mut self, helper: Helper) {
        self.used.insert(helper);
        self.constants.needs(helper, self.used);
        self.used.extend(helper.needs());
    }

    /// Statements that leave the neuron's output in `y`.
    fn stage(&mut self, stage: &Stage, sum: &str, frac: i32, y: &str) -> String {
        match *stage {
            Stage::Linear { y: format } => {
                let code = self.requantize(sum, frac, format);
                format!("    {y} = {code};\n")
            }
            Stage::Fused { z, table } => {
                let z = self.requantize(sum, frac, z);
                format!("    {y} = table{table}({z});\n")
            }
            Stage::Activated { z, table, h, tail, y: format } => {
                let code = self.requantize(sum, frac, z);
                let h_code = match table {
                    Some(t) => format!("table{t}({code})"),
                    None if z == h => code,
                    None => self.requantize(&code, z.frac, h),
                };
                self.tail(tail, &h_code, h, format, y)
            }
        }
    }

    fn tail(&mut self, tail: Tail, code: &str, h: Format, format: Format, y: &str) -> String {
        match tail {
            Tail::Ordinary if h == format => format!("    {y} = {code};\n"),
            Tail::Ordinary => format!("    {y} = {};\n", self.requantize(code, h.frac, format)),
            Tail::Amplifying => {
                let square = self.requantize(&format!("{y} * {y}"), 2 * h.frac, format);
                format!("    {y} = {code};\n    {y} = {square};\n")
            }
            Tail::Attenuating { b } => {
                self.need(Helper::Attenuate);
                let shift = h.frac + format.frac;
                let (up, down) = (shift.max(0), (-shift).max(0));
                let (b, (lo, hi)) = (literal(b), range(format));
                format!("    {y} = attenuate({code}, {b}, {up}, {down}, {lo}, {hi});\n")
            }
        }
    }

    /// An expression for the value of another, rounded half up and saturated.
    fn requantize(&mut self, value: &str, from_frac: i32, to: Format) -> String {
        let (lo, hi) = range(to);
        match from_frac - to.frac {
            0 => {
                self.need(Helper::Clamp);
                format!("clamp({value}, {lo}, {hi})")
            }
            // Beyond 63 bits everything rounds to 0, as it does at 63: |value| is below 2^62.
            right if right > 0 => {
                self.need(Helper::Narrow);
                format!("narrow({value}, {}, {lo}, {hi})", right.min(63))
            }
            // Beyond 62 bits everything but 0 saturates, as it does at 62.
            left => {
                self.need(Helper::Widen);
                format!("widen({value}, {}, {lo}, {hi})", (-left).min(62))
            }
        }
    }
}

/// Weights that bring every product to the sum's point. A validated plan keeps them in 64 bits.
fn aligned(neuron: &PlanNeuron, formats: &[Format]) -> Vec<i64> {
    let frac = neuron.acc_frac(formats);
    neuron.weights.iter().zip(formats).map(|(&w, &f)| w << neuron.alignment(f, frac)).collect()
}

fn range(format: Format) -> (String, String) {
    (literal(format.min_code()), literal(format.max_code()))
}
