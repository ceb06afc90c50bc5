//! Operands, products and running sums of an engine.

use super::Lanes;
use super::constants::Constants;
use super::control::Place;
use super::engine::Builder;
use super::loaded::Loading;
use crate::expr::{Column, Range, RomStyle, Sig};

impl Builder<'_, '_> {
    /// A memory for each input taken at a time, if results come back.
    pub(super) fn rams(&mut self) -> Vec<u32> {
        let (depth, range) = (self.depth(), self.layout.results(self.library.plan()));
        let banks = if self.layers.len() > 1 { 0..self.lanes.inputs } else { 0..0 };
        banks.map(|b| self.g.ram(&format!("operands{b}"), depth, range)).collect()
    }

    /// The inputs that are taken at a time. Each of these is the first of a ring of registers, which turns by one with each
    /// chunk: a multiplexer of all inputs would take more than the registers, whose look-up tables are there anyway.
    fn inputs(&mut self, start: Sig, at: &Place, x: &[Sig]) -> Vec<Sig> {
        let inner = self.g.is_zero(at.layer);
        let turn = self.g.and(at.active, inner);
        self.g.name(turn, "turn");
        let ring = |b: usize| {
            let mut mine: Vec<Sig> = x.iter().copied().skip(b).step_by(self.lanes.inputs).collect();
            // A lane beyond the inputs has weights of 0.
            mine.resize(x.len().div_ceil(self.lanes.inputs), x[0]);
            let range =
                mine.iter().map(|&x| self.g.range(x)).reduce(Range::hull).unwrap_or(self.g.range(x[0]));
            let name = |i: usize| format!("ring{b}_{i}");
            let ring: Vec<Sig> =
                (0..mine.len()).map(|i| self.g.state(&name(i), range.lo, range.hi)).collect();
            for (i, &x) in mine.iter().enumerate() {
                let turned = self.g.mux(turn, ring[(i + 1) % ring.len()], ring[i]);
                let next = self.g.mux(start, x, turned);
                self.g.set_next(ring[i], next);
            }
            ring[0]
        };
        (0..self.lanes.inputs).map(ring).collect()
    }

    /// The operand of each input taken at a time.
    fn operands(&mut self, start: Sig, at: &Place, x: &[Sig], rams: &[u32]) -> Vec<Sig> {
        let mut operands = self.inputs(start, at, x);
        if rams.is_empty() {
            return operands;
        }
        let odd = self.g.bit(at.layer, 0);
        let address = self.address(odd, at.left);
        let inner = self.g.is_zero(at.layer);
        for (operand, &ram) in operands.iter_mut().zip(rams) {
            let word = self.g.read(ram, address);
            *operand = self.g.mux(inner, *operand, word);
        }
        operands
    }

    /// The running sum of each neuron computed at a time.
    pub(super) fn sums(
        &mut self,
        start: Sig,
        at: &Place,
        x: &[Sig],
        rams: &[u32],
        loading: Option<&Loading>,
    ) -> Vec<Sig> {
        let x = self.operands(start, at, x, rams);
        let weights = self.weights(at, loading);
        let shifts = self.shifts(at);
        let range = self.layout.sums();
        let Lanes { neurons, inputs } = self.lanes;
        (0..neurons)
            .map(|p| {
                let term = |b: usize| {
                    let w = weights[p * inputs + b];
                    self.g.name(w, &format!("weight{p}_{b}"));
                    let product = self.g.mul(w, x[b]);
                    self.g.name(product, &format!("product{p}_{b}"));
                    self.shifted(product, &shifts[b], range)
                };
                let terms: Vec<Sig> = (0..inputs).map(term).collect();
                let term = self.g.sum(&terms);
                let sum = self.g.accumulate(at.first, term, range.lo, range.hi);
                self.g.name(sum, &format!("sum{p}"))
            })
            .collect()
    }

