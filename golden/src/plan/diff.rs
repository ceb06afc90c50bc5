//! What differs between two plans, and by how much their outputs do.

use super::{Engine, Head, Plan, PlanNeuron, Stage, Tail};
use crate::approx::Table;
use crate::num::Format;
use serde::Serialize;

/// What kind of thing differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// The name of the design.
    Name,
    /// Numbers of inputs, layers and neurons, kinds, whether there is a table, whether a class is decided.
    Topology,
    /// Formats of inputs, weights, z, h and y.
    Formats,
    /// Weights, biases and the constants of attenuators.
    Weights,
    /// Contents of tables.
    Tables,
}

/// One difference: where, and what stands there in each plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What kind of thing.
    pub aspect: Aspect,
    /// Where, as a path into the document, such as `layers[2].neurons[0].weights[5]`.
    pub place: String,
    /// In the first plan.
    pub a: String,
    /// In the second.
    pub b: String,
}

/// By how much one output of two plans differs over some samples.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutputDifference {
    /// The output, from 0.
    pub output: usize,
    /// Samples in which the values differ.
    pub samples: u64,
    /// The largest difference of values.
    pub worst: f64,
    /// The sample where it occurs first, from 0.
    pub worst_sample: u64,
    /// The mean difference of values, over all samples.
    pub mean: f64,
}

/// Everything in which two validated plans differ, in the order of the document. Empty if and only if they are equal in
/// all that decides a bit, and in their names. (Certificates are facts about tables: they do not count.)
pub fn differences(a: &Plan, b: &Plan) -> Vec<Difference> {
    let mut d = Differences { found: Vec::new(), plans: (a, b) };
    d.note(Aspect::Name, "name", &a.name, &b.name);
    d.note(Aspect::Topology, "inputs", count(a.inputs.len()), count(b.inputs.len()));
    for (i, (a, b)) in a.inputs.iter().zip(&b.inputs).enumerate() {
        d.note(Aspect::Formats, &format!("inputs[{i}]"), a, b);
    }
    d.note(Aspect::Topology, "layers", count(a.layers.len()), count(b.layers.len()));
    for (l, (a, b)) in a.layers.iter().zip(&b.layers).enumerate() {
        let place = format!("layers[{l}].neurons");
        d.note(Aspect::Topology, &place, count(a.neurons.len()), count(b.neurons.len()));
        for (n, (a, b)) in a.neurons.iter().zip(&b.neurons).enumerate() {
            d.neuron(&format!("{place}[{n}]"), a, b);
        }
    }
    d.heads(a, b);
    d.found
}

/// By how much each output differs, for input codes of `a` and `b` that mean the same samples; `None` where the plans
/// have different numbers of inputs or outputs.
///
/// # Panics
/// If the codes are no whole samples, or not as many for `b` as for `a`.
pub fn output_differences(a: &Plan, b: &Plan, x: (&[i64], &[i64])) -> Option<Vec<OutputDifference>> {
    let (formats_a, formats_b) = (a.output_formats(), b.output_formats());
    if a.inputs.len() != b.inputs.len() || formats_a.len() != formats_b.len() {
        return None;
    }
    assert_eq!(x.0.len(), x.1.len(), "the same samples for both");
    let (y_a, y_b) = (Engine::new(a).run(x.0), Engine::new(b).run(x.1));
    let outputs = formats_a.len();
    let one = |output: usize| {
        let (f, g) = (formats_a[output], formats_b[output]);
        let codes = y_a.iter().zip(&y_b).skip(output).step_by(outputs);
        let errors = codes.map(|(&a, &b)| (f.value(a) - g.value(b)).abs());
        let mut d = OutputDifference { output, samples: 0, worst: 0.0, worst_sample: 0, mean: 0.0 };
        let mut count = 0u64;
        for error in errors {
            if error > 0.0 {
                d.samples += 1;
            }
            if error > d.worst {
                (d.worst, d.worst_sample) = (error, count);
            }
            d.mean += error;
            count += 1;
        }
        d.mean /= count.max(1) as f64;
        d
    };
    Some((0..outputs).map(one).collect())
}

fn count(n: usize) -> String {
    n.to_string()
}

struct Differences<'a> {
    found: Vec<Difference>,
    plans: (&'a Plan, &'a Plan),
}

