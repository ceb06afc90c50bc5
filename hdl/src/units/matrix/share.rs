//! Which pairs of digits occur again, and how often.
//!
//! A pair's worth only falls once both its values exist, because its count does. So pairs lie in piles under a worth that may
//! be too high by now: what is in the topmost pile is weighed again, and goes to a lower one if it has lost. A pair is looked
//! for in the rows alone that hold its rarer value. Thus the time is that of the pairs within the rows, which grows with the
//! number of rows, and with the square of a row's digits: whoever has long rows cuts them into blocks.

use foldhash::fast::FixedState;
use gainstage_golden::watch;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

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

/// Two digits as seen from the one with the lower shift (of equal ones, the earlier value): low ± high·2^shift. One word,
/// because millions of them are hashed and compared: from above `low`, `high`, `shift`, and whether the signs differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Pair(u64);

/// Bits of a value's number.
const VALUE_BITS: u32 = 28;

impl Pair {
    fn of(a: Digit, b: Digit) -> Pair {
        let (low, high) = if (a.shift, a.value) <= (b.shift, b.value) { (a, b) } else { (b, a) };
        let values = u64::from(low.value) << VALUE_BITS | u64::from(high.value);
        // Words have 120 bits at most: a shift fits 7.
        Pair(values << 8 | u64::from(high.shift - low.shift) << 1 | u64::from(low.minus != high.minus))
    }

    /// The value with the lower shift.
    pub(super) fn low(self) -> u32 {
        (self.0 >> (VALUE_BITS + 8)) as u32
    }

    /// The other.
    pub(super) fn high(self) -> u32 {
        (self.0 >> 8) as u32 & ((1 << VALUE_BITS) - 1)
    }

    /// How much higher the shift of the other is.
    pub(super) fn shift(self) -> u32 {
        (self.0 >> 1) as u32 & 0x7f
    }

    /// Whether the signs differ.
    pub(super) fn minus(self) -> bool {
        self.0 & 1 == 1
    }

    /// The digit that makes a pair of this kind with a lower one.
    fn partner(self, low: Digit) -> Digit {
        Digit { value: self.high(), shift: low.shift + self.shift(), minus: low.minus != self.minus() }
    }
}

/// A pair of a pile, and the count with which it came there. Of pairs that are worth the same, the shallower and the earlier
/// is greater: above stands the complement of the depth, then that of the pair.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Offer {
    order: u128,
    count: u32,
}

impl Offer {
    fn new(pair: Pair, count: u32, depth: u32) -> Offer {
        Offer { order: u128::from(!depth) << 64 | u128::from(!pair.0), count }
    }

    fn pair(&self) -> Pair {
        Pair(!(self.order as u64))
    }
}

/// Pairs by their worth.
#[derive(Default)]
struct Piles {
    lower: BTreeMap<i64, Vec<Offer>>,
    /// The pile that is taken from, and what its pairs are worth.
    top: (i64, BinaryHeap<Offer>),
}

impl Piles {
    /// A pair with its count, its worth and the depth of its adder, if it is worth anything.
    fn push(&mut self, pair: Pair, count: u32, (worth, depth): (i64, u32)) {
        let offer = Offer::new(pair, count, depth);
        match worth {
            ..=0 => {}
            _ if worth == self.top.0 => self.top.1.push(offer),
            _ => self.lower.entry(worth).or_default().push(offer),
        }
    }

    /// The pair whose worth was greatest when it came.
    fn pop(&mut self) -> Option<Offer> {
        let higher = self.lower.last_key_value().is_some_and(|(&worth, _)| worth > self.top.0);
        if higher || self.top.1.is_empty() {
            let (worth, offers) = self.lower.pop_last()?;
            let before = std::mem::replace(&mut self.top, (worth, offers.into()));
            if !before.1.is_empty() {
                self.lower.insert(before.0, before.1.into_vec());
            }
        }
        self.top.1.pop()
    }
}

/// The digits of all sums, with the number of times each pair occurs.
pub(super) struct Layer {
    /// Sorted.
    rows: Vec<Vec<Digit>>,
    /// Of pairs that occur twice or more, and of all that a new value makes until it is weighed.
    counts: HashMap<Pair, u32, FixedState>,
    /// Per value the rows that had it when it came.
    homes: Vec<Vec<u32>>,
    /// Pairs that have not been weighed yet.
    fresh: Vec<Pair>,
    piles: Piles,
}

impl Layer {
    /// `values` are there from the beginning.
    pub(super) fn new(values: usize, mut rows: Vec<Vec<Digit>>) -> Layer {
        let mut counts: HashMap<Pair, u32, FixedState> = HashMap::default();
        let mut homes = vec![Vec::new(); values];
        for (r, row) in (0..).zip(&mut rows) {
            watch::check();
            row.sort_unstable();
            for (i, &a) in row.iter().enumerate() {
                row[..i].iter().for_each(|&b| *counts.entry(Pair::of(a, b)).or_default() += 1);
                let home: &mut Vec<u32> = &mut homes[a.value as usize];
                if home.last() != Some(&r) {
                    home.push(r);
                }
            }
        }
        let fresh = counts.keys().copied().collect();
        Layer { rows, counts, homes, fresh, piles: Piles::default() }
    }

    /// The digits that are left.
    pub(super) fn into_rows(self) -> Vec<Vec<Digit>> {
        self.rows
    }

