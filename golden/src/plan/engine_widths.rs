//! What one engine for all layers needs: a plan is a circuit in every architecture, or no plan.
//!
//! The engine of a sequential circuit aligns the sums of all neurons to one rounding and shares one divider. How wide its
//! words are follows from formats alone, so that other weights fit the same circuit.

use super::fault::MAX_SHARED_BITS;
use super::{Place, Plan, PlanError, PlanFault, PlanNeuron, Stage, Tail};
use crate::num::{Format, bits_signed};

/// What the sum is rounded to.
fn first(stage: &Stage) -> Format {
    match *stage {
        Stage::Linear { y } => y,
        Stage::Fused { z, .. } | Stage::Activated { z, .. } => z,
    }
}

/// Checks the formats of a plan that passed every other check.
pub(super) fn check(plan: &Plan) -> Result<(), PlanError> {
    let inputs: Vec<Vec<Format>> = (0..plan.layers.len()).map(|l| plan.input_formats(l)).collect();
    let dropped = |n: &PlanNeuron, inputs: &[Format]| n.acc_frac(inputs) - first(&n.stage).frac;
    let neurons = || {
        let layers = plan.layers.iter().zip(&inputs).enumerate();
        layers.flat_map(|(l, (layer, x))| layer.neurons.iter().enumerate().map(move |(n, p)| (l, n, p, x)))
    };
    let rounding = neurons().map(|(_, _, p, x)| dropped(p, x)).max().unwrap_or(0);
    for (l, n, neuron, x) in neurons() {
        let products = x.iter().map(|&f| {
            let shift = neuron.alignment(f, neuron.acc_frac(x));
            (neuron.weight.width + f.width + shift) as i32
        });
        let count = (x.len() as u32).next_power_of_two().trailing_zeros() as i32;
        let sum = products.max().unwrap_or(0) + count + rounding - dropped(neuron, x);
        let result = first(&neuron.stage).width as i32 + rounding.max(0);
        let bits = sum.max(result) + 1;
        if bits > MAX_SHARED_BITS {
            return Err(PlanFault::SharedSum { bits }.at(Place::Neuron(l, n)));
        }
    }
    divider(plan)
}

/// One divider takes the widest h, the largest constant and every shift.
fn divider(plan: &Plan) -> Result<(), PlanError> {
    let (mut magnitude, mut constant, mut up, mut down) = (0, 0, 0, 0);
    let mut place = None;
    for (l, layer) in plan.layers.iter().enumerate() {
        for (n, neuron) in layer.neurons.iter().enumerate() {
            let Stage::Activated { h, tail: Tail::Attenuating { b }, y, .. } = neuron.stage else { continue };
            magnitude = magnitude.max(h.width as i32);
            constant = constant.max(bits_signed(0, b as i128) as i32);
            (up, down) = (up.max(h.frac + y.frac), down.max(-h.frac - y.frac));
            place = Some((l, n));
        }
    }
    let Some((l, n)) = place else { return Ok(()) };
    let bits = (magnitude + up + 2).max((2 * magnitude).max(constant) + down + 2);
    if bits <= MAX_SHARED_BITS {
        return Ok(());
    }
    Err(PlanFault::SharedDivider { bits }.at(Place::Neuron(l, n)))
}