impl Differences<'_> {
    fn note(&mut self, aspect: Aspect, place: &str, a: impl ToString, b: impl ToString) {
        let (a, b) = (a.to_string(), b.to_string());
        if a != b {
            self.found.push(Difference { aspect, place: place.into(), a, b });
        }
    }

    /// What the scores become.
    fn heads(&mut self, a: &Plan, b: &Plan) {
        let decides = |p: &Plan| if p.argmax.is_some() { "decides a class" } else { "none" };
        self.note(Aspect::Topology, "argmax", decides(a), decides(b));
        let shares = |p: &Plan| if p.softmax.is_some() { "gives probabilities" } else { "none" };
        self.note(Aspect::Topology, "softmax", shares(a), shares(b));
        match (a.head(), b.head()) {
            (Some(Head::Argmax(v)), Some(Head::Argmax(w))) => {
                self.note(Aspect::Name, "argmax.classes", v.classes.join(", "), w.classes.join(", "));
                self.note(Aspect::Topology, "argmax.top", v.top, w.top);
                self.note(Aspect::Topology, "argmax.margin", v.margin, w.margin);
            }
            (Some(Head::Softmax(v)), Some(Head::Softmax(w))) => {
                self.note(Aspect::Name, "softmax.classes", v.classes.join(", "), w.classes.join(", "));
                self.note(Aspect::Formats, "softmax.z", v.z, w.z);
                self.note(Aspect::Formats, "softmax.bits", v.bits, w.bits);
                self.note(Aspect::Weights, "softmax.unit", v.unit, w.unit);
                self.table("softmax.table", &a.tables[v.table], &b.tables[w.table]);
            }
            _ => {}
        }
    }

    fn neuron(&mut self, place: &str, a: &PlanNeuron, b: &PlanNeuron) {
        self.note(Aspect::Formats, &format!("{place}.weight"), a.weight, b.weight);
        self.note(Aspect::Weights, &format!("{place}.bias"), a.bias, b.bias);
        for (i, (v, w)) in a.weights.iter().zip(&b.weights).enumerate() {
            self.note(Aspect::Weights, &format!("{place}.weights[{i}]"), v, w);
        }
        let place = format!("{place}.stage");
        self.note(Aspect::Topology, &place, shape(&a.stage), shape(&b.stage));
        for ((name, a), (_, b)) in formats(&a.stage).into_iter().zip(formats(&b.stage)) {
            if let (Some(a), Some(b)) = (a, b) {
                self.note(Aspect::Formats, &format!("{place}.{name}"), a, b);
            }
        }
        if let (Some(a), Some(b)) = (constant(&a.stage), constant(&b.stage)) {
            self.note(Aspect::Weights, &format!("{place}.tail.attenuating.b"), a, b);
        }
        if let (Some(a), Some(b)) = (table(&a.stage), table(&b.stage)) {
            let plans = self.plans;
            self.table(&format!("{place}.table"), &plans.0.tables[a], &plans.1.tables[b]);
        }
    }

    /// Contents of tables, not their indices: plans may list the same tables in another order.
    fn table(&mut self, place: &str, a: &Table, b: &Table) {
        self.note(Aspect::Tables, &format!("{place}.function"), a.function(), b.function());
        self.note(Aspect::Formats, &format!("{place}.input"), a.input, b.input);
        self.note(Aspect::Formats, &format!("{place}.output"), a.output, b.output);
        let rest = |t: &Table| {
            let steps: Vec<String> = t.steps.iter().map(|s| format!("{}/{}", s.t, s.s)).collect();
            format!(
                "{:?}, guard {}, {} segments of 2^{}, {:?}, steps [{}], {:?}, {:?}, lowest {:?}",
                t.fold,
                t.guard,
                t.segments.len(),
                t.segment_bits,
                t.tree,
                steps.join(" "),
                t.positive,
                t.negative,
                t.lowest
            )
        };
        self.note(Aspect::Tables, &format!("{place}.structure"), rest(a), rest(b));
        for (i, (v, w)) in a.segments.iter().zip(&b.segments).enumerate() {
            self.note(Aspect::Tables, &format!("{place}.segments[{i}]"), format!("{v:?}"), format!("{w:?}"));
        }
    }
}

