//! Sums of a whole layer with constant weights: shifts and adds, common subexpressions computed once, and multipliers
//! where there are some to spare.
//!
//! Weights are written in canonical signed digits; each is a shifted copy of an input, added or subtracted. The pair
//! of copies that occurs most often, in whatever sum and at whatever shift, becomes a value of its own, until no pair
//! occurs twice (two-term elimination, as in da4ml and its forerunners). What is left is summed in balanced trees.
//!
//! The pairs of a row grow with the square of its digits. So wide layers are cut into blocks of columns that share apart:
//! the time grows with the number of weights.

mod share;

use super::multiplied;
use crate::expr::{Graph, Sig, Term, csd};
use share::{Digit, Layer};

/// One exact sum Σ w·x + bias. Weights hold the alignment shift already.
#[derive(Clone, Debug)]
pub struct Row {
    /// A weight per input.
    pub weights: Vec<i64>,
    /// The constant that is added.
    pub bias: i128,
    /// The inputs, from 0, whose products multipliers form.
    pub multiplied: Vec<usize>,
}

impl Row {
    /// A sum of adders alone.
    pub fn adders(weights: Vec<i64>, bias: i128) -> Row {
        Row { weights, bias, multiplied: Vec::new() }
    }
}

/// A value that sums are made of: an input, or a shared part.
struct Value {
    sig: Sig,
    /// What it is of the inputs: Σ coefficient·x, by number, none of them 0.
    coefficients: Vec<(usize, i128)>,
    /// Adders before it.
    depth: u32,
}

/// What a shared pair is weighed by besides the cells it saves.
///
/// A pair of digits far apart is wide, and every sum that takes it pays for that in its later adders; a deep one costs
/// registers. What the best prices are differs from layer to layer, so a few are tried.
#[derive(Clone, Copy)]
struct Prices {
    /// Tenths of a cell for each bit by which a pair is wider than its values, each time it is used.
    span: i64,
    /// Tenths of a cell for each adder before it.
    depth: i64,
}

const PRICES: [Prices; 8] = [
    Prices { span: 9, depth: 10 },
    Prices { span: 0, depth: 0 },
    Prices { span: 4, depth: 10 },
    Prices { span: 6, depth: 30 },
    Prices { span: 8, depth: 10 },
    Prices { span: 9, depth: 0 },
    Prices { span: 10, depth: 10 },
    Prices { span: 12, depth: 10 },
];

/// Adders that take as long as a product: sums take it in after them.
const PRODUCT_DEPTH: u32 = 2;

/// Signed digits of a layer up to which all prices are tried.
const TRIED: usize = 2000;

/// Inputs of a block, at most.
const COLUMNS: usize = 64;

/// All sums over the same inputs, exact.
///
/// # Panics
/// If a row has not a weight for every input.
pub fn weighted_sums(g: &mut Graph, inputs: &[Sig], rows: &[Row]) -> Vec<Sig> {
    assert!(rows.iter().all(|r| r.weights.len() == inputs.len()), "a weight per input");
    let all: usize = rows.iter().map(|row| digits(row).len()).sum();
    let tried = &PRICES[..if all <= TRIED { PRICES.len() } else { 1 }];
    let cells = |prices: &Prices| {
        let mut trial = Graph::new();
        let copy = |(i, &x): (usize, &Sig)| trial.input_range(&format!("x{i}"), g.range(x).lo, g.range(x).hi);
        let inputs: Vec<Sig> = inputs.iter().enumerate().map(copy).collect();
        sums(&mut trial, &inputs, rows, *prices);
        (0..trial.nodes().len()).map(|i| trial.adder_bits(Sig(i as u32))).sum::<u32>()
    };
    let best = tried.iter().copied().min_by_key(cells).unwrap_or(PRICES[0]);
    sums(g, inputs, rows, best)
}

fn sums(g: &mut Graph, inputs: &[Sig], rows: &[Row], prices: Prices) -> Vec<Sig> {
    let input = |(i, &sig)| Value { sig, coefficients: vec![(i, 1)], depth: 0 };
    let mut values: Vec<Value> = inputs.iter().enumerate().map(input).collect();
    let mut left: Vec<Vec<Digit>> = vec![Vec::new(); rows.len()];
    let digits: Vec<Vec<Digit>> = rows.iter().map(digits).collect();
    // Blocks of equal size: none is a small rest that shares little.
    let columns = inputs.len().div_ceil(inputs.len().div_ceil(COLUMNS).max(1)).max(1);
    for first in (0..inputs.len()).step_by(columns) {
        let block = first as u32..inputs.len().min(first + columns) as u32;
        let mine = |row: &Vec<Digit>| row.iter().copied().filter(|d| block.contains(&d.value)).collect();
        let block = share(g, inputs, &mut values, digits.iter().map(mine).collect(), prices);
        left.iter_mut().zip(block).for_each(|(row, more)| row.extend(more));
    }
    let sums = left.iter().zip(rows);
    sums.map(|(digits, row)| total(g, inputs, &values, digits, row)).collect()
}

