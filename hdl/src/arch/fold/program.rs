//! What an engine does in which clock.

use super::Lanes;
use gainstage_golden::plan::Plan;
use std::ops::Range;

/// One clock of an engine.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Step {
    /// Products: layer, first neuron of the group, number of the chunk of inputs.
    pub products: Option<(usize, usize, usize)>,
    /// The sums are complete with this step's products.
    pub complete: bool,
    /// A result leaves: layer, neuron, its place in the group.
    pub result: Option<(usize, usize, usize)>,
}

/// A layer as counters walk through it: a wait, then groups of neurons, each of which takes its inputs chunk by chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Walk {
    /// Clocks before its first product.
    pub wait: usize,
    /// Groups of neurons.
    pub groups: usize,
    /// Chunks of inputs.
    pub chunks: usize,
    /// Clocks from one group's last products to the next one's.
    pub period: usize,
    /// Neurons.
    pub neurons: usize,
}

impl Walk {
    /// The most clocks that are left until a group's last products.
    pub fn most_left(&self) -> usize {
        self.wait.max(self.period - self.chunks) + self.chunks - 1
    }
}

/// The clocks from an engine's start to its idleness.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Program {
    /// Clock by clock, from the one behind the start.
    pub steps: Vec<Step>,
    /// Layer by layer.
    pub walks: Vec<Walk>,
}

impl Program {
    /// The layers one after the other; a layer's results can be operands `delay` clocks after they leave.
    ///
    /// Groups of neurons take their inputs chunk by chunk. A group's sums leave one per clock while the next group is
    /// computed.
    pub fn new(plan: &Plan, layers: Range<usize>, lanes: Lanes, delay: u32) -> Program {
        let mut program = Program { steps: Vec::new(), walks: Vec::new() };
        let mut ready: Vec<usize> = vec![0; plan.input_formats(layers.start).len()];
        let (mut next, mut free) = (0, 0);
        for l in layers {
            let neurons = plan.layers[l].neurons.len();
            let chunks = ready.len().div_ceil(lanes.inputs);
            let groups = neurons.div_ceil(lanes.neurons);
            let waits = ready.chunks(lanes.inputs).map(|c| c.iter().copied().max().unwrap_or(0));
            let begin =
                waits.enumerate().map(|(chunk, ready)| ready.saturating_sub(chunk)).max().unwrap_or(0);
            // The group before must have left before this one's sums are taken.
            let begin = begin.max(next).max((free + 1usize).saturating_sub(chunks));
            let period = if groups > 1 { chunks.max(lanes.neurons) } else { chunks };
            program.walks.push(Walk { wait: begin - next, groups, chunks, period, neurons });
            let mut leaves = vec![0; neurons];
            for group in 0..groups {
                let (at, first) = (begin + group * period, group * lanes.neurons);
                (0..chunks).for_each(|chunk| program.at(at + chunk).products = Some((l, first, chunk)));
                let last = at + chunks - 1;
                program.at(last).complete = true;
                let size = lanes.neurons.min(neurons - first);
                for place in 0..size {
                    program.at(last + place).result = Some((l, first + place, place));
                    leaves[first + place] = last + place;
                }
                (next, free) = (last + 1, last + size);
            }
            ready = leaves.into_iter().map(|at| at + delay as usize).collect();
        }
        program
    }

    fn at(&mut self, clock: usize) -> &mut Step {
        if self.steps.len() <= clock {
            self.steps.resize(clock + 1, Step::default());
        }
        &mut self.steps[clock]
    }

    /// Clocks from one start to the next.
    pub fn window(&self) -> u32 {
        self.steps.len() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::fixture::plan;
    use std::collections::BTreeMap;

    /// Every product once and together with its group, operands only when they are there, one result per clock.
    #[test]
    fn a_program_computes_everything_when_it_can() {
        for (seed, neurons, inputs, delay) in
            [(1, 1, 1, 9), (2, 2, 1, 20), (3, 3, 2, 1), (4, 1, 4, 30), (5, 7, 7, 5)]
        {
            let plan = plan(seed);
            let lanes = Lanes { neurons, inputs };
            let layers = 0..plan.layers.len();
            let program = Program::new(&plan, layers.clone(), lanes, delay);
            let mut left: BTreeMap<(usize, usize), usize> = BTreeMap::new();
            for (at, step) in program.steps.iter().enumerate() {
                if let Some((l, n, _)) = step.result {
                    assert!(left.insert((l, n), at).is_none());
                }
            }
            for l in layers {
                let (n, m) = (plan.input_formats(l).len(), plan.layers[l].neurons.len());
                for first in (0..m).step_by(neurons) {
                    let mine = |s: &Step| s.products.filter(|p| (p.0, p.1) == (l, first)).map(|p| p.2);
                    let clocks: Vec<_> =
                        program.steps.iter().enumerate().filter_map(|(t, s)| Some((t, mine(s)?))).collect();
                    let chunks: Vec<_> = clocks.iter().map(|c| c.1).collect();
                    assert_eq!(chunks, (0..n.div_ceil(inputs)).collect::<Vec<_>>());
                    let complete = clocks.last().expect("a chunk").0;
                    assert!(program.steps[complete].complete);
                    for place in 0..neurons.min(m - first) {
                        assert_eq!(left[&(l, first + place)], complete + place);
                    }
                    for (at, chunk) in clocks.into_iter().filter(|_| l > 0) {
                        let operands = (chunk * inputs..n).take(inputs);
                        let ready = operands.map(|j| left[&(l - 1, j)] + delay as usize).max();
                        assert!(Some(at) >= ready, "{at} {ready:?}");
                    }
                }
            }
        }
    }
}