    /// The weights of all products of a clock, side by side in a word: in the order of the walk, no word more.
    fn weights(&mut self, at: &Place, loading: Option<&Loading>) -> Vec<Sig> {
        let lane = |p: usize, b: usize| {
            let mut entries = Vec::with_capacity(self.words());
            for (l, w) in self.layers.clone().zip(&self.program.walks) {
                for (group, chunk) in (0..w.groups).flat_map(|g| (0..w.chunks).map(move |c| (g, c))) {
                    let (neuron, input) = (group * self.lanes.neurons + p, chunk * self.lanes.inputs + b);
                    let neuron = self.library.plan().layers[l].neurons.get(neuron);
                    let weight = neuron.and_then(|n| n.weights.get(input));
                    entries.push(weight.map_or(0, |&w| w as i128));
                }
            }
            Column { entries, range: self.layout.weights() }
        };
        let lanes = (0..self.lanes.neurons).flat_map(|p| (0..self.lanes.inputs).map(move |b| (p, b)));
        let columns: Vec<Column> = lanes.map(|(p, b)| lane(p, b)).collect();
        let name = format!("{}_weights", self.name);
        match loading {
            Some(loading) => self.loaded_weights(at, loading, &name, &columns),
            None => self.g.rom_columns(at.word, &name, Self::style(self.words()), &columns),
        }
    }

    /// For each input taken at a time the shifts of its products, and which of them it is: a word for each chunk of inputs,
    /// where inputs of a layer differ.
    fn shifts(&mut self, at: &Place) -> Vec<(Option<Sig>, Vec<u32>)> {
        // A layer's chunks stand from the last one to the first, as they are counted, then what is no chunk.
        let mut lanes: Vec<Vec<u32>> = vec![Vec::new(); self.lanes.inputs];
        let mut begins = Vec::new();
        for (l, w) in self.layers.clone().zip(&self.program.walks) {
            begins.push(lanes[0].len() as i128);
            let cell = &self.layout.cells[self.layout.cell(l, 0)];
            for (b, lane) in lanes.iter_mut().enumerate() {
                let shift = |left: usize| {
                    let chunk = (w.chunks - 1).checked_sub(left)?;
                    let input = chunk * self.lanes.inputs + b;
                    (input < cell.inputs.len()).then(|| self.layout.shift(cell, input))
                };
                lane.extend((0..=w.most_left()).map(|left| shift(left).unwrap_or(0)));
            }
        }
        let different = |lane: &Vec<u32>| {
            let mut all = lane.clone();
            all.sort_unstable();
            all.dedup();
            all
        };
        let all: Vec<Vec<u32>> = lanes.iter().map(different).collect();
        if all.iter().all(|all| all.len() == 1) {
            return all.into_iter().map(|all| (None, all)).collect();
        }
        let column = |(lane, all): (&Vec<u32>, &Vec<u32>)| {
            let number = |s: &u32| all.binary_search(s).unwrap_or(0) as i128;
            Column::new(lane.iter().map(number).collect())
        };
        let columns: Vec<Column> = lanes.iter().zip(&all).map(column).collect();
        let (begin, name) = (Column::new(begins), format!("{}_begins", self.name));
        let begin = self.g.rom_columns(at.layer, &name, RomStyle::Logic, &[begin])[0];
        let word = self.g.add(begin, at.left);
        let word = self.g.assume_range(word, 0, lanes[0].len() as i128 - 1);
        let style = Self::style(lanes[0].len());
        let numbers = self.g.rom_columns(word, &format!("{}_shifts", self.name), style, &columns);
        numbers.into_iter().map(Some).zip(all).collect()
    }

    /// A value at one of several shifts, without the bits above `range`. Whoever has this shift has none there; of what is
    /// shifted otherwise, whatever stands here is not taken.
    fn shifted(&mut self, value: Sig, shifts: &(Option<Sig>, Vec<u32>), range: Range) -> Sig {
        let (Some(number), all) = shifts else { return self.g.shl(value, shifts.1[0]) };
        let at = |shift: &u32| {
            let bits = range.signed_width().saturating_sub(*shift).max(1);
            let wide = self.g.range(value).signed_width() > bits;
            let low = if wide { self.g.slice(value, 0, bits) } else { value };
            let low = self.g.as_signed(low, bits);
            self.g.shl(low, *shift)
        };
        let shifted: Vec<Sig> = all.iter().map(at).collect();
        self.g.select(*number, &shifted)
    }

    /// A sum with its bias, raised to where all sums are rounded.
    pub(super) fn total(&mut self, sum: Sig, constants: &Constants) -> Sig {
        let total = self.g.add(sum, constants.bias);
        let raises = self.layout.raises.clone();
        let number = (raises.len() > 1).then_some(constants.raise);
        self.shifted(total, &(number, raises), self.layout.totals())
    }
}
