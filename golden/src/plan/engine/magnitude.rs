//! How large the intermediates of a plan can get: what lanes must hold exactly.
//!
//! Upper bounds from formats, weights and coefficients; cheap, for an engine is often built for few samples.

use crate::approx::{Side, Table};
use crate::num::Format;
use crate::plan::{Plan, PlanNeuron, Stage, Tail};

/// The largest magnitude of a sum or a code, tables and kinds left out. Results of rounding count twice, so that they
/// have a half beside them. Numbers on the way into saturation are powers of two times numbers that count.
pub(super) fn of_sums(plan: &Plan) -> u128 {
    let inputs = plan.inputs.iter().map(|&f| rounded(f));
    let outputs = plan.tables.iter().map(|t| rounded(t.output));
    let layers = plan.layers.iter().enumerate().flat_map(|(l, layer)| {
        let formats = plan.input_formats(l);
        layer.neurons.iter().map(move |n| of_sum(n, &formats).max(of_codes(&n.stage)))
    });
    let decided = plan.head().into_iter().flat_map(|_| plan.output_formats().into_iter().map(reach));
    inputs.chain(outputs).chain(layers).chain(decided).max().unwrap_or(0)
}

/// The largest magnitude of any intermediate.
pub(super) fn of_plan(plan: &Plan) -> u128 {
    let neurons = plan.layers.iter().flat_map(|layer| &layer.neurons);
    let tails = neurons.filter_map(|n| match n.stage {
        Stage::Activated { h, tail, y, .. } => Some(of_tail(tail, h, y)),
        Stage::Linear { .. } | Stage::Fused { .. } => None,
    });
    tails.chain(plan.tables.iter().map(of_table)).chain([of_sums(plan)]).max().unwrap_or(0)
}

/// The largest magnitude of a code.
fn reach(f: Format) -> u128 {
    f.min_code().unsigned_abs().max(f.max_code().unsigned_abs()) as u128
}

fn rounded(f: Format) -> u128 {
    2 * reach(f)
}

/// Every partial sum, in any order.
fn of_sum(n: &PlanNeuron, inputs: &[Format]) -> u128 {
    let frac = n.acc_frac(inputs);
    let product = |(&w, &x): (&i64, &Format)| ((w.unsigned_abs() as u128) << n.alignment(x, frac)) * reach(x);
    n.weights.iter().zip(inputs).map(product).sum::<u128>() + n.bias.unsigned_abs() as u128
}

fn of_codes(stage: &Stage) -> u128 {
    match *stage {
        Stage::Linear { y } => rounded(y),
        Stage::Fused { z, .. } => rounded(z),
        Stage::Activated { z, h, y, .. } => rounded(z).max(rounded(h)).max(rounded(y)),
    }
}

/// What a kind computes with.
pub(super) fn of_tail(tail: Tail, h: Format, y: Format) -> u128 {
    let k = reach(h);
    match tail {
        Tail::Ordinary => 0,
        Tail::Amplifying => k * k,
        Tail::Attenuating { b } => {
            let shift = h.frac + y.frac;
            let n = k << shift.max(0);
            let d = (k * k + b as u128) << (-shift).max(0);
            // The numerator 2n + d; the product of divisor 2d and quotient, which may be one too large at first.
            2 * n + 3 * d
        }
    }
}

/// What a table computes with: Horner's rule with the largest coefficients and the largest offset.
pub(super) fn of_table(t: &Table) -> u128 {
    let largest = |i: usize| t.segments.iter().map(|c| c[i].unsigned_abs() as u128).max().unwrap_or(0);
    let argument = reach(t.input) + t.input.min_code().unsigned_abs() as u128;
    let x = 1u128 << t.segment_bits;
    let d = t.steps.len();
    let (mut p, mut most) = (largest(d), argument.max(x).max(rounded(t.output)).max(largest(d)));
    for (i, step) in t.steps.iter().enumerate() {
        let product = p.saturating_mul((x >> step.t) + 1);
        p = (product >> step.s).saturating_add(1).saturating_add(largest(d - 1 - i));
        most = most.max(product).max(p);
    }
    most.max(of_side(&t.positive, argument, p)).max(of_side(&t.negative, argument, p))
}

fn of_side(side: &Side, argument: u128, p: u128) -> u128 {
    let product = (side.slope.unsigned_abs() as u128).saturating_mul(argument);
    let shifted =
        if side.slope_shift >= 0 { product.saturating_mul(1 << side.slope_shift.min(126)) } else { product };
    shifted.saturating_add(side.constant.unsigned_abs() as u128).saturating_add(p)
}
