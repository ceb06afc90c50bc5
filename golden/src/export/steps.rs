//! A plan as operations on 64-bit integers: what every exported program follows, whatever its language.
//!
//! A neuron is an exact sum, then steps from one number to the next. No intermediate of a validated plan needs more than
//! 63 bits ([`crate::plan::MAX_EXACT_BITS`]), so signed 64-bit integers hold each of them, rounding constants included.

use crate::num::Format;
use crate::plan::{Argmax, Plan, PlanNeuron, Softmax, Stage, Tail};
use std::collections::BTreeSet;

/// The codes that a number is saturated to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Limits {
    pub lo: i64,
    pub hi: i64,
}

impl Limits {
    pub fn of(f: Format) -> Limits {
        Limits { lo: f.min_code(), hi: f.max_code() }
    }
}

/// One number to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// Saturated.
    Clamp(Limits),
    /// v / 2^by, rounded half up, then saturated; `by` from 1 to 63.
    Narrow { by: u32, to: Limits },
    /// v * 2^by, saturated; `by` from 1 to 62.
    Widen { by: u32, to: Limits },
    /// The plan's table of that index.
    Table(usize),
    /// v * v.
    Square,
    /// v * 2^up / ((v^2 + b) * 2^down), rounded half away from zero, then saturated.
    Attenuate { b: i64, up: u32, down: u32, to: Limits },
}

/// One neuron.
pub(super) struct Neuron {
    /// Weights that bring every product to the sum's point.
    pub weights: Vec<i64>,
    /// At the sum's point.
    pub bias: i64,
    /// From the sum to the output code.
    pub steps: Vec<Step>,
}

/// The neurons of a layer.
pub(super) fn layer(plan: &Plan, l: usize) -> Vec<Neuron> {
    let formats = plan.input_formats(l);
    plan.layers[l].neurons.iter().map(|n| neuron(n, &formats)).collect()
}

/// From how far a score is below the largest, at the point of the finest, to its share before the sum is known.
pub(super) fn share(softmax: &Softmax, scores: &[Format]) -> [Step; 2] {
    [requantize(Argmax::point(scores), softmax.z), Step::Table(softmax.table)]
}

/// Indices of the tables that some neuron or the softmax reads, ascending: programs hold no other.
pub(super) fn used_tables(plan: &Plan) -> BTreeSet<usize> {
    let neurons = plan.layers.iter().flat_map(|l| &l.neurons);
    let table = |stage: &Stage| match stage {
        Stage::Activated { table, .. } => *table,
        Stage::Fused { table, .. } => Some(*table),
        Stage::Linear { .. } => None,
    };
    let of_head = plan.softmax.as_ref().map(|s| s.table);
    neurons.filter_map(|n| table(&n.stage)).chain(of_head).collect()
}

fn neuron(n: &PlanNeuron, formats: &[Format]) -> Neuron {
    let frac = n.acc_frac(formats);
    let weights = n.weights.iter().zip(formats).map(|(&w, &f)| w << n.alignment(f, frac)).collect();
    let mut steps = vec![requantize(frac, n.stage.argument())];
    match n.stage {
        Stage::Linear { .. } => {}
        Stage::Fused { table, .. } => steps.push(Step::Table(table)),
        Stage::Activated { z, table, h, tail: kind, y } => {
            match table {
                Some(t) => steps.push(Step::Table(t)),
                None if z == h => {}
                None => steps.push(requantize(z.frac, h)),
            }
            tail(kind, h, y, &mut steps);
        }
    }
    Neuron { weights, bias: n.bias, steps }
}

fn tail(tail: Tail, h: Format, y: Format, steps: &mut Vec<Step>) {
    match tail {
        Tail::Ordinary if h == y => {}
        Tail::Ordinary => steps.push(requantize(h.frac, y)),
        Tail::Amplifying => steps.extend([Step::Square, requantize(2 * h.frac, y)]),
        Tail::Attenuating { b } => {
            let shift = h.frac + y.frac;
            let (up, down) = (shift.max(0) as u32, (-shift).max(0) as u32);
            steps.push(Step::Attenuate { b, up, down, to: Limits::of(y) });
        }
    }
}

/// Rounded half up from one binary point to another's format, then saturated.
pub(super) fn requantize(from_frac: i32, to: Format) -> Step {
    let limits = Limits::of(to);
    match from_frac - to.frac {
        0 => Step::Clamp(limits),
        // Beyond 63 bits everything rounds to 0, as it does at 63: |value| is below 2^62.
        right if right > 0 => Step::Narrow { by: right.min(63) as u32, to: limits },
        // Beyond 62 bits everything but 0 saturates, as it does at 62.
        left => Step::Widen { by: (-left).min(62) as u32, to: limits },
    }
}

/// Bits of the narrowest of the types of 8, 16, 32 and 64 bits for all of these numbers.
pub(super) fn storage(values: impl IntoIterator<Item = i64>) -> u32 {
    let (lo, hi) = values.into_iter().fold((0, 0), |(lo, hi), v| (v.min(lo), v.max(hi)));
    [8, 16, 32].into_iter().find(|b| lo >= -(1i64 << (b - 1)) && hi < 1i64 << (b - 1)).unwrap_or(64)
}

/// The lines that say what stands at each port: `x[0], temperature: 12 bits, ...`.
pub(super) fn ports(letter: char, formats: &[Format], names: &[String]) -> Vec<String> {
    let line = |(i, f): (usize, &Format)| {
        // A name must not end the comment.
        let name = names.get(i).map_or(String::new(), |n| format!(", {}", crate::data::plain(n)));
        format!(
            "{letter}[{i}]{name}  {} bits, {} of them fraction: codes {} to {}, unit 2^{}",
            f.width,
            f.frac,
            f.min_code(),
            f.max_code(),
            -f.frac
        )
    };
    formats.iter().enumerate().map(line).collect()
}