/// Makes values of the pairs that sums have in common; what is left of the sums.
fn share(
    g: &mut Graph,
    inputs: &[Sig],
    values: &mut Vec<Value>,
    rows: Vec<Vec<Digit>>,
    prices: Prices,
) -> Vec<Vec<Digit>> {
    let mut layer = Layer::new(values.len(), rows);
    while let Some(pair) = layer.best(|pair, n| worth(g, values, prices, pair, n)) {
        if layer.extract(pair) {
            let value = shared(g, inputs, values, pair);
            values.push(value);
        }
    }
    layer.into_rows()
}

/// Tenths of cells that a pair saves where it occurs `n` times, and its depth.
fn worth(g: &Graph, values: &[Value], prices: Prices, pair: share::Pair, n: u32) -> (i64, u32) {
    let [a, b] = [pair.low(), pair.high()].map(|v| &values[v as usize]);
    let [low, high] = [a, b].map(|v| g.width(v.sig));
    let reach = low.max(high + pair.shift());
    // An adder has as many cells as the wider operand reaches above the lower one's first bits.
    let cells = reach.saturating_sub(pair.shift()).max(1);
    let depth = a.depth.max(b.depth);
    let wider = i64::from(reach - low.max(high));
    let saved = 10 * i64::from(n - 1) * i64::from(cells);
    (saved - prices.span * i64::from(n) * wider - prices.depth * i64::from(depth), depth)
}

/// The value of a pair: low ± high·2^shift.
fn shared(g: &mut Graph, inputs: &[Sig], values: &[Value], pair: share::Pair) -> Value {
    let [a, b] = [pair.low(), pair.high()].map(|v| &values[v as usize]);
    let factor = if pair.minus() { -1i128 } else { 1 } << pair.shift();
    let coefficients = combined(&a.coefficients, &b.coefficients, factor);
    let high = g.shl(b.sig, pair.shift());
    let sum = if pair.minus() { g.sub(a.sig, high) } else { g.add(a.sig, high) };
    let (lo, hi) = bounds(g, inputs, coefficients.iter().copied(), 0);
    Value { sig: g.assume_range(sum, lo, hi), coefficients, depth: a.depth.max(b.depth) + 1 }
}

/// a + factor·b, both by number.
fn combined(a: &[(usize, i128)], b: &[(usize, i128)], factor: i128) -> Vec<(usize, i128)> {
    let mut all: Vec<(usize, i128)> = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().map(|&(i, c)| (i, factor * c)).peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if x.0 == y.0 => a.next().zip(b.next()).map(|(x, y)| (x.0, x.1 + y.1)),
            (Some(x), Some(y)) if x.0 < y.0 => a.next(),
            (Some(_), None) => a.next(),
            _ => b.next(),
        };
        let Some(next) = next else { return all };
        all.extend(Some(next).filter(|n| n.1 != 0));
    }
}

/// What is left of a sum, in a balanced tree.
fn total(g: &mut Graph, inputs: &[Sig], values: &[Value], digits: &[Digit], row: &Row) -> Sig {
    let mut terms: Vec<(u32, Term)> = Vec::with_capacity(digits.len() + 1);
    let carrier = carrier(digits, row.bias);
    for (i, d) in digits.iter().enumerate() {
        let value = &values[d.value as usize];
        let sig = if carrier == Some(i) {
            let constant = g.constant(row.bias.abs());
            g.concat(value.sig, constant, d.shift)
        } else {
            g.shl(value.sig, d.shift)
        };
        terms.push((value.depth, Term { sig, minus: d.minus }));
    }
    if carrier.is_none() {
        terms.push((0, Term::plus(g.constant(row.bias))));
    }
    for &i in &row.multiplied {
        let product = multiplied(g, inputs[i], row.weights[i]);
        terms.push((PRODUCT_DEPTH, Term::plus(product)));
    }
    let sum = g.sum_levels(&terms);
    let weights = row.weights.iter().map(|&w| w as i128).enumerate();
    let (lo, hi) = bounds(g, inputs, weights, row.bias);
    g.assume_range(sum, lo, hi)
}

/// The digit whose free low bits can hold the constant, so that it needs no adder; the closest fit.
fn carrier(digits: &[Digit], bias: i128) -> Option<usize> {
    let bits = i128::BITS - bias.unsigned_abs().leading_zeros();
    let fits = |d: &Digit| d.shift >= bits && d.minus == (bias < 0);
    let free = digits.iter().enumerate().filter(|(_, d)| bias != 0 && fits(d));
    free.min_by_key(|(_, d)| d.shift).map(|(i, _)| i)
}

/// The exact interval of Σ coefficient·x + bias: inputs are independent, parts of a tree are not.
fn bounds(
    g: &Graph,
    inputs: &[Sig],
    coefficients: impl Iterator<Item = (usize, i128)>,
    bias: i128,
) -> (i128, i128) {
    let ends = coefficients.map(|(i, c)| {
        let (a, b) = (g.range(inputs[i]).lo * c, g.range(inputs[i]).hi * c);
        (a.min(b), a.max(b))
    });
    ends.fold((bias, bias), |sum, end| (sum.0 + end.0, sum.1 + end.1))
}

/// The signed digits of a row that adders add.
fn digits(row: &Row) -> Vec<Digit> {
    let digit = |value: usize| move |(shift, minus)| Digit { value: value as u32, shift, minus };
    let added = row.weights.iter().enumerate().filter(|(i, _)| !row.multiplied.contains(i));
    added.flat_map(|(i, &w)| csd(w).into_iter().map(digit(i))).collect()
}

#[cfg(test)]
mod tests;
