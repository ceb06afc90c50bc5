//! The price of a circuit in look-up tables of six inputs, from its actual tables and sums.

use super::{Circuit, Output, Port, Sum};
use std::collections::HashSet;

/// Inputs of one look-up table.
const INPUTS: u32 = 6;

/// Look-up tables of the whole circuit: tables, adders, subtractions and saturators; with `decide`, of the decision
/// between the scores too. An estimate: synthesis shares more, and sometimes less.
pub fn price(circuit: &Circuit, decide: bool) -> usize {
    let mut total = 0;
    for (layer, widths) in circuit.layers.iter().zip(arguments(circuit)) {
        let mut known = vec![HashSet::new(); widths.len()];
        for edge in layer.sums.iter().flat_map(|s| &s.edges) {
            total += table(&edge.values, widths[edge.source], &mut known[edge.source]);
        }
        total += layer.sums.iter().map(sum).sum::<usize>();
    }
    let ports = circuit.ports.iter().enumerate();
    let first = || circuit.layers.iter().take(1).flat_map(|l| &l.sums).flat_map(|s| &s.edges);
    total += ports.filter(|&(i, _)| first().any(|e| e.source == i)).map(|(_, p)| p.price()).sum::<usize>();
    total + if decide { decision(circuit) } else { 0 }
}

/// Look-up tables of adders, subtractions and saturators alone.
pub fn price_of_sums(circuit: &Circuit) -> usize {
    let sums = circuit.layers.iter().flat_map(|l| &l.sums).map(sum).sum::<usize>();
    sums + circuit.ports.iter().map(Port::price).sum::<usize>()
}

/// The bits of what the edges of each layer read.
pub(super) fn arguments(circuit: &Circuit) -> Vec<Vec<u32>> {
    let mut all: Vec<Vec<u32>> = vec![circuit.ports.iter().map(|p| p.bits).collect()];
    all.extend(circuit.layers.iter().map(|layer| {
        let bits = |sum: &Sum| match sum.output {
            Output::Argument { bits, .. } => bits,
            Output::Result { .. } => width(sum.range()),
        };
        layer.sums.iter().map(bits).collect()
    }));
    all
}

/// Bits of a range, without sign where none is needed.
fn width((lo, hi): (i64, i64)) -> u32 {
    let magnitude = |v: i64| 64 - if v < 0 { (!v).leading_zeros() } else { v.leading_zeros() };
    magnitude(lo).max(magnitude(hi)) + u32::from(lo < 0)
}

/// The look-up tables of a single table of 2^bits results.
pub fn price_of_table(results: &[i64], bits: u32) -> usize {
    table(results, bits, &mut HashSet::new())
}

/// The look-up tables of one function; `known` are those that its argument feeds already.
pub(super) fn table(values: &[i64], bits: u32, known: &mut HashSet<u64>) -> usize {
    let (words, multiplexers) = words(values, bits);
    multiplexers + words.into_iter().filter(|&w| known.insert(w)).count()
}

/// The contents of the look-up tables of one function, and how many more look-up tables choose between them.
pub(super) fn words(values: &[i64], bits: u32) -> (Vec<u64>, usize) {
    let range = values.iter().fold((i64::MAX, i64::MIN), |(lo, hi), &v| (lo.min(v), hi.max(v)));
    let mut words = Vec::new();
    let bit =
        |bit| column(&values.iter().map(|v| v >> bit & 1 == 1).collect::<Vec<bool>>(), bits, &mut words);
    let multiplexers = (0..width(range)).map(bit).sum();
    (words, multiplexers)
}

/// The same of one bit of its result: the contents go into `words`.
fn column(truth: &[bool], bits: u32, words: &mut Vec<u64>) -> usize {
    if bits > INPUTS {
        // The halves by the top bit; the multiplexers of 7 and 8 inputs are no look-up tables, later ones are.
        let (low, high) = truth.split_at(truth.len() / 2);
        if low == high {
            return column(low, bits - 1, words);
        }
        let choice = usize::from(bits > INPUTS + 2);
        return column(low, bits - 1, words) + column(high, bits - 1, words) + choice;
    }
    let flip = truth[0];
    let word = truth.iter().enumerate().fold(0u64, |w, (k, &t)| w | u64::from(t != flip) << k);
    // A constant, or a bit of the argument itself.
    let wire = |b: u32| (0..truth.len()).all(|k| (truth[k] != flip) == (k >> b & 1 == 1));
    if word != 0 && !(0..bits).any(wire) {
        words.push(word);
    }
    0
}

/// Adders of a sum and its saturator.
pub(super) fn sum(sum: &Sum) -> usize {
    // Ranges, and the lowest bits that are 0 in every value.
    let zeros = |values: &[i64]| values.iter().fold(0, |all, v| all | v).trailing_zeros();
    let mut terms: Vec<((i64, i64), u32)> = sum.edges.iter().map(|e| (e.range(), zeros(&e.values))).collect();
    let mut total = 0;
    if sum.bias != 0 && !terms.is_empty() {
        terms.push(((sum.bias, sum.bias), sum.bias.trailing_zeros()));
    }
    while terms.len() > 1 {
        let next = terms.chunks(2).map(|pair| match pair {
            &[(a, below_a), (b, below_b)] => {
                let both = (a.0 + b.0, a.1 + b.1);
                // Bits side by side are no sum; below the higher of both, the other's bits are the sum's.
                let apart = a.0.min(b.0) >= 0 && (width(a) <= below_b || width(b) <= below_a);
                let added = width(both).saturating_sub(below_a.max(below_b));
                total += if apart { 0 } else { added as usize };
                (both, below_a.min(below_b))
            }
            _ => pair[0],
        });
        terms = next.collect();
    }
    if let Output::Argument { shift, bits } = sum.output {
        let (lo, hi) = sum.range();
        let (lo, hi) = (lo >> shift, hi >> shift);
        if !sum.edges.is_empty() && (lo < 0 || hi >= 1 << bits) {
            total += bits as usize + 1;
        }
    }
    total
}

impl Port {
    /// Look-up tables of the subtraction and the saturator. The top bit's complement is none: it goes into what reads it.
    pub fn price(&self) -> usize {
        let width = self.format.width.saturating_sub(self.shift);
        let subtracted = match self.offset >> self.shift.min(62) {
            0 => 0,
            offset => width.saturating_sub(offset.trailing_zeros()),
        };
        let raw = |code: i64| (code - self.offset) >> self.shift.min(62);
        let inside = raw(self.format.min_code()) >= 0 && raw(self.format.max_code()) < 1 << self.bits;
        let saturator = if inside { 0 } else { self.bits + 2 };
        (if subtracted == 1 && inside { 0 } else { subtracted } + saturator) as usize
    }
}

/// A comparison and two choices for every score but the first.
fn decision(circuit: &Circuit) -> usize {
    let Some(last) = circuit.layers.last() else { return 0 };
    let scores = last.sums.len();
    let width = last.sums.iter().map(|s| width(s.range())).max().unwrap_or(0) as usize;
    let index = (usize::BITS - (scores - 1).leading_zeros()) as usize;
    scores.saturating_sub(1) * (width.div_ceil(2) + width + index) / if scores > 1 { 1 } else { usize::MAX }
}
