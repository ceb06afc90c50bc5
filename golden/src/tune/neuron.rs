//! A neuron of a plan in integers: its exact sum, its result, and the moves of its codes.

use crate::num::Format;
use crate::plan::{Plan, PlanNeuron};

/// Arguments of so many bits have their results in a list.
const LISTED_BITS: u32 = 14;

/// Exact sums must stay below 2^62 in magnitude: a move adds to them.
const SUM_BITS: u32 = 62;

/// A change of one code of a neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// The weight of an input moves by so much.
    Weight(usize, i64),
    /// The bias moves by so much.
    Bias(i64),
}

/// From an exact sum to a result.
pub(super) struct Unit {
    /// The sum's fraction bits beyond those of the argument.
    pub shift: i32,
    pub argument: Format,
    /// Results by argument, from the least; of wider arguments they are computed.
    pub listed: Option<Vec<i64>>,
}

pub(super) struct Neuron {
    pub weights: Vec<i64>,
    /// Left shifts of the products.
    pub aligned: Vec<u32>,
    pub bias: i64,
    pub weight: Format,
    /// Bits of an adder for each input: one for each digit of a weight.
    pub adder: Vec<u64>,
    pub unit: Unit,
    /// The place in the plan.
    pub place: (usize, usize),
}

/// Digits ±1 of a weight in canonical signed digits, which are the fewest.
pub(super) fn digits(w: i64) -> u64 {
    let w = w.unsigned_abs();
    u64::from((w ^ (3 * w)).count_ones())
}

impl Unit {
    #[inline]
    pub fn result(&self, plan: &Plan, (l, n): (usize, usize), sum: i64) -> i64 {
        let code = self.code(sum);
        match &self.listed {
            Some(listed) => listed[(code - self.argument.min_code()) as usize],
            None => plan.behind(&plan.layers[l].neurons[n].stage, code),
        }
    }

    /// The rounded sum.
    #[inline]
    pub fn code(&self, sum: i64) -> i64 {
        let code = match self.shift {
            // Half up.
            s if s > 0 => ((sum >> (s - 1)) + 1) >> 1,
            s => sum.saturating_mul(1i64.checked_shl(s.unsigned_abs()).unwrap_or(i64::MAX)),
        };
        code.clamp(self.argument.min_code(), self.argument.max_code())
    }

    /// Lists the results of narrow arguments.
    pub fn list(&mut self, plan: &Plan, (l, n): (usize, usize)) {
        let stage = &plan.layers[l].neurons[n].stage;
        let codes = self.argument.min_code()..=self.argument.max_code();
        self.listed = (self.argument.width <= LISTED_BITS)
            .then(|| codes.map(|code| plan.behind(stage, code)).collect());
    }
}

impl Neuron {
    pub fn of(plan: &Plan, neuron: &PlanNeuron, formats: &[Format], place: (usize, usize)) -> Option<Neuron> {
        let frac = neuron.acc_frac(formats);
        let argument = neuron.stage.argument();
        let mut unit = Unit { shift: frac - argument.frac, argument, listed: None };
        unit.list(plan, place);
        let neuron = Neuron {
            weights: neuron.weights.clone(),
            aligned: formats.iter().map(|&f| neuron.alignment(f, frac)).collect(),
            bias: neuron.bias,
            weight: neuron.weight,
            adder: formats.iter().map(|f| u64::from(f.width) + 1).collect(),
            unit,
            place,
        };
        let ranges: Vec<(i64, i64)> = formats.iter().map(|f| (f.min_code(), f.max_code())).collect();
        (neuron.unit.shift < 62 && neuron.holds(&ranges, Move::Bias(0))).then_some(neuron)
    }

    #[inline]
    pub fn sum(&self, x: &[i64]) -> i64 {
        let products = self.weights.iter().zip(x).zip(&self.aligned);
        products.map(|((w, x), a)| (w * x) << a).sum::<i64>() + self.bias
    }

    /// Whether every sum of products stays exact after a move, whatever the inputs.
    pub fn holds(&self, ranges: &[(i64, i64)], m: Move) -> bool {
        let weight = |i: usize| {
            self.weights[i]
                + if let Move::Weight(k, by) = m
                    && k == i
                {
                    by
                } else {
                    0
                }
        };
        let bias = self.bias as i128 + if let Move::Bias(by) = m { by as i128 } else { 0 };
        let product = |(i, (lo, hi)): (usize, &(i64, i64))| {
            let most = lo.unsigned_abs().max(hi.unsigned_abs()) as i128;
            (weight(i).unsigned_abs() as i128 * most) << self.aligned[i]
        };
        let most = ranges.iter().enumerate().map(product).sum::<i128>() + bias.abs();
        most < 1 << SUM_BITS
    }

    /// Whether nothing of this neuron is there to move: weights 0 and 1 of subtractions and plain sums.
    pub fn is_fixed(&self) -> bool {
        self.weight.width <= 2 && !self.weight.signed
    }
}
