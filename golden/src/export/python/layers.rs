//! The layers as Python functions: sums of products of all neurons, then the steps of those that take the same ones.

use super::list;
use crate::export::steps::{self, Limits, Step};
use crate::num::Format;
use crate::plan::{Argmax, Head, Plan, Softmax, Stage, Tail};
use std::fmt::Write;

/// The functions `layer0`, `layer1`, ... and `predict`.
pub(super) fn text(plan: &Plan) -> String {
    let mut text = String::new();
    for l in 0..plan.layers.len() {
        layer(plan, l, &mut text);
    }
    match plan.head() {
        Some(Head::Argmax(argmax)) => decide(argmax, &plan.score_formats(), &mut text),
        Some(Head::Softmax(softmax)) => shares(plan, softmax, &mut text),
        None => {}
    }
    predict(plan, &mut text);
    text
}

fn layer(plan: &Plan, l: usize, text: &mut String) {
    let (neurons, inputs) = (steps::layer(plan, l), plan.input_formats(l).len());
    let _ = writeln!(text, "W{l} = np.array([  # a row for each neuron, aligned to the point of its sum");
    for neuron in &neurons {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    {},", list(&neuron.weights));
    }
    let biases: Vec<i64> = neurons.iter().map(|n| n.bias).collect();
    let _ = write!(
        text,
        "], dtype=np.int64)\nB{l} = np.array({}, dtype=np.int64)\n\n\ndef layer{l}(x):\n    \"\"\"{inputs} inputs, {} \
         neurons.\"\"\"\n    sums = x @ W{l}.T + B{l}\n    y = np.empty_like(sums)\n",
        list(&biases),
        neurons.len()
    );
    let formats = plan.input_formats(l);
    let said: Vec<String> = plan.layers[l]
        .neurons
        .iter()
        .map(|n| format!("{} fraction bits in the sum, {}", n.acc_frac(&formats), describe(plan, &n.stage)))
        .collect();
    let mut done = vec![false; neurons.len()];
    for first in 0..neurons.len() {
        if done[first] {
            continue;
        }
        let same = |&n: &usize| neurons[n].steps == neurons[first].steps && said[n] == said[first];
        let members: Vec<usize> = (first..neurons.len()).filter(same).collect();
        members.iter().for_each(|&n| done[n] = true);
        let columns = match members.len() {
            all if all == neurons.len() => ":".into(),
            _ => format!("{members:?}"),
        };
        let _ = writeln!(text, "    # {}", said[first]);
        let _ = writeln!(text, "    v = sums[:, {columns}]");
        steps(&neurons[first].steps, text);
        let _ = writeln!(text, "    y[:, {columns}] = v");
    }
    text.push_str("    return y\n\n\n");
}

fn steps(steps: &[Step], text: &mut String) {
    let mut value = "v";
    for step in steps {
        let line = match *step {
            Step::Clamp(Limits { lo, hi }) => format!("np.clip({value}, {lo}, {hi})"),
            Step::Narrow { by, to: Limits { lo, hi } } => format!("narrow({value}, {by}, {lo}, {hi})"),
            Step::Widen { by, to: Limits { lo, hi } } => format!("widen({value}, {by}, {lo}, {hi})"),
            Step::Table(t) => format!("piecewise({value}, TABLE{t})"),
            Step::Square => {
                value = "v * v";
                continue;
            }
            Step::Attenuate { b, up, down, to: Limits { lo, hi } } => {
                format!("attenuate({value}, {b}, {up}, {down}, {lo}, {hi})")
            }
        };
        value = "v";
        let _ = writeln!(text, "    v = {line}");
    }
}

/// What happens to a sum, with the formats on the way.
fn describe(plan: &Plan, stage: &Stage) -> String {
    match stage {
        Stage::Linear { y } => format!("y {y}"),
        Stage::Fused { z, table } => {
            format!("z {z}, {} by table, y {}", plan.tables[*table].function(), plan.tables[*table].output)
        }
        Stage::Activated { z, table, h, tail, y } => {
            let table = table.map_or(String::new(), |t| format!("{} by table, ", plan.tables[t].function()));
            let tail = match tail {
                Tail::Ordinary => "",
                Tail::Amplifying => "squared, ",
                Tail::Attenuating { .. } => "h/(h^2+b), ",
            };
            format!("z {z}, {table}h {h}, {tail}y {y}")
        }
    }
}

