//! Which pairs of digits occur again, and how often.

use gainstage_golden::watch;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A shifted copy of a value that a sum adds or subtracts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Digit {
    /// Number of the value.
    pub value: u32,
    /// Its shift to the left.
    pub shift: u32,
    /// Whether it is subtracted.
    pub minus: bool,
}

/// Two digits as seen from the one with the lower shift (of equal ones, the earlier value): low ± high·2^shift.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Pair {
    pub low: u32,
    pub high: u32,
    pub shift: u32,
    /// Whether the signs differ.
    pub minus: bool,
}

impl Pair {
    fn of(a: Digit, b: Digit) -> Pair {
        let (low, high) = if (a.shift, a.value) <= (b.shift, b.value) { (a, b) } else { (b, a) };
        Pair {
            low: low.value,
            high: high.value,
            shift: high.shift - low.shift,
            minus: low.minus != high.minus,
        }
    }

    /// The digit that makes a pair of this kind with a lower one.
    fn partner(self, low: Digit) -> Digit {
        Digit { value: self.high, shift: low.shift + self.shift, minus: low.minus != self.minus }
    }
}

/// The digits of all sums, with the number of times each pair occurs.
pub(super) struct Layer {
    rows: Vec<Vec<Digit>>,
    counts: BTreeMap<Pair, u32>,
}

impl Layer {
    pub(super) fn new(rows: Vec<Vec<Digit>>) -> Layer {
        let mut counts = BTreeMap::new();
        for row in &rows {
            for (i, &a) in row.iter().enumerate() {
                row[..i].iter().for_each(|&b| *counts.entry(Pair::of(a, b)).or_default() += 1);
            }
        }
        Layer { rows, counts }
    }

    pub(super) fn rows(&self) -> &[Vec<Digit>] {
        &self.rows
    }

    /// The pair that is worth most, the shallower of equal ones; `None` if none is worth anything or occurs twice. `worth`
    /// gives the worth of a pair that occurs so often, and the depth of its adder.
    pub(super) fn best(&mut self, worth: impl Fn(Pair, u32) -> (i64, u32)) -> Option<Pair> {
        watch::check();
        // A pair's count only falls once both its values exist, so what occurs once is never looked at again.
        self.counts.retain(|_, n| *n > 1);
        let value = |(&pair, &n): (&Pair, &u32)| {
            let (worth, depth) = worth(pair, n);
            (worth, Reverse(depth), Reverse(pair))
        };
        let best = self.counts.iter().map(value).max();
        best.filter(|b| b.0 > 0).map(|(_, _, Reverse(pair))| pair)
    }

    /// Replaces every occurrence of a pair by a new value. Returns whether there were two: occurrences that overlap
    /// are counted but cannot all be taken.
    pub(super) fn extract(&mut self, pair: Pair, value: u32) -> bool {
        let found: Vec<Vec<Digit>> = self.rows.iter().map(|row| occurrences(row, pair)).collect();
        self.counts.remove(&pair);
        if found.iter().map(Vec::len).sum::<usize>() < 2 {
            return false;
        }
        for (r, lows) in found.into_iter().enumerate() {
            for low in lows {
                self.remove(r, low);
                self.remove(r, pair.partner(low));
                self.add(r, Digit { value, ..low });
            }
        }
        self.counts.remove(&pair);
        true
    }

    fn remove(&mut self, row: usize, digit: Digit) {
        let digits = &mut self.rows[row];
        let place = digits.iter().position(|&d| d == digit).expect("the digit was found there");
        digits.remove(place);
        for &other in digits.iter() {
            if let Some(n) = self.counts.get_mut(&Pair::of(digit, other)) {
                *n = n.saturating_sub(1);
            }
        }
    }

    fn add(&mut self, row: usize, digit: Digit) {
        for &other in &self.rows[row] {
            *self.counts.entry(Pair::of(digit, other)).or_default() += 1;
        }
        self.rows[row].push(digit);
    }
}

/// The lower digits of a pair's occurrences in a row, none used twice.
fn occurrences(row: &[Digit], pair: Pair) -> Vec<Digit> {
    let mut free: BTreeSet<Digit> = row.iter().copied().collect();
    let mut lows: Vec<Digit> = row.iter().copied().filter(|d| d.value == pair.low).collect();
    lows.sort_by_key(|d| d.shift);
    let mut taken = Vec::new();
    for low in lows {
        let high = pair.partner(low);
        if free.contains(&low) && high != low && free.contains(&high) {
            free.remove(&low);
            free.remove(&high);
            taken.push(low);
        }
    }
    taken
}
