//! How many multipliers an engine has.

use super::program::Program;
use gainstage_golden::plan::Plan;
use std::ops::Range;

/// Multipliers of an engine: `neurons` sums at a time, `inputs` products of each in a clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lanes {
    /// Neurons computed side by side.
    pub neurons: usize,
    /// Inputs taken at a time.
    pub inputs: usize,
}

impl Lanes {
    /// A single multiplier.
    pub const ONE: Lanes = Lanes { neurons: 1, inputs: 1 };

    /// Multipliers.
    pub fn count(self) -> usize {
        self.neurons * self.inputs
    }

    /// The fewest multipliers with which the layers take at most `interval` clocks, if any number does.
    ///
    /// `delay` is the number of clocks from a neuron's last product until the next layer can use it.
    pub fn for_interval(plan: &Plan, layers: &Range<usize>, delay: u32, interval: u32) -> Option<Lanes> {
        let sizes = layers.clone().map(|l| (plan.layers[l].neurons.len(), plan.input_formats(l).len()));
        let (neurons, inputs) = sizes.fold((1, 1), |(m, n), (a, b)| (m.max(a), n.max(b)));
        let mut all: Vec<Lanes> = (1..=neurons)
            .flat_map(|neurons| (1..=inputs).map(move |inputs| Lanes { neurons, inputs }))
            .collect();
        // Of equally many, rather more products of one sum than more sums.
        all.sort_by_key(|l| (l.count(), l.neurons));
        all.into_iter().find(|&lanes| Program::new(plan, layers.clone(), lanes, delay).window() <= interval)
    }
}
