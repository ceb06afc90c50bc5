//! Sums of a whole layer with constant weights: shifts and adds, common subexpressions computed once.
//!
//! Weights are written in canonical signed digits; each is a shifted copy of an input, added or subtracted. The pair
//! of copies that occurs most often, in whatever sum and at whatever shift, becomes a value of its own, until no pair
//! occurs twice (two-term elimination, as in da4ml and its forerunners). What is left is summed in balanced trees.

mod share;

use crate::expr::{Graph, Sig, Term, csd};
use share::{Digit, Layer};

/// One exact sum Σ w·x + bias. Weights hold the alignment shift already.
#[derive(Clone, Debug)]
pub struct Row {
    /// A weight per input.
    pub weights: Vec<i64>,
    /// The constant that is added.
    pub bias: i128,
}

/// A value that sums are made of: an input, or a shared part.
struct Value {
    sig: Sig,
    /// What it is of every input: Σ coefficients·x.
    coefficients: Vec<i128>,
    /// Adders before it.
    depth: u32,
}

/// All sums over the same inputs, exact, without multipliers.
///
/// # Panics
/// If a row has not a weight for every input.
pub fn weighted_sums(g: &mut Graph, inputs: &[Sig], rows: &[Row]) -> Vec<Sig> {
    assert!(rows.iter().all(|r| r.weights.len() == inputs.len()), "a weight per input");
    let unit = |i: usize| (0..inputs.len()).map(|k| i128::from(k == i)).collect();
    let mut values: Vec<Value> =
        inputs.iter().enumerate().map(|(i, &sig)| Value { sig, coefficients: unit(i), depth: 0 }).collect();
    let mut layer = Layer::new(rows.iter().map(|row| digits(&row.weights)).collect());
    while let Some(pair) = layer.best(|pair| {
        let [a, b] = [pair.low, pair.high].map(|v| &values[v as usize]);
        // An adder has as many cells as the wider operand reaches above the lower one's first bits.
        let cells = g.width(a.sig).max(g.width(b.sig) + pair.shift).saturating_sub(pair.shift).max(1);
        (cells, a.depth.max(b.depth))
    }) {
        if layer.extract(pair, values.len() as u32) {
            let value = shared(g, inputs, &values, pair);
            values.push(value);
        }
    }
    let sums = layer.rows().iter().zip(rows);
    sums.map(|(digits, row)| total(g, inputs, &values, digits, row)).collect()
}

/// The value of a pair: low ± high·2^shift.
fn shared(g: &mut Graph, inputs: &[Sig], values: &[Value], pair: share::Pair) -> Value {
    let [a, b] = [pair.low, pair.high].map(|v| &values[v as usize]);
    let factor = if pair.minus { -1i128 } else { 1 } << pair.shift;
    let coefficients: Vec<i128> =
        a.coefficients.iter().zip(&b.coefficients).map(|(x, y)| x + factor * y).collect();
    let high = g.shl(b.sig, pair.shift);
    let sum = if pair.minus { g.sub(a.sig, high) } else { g.add(a.sig, high) };
    let (lo, hi) = bounds(g, inputs, &coefficients, 0);
    Value { sig: g.assume_range(sum, lo, hi), coefficients, depth: a.depth.max(b.depth) + 1 }
}

/// What is left of a sum, in a balanced tree.
fn total(g: &mut Graph, inputs: &[Sig], values: &[Value], digits: &[Digit], row: &Row) -> Sig {
    let mut terms: Vec<(u32, Term)> = Vec::with_capacity(digits.len() + 1);
    for d in digits {
        let value = &values[d.value as usize];
        terms.push((value.depth, Term { sig: g.shl(value.sig, d.shift), minus: d.minus }));
    }
    terms.push((0, Term::plus(g.constant(row.bias))));
    let sum = g.sum_levels(&terms);
    let weights: Vec<i128> = row.weights.iter().map(|&w| w as i128).collect();
    let (lo, hi) = bounds(g, inputs, &weights, row.bias);
    g.assume_range(sum, lo, hi)
}

/// The exact interval of Σ coefficient·x + bias: inputs are independent, parts of a tree are not.
fn bounds(g: &Graph, inputs: &[Sig], coefficients: &[i128], bias: i128) -> (i128, i128) {
    let ends = inputs.iter().zip(coefficients).map(|(&x, c)| {
        let (a, b) = (g.range(x).lo * c, g.range(x).hi * c);
        (a.min(b), a.max(b))
    });
    ends.fold((bias, bias), |sum, end| (sum.0 + end.0, sum.1 + end.1))
}

/// The signed digits of a row.
fn digits(weights: &[i64]) -> Vec<Digit> {
    let digit = |value| move |(shift, minus)| Digit { value, shift, minus };
    (0..).zip(weights).flat_map(|(value, &w)| csd(w).into_iter().map(digit(value))).collect()
}

#[cfg(test)]
mod tests;
