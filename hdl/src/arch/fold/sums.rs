//! Operands, products and running sums of an engine.

use super::control::Control;
use super::engine::Builder;
use super::program::Step;
use crate::expr::{Column, Range, Rom, Sig};
use std::sync::Arc;

impl Builder<'_, '_> {
    /// A memory for each input taken at a time, if results come back.
    pub(super) fn rams(&mut self) -> Vec<u32> {
        let (depth, range) = (2 * self.half(), self.layout.results(self.library.plan()));
        let banks = if self.layers.len() > 1 { 0..self.lanes.inputs } else { 0..0 };
        banks.map(|b| self.g.ram(&format!("operands{b}"), depth, range)).collect()
    }

    /// The operand of each input taken at a time.
    pub(super) fn operands(&mut self, control: &Control, x: &[Sig], rams: &[u32]) -> Vec<Sig> {
        let banks = 0..self.lanes.inputs;
        let bank = |b: usize| {
            let mine: Vec<Sig> = x.iter().copied().skip(b).step_by(self.lanes.inputs).collect();
            // A lane beyond the inputs has weights of 0.
            let input = if mine.is_empty() { x[0] } else { self.g.select(control.operand, &mine) };
            let Some(&ram) = rams.get(b) else { return input };
            let depth = 2 * self.half() as i128;
            let address = self.g.assume_range(control.operand, 0, depth - 1);
            let word = self.g.read(ram, address);
            self.g.mux(control.from_memory, word, input)
        };
        banks.map(bank).collect()
    }

    /// The running sum of each neuron computed at a time.
    pub(super) fn sums(&mut self, clock: Sig, control: &Control, x: &[Sig], rams: &[u32]) -> Vec<Sig> {
        let x = self.operands(control, x, rams);
        let range = self.layout.sums();
        (0..self.lanes.neurons)
            .map(|p| {
                let terms: Vec<Sig> = (0..self.lanes.inputs).map(|b| self.term(clock, p, b, x[b])).collect();
                let term = self.g.sum(&terms);
                let sum = self.g.accumulate(control.first, term, range.lo, range.hi);
                self.g.name(sum, &format!("sum{p}"))
            })
            .collect()
    }

    /// The aligned product of a lane.
    pub(super) fn term(&mut self, clock: Sig, p: usize, b: usize, x: Sig) -> Sig {
        let layout = &self.layout;
        let product = |s: &Step| {
            let (l, first, chunk) = s.products?;
            let cell = layout.cells.get(layout.cell(l, first) + p).filter(|c| c.layer == l)?;
            let input = chunk * self.lanes.inputs + b;
            Some((cell, input)).filter(|_| input < cell.inputs.len())
        };
        let weight = |s: &Step| product(s).map_or(0, |(cell, i)| cell.plan.weights[i] as i128);
        let weights = self.by_clock(layout.weights(), weight);
        let shifts: Vec<Option<u32>> =
            (self.program.steps.iter()).map(|s| product(s).map(|(cell, i)| layout.shift(cell, i))).collect();
        let mut different: Vec<u32> = shifts.iter().copied().flatten().collect();
        different.sort_unstable();
        different.dedup();
        let number = |s: &Option<u32>| s.and_then(|s| different.binary_search(&s).ok()).unwrap_or(0) as i128;
        let entries = shifts.iter().chain([&None]).map(number).collect();
        let numbers = Column { entries, range: Range::new(0, different.len().max(1) as i128 - 1) };
        let words = self.program.steps.len() + 1;
        let name = format!("{}_weights_{p}_{b}", self.name);
        let rom = Rom::new(&name, weights.entries).with_range(weights.range).with_style(Self::style(words));
        let w = self.g.rom(clock, &Arc::new(rom));
        self.g.name(w, &format!("weight{p}_{b}"));
        let product = self.g.mul(w, x);
        self.g.name(product, &format!("product{p}_{b}"));
        if different.len() <= 1 {
            return self.g.shl(product, different.first().copied().unwrap_or(0));
        }
        let name = format!("{}_shifts_{p}_{b}", self.name);
        let number = self.g.rom_columns(clock, &name, Self::style(words), &[numbers])[0];
        let shifted: Vec<Sig> = different.iter().map(|&s| self.shifted(product, s)).collect();
        self.g.select(number, &shifted)
    }

    /// A product at one of several shifts, without the bits above the sum's. Any cell with this shift has none there; of a
    /// product that is shifted otherwise, whatever stands here is not taken.
    fn shifted(&mut self, product: Sig, shift: u32) -> Sig {
        let bits = self.layout.sums().signed_width().saturating_sub(shift).max(1);
        let low = if self.g.range(product).signed_width() > bits {
            self.g.slice(product, 0, bits)
        } else {
            product
        };
        let low = self.g.as_signed(low, bits);
        self.g.shl(low, shift)
    }
}
