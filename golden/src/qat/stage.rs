//! What follows a neuron's exact sum: the result, and the slope of the function that it stands for.

use crate::func::{Function, Kind, Portable};
use crate::num::Format;
use crate::plan::{Plan, PlanNeuron, Stage, Tail};
use std::sync::Arc;

/// Arguments of so many bits have their results in a list.
const LISTED_BITS: u32 = 16;

/// A result that is farther from the real value than so many steps is saturated.
const SATURATED: f64 = 2.0;

/// From an exact sum to a result, both in units of the data.
#[derive(Clone)]
pub(super) struct Unit {
    plan: Arc<Plan>,
    stage: Stage,
    output: Format,
    pub argument: Format,
    /// Values and slopes by argument, from the least; of wider arguments they are computed.
    listed: Option<Arc<Vec<(f64, f64)>>>,
}

impl Unit {
    pub fn of(plan: &Arc<Plan>, neuron: &PlanNeuron) -> Unit {
        let (stage, output, argument) =
            (neuron.stage.clone(), plan.output_format(neuron), neuron.stage.argument());
        let mut unit = Unit { plan: plan.clone(), stage, output, argument, listed: None };
        if !unit.is_linear() && argument.width <= LISTED_BITS {
            unit.listed = Some(Arc::new(argument.codes().map(|code| unit.compute(code)).collect()));
        }
        unit
    }

    /// Value and slope for the code of an argument.
    #[inline]
    pub fn at(&self, code: i64) -> (f64, f64) {
        match &self.listed {
            Some(listed) => listed[(code - self.argument.min_code()) as usize],
            None => self.compute(code),
        }
    }

    /// What a result takes, in multiplications, about.
    pub fn work(&self) -> usize {
        if self.listed.is_some() || self.is_linear() { 8 } else { 100 }
    }

    /// Whether the result is the argument.
    pub fn is_linear(&self) -> bool {
        matches!(self.stage, Stage::Linear { .. })
    }

    fn compute(&self, code: i64) -> (f64, f64) {
        let value = self.output.value(self.plan.behind(&self.stage, code));
        let z = self.argument.value(code);
        let (real, slope) = match self.stage {
            Stage::Linear { .. } => return (value, 1.0),
            Stage::Fused { table, .. } => both(&self.plan.tables[table].function(), z),
            Stage::Activated { table, h, tail, .. } => {
                let (inner, slope) = table.map_or((z, 1.0), |t| both(&self.plan.tables[t].function(), z));
                let (lo, hi) = (h.value(h.min_code()), h.value(h.max_code()));
                let held = inner.clamp(lo, hi);
                // The kind answers to h as the circuit has it.
                let h = match table {
                    Some(t) => h.value(self.plan.tables[t].eval(code)),
                    None => held,
                };
                let kind = kind(tail, &self.stage);
                let outer = kind.derivative(Portable(h)).0;
                (kind.eval(Portable(held)).0, if inner == held { slope * outer } else { 0.0 })
            }
        };
        let saturated = (real - value).abs() > SATURATED * self.output.ulp();
        (value, if saturated || !slope.is_finite() { 0.0 } else { slope })
    }
}

/// A function's value and derivative.
fn both(function: &Function, z: f64) -> (f64, f64) {
    (function.eval(z), function.derivative(Portable(z)).0)
}

/// The real kind of a tail; an attenuator's b has twice the fraction bits of h.
fn kind(tail: Tail, stage: &Stage) -> Kind {
    match (tail, stage) {
        (Tail::Amplifying, _) => Kind::Amplifying,
        (Tail::Attenuating { b }, Stage::Activated { h, .. }) => {
            Kind::Attenuating { b: libm::ldexp(b as f64, -2 * h.frac) }
        }
        _ => Kind::Ordinary,
    }
}