/// Kind of stage and tail, without numbers.
fn shape(stage: &Stage) -> &'static str {
    match stage {
        Stage::Linear { .. } => "linear",
        Stage::Fused { .. } => "fused table",
        Stage::Activated { table, tail, .. } => match (table.is_some(), tail) {
            (true, Tail::Ordinary) => "table, ordinary",
            (true, Tail::Amplifying) => "table, amplifying",
            (true, Tail::Attenuating { .. }) => "table, attenuating",
            (false, Tail::Ordinary) => "identity, ordinary",
            (false, Tail::Amplifying) => "identity, amplifying",
            (false, Tail::Attenuating { .. }) => "identity, attenuating",
        },
    }
}

fn formats(stage: &Stage) -> [(&'static str, Option<Format>); 3] {
    let (z, h, y) = match *stage {
        Stage::Linear { y } => (None, None, Some(y)),
        Stage::Fused { z, .. } => (Some(z), None, None),
        Stage::Activated { z, h, y, .. } => (Some(z), Some(h), Some(y)),
    };
    [("z", z), ("h", h), ("y", y)]
}

fn constant(stage: &Stage) -> Option<i64> {
    match stage {
        Stage::Activated { tail: Tail::Attenuating { b }, .. } => Some(*b),
        _ => None,
    }
}

fn table(stage: &Stage) -> Option<usize> {
    match stage {
        Stage::Activated { table, .. } => *table,
        Stage::Fused { table, .. } => Some(*table),
        Stage::Linear { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Format;
    use crate::plan::Argmax;

    fn squarer(name: &str) -> Plan {
        let (h, y) = (Format::new(true, 8, 4), Format::new(false, 12, 6));
        Plan::of_squarer(name, h.expect("a format"), y.expect("a format"))
    }

    #[test]
    fn equal_plans_have_no_differences() {
        assert_eq!(differences(&squarer("a"), &squarer("a")), []);
    }

    #[test]
    fn every_change_is_named_with_place_and_values() {
        let a = squarer("a");
        let change = |f: fn(&mut PlanNeuron)| {
            let mut b = squarer("b");
            f(&mut b.layers[0].neurons[0]);
            let found = differences(&a, &b);
            assert_eq!((found.len(), found[0].aspect), (2, Aspect::Name), "{found:?}");
            let d = &found[1];
            (d.aspect, d.place.clone(), d.a.clone(), d.b.clone())
        };
        let expect = |aspect, place: &str, a: &str, b: &str| (aspect, place.into(), a.into(), b.into());
        let at = "layers[0].neurons[0]";
        assert_eq!(
            change(|n| n.weights[0] = -1),
            expect(Aspect::Weights, &format!("{at}.weights[0]"), "1", "-1")
        );
        assert_eq!(change(|n| n.bias = 5), expect(Aspect::Weights, &format!("{at}.bias"), "0", "5"));
        assert_eq!(
            change(|n| n.weight.width = 3),
            expect(Aspect::Formats, &format!("{at}.weight"), "s2.0", "s3.0")
        );
        let tail = |n: &mut PlanNeuron| {
            if let Stage::Activated { tail, .. } = &mut n.stage {
                *tail = Tail::Ordinary;
            }
        };
        let shapes = ("identity, amplifying", "identity, ordinary");
        assert_eq!(change(tail), expect(Aspect::Topology, &format!("{at}.stage"), shapes.0, shapes.1));
        let mut b = squarer("a");
        b.argmax = Some(Argmax::default());
        let found = differences(&a, &b);
        assert!(found.len() == 1 && found[0].place == "argmax", "{found:?}");
        let mut c = b.clone();
        c.argmax = Some(Argmax { top: 2, margin: true, ..Argmax::default() });
        let places: Vec<String> = differences(&b, &c).into_iter().map(|d| d.place).collect();
        assert_eq!(places, ["argmax.top", "argmax.margin"]);
    }

    #[test]
    fn outputs_differ_by_their_values() {
        let (a, mut b) = (squarer("a"), squarer("a"));
        b.layers[0].neurons[0].bias = 1;
        // round(k²/4) against round((k + 1)²/4): 0 and 0, 64 and 72, 64 and 56, in units of 1/64.
        let codes = [0, 16, -16];
        let d = &output_differences(&a, &b, (&codes, &codes)).expect("the same shape")[0];
        assert_eq!((d.samples, d.worst_sample, d.worst), (2, 1, 8.0 / 64.0));
        assert!((d.mean - (8.0 + 8.0) / 64.0 / 3.0).abs() < 1e-12, "{d:?}");
        let mut wide = squarer("a");
        wide.inputs.push(wide.inputs[0]);
        assert_eq!(output_differences(&a, &wide, (&codes, &codes)), None);
    }
}
