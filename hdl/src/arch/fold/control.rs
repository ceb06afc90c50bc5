//! What an engine does by counters: which products, which sum is complete, which result leaves. A few words for each layer
//! say how far the counters count.
//!
//! All counters are registers of the first stage. They count down, so that their end is 0 whatever the layer: `left` to a
//! group's last products, `group` to a layer's last neurons, `slot` to its last result. A start sets them all, whatever they
//! were at.

use super::engine::Builder;
use super::program::Walk;
use crate::expr::{Column, RomStyle, Sig};

/// ROMs with more words than this ask for block RAM.
const LOGIC_WORDS: usize = 32;

/// Where the products of a clock are.
pub(super) struct Place {
    /// A bit: there are products.
    pub(super) active: Sig,
    /// A bit: they are the first of their sums.
    pub(super) first: Sig,
    /// A bit: they are the last.
    pub(super) complete: Sig,
    /// The layer, from 0.
    pub(super) layer: Sig,
    /// Clocks until the last ones: the chunk of inputs, counted from the end.
    pub(super) left: Sig,
    /// Groups of neurons behind this one.
    group: Sig,
    /// The word of weights.
    pub(super) word: Sig,
}

/// Which result leaves.
pub(super) struct Leaving {
    /// A bit: one does.
    pub(super) leaves: Sig,
    /// Its place in its group.
    pub(super) place: Sig,
    /// Its number among all neurons of the engine.
    pub(super) cell: Sig,
    /// The chunk of the next layer's inputs to which it belongs, counted from the end.
    pub(super) slot: Sig,
    /// Its number in the chunk.
    pub(super) bank: Sig,
    /// Its layer, from 0.
    pub(super) layer: Sig,
    /// A bit: that is the last one.
    pub(super) last: Sig,
    /// A bit: it is the last result of all.
    pub(super) done: Sig,
}

/// What a word says of a layer: its number, and how counters walk through it.
type Entry<'a> = &'a dyn Fn(usize, &Walk) -> usize;

impl Builder<'_, '_> {
    pub(super) fn style(words: usize) -> RomStyle {
        if words > LOGIC_WORDS { RomStyle::Block } else { RomStyle::Logic }
    }

    /// A counter up to `most`; where it has nothing to count, no register.
    fn counter(&mut self, name: &str, most: usize) -> Sig {
        if most == 0 { self.g.constant(0) } else { self.g.state(name, 0, most as i128) }
    }

    /// What a counter is next: `start` when the engine starts, else `next`.
    fn count(&mut self, counter: Sig, most: usize, start: (Sig, usize), next: Sig) {
        if most > 0 {
            let first = self.g.constant(start.1 as i128);
            let next = self.g.mux(start.0, first, next);
            let next = self.g.assume_range(next, 0, most as i128);
            self.g.set_next(counter, next);
        }
    }

    /// One more than a counter where `step`, but 0 at the end.
    fn more(&mut self, counter: Sig, step: Sig, end: Sig) -> Sig {
        let (zero, one) = (self.g.constant(0), self.g.constant(1));
        let more = self.g.add(counter, one);
        let next = self.g.mux(step, more, counter);
        self.g.mux(end, zero, next)
    }

    /// One less than a counter; where it is 0, it begins again.
    fn less(&mut self, counter: Sig, zero: Sig, again: Sig) -> Sig {
        let one = self.g.constant(1);
        let less = self.g.sub(counter, one);
        self.g.mux(zero, again, less)
    }

    /// A few words for each layer.
    fn by_layer(&mut self, layer: Sig, name: &str, columns: &[Entry<'_>]) -> Vec<Sig> {
        let walks = &self.program.walks;
        let column = |entry: &Entry<'_>| {
            Column::new(walks.iter().enumerate().map(|(l, w)| entry(l, w) as i128).collect())
        };
        let columns: Vec<Column> = columns.iter().map(column).collect();
        self.g.rom_columns(layer, &format!("{}_{name}", self.name), RomStyle::Logic, &columns)
    }

    /// Whether a layer is the last one.
    fn is_last(&mut self, layer: Sig) -> Sig {
        let last = self.g.constant(self.layers.len() as i128 - 1);
        self.g.eq(layer, last)
    }

    /// Words of weights.
    pub(super) fn words(&self) -> usize {
        self.program.walks.iter().map(|w| w.groups * w.chunks).sum()
    }

    /// The walk through products.
    pub(super) fn products(&mut self, start: Sig) -> Place {
        let walks = self.program.walks.clone();
        let most = |f: fn(&Walk) -> usize| walks.iter().map(f).max().unwrap_or(0);
        let (lefts, groups) = (most(Walk::most_left), most(|w| w.groups - 1));
        let (layers, words) = (walks.len() - 1, self.words() - 1);
        let run = self.g.state("run", 0, 1);
        let layer = self.counter("layer", layers);
        let left = self.counter("left", lefts);
        let group = self.counter("group", groups);
        let word = self.counter("word", words);
        let after = walks.clone();
        let begin = move |l: usize| after.get(l).map_or(0, |w| w.wait + w.chunks - 1);
        let after = walks.clone();
        let values = self.by_layer(
            layer,
            "layers",
            &[
                &|_, w| w.period - 1,
                &|l, _| begin(l + 1),
                &|l, _| after.get(l + 1).map_or(0, |w| w.groups - 1),
                &|_, w| w.chunks - 1,
            ],
        );
        let [again, next_left, next_groups, chunks] = values[..] else { unreachable!("four columns") };
        let (ends_group, ends_layer) = (self.g.is_zero(left), self.g.is_zero(group));
        let last = self.is_last(layer);
        let complete = self.g.and(run, ends_group);
        let ended = self.g.and(complete, ends_layer);
        let end = self.g.and(ended, last);
        let waits = walks.iter().any(|w| w.most_left() >= w.chunks);
        let active = if waits {
            let there = self.g.ge(chunks, left);
            self.g.and(run, there)
        } else {
            run
        };
        let first = self.g.eq(left, chunks);
        let zero = self.g.constant(0);
        let runs = self.g.mux(end, zero, run);
        self.count(run, 1, (start, 1), runs);
        let next = self.more(layer, ended, end);
        self.count(layer, layers, (start, 0), next);
        let again = self.g.mux(ends_layer, next_left, again);
        let next = self.less(left, ends_group, again);
        self.count(left, lefts, (start, begin(0)), next);
        let fewer = self.less(group, ends_layer, next_groups);
        let next = self.g.mux(ends_group, fewer, group);
        self.count(group, groups, (start, walks[0].groups - 1), next);
        let next = self.more(word, active, end);
        self.count(word, words, (start, 0), next);
        for (s, name) in [(active, "active"), (first, "first"), (complete, "complete")] {
            self.g.name(s, name);
        }
        Place { active, first, complete, layer, left, group, word }
    }