    /// The pair that is worth most, the shallower of equal ones; `None` if none is worth anything or occurs twice. `worth`
    /// gives the worth of a pair that occurs so often, and the depth of its adder.
    pub(super) fn best(&mut self, worth: impl Fn(Pair, u32) -> (i64, u32)) -> Option<Pair> {
        watch::check();
        for pair in std::mem::take(&mut self.fresh) {
            match self.counts.get(&pair) {
                Some(&n) if n > 1 => self.piles.push(pair, n, worth(pair, n)),
                // What occurs once is never looked at again.
                _ => drop(self.counts.remove(&pair)),
            }
        }
        while let Some(offer) = self.piles.pop() {
            let pair = offer.pair();
            match self.counts.get(&pair) {
                Some(&n) if n == offer.count => return Some(pair),
                Some(&n) if n > 1 => self.piles.push(pair, n, worth(pair, n)),
                _ => drop(self.counts.remove(&pair)),
            }
        }
        None
    }

    /// Replaces every occurrence of a pair by a new value, whose number is the next. Returns whether there were two:
    /// occurrences that overlap are counted but cannot all be taken.
    pub(super) fn extract(&mut self, pair: Pair) -> bool {
        self.counts.remove(&pair);
        let [low, high] = [pair.low(), pair.high()].map(|v| &self.homes[v as usize]);
        let rarer = if low.len() <= high.len() { low } else { high };
        let found: Vec<(u32, Vec<Digit>)> = (rarer.iter())
            .map(|&r| (r, occurrences(&self.rows[r as usize], pair)))
            .filter(|(_, lows)| !lows.is_empty())
            .collect();
        if found.iter().map(|(_, lows)| lows.len()).sum::<usize>() < 2 {
            return false;
        }
        let value = self.homes.len() as u32;
        self.homes.push(found.iter().map(|(r, _)| *r).collect());
        for (r, lows) in found {
            for low in lows {
                self.remove(r, low);
                self.remove(r, pair.partner(low));
                self.add(r, Digit { value, ..low });
            }
        }
        true
    }

    fn remove(&mut self, row: u32, digit: Digit) {
        let digits = &mut self.rows[row as usize];
        let place = digits.binary_search(&digit).expect("the digit was found there");
        digits.remove(place);
        for &other in digits.iter() {
            if let Some(n) = self.counts.get_mut(&Pair::of(digit, other)) {
                *n = n.saturating_sub(1);
            }
        }
    }

    /// The digit is of the newest value, and no lower than those of it that are there: it comes last.
    fn add(&mut self, row: u32, digit: Digit) {
        let digits = &mut self.rows[row as usize];
        for &other in digits.iter() {
            let pair = Pair::of(digit, other);
            let count = self.counts.entry(pair).or_insert_with(|| {
                self.fresh.push(pair);
                0
            });
            *count += 1;
        }
        digits.push(digit);
    }
}

/// The lower digits of a pair's occurrences in a row, none used twice.
fn occurrences(row: &[Digit], pair: Pair) -> Vec<Digit> {
    let lows = &row[row.partition_point(|d| d.value < pair.low())..];
    let mut taken: Vec<Digit> = Vec::new();
    for &low in lows.iter().take_while(|d| d.value == pair.low()) {
        let high = pair.partner(low);
        // Only of two copies of one value can the upper be another's lower one.
        let free =
            |d: Digit| pair.low() != pair.high() || taken.iter().all(|&t| t != d && pair.partner(t) != d);
        if high != low && free(low) && free(high) && row.binary_search(&high).is_ok() {
            taken.push(low);
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::csd;
    use proptest::prelude::*;
    use std::cmp::Reverse;
    use std::collections::BTreeSet;

    /// Every pair counted anew.
    fn recount(rows: &[Vec<Digit>]) -> BTreeMap<Pair, u32> {
        let mut counts = BTreeMap::new();
        for row in rows {
            for (i, &a) in row.iter().enumerate() {
                row[..i].iter().for_each(|&b| *counts.entry(Pair::of(a, b)).or_default() += 1);
            }
        }
        counts
    }

    proptest! {
        /// Against a search through all pairs of all rows.
        #[test]
        fn the_best_pair_is_the_best_of_all(
            weights in prop::collection::vec(prop::collection::vec(-600i64..600, 5), 2..7),
            span in 0i64..8,
        ) {
            let digit = |value| move |(shift, minus)| Digit { value, shift, minus };
            let row = |w: &Vec<i64>| (0..).zip(w).flat_map(|(v, &w)| csd(w).into_iter().map(digit(v))).collect();
            let mut layer = Layer::new(5, weights.iter().map(row).collect());
            let worth = |pair: Pair, n: u32| (10 * i64::from(n - 1) - span * i64::from(pair.shift()), pair.shift() % 3);
            let mut gone = BTreeSet::new();
            loop {
                let offer = |(&pair, &n): (&Pair, &u32)| (worth(pair, n), pair);
                let offers = recount(&layer.rows).into_iter().filter(|(pair, n)| *n > 1 && !gone.contains(pair));
                let offers: Vec<_> = offers.map(|(pair, n)| offer((&pair, &n))).collect();
                let best = offers.iter().filter(|o| o.0.0 > 0).max_by_key(|o| (o.0.0, Reverse(o.0.1), Reverse(o.1)));
                let found = layer.best(worth);
                prop_assert_eq!(found, best.map(|o| o.1));
                let Some(pair) = found else { break };
                gone.insert(pair);
                layer.extract(pair);
                prop_assert!(layer.rows.iter().all(|row| row.is_sorted()));
            }
        }
    }
}