fn decide(argmax: &Argmax, scores: &[Format], text: &mut String) {
    let aligned = aligned(scores);
    let (said, body) = match (argmax.is_plain(), scores.len()) {
        (true, 1) => {
            ("The largest score's index".to_owned(), "    return (scores > 0).astype(np.int64)\n".to_owned())
        }
        (true, _) => (
            "The largest score's index".to_owned(),
            format!(
                "    # Codes in units of the finest, so that they compare like values.\n    \
                 return np.argmax({aligned}, axis=1)[:, None].astype(np.int64)\n"
            ),
        ),
        (false, _) => several(argmax, &aligned),
    };
    let _ = write!(
        text,
        "def decide(scores):\n    \"\"\"{said}; of equal ones the lowest. One score is compared with 0.\"\"\"\n{body}\n\n"
    );
}

/// What is said and done of several outputs of a decision between such scores.
fn several(argmax: &Argmax, scores: &str) -> (String, String) {
    let margin = if argmax.margin { ", and the margin of the first" } else { "" };
    let result = match argmax.margin {
        false => "best.astype(np.int64)".to_owned(),
        true => {
            let index = if argmax.top == 1 { "best[:, :1]" } else { "best" };
            format!("np.concatenate([{index}, margin], axis=1).astype(np.int64)")
        }
    };
    let mut body = format!(
        "    # Codes in units of the finest, so that they compare like values.\n    scores = {scores}\n    \
         best = np.argsort(-scores, axis=1, kind=\"stable\")[:, :{}]\n",
        argmax.kept()
    );
    if argmax.margin {
        body.push_str(
            "    largest = np.take_along_axis(scores, best, axis=1)\n    margin = largest[:, :1] - largest[:, 1:2]\n",
        );
    }
    (
        format!("Indices of the {} largest scores in order{margin}", argmax.top),
        format!("{body}    return {result}\n"),
    )
}

/// Scores in units of the finest, a column for each class.
fn aligned(scores: &[Format]) -> String {
    match scores.len() {
        1 => "np.concatenate([0 * scores, scores], axis=1)".into(),
        _ => format!("scores << np.array({:?})", Argmax::shifts(scores)),
    }
}

fn shares(plan: &Plan, softmax: &Softmax, text: &mut String) {
    let scores = plan.score_formats();
    let _ = write!(
        text,
        "def shares(scores):\n    \"\"\"Probabilities of the classes. A single score is that of class 1.\"\"\"\n    \
         # Codes in units of the finest; how far each is below the largest.\n    scores = {}\n    \
         v = scores.max(axis=1, keepdims=True) - scores\n    # z {}, {} by table\n",
        aligned(&scores),
        softmax.z,
        plan.tables[softmax.table].function()
    );
    steps(&steps::share(softmax, &scores), text);
    let _ = write!(
        text,
        "    total = v.sum(axis=1, keepdims=True)\n    \
         # 2**{}·v / total, rounded half up; 1 is beyond the largest code.\n    \
         return np.minimum((v * {} + total) // (2 * total), {})\n\n\n",
        softmax.bits,
        1i64 << (softmax.bits + 1),
        softmax.format().max_code()
    );
}

fn predict(plan: &Plan, text: &mut String) {
    text.push_str(
        "def predict(codes):\n    \"\"\"Output codes of input codes: integers, a row for each sample.\"\"\"\n    \
         v = checked(codes)\n",
    );
    for l in 0..plan.layers.len() {
        let _ = writeln!(text, "    v = layer{l}(v)");
    }
    text.push_str(match plan.head() {
        Some(Head::Argmax(_)) => "    return decide(v)\n\n\n",
        Some(Head::Softmax(_)) => "    return shares(v)\n\n\n",
        None => "    return v\n\n\n",
    });
}