    /// The walk through results.
    pub(super) fn results(&mut self, start: Sig, at: &Place) -> Leaving {
        let (leaves, place, waiting) = self.group_leaves(start, at);
        let walks = self.program.walks.clone();
        let (layers, inputs) = (walks.len() - 1, self.lanes.inputs);
        // Where results leave with the last products, one a group, they are where the products are.
        let together = self.lanes == super::Lanes::ONE;
        let slots = move |w: &Walk| w.neurons.div_ceil(inputs) - 1;
        let most = walks.iter().map(slots).max().unwrap_or(0);
        let (layer, slot, bank) = if together {
            (at.layer, at.group, self.g.constant(0))
        } else {
            let layer = self.counter("result_layer", layers);
            (layer, self.counter("slot", most), self.counter("bank", inputs - 1))
        };
        let last = self.is_last(layer);
        let after = walks.clone();
        let next_slot = move |l: usize, _: &Walk| after.get(l + 1).map_or(0, slots);
        let banks = move |_: usize, w: &Walk| (w.neurons - 1) % inputs;
        let values = self.by_layer(layer, "results", &[&next_slot, &banks]);
        let (last_slot, last_bank) = (self.g.is_zero(slot), self.g.eq(bank, values[1]));
        let ended = self.g.and(last_slot, last_bank);
        let ended = self.g.and(leaves, ended);
        let done = self.g.and(ended, last);
        if !together {
            let full = self.g.constant(inputs as i128 - 1);
            let full = self.g.eq(bank, full);
            let full = self.g.and(leaves, full);
            let turn = self.g.or(full, ended);
            let next = self.more(bank, leaves, turn);
            self.count(bank, inputs - 1, (start, 0), next);
            let fewer = self.less(slot, last_slot, values[0]);
            let next = self.g.mux(turn, fewer, slot);
            self.count(slot, most, (start, slots(&walks[0])), next);
            let next = self.more(layer, ended, done);
            self.count(layer, layers, (start, 0), next);
        }
        if let Some(waiting) = waiting {
            let (zero, most) = (self.g.constant(0), self.g.constant(self.lanes.neurons as i128 - 1));
            let none = self.g.is_zero(waiting);
            let next = self.less(waiting, none, zero);
            let next = self.g.mux(at.complete, most, next);
            let next = self.g.mux(ended, zero, next);
            self.count(waiting, self.lanes.neurons - 1, (start, 0), next);
        }
        let cells = self.layout.cells.len() - 1;
        let cell = self.counter("cell", cells);
        let next = self.more(cell, leaves, done);
        self.count(cell, cells, (start, 0), next);
        self.g.name(leaves, "leaves");
        Leaving { leaves, place, cell, slot, bank, layer, last, done }
    }

    /// Whether a result leaves, its place in its group, and the counter of those that wait, if any do.
    fn group_leaves(&mut self, start: Sig, at: &Place) -> (Sig, Sig, Option<Sig>) {
        let most = self.lanes.neurons - 1;
        if most == 0 {
            return (at.complete, self.g.constant(0), None);
        }
        let (waiting, place) = (self.counter("waiting", most), self.counter("place", most));
        let (none, zero) = (self.g.is_zero(waiting), self.g.constant(0));
        let some = self.g.invert_bit(none);
        let leaves = self.g.or(at.complete, some);
        let now = self.g.mux(at.complete, zero, place);
        let next = self.more(now, leaves, zero);
        self.count(place, most, (start, 0), next);
        (leaves, now, Some(waiting))
    }

    /// Words that the results of one layer take in each memory.
    pub(super) fn half(&self) -> usize {
        let inner = &self.program.walks[..self.program.walks.len() - 1];
        let most = inner.iter().map(|w| w.neurons.div_ceil(self.lanes.inputs)).max().unwrap_or(1);
        most.next_power_of_two()
    }

    /// Words of each memory: with three layers and more, those that are read and those that come lie apart.
    pub(super) fn depth(&self) -> usize {
        if self.layers.len() > 2 { 2 * self.half() } else { self.half() }
    }

    /// Where a chunk is in the memories: layers alternate. `odd` is a bit.
    pub(super) fn address(&mut self, odd: Sig, chunk: Sig) -> Sig {
        let bits = self.half().trailing_zeros();
        if bits == 0 {
            return if self.layers.len() > 2 { odd } else { self.g.constant(0) };
        }
        let low = self.g.slice(chunk, 0, bits);
        if self.layers.len() > 2 { self.g.concat(odd, low, bits) } else { low }
    }
}
